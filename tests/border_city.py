"""A city small enough to check by hand: two districts of 1 km side, one line, four incidents. Owns no test."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import Geometry, LineString, Point, box

from layers.city import City, FileSource

CRS = "EPSG:25832"
EAST, NORTH = 500_000.0, 6_700_000.0  # on the central meridian, in Norway
BOTH = {"nb": "ord", "en": "word"}
OWN = {"licence": "CC0-1.0", "attribution": "nobody", "open": True}


def file_source(table: str = "incidents", **said: Any) -> dict[str, Any]:
    return {"kind": "file", "id": table, "table": table, "path": f"{table}.csv", **OWN, **said}


def a_source(table: str = "incidents", **said: Any) -> FileSource:
    return FileSource.model_validate(file_source(table, **said))


def border_city(*sources: dict[str, Any], **said: Any) -> City:
    tables = ("incidents", "districts", "interventions")
    place = {"table": "interventions", "ids": ["line"], "radius_m": 100}
    kind = {"harm_class": "disorder", "borne_by": "resident", "recorded_by": "reactive"}
    whole: dict[str, Any] = {
        "city": "smallby",
        "name": BOTH,
        "crs": CRS,
        "time_zone": "Europe/Oslo",
        "contact": "nobody@smallby.example",
        "sources": list(sources) or [file_source(table) for table in tables],
        "harm": {
            "classes": {"disorder": BOTH, "theft": BOTH},
            "categories": {"noise": kind, "theft": {**kind, "harm_class": "theft"}},
            "series": [{"id": "noise", "name": BOTH, **kind}],
        },
        "periods": [
            {"id": "before", "name": BOTH, "start": date(2014, 1, 1), "end": date(2015, 1, 1)},
            {"id": "after", "name": BOTH, "start": date(2015, 1, 1), "end": date(2016, 1, 1)},
        ],
        "scenes": [{"id": "one", "name": BOTH, "place": place}, {"id": "two", "name": BOTH, "place": place}],
        "steps": [{"from": "before", "to": "after", "origin": ["one"], "receivers": ["two"]}],
        "deprivation": {
            "indicator": "low_income",
            "more_is": "more_deprived",
            "year": "2013",
            "name": BOTH,
            "source": "nobody",
        },
        "density": {},
        "inference": {"no_practical_change": {"harm_total_change": 0.05}, "claim": {"harm_total_change": "decrease"}},
        "disclosure": {},
    }
    return City.model_validate(whole | said)


def at(dx: float, dy: float) -> Point:
    return Point(EAST + dx, NORTH + dy)


def incidents(places: list[Geometry | None], *, crs: str | None = CRS, **columns: Any) -> gpd.GeoDataFrame:
    n = len(places)
    when = pd.Series(pd.to_datetime(["2014-06-01T12:00:00Z"] * n, utc=True))
    values = {
        "incident_id": [str(i) for i in range(n)],
        "category": ["noise"] * n,
        "occurred_from": when,
        "occurred_to": when,
        **columns,
    }
    return gpd.GeoDataFrame(values, geometry=gpd.GeoSeries(places, crs=crs))


def districts(shapes: list[Geometry] | None = None, *, crs: str | None = CRS, **columns: Any) -> gpd.GeoDataFrame:
    shapes = shapes or [box(EAST + x, NORTH, EAST + x + 1000, NORTH + 1000) for x in (0, 1000)]
    n = len(shapes)
    values = {
        "district_id": [f"D{i + 1}" for i in range(n)],
        "name": [f"District {i + 1}" for i in range(n)],
        "population": [100 * (i + 1) for i in range(n)],
        "low_income": [0.1 * (i + 1) for i in range(n)],
        **columns,
    }
    return gpd.GeoDataFrame(values, geometry=gpd.GeoSeries(shapes, crs=crs))


def interventions() -> gpd.GeoDataFrame:
    line = LineString([at(200, 500).coords[0], at(400, 500).coords[0]])
    values = {
        "intervention_id": ["line", "law"],
        "kind": ["closure", "law"],
        "start": ["2015-01-01", "2015-10-01"],
        "end": [None, None],
    }
    return gpd.GeoDataFrame(values, geometry=gpd.GeoSeries([line, None], crs=CRS))


def raw(
    places: list[Geometry | None] | None = None, **tables: gpd.GeoDataFrame
) -> dict[str, dict[str, gpd.GeoDataFrame]]:
    """What the sources of `border_city` would give."""
    whole = {
        "incidents": incidents(places or [at(100, 100), at(300, 560), at(1500, 100), at(300, 500)]),
        "districts": districts(),
        "interventions": interventions(),
    }
    return {table: {table: frame} for table, frame in (whole | tables).items()}
