"""Intervals for figures of a count series: noise of weeks plus drift between years, read by a t law. Knows no figure.

Incidents are never resampled: they are not independent, so that would claim too much certainty. Weeks are
(geo/weeks.py); what years do beyond their weeks is learnt from year pairs without an event: pooled over areas, and
raised where the figure itself strayed clearly farther in those pairs than the pooled drift explains. The sum is never
below the variance that counts have when they come one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, stdtr, stdtrit

_STEP = 1e-4  # of central differences, as a share of the largest entry of a window
_ROUNDS = 30  # of the weights of pooled drift
_SHARED_WINDOW = 0.25  # squared correlation of two year pairs, one of which ends in the window the other starts from
_SIGNIFICANT = 0.1  # placebo pairs count on their own where they contradict the pooled drift at this level
_FAR_ABOVE = 8.0  # standard errors; there nothing is cut
Statistic = Callable[[np.ndarray], np.ndarray]


def gradient(statistic: Statistic, harm: np.ndarray) -> np.ndarray:
    """Differentiate a statistic by every entry of its readings, by central differences.

    Parameters
    ----------
    statistic : callable
        harm (..., windows, roles, functionals) -> (..., m).
    harm : ndarray, shape (n, windows, roles, functionals)

    Returns
    -------
    ndarray, shape (n, windows, roles * functionals, m)
    """
    count, windows = harm.shape[:2]
    size = harm[0].size
    step = _STEP * np.maximum(np.abs(harm).max(axis=(2, 3)), 1e-12).repeat(size // windows, axis=1)
    shift = (np.eye(size) * step[:, :, None]).reshape(count, size, *harm.shape[1:])
    with np.errstate(invalid="ignore"):  # where a role has none at all, a log ratio is infinite on both sides: no slope
        difference = statistic(harm[:, None] + shift) - statistic(harm[:, None] - shift)
    return np.asarray((difference / (2.0 * step[:, :, None])).reshape(count, windows, size // windows, -1))


def drift_sensitivity(
    slope: np.ndarray, *, unit_harm: np.ndarray, unit_pattern: np.ndarray, area_of_unit: np.ndarray
) -> np.ndarray:
    """How strongly independent yearly drift of log rates shakes a statistic: J J'.

    J holds the derivatives by the log rate of every unit in every window. Whether the units of one area drift together
    or each for itself is not known: the reading under which the statistic is shaken more is returned.

    Parameters
    ----------
    slope : ndarray, shape (n, 2, roles * functionals, m)
        From `gradient`.
    unit_harm : ndarray, shape (n, 2, units)
        Harm per day of each unit in both windows.
    unit_pattern : ndarray, shape (units, roles, functionals)
        What one incident in a unit adds to a reading.
    area_of_unit : ndarray of int, shape (units,)

    Returns
    -------
    ndarray, shape (n, m, m)
        Variance of the statistic per unit variance of the log rates, a window at a time.
    """
    by_unit = unit_pattern.reshape(len(unit_pattern), -1) @ slope * unit_harm[..., None]
    member = (area_of_unit == np.unique(area_of_unit)[:, None]).astype(float)
    apart, together = _squared(by_unit), _squared(member @ by_unit)
    larger = np.trace(together, axis1=1, axis2=2) > np.trace(apart, axis1=1, axis2=2)
    return np.where(larger[:, None, None], together, apart)


def _squared(jacobian: np.ndarray) -> np.ndarray:
    flat = jacobian.reshape(len(jacobian), -1, jacobian.shape[-1])
    return np.asarray(flat.transpose(0, 2, 1) @ flat)


@dataclass(frozen=True)
class PooledDrift:
    """Variance of the areas' log rates from year to year, pooled over areas, and the variance of that estimate.

    The variance may come out below zero, as any unbiased one does where there is no drift: cut at zero, every interval
    of a quiet town would be too wide. `spread` sees to it that no error falls below that of counts.
    """

    variance: float
    error_variance: float

    @property
    def sd_log(self) -> float:
        return float(np.sqrt(max(self.variance, 0.0)))


def pooled_drift(
    before: np.ndarray, after: np.ndarray, *, dispersion: float, dispersion_variance: float = 0.0, shared: int = 0
) -> PooledDrift:
    """Pool the drift of areas' log rates from year to year, by weighted moments (Paule-Mandel).

    With a = after, b = before scaled to the same total, m = (a + b) / 2 and p the area's share of the total,
    E ((a - b) / m)^2 / (1 - p) = 2 tau^2 + 2 dispersion / m; each area weighs with the inverse square of that. What all
    areas share, a trend or a change of recording, drops out.

    Parameters
    ----------
    before, after : ndarray, shape (pairs, areas)
        Counts in pairs of equal windows without an event between.
    dispersion, dispersion_variance : float
        Variance over mean of counts within a year, and the variance of that figure.
    shared : int
        Ordered pairs of pairs that share a window; they tell less than as many separate ones.

    References
    ----------
    R. C. Paule & J. Mandel (1982), Consensus values and weighting factors, J. Res. NBS 87:377-385.
    """
    total = before.sum(axis=1, keepdims=True)
    scaled = before * np.where(total > 0, after.sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0), 0.0)
    middle = (after + scaled) / 2.0
    held = middle > 0
    share = np.divide(middle, middle.sum(axis=1, keepdims=True), out=np.zeros_like(middle), where=held)
    held &= share < 1.0
    if not held.any() or not np.isfinite(dispersion):
        return PooledDrift(0.0, 0.0)
    noise = 2.0 * dispersion / middle[held]
    found = ((after - scaled)[held] / middle[held]) ** 2 / (1.0 - share[held])
    twice, weight = 0.0, 1.0 / noise**2
    for _ in range(_ROUNDS):
        weight = 1.0 / (max(twice, 0.0) + noise) ** 2
        twice = float((weight * (found - noise)).sum() / weight.sum())
    pairs = max(len(before), 1)
    error = 2.0 / float(weight.sum()) * (1.0 + _SHARED_WINDOW * shared / pairs)
    by_dispersion = float((weight * noise).sum() / weight.sum()) / dispersion
    return PooledDrift(twice / 2.0, (error + by_dispersion**2 * dispersion_variance) / 4.0)


@dataclass(frozen=True)
class Placebos:
    """A statistic in pairs of windows without an event: values, week covariances, sensitivities to drift.

    `is_centred`: what the pairs have in common is no error of the statistic (a trend is part of a crude change).
    `shared`: ordered pairs of pairs that share a window.
    """

    effects: np.ndarray  # (pairs, m)
    weekly: np.ndarray  # (pairs, m, m)
    sensitivity: np.ndarray  # (pairs, m, m)
    is_centred: bool = False
    shared: int = 0


@dataclass(frozen=True)
class Drift:
    """Yearly drift as one statistic meets it: pooled over areas, and what placebo pairs show beyond that."""

    pooled: PooledDrift
    excess: np.ndarray  # (m,): variance of log rates
    degrees_of_freedom: float  # of the excess


def drift_of(placebos: Placebos, pooled: PooledDrift) -> Drift:
    """Compare what a statistic did in placebo pairs with what weeks and the pooled drift explain.

    excess = (sum effect^2 - sum (weekly + sensitivity tau^2)) / sum sensitivity, where the pairs strayed farther than
    those explain (chi-square, p < 0.1), else 0: drift that areas share, or that a few of them have. No change is
    centred on 0. Its degrees of freedom are the pairs, less what centring takes (one, but less of pairs that share a
    window: their common mean is known better) and less what shared windows repeat.
    """
    pairs = len(placebos.effects)
    free = pairs - placebos.is_centred * max(0.0, 1.0 - placebos.shared / (2.0 * pairs))
    squares = (placebos.effects - placebos.effects.mean(axis=0) * placebos.is_centred) ** 2
    weekly, sensitivity = (np.einsum("pii->pi", x) for x in (placebos.weekly, placebos.sensitivity))
    explained = weekly + sensitivity * max(pooled.variance, 0.0)
    strayed = np.divide(squares, explained, out=np.where(squares > 0, np.inf, 0.0), where=explained > 0).sum(axis=0)
    beyond = np.maximum(0.0, squares.sum(axis=0) * pairs / free - explained.sum(axis=0))
    beyond = np.where(chdtrc(free, strayed) < _SIGNIFICANT, beyond, 0.0)
    shaken = sensitivity.sum(axis=0)
    excess = np.divide(beyond, shaken, out=np.zeros_like(beyond), where=shaken > 0)
    return Drift(pooled, excess, max(1.0, free / (1.0 + _SHARED_WINDOW * placebos.shared / pairs)))


@dataclass(frozen=True)
class Spread:
    """The error of a statistic, of one reading of the records or several.

    Covariances, and the degrees of freedom behind the variance of each component.
    """

    covariance: np.ndarray  # (..., m, m)
    degrees_of_freedom: np.ndarray  # (..., m)

    def scaled_covariance(self, level: float) -> np.ndarray:
        """Return covariances scaled to a level: the squares of half-widths on the diagonal, shape (..., m, m)."""
        quantile = stdtrit(self.degrees_of_freedom, 0.5 + level / 2.0)
        return np.asarray(self.covariance * quantile[..., :, None] * quantile[..., None, :])

    def half_width(self, level: float) -> np.ndarray:
        """Half-widths of the components' intervals, shape (..., m)."""
        return np.asarray(np.sqrt(np.einsum("...ii->...i", self.scaled_covariance(level))))

    def p_value(self, value: np.ndarray) -> np.ndarray:
        """Two-sided p of no change of the first component, shape (...)."""
        sd = np.sqrt(self.covariance[..., 0, 0])
        z = np.divide(np.abs(value), sd, out=np.where(np.abs(value) > 0, np.inf, 0.0), where=sd > 0)
        return np.asarray(2.0 * stdtr(self.degrees_of_freedom[..., 0], -z))


