"""Equal-split kernels by waves: what all incidents send through every street, one step of distance at a time.

Following every path is exponential in the reach, but what happens at a junction is linear: whatever has walked the
same distance goes on together. Of each street and direction only what enters it is kept, by distance; it leaves at the
other end its length later. So the cost is streets times steps, whatever the number of incidents and of paths, and the
discontinuous kernel, which no averaging operator has, costs what the continuous one does.

What is not exact: a distance that lies between two steps is shared among the four around it (two where the street is
shorter than a step), by Lagrange's weights. They are right for cubics, and never grow: |sum w_k exp(i k t)| <= 1.
"""

import numpy as np

from geo.compiled import compiled
from geo.errors import GeoError
from geo.network.lines import Network, Spots
from geo.network.paths import SHAPE_CODES, kernel_value
from geo.network.rings import TAPS, send_events, waits_of
from geo.threads import each

_TURNS, _LEFT = 60, 1e-10  # rounds through streets shorter than a step, and the share that may go on a step too late
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
    graph, order = _graph(network), places.in_order()
    line_start = np.searchsorted(places.line[order], np.arange(len(network.lines) + 1))
    at = (line_start, places.along_m[order])
    given = np.ones(events.size) if weights is None else np.asarray(weights, dtype=np.float64)
    by_line = events.in_order()
    source = (events.line[by_line], events.along_m[by_line])
    how = (SHAPE_CODES[shape], support_m, step_m, continuous)

    def column(weight: np.ndarray) -> np.ndarray:
        found = np.zeros(places.size)
        found[order] = _sent(graph, (*source, weight[by_line]), at, how)
        return found

    return np.stack(each(column, np.atleast_2d(given))).reshape(*given.shape[:-1], places.size)


def _graph(network: Network) -> _Graph:
    """Street ends by node (2 line + 0 or 1, as one enters there), their start, the node of each, all lengths."""
    ends = np.ascontiguousarray(network.ends.ravel(), dtype=np.int64)
    by_node = np.argsort(ends, kind="stable")
    start = np.r_[0, np.cumsum(np.bincount(ends, minlength=network.nodes))].astype(np.int64)
    return start, by_node, ends, network.lengths_m


@compiled
def _sent(
    graph: _Graph,
    events: tuple[np.ndarray, np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray],
    how: tuple[int, float, float, bool],
) -> np.ndarray:
    """One column: own streets, then step by step what arrives, is split, and is read where it comes too late."""
    length, (code, support_m, step_m, continuous) = graph[3], how
    out = np.zeros(places[1].size)
    _own(out, events, places, (code, support_m))
    steps = int(np.ceil(support_m / step_m)) + 1
    first, waits = waits_of(length, step_m)
    late = np.zeros(first[-1])  # what will arrive at the far end of each way, in a ring of its own
    send_events(late, first, events, length, step_m)
    sums = np.zeros((2 * length.size, 5))
    entered = np.zeros(2 * length.size)
    short = np.flatnonzero(waits[:, 0] > 0)
    number = np.full(2 * length.size, -1)
    number[short] = np.arange(short.size)
    open_ = _opened(places, length.size)
    for step in range(steps):
        reached = step * step_m / support_m
        _close(out, open_, places, (length, sums), (code, support_m, reached))
        _split(graph, late, first, entered, (step, continuous))
        if short.size:
            _through_short(graph, (late, first, waits), entered, (short, number), (step, continuous))
        _walk_on((late, first, waits), entered, sums, (step, reached))
    _close(out, open_, places, (length, sums), (code, support_m, np.inf))
    return out


@compiled
def _own(
    out: np.ndarray,
    events: tuple[np.ndarray, np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray],
    kernel: tuple[int, float],
) -> None:
    """Add what each event leaves on its own street before any junction; events and places are in order."""
    line_start, along = places
    low = 0
    for i in range(events[0].size):
        line, at = events[0][i], events[1][i]
        low = max(low, line_start[line])
        while low < line_start[line + 1] and along[low] <= at - kernel[1]:
            low += 1
        for k in range(low, line_start[line + 1]):
            if along[k] >= at + kernel[1]:
                break
            out[k] += events[2][i] * kernel_value(kernel[0], abs(along[k] - at), kernel[1])


@compiled
def _opened(places: tuple[np.ndarray, np.ndarray], lines: int) -> np.ndarray:
    """For each way the range of places that is still open; the farthest one closes first."""
    open_ = np.empty((2 * lines, 2), np.int64)
    for way in range(2 * lines):
        open_[way, 0], open_[way, 1] = places[0][way >> 1], places[0][(way >> 1) + 1]
    return open_


