"""Who bears it: ranks of deprivation, and estimators of how harm lies along them. No districts, no intervals.

`harm[..., window, role, functional]` is laid out in geo/functionals.py. Rank 1 is the most deprived.
"""

import numpy as np

from geo.errors import GeoError
from geo.functionals import AFTER, BEFORE, FIFTH, RANK, RANKED


def fractional_rank(deprivation: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Population-weighted fractional rank of deprivation; ties share a mean rank.

    R = (population less deprived + half of the population equally deprived) / population.

    Parameters
    ----------
    deprivation : ndarray, shape (areas,)
        High = more deprived; NaN = unranked.
    population : ndarray, shape (areas,)
        At least 0; NaN = unranked.

    Returns
    -------
    ndarray, shape (areas,)
        In [0, 1], 1 = most deprived; NaN where unranked. The population-weighted mean is 1/2.

    Raises
    ------
    GeoError
        If a population is negative, or nobody lives in the ranked areas.
    """
    low, high = _span_from_most_deprived(deprivation, population)
    return np.asarray(1.0 - (low + high) / 2.0)


def share_in_most_deprived(deprivation: np.ndarray, population: np.ndarray, *, part: float = 0.2) -> np.ndarray:
    """Share of each area that lies inside the most deprived `part` of the population.

    The straddling area is split; tied areas are split alike. An area without residents counts by its position.

    Returns
    -------
    ndarray, shape (areas,)
        In [0, 1]; NaN where unranked.
    """
    low, high = _span_from_most_deprived(deprivation, population)
    width = high - low
    inside = np.clip(part - low, 0.0, width)
    position = np.where(low < part, 1.0, 0.0)
    share = np.where(width > 0, inside / np.where(width > 0, width, 1.0), position)
    return np.where(np.isfinite(low), share, np.nan)


def _span_from_most_deprived(deprivation: np.ndarray, population: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of each area's block (shared by ties) on the population axis, 0 = most deprived."""
    deprivation, population = np.asarray(deprivation, dtype=float), np.asarray(population, dtype=float)
    if (population < 0).any():
        msg = "a population is negative; correct the population column of the districts"
        raise GeoError(msg)
    ranked = np.isfinite(deprivation) & np.isfinite(population)
    people = population[ranked].sum()
    if not people > 0:
        msg = "nobody lives in the ranked areas, so there is no rank; check population and the deprivation indicator"
        raise GeoError(msg)
    values, block = np.unique(-deprivation[ranked], return_inverse=True)
    in_block = np.bincount(block, weights=population[ranked], minlength=len(values)) / people
    end = np.cumsum(in_block)
    low, high = np.full((2, len(deprivation)), np.nan)
    low[ranked], high[ranked] = (end - in_block)[block], end[block]
    return low, high


def concentration_index(harm: np.ndarray, rank: np.ndarray) -> float:
    """Concentration index of harm over people; negative = harm falls on the deprived.

    C = 2 sum h (1 - R) - 1 with h the shares of harm: the field's sign, which orders from most deprived (R = 1).

    Parameters
    ----------
    harm, rank : ndarray, shape (areas,)
        Harm (counts, not rates) and `fractional_rank`.
    """
    ranked = np.isfinite(rank)
    share = harm[ranked] / harm[ranked].sum()
    return float(2.0 * (share * (1.0 - rank[ranked])).sum() - 1.0)


def mean_rank(harm: np.ndarray) -> np.ndarray:
    """Mean rank of harm in each window, percentile points; shape (..., 2)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100.0 * harm[..., RANK].sum(axis=-1) / harm[..., RANKED].sum(axis=-1))


def rank_shift(harm: np.ndarray) -> np.ndarray:
    """Change of the mean rank of harm, percentile points; positive = towards the more deprived."""
    mean = mean_rank(harm)
    with np.errstate(invalid="ignore"):
        return np.asarray(mean[..., AFTER] - mean[..., BEFORE])


def rank_shift_parts(harm: np.ndarray, *, kappa: np.ndarray | float) -> np.ndarray:
    """Split the rank shift exactly into what each role contributes, percentile points; shape (..., 4).

    Part of a role = sum over its units of Delta (R - Rbar) / H_after with Delta = H_after - kappa H_before and Rbar
    the mean rank before. The parts add up to `rank_shift` for any kappa, because sum H_before (R - Rbar) = 0.
    """
    kappa = np.asarray(kappa, dtype=float)[..., None]
    mean_before = mean_rank(harm)[..., BEFORE, None] / 100.0
    delta = harm[..., AFTER, :, :] - kappa[..., None] * harm[..., BEFORE, :, :]
    after = harm[..., AFTER, :, RANKED].sum(axis=-1)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100.0 * (delta[..., RANK] - mean_before * delta[..., RANKED]) / after)


def fifth_share(harm: np.ndarray) -> np.ndarray:
    """Share of harm borne in the most deprived fifth of the population, per cent, in each window; shape (..., 2)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100.0 * harm[..., FIFTH].sum(axis=-1) / harm[..., RANKED].sum(axis=-1))


def fifth_share_change(harm: np.ndarray) -> np.ndarray:
    """Change of `fifth_share`, percentage points."""
    share = fifth_share(harm)
    with np.errstate(invalid="ignore"):
        return np.asarray(share[..., AFTER] - share[..., BEFORE])
