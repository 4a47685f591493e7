"""What QGIS is told of how a layer looks, and how classes are named in its legend. Owns no colour."""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """What QGIS needs to draw a vector layer; a table without places has no renderer."""

    renderer: ET.Element | None = None
    labeling: ET.Element | None = None
    temporal: ET.Element | None = None


def class_labels(breaks: Sequence[float], unit: str) -> list[str]:
    """Return the legend of the classes, the one below the lowest edge first."""
    edges = [f"{edge:,.10g}".replace(",", " ") for edge in breaks]
    between = [f"{low}–{high}" for low, high in itertools.pairwise(edges)]
    return [f"< {edges[0]}", *between, f"≥ {edges[-1]} {unit}"]
