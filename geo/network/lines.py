"""A street network from lines: where they really join, cut there and nowhere else. Knows no kernel and no incident.

Lines join at vertices they share. Two lines that only cross, as a bridge and the street below, share no vertex; where
such vertices coincide all the same, lines of different levels (bridge, tunnel, layer) join only at an end of one.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from geo.errors import GeoError

SAME_VERTEX_M = 0.01


@dataclass(frozen=True)
class Network:
    """Streets between junctions and dead ends.

    Attributes
    ----------
    lines : n LineStrings
    ends : n x 2 int
        The node at the first and at the last vertex of each line.
    nodes : int
        Number of nodes.
    """

    lines: np.ndarray
    ends: np.ndarray
    nodes: int

    @property
    def lengths_m(self) -> np.ndarray:
        lengths: np.ndarray = shapely.length(self.lines)
        return lengths


def network_of(lines: np.ndarray, levels: np.ndarray) -> Network:
    """Cut lines where they join and merge them where only two meet.

    Merging first makes the result independent of how the source divides a street, and of its direction.

    Parameters
    ----------
    lines : n LineStrings, in a metric CRS
    levels : n int
        Lines with the same number lie on the same level.

    Raises
    ------
    GeoError
        If a geometry is not a line.
    """
    kinds = shapely.get_type_id(lines)
    if not (kinds == 1).all():
        msg = f"{np.count_nonzero(kinds != 1)} of {len(lines)} streets are not LineStrings; explode or drop them first"
        raise GeoError(msg)
    if not len(lines):
        return Network(np.empty(0, dtype=object), np.empty((0, 2), dtype=np.int64), 0)
    cut = _cut(shapely.remove_repeated_points(lines, SAME_VERTEX_M), np.asarray(levels))
    return _merged(cut)


def snap(network: Network, points: np.ndarray, *, within_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest line of each point and the distance along it in metres; -1 and NaN beyond `within_m`.

    Of equally near lines the first in order is taken, whatever the index that finds them.
    """
    line = np.full(len(points), len(network.lines), dtype=np.int64)
    point, near = shapely.STRtree(network.lines).query_nearest(points, max_distance=within_m, all_matches=True)
    np.minimum.at(line, point, near)
    found = line < len(network.lines)
    along = np.full(len(points), np.nan)
    along[found] = shapely.line_locate_point(network.lines[line[found]], np.asarray(points)[found])
    return np.where(found, line, -1), along


def _cut(lines: np.ndarray, levels: np.ndarray) -> Network:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    breaks = np.flatnonzero(np.diff(line)) + 1
    is_end = np.zeros(line.size, dtype=bool)
    is_end[np.r_[0, breaks]] = is_end[np.r_[breaks, line.size] - 1] = True
    place = _places(xy, levels[line], is_end)
    at_node = is_end | (np.bincount(place)[place] > 1)
    stops = np.flatnonzero(at_node)
    first, last = stops[:-1], stops[1:]
    within = line[first] == line[last]
    first, last = first[within], last[within]
    count = last - first + 1
    vertex = np.repeat(first - np.r_[0, np.cumsum(count)[:-1]], count) + np.arange(count.sum())
    pieces = shapely.linestrings(xy[vertex], indices=np.repeat(np.arange(first.size), count))
    known, node = np.unique(place[np.r_[first, last]], return_inverse=True)
    ends = node.reshape(2, -1).T
    real = shapely.length(pieces) > 0
    return Network(pieces[real], ends[real], known.size)


def _places(xy: np.ndarray, level: np.ndarray, is_end: np.ndarray) -> np.ndarray:
    """Give each vertex the number of its place: equal where lines join."""
    spot = np.unique(np.rint(xy / SAME_VERTEX_M).astype(np.int64), axis=0, return_inverse=True)[1].ravel()
    on_level = np.unique(np.column_stack((spot, level)), axis=0, return_inverse=True)[1].ravel()
    ends_here = np.bincount(spot, weights=is_end)[spot]
    ends_on_level = np.bincount(on_level, weights=is_end)[on_level]
    # A lone end joins whatever it meets (a ramp, a stair); ends that meet their own level leave the other one alone.
    joins = is_end | (ends_on_level > 0) | (ends_here == 1)
    return np.where(joins, spot, spot.max() + 1 + on_level)


def _merged(cut: Network) -> Network:
    """Join lines through every node where exactly two line ends meet."""
    beyond = _beyond(cut)
    lines, ends = [], []
    used = np.zeros(len(cut.lines), dtype=bool)
    starts = [*np.flatnonzero(beyond < 0), *np.flatnonzero(beyond >= 0)]  # rings, last, have no natural start
    for start in starts:
        if used[start // 2]:
            continue
        halves, half = [], start
        while half >= 0 and not used[half // 2]:
            used[half // 2] = True
            halves.append(half)
            half = beyond[half ^ 1]
        lines.append(_joined(cut.lines, halves))
        ends.append((cut.ends.flat[start], cut.ends.flat[halves[-1] ^ 1]))
    known, node = np.unique(np.array(ends, dtype=np.int64), return_inverse=True)
    return Network(np.array(lines, dtype=object), node.reshape(-1, 2), known.size)


def _beyond(cut: Network) -> np.ndarray:
    """For each line end (2 line + 0 or 1) the one other line end at its node; -1 if there are more or none."""
    node = cut.ends.ravel()
    order = np.argsort(node, kind="stable")
    degree = np.bincount(node, minlength=cut.nodes)
    start = np.r_[0, np.cumsum(degree)[:-1]]
    pair = np.flatnonzero(degree == 2)
    one, other = order[start[pair]], order[start[pair] + 1]
    beyond = np.full(node.size, -1)
    beyond[one], beyond[other] = other, one
    return beyond


def _joined(lines: np.ndarray, halves: list[int]) -> shapely.LineString:
    """One line through line ends that are entered in turn; an odd end is entered from the back."""
    if len(halves) == 1 and halves[0] % 2 == 0:
        return shapely.LineString(lines[halves[0] // 2])
    runs = [shapely.get_coordinates(lines[half // 2])[:: -1 if half % 2 else 1] for half in halves]
    return shapely.LineString(np.concatenate([runs[0], *(run[1:] for run in runs[1:])]))
