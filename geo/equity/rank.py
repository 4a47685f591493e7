"""Ranks of deprivation over people, and the most deprived part of them. Knows no harm.

Rank 1 is the most deprived; the field's own curves and slopes run the other way, from `1 - rank`.
"""

import numpy as np

from geo.errors import GeoError


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
