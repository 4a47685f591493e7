"""Which vector layers and tables a release holds, with fixed columns and types. Writes nothing, styles nothing."""

from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from geopandas import GeoDataFrame
from pandas import DataFrame
from pandas.arrays import ArrowExtensionArray

from layers.products.records import finding_record, run_facts
from layers.release import Release
from layers.style import Style

Kind = Literal["text", "real", "int", "bool", "date"]
GeometryType = Literal["MultiPolygon", "MultiLineString", "Point"]

_ARROW = {"text": pa.string(), "real": pa.float64(), "int": pa.int64(), "bool": pa.bool_(), "date": pa.date32()}
_SMALLEST_MARK_M = 15.0  # a place known exactly is still drawn as a disc that can be seen and clicked
_COUNTS: dict[str, Kind] = {
    "period": "text",
    "series": "text",
    "incidents": "int",
    "incidents_text": "text",
    "incidents_per_day": "real",
    "withheld": "bool",
}
_COLUMNS: dict[str, dict[str, Kind]] = {
    "hotspots": {
        "hotspot_id": "text",
        "period": "text",
        "series": "text",
        "share": "real",
        "area_km2": "real",
        "incidents_per_km2_year": "real",
        "status": "text",
        "afterwards": "text",
        "period_start": "date",
        "period_end": "date",
    },
    "changes": {
        "step": "text",
        "series": "text",
        "direction": "text",
        "rate_ratio": "real",
        "q_max": "real",
        "area_km2": "real",
    },
    "flows": {
        "step": "text",
        "series": "text",
        "reading": "text",
        "from_place": "text",
        "to_place": "text",
        "share": "real",
        "incidents_per_day": "real",
        "walk_m": "real",
    },
    "scenes": {"scene_id": "text", "name_nb": "text", "name_en": "text"},
    "scene_periods": {"scene_id": "text", **_COUNTS},
    "districts": {
        "district_id": "text",
        "name": "text",
        "population": "real",
        "indicator": "real",
        "deprivation_rank": "real",
        "is_control": "bool",
    },
    "district_periods": {"district_id": "text", **_COUNTS},
    "zones": {"zone_id": "text", "name": "text", "kind": "text", "valid_from": "date", "valid_to": "date"},
    "interventions": {
        "intervention_id": "text",
        "name": "text",
        "kind": "text",
        "start": "date",
        "end": "date",
        "intensity": "real",
        "source": "text",
        "confidence": "text",
        "uncertainty_m": "real",
    },
    "services": {
        "service_id": "text",
        "name": "text",
        "kind": "text",
        "opened": "date",
        "closed": "date",
        "hours": "text",
        "capacity": "real",
        "substances": "text",
        "referral": "text",
    },
    "streets": {"osm_id": "int", "highway": "text", "name": "text", "is_bridge": "bool", "is_tunnel": "bool"},
    "street_density": {
        "period": "text",
        "series": "text",
        "incidents_per_km_year": "real",
        "period_start": "date",
        "period_end": "date",
    },
    "window": {},
    "water": {},
    "findings": {
        "id": "text",
        "series": "text",
        "harm_class": "text",
        "borne_by": "text",
        "route": "text",
        "adjustment": "text",
        "headline": "bool",
        "question_nb": "text",
        "question_en": "text",
        "estimate": "real",
        "unit": "text",
        "interval_low": "real",
        "interval_high": "real",
        "confidence_level": "real",
        "p_value": "real",
        "verdict": "text",
        "statement_nb": "text",
        "statement_en": "text",
        "method_nb": "text",
        "method_en": "text",
        "truth": "real",
    },
    "run_info": {"key": "text", "value": "text"},
}


@dataclass(frozen=True)
class VectorLayer:
    """One table of the GeoPackage; `geometry_type` is None for a table without places."""

    name: str
    table: DataFrame
    geometry_type: GeometryType | None


