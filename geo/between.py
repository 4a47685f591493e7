"""How far places are from each other on foot: along streets, or the shortest way over land. Owns no place and no map.

Both give a metric: symmetric, zero only from a place to itself, and no detour shorter than the way.
"""

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from geo.errors import GeoError
from geo.network.lines import Network, snap
from geo.transport import shortest_ways

_MOST_CORNERS = 300  # of land, around which ways can bend; coarser land is used until there are no more
_SLACK_M = 0.5  # ways may touch the shore


def along_streets(network: Network, points: np.ndarray) -> np.ndarray:
    """Return the walking distance between all points along streets, with the way to and from the nearest street.

    Parameters
    ----------
    network : Network
    points : ndarray of shapely Points, shape (n,), in the network's CRS

    Returns
    -------
    ndarray, shape (n, n)
        Metres. Between parts of the network that no street joins, the straight line is taken.

    Raises
    ------
    GeoError
        If the network has no street.
    """
    if not len(network.lines):
        raise GeoError("walking distances along streets need a network with at least one street")
    spots, away_m = snap(network, points, within_m=np.inf)
    straight = _straight(points)
    links = _links_of(network, spots.line, spots.along_m)
    here = network.nodes + np.arange(len(points))
    reached: np.ndarray = dijkstra(links, directed=False, indices=here)
    apart = reached[:, here] + away_m[:, None] + away_m[None, :]
    return _metric(apart, straight)


def over_land(land: shapely.Geometry, points: np.ndarray, *, smallest_m: float = 50.0) -> np.ndarray:
    """Return the shortest way over land between all points: straight, or bent around corners of the shore.

    Land is first widened by `smallest_m` and drawn that much coarser, so that water narrower than twice that is crossed
    (such streams have bridges) and a way is at most a few corners' rounding too short. It is drawn coarser still while
    the shore has more than 300 corners that stand out into the water's side.

    Parameters
    ----------
    land : shapely Polygon or MultiPolygon
    points : ndarray of shapely Points, shape (n,)
    smallest_m : float
        Detail of the shore that is kept.

    Returns
    -------
    ndarray, shape (n, n)
        Metres. Between islands the straight line is taken.

    Raises
    ------
    GeoError
        If there is no land.
    """
    if land is None or shapely.is_empty(land):
        raise GeoError("ways over land need land; give a polygon that is not empty")
    ground, corners = _coarse(land, smallest_m)
    nodes = np.concatenate([np.asarray(points), corners])
    apart = _straight(nodes)
    first, second = np.triu_indices(len(nodes), k=1)
    lines = shapely.linestrings(np.stack([_xy(nodes)[first], _xy(nodes)[second]], axis=1))
    shapely.prepare(ground)
    hidden = ~shapely.covers(ground, lines)
    seen = apart.copy()
    seen[first[hidden], second[hidden]] = seen[second[hidden], first[hidden]] = np.inf
    n = len(points)
    return _metric(shortest_ways(seen)[:n, :n], apart[:n, :n])


def _links_of(network: Network, line: np.ndarray, along_m: np.ndarray) -> csr_array:
    """Graph of the network's nodes and one more for each place, linked to the ends of its street and to its fellows."""
    place = network.nodes + np.arange(len(line))
    ends, length = network.ends[line], network.lengths_m[line]
    order = np.lexsort((along_m, line))
    mates = order[:-1], order[1:]
    same = line[mates[0]] == line[mates[1]]
    mates = mates[0][same], mates[1][same]
    tail = np.concatenate([network.ends[:, 0], place, place, place[mates[0]]])
    head = np.concatenate([network.ends[:, 1], ends[:, 0], ends[:, 1], place[mates[1]]])
    cost = np.concatenate([network.lengths_m, along_m, length - along_m, along_m[mates[1]] - along_m[mates[0]]])
    # of links between the same two nodes the shortest counts; a sparse table would add them up
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    kept = np.lexsort((cost, high, low))
    first = np.concatenate([[True], (np.diff(low[kept]) != 0) | (np.diff(high[kept]) != 0)])
    kept = kept[first & (low[kept] != high[kept])]
    size = network.nodes + len(line)
    weights = np.maximum(cost[kept], np.finfo(float).tiny)  # a stored zero would be no link
    return coo_array((weights, (low[kept], high[kept])), shape=(size, size)).tocsr()


def _coarse(land: shapely.Geometry, smallest_m: float) -> tuple[shapely.Geometry, np.ndarray]:
    """Return land without small detail, and its corners around which a way can bend."""
    while True:
        drawn = shapely.simplify(shapely.buffer(land, smallest_m, quad_segs=2), smallest_m)
        corners = _reflex(drawn)
        if len(corners) <= _MOST_CORNERS:
            return shapely.buffer(drawn, _SLACK_M, quad_segs=1), corners
        smallest_m *= 1.5


def _reflex(land: shapely.Geometry) -> np.ndarray:
    """Corners where land takes more than half of the turn, as points."""
    found = []
    for polygon in shapely.get_parts(shapely.normalize(land)):
        rings = [shapely.get_exterior_ring(polygon), *shapely.get_rings(polygon)[1:]]
        for ring, is_hole in zip(rings, [False] + [True] * (len(rings) - 1), strict=True):
            xy = shapely.get_coordinates(ring)[:-1]
            if shapely.is_ccw(ring) == is_hole:
                xy = xy[::-1]  # land on the left
            into, out = xy - np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0) - xy
            found.append(xy[into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0] < 0])
    return np.asarray(shapely.points(np.concatenate(found)))


def _metric(apart: np.ndarray, straight: np.ndarray) -> np.ndarray:
    """Fill what no way joins with the straight line, and take shortest ways over all places."""
    closed = shortest_ways(np.where(np.isfinite(apart), apart, straight))
    both = np.minimum(closed, closed.T)
    np.fill_diagonal(both, 0.0)
    return np.asarray(both)


def _straight(points: np.ndarray) -> np.ndarray:
    xy = _xy(points)
    return np.asarray(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)))


def _xy(points: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.get_coordinates(points))
