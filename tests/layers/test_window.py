"""The study area of a small city, and where points fall in it."""

from datetime import date

import numpy as np
import pytest
import shapely
from scipy.ndimage import label
from shapely.geometry import LineString, box

from geo.errors import CrsError
from geo.ground import ground_of, spread
from layers.errors import ContractError
from layers.frame.window import centres_in, mass_of, masses_of, places_of, study_area
from tests.layers.small_city import FJORD, SOUTH, WEST, bridge, city, frame, incidents, tables


def shores(area):
    return label(area.land)[1]


def test_land_is_the_districts_less_the_water():
    area = study_area(tables(), city())
    assert area.grid.cell_m == 25
    assert area.land.sum() * area.grid.cell_area_m2 == 1900 * 1000
    assert area.polygon.area.tolist() == [1_900_000.0]
    assert area.polygon.crs == "EPSG:25832"
    assert shores(area) == 2


def test_a_land_table_goes_before_districts():
    area = study_area(tables(land=frame([box(WEST, SOUTH, WEST + 500, SOUTH + 500)]), water=None), city())
    assert area.polygon.area.sum() == 250_000
    assert area.grid.shape == (22, 22)


def test_land_far_beyond_the_districts_is_not_in_the_grid():
    region = frame([box(WEST - 50_000, SOUTH - 40_000, WEST + 90_000, SOUTH + 30_000)])
    area = study_area(tables(land=region, water=None), city())
    assert area.polygon.total_bounds.tolist() == [WEST - 500, SOUTH - 500, WEST + 2500, SOUTH + 1500]  # 5 x 100 m
    near = frame([box(WEST - 400, SOUTH, WEST + 500, SOUTH + 500)])
    assert study_area(tables(land=near, water=None), city()).polygon.total_bounds.tolist() == near.total_bounds.tolist()


def test_a_stray_incident_does_not_stretch_the_grid():
    stray = incidents([(-WEST, -SOUTH)], ["2013-01-01"])
    assert study_area(tables(incidents=stray), city()).grid == study_area(tables(), city()).grid


def test_a_bridge_joins_the_shores_and_a_motorway_does_not():
    assert shores(study_area(tables(streets=bridge(400)), city())) == 1
    assert shores(study_area(tables(streets=bridge(400, highway="motorway")), city())) == 2
    ordinary = bridge(400).assign(is_bridge=False)
    assert shores(study_area(tables(streets=ordinary), city())) == 2


@pytest.mark.parametrize("rise", [0, 25, 50, 100, 130, 200, -100])
@pytest.mark.parametrize("start", [400.0, 412.5, 403.7])
def test_bridges_in_any_direction_are_joined_side_by_side(rise, start):
    line = LineString([(WEST + 900, SOUTH + start), (WEST + 1100, SOUTH + start + rise)])
    assert shores(study_area(tables(streets=bridge(400).set_geometry([line])), city())) == 1


def test_too_many_cells_are_refused_with_the_cure():
    with pytest.raises(ContractError, match=r"districts: the grid would have 82 x 42 .*Widen density.bandwidth_m"):
        study_area(tables(), city(max_cells=1000))


def test_no_land_left_is_refused():
    with pytest.raises(ContractError, match="no land is left after water"):
        study_area(tables(water=frame([box(WEST - 1, SOUTH - 1, WEST + 3000, SOUTH + 3000)])), city())


def test_another_crs_is_refused_by_name():
    water = tables().water.to_crs("EPSG:25833")
    with pytest.raises(CrsError, match=r"water is in EPSG:25833 .*the city in EPSG:25832"):
        study_area(tables(water=water), city())
    with pytest.raises(CrsError, match="in degrees"):
        study_area(tables(), city().model_copy(update={"crs": "EPSG:4326"}))


def at(area, x, y):
    cell = places_of(area, np.array([WEST + x]), np.array([SOUTH + y])).cells[0]
    return None if cell < 0 else tuple(int(i) for i in np.unravel_index(cell, area.grid.shape))


