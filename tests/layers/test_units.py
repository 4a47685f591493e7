"""Districts cut by scenes, who is a control, and which unit a point lies in."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

from geo.functionals import RECEIVERS
from layers.errors import ConfigError, ContractError
from layers.findings.evidence import roles
from layers.frame.units import scene_areas, unit_of, units
from tests.made_city import CRS, city, made_units, tables


def test_pieces_fill_the_districts_and_keep_their_rank():
    made = made_units(city())
    assert list(made.pieces["unit_id"]) == [
        "d1", "d1/park", "d2", "d2/market", "d3", "d3/tunnel", "d4", "d5", "d6", "d7", "d8",
    ]  # fmt: skip
    by_district = made.pieces.dissolve("district_id").geometry.area
    assert by_district.to_numpy() == pytest.approx(np.full(8, 1e6))
    park = made.pieces.set_index("unit_id").loc["d1/park"]
    assert park["rank"] == made.districts["deprivation_rank"][0]
    assert park.geometry.area == pytest.approx(np.pi * 150**2, rel=0.01)


def test_controls_are_far_from_every_scene():
    made = made_units(city())
    assert list(made.districts["is_control"]) == [False] * 4 + [True] * 4
    assert not made.pieces.loc[made.pieces["scene_id"].notna(), "is_control"].any()


def test_less_of_the_indicator_may_be_more_deprived():
    more = made_units(city()).districts["deprivation_rank"]
    less = made_units(city(deprivation__more_is="less_deprived")).districts["deprivation_rank"]
    assert less.to_numpy() == pytest.approx(1 - more.to_numpy())


def test_overlapping_scenes_go_to_the_one_listed_first():
    given = tables()
    near = given.services.assign(geometry=[Point(500, 500), Point(600, 500), Point(2500, 500)])
    areas = scene_areas(replace(given, services=near), city()).set_index("scene_id").geometry
    assert areas["park"].intersection(areas["market"]).area == pytest.approx(0.0, abs=1e-6)
    assert areas["park"].area > areas["market"].area


def test_a_scene_over_a_border_becomes_two_units():
    given = tables()
    border = given.services.assign(geometry=[Point(1000, 500), Point(2500, 500), Point(5500, 500)])
    made = units(replace(given, services=border), city())
    assert {"d1/park", "d2/park"} <= set(made.pieces["unit_id"])


def with_districts(*ids: str) -> list[dict]:
    around = {"id": "around", "name": {"nb": "Rundt", "en": "Around"}}
    return [*city().model_dump()["scenes"], {**around, "place": {"table": "districts", "ids": ids}}]


def test_whole_districts_may_be_a_scene_less_the_scenes_listed_before():
    steps = [{"from": "a", "to": "c", "origin": ["park"], "receivers": ["around"]}]
    settings = city(scenes=with_districts("d1", "d2"), steps=steps)
    made = units(tables(), settings)
    assert list(made.pieces["unit_id"])[:4] == ["d1/park", "d1/around", "d2/market", "d2/around"]
    assert made.pieces.set_index("unit_id").geometry.area["d1/around"] == pytest.approx(1e6 - np.pi * 150**2, rel=1e-3)
    assert not made.districts["is_control"][:4].any()
    receivers = np.asarray(roles(made, settings.steps[0])) == RECEIVERS
    assert list(made.pieces["unit_id"][receivers]) == ["d1/around", "d2/around"]


def test_an_unknown_district_of_a_scene_is_named():
    with pytest.raises(ContractError, match="scene 'around': districts have no district_id d99"):
        units(tables(), city(scenes=with_districts("d99")))


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(500, 500), (500, 500), (2500, 500)], "scenes, market: has no area of its own"),
        ([(500, 500), (1500, 500), (2500, 9000)], "scenes, tunnel: lies in no district"),
    ],
)
def test_scenes_that_cannot_be_are_refused(points, said):
    given = tables()
    moved = given.services.assign(geometry=[Point(p) for p in points])
    with pytest.raises(ConfigError, match=said):
        units(replace(given, services=moved), city())


def test_a_place_may_have_several_geometries():
    two = gpd.GeoDataFrame({"zone_id": ["z", "z"]}, geometry=[box(0, 0, 1, 1), box(5, 5, 6, 7)], crs=CRS)
    areas = scene_areas(replace(tables(), zones=two), city(scenes=[scene_of("zones", ["z"]), *city_scenes()[1:]]))
    assert areas.geometry.iloc[0].area == pytest.approx(3.0)


def scene_of(table, ids):
    name = {"nb": "x", "en": "x"}
    return {"id": "park", "name": name, "place": {"table": table, "ids": ids}}


def city_scenes():
    return [scene.model_dump() for scene in city().scenes]


def test_points_find_their_unit():
    made = made_units(city())
    x = np.array([100.0, 500.0, 1000.0, 4500.0, 100.0, 100.0, 500.0])
    y = np.array([100.0, 500.0, 500.0, 500.0, -49.0, -51.0, 500.0])
    names = [*made.pieces["unit_id"], None]
    assert [names[i] for i in unit_of(made, x, y)] == ["d1", "d1/park", "d1", "d5", "d1", None, "d1/park"]


def test_order_of_points_does_not_matter():
    made, rng = made_units(city()), np.random.default_rng(0)
    x, y = rng.integers(0, 80, 500) * 100.0, rng.integers(0, 10, 500) * 100.0
    order = rng.permutation(500)
    assert (unit_of(made, x, y)[order] == unit_of(made, x[order], y[order])).all()


def test_no_points_are_no_trouble():
    assert len(unit_of(made_units(city()), np.array([]), np.array([]))) == 0
