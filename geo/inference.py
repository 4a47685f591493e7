"""Intervals for figures of a count series: noise of weeks plus drift between years, read by a t law. Knows no figure.

Incidents are never resampled: they are not independent, so that would claim too much certainty. Weeks are
(geo/weeks.py); what years do beyond their weeks is learnt from year pairs without an event.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

_STEP = 1e-4  # of central differences, on the log scale
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
    without an event, beyond what weekly noise explains. No change is centred on 0.
    """
    effects = np.array([p.effect**2 for p in placebos]).sum(axis=0)
    weekly = np.array([np.diag(p.week_covariance) for p in placebos]).sum(axis=0)
    sensitivity = np.array([np.diag(p.sensitivity) for p in placebos]).sum(axis=0)
    beyond = np.maximum(0.0, effects - weekly)
    return np.asarray(np.where(sensitivity > 0, beyond / np.where(sensitivity > 0, sensitivity, 1.0), 0.0))


@dataclass(frozen=True)
class Spread:
    """The covariance of a statistic and the degrees of freedom of the t law that reads it (infinite: normal)."""

    covariance: np.ndarray  # (m, m)
    degrees_of_freedom: float

    def quantile(self, level: float) -> float:
        """Two-sided quantile, e.g. 1.96 at level 0.95 with infinite degrees of freedom."""
        return float(stats.t.ppf(0.5 + level / 2.0, self.degrees_of_freedom))

    def interval(self, value: float, level: float) -> tuple[float, float]:
        """Interval of the first component around its value."""
        half = self.quantile(level) * float(np.sqrt(self.covariance[0, 0]))
        return value - half, value + half

    def p_value(self, value: float) -> float:
        """Two-sided p of no change, of the first component."""
        deviation = float(np.sqrt(self.covariance[0, 0]))
        if deviation == 0.0:
            return 1.0 if value == 0.0 else 0.0
        return float(2.0 * stats.t.sf(abs(value) / deviation, self.degrees_of_freedom))


def spread(week_covariance: np.ndarray, *, sensitivity: np.ndarray, placebos: tuple[Placebo, ...]) -> Spread:
    """Add weekly noise and drift; t with one degree of freedom per placebo pair, normal without any."""
    if not placebos:
        return Spread(week_covariance, np.inf)
    tau = np.sqrt(drift_variance(placebos))
    return Spread(week_covariance + sensitivity * np.outer(tau, tau), float(len(placebos)))


def drift_sd_log(before: np.ndarray, after: np.ndarray, *, dispersion: float) -> float:
    """Return the standard deviation of the log rates of areas from year to year, by moments.

    With a = after, b = before scaled to the same total, E (a - b)^2 = tau^2 (a^2 + b^2) + dispersion (a + b).

    Parameters
    ----------
    before, after : ndarray, shape (pairs, areas)
        Counts in pairs of equal windows without an event between.
    """
    total = before.sum(axis=1, keepdims=True)
    scaled = before * np.where(total > 0, after.sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0), 0.0)
    noise = dispersion * (after + scaled).sum()
    size = float((after**2 + scaled**2).sum())
    return float(np.sqrt(max(0.0, float(((after - scaled) ** 2).sum()) - noise) / size)) if size > 0 else float("nan")
