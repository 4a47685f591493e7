"""The few sums every finding is a function of: owns their layout and how units add up to them, no estimator.

A reading of harm is an array `harm[..., window, role, functional]`, harm per day, with windows before and after, the
roles of the units in one step, and four linear functionals: all harm, harm in ranked units, harm times rank of
deprivation, harm times the share of the unit inside the most deprived fifth of the population.
"""

import numpy as np

from geo.errors import GeoError

BEFORE, AFTER = range(2)
ORIGIN, RECEIVERS, CONTROL, REST = range(4)
TOTAL, RANKED, RANK, FIFTH = range(4)
ROLES = ("origin", "receivers", "control", "rest")
SHAPE = (4, 4)


def unit_weights(rank: np.ndarray, fifth: np.ndarray) -> np.ndarray:
    """Weights of each unit in the four functionals.

    Parameters
    ----------
    rank, fifth : ndarray, shape (units,)
        Rank of deprivation in [0, 1] and share inside the most deprived fifth; NaN where a unit is unranked.

    Returns
    -------
    ndarray, shape (units, 4)
        1, is ranked, rank, fifth; the last three are 0 for unranked units, whose harm is left out of rank findings.
    """
    rank, fifth = np.asarray(rank, dtype=float), np.asarray(fifth, dtype=float)
    is_ranked = np.isfinite(rank) & np.isfinite(fifth)
    ones = np.ones(len(rank))
    return np.column_stack([ones, is_ranked, np.where(is_ranked, rank, 0.0), np.where(is_ranked, fifth, 0.0)])


def collect(counts: np.ndarray, role: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Add units up to roles and functionals.

    Parameters
    ----------
    counts : ndarray, shape (units, ...)
        Harm of each unit, per day or per window.
    role : ndarray of int, shape (units,)
        ORIGIN, RECEIVERS, CONTROL or REST.
    weights : ndarray, shape (units, 4)
        From `unit_weights`.

    Returns
    -------
    ndarray, shape (..., 4, 4)
        Last two axes: role, functional.

    Raises
    ------
    GeoError
        If the numbers of units differ.
    """
    if not len(counts) == len(role) == len(weights):
        msg = f"{len(counts)} units have counts, {len(role)} a role and {len(weights)} weights; give the same units"
        raise GeoError(msg)
    in_role = (np.asarray(role)[:, None] == np.arange(4)).astype(float)
    matrix = (in_role[:, :, None] * weights[:, None, :]).reshape(len(role), 16)
    flat = np.asarray(counts, dtype=float).reshape(len(role), -1)
    return np.asarray(flat.T @ matrix).reshape(*np.shape(counts)[1:], *SHAPE)
