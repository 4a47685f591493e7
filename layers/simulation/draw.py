"""What the records of Fjordby hold: incidents drawn from the truth, with drift, noise, gaps and errors. Sets no rate.

A week's count is negative binomial with variance = overdispersion x mean, drawn for every component and district; sums
of such counts keep that ratio, so it holds at every level of aggregation. Detection thins it afterwards.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from layers.city import City, ScenarioSource, SimulatedSource
from layers.simulation.places import Site, Support
from layers.simulation.rates import Component, days
from layers.simulation.streams import stream

Invented = SimulatedSource | ScenarioSource
_MAX_REDRAWS = 100
_LATE_AT_MOST_H = 10


@dataclass(frozen=True)
class Drawn:
    """Incidents of one component before recording: day number, point number, seconds after local midnight."""

    day: np.ndarray
    point: np.ndarray
    second: np.ndarray
    late_s: np.ndarray
    is_recorded: np.ndarray


def incidents(
    source: Invented, city: City, town: Site, parts: tuple[Component, ...], *, prefix: str = "FJ"
) -> GeoDataFrame:
    """Draw the incidents that enter the records; `prefix` begins their ids.

    Returns
    -------
    GeoDataFrame
        The incidents table of layers/tables.py, ordered by time; positions carry the geocoding error, on land.
    """
    tables = [_recorded(source, city, town, part) for part in parts]
    table = pd.concat(tables, ignore_index=True).sort_values(["occurred_from", "component"], kind="stable")
    table.insert(0, "incident_id", [f"{prefix}-{number:06d}" for number in range(1, len(table) + 1)])
    for column in ("category", "harm_class", "borne_by", "recorded_by"):
        table[column] = pd.Categorical(table[column], categories=sorted(table[column].unique()))
    table["uncertainty_m"] = float(source.geocoding_error_m)
    geometry = shapely.points(table[["x", "y"]].to_numpy())
    return GeoDataFrame(
        table.drop(columns=["x", "y", "component"]).reset_index(drop=True), geometry=geometry, crs=town.districts.crs
    )


def drift(source: Invented, harm_class: str, years: int, districts: int) -> np.ndarray:
    """Return the factor of each calendar year and district, (years, districts): log-normal with mean 1."""
    normal = stream(source.seed, f"drift {harm_class}").normal(size=(years, districts))
    return np.asarray(np.exp(source.drift_sd * normal - source.drift_sd**2 / 2))


def _recorded(source: Invented, city: City, town: Site, part: Component) -> pd.DataFrame:
    support = town.supports[part.support]
    drawn = _drawn(source, city, town, part)
    kept = np.flatnonzero(drawn.is_recorded)
    xy = _geocoded(source, town, part.name, support.xy[drawn.point])[kept]
    midnight = pd.DatetimeIndex(days(city)[drawn.day[kept]])
    begin = midnight + pd.to_timedelta(drawn.second[kept], unit="s")
    end = midnight + pd.to_timedelta(np.minimum(drawn.second + drawn.late_s, 86_340)[kept], unit="s")
    return pd.DataFrame(
        {
            "occurred_from": _utc(begin, city),
            "occurred_to": _utc(end, city),
            "category": part.kind.category,
            "harm_class": part.kind.harm_class,
            "borne_by": part.kind.borne_by,
            "recorded_by": part.kind.recorded_by,
            "component": part.name,
            "x": xy[:, 0],
            "y": xy[:, 1],
        }
    )


def _drawn(source: Invented, city: City, town: Site, part: Component) -> Drawn:
    support = town.supports[part.support]
    counts = weekly_counts(source, city, town, part)
    week, district = np.nonzero(counts)
    number = counts[week, district]
    rng = stream(source.seed, f"placing {part.name}")
    day = _day_in_week(part.per_day, np.repeat(week, number), rng)
    point = _point_in_district(support, np.repeat(district, number), rng)
    minute = np.round(rng.normal(part.kind.busiest_hour * 60, 210, day.size)).astype(np.int64) % 1440
    late = rng.random(day.size) * _LATE_AT_MOST_H * 3600 * part.kind.reported_late
    share = _detection(source, city, part)[day]
    is_recorded = stream(source.seed, f"recording {part.name}").random(day.size) < share
    return Drawn(day, point, minute * 60, (late // 60 * 60).astype(np.int64), is_recorded)


def weekly_counts(source: Invented, city: City, town: Site, part: Component) -> np.ndarray:
    """Draw the true counts of a component, (weeks, districts), weeks beginning on the weekday of the first day.

    The mean is the week's expected incidents x the district's share of the component's weight x the drift of that
    district in the calendar year the week begins in. With f = overdispersion, the count is Poisson(G) where G is
    Gamma with shape mean / (f - 1) and scale f - 1.
    """
    support = town.supports[part.support]
    share = np.bincount(support.district, support.weight, minlength=len(town.districts))
    starts = np.arange(0, part.per_day.size, 7)
    year = days(city).astype("datetime64[Y]").astype(int)
    factor = drift(source, part.kind.harm_class, year[-1] - year[0] + 1, len(share))
    mean = np.add.reduceat(part.per_day, starts)[:, None] * share * factor[year[starts] - year[0]]
    rng = stream(source.seed, f"counts {part.name}")
    excess = source.overdispersion - 1
    return np.asarray(rng.poisson(rng.gamma(mean / excess, excess) if excess > 0 else mean))


def _day_in_week(per_day: np.ndarray, week: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose the day of each incident in its week, by the week's expected incidents per day."""
    edge = np.r_[0, np.cumsum(per_day)]
    low, high = edge[week * 7], edge[np.minimum(week * 7 + 7, per_day.size)]
    return _cell(edge, low, high, rng)


