"""Flows of the least-effort reading between scenes and districts, as lines, and which of them may be shown.

Owns the table. Units are added up to places: a scene, or what of a district lies in no scene.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo.transport import Plan
from layers.city import City
from layers.disclosure.openness import shown_as_published
from layers.frame.units import Units
from layers.movement.ways import Ways

KEPT, OPEN = "kept", "open"  # all harm is kept; harm may also end or arise
COLUMNS = ("step", "series", "reading", "from_place", "to_place", "share", "incidents_per_day", "walk_m")
_GATE = ["incidents", "least_count"]
_DIGITS = 2  # of flows that are not of open data


@dataclass(frozen=True)
class Places:
    """Places that units add up to.

    Attributes
    ----------
    ids : tuple of str
    of_unit : ndarray of int, shape (units,)
    points : ndarray of Points, shape (places,)
    """

    ids: tuple[str, ...]
    of_unit: np.ndarray
    points: np.ndarray


def places(units: Units) -> Places:
    """Return the scenes, then the districts."""
    pieces = units.pieces
    scenes, districts = list(units.scenes["scene_id"]), list(units.districts["district_id"])
    of_unit = np.array(
        [
            scenes.index(scene) if scene is not None else len(scenes) + districts.index(district)
            for scene, district in zip(pieces["scene_id"], pieces["district_id"], strict=True)
        ]
    )
    shapes = pieces.geometry.to_numpy()
    whole = [*units.scenes.geometry, *units.districts.geometry]
    points = [
        shapely.point_on_surface(shapely.union_all(shapes[of_unit == k]) if (of_unit == k).any() else whole[k])
        for k in range(len(whole))
    ]
    return Places((*scenes, *districts), of_unit, np.asarray(points))


@dataclass(frozen=True)
class Reading:
    """A plan to be told: of which step and series, and what a unit of its mass stands for.

    Attributes
    ----------
    step, series : their ids
    name : `KEPT` or `OPEN`
    unit_per_day, total_per_day : incidents per day of a unit of mass, and of all harm after
    days : length of the window after
    """

    step: str
    series: str
    name: str
    unit_per_day: float
    total_per_day: float
    days: int


def flows(plan: Plan, reading: Reading, ways: Ways, places: Places, least_count: np.ndarray) -> GeoDataFrame:
    """Return the flows of a plan between places; what stays within a place is no flow.

    Parameters
    ----------
    least_count : ndarray, shape (places,)
        From `least_counts`.

    Returns
    -------
    GeoDataFrame
        `COLUMNS` and what `gate_flows` needs. Where harm ends to_place is empty, where it arises from_place, and then
        there is no line.
    """
    member = (places.of_unit[:, None] == np.arange(len(places.ids))).astype(float)
    mass, metres = (_added_up(table, places) for table in (plan.flow, plan.flow * ways.distance_m))
    np.fill_diagonal(mass, 0.0)
    start, end = np.nonzero(mass > 0)
    ended, arisen = (np.flatnonzero(m @ member > 0) for m in (plan.ended, plan.arisen))
    nowhere = len(places.ids)
    source = np.concatenate([start, ended, np.full(len(arisen), nowhere)])
    target = np.concatenate([end, np.full(len(ended), nowhere), arisen])
    per_day = reading.unit_per_day * np.concatenate(
        [mass[start, end], (plan.ended @ member)[ended], (plan.arisen @ member)[arisen]]
    )
    without = np.full(len(ended) + len(arisen), np.nan)
    ids = np.array([*places.ids, ""], dtype=object)
    least = np.append(least_count, np.inf)
    table = pd.DataFrame(
        {
            "step": reading.step,
            "series": reading.series,
            "reading": reading.name,
            "from_place": ids[source],
            "to_place": ids[target],
            "share": per_day / reading.total_per_day,
            "incidents_per_day": per_day,
            "walk_m": np.concatenate([metres[start, end] / mass[start, end], without]),
            "incidents": per_day * reading.days,
            "least_count": np.minimum(least[source], least[target]),
        }
    )
    lines = [*_lines(places.points[start], places.points[end]), *[None] * len(without)]
    return GeoDataFrame(table, geometry=lines)


def _added_up(table: np.ndarray, places: Places) -> np.ndarray:
    """Add a table from unit to unit up to one from place to place."""
    start, end = np.nonzero(table)
    n = len(places.ids)
    pair = places.of_unit[start] * n + places.of_unit[end]
    return np.bincount(pair, weights=table[start, end], minlength=n * n).reshape(n, n)


def _lines(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    ends = np.stack([shapely.get_coordinates(start), shapely.get_coordinates(end)], axis=1)
    return np.asarray(shapely.linestrings(ends))


def least_counts(counts: np.ndarray, spans: Sequence[slice], published: Sequence[slice], places: Places) -> np.ndarray:
    """Return, for each place, the least count above zero that a flow of it could give away; inf if there is none.

    Of its count in each window, and of the differences to published spans of days around or inside the window.

    Parameters
    ----------
    counts : ndarray, shape (units, days)
    spans : the windows
    published : every span of days that something is published of
    """
    member = (places.of_unit[:, None] == np.arange(len(places.ids))).astype(float)
    least = np.full(len(places.ids), np.inf)
    for days in spans:
        nested = [s for s in published if _holds(s, days) or _holds(days, s)]
        told = [counts[:, days].sum(axis=1), *(counts[:, s].sum(axis=1) - counts[:, days].sum(axis=1) for s in nested)]
        for count in told:
            of_place = np.abs(count @ member)
            least = np.minimum(least, np.where(of_place > 0, of_place, np.inf))
    return least


def _holds(outer: slice, inner: slice) -> bool:
    return bool(outer.start <= inner.start and inner.stop <= outer.stop)


def gathered(parts: Sequence[GeoDataFrame], city: City) -> GeoDataFrame:
    """Return the flows of all steps and series in one table, largest first within each reading."""
    if not parts:
        return GeoDataFrame({name: [] for name in (*COLUMNS, *_GATE)}, geometry=[], crs=city.crs)
    table = pd.concat([p.sort_values("incidents_per_day", ascending=False, kind="stable") for p in parts])
    return GeoDataFrame(table.reset_index(drop=True), geometry="geometry", crs=city.crs)


def gate_flows(flows: GeoDataFrame, city: City) -> GeoDataFrame:
    """Keep flows that stand for enough incidents, between places whose counts may be known; round them.

    A flow of fewer incidents than `disclosure.min_count` in the window after is dropped for open data too: it is noise.
    Otherwise a place with any count of 1 to `min_count` - 1 that its flows could give away has none, and figures have
    two digits.
    """
    kept = flows[flows["incidents"] >= city.disclosure.min_count]
    if not shown_as_published(city):
        kept = kept[kept["least_count"] >= city.disclosure.min_count]
        kept = kept.assign(**{name: kept[name].map(_rounded) for name in ("share", "incidents_per_day", "walk_m")})
    return kept.drop(columns=_GATE).reset_index(drop=True)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
