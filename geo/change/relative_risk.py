"""Surfaces of change between two periods: the log relative risk and the log rate ratio, shown where there is enough.

Owns the formulas; tests are in `geo.change.permutation` and `geo.change.asymptotic`.
"""

from dataclasses import dataclass

import numpy as np

from geo.change.incidents import Incidents
from geo.change.smoothing import Smoother
from geo.errors import GeoError

LIMIT = 8.0  # of a log ratio: beyond it the smaller density is a tail, or the smoother's own error


@dataclass(frozen=True)
class Change:
    """What changed from one period to another.

    Attributes
    ----------
    log_relative_risk : rows x cols
        log(f / g) with f the density of the later period, g of the earlier, each of sum 1: where a larger *share* of
        incidents falls. Blind to how many there are. NaN where not shown, cut at +-`LIMIT`.
    log_rate_ratio : rows x cols
        The same plus log(n1 T0 / (n0 T1)): where incidents *per day* rose.
    pooled : rows x cols
        Smoothed mass of both periods.
    shown : rows x cols bool
        Where `pooled` reaches the floor.
    """

    log_relative_risk: np.ndarray
    log_rate_ratio: np.ndarray
    pooled: np.ndarray
    shown: np.ndarray


def change(
    incidents: Incidents, smoother: Smoother, *, least_pooled: float, days_before: float, days_after: float
) -> Change:
    """Compare two periods with one smoother and one bandwidth, so that its bias cancels.

    Parameters
    ----------
    incidents : Incidents
    smoother : Smoother
        `geo.change.smoothing.on_land` for a land with water and walls.
    least_pooled : float
        Smoothed mass per cell below which nothing is said; `geo.change.smoothing.least_density`.
    days_before, days_after : float
        Lengths of the periods.

    Raises
    ------
    GeoError
        If a length or the floor is not positive.
    """
    if not (days_before > 0 and days_after > 0 and least_pooled > 0):
        msg = f"periods of {days_before} and {days_after} days and a floor of {least_pooled}; all must be above 0"
        raise GeoError(msg)
    masses = incidents.planes((~incidents.is_after, incidents.is_after))
    before, after = np.asarray(smoother(masses), dtype=np.float64)
    together = before + after
    shown = together >= least_pooled
    risk = np.full(incidents.shape, np.nan)
    risk[shown] = log_ratio(after[shown] / after.sum(), before[shown] / before.sum())
    n_before, n_after = masses.sum(axis=(1, 2))
    return Change(risk, risk + np.log(n_after * days_before / (n_before * days_after)), together, shown)


def log_ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return log(above / below), cut at +-LIMIT; what lies below 0 by a smoother's error counts as nothing."""
    top, bottom = np.maximum(above, 0.0), np.maximum(below, 0.0)
    if ((top == 0) & (bottom == 0)).any():
        msg = "neither period has any density in a cell that is to be shown; raise least_pooled"
        raise GeoError(msg)
    with np.errstate(divide="ignore"):
        return np.asarray(np.clip(np.log(top) - np.log(bottom), -LIMIT, LIMIT))
