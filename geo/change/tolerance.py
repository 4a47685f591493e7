"""Tolerance contours as cells: where a change is significant at a level, each cell by itself or all at once."""

from collections.abc import Sequence

import numpy as np

from geo.errors import GeoError
from geo.hotspot.multiple_testing import Correction, adjusted


def two_sided(p_upper: np.ndarray, p_lower: np.ndarray) -> np.ndarray:
    """Return twice the smaller tail, at most 1; NaN stays NaN."""
    return np.asarray(np.minimum(1.0, 2 * np.minimum(p_upper, p_lower)))


def raised_or_lowered(
    p_upper: np.ndarray, p_lower: np.ndarray, *, level: float, correction: Correction = "bh"
) -> np.ndarray:
    """Return 1 where the later period is higher, -1 where lower, 0 elsewhere.

    Parameters
    ----------
    p_upper, p_lower : rows x cols, NaN where not tested
    level : float
        Of the two-sided p, after correction.
    correction : Correction
        Over all tested cells. Neighbouring cells share incidents, a positive dependence under which "bh" holds; pass
        p-values "anywhere" with "none".

    Returns
    -------
    rows x cols int8
    """
    _require_level(level)
    found = adjusted(two_sided(p_upper, p_lower), correction=correction) <= level
    return np.where(found, np.where(p_upper < p_lower, 1, -1), 0).astype(np.int8)


def tolerance_cells(p_upper: np.ndarray, *, levels: Sequence[float]) -> np.ndarray:
    """Return the cells inside the tolerance contours of a rise, one-sided and each cell by itself.

    Parameters
    ----------
    p_upper : rows x cols, NaN where not tested
        Pass 1 - p, or p_lower, for a fall.
    levels : of p, any order

    Returns
    -------
    levels x rows x cols bool; those of a smaller level lie in those of a larger one
    """
    for level in levels:
        _require_level(level)
    return np.stack([np.nan_to_num(p_upper, nan=1.0) <= level for level in levels])


def _require_level(level: float) -> None:
    if not 0 < level < 1:
        msg = f"the level is {level}; it must lie between 0 and 1"
        raise GeoError(msg)
