"""Walks that may leave a zone but not enter it: streets are cut where the zone begins."""

import numpy as np
import shapely
from shapely.ops import substring

from geo.network.distances import Walk, distances, parts_within
from geo.network.lines import Network

_LEAST_M = 1e-6  # a street that only touches the zone is not cut


def split(network: Network, zone: shapely.Geometry) -> tuple[Network, np.ndarray]:
    """Cut every street where it enters or leaves a zone.

    Parameters
    ----------
    network : Network
    zone : (Multi)Polygon in the network's CRS; empty cuts nothing

    Returns
    -------
    Network, bool per line
        The same streets with nodes at the zone's edge, and which of its lines lie within the zone.
    """
    if shapely.is_empty(zone):
        return network, np.zeros(len(network.lines), dtype=bool)
    line, from_m, to_m = parts_within(network, zone)
    lengths_m, nodes = network.lengths_m, network.nodes
    lines, ends, within = list(network.lines), network.ends.tolist(), [False] * len(network.lines)
    for cut in np.unique(line):
        spans = [(a, b) for a, b in zip(from_m[line == cut], to_m[line == cut], strict=True) if b - a > _LEAST_M]
        length = float(lengths_m[cut])
        inner = {round(float(end), 6) for span in spans for end in span}
        stops = [0.0, *sorted(end for end in inner if _LEAST_M < end < length - _LEAST_M), length]
        joints = [ends[cut][0], *range(nodes, nodes + len(stops) - 2), ends[cut][1]]
        nodes += len(stops) - 2
        for k in range(len(stops) - 1):
            middle = (stops[k] + stops[k + 1]) / 2
            is_within = any(a <= middle <= b for a, b in spans)
            part = substring(network.lines[cut], stops[k], stops[k + 1])
            if k == 0:
                lines[cut], ends[cut], within[cut] = part, joints[:2], is_within
            else:
                lines.append(part)
                ends.append(joints[k : k + 2])
                within.append(is_within)
    shapes = np.empty(len(lines), dtype=object)
    shapes[:] = lines
    return Network(shapes, np.array(ends, dtype=np.int64).reshape(-1, 2), nodes), np.array(within, dtype=bool)


def leaving(network: Network, shape: shapely.Geometry, zone: shapely.Geometry) -> Walk:
    """Return walking distances from a shape when a zone may be left but not entered.

    Only the streets outside the zone are places to walk to. What lies within it can be set out from, and left once.

    Raises
    ------
    GeoError
        As `geo.network.distances.distances`.
    """
    cut, barred = split(network, zone)
    walk = distances(cut, shape, barred=barred)
    free = ~barred
    outside = Network(cut.lines[free], cut.ends[free], cut.nodes)
    number = np.cumsum(free) - 1
    kept = free[walk.inside_line]
    return Walk(
        outside,
        walk.at_node_m,
        number[walk.inside_line[kept]],
        walk.inside_from_m[kept],
        walk.inside_to_m[kept],
        walk.offset_m,
    )
