"""What a street network and its snapping are like, in a few figures that can be published. Changes nothing.

Distances are of all incidents together; none of them says where an incident is. The largest is one incident's own:
publish it only where incidents are many.
"""

from dataclasses import dataclass

import numpy as np

from geo.network.lines import Network, components


@dataclass(frozen=True)
class Snapping:
    """How far points were moved to their street, in metres; NaN where none was.

    Attributes
    ----------
    snapped, refused : numbers of points within and beyond the limit
    within_m : the limit
    median_m, p95_m, max_m : of those snapped
    """

    snapped: int
    refused: int
    within_m: float
    median_m: float
    p95_m: float
    max_m: float


@dataclass(frozen=True)
class Connectedness:
    """Separate networks: streets from which no other one can be walked to.

    Attributes
    ----------
    streets, junctions, dead_ends : numbers; a junction has three streets or more
    length_m : of all streets
    separate : number of separate networks
    share_of_length : of each separate network, the longest first; sums to 1
    """

    streets: int
    junctions: int
    dead_ends: int
    length_m: float
    separate: int
    share_of_length: np.ndarray


def snapping(away_m: np.ndarray, *, within_m: float) -> Snapping:
    """Summarise the distances that `lines.snap` returns: NaN for points farther than `within_m`.

    Parameters
    ----------
    away_m : one for each point, repeated for points at one place
    within_m : the limit that was given to `snap`
    """
    away_m = np.asarray(away_m, dtype=np.float64)
    moved = away_m[~np.isnan(away_m)]
    middle, high, most = np.quantile(moved, (0.5, 0.95, 1.0)) if moved.size else (np.nan,) * 3
    return Snapping(moved.size, away_m.size - moved.size, within_m, float(middle), float(high), float(most))


def connectedness(network: Network) -> Connectedness:
    """Count the streets, junctions, dead ends and separate networks, with each one's share of the length."""
    degree = np.bincount(network.ends.ravel(), minlength=network.nodes)
    length_m = network.lengths_m
    whole_m = float(length_m.sum())
    if not len(network.lines):
        return Connectedness(0, 0, 0, 0.0, 0, np.empty(0))
    each_m = np.bincount(components(network), weights=length_m)
    share = np.sort(each_m[each_m > 0])[::-1] / whole_m
    joined, ends = int((degree > 2).sum()), int((degree == 1).sum())
    return Connectedness(len(network.lines), joined, ends, whole_m, share.size, share)
