"""Conditional permutation: how often a neighbourhood's sum is as large, or as small, when others' values are shuffled.

The value of the area itself stays; the values of all others are dealt to its neighbours without replacement. Gi, Gi*
and local Moran are monotone in the sum of the neighbours, so one count serves them all. Owns the counts, no statistic.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from geo.compiled import compiled
from geo.errors import GeoError
from geo.threads import each

_BLOCK = 4096  # areas a thread takes at a time
_TIE = 1e-10  # of the largest possible sum: closer sums are equal, and count for both tails


@dataclass(frozen=True)
class Permuted:
    """p-values of the neighbours' sums under shuffled values.

    Attributes
    ----------
    p_upper, p_lower : n
        (1 + number of simulations with a sum as large, as small) / (simulations + 1); 1 without neighbours.
    simulations : int
    """

    p_upper: np.ndarray
    p_lower: np.ndarray
    simulations: int

    @property
    def p_two_sided(self) -> np.ndarray:
        """Twice the smaller tail, at most 1."""
        return np.asarray(np.minimum(1.0, 2 * np.minimum(self.p_upper, self.p_lower)))

    @property
    def smallest_p(self) -> float:
        """The smallest one-sided p that so many simulations can give."""
        return 1 / (self.simulations + 1)


def permuted_sums(values: np.ndarray, weights: sparse.csr_array, *, simulations: int, seed: int) -> Permuted:
    """Compare every area's weighted sum over its neighbours with sums of others' values drawn at random.

    Parameters
    ----------
    values : n
    weights : n x n csr
        Without a diagonal.
    simulations : int
        999 or more for anything that is to be published.
    seed : int
        Simulation k draws from ``SeedSequence((seed, k))``, whatever the number of threads. Within a simulation all
        areas use the same positions among the others (as esda does), so their p-values are correlated but each is
        valid by itself.

    Returns
    -------
    Permuted

    Raises
    ------
    GeoError
        If there are no simulations.
    """
    if simulations < 1:
        msg = f"{simulations} simulations; at least one is needed, 999 for anything to be published"
        raise GeoError(msg)
    n = values.size
    degree = int(np.diff(weights.indptr).max(initial=0))
    drawn = _positions(n, degree, simulations, seed)
    tie = _TIE * float(np.abs(values).max(initial=0.0))
    links = weights.indptr.astype(np.int64), weights.indices.astype(np.int64), weights.data

    def block(start: int) -> np.ndarray:
        return _count(values, links, drawn, np.arange(start, min(start + _BLOCK, n)), tie)

    counts = np.concatenate(each(block, range(0, n, _BLOCK)))
    return Permuted((1 + counts[:, 0]) / (simulations + 1), (1 + counts[:, 1]) / (simulations + 1), simulations)


def permuted_if_asked(
    values: np.ndarray, weights: sparse.csr_array, *, simulations: int, seed: int | None
) -> Permuted | None:
    """As `permuted_sums`, and None for no simulations.

    Raises
    ------
    GeoError
        If there are simulations without a seed.
    """
    if simulations == 0:
        return None
    if seed is None:
        msg = "simulations need a seed, so that the same input gives the same answer"
        raise GeoError(msg)
    return permuted_sums(values, weights, simulations=simulations, seed=seed)


def _positions(n: int, degree: int, simulations: int, seed: int) -> np.ndarray:
    """Positions among the n - 1 others, simulations x degree, without replacement within a simulation."""
    drawn = np.empty((simulations, degree), dtype=np.int64)
    for k in range(simulations):
        rng = np.random.default_rng(np.random.SeedSequence((seed, k)))
        drawn[k] = rng.choice(n - 1, size=degree, replace=False)
    return drawn


@compiled
def _count(
    values: np.ndarray,
    links: tuple[np.ndarray, np.ndarray, np.ndarray],
    drawn: np.ndarray,
    areas: np.ndarray,
    tie: float,
) -> np.ndarray:
    start, neighbour, weight = links
    counts = np.zeros((areas.size, 2), dtype=np.int64)
    for a in range(areas.size):
        i = areas[a]
        first, last = start[i], start[i + 1]
        observed, size = 0.0, 0.0
        for e in range(first, last):
            observed += weight[e] * values[neighbour[e]]
            size += weight[e]
        for s in range(drawn.shape[0]):
            total = 0.0
            for e in range(first, last):
                j = drawn[s, e - first]
                total += weight[e] * values[j + 1 if j >= i else j]
            if total >= observed - tie * size:
                counts[a, 0] += 1
            if total <= observed + tie * size:
                counts[a, 1] += 1
    return counts
