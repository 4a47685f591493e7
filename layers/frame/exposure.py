"""How many incidents of each series fell in each unit on each local day, and sums of it. No estimates."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame
from scipy import sparse

from layers.city import City, Series, Window
from layers.frame.units import Units


@dataclass(frozen=True)
class Exposure:
    """Counts per unit and local day, from `first_day` on.

    `counts`: series id -> int32 (from records) or float (smoothed, expected) array, shape (units, days).
    """

    first_day: date
    counts: dict[str, np.ndarray]

    @property
    def n_days(self) -> int:
        return int(next(iter(self.counts.values())).shape[1])

    def days(self, window: Window) -> slice:
        """Return the days of a window as a slice of the counts, cut where data begin and end."""
        first, last = ((day - self.first_day).days for day in (window.start, window.end))
        return slice(min(max(first, 0), self.n_days), min(max(last, 0), self.n_days))

    def covers(self, window: Window) -> bool:
        """Whether every day of the window has data."""
        return self.first_day <= window.start and (window.end - self.first_day).days <= self.n_days


def exposure(
    units: Units, incidents: GeoDataFrame, city: City, *, unit_index: np.ndarray, data_until: date
) -> Exposure:
    """Count incidents by unit and local day of their earliest possible time.

    Parameters
    ----------
    unit_index : ndarray, shape (incidents,)
        From `unit_of`; -1 is not counted.
    data_until : date
        First local day that is not counted.
    """
    first_day, day = local_days(incidents, city)
    n_days = max((data_until - first_day).days, 0)
    shape = len(units.pieces), n_days
    usable = (unit_index >= 0) & (day >= 0) & (day < n_days)
    counts = {}
    for series in city.harm.series:
        of = usable & in_series(incidents, series)
        flat = np.bincount(unit_index[of] * n_days + day[of], minlength=shape[0] * shape[1])
        counts[series.id] = flat.reshape(shape).astype(np.int32)
    return Exposure(first_day, counts)


def smoothed_counts(
    shares: sparse.csr_matrix,
    incidents: GeoDataFrame,
    city: City,
    *,
    masses: sparse.csr_array,
    exposure: Exposure,
    which: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Count incidents by unit and day when each is spread over the units by the shares of its cells: S'w per day.

    Parameters
    ----------
    shares : csr matrix, shape (cells, units + 1)
        Shares of each unit in harm recorded in a cell; the last column is outside.
    masses : csr array, shape (places, cells)
        The mass that an incident at each place puts on each cell; one with none is not counted.
    exposure : Exposure
        Gives the days.
    which : ndarray, shape (incidents,), or None
        The place of each incident, a row of `masses`; None: each has its own, in their order.
    """
    at = np.arange(len(incidents)) if which is None else which
    _, day = local_days(incidents, city, first_day=exposure.first_day)
    usable = (np.diff(masses.indptr) > 0)[at] & (day >= 0) & (day < exposure.n_days)
    fall_to = masses @ shares  # once, however many series and days there are
    shape = exposure.n_days, masses.shape[0]
    counts = {}
    for series in city.harm.series:
        of = np.flatnonzero(usable & in_series(incidents, series))
        by_day = sparse.csr_array((np.ones(len(of)), (day[of], at[of])), shape=shape)
        counts[series.id] = (by_day @ fall_to).toarray().T[:-1]
    return counts


def in_series(incidents: DataFrame, series: Series) -> np.ndarray:
    """Tell which incidents a series holds: one harm class, one bearer, one recording route."""
    keys = {"harm_class": series.harm_class, "borne_by": series.borne_by, "recorded_by": series.recorded_by}
    held = np.ones(len(incidents), dtype=bool)
    for column, value in keys.items():
        held &= (incidents[column] == value).to_numpy(dtype=bool)
    return held


def local_days(incidents: DataFrame, city: City, *, first_day: date | None = None) -> tuple[date, np.ndarray]:
    """Return the first day that counts and each incident's local day as days since then.

    The first day is that of the first incident, but not before the first period.
    """
    local = incidents["occurred_from"].dt.tz_convert(city.time_zone).dt.tz_localize(None)
    day = local.to_numpy().astype("datetime64[D]")
    if first_day is None:
        start = np.datetime64(city.periods[0].start, "D")
        first_day = np.maximum(day.min(), start).item() if len(day) else city.periods[0].start
    return first_day, (day - np.datetime64(first_day, "D")).astype(np.int64)


def district_counts(exposure: Exposure, units: Units, city: City) -> DataFrame:
    """Return incidents per district, period and series: district_id, period, series, incidents, incidents_per_day."""
    return _counts_by("district_id", list(units.districts["district_id"]), exposure, units, city)


def scene_counts(exposure: Exposure, units: Units, city: City) -> DataFrame:
    """Return incidents per scene, period and series: scene_id, period, series, incidents, incidents_per_day."""
    return _counts_by("scene_id", list(units.scenes["scene_id"]), exposure, units, city)


def _counts_by(key: str, ids: list[str], exposure: Exposure, units: Units, city: City) -> DataFrame:
    member = units.pieces[key].to_numpy()[None, :] == np.array(ids, dtype=object)[:, None]
    frames = []
    for period in city.periods:
        days = exposure.days(Window(start=period.start, end=period.end))
        n_days = days.stop - days.start
        for series in city.harm.series:
            incidents = member @ exposure.counts[series.id][:, days].sum(axis=1, dtype=np.int64)
            rate = incidents / n_days if n_days else np.full(len(ids), np.nan)
            columns = {key: ids, "period": period.id, "series": series.id, "incidents": incidents}
            frames.append(DataFrame({**columns, "incidents_per_day": rate}))
    return pd.concat(frames, ignore_index=True).astype({"incidents": "Int64"})


def end_day(exposure: Exposure) -> date:
    """Return the first day without data."""
    return exposure.first_day + timedelta(days=exposure.n_days)
