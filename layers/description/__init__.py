"""What describes a step and decides nothing: least effort, centres, inequality on other scales, flows, curves."""

from layers.description.describe import Described, describe
from layers.description.truth import true_figures

__all__ = ["Described", "describe", "true_figures"]
