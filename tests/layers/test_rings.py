"""Rings of walking distance worked by hand: a river without a bridge, streets, and what they take from controls."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from geo.functionals import CONTROL, ORIGIN, RECEIVERS, REST
from layers.city import City
from layers.errors import ConfigError
from layers.findings import findings
from layers.findings.evidence import places, roles
from layers.frame.rings import ground, rings
from layers.frame.unit_roles import unit_roles
from layers.frame.units import unit_of, units
from tests.made_city import CRS, END, FIRST_DAY, city, made_exposure, tables

STEP = {"from": "a", "to": "c", "origin": ["park"], "receivers": ["market"], "rings": [250, 500]}
SOURCE = {"kind": "file", "id": "r", "table": "incidents", "path": "r.csv", "licence": "x", "attribution": "x"}
EDGES = ((0.0, 250.0), (250.0, 500.0))
RIVER = box(600, -10, 700, 1010)  # 100 m east of the origin at (500, 500), from end to end


def made(*, walkable: bool = False, **changes) -> City:
    streets = [{**SOURCE, "id": "s", "table": "streets", "open": True}] if walkable else []
    return city(sources=[{**SOURCE, "open": True}, *streets], **changes)


def with_river(lines=None):
    """Return the made town with a river, and streets if lines are given: (LineString, is it a bridge)."""
    water = gpd.GeoDataFrame(geometry=[RIVER], crs=CRS)
    if lines is None:
        return replace(tables(), water=water)
    columns = {"highway": "residential", "is_bridge": [b for _, b in lines], "is_tunnel": False, "layer": 0}
    streets = gpd.GeoDataFrame(columns, geometry=[line for line, _ in lines], crs=CRS)
    return replace(tables(), water=water, streets=streets)


def held(found: shapely.Geometry, *points: tuple[float, float]) -> list[bool]:
    return [bool(found.contains(Point(p))) for p in points]


def test_over_land_the_near_bank_without_a_bridge_is_in_no_ring():
    near, far = rings(ground(with_river(), made()), Point(500, 500).buffer(50), EDGES)
    assert held(near, (500, 700), (500, 800), (590, 500), (720, 500)) == [True, False, True, False]
    assert held(far, (500, 700), (500, 820), (720, 500)) == [False, True, False]
    assert near.intersection(far).area == pytest.approx(0.0, abs=1e-6)
    assert near.intersection(RIVER).area == pytest.approx(0.0, abs=1e-6)


def test_without_the_river_a_ring_is_nearly_round():
    near, far = rings(ground(tables(), made()), Point(500, 500).buffer(50), EDGES)
    quarter = shapely.box(0, 0, 500, 500)  # the town ends in the north and south; rings are cut there
    assert near.area == pytest.approx(np.pi * (300**2 - 50**2), rel=0.05)
    assert held(quarter.intersection(far), (130, 300)) == [True]


def test_along_streets_the_way_leads_over_the_bridge():
    """From (500, 500): west bank street to the bridge at y = 300, over it, and along the east bank."""
    street = (LineString([(500, 900), (500, 300), (600, 300)]), False)
    bridge = (LineString([(600, 300), (700, 300)]), True)
    east = (LineString([(700, 300), (720, 300), (720, 900)]), False)
    place = Point(500, 500).buffer(1)
    settings = made(walkable=True)
    near, far = rings(ground(with_river([street, bridge, east]), settings), place, EDGES)
    assert held(near, (505, 700), (505, 755), (720, 505)) == [True, False, False]
    # 200 down, 200 across, 20 more to the corner: 420; 500 is reached 80 m up the east bank
    assert held(far, (725, 345), (725, 395), (505, 755)) == [True, False, True]
    closed, beyond = rings(ground(with_river([street, east]), settings), place, EDGES)
    assert held(closed.union(beyond), (725, 345), (705, 505)) == [False, False]


def test_ground_off_every_street_is_on_no_walk():
    street = (LineString([(500, 900), (500, 300)]), False)
    near, far = rings(ground(with_river([street]), made(walkable=True)), Point(500, 500).buffer(1), EDGES)
    assert held(near.union(far), (420, 500), (380, 500)) == [True, False]


def test_receivers_are_cut_out_of_controls_and_rings_at_each_other():
    """At 300 m, districts next to the scenes are controls but for what a ring takes of them."""
    settings = made(steps=[STEP], inference__control_beyond_m=300.0)
    laid = units(tables(), settings)
    role = dict(zip(laid.pieces["unit_id"], roles(laid, settings.steps[0]), strict=True))
    ring = "a->c:0-250m", "a->c:250-500m"
    assert role["d1/park"] == ORIGIN
    assert role["d2/market"] == RECEIVERS
    assert role["d3/tunnel"] == REST
    assert role[f"d1/{ring[0]}"] == role[f"d1/{ring[1]}"] == role[f"d2/{ring[1]}"] == RECEIVERS
    assert role["d4"] == CONTROL
    assert list(laid.rings["ring_id"]) == list(ring)
    assert laid.pieces.dissolve("district_id").geometry.area.to_numpy() == pytest.approx(np.full(8, 1e6))
    number = dict(zip(laid.pieces["unit_id"], places(laid, settings.steps[0]), strict=True))
    assert [number[u] for u in ("d1/park", f"d1/{ring[0]}", f"d2/{ring[1]}", "d4")] == [0, 3, 4, -1]
    found = unit_of(laid, np.array([500.0, 500.0, 500.0]), np.array([500.0, 700.0, 990.0]))
    assert [laid.pieces["unit_id"].iloc[k] for k in found] == ["d1/park", f"d1/{ring[0]}", f"d1/{ring[1]}"]


def test_a_step_without_rings_keeps_its_roles_where_another_has_them():
    plain = {"from": "b", "to": "c", "origin": ["market"], "receivers": ["tunnel"]}
    settings = made(steps=[STEP, plain], inference__control_beyond_m=300.0)
    laid = units(tables(), settings)
    role = dict(zip(laid.pieces["unit_id"], roles(laid, settings.steps[1]), strict=True))
    assert role["d1/a->c:0-250m"] == role["d1"] == REST
    without = units(tables(), made(steps=[plain], inference__control_beyond_m=300.0))
    assert list(without.pieces["unit_id"]) == [
        "d1", "d1/park", "d2", "d2/market", "d3", "d3/tunnel", "d4", "d5", "d6", "d7", "d8",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"rings": [250, 250]}, "must grow from above 0"),
        ({"rings": [0, 250]}, "must grow from above 0"),
        ({"rings": [9000]}, "is no neighbourhood"),
        ({"rings": [], "receivers": []}, "nothing can receive"),
    ],
)
def test_rings_that_cannot_be_are_refused(said, message):
    with pytest.raises(ValueError, match=message):
        made(steps=[{**STEP, **said}])


def test_an_origin_in_the_water_is_refused():
    with pytest.raises(ConfigError, match="origin lies off the land"):
        rings(ground(with_river(), made()), Point(650, 500).buffer(10), EDGES)


def test_the_table_of_units_tells_roles_and_rings():
    settings = made(steps=[STEP], inference__control_beyond_m=300.0)
    table = unit_roles(units(tables(), settings), settings).set_index("unit_id")
    assert table.loc["d1/a->c:0-250m", ["from_m", "to_m", "role"]].tolist() == [0.0, 250.0, "receivers"]
    assert table.loc["d1/park", "role"] == "origin"
    assert np.isnan(table.loc["d4", "to_m"])
    assert table["area_km2"].sum() == pytest.approx(8.0)


def test_sentences_name_the_ground_around_the_origin():
    settings = made(steps=[STEP], inference__control_beyond_m=300.0)
    laid = units(tables(), settings)
    counts = np.random.default_rng(1).poisson(1.0, (len(laid.pieces), (END - FIRST_DAY).days))
    found = findings(made_exposure(counts), laid, settings, data_until=END)
    moved = next(f for f in found if f.kind == "harm_moved_share")
    assert "“The market” and the ground within 500 metres on foot of the origin" in moved.statement.en
    assert "«Torget» og området inntil 500 meter å gå fra utgangsstedet" in moved.statement.nb
    assert "the market and the ground around" in moved.short.en
