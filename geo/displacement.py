"""Estimators of displacement: control ratio, excess, moved share, gain over loss. No intervals but Fieller's.

`harm[..., window, role, functional]` is laid out in geo/functionals.py; results keep the leading axes, so a bootstrap
goes through at once. What is undefined (no harm to divide by) is NaN or infinite, never an error: callers decide.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.functionals import AFTER, BEFORE, CONTROL, ORIGIN, RECEIVERS, TOTAL


def control_ratio(harm: np.ndarray) -> np.ndarray:
    """Harm of the controls after / before, kappa: what would have happened anyway."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(harm[..., AFTER, CONTROL, TOTAL] / harm[..., BEFORE, CONTROL, TOTAL])


def excess(harm: np.ndarray) -> np.ndarray:
    """Delta = H_after - kappa H_before of each role, harm per day; shape (..., 4). Zero for the controls."""
    kappa = control_ratio(harm)[..., None]
    with np.errstate(invalid="ignore"):
        return np.asarray(harm[..., AFTER, :, TOTAL] - kappa * harm[..., BEFORE, :, TOTAL])


def log_total_ratio(harm: np.ndarray) -> np.ndarray:
    """log(after / before) of the whole city's harm per day."""
    total = harm[..., TOTAL].sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(total[..., AFTER]) - np.log(total[..., BEFORE]))


def log_total_ratio_to_control(harm: np.ndarray) -> np.ndarray:
    """log(after / (kappa before)) of the whole city's harm per day."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(log_total_ratio(harm) - np.log(control_ratio(harm)))


def log_role_ratio(harm: np.ndarray, *, role: int) -> np.ndarray:
    """log(after / before) of one role's harm per day; NaN where either is zero."""
    total = harm[..., role, TOTAL]
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(total[..., AFTER]) - np.log(total[..., BEFORE])
    return np.where(np.isfinite(change), change, np.nan)


def log_role_ratio_to_control(harm: np.ndarray, *, role: int) -> np.ndarray:
    """log(after / (kappa before)) of one role's harm per day; NaN where it or the controls have none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = log_role_ratio(harm, role=role) - np.log(control_ratio(harm))
    return np.where(np.isfinite(change), change, np.nan)


def moved_share(harm: np.ndarray) -> np.ndarray:
    """Excess of the receivers over the origin's harm before; not floored at zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(excess(harm)[..., RECEIVERS] / harm[..., BEFORE, ORIGIN, TOTAL])


def gain_and_loss(harm: np.ndarray) -> np.ndarray:
    """Gain of the receivers and loss of the origin, harm per day; shape (..., 2). Signs are free."""
    delta = excess(harm)
    return np.stack([delta[..., RECEIVERS], -delta[..., ORIGIN]], axis=-1)


@dataclass(frozen=True)
class FiellerSet:
    """Where a ratio of two means may lie: an interval, all but an interval, or anywhere.

    `low` and `high` are the ends of the interval, or of the gap when `kind` is "complement"; NaN for "line".
    """

    kind: Literal["interval", "complement", "line"]
    low: float
    high: float


def fieller_set(mean: np.ndarray, covariance: np.ndarray, *, quantile: float) -> FiellerSet:
    """Confidence set of G / L for jointly normal G and L.

    All rho with (G - rho L)^2 <= q^2 (v_GG - 2 rho v_GL + rho^2 v_LL). It is bounded exactly when L differs from zero
    at the same level; nothing is assumed about the sign of L.

    Parameters
    ----------
    mean : ndarray, shape (2,)
        G and L.
    covariance : ndarray, shape (2, 2)
    quantile : float
        Two-sided quantile of the t or normal law, e.g. 1.96.

    References
    ----------
    E. C. Fieller (1954), Some problems in interval estimation, J. R. Stat. Soc. B 16:175-185.
    """
    (gain, loss), q2 = mean, quantile**2
    a = loss**2 - q2 * covariance[1, 1]
    half_b = gain * loss - q2 * covariance[0, 1]
    c = gain**2 - q2 * covariance[0, 0]
    discriminant = half_b**2 - a * c
    if discriminant < 0 or a == 0:
        return FiellerSet("line", float("nan"), float("nan"))
    root = np.sqrt(discriminant)
    low, high = sorted(((half_b - root) / a, (half_b + root) / a))
    return FiellerSet("interval" if a > 0 else "complement", float(low), float(high))
