"""The finest parts that any published sum takes whole: ground by unit and ring, days between edges, kinds."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame

from layers.city import City, PlaceCount, Window
from layers.density.surfaces import counted_spans
from layers.errors import ConfigError
from layers.frame.chain import matched_windows
from layers.frame.exposure import in_series, local_days
from layers.frame.place_counts import ALL
from layers.frame.places import geometry_of
from layers.frame.units import Units
from layers.tables import Tables

_EPOCH = date(1970, 1, 1)
_SLIVER_M2 = 1.0


@dataclass(frozen=True)
class Atoms:
    """Atoms: every ground in every span of days and of every kind, in this order, those without incidents among them.

    Attributes
    ----------
    unit : grounds int
        Position of the unit, -1 outside of all.
    ring : (places, grounds) int
        Position of the ring of each place of `City.place_counts` that the ground lies in, -1 for none.
    series, category : kinds int, str
        Position of the series, -1 for none; category where counts by distance tell categories apart, else "all".
    edges : (spans + 1,) int
        Days since 1970.
    count : (grounds, spans, kinds) int
    """

    unit: np.ndarray
    ring: np.ndarray
    series: np.ndarray
    category: np.ndarray
    edges: np.ndarray
    count: np.ndarray

    def within(self, window: Window) -> np.ndarray:
        """Tell which spans lie in a window, whose ends are edges."""
        return np.asarray((self.edges[:-1] >= number_of(window.start)) & (self.edges[1:] <= number_of(window.end)))


def number_of(day: date) -> int:
    """Return a day as days since 1970."""
    return (day - _EPOCH).days


def windows_of(city: City, until: date) -> dict[str, tuple[Window, Window]]:
    """Return the windows before and after of every step that has days."""
    found = {}
    for step in city.steps:
        try:
            found[step.id] = matched_windows(city, step, data_until=until)
        except ConfigError:
            continue
    return found


def spans_of(city: City, until: date) -> list[Window]:
    """Return every span of days that a sum is published of, each once."""
    spans = [span for _, span in counted_spans(city, until)]
    spans += [window for pair in windows_of(city, until).values() for window in pair]
    spans += [window for place in city.place_counts for window in place.windows if window.end <= until]
    return list(dict.fromkeys(spans))


def atoms(tables: Tables, units: Units, city: City, *, unit_index: np.ndarray, until: date) -> Atoms:
    """Cut ground, days and kinds by every edge that a published sum has, and count incidents in each part."""
    incidents = tables.incidents
    edges = np.unique([number_of(day) for span in spans_of(city, until) for day in (span.start, span.end)])
    span = np.searchsorted(edges, local_days(incidents, city, first_day=_EPOCH)[1], side="right") - 1
    usable = (span >= 0) & (span < len(edges) - 1)
    names = [f"ring {k}" for k in range(len(city.place_counts))]
    rings = {name: _ring(place, tables) for name, place in zip(names, city.place_counts, strict=True)}
    seen = DataFrame({"unit": unit_index, **rings})[usable]
    possible = DataFrame(_possible(tables, units, city), columns=["unit", *names])
    ground, of_ground = _told_apart(seen, possible)
    kind, of_kind = _told_apart(_kinds(incidents, city)[usable])
    shape = len(ground), len(edges) - 1, len(kind)
    at = np.ravel_multi_index((of_ground, span[usable], of_kind), shape)
    count = np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)
    ring = ground[names].to_numpy(dtype=np.int64).T
    return Atoms(ground["unit"].to_numpy(), ring, kind["series"].to_numpy(), kind["category"].to_numpy(), edges, count)


def _told_apart(rows: DataFrame, *more: DataFrame) -> tuple[DataFrame, np.ndarray]:
    """Return the different rows, those of `more` among them, and the position of each of `rows` in them."""
    whole = pd.concat([rows, *more], ignore_index=True)
    group = whole.groupby(list(whole.columns), sort=True, observed=True).ngroup().to_numpy()
    return whole.iloc[np.unique(group, return_index=True)[1]].reset_index(drop=True), group[: len(rows)]


def _kinds(incidents: DataFrame, city: City) -> DataFrame:
    series = np.full(len(incidents), -1)
    for position, one in enumerate(city.harm.series):
        series[in_series(incidents, one)] = position
    is_told = any(ALL not in (place.categories or (ALL,)) for place in city.place_counts)
    category = incidents["category"].astype(str).to_numpy() if is_told else np.full(len(incidents), ALL)
    return DataFrame({"series": series, "category": category})


def _ring(place: PlaceCount, tables: Tables) -> np.ndarray:
    """Return the ring of a place that each incident lies in, -1 for none; a place without rings has one, everywhere."""
    points = tables.incidents.geometry.to_numpy()
    if place.place is None or not place.rings_m:
        return np.zeros(len(points), dtype=np.int64)
    away = shapely.distance(points, geometry_of(place.place, tables, named=place.place_id)) - place.place.radius_m
    found = np.full(len(points), -1)
    for position, (near, far) in enumerate(place.rings_m):
        found[(np.maximum(away, 0.0) >= near) & (np.maximum(away, 0.0) < far)] = position
    return found


def _possible(tables: Tables, units: Units, city: City) -> list[tuple[int, ...]]:
    """Return ground that may hold incidents: every unit outside all rings, and in each ring that it meets."""
    polygons = units.pieces.geometry.to_numpy()
    everywhere = [0 if place.place is None or not place.rings_m else -1 for place in city.place_counts]
    rows: list[tuple[int, ...]] = [(unit, *everywhere) for unit in range(-1, len(polygons))]
    for k, place in enumerate(city.place_counts):
        if place.place is None or not place.rings_m:
            continue
        away = place.place.radius_m
        shape = geometry_of(place.place, tables, named=place.place_id)
        for position, (near, far) in enumerate(place.rings_m):
            outer = shapely.buffer(shape, far + away)
            inner = shapely.buffer(shape, near + away) if near > 0 else shapely.Polygon()
            meets = shapely.area(shapely.intersection(polygons, shapely.difference(outer, inner))) > _SLIVER_M2
            rows += [(int(u), *everywhere[:k], position, *everywhere[k + 1 :]) for u in np.flatnonzero(meets)]
    return rows
