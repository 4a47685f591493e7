"""A street network from lines: where they really join, cut there and nowhere else. Knows no kernel and no incident.

Lines join at vertices they share. Two lines that only cross, as a bridge and the street below, share no vertex; where
such vertices coincide all the same, lines of different levels (bridge, tunnel, layer) join only at an end of one.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.compiled import compiled
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


@dataclass(frozen=True)
class Spots:
    """Places on a network.

    Attributes
    ----------
    line : n int, -1 for none
    along_m : n float64, from the line's first vertex
    """

    line: np.ndarray
    along_m: np.ndarray

    @property
    def size(self) -> int:
        return int(self.line.size)

    def in_order(self) -> np.ndarray:
        """Order by line, then along it."""
        order: np.ndarray = np.lexsort((self.along_m, self.line))
        return order

    def __getitem__(self, which: np.ndarray) -> "Spots":
        return Spots(self.line[which], self.along_m[which])


def network_of(lines: np.ndarray, levels: np.ndarray) -> Network:
    """Cut lines where they join and merge them where only two meet.

    Merging makes the result independent of how the source divides a street, and of its direction; what is drawn
    twice between the same two joints counts once.

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
    return _merged(_single(cut))


def snap(network: Network, points: np.ndarray, *, within_m: float) -> tuple[Spots, np.ndarray]:
    """Return the nearest place on the network of each point, and how far off it is in metres.

    Of equally near lines the first in order is taken, whatever the index that finds them. Points farther than
    `within_m` have line -1, and NaN along it and away from it.
    """
    points = np.asarray(points)
    line, along, away = np.full(points.size, len(network.lines)), *np.full((2, points.size), np.nan)
    tree = shapely.STRtree(network.lines)
    (point, near), distance = tree.query_nearest(points, max_distance=within_m, return_distance=True)
    np.minimum.at(line, point, near)
    away[point] = distance
    found = line < len(network.lines)
    along[found] = shapely.line_locate_point(network.lines[line[found]], points[found])
    return Spots(np.where(found, line, -1), along), away


def components(network: Network) -> np.ndarray:
    """Return the number of the separate network that each line belongs to."""
    links = coo_array((np.ones(len(network.ends)), tuple(network.ends.T)), shape=(network.nodes,) * 2)
    label = connected_components(links, directed=False)[1]
    return np.asarray(label[network.ends[:, 0]])


def without_short(network: Network, *, shorter_than_m: float) -> Network:
    """Return the network with its shortest lines taken out and their two ends made one node.

    Lines that met them keep their shape and length. Chains of short lines become one node whatever their order.
    """
    short = network.lengths_m < shorter_than_m
    if not short.any():
        return network
    links = coo_array((np.ones(int(short.sum())), tuple(network.ends[short].T)), shape=(network.nodes,) * 2)
    together = connected_components(links, directed=False)[1]
    known, node = np.unique(together[network.ends[~short]], return_inverse=True)
    return Network(network.lines[~short], node.reshape(-1, 2), known.size)


@dataclass(frozen=True)
class _Runs:
    """Lines as runs of vertices, between joints.

    Attributes
    ----------
    xy : vertices x 2
    first, last : the vertices that each run begins and ends with
    ends : the node at either end
    nodes : int
    length_m : of each run
    """

    xy: np.ndarray
    first: np.ndarray
    last: np.ndarray
    ends: np.ndarray
    nodes: int
    length_m: np.ndarray

    def only(self, kept: np.ndarray) -> "_Runs":
        known, node = np.unique(self.ends[kept], return_inverse=True)
        return _Runs(self.xy, self.first[kept], self.last[kept], node.reshape(-1, 2), known.size, self.length_m[kept])

    def lines(self, which: np.ndarray) -> np.ndarray:
        """Build the lines of some runs."""
        count = self.last[which] - self.first[which] + 1
        run = np.repeat(np.arange(which.size), count)
        vertex = np.arange(run.size) - np.repeat(np.cumsum(count) - count, count) + self.first[which][run]
        lines: np.ndarray = shapely.linestrings(self.xy[vertex], indices=run)
        return lines