def vector_layers(release: Release, style: Style) -> tuple[VectorLayer, ...]:
    """Return the layers of a release, places first, in the order they are written; none of them holds an incident."""
    places: list[tuple[str, GeoDataFrame | None, GeometryType]] = [
        ("hotspots", release.hotspots, "MultiPolygon"),
        ("changes", release.changes, "MultiPolygon"),
        ("flows", _drawn(release.flows), "MultiLineString"),
        ("scenes", release.scenes, "MultiPolygon"),
        ("districts", release.districts, "MultiPolygon"),
        ("zones", release.zones, "MultiPolygon"),
        ("interventions", _visible(release.interventions), "MultiPolygon"),
        ("services", release.services, "Point"),
        ("street_density", _dated(release), "MultiLineString"),
        ("streets", release.streets, "MultiLineString"),
        ("water", release.water, "MultiPolygon"),
        ("window", release.window, "MultiPolygon"),
    ]
    found = [VectorLayer(name, _typed(name, table), kind) for name, table, kind in places if table is not None]
    found = [_with_headline(layer, release) if layer.name == "districts" else layer for layer in found]
    if release.stamp:
        found.append(VectorLayer("simulated", _stamps(release), "Point"))
    tables = {
        "district_periods": _spoken(release.district_counts, style),
        "scene_periods": _spoken(release.scene_counts, style),
        "findings": DataFrame([finding_record(f) for f in release.findings], columns=list(_COLUMNS["findings"])),
        "run_info": DataFrame(run_facts(release), columns=["key", "value"]),
    }
    found += [VectorLayer(name, _typed(name, table), None) for name, table in tables.items()]
    return (*found, _dictionary(found, style))


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
    typed = DataFrame({column: _as_kind(table[column], kind) for column, kind in _COLUMNS[name].items()})
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


def _visible(interventions: GeoDataFrame) -> GeoDataFrame:
    """Widen places by their uncertainty: one kind of geometry, and a place known to +-150 m looks like it."""
    radius = interventions["uncertainty_m"].astype(float).fillna(0.0).clip(lower=_SMALLEST_MARK_M)
    return interventions.set_geometry(interventions.geometry.buffer(radius, quad_segs=8))


def _dated(release: Release) -> GeoDataFrame | None:
    if release.streets_density is None:
        return None
    spans = {period.id: period for period in release.city.periods}
    periods = release.streets_density["period"]
    return release.streets_density.assign(
        period_start=[spans[period].start for period in periods], period_end=[spans[period].end for period in periods]
    )


def _drawn(flows: GeoDataFrame | None) -> GeoDataFrame | None:
    """Leave out what ends or arises: it has no line, and stands in the table alone."""
    return None if flows is None else flows[flows.geometry.notna()]


def _spoken(counts: DataFrame, style: Style) -> DataFrame:
    """Add the count as text, which says why an empty one is empty."""
    word = style.words["withheld"]
    said = [f"{word.nb} / {word.en}" if pd.isna(count) else str(int(count)) for count in counts["incidents"]]
    return counts.assign(incidents_text=said)


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


def _stamps(release: Release) -> GeoDataFrame:
    """Points that carry the word SIMULATED over the whole map, at any zoom."""
    west, south, east, north = release.window.total_bounds
    x = [west + (east - west) * (i + 0.5) / 4 for i in range(4)]
    y = [south + (north - south) * (j + 0.5) / 4 for j in range(4)]
    places = [(a, b) for b in y for a in x]
    word = release.stamp
    said = f"{word.nb} / {word.en}" if word else ""
    texts = _as_kind(pd.Series([said] * len(places)), "text")
    points = gpd.points_from_xy(*zip(*places, strict=True))
    return gpd.GeoDataFrame({"text": texts}, geometry=points, crs=release.window.crs)


def _dictionary(layers: list[VectorLayer], style: Style) -> VectorLayer:
    """Describe every column of every layer in both languages, with its unit."""
    own = [("data_dictionary", column) for column in ("table", "column", "nb", "en", "unit")]
    named = [(la.name, str(c)) for la in layers for c in la.table.columns if c != "geometry"]
    words = [(table, column, style.column(table, column)) for table, column in named + own]
    rows = [(table, column, said.nb, said.en, said.unit) for table, column, said in words]
    texts = DataFrame(rows, columns=["table", "column", "nb", "en", "unit"])
    return VectorLayer("data_dictionary", texts.astype(pd.ArrowDtype(_ARROW["text"])), None)
