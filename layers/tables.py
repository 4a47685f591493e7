"""The tables and snapshots that travel between steps: types and columns. Holds no check (border/contracts.py).

Columns, in the city's metric CRS; instants are timezone-aware UTC, dates are local days; geometry column `geometry`:

incidents      incident_id str, occurred_from, occurred_to, category, harm_class, borne_by, recorded_by (categoricals),
               uncertainty_m float; Point
districts      district_id str, name, level, population float, one float column per indicator; (Multi)Polygon
indicator_areas  area_id str, population float, one float column per indicator; (Multi)Polygon: measured for other
               areas than districts, carried onto them at the border (layers/frame/areal.py); nothing later sees them
people_where   density float; polygons or lines: where people are within those areas; likewise
streets        osm_id int, highway, name, is_bridge bool, is_tunnel bool, layer int; LineString
zones          zone_id str, name, kind, valid_from date, valid_to date or missing; (Multi)Polygon
interventions  intervention_id str, name, kind, start date, end date or missing, intensity float or missing, source,
               confidence, uncertainty_m float; any geometry or none
services       service_id str, name, kind, opened, closed dates or missing, hours, capacity, substances, referral,
               public bool; Point
land, water    (Multi)Polygon only
help_uptake    series_id str, month date (its first day), people float; no geometry needed
context_series  series_id str, start date, end date (exclusive), value float: other registers, whole municipality
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.errors import Fault


@dataclass(frozen=True)
class Fallback:
    """Why an older snapshot stands in for a source that failed, and how old it is."""

    fault: Fault | Literal["offline"]
    reason: str  # the error in one sentence, without secrets
    age_days: float  # since the source last confirmed the content
    since: date  # the day of that in UTC: what products say, as it stays the same from night to night


@dataclass(frozen=True)
class FromArchive:
    """Why the content was given by the source's archive address: its own failed."""

    fault: Fault | Literal["offline"]
    reason: str  # the error in one sentence, without secrets


@dataclass(frozen=True)
class Part:
    """One file of a snapshot, by content: unchanged parts keep their hash from night to night."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Snapshot:
    """The bytes of one source as they were fetched, and where they came from."""

    source_id: str
    path: Path  # file in the snapshot store, or a folder when a source has several files
    sha256: str
    size_bytes: int
    address: str
    fetched_at: datetime
    upstream_date: date | None
    licence: str
    attribution: str
    open: bool
    fallback: Fallback | None = None
    parts: tuple[Part, ...] = ()
    from_archive: FromArchive | None = None


@dataclass(frozen=True)
class Tables:
    """Every table of a city, checked against its contract. `None`: the city has no such source."""

    incidents: GeoDataFrame
    districts: GeoDataFrame
    streets: GeoDataFrame | None
    zones: GeoDataFrame
    interventions: GeoDataFrame
    services: GeoDataFrame
    land: GeoDataFrame | None
    water: GeoDataFrame | None
    help_uptake: GeoDataFrame | None = None
    context_series: GeoDataFrame | None = None


@dataclass(frozen=True)
class Border:
    """What the border let in, what it kept and what it repaired.

    `quarantine` has columns source_id, table, row (position in the source), reason; no coordinates.
    `repairs` has columns source_id, table, repair, rows, area_change_m2.
    """

    tables: Tables
    quarantine: DataFrame
    repairs: DataFrame
    rows_read: dict[str, int]  # source id -> rows


@dataclass(frozen=True)
class Expected:
    """The true, fully recorded, expected harm of a simulated city: its truth, before drift, noise and recording.

    `points`: component, x, y, weight (sums to 1 in a component). `rates`: component, harm_class, borne_by,
    recorded_by, day (date), incidents_per_day. A component's harm on a day is spread over its points by weight.
    `help`: series_id, month (date), people, and people had nothing been decided (`without`).
    """

    points: DataFrame
    rates: DataFrame
    help: DataFrame | None = None
