"""A line-up: the real change among changes of the same incidents without a before and after. Judges nothing.

Whoever cannot tell the real map from seven in which nothing can have changed has no reason to believe it.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from geopandas import GeoDataFrame

from geo.ground import ground_of, spread
from geo.kernel_peak import effective_number
from layers.chain import matched_windows
from layers.city import City, Window
from layers.exposure import in_series, local_days
from layers.release import LineUp
from layers.surfaces import DAYS_PER_YEAR
from layers.window import Places, StudyArea, mass_of

DECOYS = 7
BLOCK_DAYS = 28  # weeks next to each other are alike, so they stay together
_STREAM = 8  # keeps these draws apart from others of the same seed


def line_up(area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, *, data_until: date) -> LineUp | None:
    """Return the change of the headline series over the headline step, hidden among seven of shuffled incidents.

    For a decoy, each run of four weeks of the window before changes places with the run of the window after that
    stands at the same place in it, or does not, by the toss of a coin: places, seasons, bursts and totals stay, only
    before and after do not. Cells that fewer than `disclosure.min_effective_incidents` of both windows together stand
    behind are NaN in all eight.

    Parameters
    ----------
    area : StudyArea
    incidents : GeoDataFrame
        n rows in the city's CRS.
    places : Places
        Where they lie on the grid, from `layers.window.places_of`.
    city : City
        Its first series, first step, bandwidth, seed.
    data_until : date
        The first local day that is not counted.

    Returns
    -------
    LineUp or None
        None if a window of the step has days without data.

    Raises
    ------
    ConfigError
        If the step's periods have no comparable days.

    Notes
    -----
    Source of the idea: Buja et al. 2009, Statistical inference for exploratory data analysis and model diagnostics,
    Philosophical Transactions of the Royal Society A 367, "the lineup".
    """
    first_day, day = local_days(incidents, city)
    step, series = city.steps[0], city.harm.series[0]
    windows = matched_windows(city, step, data_until=data_until)
    if any(window.start < first_day or window.end > data_until for window in windows):
        return None
    counted = np.flatnonzero(in_series(incidents, series) & (places.cells >= 0))
    blocks = [_blocks(day[counted], window, first_day) for window in windows]
    rng = np.random.default_rng([city.inference.seed, _STREAM])
    swapped = _coins([(window.end - window.start).days for window in windows], rng)
    real = int(rng.integers(DECOYS + 1))
    swapped[real] = False
    groups = [counted[chosen] for swap in swapped for chosen in (_members(blocks, swap, 0), _members(blocks, swap, 1))]
    values = _differences(area, mass_of(area, places, groups), windows, city)
    return LineUp(series.id, step.id, tuple(values), real)


def _blocks(day: np.ndarray, window: Window, first_day: date) -> np.ndarray:
    """Return which run of days of the window each incident falls into; -1 for none."""
    start, end = ((edge - first_day).days for edge in (window.start, window.end))
    return np.where((day >= start) & (day < end), (day - start) // BLOCK_DAYS, -1)


def _coins(days: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Return which runs change places in each of the eight maps, maps x runs bool: only runs that both windows have."""
    swapped = np.zeros((DECOYS + 1, -(-max(days) // BLOCK_DAYS)), dtype=bool)
    whole = min(days) // BLOCK_DAYS
    swapped[:, :whole] = rng.integers(2, size=(DECOYS + 1, whole)) == 1
    return swapped


def _members(blocks: Sequence[np.ndarray], swap: np.ndarray, side: int) -> np.ndarray:
    """Return the positions that count before (side 0) or after (side 1) once the runs have changed places."""
    own, other = blocks[side], blocks[1 - side]
    stays = (own >= 0) & ~swap[own]
    comes = (other >= 0) & swap[other]
    return np.flatnonzero(stays | comes)


def _differences(area: StudyArea, mass: np.ndarray, windows: Sequence[Window], city: City) -> np.ndarray:
    """Return incidents per km2 and year, after less before: maps x rows x cols, NaN where withheld or off the land."""
    bandwidth_cells = city.density.bandwidth_m / area.grid.cell_m
    spreads = spread(ground_of(area.land, **area.cuts), mass, bandwidth_cells=bandwidth_cells)
    behind = effective_number(area.land, spreads, bandwidth_cells=bandwidth_cells, **area.cuts)
    shown = (behind >= city.disclosure.min_effective_incidents) & area.land
    days = np.array([(window.end - window.start).days for window in windows])
    rates = np.where(shown, spreads, 0.0) / (area.grid.cell_area_m2 / 1e6)
    difference = (rates[1::2] / days[1] - rates[::2] / days[0]) * DAYS_PER_YEAR
    difference[~(shown[1::2] | shown[::2])] = np.nan
    return np.asarray(difference)
