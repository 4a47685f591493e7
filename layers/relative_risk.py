"""Relative risk along the chain: by how much the rate, and the share, of a place changed in each step. Judges nothing.

`layers/change.py` draws where a rate changed beyond chance; here every cell gets its ratio, and a test of its share.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from geopandas import GeoDataFrame

from geo.change.asymptotic import asymptotic_p
from geo.change.relative_risk import Change, log_ratio
from geo.change.tolerance import two_sided
from geo.crs import require_same
from geo.ground import Ground, ground_of, spread
from geo.hotspot.multiple_testing import adjusted
from geo.kernel_peak import largest_kernel
from layers.chain import matched_windows
from layers.change import blocks, days_of, dispersion
from layers.city import City, Step, Window
from layers.exposure import in_series, local_days
from layers.window import Places, StudyArea, mass_of

LEVELS = (0.05, 0.01)  # of the tolerance contours, each cell by itself
FALSE_DISCOVERIES = 0.05
WITHIN_LEVEL, WITHIN_STRICTER_LEVEL, BEYOND_MANY_TESTS = 1, 2, 3  # evidence; negative for a fall


@dataclass(frozen=True)
class RelativeRisk:
    """One series in the two windows of a step, on the grid.

    Attributes
    ----------
    step, series, from_period, to_period : str
    windows : tuple of Window
        The days before and after that were compared.
    rate_ratio : rows x cols float64
        Incidents per day, after over before.
    relative_risk : rows x cols float64
        The same over that of the whole land: above 1 where a larger *share* of incidents falls than before.
    evidence : rows x cols int8
        Of a changed share: 1 inside the 5 % tolerance contour, 2 inside the 1 % one, 3 where the false discovery rate
        over all tested cells is 5 %; negative for a smaller share, 0 elsewhere.
    behind : 2 x rows x cols float64
        Effective incidents behind each cell before and after.
    p_anywhere : float
        Of no change of shares anywhere, over all cells at once (Simes 1986); NaN if no cell was tested.

    Ratios are NaN, and evidence 0, where fewer effective incidents than the city's threshold stand behind a cell in
    both windows together.
    """

    step: str
    series: str
    from_period: str
    to_period: str
    windows: tuple[Window, Window]
    rate_ratio: np.ndarray
    relative_risk: np.ndarray
    evidence: np.ndarray
    behind: np.ndarray
    p_anywhere: float


def relative_risks(
    area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, *, data_until: date
) -> tuple[RelativeRisk, ...]:
    """Compare the two windows of every step and series, smoothed as the map is.

    p is the asymptotic one of the log relative risk (`geo.change.asymptotic`), two-sided. The sum of the kernel's
    squares that it needs is taken as half the largest value of the kernel: exact in open country and on a straight
    shore, too large, so that p is too large, on broken ones. Incidents come in bursts, so as few of them count as the
    dispersion of the series' weeks leaves (`layers.change.dispersion`).

    Parameters
    ----------
    area : StudyArea
    incidents : GeoDataFrame
        n rows in the city's CRS.
    places : Places
        Where they lie on the grid, from `layers.window.places_of`.
    city : City
    data_until : date
        The first local day that is not counted.

    Returns
    -------
    tuple of RelativeRisk
        By step and series in the city's order. A step with days outside the data, and a series without incidents in one
        of the windows, are left out.

    Raises
    ------
    ConfigError
        If a step's periods have no comparable days.
    CrsError
        If the incidents are not in the city's CRS.
    """
    require_same(incidents.crs, area.grid.crs, what_a="incidents", what_b="the grid")
    first_day, day = local_days(incidents, city)
    ground = ground_of(area.land, **area.cuts)
    bandwidth_cells = city.density.bandwidth_m / area.grid.cell_m
    largest = largest_kernel(area.land, bandwidth_cells=bandwidth_cells, **area.cuts)
    found: list[RelativeRisk] = []
    for step in city.steps:
        windows = matched_windows(city, step, data_until=data_until)
        if any(window.start < first_day or window.end > data_until for window in windows):
            continue
        days = [days_of(window, first_day) for window in windows]
        masses = _masses(area, incidents, places, city, day=day, days=days)
        found += _of_step(step, windows, masses, (ground, largest), city)
    return tuple(found)


def _masses(
    area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, *, day: np.ndarray, days: list[slice]
) -> Iterator[tuple[str, np.ndarray, float]]:
    """Yield each series with its mass in both windows and the dispersion of its weeks."""
    inside = [(day >= window.start) & (day < window.stop) for window in days]
    for series in city.harm.series:
        of = in_series(incidents, series) & (places.cells >= 0)
        groups = [np.flatnonzero(of & within) for within in inside]
        if all(group.size for group in groups):
            of_block = blocks(area, places.cells, city)
            yield series.id, mass_of(area, places, groups), dispersion(day, of_block, days, of)


def _of_step(
    step: Step,
    windows: tuple[Window, Window],
    masses: Iterator[tuple[str, np.ndarray, float]],
    land: tuple[Ground, np.ndarray],
    city: City,
) -> Iterator[RelativeRisk]:
    ground, largest = land
    days = [(window.end - window.start).days for window in windows]
    for series, mass, spread_of_weeks in masses:
        smooth = np.maximum(spread(ground, mass, bandwidth_cells=city.density.bandwidth_m / city.density.cell_m), 0.0)
        behind = smooth / largest
        shown = behind.sum(axis=0) >= city.disclosure.min_effective_incidents
        numbers = mass.sum(axis=(1, 2))
        changed = _change(smooth, numbers, shown, days)
        before, after = numbers / spread_of_weeks
        p = asymptotic_p(changed, sharpness=largest / 2, incidents_before=before, incidents_after=after)
        q = adjusted(two_sided(p, 1 - p), correction="bh")
        yield RelativeRisk(
            step=step.id,
            series=series,
            from_period=step.from_period,
            to_period=step.to_period,
            windows=windows,
            rate_ratio=np.exp(changed.log_rate_ratio),
            relative_risk=np.exp(changed.log_relative_risk),
            evidence=_evidence(two_sided(p, 1 - p), q, is_rise=changed.log_relative_risk > 0),
            behind=behind,
            p_anywhere=float(np.nanmin(q)) if shown.any() else float("nan"),
        )


def _change(smooth: np.ndarray, numbers: np.ndarray, shown: np.ndarray, days: list[int]) -> Change:
    risk = np.full(shown.shape, np.nan)
    risk[shown] = log_ratio(smooth[1, shown] / numbers[1], smooth[0, shown] / numbers[0])
    rate = risk + np.log(numbers[1] * days[0] / (numbers[0] * days[1]))
    return Change(risk, rate, smooth.sum(axis=0), shown)


def _evidence(p: np.ndarray, q: np.ndarray, *, is_rise: np.ndarray) -> np.ndarray:
    """Return the strictest of the bars each cell passes, negative for falls; 0 where not tested. int8."""
    wide, strict = LEVELS
    p, q = np.nan_to_num(p, nan=1.0), np.nan_to_num(q, nan=1.0)
    passed = np.select(
        [q <= FALSE_DISCOVERIES, p <= strict, p <= wide], [BEYOND_MANY_TESTS, WITHIN_STRICTER_LEVEL, WITHIN_LEVEL]
    )
    return np.where(is_rise, passed, -passed).astype(np.int8)
