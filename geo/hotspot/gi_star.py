"""Getis and Ord's Gi and Gi*: is the sum around an area larger, or smaller, than chance? Draws and names nothing."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse, stats

from geo.hotspot.conditional import Permuted, permuted_if_asked
from geo.hotspot.multiple_testing import Correction, adjusted
from geo.hotspot.neighbours import checked, with_self


@dataclass(frozen=True)
class LocalG:
    """Gi or Gi* of every area.

    Attributes
    ----------
    z : n
        Standard score; NaN without neighbours or where nothing varies.
    p_two_sided : n
        From the normal law.
    permuted : Permuted or None
        From conditional permutation, if asked for: counts near zero are not normal.
    """

    z: np.ndarray
    p_two_sided: np.ndarray
    permuted: Permuted | None = None

    def significant(self, *, level: float, correction: Correction = "bh") -> np.ndarray:
        """Return 1 for hot, -1 for cold and 0 for neither, by permutation where there is one; n int8."""
        p = self.p_two_sided if self.permuted is None else self.permuted.p_two_sided
        p = np.where(np.isnan(self.z), np.nan, p)
        found = adjusted(p, correction=correction) <= level
        return np.where(found, np.sign(np.nan_to_num(self.z)), 0.0).astype(np.int8)


def gi_star(values: np.ndarray, weights: sparse.csr_array, *, simulations: int = 0, seed: int | None = None) -> LocalG:
    """Return Gi*, the area itself included.

    z_i = (sum_j w_ij x_j - xbar W_i) / (s sqrt((n sum_j w_ij^2 - W_i^2) / (n - 1))) with xbar and the population
    standard deviation s over all n areas (Ord & Getis 1995). Scaling a row of weights changes nothing.

    Parameters
    ----------
    values : n
        One value per area of the study area; clip to it first, or a wide empty surrounding makes a whole city hot.
    weights : n x n, without a diagonal
        Any neighbour weights, binary or not. The area itself is added with the largest weight of its row, so that
        rows scaled to sum 1 give what binary ones give.
    simulations : int
        Conditional permutations; 0 for none.
    seed : int
        Needed with simulations.

    Returns
    -------
    LocalG
    """
    x, links = checked(values, weights)
    sums = moments(x, with_self(links))
    permuted = permuted_if_asked(x, links, simulations=simulations, seed=seed)
    return LocalG(*g_score(sums, mean=x.mean(), deviation=deviation_of(x), n=x.size), permuted)


def gi(values: np.ndarray, weights: sparse.csr_array, *, simulations: int = 0, seed: int | None = None) -> LocalG:
    """Return Gi, the area itself left out of the sum, the mean, the deviation and n; else as `gi_star`.

    Row-standardised weights give the same as binary ones.
    """
    x, links = checked(values, weights)
    others = x.size - 1
    mean = (x.sum() - x) / others
    variance = (np.square(x - x.mean()).sum() - np.square(x - x.mean())) / others - np.square(mean - x.mean())
    deviation = _apart_from_rounding(np.sqrt(np.maximum(variance, 0.0)), x)
    permuted = permuted_if_asked(x, links, simulations=simulations, seed=seed)
    return LocalG(*g_score(moments(x, links), mean=mean, deviation=deviation, n=others), permuted)


def moments(x: np.ndarray, weights: sparse.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return every row's weighted sum of x, sum of weights, and sum of their squares."""
    return weights @ x, weights.sum(axis=1), weights.power(2).sum(axis=1)


def g_score(
    sums: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    mean: np.ndarray | float,
    deviation: np.ndarray | float,
    n: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return z and the two-sided p of weighted sums of values drawn, without replacement, from n with that law.

    Parameters
    ----------
    sums : weighted sum, sum of weights, sum of squared weights; see `moments`
    mean, deviation : of the n values, the population's
    n : int

    Returns
    -------
    z, p : NaN where nothing varies or there is no neighbour
    """
    lag, total, squares = sums
    scale = deviation * np.sqrt(np.maximum((n * squares - total**2) / (n - 1), 0.0))
    z = np.divide(lag - mean * total, scale, out=np.full(lag.shape, np.nan), where=scale > 0)
    return z, 2 * stats.norm.sf(np.abs(z))


def deviation_of(x: np.ndarray) -> float:
    """Return the population's standard deviation, and 0 for equal values, whatever rounding makes of them."""
    return float(_apart_from_rounding(np.std(x), x))


def _apart_from_rounding(deviation: np.ndarray | np.floating, x: np.ndarray) -> np.ndarray:
    return np.where(deviation > 1e-7 * np.abs(x).max(), deviation, 0.0)
