"""Distances on foot: hand-made streets and shores, and that they are always a metric."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.between import along_streets, over_land
from geo.errors import GeoError
from geo.network.lines import network_of
from geo.transport import require_metric_distances


def streets(*lines: list) -> object:
    return network_of(shapely.linestrings(np.array(lines, dtype=float)), np.zeros(len(lines), dtype=int))


T = streets([[0, 0], [100, 0]], [[100, 0], [100, 100]], [[100, 0], [200, 0]])


def test_streets_are_walked_and_the_way_to_them_counts():
    found = along_streets(T, shapely.points([[10, 0], [30, 5], [100, 60], [300, 0]]))
    assert found.tolist() == [[0, 25, 150, 290], [25, 0, 135, 275], [150, 135, 0, 260], [290, 275, 260, 0]]


def test_streets_that_never_meet_are_joined_by_the_straight_line():
    apart = streets([[0, 0], [10, 0]], [[0, 500], [10, 500]])
    assert along_streets(apart, shapely.points([[0, 0], [0, 500], [10, 0]]))[1] == pytest.approx(
        [500, 0, np.hypot(10, 500)]
    )


def test_two_places_at_one_point_are_no_distance_apart():
    assert along_streets(T, shapely.points([[50, 0], [50, 0]])) == pytest.approx(np.zeros((2, 2)), abs=1e-9)


def test_a_way_bends_around_the_corner_of_the_shore():
    land = shapely.Polygon([(0, 0), (2000, 0), (2000, 1000), (1000, 1000), (1000, 2000), (0, 2000)])
    found = over_land(land, shapely.points([[500, 1900], [1900, 500], [100, 100]]), smallest_m=1.0)
    assert found[0, 1] == pytest.approx(2 * np.hypot(500, 900), rel=1e-3)
    assert found[0, 2] == pytest.approx(np.hypot(400, 1800))


def test_a_lake_is_walked_around_and_an_island_is_as_far_as_it_looks():
    lake = shapely.Polygon(
        [(0, 0), (2000, 0), (2000, 2000), (0, 2000)], [[(800, 200), (1200, 200), (1200, 1800), (800, 1800)]]
    )
    island = shapely.box(5000, 0, 6000, 1000)
    points = shapely.points([[500, 1000], [1500, 1000], [5500, 500]])
    found = over_land(shapely.union_all([lake, island]), points, smallest_m=1.0)
    assert found[0, 1] == pytest.approx(2 * np.hypot(300, 800) + 400, rel=5e-3)
    assert found[1, 2] == pytest.approx(np.hypot(4000, 500))


@settings(max_examples=15)
@given(xy=arrays(float, (7, 2), elements=st.floats(0, 200)))
def test_distances_are_a_metric(xy):
    points = shapely.points(xy)
    require_metric_distances(along_streets(T, points))
    ring = shapely.box(-10, -10, 210, 210).difference(shapely.box(60, 60, 140, 140))
    require_metric_distances(over_land(ring, points, smallest_m=5.0))


def test_nothing_to_walk_on_is_said():
    with pytest.raises(GeoError, match="at least one street"):
        along_streets(network_of(np.empty(0, dtype=object), np.empty(0)), shapely.points([[0, 0]]))
    with pytest.raises(GeoError, match="need land"):
        over_land(shapely.Polygon(), shapely.points([[0, 0]]))
