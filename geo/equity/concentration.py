"""The concentration index of harm over people, its curve, its bounded relatives and its grouped variance. No ranking.

Sign as in the field: people stand in order from the most deprived, so a negative index means that harm falls on them.
"""

from dataclasses import dataclass

import numpy as np

from geo.errors import GeoError


def concentration_index(harm: np.ndarray, rank: np.ndarray) -> float:
    """Concentration index of harm over people; negative = harm falls on the deprived.

    C = 2 sum h (1 - R) - 1 with h the shares of harm: the field's sign, which orders from most deprived (R = 1).

    Parameters
    ----------
    harm, rank : ndarray, shape (areas,)
        Harm (counts, not rates) and `fractional_rank`; areas without a rank are left out.

    References
    ----------
    O. O'Donnell, E. van Doorslaer, A. Wagstaff & M. Lindelow (2008), Analyzing Health Equity, ch. 8.
    """
    ranked = np.isfinite(rank)
    share = harm[ranked] / harm[ranked].sum()
    return float(2.0 * (share * (1.0 - rank[ranked])).sum() - 1.0)


@dataclass(frozen=True)
class Curve:
    """A concentration curve, from (0, 0) to (1, 1); above the diagonal harm falls on the deprived.

    Attributes
    ----------
    people, harm : ndarray, shape (points,)
        Cumulative shares, the most deprived first.
    """

    people: np.ndarray
    harm: np.ndarray

    @property
    def index(self) -> float:
        """Twice the area between diagonal and curve, negative above it: the concentration index."""
        return float(1.0 - ((self.people[1:] - self.people[:-1]) * (self.harm[1:] + self.harm[:-1])).sum())


def concentration_curve(harm: np.ndarray, deprivation: np.ndarray, population: np.ndarray) -> Curve:
    """Cumulative share of harm against cumulative share of people, from the most deprived.

    Areas equally deprived are one straight stretch, so that their order cannot matter; the curve's index is then
    `concentration_index` with tied mean ranks.

    Parameters
    ----------
    harm, deprivation, population : ndarray, shape (areas,)
        High deprivation = more deprived; areas without deprivation or population (NaN) are left out.

    Raises
    ------
    GeoError
        If the ranked areas have no people or no harm.
    """
    ranked = np.isfinite(deprivation) & np.isfinite(population)
    people, borne = population[ranked].sum(), harm[ranked].sum()
    if not (people > 0 and borne > 0):
        msg = "a concentration curve needs people and harm in the ranked areas; this one has none of one of them"
        raise GeoError(msg)
    values, block = np.unique(-deprivation[ranked], return_inverse=True)
    steps = [np.bincount(block, weights=w[ranked], minlength=len(values)) for w in (population, harm)]
    return Curve(*(np.concatenate([[0.0], np.cumsum(step) / step.sum()]) for step in steps))


def concentration_variance(rate: np.ndarray, rank: np.ndarray, people: np.ndarray) -> float:
    """Variance of the concentration index of grouped rates, with the groups as the sample.

    Var = [sum f a^2 - (1 + C)^2] / n, a = y / mu (2 R - 1 - C) + 2 - q_before - q, where f is the share of people,
    R the rank from the most deprived, and q the cumulative share of harm. With few areas it says how C would vary over
    other areas; what weeks and years do to counts is another matter.

    Parameters
    ----------
    rate : ndarray, shape (areas,)
        Harm per person.
    rank : ndarray, shape (areas,)
        `fractional_rank`, 1 = most deprived.
    people : ndarray, shape (areas,)

    References
    ----------
    N. Kakwani, A. Wagstaff & E. van Doorslaer (1997), Socioeconomic inequalities in health, J. Econometrics 77:87-103.
    """
    order = np.argsort(-rank, kind="stable")
    y, r, f = rate[order], 1.0 - rank[order], people[order] / people.sum()
    mean = float((f * y).sum())
    index = float(2.0 * (f * y * r).sum() / mean - 1.0)
    q = np.cumsum(f * y) / mean
    a = y / mean * (2.0 * r - 1.0 - index) + 2.0 - np.concatenate([[0.0], q[:-1]]) - q
    return float(((f * a**2).sum() - (1.0 + index) ** 2) / len(y))


def convenient_regression(rate: np.ndarray, rank: np.ndarray, people: np.ndarray) -> tuple[float, float, float]:
    """Regress 2 s^2 y / mu on the rank from the most deprived, weighted by people.

    Returns
    -------
    tuple of float
        Intercept, slope (the concentration index) and the slope's standard error by weighted least squares; that one
        ignores that ranks of neighbours depend on each other.
    """
    weight, r = people / people.sum(), 1.0 - rank
    spread = float((weight * (r - (weight * r).sum()) ** 2).sum())
    y = 2.0 * spread * rate / float((weight * rate).sum())
    slope = float((weight * (r - (weight * r).sum()) * y).sum() / spread)
    intercept = float((weight * y).sum() - slope * (weight * r).sum())
    residual = float((weight * (y - intercept - slope * r) ** 2).sum()) / (len(rate) - 2)
    return intercept, slope, float(np.sqrt(residual / spread))


def generalised_index(index: float, mean: float) -> float:
    """C times the mean: the absolute kind, in the unit of the outcome."""
    return index * mean


def wagstaff_index(index: float, mean: float, *, lowest: float = 0.0, highest: float = 1.0) -> float:
    """C of a bounded outcome, scaled to what its bounds allow: C mu (b - a) / ((b - mu) (mu - a)).

    For a share (0 to 1) that is C / (1 - mu). Counts and rates have no upper bound: there it has no meaning.

    Raises
    ------
    GeoError
        If the mean does not lie between the bounds.
    """
    _require_between(mean, lowest, highest)
    return index * mean * (highest - lowest) / ((highest - mean) * (mean - lowest))


def erreygers_index(index: float, mean: float, *, lowest: float = 0.0, highest: float = 1.0) -> float:
    """C of a bounded outcome, alike for an outcome and its complement: 4 mu C / (b - a).

    `lowest` and `highest` are the bounds the outcome can have, not those that happen to be in the sample.

    Raises
    ------
    GeoError
        If the mean does not lie between the bounds.

    References
    ----------
    G. Erreygers (2009), Correcting the concentration index, J. Health Economics 28:504-515.
    """
    _require_between(mean, lowest, highest)
    return 4.0 * mean * index / (highest - lowest)


def _require_between(mean: float, lowest: float, highest: float) -> None:
    if not lowest < mean < highest:
        msg = f"the mean {mean:g} does not lie between {lowest:g} and {highest:g}; give the bounds of a bounded outcome"
        raise GeoError(msg)
