"""Change along the chain: where more, where fewer incidents a day were registered than before. Judges nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.change.binomial import binomial_p, equal_incidents
from geo.change.tolerance import two_sided
from geo.contours import connected_parts, outline
from geo.crs import require_same
from geo.ground import Ground, ground_of, spread_each
from geo.hotspot.multiple_testing import adjusted
from geo.kernel_peak import largest_kernel
from geo.weeks import BLOCK, corrected_overdispersion, seasonal_shape, week_residuals
from layers.chain import matched_windows
from layers.city import City, Window
from layers.exposure import in_series, local_days
from layers.hotspots import FEWEST_CELLS
from layers.window import Places, StudyArea, mass_of

FALSE_DISCOVERIES = 0.05  # share of wrong cells among those called significant, were nothing changed
LEAST_WEEKS = 2 * BLOCK  # of a window whose dispersion can be measured
COLUMNS = {
    "step": str,
    "series": str,
    "direction": str,
    "q_max": float,
    "rate_ratio": float,
    "area_km2": float,
    "cells": int,
    "least_incidents": float,
    "fewer_incidents": float,
}


@dataclass(frozen=True)
class _Compared:
    """One series in the two windows of a step, per land cell: incidents a day, effective incidents, and the test.

    `per_day` and `behind` are 2 x cells, before and after; `q` is NaN where too few incidents stand behind a cell.
    """

    step: str
    series: str
    per_day: np.ndarray
    behind: np.ndarray
    is_rise: np.ndarray
    q: np.ndarray


def changes(area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, *, data_until: date) -> GeoDataFrame:
    """Return where the registered incidents of a series rose or fell between the windows that a step compares.

    Both windows are smoothed as the map is, with its one bandwidth. The p of a cell is that of dealing each incident
    to a window by the windows' lengths, from the binomial law of an effective number of incidents
    (`geo.change.binomial`), fewer by the dispersion of the series' weeks (`dispersion`); of two sides; over all cells
    that enough incidents stand behind, Benjamini-Hochberg holds the false discovery rate at 5 %. Connected significant
    cells of one direction are one area, from `FEWEST_CELLS` on.

    That years differ is not in it: an area says "beyond what bursts of the incidents would give". It describes and is
    never a verdict; intervals and verdicts are those of `layers.findings`.

    Parameters
    ----------
    area : StudyArea
    incidents : GeoDataFrame
        n rows in the city's CRS.
    places : Places
        Where they lie on the grid, from `layers.window.places_of`.
    city : City
        Its steps, series, bandwidth and `disclosure.min_effective_incidents`, below which a cell is not tested.
    data_until : date
        The first local day that is not counted.

    Returns
    -------
    GeoDataFrame, polygons in the city's CRS
        step, series, direction (rise, fall), q_max (largest adjusted p inside), rate_ratio (incidents a day inside,
        after over before; missing if there were none before), area_km2, and for the disclosure gate cells,
        least_incidents (effective, of both windows, in the weakest cell) and fewer_incidents (mean effective number of
        the window with fewer). By step and series in the city's order, then rises before falls, then the first cell. A
        step with days outside the data has none.

    Raises
    ------
    ConfigError
        If a step's periods have no comparable days.
    CrsError
        If the incidents are not in the city's CRS.
    """
    require_same(incidents.crs, area.grid.crs, what_a="incidents", what_b="the grid")
    rows: list[tuple[object, ...]] = []
    shapes = []
    for compared in _all_compared(area, incidents, places, city, data_until=data_until):
        for cells, is_rise in _areas(compared, area):
            rows.append(_row(compared, cells, area, is_rise=is_rise))
            shapes.append(outline(area.grid, np.flatnonzero(area.land)[cells]))
    table = DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    return GeoDataFrame(table, geometry=shapes, crs=city.crs)


def _all_compared(
    area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, *, data_until: date
) -> Iterator[_Compared]:
    first_day, day = local_days(incidents, city)
    ground = ground_of(area.land, **area.cuts)
    bandwidth_cells = city.density.bandwidth_m / area.grid.cell_m
    largest = largest_kernel(area.land, bandwidth_cells=bandwidth_cells, **area.cuts)[area.land]
    for step in city.steps:
        windows = matched_windows(city, step, data_until=data_until)
        if any(window.start < first_day or window.end > data_until for window in windows):
            continue
        inside = [_inside(day, window, first_day) for window in windows]
        for series in city.harm.series:
            of = in_series(incidents, series) & (places.cells >= 0)
            groups = [np.flatnonzero(of & within) for within in inside]
            of_block = blocks(area, places.cells, city)
            spread_of_weeks = dispersion(day, of_block, [days_of(window, first_day) for window in windows], of)
            smooth = _smooth(ground, mass_of(area, places, groups), area, city)
            days = [(window.end - window.start).days for window in windows]
            tested = _tested(smooth, largest, days, spread_of_weeks, city)
            yield _Compared(step.id, series.id, smooth[0] / np.array(days)[:, None], smooth[0] / largest, *tested)


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
        known, own = np.unique(block[inside], return_inverse=True)
        daily = np.zeros((window.stop - window.start, known.size))
        np.add.at(daily, (day[inside] - window.start, own), 1.0)
        weekly = np.add.reduceat(daily, np.arange(0, len(daily), 7), axis=0)
        found.append(corrected_overdispersion(week_residuals(daily, shape[window]), weekly)[0])
        incidents.append(int(inside.sum()))
    return max(float(np.average(found, weights=incidents)), 1.0) if found else 1.0


def blocks(area: StudyArea, cells: np.ndarray, city: City) -> np.ndarray:
    """Return the square block of each incident, of the area 4 pi bandwidth^2 that a Gaussian average rests on."""
    side = max(1, round(np.sqrt(4 * np.pi) * city.density.bandwidth_m / area.grid.cell_m))
    row, col = np.divmod(cells, area.grid.cols)
    return np.asarray(row // side * area.grid.cols + col // side)


def days_of(window: Window, first_day: date) -> slice:
    """Return the days of a window, counted from the first day of data."""
    return slice((window.start - first_day).days, (window.end - first_day).days)


def _inside(day: np.ndarray, window: Window, first_day: date) -> np.ndarray:
    days = days_of(window, first_day)
    return np.asarray((day >= days.start) & (day < days.stop))


def _smooth(ground: Ground, mass: np.ndarray, area: StudyArea, city: City) -> np.ndarray:
    """Smooth with the bandwidth and with bandwidth / sqrt 2, which gives sums of squares: 2 x windows x land cells."""
    bandwidth_cells = city.density.bandwidth_m / area.grid.cell_m
    spread_both = spread_each(ground, mass, bandwidths_cells=(bandwidth_cells, bandwidth_cells / np.sqrt(2)))
    return np.asarray(np.maximum(spread_both[:, :, area.land], 0.0))


def _tested(
    smooth: np.ndarray, largest: np.ndarray, days: list[int], spread_of_weeks: float, city: City
) -> tuple[np.ndarray, np.ndarray]:
    """Which cells rose, and their adjusted p."""
    wide, narrow = smooth
    pooled = wide.sum(axis=0)
    tested = (wide / largest).sum(axis=0) >= city.disclosure.min_effective_incidents
    number = equal_incidents(pooled[tested], narrow.sum(axis=0)[tested], largest[tested])
    lengths = {"days_before": days[0], "days_after": days[1]}
    upper, lower = binomial_p(wide[1, tested], pooled[tested], number, **lengths, dispersion=spread_of_weeks)
    is_rise, q = np.zeros(tested.size, dtype=bool), np.full(tested.size, np.nan)
    is_rise[tested], q[tested] = upper < lower, adjusted(two_sided(upper, lower), correction="bh")
    return is_rise, q


def _areas(compared: _Compared, area: StudyArea) -> Iterator[tuple[np.ndarray, bool]]:
    """Positions among the land cells of each connected area, and whether it is a rise."""
    position = np.cumsum(area.land.ravel()) - 1
    found = np.nan_to_num(compared.q, nan=1.0) <= FALSE_DISCOVERIES
    for is_rise in (True, False):
        cells = np.zeros(area.land.shape, dtype=bool)
        cells[area.land] = found & (compared.is_rise == is_rise)
        for part in connected_parts(cells):
            if part.size >= FEWEST_CELLS:
                yield position[part], is_rise


def _row(compared: _Compared, cells: np.ndarray, area: StudyArea, *, is_rise: bool) -> tuple[object, ...]:
    before, after = compared.per_day[:, cells].sum(axis=1)
    behind = compared.behind[:, cells]
    return (
        compared.step,
        compared.series,
        "rise" if is_rise else "fall",
        float(compared.q[cells].max()),
        float(after / before) if before > 0 else np.nan,
        cells.size * area.grid.cell_area_m2 / 1e6,
        cells.size,
        float(behind.sum(axis=0).min()),
        float(behind.mean(axis=1).min()),
    )