def spread(
    weekly: np.ndarray, *, least: np.ndarray, weekly_freedom: float, sensitivity: np.ndarray, drift: Drift | None
) -> Spread:
    """Put weekly noise and drift together: V = weekly + sensitivity (tau^2 + excess), by the law of a t.

    V is not below `least`. Its degrees of freedom follow from how well each part is known (Satterthwaite): weekly noise
    from the weeks of both windows, the pooled drift from all areas, the excess from the placebo pairs alone. Near the
    least variance an error can only lie on one side, so it counts as that of a normal variable cut there. Without
    drift, weekly noise alone.

    Parameters
    ----------
    weekly, least, sensitivity : ndarray, shape (..., m, m)
        Covariance that weeks show, that of independent counts, and variance per unit variance of log rates.
    weekly_freedom : float
        Degrees of freedom behind `weekly`, from `weeks.freedom`.

    References
    ----------
    F. E. Satterthwaite (1946), An approximate distribution of estimates of variance components, Biometrics 2:110-114.
    """
    noise, shaken = (np.einsum("...ii->...i", x) for x in (weekly, sensitivity))
    total, uncertain = weekly, noise**2 / weekly_freedom
    if drift is not None:
        beyond = np.sqrt(drift.excess)
        total = weekly + sensitivity * (drift.pooled.variance + np.outer(beyond, beyond))
        uncertain = uncertain + shaken**2 * drift.pooled.error_variance / 2.0
        uncertain = uncertain + (shaken * drift.excess) ** 2 / drift.degrees_of_freedom
    total = _not_below(total, least)
    variance, floor = (np.einsum("...ii->...i", x) for x in (total, least))
    uncertain = _cut_variance(np.maximum(variance - floor, 0.0), 2.0 * uncertain) / 2.0
    freedom = np.divide(variance**2, uncertain, out=np.full(variance.shape, np.inf), where=uncertain > 0)
    return Spread(total, np.maximum(freedom, 1.0))


def _not_below(covariance: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Add to `least` what of the difference is positive: no combination of components has less variance than there."""
    if covariance.shape[-1] == 1:
        return np.asarray(np.maximum(covariance, least))
    size, axes = np.linalg.eigh(covariance - least)
    return np.asarray(least + np.einsum("...ik,...k,...jk->...ij", axes, np.maximum(size, 0.0), axes))


def _cut_variance(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Variance of max(0, X) for normal X; a third of that of X at mean 0, all of it far above."""
    sd = np.sqrt(variance)
    ratio = np.minimum(np.divide(mean, sd, out=np.full(mean.shape, np.inf), where=sd > 0), _FAR_ABOVE)
    inside, edge = ndtr(ratio), np.exp(-(ratio**2) / 2.0) / np.sqrt(2.0 * np.pi)
    left = ratio * inside + edge
    return np.asarray(variance * ((ratio**2 + 1.0) * inside + ratio * edge - left**2))
