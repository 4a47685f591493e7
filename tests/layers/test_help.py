"""Help within reach of each scene, worked by hand: which service is open, how far it is, and what zones cut off."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from layers.help import COLUMNS, barred_on, open_on, service_access
from tests.made_city import CHANGE, CRS, END, city, tables

SOURCE = {"kind": "file", "path": "r.csv", "licence": "x", "attribution": "x", "open": True}
SOURCES = [{**SOURCE, "id": "r", "table": "incidents"}, {**SOURCE, "id": "s", "table": "streets"}]
LATER = date(2015, 6, 1)


def made(**changes):
    return city(sources=SOURCES, **changes)


def services(*rows):
    """Return services: id, kind, x, y, opened, closed."""
    columns = ["service_id", "kind", "x", "y", "opened", "closed"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.assign(name=table["service_id"].str.title(), hours="mon-fri 09-15", capacity=20.0, referral="none")
    return gpd.GeoDataFrame(
        table.drop(columns=["x", "y"]), geometry=gpd.points_from_xy(table["x"], table["y"]), crs=CRS
    )


def zones(*rows):
    """Return zones: id, kind, from, to, shape."""
    table = pd.DataFrame([row[:4] for row in rows], columns=["zone_id", "kind", "valid_from", "valid_to"])
    return gpd.GeoDataFrame(table, geometry=[row[4] for row in rows], crs=CRS)


def town(*, zone=None, lines=None):
    """Return the made town: a street along y = 500 past all scenes, and one around by y = 900."""
    ways = lines or [
        LineString([(0, 500), (8000, 500)]),
        LineString([(100, 500), (100, 900), (7900, 900), (7900, 500)]),
    ]
    # streets join where they share a vertex
    ways = [shapely.segmentize(way, 100.0) for way in ways]
    columns = {"highway": "residential", "is_bridge": False, "is_tunnel": False, "layer": 0}
    streets = gpd.GeoDataFrame({**columns, "osm_id": range(len(ways))}, geometry=ways, crs=CRS)
    drawn = zones() if zone is None else zones(("z", "exclusion", LATER, None, zone))
    return replace(tables(), streets=streets, zones=drawn)


def access(given, offered, settings=None):
    table = service_access(given, offered, made() if settings is None else settings, data_until=END)
    return table.set_index(["period", "scene_id", "kind"])


def test_before_and_now_without_and_with_a_zone_in_the_way():
    """From the park at x = 500 it is 2,500 m straight to x = 3000; the zone lies between 1400 and 1600."""
    table = access(town(zone=box(1400, 400, 1600, 600)), services(("house", "drop-in", 3000, 500, None, None)))
    before, now = table.loc[("a", "park", "drop-in")], table.loc[("c", "park", "drop-in")]
    assert (before["walk_m"], before["walk_avoiding_zones_m"]) == (2500, 2500)
    assert now["walk_m"] == 2500
    # back to x = 100, up 400, along to 7900, down 400, back to 3000
    assert now["walk_avoiding_zones_m"] == 400 + 400 + 7800 + 400 + 4900
    assert (now["minutes"], now["minutes_avoiding_zones"]) == (33, 185)
    assert before["text_en"] == "From “The park” it is 2500 m (33 min) on foot to House; no zone is in the way."
    assert now["text_nb"].endswith("uten å gå inn i en sone 13900 m (185 min) til House.")
    assert (before["hours"], before["referral"], before["capacity"]) == ("mon-fri 09-15", "none", 20.0)


def test_a_scene_within_a_zone_is_left_by_the_shortest_way():
    table = access(town(zone=box(300, 400, 700, 600)), services(("house", "drop-in", 1000, 500, None, None)))
    assert table.loc[("c", "park", "drop-in"), "walk_avoiding_zones_m"] == 500
    assert table.loc[("c", "market", "drop-in"), "walk_avoiding_zones_m"] == 500


def test_a_service_within_a_zone_is_reached_by_nobody_sent_away():
    offered = services(("near", "drop-in", 1500, 500, None, None), ("far", "drop-in", 3000, 500, None, None))
    row = access(town(zone=box(1400, 400, 1600, 600)), offered).loc[("c", "park", "drop-in")]
    assert (row["service"], row["inside_zone"], row["inside_zones"], row["open_services"]) == ("Near", True, 1, 2)
    assert row["service_avoiding_zones"] == "Far"
    alone = access(town(zone=box(1400, 400, 1600, 600)), offered.iloc[:1]).loc[("c", "park", "drop-in")]
    assert not alone["reachable"]
    assert np.isnan(alone["walk_avoiding_zones_m"])
    assert alone["walk_m"] == 1000
    assert "reaches no open help of the kind without entering a zone" in alone["text_en"]


def test_only_what_is_open_on_the_day_is_help():
    offered = services(
        ("old", "drop-in", 1000, 500, None, CHANGE), ("new", "drop-in", 2000, 500, LATER, None),
        ("room", "injection room", 2000, 500, date(2030, 1, 1), None),
    )  # fmt: skip
    table = access(town(), offered)
    assert table.loc[("a", "park", "drop-in"), "service"] == "Old"
    assert pd.isna(table.loc[("b", "park", "drop-in"), "service"])
    assert table.loc[("b", "park", "drop-in"), "text_en"] == "No help of the kind “drop-in” is open."
    assert table.loc[("c", "park", "drop-in"), "service"] == "New"
    assert (table.xs("injection room", level="kind")["open_services"] == 0).all()


def test_help_beyond_every_street_is_said_to_be_out_of_reach():
    cut = town(lines=[LineString([(0, 500), (1800, 500)]), LineString([(2500, 500), (8000, 500)])])
    row = access(cut, services(("house", "drop-in", 3000, 500, None, None))).loc[("c", "park", "drop-in")]
    assert pd.isna(row["service"])
    assert "no way on foot leads" in row["text_en"]


def test_without_streets_the_way_leads_over_the_land():
    offered = services(("house", "drop-in", 2500, 500, None, None))
    given = replace(tables(), zones=zones(("z", "exclusion", LATER, None, box(1800, -10, 2000, 700))))
    table = access(given, offered, city())
    before, now = table.loc[("a", "park", "drop-in")], table.loc[("c", "park", "drop-in")]
    assert before["walk_m"] == pytest.approx(2000, abs=40)
    # from (500, 500) over the corner at (1800, 700) to that at (2000, 700) and on
    around = np.hypot(1300, 200) + 200 + np.hypot(500, 200)
    assert now["walk_avoiding_zones_m"] == pytest.approx(around, rel=0.03)


def test_zones_bar_while_they_are_valid_and_of_a_kind_that_bars():
    both = zones(
        ("e", "exclusion", date(2015, 1, 1), date(2016, 1, 1), box(0, 0, 1, 1)),
        ("p", "patrol", date(2015, 1, 1), None, box(5, 5, 6, 6)),
    )
    assert barred_on(both, date(2015, 12, 31), made()).area == 1.0
    assert barred_on(both, date(2016, 1, 1), made()).is_empty
    assert barred_on(both, date(2014, 12, 31), made()).is_empty
    wider = made(help={"barred_by": ["exclusion", "patrol"]})
    assert barred_on(both, date(2015, 1, 1), wider).area == 2.0


def test_a_service_is_open_from_its_first_day_to_the_day_before_it_closed():
    offered = services(("x", "drop-in", 0, 0, LATER, END))
    found = [bool(open_on(offered, day)[0]) for day in (date(2015, 5, 31), LATER, date(2016, 12, 31), END)]
    assert found == [False, True, True, False]


def test_no_services_are_an_empty_table():
    table = service_access(town(), services(), made(), data_until=END)
    assert table.empty
    assert list(table.columns) == list(COLUMNS)


def test_no_coordinate_and_no_place_of_a_service_is_told():
    table = access(town(), services(("house", "drop-in", 3012.5, 500, None, None)))
    assert "3012" not in table.to_csv()
    assert Point(3012.5, 500).wkt not in table.to_csv()
