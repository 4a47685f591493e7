"""How wide a kernel along streets should be: criteria over many widths at once, with the whole curve. Advises only.

Every criterion comes from one sweep. What an incident leaves at its own place, and what comes back to it from
junctions and dead ends, is taken off exactly: ``T_2m = 2 T_m T_m - 1`` gives it from a search over half the support.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from geo.chebyshev import stack
from geo.compiled import compiled
from geo.errors import GeoError
from geo.network.kernels import Kernel, series_of
from geo.network.lines import Spots
from geo.network.pieces import Pieces
from geo.network.spread import deposit, read, spread_bands

FAINTEST_LOG = float(np.log(np.finfo(float).tiny))


@dataclass(frozen=True)
class Curve:
    """A criterion over widths.

    Attributes
    ----------
    support_m : widths tried
    score : one per width
    best_m : the width that the criterion prefers
    alone : share of incidents, at each width, with no other within reach
    """

    support_m: np.ndarray
    score: np.ndarray
    best_m: float
    alone: np.ndarray


def scott_m(xy: np.ndarray) -> float:
    """Return Scott's rule with one dimension, a standard deviation: geometric mean of the axes' times n^(-1/5)."""
    return float(np.sqrt(np.prod(np.std(xy, axis=0, ddof=1))) * len(xy) ** -0.2)


def likelihood_curve(pieces: Pieces, events: Spots, *, shape: str, support_m: np.ndarray) -> Curve:
    """Return the mean log density at each incident made by the others; the highest is best.

    An incident that no other reaches counts as the smallest number there is, -708, as in spNetwork. Incidents at one
    place (snapped to an address) reach each other at any width and pull the best width towards 0: jitter or pool them.

    Raises
    ------
    GeoError
        If there are fewer than two incidents.
    """
    if events.size < 2:
        raise GeoError("a bandwidth cannot be chosen from fewer than two incidents")
    series = [series_of(Kernel(shape, h), pieces.step_m) for h in support_m]
    others = read(pieces, spread_bands(pieces, deposit(pieces, events), series), events)
    others -= returning(pieces, events, series)
    reached = others > 1e-12 / np.asarray(support_m)[:, None]
    logs = np.where(reached, np.log(np.where(reached, others, 1.0)), FAINTEST_LOG)
    score = logs.mean(axis=1)
    return Curve(np.asarray(support_m), score, float(support_m[score.argmax()]), 1 - reached.mean(axis=1))


def cronie_van_lieshout_curve(pieces: Pieces, events: Spots, *, shape: str, support_m: np.ndarray) -> Curve:
    """Return ``(sum over incidents of 1 / density - street length)^2``; the lowest is best.

    Incidents count themselves (Cronie and van Lieshout 2018).
    """
    series = [series_of(Kernel(shape, h), pieces.step_m) for h in support_m]
    density = read(pieces, spread_bands(pieces, deposit(pieces, events), series), events)
    score = ((1 / density).sum(axis=1) - pieces.network.lengths_m.sum()) ** 2
    return Curve(np.asarray(support_m), score, float(support_m[score.argmin()]), np.zeros(len(support_m)))


def returning(pieces: Pieces, events: Spots, series: list[np.ndarray]) -> np.ndarray:
    """Return what each incident leaves at its own place, for every series: series x events."""
    coefficients = stack(series)
    walk, mass, node = _condensed(pieces)
    before, towards = pieces.beside(events)
    place, which = np.unique(np.column_stack((node[before], node[before + 1], towards)), axis=0, return_inverse=True)
    seeds = place[:, :2].astype(np.int64)
    shares = np.column_stack((1 - place[:, 2], place[:, 2]))
    half = coefficients.shape[1] // 2 + 1
    back = _returns((walk.indptr, walk.indices, walk.data), mass, (seeds, shares), half)
    return np.asarray(coefficients @ back[:, : coefficients.shape[1]].T)[:, which.ravel()]


def _condensed(pieces: Pieces) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """Return the operator with one row a node, the length each stands for, and the node of each slot."""
    ends = pieces.junctions
    head = np.repeat(ends.slot[ends.start[:-1]], np.diff(ends.start))
    first = np.arange(pieces.size)
    first[ends.slot] = head
    known, node = np.unique(first, return_inverse=True)
    inside = np.flatnonzero(pieces.pull > 0)
    half = pieces.pull[inside] / 2
    row = np.r_[node[inside], node[inside], node[inside], node[head], node[head]]
    col = np.r_[node[inside - 1], node[inside + 1], node[inside], node[ends.inner], node[head]]
    value = np.r_[half, half, -2 * half, ends.weight, -ends.weight]
    every = np.arange(known.size)
    entries = (np.r_[value, np.ones(known.size)], (np.r_[row, every], np.r_[col, every]))
    walk = coo_array(entries, shape=(known.size, known.size)).tocsr()
    return walk, np.bincount(node, pieces.control_m), node


@compiled
def _returns(
    walk: tuple[np.ndarray, np.ndarray, np.ndarray],
    mass: np.ndarray,
    seeds_shares: tuple[np.ndarray, np.ndarray],
    half: int,
) -> np.ndarray:
    """Diagonal of T_0, T_1, ... T_2half for every pair of seeds: places x (2 half + 1)."""
    seeds, shares = seeds_shares
    out = np.empty((seeds.shape[0], 2 * half + 1))
    now, before = np.zeros(mass.size), np.zeros(mass.size)
    active = np.empty(mass.size, np.int64)
    seen = np.full(mass.size, -1)
    for i in range(seeds.shape[0]):
        count = 0
        for s in range(2):
            node = seeds[i, s]
            now[node] += shares[i, s] / mass[node]
            if seen[node] != i:
                seen[node] = i
                active[count] = node
                count += 1
        fresh = 0
        for m in range(half):
            grown = _grow(walk, active, (fresh, count), seen, i)
            fresh, count = count, grown
            same, next_ = _advance(walk, (now, before), active[:count], mass, 1.0 if m == 0 else 2.0)
            now, before = before, now
            if m == 0:
                out[i, 0], out[i, 1] = same, next_
            else:
                out[i, 2 * m], out[i, 2 * m + 1] = 2 * same - out[i, 0], 2 * next_ - out[i, 1]
        last = 0.0
        for k in range(count):
            last += now[active[k]] ** 2 * mass[active[k]]
        out[i, 2 * half] = 2 * last - out[i, 0]
        for k in range(count):
            now[active[k]] = before[active[k]] = 0.0
    return out


@compiled
def _grow(
    walk: tuple[np.ndarray, np.ndarray, np.ndarray],
    active: np.ndarray,
    fresh: tuple[int, int],
    seen: np.ndarray,
    mark: int,
) -> int:
    """Add the neighbours of the nodes added last, and return how many there are now."""
    count = fresh[1]
    for k in range(fresh[0], fresh[1]):
        for e in range(walk[0][active[k]], walk[0][active[k] + 1]):
            node = walk[1][e]
            if seen[node] != mark:
                seen[node] = mark
                active[count] = node
                count += 1
    return count


@compiled
def _advance(
    walk: tuple[np.ndarray, np.ndarray, np.ndarray],
    state: tuple[np.ndarray, np.ndarray],
    active: np.ndarray,
    mass: np.ndarray,
    scale: float,
) -> tuple[float, float]:
    """Overwrite the state before by the next; return the products of the current one with itself and with the next."""
    start, neighbour, link = walk
    now, before = state
    same = next_ = 0.0
    for node in active:
        moved = 0.0
        for e in range(start[node], start[node + 1]):
            moved += link[e] * now[neighbour[e]]
        before[node] = scale * moved - (scale - 1) * before[node]
        same += now[node] ** 2 * mass[node]
        next_ += now[node] * before[node] * mass[node]
    return same, next_
