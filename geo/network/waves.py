"""Equal-split kernels by waves: what all incidents send through every street, one step of distance at a time.

Following every path is exponential in the reach, but what happens at a junction is linear: whatever has walked the
same distance goes on together. Of each street and direction only what enters it is kept, by distance; it leaves at the
other end its length later. So the cost is streets times steps, whatever the number of incidents and of paths, and the
discontinuous kernel, which no averaging operator has, costs what the continuous one does.

What is not exact: a distance that lies between two steps is shared among the four around it (two where the street is
shorter than a step), by Lagrange's weights. They are right for cubics, and never grow: |sum w_k exp(i k t)| <= 1.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from geo.compiled import compiled
from geo.errors import GeoError
from geo.network.lines import Network, Spots
from geo.network.paths import SHAPE_CODES, kernel_value
from geo.network.rings import Rings, close, enter, opened, send_events, turn, waits_of
from geo.threads import each

_TURNS, _LEFT = 60, 1e-10  # rounds through streets shorter than a step, and the share that may go on a step too late


@dataclass(frozen=True)
class _Ways:
    """Streets, each in both directions: those that begin at one node follow each other, near nodes near in memory.

    Attributes
    ----------
    start : nodes + 1
        Node j begins ways ``start[j]:start[j + 1]``.
    node : node that each way begins at
    back : the same street the other way
    line, side : the line, and the end of it that the way begins at (0 or 1)
    length_m : of each way
    """

    start: np.ndarray
    node: np.ndarray
    back: np.ndarray
    line: np.ndarray
    side: np.ndarray
    length_m: np.ndarray

    @property
    def graph(self) -> "_Graph":
        return self.start, self.node, self.back, self.length_m


_Graph = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def density_by_waves(
    network: Network,
    events: Spots,
    places: Spots,
    kernel: tuple[str, float],
    *,
    continuous: bool,
    step_m: float,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return the density per metre at places, as `paths.density_by_paths` does, at a cost that knows no paths.

    Parameters
    ----------
    network : Network
    events, places : Spots
    kernel : "epanechnikov" or "quartic", and its support in metres
    continuous : bool
        Equal-split continuous; otherwise discontinuous.
    step_m : float
        Distances are told apart by it. A two-hundredth of the support is right to about 1e-5 of the peak (quartic).
    weights : events, or columns x events; 1 if absent

    Returns
    -------
    places, or columns x places

    Raises
    ------
    GeoError
        If the step is not above 0, or the kernel is no polynomial.
    """
    shape, support_m = kernel
    if not step_m > 0 or shape not in SHAPE_CODES:
        msg = f"no kernel {shape!r} in steps of {step_m} m: give one of {', '.join(SHAPE_CODES)} and a step above 0 m"
        raise GeoError(msg)
    ways, order = _ways(network), places.in_order()
    line_start = np.searchsorted(places.line[order], np.arange(len(network.lines) + 1))
    at = (line_start, places.along_m[order], ways.line, ways.side)
    given = np.ones(events.size) if weights is None else np.asarray(weights, dtype=np.float64)
    by_line = events.in_order()
    of_line = np.argsort(2 * ways.line + ways.side).reshape(-1, 2)
    source = (events.line[by_line], events.along_m[by_line], of_line)
    how = (SHAPE_CODES[shape], support_m, step_m, continuous)

    def column(weight: np.ndarray) -> np.ndarray:
        found = np.zeros(places.size)
        found[order] = _sent(ways.graph, (*source, weight[by_line]), at, how)
        return found

    return np.stack(each(column, np.atleast_2d(given))).reshape(*given.shape[:-1], places.size)


def _ways(network: Network) -> _Ways:
    a, b = network.ends.T
    meets = coo_array((np.ones(2 * a.size), (np.r_[a, b], np.r_[b, a])), shape=(network.nodes,) * 2).tocsr()
    rank = np.empty(network.nodes, dtype=np.int64)
    rank[reverse_cuthill_mckee(meets, symmetric_mode=True)] = np.arange(network.nodes)
    node = rank[network.ends.ravel()]
    order = np.argsort(node, kind="stable")
    position = np.empty(order.size, dtype=np.int64)
    position[order] = np.arange(order.size)
    start = np.r_[0, np.cumsum(np.bincount(node, minlength=network.nodes))].astype(np.int64)
    line, side = order >> 1, order & 1
    return _Ways(start, node[order], position[order ^ 1], line, side, network.lengths_m[line])


