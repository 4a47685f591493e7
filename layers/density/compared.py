"""The two windows of every step and series, smoothed once for all that compare them. Tests no cell, draws nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from geopandas import GeoDataFrame

from geo.change.maximum import Maximum, maximum_test
from geo.crs import require_same
from geo.ground import Ground, ground_of, spread, spread_each
from geo.kernel_peak import largest_kernel
from layers.city import City, Step, Window
from layers.density.bursts import bandwidth_blocks, dispersion
from layers.frame.chain import matched_windows
from layers.frame.exposure import in_series, local_days
from layers.frame.window import Places, StudyArea, mass_of

RUN_DAYS = 28  # weeks next to each other are alike, so they stay together
MOST_RUNS = 13  # runs are as many whole times `RUN_DAYS` long as that takes; 4,096 ways to trade places are enough
FEWEST_RUNS = 6  # below, no p could be under 0.05
SIMULATED_UP_TO = 500_000  # land cells: the runs of every step and series are held at a time
SIMULATIONS = 999
_STREAM = 9  # keeps these draws apart from others of the same seed


@dataclass(frozen=True)
class Runs:
    """What each run of days adds to the difference of the windows, of those runs that both have.

    Attributes
    ----------
    smooth : runs x land cells float32
        Mass after less mass before, smoothed.
    number : runs float64
        Incidents after less incidents before.
    """

    smooth: np.ndarray
    number: np.ndarray


@dataclass(frozen=True)
class Pair:
    """One series in the two windows of a step; arrays hold land cells in the grid's order.

    Attributes
    ----------
    step, series : Step, str
    windows : tuple of Window
    days : 2 int, their lengths
    numbers : 2 float64, incidents before and after
    smooth : 2 x land cells float64
        Mass per cell before and after, smoothed with the map's bandwidth; not below 0.
    narrow : land cells float64
        Mass of both, smoothed with bandwidth / sqrt 2, which gives sums of squares.
    dispersion : float
        Of the series' weeks, 1 or more.
    runs : Runs or None
        None beside the headline on grids of more than `SIMULATED_UP_TO` land cells.
    """

    step: Step
    series: str
    windows: tuple[Window, Window]
    days: np.ndarray
    numbers: np.ndarray
    smooth: np.ndarray
    narrow: np.ndarray
    dispersion: float
    runs: Runs | None


@dataclass(frozen=True)
class Comparison:
    """All pairs, by step and series in the city's order; a step with days outside the data has none.

    `largest` is the most mass that one incident can leave in each land cell, `largest_kernel`.
    """

    largest: np.ndarray
    pairs: tuple[Pair, ...]


def compared(area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, *, data_until: date) -> Comparison:
    """Smooth what every step compares, series by series, as the map is smoothed.

    Parameters
    ----------
    area : StudyArea
    incidents : GeoDataFrame
        n rows in the city's CRS.
    places : Places
        Where they lie on the grid, from `layers.frame.window.places_of`.
    city : City
        Its steps, series and bandwidth.
    data_until : date
        The first local day that is not counted.

    Raises
    ------
    ConfigError
        If a step's periods have no comparable days.
    CrsError
        If the incidents are not in the city's CRS.
    """
    require_same(incidents.crs, area.grid.crs, what_a="incidents", what_b="the grid")
    bandwidth_cells = city.density.bandwidth_m / area.grid.cell_m
    largest = largest_kernel(area.land, bandwidth_cells=bandwidth_cells, **area.cuts)[area.land]
    return Comparison(largest, tuple(_pairs(area, incidents, places, city, data_until=data_until)))


def maximum_of(pair: Pair, largest: np.ndarray, tested: np.ndarray, city: City, *, of_shares: bool) -> Maximum | None:
    """Test whether anything changed anywhere by letting runs of days trade places between the windows.

    z is in units of what independent incidents would vary by, sqrt(pooled kernel / 2), which trading places leaves as
    it is; bursts, which make it vary more, do so in the draws as well.

    Parameters
    ----------
    pair : Pair
    largest : land cells, from the `Comparison`
    tested : land cells bool
    city : City
        `inference.seed` seeds the draws.
    of_shares : bool
        Of shares: each run's difference less its number times the pooled density. Otherwise of incidents a day.

    Returns
    -------
    Maximum or None
        None without runs, with too few of them, or if no cell is tested.
    """
    runs, pooled = pair.runs, pair.smooth.sum(axis=0)[tested]
    if runs is None or len(runs.number) < FEWEST_RUNS or not pooled.size:
        return None
    differences = runs.smooth[:, tested].astype(np.float64)
    if of_shares:
        differences -= np.outer(runs.number, pooled / pair.numbers.sum())
    deviation = np.sqrt(pooled * largest[tested] / 2)
    seed = int(np.random.SeedSequence([city.inference.seed, _STREAM]).generate_state(1)[0])
    return maximum_test(differences, deviation, simulations=SIMULATIONS, seed=seed)


def _pairs(area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, *, data_until: date) -> Iterator[Pair]:
    first_day, day = local_days(incidents, city)
    ground, block = ground_of(area.land, **area.cuts), bandwidth_blocks(area, places.cells, city)
    for step in city.steps:
        windows = matched_windows(city, step, data_until=data_until)
        if any(window.start < first_day or window.end > data_until for window in windows):
            continue
        spans = [slice(*((edge - first_day).days for edge in (window.start, window.end))) for window in windows]
        for series in city.harm.series:
            of = in_series(incidents, series) & (places.cells >= 0)
            is_headline = (step.id, series.id) == (city.steps[0].id, city.harm.series[0].id)
            mass, numbers = _masses(area, places, day, spans, of)
            smooth, narrow = _smooth(ground, mass[:2], area, city)
            held = is_headline or (numbers[:2].all() and np.count_nonzero(area.land) <= SIMULATED_UP_TO)
            yield Pair(
                step=step,
                series=series.id,
                windows=windows,
                days=np.array([span.stop - span.start for span in spans]),
                numbers=numbers[:2],
                smooth=smooth,
                narrow=narrow.sum(axis=0),
                dispersion=dispersion(day, block, spans, of),
                runs=_runs(ground, mass[2:], numbers[2:], area, city) if held else None,
            )


def _masses(
    area: StudyArea, places: Places, day: np.ndarray, spans: Sequence[slice], of: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mass per cell before and after, then after less before of each run; and as many numbers of incidents."""
    shorter = min(span.stop - span.start for span in spans)
    length = RUN_DAYS * max(1, -(-(shorter // RUN_DAYS) // MOST_RUNS))
    groups, runs = [], []
    for span in spans:
        inside = np.flatnonzero(of & (day >= span.start) & (day < span.stop))
        run = (day[inside] - span.start) // length
        by_run = inside[np.argsort(run, kind="stable")]
        groups.append(inside)
        runs.append(np.split(by_run, np.cumsum(np.bincount(run, minlength=shorter // length)))[: shorter // length])
    groups += [group for pair in zip(*runs, strict=True) for group in pair]
    mass = mass_of(area, places, groups)
    counts = np.array([group.size for group in groups], dtype=np.float64)
    return (
        np.concatenate((mass[:2], mass[3::2] - mass[2::2])),
        np.concatenate((counts[:2], counts[3::2] - counts[2::2])),
    )


def _smooth(ground: Ground, mass: np.ndarray, area: StudyArea, city: City) -> np.ndarray:
    """Smooth with the bandwidth and with bandwidth / sqrt 2: 2 x columns x land cells."""
    bandwidth_cells = city.density.bandwidth_m / area.grid.cell_m
    spread_both = spread_each(ground, mass, bandwidths_cells=(bandwidth_cells, bandwidth_cells / np.sqrt(2)))
    return np.asarray(np.maximum(spread_both[:, :, area.land], 0.0))


def _runs(ground: Ground, mass: np.ndarray, numbers: np.ndarray, area: StudyArea, city: City) -> Runs:
    bandwidth_cells = city.density.bandwidth_m / area.grid.cell_m
    if not len(mass):
        return Runs(np.zeros((0, np.count_nonzero(area.land)), dtype=np.float32), numbers)
    found = spread(ground, mass.astype(np.float32), bandwidth_cells=bandwidth_cells)
    return Runs(np.asarray(found[:, area.land]), numbers)
