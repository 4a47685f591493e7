"""Intervals for figures of a count series: noise of weeks plus drift between years, read by a t law. Knows no figure.

Incidents are never resampled: they are not independent, so that would claim too much certainty. Weeks are
(geo/weeks.py); what years do beyond their weeks is learnt from year pairs without an event.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import brentq

_STEP = 1e-4  # of central differences, on the log scale
_LOG_TINY_P = float(np.log(1e-15))  # smaller p are beyond double precision of the laws
Statistic = Callable[[np.ndarray], np.ndarray]


def covariance(draws: np.ndarray) -> np.ndarray | None:
    """Covariance of replicates, shape (m, m); None if over one in a hundred is undefined (too few incidents).

    Parameters
    ----------
    draws : ndarray, shape (replicates, m)
    """
    usable = draws[np.isfinite(draws).all(axis=1)]
    if len(usable) < 0.99 * len(draws):
        return None
    return np.atleast_2d(np.cov(usable, rowvar=False))


def drift_sensitivity(
    statistic: Statistic, harm: np.ndarray, *, unit_harm: np.ndarray, unit_pattern: np.ndarray
) -> np.ndarray:
    """How strongly independent drift of the units' log rates shakes a statistic: J J'.

    J holds the derivatives by the log rate of every unit in every window. With it, drift seen in quiet years is carried
    over to windows in which some units hold more, or less, than they did then.

    Parameters
    ----------
    statistic : callable
        harm (..., 2, roles, functionals) -> (..., m).
    harm : ndarray, shape (2, roles, functionals)
    unit_harm : ndarray, shape (2, units)
        Harm per day of each unit in both windows.
    unit_pattern : ndarray, shape (units, roles, functionals)
        What one incident in a unit adds to `harm`.

    Returns
    -------
    ndarray, shape (m, m)
        Variance of the statistic per unit variance of the log rates, a year at a time.
    """
    size = harm.size
    step = _STEP * np.maximum(np.abs(harm).max(axis=(1, 2)), 1e-12).repeat(size // 2)
    shaken = harm.reshape(1, size) + np.eye(size) * step
    lowered = harm.reshape(1, size) - np.eye(size) * step
    difference = statistic(shaken.reshape(size, *harm.shape)) - statistic(lowered.reshape(size, *harm.shape))
    gradient = (difference / (2.0 * step[:, None])).reshape(2, -1, difference.shape[-1])
    by_unit = np.einsum("uf,wfm->wum", unit_pattern.reshape(len(unit_pattern), -1), gradient) * unit_harm[:, :, None]
    flat = by_unit.reshape(-1, difference.shape[-1])
    return np.asarray(flat.T @ flat)


@dataclass(frozen=True)
class Placebo:
    """A statistic in a pair of windows without an event: its value, week covariance and sensitivity to drift."""

    effect: np.ndarray  # (m,)
    week_covariance: np.ndarray  # (m, m)
    sensitivity: np.ndarray  # (m, m)


def drift_variance(placebos: tuple[Placebo, ...]) -> np.ndarray:
    """Variance of the units' yearly log drift that explains the placebo effects, per component of the statistic.

    tau^2 = max(0, sum effect^2 - sum week variance) / sum sensitivity: what the same estimator finds in year pairs
    without an event, beyond what weekly noise explains; no change is centred on 0.
    """
    effects = np.array([p.effect**2 for p in placebos]).sum(axis=0)
    weekly = np.array([np.diag(p.week_covariance) for p in placebos]).sum(axis=0)
    sensitivity = np.array([np.diag(p.sensitivity) for p in placebos]).sum(axis=0)
    beyond = np.maximum(0.0, effects - weekly)
    return np.asarray(np.where(sensitivity > 0, beyond / np.where(sensitivity > 0, sensitivity, 1.0), 0.0))


@dataclass(frozen=True)
class PooledDrift:
    """Yearly drift of the log rates pooled over areas: its sd and the degrees of freedom behind it."""

    sd_log: float
    degrees_of_freedom: float


@dataclass(frozen=True)
class Spread:
    """The error of a statistic: weekly noise, known well, and drift, learnt from few pairs. Each has its own law.

    half-width^2 = z^2 weekly + c^2 sensitivity with c = max(t_K tau, t_pooled tau_pooled) and K the number of placebo
    pairs. The pooled drift is a floor: in quiet years a place may hold too little to show how it drifts, and hold much
    now. Without placebo pairs, weekly noise alone.
    """

    weekly: np.ndarray  # (m, m)
    sensitivity: np.ndarray  # (m, m)
    tau: np.ndarray  # (m,)
    pairs: int
    pooled: PooledDrift

    def squared_half_widths(self, level: float) -> np.ndarray:
        """Return the covariance scaled to a level: the squares of half-widths on its diagonal, shape (m, m)."""
        tail = 0.5 + level / 2.0
        scaled = np.asarray(stats.norm.ppf(tail) ** 2 * self.weekly)
        if not self.pairs:
            return scaled
        floor = self.pooled.sd_log * stats.t.ppf(tail, self.pooled.degrees_of_freedom)
        drift = np.maximum(stats.t.ppf(tail, self.pairs) * self.tau, floor)
        return np.asarray(scaled + self.sensitivity * np.outer(drift, drift))

    def interval(self, value: float, level: float) -> tuple[float, float]:
        """Interval of the first component around its value."""
        half = float(np.sqrt(self.squared_half_widths(level)[0, 0]))
        return value - half, value + half

    def p_value(self, value: float) -> float:
        """Two-sided p of no change of the first component: one minus the level whose interval just touches zero."""

        def beyond(log_p: float) -> float:
            return float(self.squared_half_widths(-np.expm1(log_p))[0, 0]) - value**2

        if value == 0.0 or beyond(-1e-12) >= 0.0:
            return 1.0
        if beyond(_LOG_TINY_P) <= 0.0:
            return float(np.exp(_LOG_TINY_P))
        return float(np.exp(brentq(beyond, _LOG_TINY_P, -1e-12)))


def spread(
    weekly: np.ndarray, *, sensitivity: np.ndarray, placebos: tuple[Placebo, ...], pooled: PooledDrift
) -> Spread:
    """Put weekly noise and the drift seen in placebo pairs together."""
    tau = np.sqrt(drift_variance(placebos)) if placebos else np.zeros(len(weekly))
    return Spread(weekly, sensitivity, tau, len(placebos), pooled)


def pooled_drift(before: np.ndarray, after: np.ndarray, *, dispersion: float) -> PooledDrift:
    """Pool the drift of areas' log rates from year to year, by moments.

    With a = after, b = before scaled to the same total, E (a - b)^2 = tau^2 (a^2 + b^2) + dispersion (a + b).

    Parameters
    ----------
    before, after : ndarray, shape (pairs, areas)
        Counts in pairs of equal windows without an event between.
    dispersion : float
        Variance over mean of counts within a year.
    """
    total = before.sum(axis=1, keepdims=True)
    scaled = before * np.where(total > 0, after.sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0), 0.0)
    size = float((after**2 + scaled**2).sum())
    if size == 0.0:
        return PooledDrift(0.0, 1.0)
    beyond = float(((after - scaled) ** 2).sum()) - dispersion * float((after + scaled).sum())
    areas = before.shape[1]
    return PooledDrift(float(np.sqrt(max(0.0, beyond) / size)), float(max(1, len(before) * (areas - 1))))
