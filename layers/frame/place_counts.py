"""Counts of recorded incidents by straight-line distance from a place. Decides nothing on what may be shown."""

from datetime import date, datetime, time

import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame

from layers.city import City, PlaceCount, Window
from layers.errors import ContractError
from layers.frame.places import geometry_of
from layers.tables import Tables

COLUMNS = ["place_id", "category", "from_m", "to_m", "start", "end", "count"]
ALL = "all"
_EVERYWHERE = ((np.nan, np.nan),)


def place_counts(tables: Tables, city: City) -> DataFrame:
    """Count incidents by place, category, ring and window, as the city's settings ask.

    Distance is straight, in the city's CRS, from the union of the place's geometries widened by its radius. Rings are
    half-open [from, to); windows are half-open local days of `occurred_from`.

    Parameters
    ----------
    tables : Tables
        The city's tables.
    city : City
        `place_counts` says what is counted.

    Returns
    -------
    DataFrame
        place_id, category ("all": all together), from_m, to_m (missing: the whole city), start, end (dates), count;
        in the order of the settings.

    Raises
    ------
    ContractError
        If a place or a category does not exist.
    """
    rows = [row for wanted in city.place_counts for row in _counts(wanted, tables, city)]
    table = DataFrame(rows, columns=COLUMNS)
    return table.astype({"from_m": "float64", "to_m": "float64", "count": "int64"})


def _counts(wanted: PlaceCount, tables: Tables, city: City) -> list[tuple[object, ...]]:
    incidents = tables.incidents
    categories = incidents["category"].cat.categories
    _check_categories(wanted, set(categories) | set(city.harm.categories))
    widest = max((to for _, to in wanted.rings_m), default=np.inf)
    near, distance = _near(wanted, tables, widest)
    when = incidents["occurred_from"].to_numpy(dtype="datetime64[us]")[near]  # instants in UTC
    codes = incidents["category"].cat.codes.to_numpy()[near]
    rows: list[tuple[object, ...]] = []
    for category in wanted.categories or (ALL,):
        of_category = np.ones(len(codes), bool) if category == ALL else codes == _code(categories, category)
        for from_m, to_m in wanted.rings_m or _EVERYWHERE:
            # without rings everything counts, whatever its distance
            in_ring = np.isnan(from_m) | ((distance >= from_m) & (distance < to_m))
            for window in wanted.windows:
                count = int(np.count_nonzero(of_category & in_ring & _within(when, window, city)))
                rows.append((wanted.place_id, category, from_m, to_m, window.start, window.end, count))
    return rows


def part_of_counts(wanted: PlaceCount, tables: Tables) -> np.ndarray:
    """Return which part of a place count's ground and categories each incident lies in; n int.

    Parts are told apart by every edge of its rings and every category it counts, so each count is a sum of parts.
    """
    edges = np.unique([edge for ring in wanted.rings_m for edge in ring])
    near, distance = _near(wanted, tables, edges.max(initial=0.0) if wanted.rings_m else np.inf)
    ring = np.full(len(tables.incidents), len(edges))
    ring[near] = np.searchsorted(edges, distance, side="right")
    category = pd.Index(wanted.categories).get_indexer(tables.incidents["category"].astype(str))
    return np.asarray(ring * (len(wanted.categories) + 1) + category + 1)


def _check_categories(wanted: PlaceCount, known: set[str]) -> None:
    unknown = sorted(set(wanted.categories) - known - {ALL})
    if unknown:
        msg = f"place_counts {wanted.place_id!r}: no incident has category {', '.join(map(repr, unknown))}."
        raise ContractError(f"{msg} Known: {', '.join(sorted(known))}.")


def _near(wanted: PlaceCount, tables: Tables, widest_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the incidents that may count, and their distance from the place, metres."""
    points = tables.incidents.geometry.to_numpy()
    if wanted.place is None:
        return np.arange(len(points)), np.zeros(len(points))
    place = geometry_of(wanted.place, tables, named=f"place_counts {wanted.place_id!r}")
    reach = widest_m + wanted.place.radius_m
    x, y = shapely.get_x(points), shapely.get_y(points)
    west, south, east, north = shapely.bounds(place)
    near = np.flatnonzero((x >= west - reach) & (x <= east + reach) & (y >= south - reach) & (y <= north + reach))
    return near, np.maximum(shapely.distance(points[near], place) - wanted.place.radius_m, 0.0)


def _code(categories: pd.Index, category: str) -> int:
    return categories.to_list().index(category) if category in categories else -2  # -1 would be a missing one


def _within(when: np.ndarray, window: Window, city: City) -> np.ndarray:
    return (when >= _midnight(window.start, city)) & (when < _midnight(window.end, city))


def _midnight(day: date, city: City) -> np.datetime64:
    """Return the instant a local day begins, in UTC."""
    start = pd.Timestamp(datetime.combine(day, time(), city.zone)).tz_convert("UTC")
    return start.tz_localize(None).to_datetime64()
