"""Every sum that the tables of a release show, as weights of atoms and bounds. Whoever publishes a sum adds it here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.functionals import CONTROL, ORIGIN, RECEIVERS
from layers.city import City
from layers.density.surfaces import counted_spans
from layers.disclosure.audit.atoms import Atoms, windows_of
from layers.findings.evidence import roles
from layers.frame.place_counts import ALL
from layers.frame.units import Units

_ROUNDED = 1e-6
KEYS = {"districts": "district_id", "scenes": "scene_id"}


@dataclass(frozen=True)
class Shown:
    """The tables that show sums, each as its own gate left it; `whole_curves` are the curves before theirs."""

    districts: DataFrame
    scenes: DataFrame
    place_counts: DataFrame
    curves: DataFrame
    whole_curves: DataFrame
    flows: GeoDataFrame


@dataclass(frozen=True)
class Sum:
    """A sum of counts that is shown, between `least` and `most`.

    Attributes
    ----------
    ground, spans, kinds : float or bool, over those of `Atoms`
        The weight of an atom is the product of the three.
    table, row : str, int
        Where it stands; "" cannot be withheld.
    """

    ground: np.ndarray
    spans: np.ndarray
    kinds: np.ndarray
    least: float
    most: float
    table: str = ""
    row: int = -1


def sums(shown: Shown, laid: Atoms, units: Units, city: City, *, until: date) -> Iterator[Sum]:
    """Yield the sums of every table."""
    yield from _places(shown, laid, units, city, until)
    yield from _by_distance(shown.place_counts, laid, city)
    yield from _sides(laid, units, city, until)
    yield from _curves(shown, laid, units, city, until)
    yield from _flows(shown.flows, laid, units, city, until)


def _of_series(laid: Atoms, city: City, name: str) -> np.ndarray:
    return np.asarray(laid.series == [series.id for series in city.harm.series].index(name))


def _in_units(laid: Atoms, chosen: np.ndarray) -> np.ndarray:
    """Return for each ground what is given of its unit; nothing outside of all units."""
    return np.asarray(np.append(chosen, 0.0)[laid.unit])  # -1, outside, is the last


def _places(shown: Shown, laid: Atoms, units: Units, city: City, until: date) -> Iterator[Sum]:
    spans = {period.id: laid.within(span) for period, span in counted_spans(city, until)}
    kinds = {series.id: _of_series(laid, city, series.id) for series in city.harm.series}
    for table, key in KEYS.items():
        counts: DataFrame = getattr(shown, table)
        ground = {name: _in_units(laid, (units.pieces[key] == name).to_numpy()) for name in counts[key].unique()}
        columns = (counts[name] for name in (key, "period", "series", "incidents"))
        for row, (place, period, series, number) in enumerate(zip(*columns, strict=True)):
            if not pd.isna(number) and period in spans:
                yield Sum(ground[place], spans[period], kinds[series], float(number), float(number), table, row)


def _by_distance(counts: DataFrame, laid: Atoms, city: City) -> Iterator[Sum]:
    asked = (
        (laid.ring[k] == ring, window, np.ones(len(laid.series)) if category == ALL else laid.category == category)
        for k, place in enumerate(city.place_counts)
        for category in place.categories or (ALL,)
        for ring in range(max(len(place.rings_m), 1))
        for window in place.windows
    )
    for row, ((ground, window, kinds), number) in enumerate(zip(asked, counts["count"], strict=True)):
        if not pd.isna(number):
            yield Sum(ground, laid.within(window), kinds, float(number), float(number), "place_counts", row)


def _sides(laid: Atoms, units: Units, city: City, until: date) -> Iterator[Sum]:
    """Yield what findings and routes tell of each window: origin, receivers, controls, all; small ones none tells."""
    steps = {step.id: step for step in city.steps}
    for step_id, windows in windows_of(city, until).items():
        role = roles(units, steps[step_id])
        told = (*(role == one for one in (ORIGIN, RECEIVERS, CONTROL)), np.ones(len(role)))
        sides = [_in_units(laid, side) for side in told]
        for series, window, ground in product(city.harm.series, windows, sides):
            spans, kinds = laid.within(window), _of_series(laid, city, series.id)
            number = float(_number(laid, ground, spans, kinds))
            if not 0 < number < city.disclosure.min_count:
                yield Sum(ground, spans, kinds, number, number)


def _number(laid: Atoms, ground: np.ndarray, spans: np.ndarray, kinds: np.ndarray) -> float:
    return float(ground @ laid.count[:, spans, :].sum(axis=1) @ kinds)


def _curves(shown: Shown, laid: Atoms, units: Units, city: City, until: date) -> Iterator[Sum]:
    """Yield what points of a curve tell of the most deprived districts: rounded shares of a total that is known.

    Both ends of a curve tell nothing.
    """
    keys = ["step", "series", "denominator", "window"]
    windows, order = windows_of(city, until), _blocks(units, city)
    ranked, parts = np.asarray(order.any(axis=0)), order.astype(float)
    whole = dict(iter(shown.whole_curves.groupby(keys, sort=False)))
    for name, table in shown.curves.groupby(keys, sort=False):
        step, series, _, when = (str(part) for part in name)
        exact = whole[name]["people_share"].to_numpy(float)
        if step not in windows or len(exact) != len(order) + 1:
            continue  # points of other ground than districts
        spans, kinds = laid.within(windows[step][when == "after"]), _of_series(laid, city, series)
        total = _number(laid, _in_units(laid, ranked), spans, kinds)
        half = max(0.01, city.disclosure.min_count / max(total, 1.0)) * total / 2 + _ROUNDED
        people, shares = (table[column].to_numpy(float) for column in ("people_share", "harm_share"))
        # of each block of districts, the part that lies before a point
        before = np.clip((people[:, None] - exact[:-1]) / np.maximum(np.diff(exact), _ROUNDED), 0.0, 1.0)
        for part, share, row in zip(before @ parts, shares, table.index, strict=True):
            if 0 < part.sum() < ranked.sum():
                at = share * total
                yield Sum(_in_units(laid, part), spans, kinds, at - half, at + half, "curves", int(row))


def _blocks(units: Units, city: City) -> np.ndarray:
    """Return districts equally deprived together, the most deprived first: (blocks, units) bool."""
    districts = units.districts
    value = districts["indicator"].to_numpy(float) * (1 if city.deprivation.more_is == "more_deprived" else -1)
    levels = np.unique(-value[np.isfinite(value)])
    held = [set(districts["district_id"][-value == level]) for level in levels]
    return np.array([units.pieces["district_id"].isin(ids) for ids in held]).reshape(-1, len(units.pieces))


def _flows(flows: GeoDataFrame, laid: Atoms, units: Units, city: City, until: date) -> Iterator[Sum]:
    """Yield what flows tell: what flows to a place lies there after, what flows from it lay there before."""
    pieces, windows = units.pieces, windows_of(city, until)
    place = np.where(pieces["scene_id"].isna(), pieces["district_id"], pieces["scene_id"])
    for end, when, column in (("to_place", 1, "incidents_per_day"), ("from_place", 0, "share")):
        readings = flows if when else flows[flows["reading"] == "kept"]
        for (step, series, _, name), table in readings.groupby(["step", "series", "reading", end], sort=False):
            if not name or step not in windows:
                continue
            window = windows[step][when]
            spans, kinds = laid.within(window), _of_series(laid, city, str(series))
            inside = _in_units(laid, np.ones(len(pieces)))
            scale = (window.end - window.start).days if when else _number(laid, inside, spans, kinds)
            least = scale * sum(_at_least(value) for value in table[column])
            yield Sum(_in_units(laid, np.asarray(place == name)), spans, kinds, least, np.inf)


def _at_least(value: float) -> float:
    """Return the least value that is told as this one, in two digits."""
    return value - 0.5 * 10.0 ** (np.floor(np.log10(value)) - 1) if value > 0 else 0.0