@compiled
def _close(
    out: np.ndarray,
    open_: np.ndarray,
    places: tuple[np.ndarray, np.ndarray],
    ways: tuple[np.ndarray, np.ndarray],
    how: tuple[int, float, float],
) -> None:
    """Read the kernel, a polynomial of distance entered plus distance on the way, where later ones are too far."""
    (length, sums), (code, support_m, reached) = ways, how
    for way in range(sums.shape[0]):
        while open_[way, 0] < open_[way, 1]:
            k = open_[way, 1] - 1 if way & 1 == 0 else open_[way, 0]
            along = places[1][k] if way & 1 == 0 else length[way >> 1] - places[1][k]
            x = along / support_m
            if reached + x < 1:
                break
            open_[way, 1 - (way & 1)] += 2 * (way & 1) - 1
            if x < 1:
                out[k] += _polynomial(code, sums[way], x) / support_m


@compiled
def _polynomial(code: int, sums: np.ndarray, x: float) -> float:
    """Sum of a (1 - (t + x)^2)^p over amounts a entered at t, from the sums of a t^k."""
    square = 1 - x * x
    if code == 0:
        return float(0.75 * (sums[0] * square - 2 * x * sums[1] - sums[2]))
    found = sums[0] * square * square - 4 * x * square * sums[1] + (6 * x * x - 2) * sums[2]
    return float(15 / 16 * (found + 4 * x * sums[3] + sums[4]))


@compiled
def _split(graph: _Graph, late: np.ndarray, first: np.ndarray, entered: np.ndarray, now: tuple[int, bool]) -> None:
    """Let what arrives at every node in this step enter its streets."""
    start, by_node = graph[0], graph[1]
    for node in range(start.size - 1):
        total = 0.0
        for e in range(start[node], start[node + 1]):
            arrives = by_node[e] ^ 1
            total += late[first[arrives] + now[0] % (first[arrives + 1] - first[arrives])]
        degree = start[node + 1] - start[node]
        for e in range(start[node], start[node + 1]):
            arrives = by_node[e] ^ 1
            slot = first[arrives] + now[0] % (first[arrives + 1] - first[arrives])
            entered[by_node[e]] = _part(total, late[slot], degree, now[1])
            late[slot] = 0.0


@compiled
def _part(total: float, back: float, degree: int, continuous: bool) -> float:
    """Return what goes into a street, of all that arrives and of what came out of that street itself."""
    if continuous:
        return float(2.0 / degree * total - back)
    return float((total - back) / (degree - 1)) if degree > 1 else 0.0


@compiled
def _through_short(
    graph: _Graph,
    rings: tuple[np.ndarray, np.ndarray, np.ndarray],
    entered: np.ndarray,
    short: tuple[np.ndarray, np.ndarray],
    now: tuple[int, bool],
) -> None:
    """Pass on what reaches the far end of a street shorter than a step within the step, until nearly all has moved on.

    `short`: those ways, and the number of each way among them, -1 for others.
    """
    (start, by_node, ends, _), (late, first, waits), (ways, number) = graph, rings, short
    fresh, next_ = entered[ways], np.zeros(ways.size)
    most_ever = 0.0
    for _ in range(_TURNS):
        most = 0.0
        for k in range(ways.size):
            arrived = waits[ways[k], 0] * fresh[k]
            most = max(most, abs(arrived))
            node = ends[ways[k] ^ 1]
            degree = start[node + 1] - start[node]
            for e in range(start[node], start[node + 1]) if arrived != 0.0 else range(0):
                goes = by_node[e]
                part = _part(arrived, arrived if goes == ways[k] ^ 1 else 0.0, degree, now[1])
                entered[goes] += part
                if number[goes] >= 0:
                    next_[number[goes]] += part
        fresh, next_ = next_, fresh
        next_[:] = 0.0
        most_ever = max(most_ever, most)
        if most <= _LEFT * most_ever:
            break
    for k in range(ways.size):
        slot = (now[0] + 1) % (first[ways[k] + 1] - first[ways[k]])
        late[first[ways[k]] + slot] += waits[ways[k], 0] * fresh[k]


@compiled
def _walk_on(
    rings: tuple[np.ndarray, np.ndarray, np.ndarray],
    entered: np.ndarray,
    sums: np.ndarray,
    now: tuple[int, float],
) -> None:
    """Count what has entered each way by its distance, and let it arrive at the far end later."""
    late, first, waits = rings
    for way in range(entered.size):
        amount = entered[way]
        if amount == 0.0:
            continue
        power = amount
        for k in range(5):
            sums[way, k] += power
            power *= now[1]
        size = first[way + 1] - first[way]
        slot = (now[0] + int(waits[way, 1])) % size
        for k in range(TAPS):
            late[first[way] + slot] += amount * waits[way, 2 + k]
            slot = slot + 1 if slot + 1 < size else 0