def _cut(lines: np.ndarray, levels: np.ndarray) -> _Runs:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    breaks = np.flatnonzero(np.diff(line)) + 1
    is_end = np.zeros(line.size, dtype=bool)
    is_end[np.r_[0, breaks]] = is_end[np.r_[breaks, line.size] - 1] = True
    place = _places(xy, levels[line], is_end)
    stops = np.flatnonzero(is_end | (np.bincount(place)[place] > 1))
    first, last = stops[:-1], stops[1:]
    within = line[first] == line[last]
    first, last = first[within], last[within]
    run_m = np.r_[0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T) * (np.diff(line) == 0))]
    runs = _Runs(xy, first, last, place[np.column_stack((first, last))], 0, run_m[last] - run_m[first])
    return runs.only(runs.length_m > 0)


def _places(xy: np.ndarray, level: np.ndarray, is_end: np.ndarray) -> np.ndarray:
    """Give each vertex the number of its place: equal where lines join."""
    cell = np.rint(xy / SAME_VERTEX_M).astype(np.int64)
    spot = _numbered(cell[:, 0], cell[:, 1])
    on_level = _numbered(spot, level)
    ends_here = np.bincount(spot, weights=is_end)[spot]
    ends_on_level = np.bincount(on_level, weights=is_end)[on_level]
    # A lone end joins whatever it meets (a ramp, a stair); ends that meet their own level leave the other one alone.
    joins = is_end | (ends_on_level > 0) | (ends_here == 1)
    return np.where(joins, spot, spot.max() + 1 + on_level)


def _numbered(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a number for each pair of whole numbers, the same for equal ones."""
    width = int(b.max() - b.min()) + 1
    return np.unique((a - a.min()) * width + (b - b.min()), return_inverse=True)[1].ravel()


def _single(cut: _Runs) -> _Runs:
    """Drop lines that are another one over again, in either direction."""
    low, high = np.sort(cut.ends, axis=1).T
    alike = _numbered(_numbered(low, high), np.rint(cut.length_m / SAME_VERTEX_M).astype(np.int64))
    again = np.flatnonzero(np.bincount(alike)[alike] > 1)
    if not again.size:
        return cut
    shape = shapely.to_wkb(shapely.normalize(shapely.set_precision(cut.lines(again), SAME_VERTEX_M)))
    kept = np.ones(cut.first.size, dtype=bool)
    kept[again] = False
    kept[again[np.unique(shape, return_index=True)[1]]] = True
    return cut.only(kept)


def _merged(cut: _Runs) -> Network:
    """Join lines through every node where exactly two line ends meet."""
    beyond = _beyond(cut)
    starts = np.r_[np.flatnonzero(beyond < 0), np.flatnonzero(beyond >= 0)]  # rings, last, have no natural start
    half, first = _chains(beyond, starts)
    last = np.r_[np.flatnonzero(first)[1:], half.size] - 1
    ends = np.column_stack((cut.ends.ravel()[half[first]], cut.ends.ravel()[half[last] ^ 1]))
    known, node = np.unique(ends, return_inverse=True)
    return Network(_joined(cut, half, first), node.reshape(-1, 2), known.size)


def _beyond(cut: _Runs) -> np.ndarray:
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


def _joined(cut: _Runs, half: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Lines through line ends that are entered in turn; an odd end is entered from the back."""
    skipped = (~first).astype(np.int64)  # the vertex that the line before ended with
    count = (cut.last - cut.first)[half // 2] + 1 - skipped
    run = np.repeat(np.arange(half.size), count)
    place = np.arange(run.size) - np.repeat(np.cumsum(count) - count, count) + skipped[run]
    line, backwards = half[run] // 2, half[run] % 2 == 1
    vertex = np.where(backwards, cut.last[line] - place, cut.first[line] + place)
    joined: np.ndarray = shapely.linestrings(cut.xy[vertex], indices=(np.cumsum(first) - 1)[run])
    return joined


@compiled
def _chains(beyond: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Line ends in the order that they are entered in, and which of them begins a chain."""
    order = np.empty(beyond.size // 2, np.int64)
    first = np.zeros(beyond.size // 2, np.bool_)
    used = np.zeros(beyond.size // 2, np.bool_)
    count = 0
    for start in starts:
        if used[start // 2]:
            continue
        first[count] = True
        half = start
        while half >= 0 and not used[half // 2]:
            used[half // 2] = True
            order[count] = half
            count += 1
            half = beyond[half ^ 1]
    return order, first
