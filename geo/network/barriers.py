"""Streets cut where a zone begins, so that a walk may leave the zone but not enter it. Finds no shortest way."""

import numpy as np
import shapely
from shapely.ops import substring

from geo.network.distances import parts_within
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
