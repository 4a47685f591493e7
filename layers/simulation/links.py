"""A link of the walk network and which links may be built without crossing others. Knows no town."""

from dataclasses import dataclass

import numpy as np
import shapely


def straight(*points: np.ndarray) -> shapely.LineString:
    """Return the line through points of two coordinates each."""
    return shapely.LineString(np.vstack(points))


@dataclass(frozen=True)
class Link:
    """One way between two crossings, as OpenStreetMap would tag it."""

    line: shapely.LineString
    highway: str
    name: str
    is_bridge: bool = False
    is_tunnel: bool = False
    layer: int = 0


def free_of(built: list[Link], wanted: list[Link]) -> list[Link]:
    """Return the wanted links, in order, that touch what is built (and each other) at end points at most."""
    level = [link for link in built if link.layer == 0]
    kept: list[Link] = []
    for link in wanted:
        others = shapely.STRtree([other.line for other in [*level, *kept]])
        near = others.geometries[others.query(link.line, predicate="intersects")]
        ends = link.line.boundary
        if all(ends.contains(shapely.intersection(link.line, other)) for other in near):
            kept.append(link)
    return kept
