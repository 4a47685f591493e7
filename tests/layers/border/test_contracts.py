"""Contracts: all violations at once, ten rows at most, no place of an incident."""

import pandas as pd
import pytest
from shapely import LineString, Point, Polygon

from layers.border import admit
from layers.border.contracts import check
from layers.errors import ContractError
from tests.border_city import at, border_city, raw


@pytest.fixture
def tables():
    return admit(raw(), border_city()).tables


def message(table, frame):
    with pytest.raises(ContractError) as error:
        check(table, frame, border_city())
    return str(error.value)


@pytest.mark.parametrize("table", ["incidents", "districts", "interventions", "zones", "services"])
def test_what_the_border_let_in_keeps_its_contract(tables, table):
    assert check(table, getattr(tables, table), border_city()) is None


def test_all_violations_stand_in_one_message(tables):
    bad = tables.districts.assign(district_id=["D1", "D1"], population=[-5.0, None], name=["", "b"])
    text = message("districts", bad)
    assert "districts.district_id: must be unique (2 rows, first 0, 1: D1)" in text
    assert "districts.name: must not be empty (1 rows, first 0" in text
    assert "districts.population: must be 0 or more (1 rows, first 0: -5.0)" in text
    assert "districts.population: must not be missing (1 rows, first 1" in text


def test_the_crs_is_checked_first(tables):
    assert "no CRS; it must be EPSG:25832" in message("districts", tables.districts.set_crs(None, allow_override=True))
    text = message("districts", tables.districts.to_crs(25833))
    assert "ETRS89 / UTM zone 33N, not the city's EPSG:25832" in text


def test_at_most_ten_rows_are_shown(tables):
    many = pd.concat([tables.incidents] * 10, ignore_index=True)
    text = message("incidents", many)
    assert "incidents.incident_id: must be unique (40 rows, first 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)" in text


def test_incidents_show_rows_and_never_values(tables):
    bad = tables.incidents.assign(uncertainty_m=-1.0)
    bad.loc[1, "geometry"] = LineString([at(0, 0), at(1, 1)])
    text = message("incidents", bad)
    assert "incidents.geometry: geometry must be Point (1 rows, first 1)" in text
    assert "incidents.uncertainty_m: must be 0 or more (4 rows, first 0, 1, 2, 3)" in text
    assert "500" not in text


def test_instants_must_be_utc_and_in_order(tables):
    local = tables.incidents.assign(occurred_from=tables.incidents["occurred_from"].dt.tz_convert("Europe/Oslo"))
    assert "incidents.occurred_from: must be instants in UTC" in message("incidents", local)
    late = tables.incidents.assign(occurred_from=tables.incidents["occurred_to"] + pd.Timedelta("1min"))
    assert "occurred_to must not be before occurred_from (4 rows" in message("incidents", late)


def test_labels_days_and_columns(tables):
    odd = tables.incidents.assign(borne_by=pd.Categorical(["tourist"] * 4))
    assert "incidents.borne_by: must be a known label" in message("incidents", odd)
    text_days = tables.interventions.assign(start=["2015-01-01", "2015-01-02"])
    assert "interventions.start: must be days (datetime.date)" in message("interventions", text_days)
    assert "districts: lacks a column (1 rows: name)" in message("districts", tables.districts.drop(columns="name"))


def test_shapes(tables):
    bow_tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    bad = tables.districts.set_geometry([bow_tie, Point(0, 0)], crs=tables.districts.crs)
    text = message("districts", bad)
    assert "polygon must be valid (1 rows, first 0" in text
    assert "geometry must be Polygon or MultiPolygon (1 rows, first 1" in text