def _point_in_district(support: Support, district: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose the point of each incident among its district's points, by weight."""
    order = np.argsort(support.district, kind="stable")
    edge = np.r_[0, np.cumsum(support.weight[order])]
    sorted_district = support.district[order]
    low = edge[np.searchsorted(sorted_district, district, side="left")]
    high = edge[np.searchsorted(sorted_district, district, side="right")]
    return np.asarray(order[_cell(edge, low, high, rng)])


def _cell(edge: np.ndarray, low: np.ndarray, high: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the interval of `edge` that a uniform draw between low and high falls in; never one beside them."""
    at = low + rng.random(low.size) * (high - low)
    first, last = np.searchsorted(edge, low, side="right") - 1, np.searchsorted(edge, high, side="left") - 1
    return np.asarray(np.clip(np.searchsorted(edge, at, side="right") - 1, first, last))


def _detection(source: Invented, city: City, part: Component) -> np.ndarray:
    """Return the share recorded on every day, by the component's place and route."""
    if part.recorded is not None or not isinstance(source, SimulatedSource):
        return np.ones(part.per_day.size) if part.recorded is None else part.recorded
    declared = {
        entry.period: entry.share
        for entry in source.detection
        if entry.place == part.place and entry.recorded_by == part.kind.recorded_by
    }
    share = [declared.get(period.id, 1.0) for period in city.periods]
    return np.repeat(share, [(period.end - period.start).days for period in city.periods])


def _geocoded(source: Invented, town: Site, name: str, xy: np.ndarray) -> np.ndarray:
    """Move each point by a normal error on each axis, drawn again until it lies on land."""
    rng = stream(source.seed, f"geocoding {name}")
    land = town.land
    shapely.prepare(land)
    moved = np.round(xy + rng.normal(0, source.geocoding_error_m, xy.shape), 2)
    wet = np.flatnonzero(~shapely.contains_xy(land, *moved.T))
    for _ in range(_MAX_REDRAWS):
        if not wet.size:
            return moved
        moved[wet] = np.round(xy[wet] + rng.normal(0, source.geocoding_error_m, (wet.size, 2)), 2)
        wet = wet[~shapely.contains_xy(land, *moved[wet].T)]
    moved[wet] = xy[wet]  # an error of kilometres can miss the land for ever; then the true point stays
    return moved


def _utc(local: pd.DatetimeIndex, city: City) -> pd.DatetimeIndex:
    """Read local clock times; those skipped in spring move forward, those doubled in autumn are the later ones."""
    doubled = np.zeros(len(local), dtype=bool)
    return local.tz_localize(city.time_zone, ambiguous=doubled, nonexistent="shift_forward").tz_convert("UTC")