@compiled
def _sent(
    graph: _Graph,
    events: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    how: tuple[int, float, float, bool],
) -> np.ndarray:
    """One column: own streets, then step by step what arrives, is split, and is read where it comes too late."""
    length, (code, support_m, step_m, continuous) = graph[3], how
    out = np.zeros(places[1].size)
    _own(out, events, places, (code, support_m))
    first, waits = waits_of(length, step_m)
    late = np.zeros(first[-1])  # what will arrive at the far end of each way, in a ring of its own
    send_events(late, first, events, length, step_m)
    rings = (late, first, first[:-1].copy(), waits)
    sums = np.zeros((length.size, 5))
    short = np.flatnonzero(waits[:, 0] > 0)
    number = np.full(length.size, -1)
    number[short] = np.arange(short.size)
    fresh = np.zeros(short.size)
    open_ = opened(places)
    for step in range(int(np.ceil(support_m / step_m)) + 1):
        reached = step * step_m / support_m
        close(out, open_, places, (length, sums), (code, support_m, reached))
        _split(graph, rings, sums, (number, fresh), (reached, continuous))
        if short.size:
            _through_short(graph, rings, sums, (short, number, fresh), (reached, continuous))
        turn(rings)
    close(out, open_, places, (length, sums), (code, support_m, np.inf))
    return out


@compiled
def _own(
    out: np.ndarray,
    events: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    kernel: tuple[int, float],
) -> None:
    """Add what each event leaves on its own street before any junction; events and places are in order."""
    line_start, along = places[0], places[1]
    low = 0
    for i in range(events[0].size):
        line, at = events[0][i], events[1][i]
        low = max(low, line_start[line])
        while low < line_start[line + 1] and along[low] <= at - kernel[1]:
            low += 1
        for k in range(low, line_start[line + 1]):
            if along[k] >= at + kernel[1]:
                break
            out[k] += events[3][i] * kernel_value(kernel[0], abs(along[k] - at), kernel[1])


@compiled
def _split(
    graph: _Graph,
    rings: Rings,
    sums: np.ndarray,
    short: tuple[np.ndarray, np.ndarray],
    now: tuple[float, bool],
) -> None:
    """Let what arrives at every node in this step enter its streets; note what enters those shorter than a step."""
    start, _, back, _ = graph
    late, _, here, _ = rings
    for node in range(start.size - 1):
        total, degree = 0.0, start[node + 1] - start[node]
        for way in range(start[node], start[node + 1]):
            total += late[here[back[way]]]
        for way in range(start[node], start[node + 1]):
            slot = here[back[way]]
            part = _part(total, late[slot], degree, now[1])
            late[slot] = 0.0
            if part != 0.0:
                enter(rings, sums, way, part, now[0])
            if short[0][way] >= 0:
                short[1][short[0][way]] = part


@compiled
def _part(total: float, back: float, degree: int, continuous: bool) -> float:
    """Return what goes into a street, of all that arrives and of what came out of that street itself."""
    if continuous:
        return float(2.0 / degree * total - back)
    return float((total - back) / (degree - 1)) if degree > 1 else 0.0


@compiled
def _through_short(
    graph: _Graph,
    rings: Rings,
    sums: np.ndarray,
    short: tuple[np.ndarray, np.ndarray, np.ndarray],
    now: tuple[float, bool],
) -> None:
    """Pass on what reaches the far end of a street shorter than a step within the step, until nearly all has moved on.

    `short`: those ways, the number of each way among them (-1 for others), and what has just entered them.
    """
    (start, node, back, _), (late, first, here, waits), (ways, number, fresh) = graph, rings, short
    next_, most_ever = np.zeros(ways.size), 0.0
    for _ in range(_TURNS):
        most = 0.0
        for k in range(ways.size):
            arrived = waits[ways[k], 0] * fresh[k]
            if arrived == 0.0:
                continue
            most = max(most, abs(arrived))
            there = node[back[ways[k]]]
            degree = start[there + 1] - start[there]
            for goes in range(start[there], start[there + 1]):
                part = _part(arrived, arrived if goes == back[ways[k]] else 0.0, degree, now[1])
                enter(rings, sums, goes, part, now[0])
                if number[goes] >= 0:
                    next_[number[goes]] += part
        fresh[:] = next_
        next_[:] = 0.0
        most_ever = max(most_ever, most)
        if most <= _LEFT * most_ever:
            break
    for k in range(ways.size):
        slot = here[ways[k]] + 1
        late[slot if slot < first[ways[k] + 1] else first[ways[k]]] += waits[ways[k], 0] * fresh[k]
