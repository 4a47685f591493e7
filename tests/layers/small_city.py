"""A small city to lay a grid over: 2 x 1 km, a fjord down the middle, one bridge. Holds no assertion."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, box

from layers.city import City, Period, Words
from layers.tables import Tables
from tests.example_city import example_city

CRS = "EPSG:25832"
WEST, SOUTH = 300_000.0, 6_700_000.0
FJORD = (WEST + 950, SOUTH, WEST + 1050, SOUTH + 1000)


def city(*, periods: tuple[tuple[str, date, date], ...] = (), **density: float) -> City:
    known = example_city()
    update: dict = {"density": known.density.model_copy(update={"bandwidth_m": 100.0, **density})}
    if periods:
        update["periods"] = tuple(
            Period(id=name, name=Words(nb=name, en=name), start=start, end=end) for name, start, end in periods
        )
    return known.model_copy(update=update)


def frame(geometry: list, crs: str = CRS, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=crs)


def tables(**changes: gpd.GeoDataFrame | None) -> Tables:
    half = [box(WEST, SOUTH, WEST + 1000, SOUTH + 1000), box(WEST + 1000, SOUTH, WEST + 2000, SOUTH + 1000)]
    empty = frame([])
    given = {
        "incidents": incidents([], []),
        "districts": frame(half, district_id=["a", "b"]),
        "streets": None,
        "zones": empty,
        "interventions": empty,
        "services": empty,
        "land": None,
        "water": frame([box(*FJORD)]),
    }
    return Tables(**{**given, **changes})


def bridge(y_m: float, *, highway: str = "footway") -> gpd.GeoDataFrame:
    line = LineString([(WEST + 900, SOUTH + y_m), (WEST + 1100, SOUTH + y_m + 130)])
    return frame([line], osm_id=[1], highway=[highway], name=[""], is_bridge=[True], is_tunnel=[False], layer=[1])


def incidents(xy: list, times: list[str], harm_class: str = "violence", borne_by: str = "public") -> gpd.GeoDataFrame:
    n = len(times)
    points = shapely.points(np.array(xy, dtype=float).reshape(n, 2) + np.array([WEST, SOUTH]))
    when = pd.to_datetime(pd.Series(times, dtype="str"), utc=True)
    return gpd.GeoDataFrame(
        {
            "incident_id": [f"i{k}" for k in range(n)],
            "occurred_from": when,
            "occurred_to": when,
            "category": pd.Categorical(["x"] * n),
            "harm_class": pd.Categorical([harm_class] * n),
            "borne_by": pd.Categorical([borne_by] * n),
            "recorded_by": pd.Categorical(["reactive"] * n),
            "uncertainty_m": np.zeros(n),
        },
        geometry=points,
        crs=CRS,
    )
