"""The town looks like a town: land and water, districts, streets that can be walked."""

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from layers.frame.units import ranked_districts, scene_areas
from layers.simulation.links import Link, free_of, straight
from layers.simulation.places import MARKET_ID, PARK_ID, SCENES, UNDERPASS_ID, town
from layers.simulation.terrain import CRS, UNDERPASS, place


@pytest.fixture(scope="module")
def fjord_town():
    return town()


def parts_of(streets):
    """Label the connected part of each way, joining ways at equal end points only."""
    number = {}
    ends = np.array(
        [[number.setdefault(line.coords[end], len(number)) for end in (0, -1)] for line in streets.geometry]
    )
    graph = coo_matrix((np.ones(len(ends)), ends.T), shape=(len(number), len(number)))
    return connected_components(graph, directed=False)[1][ends[:, 0]]


def test_land_and_water_do_not_overlap_and_fill_the_frame(fjord_town):
    ground = fjord_town.ground
    water = shapely.union_all(ground.water)
    assert ground.land.intersection(water).area < 1.0
    frame = shapely.box(*shapely.total_bounds([*ground.water]))
    assert ground.land.area + water.area == pytest.approx(frame.area, abs=10)
    assert ground.land.contains(ground.park)


def test_districts_tile_the_land(fjord_town):
    cells = fjord_town.districts.geometry
    assert shapely.coverage_is_valid(cells.to_numpy())
    assert shapely.union_all(cells.to_numpy()).symmetric_difference(fjord_town.ground.land).area < 5.0
    assert 24 <= len(cells) <= 36
    assert cells.is_valid.all()
    assert fjord_town.districts["name"].is_unique


def test_every_district_has_people_and_both_indicators_which_partly_disagree(fjord_town):
    table = fjord_town.districts
    assert table["population"].between(1000, 8000).all()
    assert table[["low_income_share", "child_poverty_share"]].stack().between(0.01, 0.6).all()
    assert 0.3 < table["low_income_share"].corr(table["child_poverty_share"], method="spearman") < 0.8


def test_each_scene_lies_in_one_district_and_the_underpass_near_a_border(fjord_town):
    own = {}
    for name, shape in fjord_town.scenes.items():
        held = fjord_town.districts.geometry.intersects(shape.buffer(20))
        assert held.sum() == 1, name
        own[name] = int(np.flatnonzero(held)[0])
    assert len(set(own.values())) == 3
    border = fjord_town.districts.geometry.iloc[own[UNDERPASS_ID]].boundary
    assert 90 < border.distance(shapely.Point(place(UNDERPASS))) < 150


def test_underpass_is_in_the_most_deprived_fifth_the_park_is_not_and_controls_suffice(drawn, fjordby):
    tables = type("", (), drawn.tables)
    scenes = scene_areas(tables, fjordby)
    ranked = ranked_districts(tables, fjordby, scenes=scenes)
    at = {row.scene_id: ranked[ranked.contains(row.geometry.centroid)].iloc[0] for row in scenes.itertuples()}
    assert at[UNDERPASS_ID]["in_most_deprived_fifth"] == 1
    assert at[PARK_ID]["deprivation_rank"] < 0.25
    assert at[MARKET_ID]["deprivation_rank"] < 0.25
    assert ranked["is_control"].sum() >= 8


def test_streets_form_one_network_and_meet_only_at_their_ends(fjord_town):
    streets = fjord_town.streets
    assert len(set(parts_of(streets))) == 1
    level = streets[streets["layer"].eq(0)]
    for predicate in ("crosses", "overlaps"):
        assert level.sindex.query(level.geometry, predicate=predicate).shape[1] == 0
    assert streets["osm_id"].is_unique
    assert streets.crs == CRS
    assert {"footway", "steps", "primary", "pedestrian", "residential"} <= set(streets["highway"])


def test_two_bridges_alone_cross_water(fjord_town):
    streets = fjord_town.streets
    bridges = streets[streets["is_bridge"]]
    assert len(bridges) == 2
    assert bridges["layer"].eq(1).all()
    wet = streets.geometry.intersection(shapely.union_all(fjord_town.ground.water)).length > 0
    assert streets.loc[wet, "is_bridge"].all()
    assert wet.sum() == 2


def test_without_its_bridges_the_town_is_joined_at_the_head_of_the_fjord_only(fjord_town):
    """A walk from one side to the other without a bridge goes round the fjord, through its eastern end."""
    streets = fjord_town.streets
    middle = streets.geometry.interpolate(0.5, normalized=True)
    west = streets[~streets["is_bridge"] & (middle.x < place((5500, 0))[0])]
    part, count = np.unique(parts_of(west), return_counts=True)
    assert len(part) >= 2
    assert np.sort(count)[-2] > 300  # both shores are whole networks of their own


def test_underpass_runs_below_the_main_road_and_joins_both_sides(fjord_town):
    streets = fjord_town.streets
    tunnel = streets[streets["is_tunnel"]].iloc[0]
    assert streets["is_tunnel"].sum() == 1
    assert (tunnel["layer"], tunnel["highway"]) == (-1, "footway")
    crossed = streets[streets.crosses(tunnel.geometry)]
    assert crossed["highway"].tolist() == ["primary"]
    for end in shapely.get_parts(tunnel.geometry.boundary):
        assert streets.touches(end).sum() == 2  # the tunnel and its approach


def test_supports_are_on_land_and_their_weights_sum_to_one(fjord_town):
    for name, support in fjord_town.supports.items():
        assert support.weight.sum() == pytest.approx(1, abs=1e-12), name
        assert (support.weight > 0).all()
        assert shapely.contains_xy(fjord_town.ground.land, *support.xy.T).all()
    for name in SCENES:
        assert shapely.contains_xy(fjord_town.scenes[name], *fjord_town.supports[name].xy.T).all()


def test_what_spreads_reaches_neither_receivers_nor_controls(fjord_town, drawn, fjordby):
    tables = type("", (), drawn.tables)
    ranked = ranked_districts(tables, fjordby, scenes=scene_areas(tables, fjordby))
    held = np.unique(np.concatenate([fjord_town.supports[name].district for name in SCENES]))
    controls = np.flatnonzero(ranked["is_control"])
    for name in (PARK_ID, MARKET_ID):
        assert not np.isin(fjord_town.supports[f"around {name}"].district, [*held, *controls]).any()


def test_links_that_would_cross_are_not_built():
    built = [Link(straight((0, 0), (10, 0)), "residential", "a")]
    across = Link(straight((5, -5), (5, 5)), "footway", "b")
    from_end = Link(straight((10, 0), (10, 8)), "footway", "c")
    through_new = Link(straight((5, 3), (15, 3)), "footway", "d")
    above = [*built, Link(straight((20, -5), (20, 5)), "footway", "e", is_bridge=True, layer=1)]
    assert free_of(built, [across, from_end, through_new]) == [from_end]
    assert free_of(above, [Link(straight((15, 0), (25, 0)), "footway", "f")]) != []
