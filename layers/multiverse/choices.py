"""The axes of choices: edges of periods, weights of incidents. Which they are and what they count; reads no map."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from geopandas import GeoDataFrame

from layers.city import City, HarmWeights, Series, Step, Window
from layers.errors import ConfigError
from layers.frame.chain import matched_windows
from layers.frame.exposure import in_series, local_days

UNWEIGHTED = "none"


@dataclass(frozen=True)
class Edge:
    """One reading of when the change was: days later (+) or earlier (-) than declared, and the days then compared."""

    shift_days: int
    windows: tuple[Window, Window]


@dataclass(frozen=True)
class Weighing:
    """Weights of the incidents by one table; a figure whose incidents are fewer in effect than asked does not count."""

    name: str
    weight: np.ndarray  # (incidents,)


def edges(city: City, step: Step, *, first_day: date, data_until: date) -> tuple[Edge, ...]:
    """Return the declared windows of a step, then those if the change came earlier or later by what is uncertain.

    Windows that are not all in the data are left out.
    """
    uncertain = next(p.start_uncertain_days for p in city.periods if p.id == step.to_period)
    found = []
    for shift in (0, -uncertain, uncertain) if uncertain else (0,):
        try:
            windows = matched_windows(_shifted(city, step, shift), _moved(step, shift), data_until=data_until)
        except ConfigError:
            continue
        if first_day <= windows[0].start and windows[1].end <= data_until:
            found.append(Edge(shift, windows))
    return tuple(found)


def _shifted(city: City, step: Step, days: int) -> City:
    """Return the city with the start of the step's second period, and the end of the one before it, moved."""
    ids = [period.id for period in city.periods]
    to = ids.index(step.to_period)
    periods = list(city.periods)
    periods[to] = periods[to].model_copy(update={"start": _by(periods[to].start, days)})
    periods[to - 1] = periods[to - 1].model_copy(update={"end": _by(periods[to - 1].end, days)})
    return city.model_copy(update={"periods": tuple(periods)})


def _moved(step: Step, days: int) -> Step:
    if step.before is None or step.after is None:
        return step
    moved = {
        name: Window(start=_by(window.start, days), end=_by(window.end, days))
        for name, window in (("before", step.before), ("after", step.after))
    }
    return step.model_copy(update=moved)


def _by(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


def compared(
    incidents: GeoDataFrame, city: City, series: Series, found: tuple[Edge, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of a series that fall in any window, and which: rows x edges x 2."""
    rows = np.flatnonzero(in_series(incidents, series))
    epoch = city.periods[0].start
    _, day = local_days(incidents.iloc[rows], city, first_day=epoch)
    held = np.zeros((len(rows), len(found), 2), dtype=bool)
    for e, edge in enumerate(found):
        for side, window in enumerate(edge.windows):
            first, last = (window.start - epoch).days, (window.end - epoch).days
            held[:, e, side] = (day >= first) & (day < last)
    kept = held.any(axis=(1, 2))
    return rows[kept], held[kept]


def weighings(incidents: GeoDataFrame, rows: np.ndarray, city: City) -> tuple[Weighing, ...]:
    """Return no weights, then the declared table if its weights differ within the series."""
    plain = Weighing(UNWEIGHTED, np.ones(len(rows)))
    table = city.multiverse.harm_weights
    if not isinstance(table, HarmWeights):
        return (plain,)
    category = incidents["category"].iloc[rows].astype(str)
    weight = category.map(table.weights).fillna(0.0).to_numpy(dtype=float)
    if not weight.any() or (weight == weight[0]).all():
        return (plain,)  # the same weight for all changes no figure
    return plain, Weighing(table.name, weight)
