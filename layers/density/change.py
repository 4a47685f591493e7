"""Change along the chain: where more, where fewer incidents a day were registered than before. Judges nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.change.binomial import binomial_p, equal_incidents
from geo.change.tolerance import two_sided
from geo.contours import connected_parts, outline
from geo.hotspot.multiple_testing import adjusted
from layers.city import City
from layers.density.compared import Comparison, Pair, maximum_of
from layers.density.hotspots import FEWEST_CELLS
from layers.frame.window import StudyArea

FALSE_DISCOVERIES = 0.05  # share of wrong cells among those called significant, were nothing changed
COLUMNS = {
    "step": str,
    "series": str,
    "direction": str,
    "q_max": float,
    "p_anywhere": float,
    "rate_ratio": float,
    "area_km2": float,
    "cells": int,
    "least_incidents": float,
    "fewer_incidents": float,
}


@dataclass(frozen=True)
class _Tested:
    """One series in the two windows of a step, per land cell: incidents a day, effective incidents, and the test.

    `per_day` and `behind` are 2 x cells, before and after; `q` is NaN where too few incidents stand behind a cell.
    """

    step: str
    series: str
    per_day: np.ndarray
    behind: np.ndarray
    is_rise: np.ndarray
    q: np.ndarray


def changes(comparison: Comparison, area: StudyArea, city: City) -> GeoDataFrame:
    """Return where the registered incidents of a series rose or fell between the windows that a step compares.

    The p of a cell is that of dealing each incident to a window by the windows' lengths, from the binomial law of an
    effective number of incidents (`geo.change.binomial`), fewer by the dispersion of the series' weeks
    (`layers.density.bursts`); of two sides; over all cells that enough incidents stand behind, Benjamini-Hochberg holds
    the false discovery rate at 5 %. Connected significant cells of one direction are one area, from `FEWEST_CELLS` on.

    That years differ is not in it: an area says "beyond what bursts of the incidents would give". It describes and is
    never a verdict; intervals and verdicts are those of `layers.findings`.

    Parameters
    ----------
    comparison : Comparison
    area : StudyArea
        That it was made on.
    city : City
        Its `disclosure.min_effective_incidents`, below which a cell is not tested.

    Returns
    -------
    GeoDataFrame, polygons in the city's CRS
        step, series, direction (rise, fall), q_max (largest adjusted p inside), p_anywhere (of no change of incidents a
        day anywhere, by the maximum test; missing where that could not be made), rate_ratio (incidents a day inside,
        after over before; missing if there were none before), area_km2, and for the disclosure gate cells,
        least_incidents (effective, of both windows, in the weakest cell) and fewer_incidents (mean effective number of
        the window with fewer). By step and series in the city's order, then rises before falls, then the first cell. A
        step with days outside the data has none.
    """
    rows: list[tuple[object, ...]] = []
    shapes = []
    for pair in comparison.pairs:
        tested = _tested(pair, comparison.largest, city)
        found = list(_areas(tested, area))
        anywhere = _p_anywhere(pair, comparison.largest, np.isfinite(tested.q), city) if found else np.nan
        for cells, is_rise in found:
            rows.append(_row(tested, cells, area, is_rise=is_rise, p_anywhere=anywhere))
            shapes.append(outline(area.grid, np.flatnonzero(area.land)[cells]))
    table = DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    return GeoDataFrame(table, geometry=shapes, crs=city.crs)


def _tested(pair: Pair, largest: np.ndarray, city: City) -> _Tested:
    """Which cells rose, and their adjusted p."""
    pooled, behind = pair.smooth.sum(axis=0), pair.smooth / largest
    tested = behind.sum(axis=0) >= city.disclosure.min_effective_incidents
    number = equal_incidents(pooled[tested], pair.narrow[tested], largest[tested])
    lengths = {"days_before": float(pair.days[0]), "days_after": float(pair.days[1])}
    upper, lower = binomial_p(pair.smooth[1, tested], pooled[tested], number, **lengths, dispersion=pair.dispersion)
    is_rise, q = np.zeros(tested.size, dtype=bool), np.full(tested.size, np.nan)
    is_rise[tested], q[tested] = upper < lower, adjusted(two_sided(upper, lower), correction="bh")
    return _Tested(pair.step.id, pair.series, pair.smooth / pair.days[:, None], behind, is_rise, q)


def _p_anywhere(pair: Pair, largest: np.ndarray, tested: np.ndarray, city: City) -> float:
    found = maximum_of(pair, largest, tested, city, of_shares=False)
    return np.nan if found is None else found.p_value


def _areas(tested: _Tested, area: StudyArea) -> Iterator[tuple[np.ndarray, bool]]:
    """Positions among the land cells of each connected area, and whether it is a rise."""
    position = np.cumsum(area.land.ravel()) - 1
    found = np.nan_to_num(tested.q, nan=1.0) <= FALSE_DISCOVERIES
    for is_rise in (True, False):
        cells = np.zeros(area.land.shape, dtype=bool)
        cells[area.land] = found & (tested.is_rise == is_rise)
        for part in connected_parts(cells):
            if part.size >= FEWEST_CELLS:
                yield position[part], is_rise


def _row(
    tested: _Tested, cells: np.ndarray, area: StudyArea, *, is_rise: bool, p_anywhere: float
) -> tuple[object, ...]:
    before, after = tested.per_day[:, cells].sum(axis=1)
    behind = tested.behind[:, cells]
    return (
        tested.step,
        tested.series,
        "rise" if is_rise else "fall",
        float(tested.q[cells].max()),
        p_anywhere,
        float(after / before) if before > 0 else np.nan,
        cells.size * area.grid.cell_area_m2 / 1e6,
        cells.size,
        float(behind.sum(axis=0).min()),
        float(behind.mean(axis=1).min()),
    )
