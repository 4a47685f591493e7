"""The maximum test: whether a change anywhere exceeds what runs of days that trade places between periods would make.

Owns the test. Nothing is smoothed for a simulation: a smoothed difference is the sum of what its runs of days add, and
a run whose two halves trade places adds the same with its sign turned. Bursts within a run stay together, so the test
needs no model of them; `geo.change.permutation` deals incidents one by one.
"""

from dataclasses import dataclass

import numpy as np

from geo.compiled import compiled
from geo.errors import GeoError

_TIE = 1e-9  # of the largest value: closer ones are equal
_BLOCK = 128  # simulations side by side
_CELLS = 32  # between two looks whether a cell can still be the largest


@dataclass(frozen=True)
class Maximum:
    """The largest studentised difference of all cells and its p.

    Attributes
    ----------
    largest : float
        max |z|.
    p_value : float
        (1 + simulations with a maximum as large) / (simulations + 1).
    smallest_p : float
        The smallest p there can be: of so many simulations, and of 2^(runs - 1) ways that differ.
    """

    largest: float
    p_value: float
    smallest_p: float


def maximum_test(differences: np.ndarray, deviation: np.ndarray, *, simulations: int = 999, seed: int) -> Maximum:
    """Test all cells at once against what trading places would give, without any law but that of the coin.

    ``z(u) = sum_k s_k D_k(u) / deviation(u)``, all s_k = 1 as observed; p is that of max |z| among draws of s_k = +-1.
    It holds exactly if the halves of every run may trade places and `deviation` does not change when they do.

    Parameters
    ----------
    differences : runs x cells
        What each run of days adds to the smoothed difference of later and earlier.
    deviation : cells
        What z is measured in; above 0.
    simulations : int
    seed : int
        Of the draws.

    Raises
    ------
    GeoError
        If there are no simulations, runs or cells, sizes differ, or a value is not finite or a deviation not positive.

    Notes
    -----
    Source: Westfall & Young 1993, Resampling-based multiple testing (the single-step maximum); Romano & Wolf 2005,
    Journal of the American Statistical Association 100, 94 (sign changes).
    """
    given, scale = np.asarray(differences, dtype=np.float64), np.asarray(deviation, dtype=np.float64)
    if simulations < 1 or given.ndim != 2 or not given.size or scale.shape != given.shape[1:]:
        msg = f"{simulations} simulations, differences {given.shape}, deviations {scale.shape}; none may be empty"
        raise GeoError(msg)
    if not (np.isfinite(given).all() and np.isfinite(scale).all() and (scale > 0).all()):
        msg = "differences must be finite, and every deviation above 0; leave out cells that nothing stands behind"
        raise GeoError(msg)
    scaled = np.ascontiguousarray((given / scale).T)
    runs = len(given)
    coins = np.random.default_rng(np.random.SeedSequence(seed)).integers(2, size=(simulations, runs))
    signs = np.ascontiguousarray(np.concatenate((np.ones((1, runs)), 2.0 * coins - 1.0)).T)
    bound = np.abs(scaled).sum(axis=1)  # of |z|, however the coins fall
    order = np.argsort(-bound, kind="stable")
    largest = _largest(scaled[order], bound[order], signs)
    as_large = np.count_nonzero(largest[1:] >= largest[0] * (1 - _TIE))
    smallest = max(1 / (simulations + 1), 0.5 ** (runs - 1))
    return Maximum(float(largest[0]), float((1 + as_large) / (simulations + 1)), smallest)


@compiled
def _largest(scaled: np.ndarray, bound: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Largest |z| over the cells, for every column of signs; cells by falling bound: most are never looked at."""
    draws = signs.shape[1]
    best, z = np.zeros(draws), np.empty(_BLOCK)
    for start in range(0, draws, _BLOCK):
        width = min(_BLOCK, draws - start)
        for cell in range(scaled.shape[0]):
            if cell % _CELLS == 0 and bound[cell] <= best[start : start + width].min():
                break
            z[:] = 0.0
            for run in range(scaled.shape[1]):
                value, coins = scaled[cell, run], signs[run, start : start + width]
                for k in range(width):
                    z[k] += value * coins[k]
            for k in range(width):
                best[start + k] = max(best[start + k], abs(z[k]))
    return best
