"""How far a series' incidents come in bursts: the dispersion of its weekly counts. Tests no change."""

from collections.abc import Sequence

import numpy as np

from geo.weeks import BLOCK, corrected_overdispersion, seasonal_shape, week_residuals
from layers.city import City
from layers.frame.window import StudyArea

LEAST_WEEKS = 2 * BLOCK  # of a window whose dispersion can be measured


def dispersion(day: np.ndarray, block: np.ndarray, windows: Sequence[slice], of: np.ndarray) -> float:
    """Measure the variance over mean of a series' weekly counts around its season, seen over runs of weeks.

    In blocks about as large as the area a smoothed value rests on: what bursts within a block share counts, what the
    whole town shares is counted in each. Windows count by their incidents; one of less than `LEAST_WEEKS` is left out,
    and if both are, incidents are taken for independent.

    Parameters
    ----------
    day, block : n int
        Day of each incident since the first of the data, and the block it lies in.
    windows : slices of days
    of : n bool
        Incidents of the series.

    Returns
    -------
    float, 1 or more
    """
    of = of & (day >= 0)  # records may begin before the first period
    if not of.any():
        return 1.0
    shape = seasonal_shape(np.bincount(day[of], minlength=max(window.stop for window in windows)))
    found, incidents = [], []
    for window in windows:
        inside = of & (day >= window.start) & (day < window.stop)
        if window.stop - window.start < LEAST_WEEKS * 7 or not inside.any():
            continue
        held = np.bincount(block[inside]) > 0
        number, days = int(held.sum()), window.stop - window.start
        flat = (day[inside] - window.start) * number + (np.cumsum(held) - 1)[block[inside]]
        daily = np.bincount(flat, minlength=days * number).reshape(days, number).astype(float)
        weekly = np.add.reduceat(daily, np.arange(0, len(daily), 7), axis=0)
        found.append(corrected_overdispersion(week_residuals(daily, shape[window]), weekly)[0])
        incidents.append(int(inside.sum()))
    return max(float(np.average(found, weights=incidents)), 1.0) if found else 1.0


def bandwidth_blocks(area: StudyArea, cells: np.ndarray, city: City) -> np.ndarray:
    """Return the square block of each incident, of the area 4 pi bandwidth^2 that a Gaussian average rests on."""
    side = max(1, round(np.sqrt(4 * np.pi) * city.density.bandwidth_m / area.grid.cell_m))
    row, col = np.divmod(cells, area.grid.cols)
    return np.asarray(row // side * area.grid.cols + col // side)
