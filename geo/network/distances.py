"""How far it is on foot along the streets: from any shape to nodes, places and stretches, and rings of distance."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.errors import GeoError
from geo.network.lines import Network, Spots, snap

RINGS_M = (0.0, 100.0, 250.0, 500.0, 1000.0)


@dataclass(frozen=True)
class Walk:
    """Walking distance from one shape.

    Attributes
    ----------
    network : Network
    at_node_m : distance to each node, inf where no street leads
    inside_line, inside_from_m, inside_to_m : the parts of lines that lie within the shape, at distance 0
    offset_m : how far the shape lies from its nearest street, where it touches none; part of every distance
    """

    network: Network
    at_node_m: np.ndarray
    inside_line: np.ndarray
    inside_from_m: np.ndarray
    inside_to_m: np.ndarray
    offset_m: float

    def at(self, places: Spots) -> np.ndarray:
        """Return the distance to places in metres: inf where no street leads, NaN for line -1."""
        known = places.line >= 0
        spots = places[known]
        first, last = self.at_node_m[self.network.ends[spots.line]].T
        length = self.network.lengths_m[spots.line]
        nearest = np.minimum(first + spots.along_m, last + length - spots.along_m)
        order = np.argsort(self.inside_line, kind="stable")
        begin, end = (np.searchsorted(self.inside_line[order], spots.line, side=s) for s in ("left", "right"))
        for turn in range(int((end - begin).max(initial=0))):
            there = begin + turn < end
            part = order[(begin + turn)[there]]
            along = spots.along_m[there]
            gap = np.maximum(np.maximum(self.inside_from_m[part] - along, along - self.inside_to_m[part]), 0.0)
            nearest[there] = np.minimum(nearest[there], gap + self.offset_m)
        distance = np.full(places.size, np.nan)
        distance[known] = nearest
        return distance


def distances(network: Network, shape: shapely.Geometry, *, barred: np.ndarray | None = None) -> Walk:
    """Return walking distances from a point, line or polygon in the network's CRS.

    Every part of a street within the shape is at distance 0, and so are the places where streets enter it. A shape
    that touches no street starts at the street place nearest to it.

    Parameters
    ----------
    barred : bool per line, optional
        Lines that may be left but not entered from others, as `geo.network.barriers.split` tells them.

    Raises
    ------
    GeoError
        If the shape is empty or the network has no line.
    """
    if shapely.is_empty(shape) or not len(network.lines):
        raise GeoError("walking distances need a shape that is not empty and a network with at least one street")
    line, from_m, to_m = parts_within(network, shape)
    offset_m = 0.0
    if not line.size:
        near = _nearest_on(network, shape)
        spots, _ = snap(network, np.array([near]), within_m=np.inf)
        offset_m = float(shapely.distance(shape, near))
        line, from_m, to_m = spots.line, spots.along_m, spots.along_m
    begins = np.r_[network.ends[line, 0], network.ends[line, 1]]
    reach = offset_m + np.maximum(np.r_[from_m, network.lengths_m[line] - to_m], 0.0)
    return Walk(network, _from_nodes(network, begins, reach, barred), line, from_m, to_m, offset_m)


def ring_of(distance_m: np.ndarray, edges_m: tuple[float, ...] = RINGS_M) -> np.ndarray:
    """Return the ring of each distance: 0 up to and with the first edge, 1 up to the next, ...; -1 beyond or NaN.

    With the edges 0-100-250-500-1000 m ring 0 is the shape itself, ring 1 what lies within 100 m of it.
    """
    ring = np.searchsorted(np.asarray(edges_m), distance_m, side="left")
    return np.where(np.isnan(distance_m) | (ring == len(edges_m)), -1, ring)


def street_in_rings(walk: Walk, edges_m: tuple[float, ...] = RINGS_M, *, every_m: float = 5.0) -> np.ndarray:
    """Return metres of street in each ring, measured at the middle of parts of about `every_m`."""
    length = walk.network.lengths_m
    count = np.maximum(1, np.rint(length / every_m).astype(np.int64))
    line = np.repeat(np.arange(count.size), count)
    part_m = (length / count)[line]
    along = (np.arange(line.size) - np.repeat(np.cumsum(count) - count, count) + 0.5) * part_m
    ring = ring_of(walk.at(Spots(line, along)), edges_m)
    return np.bincount(ring[ring >= 0], part_m[ring >= 0], minlength=len(edges_m))


def parts_within(network: Network, shape: shapely.Geometry) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Line, begin and end of every part of a street that lies within the shape or touches it."""
    touched = np.sort(shapely.STRtree(network.lines).query(shape, predicate="intersects"))
    parts, owner = shapely.get_parts(shapely.intersection(network.lines[touched], shape), return_index=True)
    line = touched[owner]
    street = network.lines[line]
    ends = [shapely.line_locate_point(street, _end(parts, which)) for which in (0, -1)]
    middle = shapely.line_locate_point(street, _middle(parts))
    low, high = np.minimum(*ends), np.maximum(*ends)
    wraps = (middle < low - 1e-6) | (middle > high + 1e-6)  # a part of a closed street, over its first vertex
    from_m = np.r_[np.where(wraps, high, low), np.zeros(int(wraps.sum()))]
    to_m = np.r_[np.where(wraps, network.lengths_m[line], high), low[wraps]]
    return np.r_[line, line[wraps]], from_m, to_m


def _middle(parts: np.ndarray) -> np.ndarray:
    is_line = shapely.get_type_id(parts) == 1
    middle: np.ndarray = parts.copy()
    middle[is_line] = shapely.line_interpolate_point(parts[is_line], 0.5, normalized=True)
    return middle


def _end(parts: np.ndarray, which: int) -> np.ndarray:
    is_line = shapely.get_type_id(parts) == 1
    ends: np.ndarray = parts.copy()
    ends[is_line] = shapely.get_point(parts[is_line], which)
    return ends


def _nearest_on(network: Network, shape: shapely.Geometry) -> shapely.Geometry:
    """Return the point of the first of the nearest lines that is nearest to the shape."""
    line = shapely.STRtree(network.lines).query_nearest(shape, all_matches=True).min()
    near: shapely.Geometry = shapely.get_point(shapely.shortest_line(network.lines[line], shape), 0)
    return near


def _from_nodes(network: Network, nodes: np.ndarray, reach_m: np.ndarray, barred: np.ndarray | None) -> np.ndarray:
    """Shortest way to every node from nodes that are already some way off; one more node stands for the shape."""
    a, b = network.ends.T
    shape = np.full(nodes.size, network.nodes)
    tail = np.r_[a, b, shape]
    head = np.r_[b, a, nodes]
    # scipy takes stored zeros for no link: a shift by the smallest number keeps them
    cost = np.maximum(np.r_[network.lengths_m, network.lengths_m, reach_m], np.finfo(float).tiny)
    if barred is not None and barred.any():
        is_free = np.zeros(network.nodes + 1, dtype=bool)
        is_free[network.ends[~barred]] = True
        enters = np.r_[barred, barred, np.zeros(nodes.size, dtype=bool)] & is_free[tail]
        tail, head, cost = tail[~enters], head[~enters], cost[~enters]
    order = np.lexsort((cost, head, tail))
    first = np.r_[True, (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)]
    kept = order[first]
    size = network.nodes + 1
    graph = csr_array((cost[kept], (tail[kept], head[kept])), shape=(size, size))
    reached: np.ndarray = dijkstra(graph, True, np.array([network.nodes]))
    return reached[0, :-1]
