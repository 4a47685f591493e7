"""Equal-split kernels by following every path from every incident: exact, slow, and the judge of all faster schemes.

At a junction of d streets the discontinuous kernel sends 1 / (d - 1) into each other street and nothing back; the
continuous one 2 / d onwards and 2 / d - 1 back, and a dead end reflects. Paths grow exponentially with the reach.
"""

import numpy as np

from geo.compiled import compiled
from geo.network.lines import Network, Spots

_DEEPEST = 100_000


def density_by_paths(
    network: Network,
    events: Spots,
    places: Spots,
    kernel: tuple[str, float],
    *,
    continuous: bool,
    faintest: float = 1e-12,
    others_only: bool = False,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return the density per metre at places, exactly but for paths fainter than `faintest`.

    Parameters
    ----------
    network : Network
    events, places : Spots
    kernel : "epanechnikov" or "quartic", and its support in metres
    continuous : bool
        Equal-split continuous; otherwise discontinuous.
    faintest : float
        Paths whose share has fallen below it are not followed.
    others_only : bool
        Leave out, at place k, what event k leaves itself; places are then the events.
    weights : one per event, 1 if absent
    """
    name, support_m = kernel
    order = places.in_order()
    ends = network.ends.ravel()
    by_node = np.argsort(ends, kind="stable")
    start = np.r_[0, np.cumsum(np.bincount(ends, minlength=network.nodes))].astype(np.int64)
    line_start = np.searchsorted(places.line[order], np.arange(len(network.lines) + 1))
    given = np.ones(events.size) if weights is None else np.asarray(weights, dtype=np.float64)
    found = np.zeros(places.size)
    found[order] = _follow(
        (np.ascontiguousarray(network.ends, dtype=np.int64), network.lengths_m, start, by_node),
        (events.line, events.along_m, given),
        (line_start, places.along_m[order], order if others_only else np.full(order.size, -1)),
        (SHAPE_CODES[name], support_m),
        (continuous, faintest),
    )
    return found


SHAPE_CODES = {"epanechnikov": 0, "quartic": 1}


@compiled
def kernel_value(code: int, distance_m: float, support_m: float) -> float:
    """Return a kernel per metre at a distance; `SHAPE_CODES` names the code."""
    u = distance_m / support_m
    if u >= 1:
        return 0.0
    if code == 0:
        return float(0.75 / support_m * (1 - u * u))
    return float(15 / 16 / support_m * (1 - u * u) ** 2)


@compiled
def _passed_on(share: float, degree: int, back: bool, continuous: bool) -> float:
    """Return what of a share goes into one of the streets at a junction."""
    if continuous:
        return float(share * (2.0 / degree - (1.0 if back else 0.0)))
    return 0.0 if back else float(share / (degree - 1))


@compiled
def _add(
    out: np.ndarray,
    places: tuple[np.ndarray, np.ndarray, np.ndarray],
    walk: tuple[int, int, float, int],
    kernel: tuple[int, float],
    share: float,
) -> None:
    """Add a share of the kernel to the places of a line, passed in a direction (1 or -1) from a distance."""
    line, event, reached_m, direction = walk
    line_start, along, owner = places
    for k in range(line_start[line], line_start[line + 1]):
        if owner[k] != event:
            out[k] += share * kernel_value(kernel[0], abs(reached_m + direction * along[k]), kernel[1])


@compiled
def _follow(
    graph: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    events: tuple[np.ndarray, np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray, np.ndarray],
    kernel: tuple[int, float],
    how: tuple[bool, float],
) -> np.ndarray:
    """Follow half-edges (2 line + the end entered from) depth first, with a stack of distances and shares."""
    ends, length, start, by_node = graph
    out = np.zeros(places[1].size)
    distance, share = np.empty(_DEEPEST), np.empty(_DEEPEST)
    half = np.empty(_DEEPEST, np.int64)
    for i in range(events[0].size):
        own, at, weight = events[0][i], events[1][i], events[2][i]
        _add(out, places, (own, i, -at, 1), kernel, weight)
        distance[0], share[0], half[0] = length[own] - at, weight, 2 * own
        distance[1], share[1], half[1] = at, weight, 2 * own + 1
        top = 2
        while top > 0:
            top -= 1
            reached, arrived, came = distance[top], share[top], half[top]
            if reached >= kernel[1]:
                continue
            node = ends[came >> 1, 1 - (came & 1)]
            degree = start[node + 1] - start[node]
            for e in range(start[node], start[node + 1]):
                goes = by_node[e]
                if degree == 1 and not how[0]:
                    continue
                part = _passed_on(arrived, degree, goes == (came ^ 1), how[0])
                if abs(part) <= how[1]:
                    continue
                line = goes >> 1
                far = reached + length[line]
                direction = 1 - 2 * (goes & 1)
                _add(out, places, (line, i, reached if direction == 1 else far, direction), kernel, part)
                if far < kernel[1]:
                    distance[top], share[top], half[top] = far, part, goes
                    top += 1
    return out
