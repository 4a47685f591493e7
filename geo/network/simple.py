"""The simple network kernel: the kernel of the shortest way, not split at junctions. For comparison with other tools.

Its mass exceeds 1 at every junction, so it is no density (Xie and Yan 2008).
"""

import heapq

import numpy as np

from geo.compiled import compiled
from geo.network.lines import Network, Spots
from geo.network.paths import SHAPE_CODES, kernel_value


def simple_density(network: Network, events: Spots, places: Spots, kernel: tuple[str, float]) -> np.ndarray:
    """Return the sum over events of the kernel at the shortest walking distance to places; exact.

    One search from each event, no farther than the kernel's support.

    Parameters
    ----------
    network : Network
    events, places : Spots
    kernel : "epanechnikov" or "quartic", and its support in metres
    """
    order = places.in_order()
    ends = network.ends.ravel()
    by_node = np.argsort(ends, kind="stable")
    start = np.r_[0, np.cumsum(np.bincount(ends, minlength=network.nodes))].astype(np.int64)
    line_start = np.searchsorted(places.line[order], np.arange(len(network.lines) + 1))
    found = np.zeros(places.size)
    found[order] = _search(
        (np.ascontiguousarray(network.ends, dtype=np.int64), network.lengths_m, start, by_node),
        (events.line, events.along_m),
        (line_start, places.along_m[order]),
        (SHAPE_CODES[kernel[0]], kernel[1]),
    )
    return found


@compiled
def _search(
    graph: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    events: tuple[np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray],
    kernel: tuple[int, float],
) -> np.ndarray:
    """Search from every event in turn, then add the kernel on the lines at the nodes it reached."""
    ends, length, start, by_node = graph
    out = np.zeros(places[1].size)
    reached = np.full(start.size - 1, np.inf)
    done = np.full(length.size, -1)
    for i in range(events[0].size):
        own, at = events[0][i], events[1][i]
        queue = [(at, ends[own, 0]), (length[own] - at, ends[own, 1])]
        heapq.heapify(queue)
        nodes = _reach(graph, queue, reached, kernel[1])
        done[own] = i
        _on_line(out, places, (own, at), (reached[ends[own, 0]], reached[ends[own, 1]], length[own]), kernel)
        for node in nodes:
            for e in range(start[node], start[node + 1]):
                line = by_node[e] >> 1
                if done[line] != i:
                    done[line] = i
                    around = (reached[ends[line, 0]], reached[ends[line, 1]], length[line])
                    _on_line(out, places, (line, np.inf), around, kernel)
        for node in nodes:
            reached[node] = np.inf
    return out


@compiled
def _reach(
    graph: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    queue: list[tuple[float, int]],
    reached: np.ndarray,
    farthest_m: float,
) -> list[int]:
    ends, length, start, by_node = graph
    nodes = [0 for _ in range(0)]
    while len(queue) > 0:
        distance, node = heapq.heappop(queue)
        if distance >= reached[node] or distance >= farthest_m:
            continue
        reached[node] = distance
        nodes.append(node)
        for e in range(start[node], start[node + 1]):
            line = by_node[e] >> 1
            beyond = ends[line, 1 - (by_node[e] & 1)]
            if distance + length[line] < min(reached[beyond], farthest_m):
                heapq.heappush(queue, (distance + length[line], beyond))
    return nodes


@compiled
def _on_line(
    out: np.ndarray,
    places: tuple[np.ndarray, np.ndarray],
    event: tuple[int, float],
    ends_m: tuple[float, float, float],
    kernel: tuple[int, float],
) -> None:
    line, at = event
    for k in range(places[0][line], places[0][line + 1]):
        along = places[1][k]
        near = min(ends_m[0] + along, ends_m[1] + ends_m[2] - along)
        out[k] += kernel_value(kernel[0], min(near, abs(along - at)), kernel[1])
