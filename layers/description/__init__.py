"""What describes a step and decides nothing: least effort, centres, inequality on other scales, flows, curves."""

from layers.description.describe import Described, describe

__all__ = ["Described", "describe"]
