"""spNetwork's own rules for its discontinuous kernel and its two criteria, written anew as an oracle. Uses no geo code.

What it does that `geo.network` does not: places are told apart by their coordinates cut (not rounded) after some
decimals; for densities lines join at every vertex, for bandwidths at their ends only; incidents within `pool_m` of each
other become one; an incident near a line's beginning lies at it; one at a junction of d streets sends 2 / d into each;
paths end after `deepest` junctions; streets side by side between two nodes are one street, walked twice.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree


@dataclass(frozen=True)
class Settings:
    """Arguments of its calls: decimals kept, distance to a line's end, pooling, junctions, split at every vertex."""

    decimals: int
    near_end_m: float
    pool_m: float
    deepest: int
    every_vertex: bool


@dataclass(frozen=True)
class Graph:
    """Segments from node to node; `joins` gives for two nodes the last segment between them."""

    xy: np.ndarray
    first: np.ndarray
    second: np.ndarray
    length: np.ndarray
    shape: np.ndarray
    beside: dict
    joins: dict


def cut(value, decimals):
    """Cut a coordinate's decimal digits off, of its 15 significant ones."""
    whole, _, rest = f"{value:.15g}".partition(".")
    return f"{whole}.{(rest or '0')[:decimals]}"


def pooled(xy, within_m):
    """Connected groups within a distance become one at their mean (its dbscan with two points at least)."""
    pairs = cKDTree(xy).query_pairs(within_m, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    group = connected_components(links, directed=False)[1]
    size = np.bincount(group).astype(float)
    return np.column_stack([np.bincount(group, axis) / size for axis in xy.T]), size, group


def graph_of(lines, snapped, settings):
    """Cut lines at the incidents (and at every vertex), and join what has the same cut coordinates."""
    parts = []
    for i, line in enumerate(lines):
        along = np.array([line.project(point) for at, point in snapped if at == i])
        along = along[along >= settings.near_end_m]
        if not settings.every_vertex:
            along = along[along <= line.length - settings.near_end_m]
        parts += _parts(line, np.sort(along), settings.every_vertex)
    number, edges = {}, []
    for part in parts:
        keys = [tuple(cut(value, settings.decimals) for value in part.coords[end][:2]) for end in (0, -1)]
        if part.length > 0 and keys[0] != keys[1]:
            edges.append((*[number.setdefault(key, len(number)) for key in keys], part))
    first, second = (np.array([edge[k] for edge in edges]) for k in (0, 1))
    shape = np.array([edge[2] for edge in edges])
    beside, joins = defaultdict(list), {}
    for k, (a, b) in enumerate(zip(first, second, strict=True)):
        beside[a].append(b)
        beside[b].append(a)
        joins[a, b] = joins[b, a] = k
    return Graph(np.array(list(number), dtype=float), first, second, shapely.length(shape), shape, beside, joins)


def _parts(line, along, every_vertex):
    xy = np.asarray(line.coords)[:, :2]
    vertex = np.r_[0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]
    new = np.array([line.interpolate(d).coords[0][:2] for d in along]).reshape(-1, 2)
    order = np.argsort(np.r_[vertex, along], kind="stable")
    xy, stops = np.vstack((xy, new))[order], np.flatnonzero(order >= vertex.size)
    stops = np.arange(len(xy)) if every_vertex else np.unique(np.r_[0, stops, len(xy) - 1])
    return [shapely.LineString(xy[a : b + 1]) for a, b in pairwise(stops)]


def quartic(distance, bw):
    return np.where(distance < bw, 15 / 16 * (1 - (distance / bw) ** 2) ** 2 / bw, 0.0)


def walk(graph, start, bw, deepest):
    """Yield every segment walked from a node, as (segment, from, to, distance so far, share)."""
    stack = [(0.0, 1.0, start, -1, 0)]
    while stack:
        distance, share, node, before, depth = stack.pop()
        near = graph.beside[node]
        deeper = depth + (len(near) > 2)
        if before < 0:
            part = 2 / len(near) if len(near) > 2 else 1.0
        elif len(near) == 1:
            continue
        else:
            part = share / (len(near) - 1)
        for to in near:
            if to == before:
                continue
            segment = graph.joins[node, to]
            yield segment, node, to, distance, part
            if distance + graph.length[segment] < bw and deeper < deepest:
                stack.append((distance + graph.length[segment], part, to, node, deeper))


def placed(lines, points, settings):
    """Graph, node of each pooled incident, their weights, and the pool of each incident."""
    xy, weight, group = pooled(shapely.get_coordinates(points), settings.pool_m)
    spots = shapely.points(xy)
    nearest = shapely.STRtree(lines).nearest(spots)
    at = shapely.line_interpolate_point(lines[nearest], shapely.line_locate_point(lines[nearest], spots))
    graph = graph_of(lines, list(zip(nearest, at, strict=True)), settings)
    node = cKDTree(graph.xy).query(shapely.get_coordinates(at))[1]
    return graph, node, weight, group


def discontinuous(lines, points, places, bw, settings):
    """Events per metre at places: points on the plane, as it takes them."""
    graph, nodes, weights, _ = placed(lines, points, settings)
    segment, xy = shapely.STRtree(graph.shape).nearest(places), shapely.get_coordinates(places)
    on, found = defaultdict(list), np.zeros(len(places))
    for k, s in enumerate(segment):
        on[s].append(k)
    for start, weight in zip(nodes, weights, strict=True):
        for s, a, _, distance, share in walk(graph, start, bw, settings.deepest):
            for k in on[s]:
                found[k] += weight * share * quartic(distance + np.hypot(*(xy[k] - graph.xy[a])), bw)
    return found


def criteria(lines, points, widths, settings, *, split_own=False):
    """Mean log density without oneself, and the sum of 1 / density with oneself; both of densities over the width.

    Incidents at one node reach each other only round a block. Those that nothing reaches count as the least double.
    With oneself means the whole K(0), also at a junction of d streets, where the kernel has 2 / d of it (`split_own`).
    """
    graph, nodes, _, group = placed(lines, points, settings)
    at = nodes[group]
    everyone = defaultdict(list)
    for i, node in enumerate(at):
        everyone[node].append(i)
    left = {start: np.zeros((len(widths), len(at))) for start in everyone}
    for start, given in left.items():
        for s, _, to, distance, share in walk(graph, start, widths.max(), settings.deepest):
            if to in everyone:
                reach = distance + graph.length[s]
                given[:, everyone[to]] += (share * quartic(reach, widths) / widths)[:, None]
    whole = sum(given * len(everyone[start]) for start, given in left.items())
    own = np.column_stack([left[node][:, i] for i, node in enumerate(at)])
    others, least = whole - own, np.finfo(float).tiny
    likelihood = np.log(np.where(others > 1e-18, others, least)).mean(axis=1)
    streets = np.array([len(graph.beside[node]) for node in at])
    share = np.where(split_own & (streets > 2), 2 / streets, 1.0)
    with_oneself = whole + (quartic(0.0, widths) / widths)[:, None] * share
    return likelihood, (1 / with_oneself).sum(axis=1)
