"""Which vector layers and tables a release holds, in the columns and types of the contract. Writes, styles nothing."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from geopandas import GeoDataFrame
from pandas import DataFrame
from pandas.arrays import ArrowExtensionArray

from layers.disclosure.release import Release
from layers.products.geopackage import derived
from layers.products.geopackage.contract import COLUMNS, CONTRACT_VERSION, VIEWS, GeometryType, Kind
from layers.products.records import finding_record, run_facts
from layers.style import Style

_ARROW = {"text": pa.string(), "real": pa.float64(), "int": pa.int64(), "bool": pa.bool_(), "date": pa.date32()}


@dataclass(frozen=True)
class VectorLayer:
    """One table of the GeoPackage; `geometry_type` is None for a table without places."""

    name: str
    table: DataFrame
    geometry_type: GeometryType | None


def vector_layers(release: Release, style: Style) -> tuple[VectorLayer, ...]:
    """Return the layers of a release, places first, in the order they are written; none of them holds an incident."""
    found = [VectorLayer(name, _typed(name, table), kind) for name, table, kind in _places(release)]
    found = [_with_headline(layer, release) if layer.name == "districts" else layer for layer in found]
    if release.stamp:
        marks = gpd.GeoDataFrame(derived.stamps(release))
        marks["text"] = _as_kind(marks["text"], "text")
        found.append(VectorLayer("simulated", marks, "Point"))
    found += [VectorLayer(name, _typed(name, table), None) for name, table in _tables(release, style).items()]
    return (*found, _dictionary(found, style))


def _places(release: Release) -> list[tuple[str, GeoDataFrame, GeometryType]]:
    streets = release.streets_density
    places: list[tuple[str, GeoDataFrame | None, GeometryType]] = [
        ("hotspots", release.hotspots, "MultiPolygon"),
        ("changes", release.changes, "MultiPolygon"),
        ("flows", derived.drawn(release.flows), "MultiLineString"),
        ("scenes", release.scenes, "MultiPolygon"),
        ("rings", release.rings, "MultiPolygon"),
        ("districts", release.districts, "MultiPolygon"),
        ("zones", release.zones, "MultiPolygon"),
        ("interventions", derived.visible(release.interventions), "MultiPolygon"),
        ("practices", None if release.facts is None else derived.visible(release.facts.practices), "MultiPolygon"),
        ("services", release.services, "Point"),
        ("street_density", None if streets is None else derived.dated(streets, release), "MultiLineString"),
        ("streets", release.streets, "MultiLineString"),
        ("water", release.water, "MultiPolygon"),
        ("window", release.window, "MultiPolygon"),
    ]
    return [(name, table, kind) for name, table, kind in places if table is not None]


def _tables(release: Release, style: Style) -> dict[str, DataFrame]:
    tables: dict[str, DataFrame | None] = {
        "district_periods": derived.districts_in_periods(release, style),
        "scene_periods": derived.in_periods(release.scene_counts, release, style),
        "district_roles": derived.district_roles(release),
        "findings": DataFrame([finding_record(f) for f in release.findings], columns=list(COLUMNS["findings"])),
        "multiverse_summary": derived.multiverse_summary(release),
        "service_access": release.service_access,
        "routes": release.routes,
        "run_info": DataFrame([("contract_version", CONTRACT_VERSION), *run_facts(release)], columns=["key", "value"]),
    }
    return {name: table for name, table in tables.items() if table is not None}


def latest_period(release: Release) -> str:
    """Return the last period of the chain that a surface was made for."""
    made = {surface.period for surface in release.surfaces}
    chain = [period.id for period in release.city.periods]
    return next((period for period in reversed(chain) if period in made), chain[-1])


def rate_column(period: str) -> str:
    """Name of the districts' column with the headline series' incidents per day in a period."""
    return f"per_day_{period.replace('-', '_')}"


def _typed(name: str, table: DataFrame) -> DataFrame:
    """Give a table its declared columns, in order, in types that are the same whatever its rows hold."""
    typed = DataFrame({column: _as_kind(table[column], kind) for column, kind in COLUMNS[name].items()})
    typed.index = table.index
    if isinstance(table, GeoDataFrame):
        typed = gpd.GeoDataFrame(typed, geometry=table.geometry, crs=table.crs)
    return typed.reset_index(drop=True)


def _as_kind(column: pd.Series, kind: Kind) -> pd.Series:
    values: list[Any]
    if kind == "date":
        known = pd.to_datetime(column)
        values = [None if pd.isna(day) else day.date() for day in known]
    else:
        cast = {"text": str, "real": float, "int": int, "bool": bool}[kind]
        values = [None if pd.isna(value) else cast(value) for value in column]
    return pd.Series(ArrowExtensionArray(pa.array(values, type=_ARROW[kind])))


def _with_headline(layer: VectorLayer, release: Release) -> VectorLayer:
    """Add the headline series' incidents per day of each period to the districts."""
    counts = release.district_counts
    counts = counts[counts["series"] == release.city.harm.series[0].id]
    wide = counts.pivot_table(index="district_id", columns="period", values="incidents_per_day", dropna=False)
    table = layer.table.copy()
    for period in release.city.periods:
        if period.id in wide:
            rates = table["district_id"].astype(str).map(wide[period.id])
            table.insert(table.shape[1] - 1, rate_column(period.id), _as_kind(rates, "real").to_numpy(float))
    return VectorLayer(layer.name, table, layer.geometry_type)


def _dictionary(layers: list[VectorLayer], style: Style) -> VectorLayer:
    """Describe every column of every layer in both languages, with its unit."""
    names = {la.name: [str(c) for c in la.table.columns if c != "geometry"] for la in layers}
    views = {v.name: [*names[v.rows], *v.words] for v in VIEWS if {v.rows, v.places} <= names.keys()}
    own = {"data_dictionary": list(COLUMNS["data_dictionary"])}
    words = [(table, c, style.column(table, c)) for table, cs in (names | views | own).items() for c in cs]
    rows = [(table, column, said.nb, said.en, said.unit) for table, column, said in words]
    texts = DataFrame(rows, columns=["table", "column", "nb", "en", "unit"])
    return VectorLayer("data_dictionary", texts.astype(pd.ArrowDtype(_ARROW["text"])), None)
