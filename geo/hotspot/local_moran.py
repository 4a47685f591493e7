"""Moran's I, of each area and of all: is an area like its neighbours? Uni- and bivariate, by law and by permutation."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse, stats

from geo.errors import GeoError
from geo.hotspot.conditional import Permuted, permuted_if_asked
from geo.hotspot.multiple_testing import Correction, adjusted
from geo.hotspot.neighbours import checked

NONE, HIGH_HIGH, LOW_LOW, HIGH_LOW, LOW_HIGH = range(5)


@dataclass(frozen=True)
class LocalMoran:
    """Local Moran's I of every area.

    Attributes
    ----------
    statistic : n
        z_i sum_j w_ij z_j / m2 with m2 = sum z^2 / n (Anselin 1995; esda divides by n - 1 instead).
    expected, variance : n
        Under conditional randomisation (Sokal, Oden & Thomson 1998); NaN for the bivariate statistic.
    z, p_two_sided : n
        From the normal law; NaN for the bivariate statistic.
    quadrant : n int8
        HIGH_HIGH, LOW_LOW, HIGH_LOW (a high area among low ones) or LOW_HIGH.
    permuted : Permuted or None
    """

    statistic: np.ndarray
    expected: np.ndarray
    variance: np.ndarray
    z: np.ndarray
    p_two_sided: np.ndarray
    quadrant: np.ndarray
    permuted: Permuted | None = None

    def significant(self, *, level: float, correction: Correction = "bh") -> np.ndarray:
        """Return the quadrant where the statistic is significant, NONE elsewhere; by permutation where there is one."""
        p = self.p_two_sided if self.permuted is None else self.permuted.p_two_sided
        p = np.where(np.isnan(self.statistic), np.nan, p)
        return np.where(adjusted(p, correction=correction) <= level, self.quadrant, NONE).astype(np.int8)


def local_moran(
    values: np.ndarray, weights: sparse.csr_array, *, simulations: int = 0, seed: int | None = None
) -> LocalMoran:
    """Return local Moran's I.

    Parameters
    ----------
    values : n
    weights : n x n, without a diagonal
        Usually row-standardised: `geo.hotspot.neighbours.row_standardised`.
    simulations, seed : int
        Conditional permutations, 0 for none; a seed is needed with them.
    """
    x, links = checked(values, weights)
    z = x - x.mean()
    m2 = _second_moment(z)
    n, total, squares = x.size, links.sum(axis=1), links.power(2).sum(axis=1)
    lag = links @ z
    expected = -np.square(z) * total / ((n - 1) * m2)
    variance = np.square(z / m2) * n / (n - 2) * (squares - total**2 / (n - 1)) * (m2 - np.square(z) / (n - 1))
    scale = np.sqrt(np.maximum(variance, 0.0))
    score = np.divide(z * lag / m2 - expected, scale, out=np.full(n, np.nan), where=scale > 0)
    statistic = np.where(total > 0, z * lag / m2, np.nan)
    p = 2 * stats.norm.sf(np.abs(score))
    permuted = permuted_if_asked(z, links, simulations=simulations, seed=seed)
    return LocalMoran(statistic, expected, variance, score, p, _quadrants(z, lag, total), permuted)


def bivariate_local_moran(
    here: np.ndarray, around: np.ndarray, weights: sparse.csr_array, *, simulations: int = 0, seed: int | None = None
) -> LocalMoran:
    """Return zx_i sum_j w_ij zy_j, both variables standardised by their population deviation.

    It relates a value to its neighbours' values of the other variable, and does not see how the two go together in the
    same place. There is no law for it: p-values need simulations, which shuffle `around`.
    """
    x, links = checked(here, weights)
    y, _ = checked(around, weights)
    zx = (x - x.mean()) / np.sqrt(_second_moment(x - x.mean()))
    zy = (y - y.mean()) / np.sqrt(_second_moment(y - y.mean()))
    lag, total = links @ zy, links.sum(axis=1)
    unknown = np.full(x.size, np.nan)
    statistic = np.where(total > 0, zx * lag, np.nan)
    permuted = permuted_if_asked(zy, links, simulations=simulations, seed=seed)
    return LocalMoran(statistic, unknown, unknown, unknown, unknown, _quadrants(zx, lag, total), permuted)


@dataclass(frozen=True)
class GlobalMoran:
    """Moran's I of all areas together, with its law under randomisation (Cliff & Ord 1981)."""

    statistic: float
    expected: float
    variance: float

    @property
    def z(self) -> float:
        return float((self.statistic - self.expected) / np.sqrt(self.variance))

    @property
    def p_two_sided(self) -> float:
        return float(2 * stats.norm.sf(abs(self.z)))


def global_moran(values: np.ndarray, weights: sparse.csr_array) -> GlobalMoran:
    """Return Moran's I of all areas; weights as in `local_moran`. Four areas or more, one link or more."""
    x, links = checked(values, weights)
    n, s0 = x.size, links.sum()
    if n < 4 or s0 == 0:
        msg = f"{n} areas and a sum of weights of {s0:g}; Moran's I needs four linked areas or more"
        raise GeoError(msg)
    z = x - x.mean()
    m2 = _second_moment(z)
    kurtosis = float(np.mean(z**4) / m2**2)
    s1 = (links + links.T).power(2).sum() / 2
    s2 = np.square(links.sum(axis=0) + links.sum(axis=1)).sum()
    first = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = kurtosis * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0**2)
    expected = -1 / (n - 1)
    variance = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2
    return GlobalMoran(float(z @ (links @ z) / m2 / s0), expected, float(variance))


def _second_moment(deviations: np.ndarray) -> float:
    m2 = float(np.mean(deviations**2))
    if not m2 > 0:
        msg = "all values are equal; there is nothing for Moran's I to compare"
        raise GeoError(msg)
    return m2


def _quadrants(here: np.ndarray, lag: np.ndarray, total: np.ndarray) -> np.ndarray:
    among_high = np.where(here > 0, HIGH_HIGH, LOW_HIGH)
    among_low = np.where(here > 0, HIGH_LOW, LOW_LOW)
    return np.where(total > 0, np.where(lag > 0, among_high, among_low), NONE).astype(np.int8)
