"""Gradients of harm per person along the rank of deprivation: slope index, relative indices. No ranking, no interval.

Both run from the most deprived end (0) to the least deprived (1), as the field has it: a negative slope and a ratio
below 1 mean that the deprived bear more.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from geo.errors import GeoError

_ROUNDS = 100
_STEEPEST = 60.0  # of the log rate from end to end; steeper ones are told as infinite
_KNOTS = 2401


@dataclass(frozen=True)
class Slope:
    """A weighted straight line of rates along the rank from the most deprived.

    Attributes
    ----------
    intercept : rate at the most deprived end
    slope : slope index of inequality, rate at the least deprived end minus that at the most deprived
    slope_error : its standard error by weighted least squares
    mean : mean rate over people
    leverage : ndarray, shape (areas,); d slope / d rate of each area
    """

    intercept: float
    slope: float
    slope_error: float
    mean: float
    leverage: np.ndarray

    @property
    def end_ratio(self) -> float:
        """Rate at the least over rate at the most deprived end (Kunst-Mackenbach); can be negative."""
        return (self.intercept + self.slope) / self.intercept

    @property
    def over_mean(self) -> float:
        """Slope over the mean rate."""
        return self.slope / self.mean


def slope_index(rate: np.ndarray, rank: np.ndarray, people: np.ndarray) -> Slope:
    """Fit the slope index of inequality by least squares weighted by people.

    Parameters
    ----------
    rate : ndarray, shape (areas,)
        Harm per person.
    rank : ndarray, shape (areas,)
        `fractional_rank`, 1 = most deprived.
    people : ndarray, shape (areas,)

    Raises
    ------
    GeoError
        If an area has no rank, or all areas have one.

    References
    ----------
    A. Kunst & J. Mackenbach (1995), Measuring socioeconomic inequalities in health, WHO.
    """
    _require_ranks(rank)
    weight, r = people / people.sum(), 1.0 - rank
    centred = r - (weight * r).sum()
    spread = float((weight * centred**2).sum())
    if not spread > 0:
        msg = "all areas are equally deprived, so there is no slope along deprivation; give another indicator"
        raise GeoError(msg)
    leverage = weight * centred / spread
    slope, mean = float((leverage * rate).sum()), float((weight * rate).sum())
    intercept = mean - slope * float((weight * r).sum())
    residual = float((weight * (rate - intercept - slope * r) ** 2).sum()) / max(len(rate) - 2, 1)
    return Slope(intercept, slope, float(np.sqrt(residual / spread)), mean, leverage)


def relative_index(harm: np.ndarray, rank: np.ndarray, people: np.ndarray) -> tuple[float, float]:
    """Relative index of inequality by Poisson regression of counts on the rank, with people as exposure.

    Returns
    -------
    tuple of float
        exp(beta), the fitted rate at the least over that at the most deprived end, and the model's standard error of
        beta. Never negative, unlike a ratio of ends of a straight line.

    Raises
    ------
    GeoError
        If an area has no rank, all have one, or all harm lies at one end, where no finite ratio fits.
    """
    total = float(harm.sum())
    index = RelativeIndex.of(rank, people)
    beta = float(index.log_ratio(np.array((harm * rank).sum() / total)))
    if not np.isfinite(beta):
        msg = "all harm lies at one end of deprivation, so no relative index fits; use the slope index"
        raise GeoError(msg)
    beta, variance = _polished(beta, float((harm * (1.0 - rank)).sum()) / total, 1.0 - rank, people / people.sum())
    return float(np.exp(beta)), float(1.0 / np.sqrt(total * variance))


@dataclass(frozen=True)
class RelativeIndex:
    """The Poisson relative index as a function of the mean rank of harm, for many readings at once.

    The score equations of log rate = a + b r say that the fitted and the recorded harm have the same total and the same
    mean rank, so b depends on the mean rank alone: mean(b) = sum p r e^(br) / sum p e^(br), inverted by a spline.
    """

    spline: CubicHermiteSpline
    lowest: float
    highest: float

    @classmethod
    def of(cls, rank: np.ndarray, people: np.ndarray) -> "RelativeIndex":
        """Lay out the function for areas with these ranks (1 = most deprived) and people."""
        _require_ranks(rank)
        weight, r = people / people.sum(), 1.0 - rank
        beta = _STEEPEST * np.linspace(-1.0, 1.0, _KNOTS) ** 3
        mean, variance = np.array([_moments(float(b), r, weight) for b in beta]).T
        rising = np.concatenate([[True], np.diff(mean) > 1e-13]) & (variance > 1e-12)
        if rising.sum() < 2:
            msg = "all areas are equally deprived, so there is no relative index; give another indicator"
            raise GeoError(msg)
        at = mean[rising]
        return cls(CubicHermiteSpline(at, beta[rising], 1.0 / variance[rising]), float(at[0]), float(at[-1]))

    def log_ratio(self, mean_rank: np.ndarray) -> np.ndarray:
        """Return b for mean ranks of harm in [0, 1], 1 = most deprived; infinite beyond what a finite b reaches."""
        mean = 1.0 - np.asarray(mean_rank, dtype=float)
        inside = (mean >= self.lowest) & (mean <= self.highest)
        found = self.spline(np.where(inside, mean, self.lowest))
        return np.where(inside, found, np.where(mean < self.lowest, -np.inf, np.where(np.isnan(mean), np.nan, np.inf)))


def _require_ranks(rank: np.ndarray) -> None:
    missing = int((~np.isfinite(rank)).sum())
    if missing:
        msg = f"{missing} of {len(rank)} areas have no rank of deprivation; leave them out, or give their value"
        raise GeoError(msg)


def _moments(beta: float, r: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Mean and variance of the rank under weights tilted by exp(beta r)."""
    tilted = weight * np.exp(beta * r - max(beta, 0.0))
    tilted = tilted / tilted.sum()
    mean = float((tilted * r).sum())
    return mean, float((tilted * (r - mean) ** 2).sum())


def _polished(beta: float, target: float, r: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Newton steps from the spline's value to the exact one."""
    for _ in range(_ROUNDS):
        mean, variance = _moments(beta, r, weight)
        step = (target - mean) / variance
        beta += step
        if abs(step) < 1e-13 * max(1.0, abs(beta)):
            break
    return beta, _moments(beta, r, weight)[1]
