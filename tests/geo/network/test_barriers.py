"""A zone that may be left but not entered: streets cut at its edge, ways around it worked by hand."""

import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from geo.network.barriers import leaving, split
from geo.network.distances import distances
from geo.network.lines import snap
from tests.geo.network.towns import net

#  (0,0) -- (1000,0) straight through the zone; around it by (0,400) and (1000,400)
BLOCK = net(
    LineString([(-200, 0), (0, 0)]),
    LineString([(0, 0), (1000, 0)]),
    LineString([(0, 0), (0, 400), (1000, 400), (1000, 0)]),
    LineString([(1000, 0), (1200, 0)]),
)
ZONE = box(400, -50, 600, 50)


def walked(shape, *points, zone=ZONE):
    network, barred = split(BLOCK, zone)
    places, _ = snap(network, shapely.points(points), within_m=1.0)
    return distances(network, shape, barred=barred).at(places).tolist()


def test_streets_are_cut_at_the_edge_and_keep_their_length():
    network, barred = split(BLOCK, ZONE)
    assert network.lengths_m.sum() == pytest.approx(BLOCK.lengths_m.sum())
    assert network.lengths_m[barred].tolist() == pytest.approx([200.0])
    assert len(network.lines) == len(BLOCK.lines) + 2


def test_a_walk_from_outside_goes_around():
    assert walked(Point(0, 0), (1000, 0), (300, 0)) == pytest.approx([1800.0, 300.0])
    assert walked(Point(0, 0), (1000, 0), zone=Polygon()) == pytest.approx([1000.0])


def test_a_walk_from_within_leaves_by_either_side_and_does_not_come_back():
    assert walked(Point(450, 0), (300, 0), (1000, 0), (0, 0)) == pytest.approx([150.0, 550.0, 450.0])


def test_a_place_between_two_zones_is_cut_off():
    both = shapely.union(ZONE, box(700, -50, 800, 50))
    assert np.isinf(walked(Point(0, 0), (650, 0), zone=both)).all()
    assert walked(Point(500, 0), (650, 0), zone=both) == pytest.approx([150.0])


def test_a_zone_beside_all_streets_changes_nothing():
    network, barred = split(BLOCK, box(100, 100, 200, 200))
    assert not barred.any()
    assert len(network.lines) == len(BLOCK.lines)
    touching, barred = split(BLOCK, box(400, 0, 600, 50))  # its edge runs along the street
    assert barred.sum() == 1
    assert touching.nodes == BLOCK.nodes + 2


def test_only_streets_outside_the_zone_are_walked_to():
    walk = leaving(BLOCK, Point(450, 0), ZONE)
    assert walk.network.lengths_m.sum() == pytest.approx(BLOCK.lengths_m.sum() - 200.0)
    places, away = snap(walk.network, shapely.points([(300, 0), (1000, 0), (500, 0)]), within_m=200.0)
    assert walk.at(places).tolist() == pytest.approx([150.0, 550.0, 50.0])
    assert away.tolist() == [0.0, 0.0, 100.0]  # the middle of the zone is beside the street, not on it
    plain = leaving(BLOCK, box(100, -5, 150, 5), Polygon())
    spots, _ = snap(plain.network, shapely.points([(120, 0), (300, 0)]), within_m=1.0)
    assert plain.at(spots).tolist() == pytest.approx([0.0, 150.0])