@pytest.mark.parametrize(
    ("x", "y", "cell"),
    [
        (1, 1, (40, 1)),  # the south-western cell, behind the margin of one cell
        (12, -1, (40, 1)),  # just south of the land
        (949, 500, (21, 38)),
        (951, 501, (20, 38)),  # in the fjord, one cell off the shore
        (975, 500.5, (20, 38)),
        (1000, 500, (20, 38)),  # the middle of the fjord is more than two cells from every centre
        (-80, 500, None),
        (-30, 501, (20, 1)),
        (25, 25, (40, 2)),
    ],
)
def test_points_fall_in_the_cell_or_the_nearest_land(x, y, cell):
    area = study_area(tables(), city())
    if (x, y) == (1000, 500):
        cell = None
    assert at(area, x, y) == cell


def test_equally_near_cells_are_decided_by_order():
    area = study_area(tables(water=frame([box(WEST + 950, SOUTH, WEST + 1000, SOUTH + 1000)])), city())
    assert at(area, 975, 510) == (20, 38)  # 37.5 m to either shore: the western one comes first


def test_points_without_or_far_beyond_coordinates_have_no_cell():
    area = study_area(tables(), city())
    found = places_of(area, np.array([np.nan, 0.0, 1e12]), np.array([SOUTH, 0.0, -1e12])).cells
    assert found.tolist() == [-1, -1, -1]


def test_the_first_of_overlapping_polygons_has_the_cell():
    area = study_area(tables(), city())
    west, all_of_it = box(WEST, SOUTH, WEST + 100, SOUTH + 1000), box(WEST, SOUTH, WEST + 2000, SOUTH + 1000)
    label = centres_in(area.grid, np.array([west, all_of_it, None, shapely.Polygon()]))
    assert np.unique(label, return_counts=True)[1].tolist() == [82 * 42 - 80 * 40, 4 * 40, 76 * 40]
    assert (centres_in(area.grid, np.array([all_of_it, west])) == 1).sum() == 0


def test_the_fjord_is_where_it_is_said_to_be():
    area = study_area(tables(), city())
    fjord = centres_in(area.grid, np.array([box(*FJORD)])) == 0
    assert not area.land[fjord].any()


def test_the_mass_of_incidents_is_kept_on_land_and_is_the_sum_of_theirs():
    area = study_area(tables(), city())
    rng = np.random.default_rng(2)
    xy = rng.uniform((WEST - 60, SOUTH - 60), (WEST + 2060, SOUTH + 1060), (300, 2))
    places = places_of(area, xy[:, 0], xy[:, 1])
    every = np.arange(300)
    whole, half, rest = mass_of(area, places, [every, every[:150], every[150:][::-1]])
    assert whole.sum() == (places.cells >= 0).sum()
    assert not whole[~area.land].any()
    np.testing.assert_array_equal(half + rest, whole)
    np.testing.assert_array_equal(np.asarray(masses_of(area, places).sum(axis=0)), whole.ravel())


def fence(**changes):
    known = {"zone_id": ["f"], "name": ["f"], "kind": ["fence"], "valid_from": [date(2000, 1, 1)], "valid_to": [None]}
    pen = box(WEST + 200, SOUTH + 200, WEST + 400, SOUTH + 500)
    return frame([pen], **{**known, **{name: [value] for name, value in changes.items()}})


def test_a_fence_is_not_crossed():
    area = study_area(tables(zones=fence()), city())
    assert area.cut_east.sum() == 2 * 300 / 25
    assert area.cut_south.sum() == 2 * 200 / 25
    places = places_of(area, np.array([WEST + 398.0]), np.array([SOUTH + 350.0]))
    x = np.broadcast_to(area.grid.centres()[0], area.grid.shape)
    outside = x > WEST + 400
    mass = mass_of(area, places, [np.array([0])])[0]
    assert not mass[outside].any()
    assert not spread(ground_of(area.land, **area.cuts), mass, bandwidth_cells=4.0)[outside].any()


@pytest.mark.parametrize(
    "change", [{"kind": "patrol"}, {"valid_from": date(2030, 1, 1)}, {"valid_to": date(2001, 1, 1)}]
)
def test_other_zones_and_fences_that_come_or_go_cut_nothing(change):
    assert study_area(tables(zones=fence(**change)), city()).cut_east is None
