"""Columns: typed by their kind, filled where the source says nothing, refused where a value is of another kind."""

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from layers.columns import TABLES, empty, texts, typed
from layers.errors import ContractError
from tests.border_city import CRS


def services(**columns):
    values = {"service_id": [1.0, 2.0], "kind": ["drop-in", "LAR"]} | columns
    return typed("services", gpd.GeoDataFrame(values, geometry=[Point(0, 0), Point(1, 1)], crs=CRS))


def test_columns_stand_in_order_and_what_is_not_said_is_filled():
    frame = services(free_text=["never", "kept"])
    assert list(frame.columns) == [*TABLES["services"].columns, "geometry"]
    assert frame["service_id"].tolist() == ["1", "2"]
    assert frame["public"].tolist() == [False, False]
    assert frame["hours"].tolist() == ["", ""]
    assert frame["capacity"].isna().all()


def test_a_service_is_public_only_if_said():
    assert services(public=["yes", None])["public"].tolist() == [True, False]
    with pytest.raises(ContractError, match=r"services\.public holds neither true nor false in 1 rows: 'perhaps'"):
        services(public=["yes", "perhaps"])


@pytest.mark.parametrize(
    "written", ["2014-08-25", date(2014, 8, 25), pd.Timestamp("2014-08-25"), "2014-08-25T10:00:00"]
)
def test_days_are_dates_however_written(written):
    assert services(opened=[written, None])["opened"].tolist() == [date(2014, 8, 25), None]


def test_instants_are_no_days():
    with pytest.raises(ContractError, match=r"services\.opened holds instants; a local day is needed"):
        services(opened=pd.to_datetime(["2014-08-25T00:00Z"] * 2))


def test_whole_numbers():
    streets = {"highway": ["path"], "is_bridge": [False], "is_tunnel": [False]}
    shapes = gpd.GeoSeries.from_wkt(["LINESTRING (0 0, 1 1)"], crs=CRS)
    frame = typed("streets", gpd.GeoDataFrame(streets | {"osm_id": ["12"], "layer": [None]}, geometry=shapes))
    assert frame[["osm_id", "layer"]].to_numpy().tolist() == [[12, 0]]
    with pytest.raises(ContractError, match=r"streets\.osm_id holds no whole number in 1 rows: 1\.5"):
        typed("streets", gpd.GeoDataFrame(streets | {"osm_id": [1.5]}, geometry=shapes))


def test_districts_keep_indicators_and_are_called_by_their_id_if_nameless():
    shapes = gpd.GeoSeries.from_wkt(["POLYGON ((0 0, 1 0, 1 1, 0 0))"], crs=CRS)
    values = {"district_id": ["0301"], "population": ["12"], "poverty": ["3.5"]}
    frame = typed("districts", gpd.GeoDataFrame(values, geometry=shapes))
    assert frame.drop(columns="geometry").to_numpy().tolist() == [["0301", "0301", "district", 12.0, 3.5]]


@pytest.mark.parametrize(
    ("values", "text"),
    [([1.0, None], ["1", None]), ([1.5], ["1.5"]), (["007"], ["007"]), ([7], ["7"]), ([True], ["True"])],
)
def test_keys_as_text(values, text):
    assert [None if pd.isna(v) else v for v in texts(pd.Series(values))] == text


@pytest.mark.parametrize("table", list(TABLES))
def test_empty_tables_have_their_columns(table):
    frame = empty(table, CRS)
    assert list(frame.columns) == [*TABLES[table].columns, "geometry"]
    assert len(frame) == 0
    assert frame.crs == CRS
