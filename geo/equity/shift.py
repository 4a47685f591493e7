"""Estimators of a step on its few sums: shift of the mean rank of harm, its parts by role, the most deprived fifth.

`harm[..., window, role, functional]` is laid out in geo/functionals.py. Rank 1 is the most deprived.
"""

import numpy as np

from geo.functionals import AFTER, BEFORE, FIFTH, RANK, RANKED


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
