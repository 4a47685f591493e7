"""The weighted displacement difference of counts: absolute, as a log ratio, weighed by harm. No weeks, no bootstrap.

Poisson variances are those of the papers and for comparison: registered incidents vary more, so that they reject far
too often (layers/findings puts week-block variance on the same difference).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from geo.errors import GeoError

COMPARABLE = (0.5, 2.0)  # treated over control, before: parallel absolute trends need areas of like size


@dataclass(frozen=True)
class Change:
    """Counts of one area before and after, and its size beside one unit of area."""

    before: float
    after: float
    area: float = 1.0


@dataclass(frozen=True)
class Estimate:
    """A value and its standard error under Poisson counts."""

    value: float
    standard_error: float

    @property
    def z(self) -> float:
        return self.value / self.standard_error if self.standard_error > 0 else float("nan")

    @property
    def p_value(self) -> float:
        """Two-sided, by the normal law."""
        return float(2.0 * ndtr(-abs(self.z)))

    def interval(self, level: float) -> tuple[float, float]:
        half = float(ndtri(0.5 + level / 2.0)) * self.standard_error
        return self.value - half, self.value + half


@dataclass(frozen=True)
class WeightedDifference:
    """The difference at the treated place, at the places it may have gone to, and their sum."""

    local: Estimate
    displaced: Estimate
    total: Estimate


NONE = Change(0.0, 0.0)


def weighted_difference(
    treated: Change,
    control: Change,
    displaced: Change = NONE,
    displaced_control: Change = NONE,
    *,
    days: tuple[float, float] = (1.0, 1.0),
) -> WeightedDifference:
    """WDD = (Ta - Tb) - (Ca - Cb) + (Da - Db) - (CDa - CDb).

    Each count is divided by w = days x area, its variance by w^2: the eight Poisson counts are taken as independent.

    Parameters
    ----------
    days : (float, float)
        Length of the windows before and after, in one unit.

    Raises
    ------
    GeoError
        If a count is negative, or a length or an area is not positive.

    References
    ----------
    A. P. Wheeler & J. H. Ratcliffe (2018), A simple weighted displacement difference test, Crime Science 7:11.
    """
    parts = [_change(place, days) for place in (treated, control, displaced, displaced_control)]
    local, gone = _minus(parts[0], parts[1]), _minus(parts[2], parts[3])
    total = Estimate(local.value + gone.value, float(np.hypot(local.standard_error, gone.standard_error)))
    return WeightedDifference(local, gone, total)


def _change(place: Change, days: tuple[float, float]) -> Estimate:
    if min(place.before, place.after) < 0 or min(*days, place.area) <= 0:
        msg = (
            f"counts {place.before:g} and {place.after:g} over {days} days and area {place.area:g}: "
            "counts must not be negative, lengths and areas must be positive"
        )
        raise GeoError(msg)
    before, after = (length * place.area for length in days)
    value = place.after / after - place.before / before
    return Estimate(value, float(np.sqrt(place.after / after**2 + place.before / before**2)))


def _minus(one: Estimate, other: Estimate) -> Estimate:
    return Estimate(one.value - other.value, float(np.hypot(one.standard_error, other.standard_error)))


def harm_weighted(differences: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """Add up differences of several kinds of harm: sum w_k WDD_k, variance sum w_k^2 Var_k.

    Raises
    ------
    GeoError
        If there are not as many weights as differences.
    """
    if len(differences) != len(weights):
        msg = f"{len(differences)} differences but {len(weights)} weights; give one weight to each kind of harm"
        raise GeoError(msg)
    value = sum(w * d.value for w, d in zip(weights, differences, strict=True))
    variance = sum((w * d.standard_error) ** 2 for w, d in zip(weights, differences, strict=True))
    return Estimate(float(value), float(np.sqrt(variance)))


def log_ratio_difference(treated: Change, control: Change) -> Estimate:
    """log(Ta / Tb) - log(Ca / Cb), standard error sqrt(sum 1 / count): parallel trends on the ratio scale.

    It equals the coefficient of a Poisson regression with fixed effects of both places and both windows. NaN where a
    count is zero.
    """
    counts = np.array([treated.after, treated.before, control.after, control.before], dtype=float)
    if counts.min() <= 0:
        return Estimate(float("nan"), float("nan"))
    return Estimate(float(np.log(counts) @ [1.0, -1.0, -1.0, 1.0]), float(np.sqrt((1.0 / counts).sum())))
