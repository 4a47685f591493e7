"""Where streets join, and where they only cross."""

import numpy as np
import pytest
import shapely
from shapely import LineString, Point

from geo.errors import GeoError
from geo.network.lines import components, network_of, snap, without_short


def net(*lines, levels=None):
    return network_of(np.array([LineString(line) for line in lines]), np.array(levels or [0] * len(lines)))


def degrees(network):
    return sorted(np.bincount(network.ends.ravel(), minlength=network.nodes).tolist())


CROSS = ([(-10, 0), (0, 0), (10, 0)], [(0, -10), (0, 0), (0, 10)])


def test_streets_that_share_a_vertex_join():
    crossing = net(*CROSS)
    assert degrees(crossing) == [1, 1, 1, 1, 4]
    assert crossing.lengths_m.tolist() == [10, 10, 10, 10]


def test_streets_that_cross_without_a_vertex_do_not():
    assert degrees(net([(-10, 0), (10, 0)], [(0, -10), (0, 10)])) == [1, 1, 1, 1]


def test_a_bridge_joins_nothing_it_crosses_but_what_it_ends_at():
    assert degrees(net(*CROSS, levels=[0, 1])) == [1, 1, 1, 1]
    approach = [(0, -20), (0, -10)]
    assert degrees(net(*CROSS, approach, levels=[0, 1, 0])) == [1, 1, 1, 1]
    side = [(0, -10), (7, -10)]
    assert degrees(net(*CROSS, approach, side, levels=[0, 1, 0, 0])) == [1, 1, 1, 1, 1, 3]


def test_a_street_divided_under_a_bridge_still_does_not_join_it():
    below = [(-10, 0), (0, 0)], [(0, 0), (10, 0)]
    assert degrees(net(*below, CROSS[1], levels=[0, 0, 1])) == [1, 1, 1, 1]


def test_a_stair_that_ends_on_a_bridge_joins_it():
    assert degrees(net(CROSS[1], [(0, 0), (5, 5)], levels=[1, 0])) == [1, 1, 1, 3]


def test_division_and_direction_of_a_street_do_not_matter():
    whole = net([(0, 0), (40, 0), (40, 30)], [(40, 30), (80, 30)], [(40, 30), (40, 90)])
    parts = net([(40, 30), (40, 10)], [(0, 0), (40, 0), (40, 10)], [(80, 30), (40, 30)], [(40, 90), (40, 30)])
    assert degrees(whole) == degrees(parts) == [1, 1, 1, 3]
    assert sorted(whole.lengths_m) == sorted(parts.lengths_m) == [40, 60, 70]
    shapes = [set(shapely.normalize(shapely.simplify(network.lines, 0))) for network in (whole, parts)]
    assert shapes[0] == shapes[1]


def test_rings_are_kept():
    ring = net([(0, 0), (10, 0), (10, 10)], [(10, 10), (0, 10), (0, 0)])
    assert degrees(ring) == [2]
    assert ring.lengths_m.tolist() == [40]
    lollipop = net([(0, 0), (10, 0), (10, 10), (0, 0)], [(0, 0), (-5, 0)])
    assert degrees(lollipop) == [1, 3]


def test_points_snap_to_the_first_of_equally_near_streets():
    network = net([(0, 0), (10, 0)], [(0, 4), (10, 4)], [(0, 100), (10, 100)])
    spots, away = snap(network, np.array([Point(3, 2), Point(4, 3.5), Point(5, 50)]), within_m=10)
    assert spots.line.tolist() == [0, 1, -1]
    np.testing.assert_array_equal(spots.along_m, [3, 4, np.nan])
    np.testing.assert_array_equal(away, [2, 0.5, np.nan])


def test_streets_drawn_twice_count_once():
    twice = net([(0, 0), (5, 1), (10, 0)], [(10, 0), (5, 1), (0, 0)], [(0, 0), (5, -1), (10, 0)], [(10, 0), (20, 0)])
    assert sorted(twice.lengths_m) == pytest.approx([10, 2 * np.hypot(5, 1) * 2])  # the other way round the block stays
    assert degrees(twice) == [1, 3]


def test_short_streets_become_one_node():
    lines = [(-50, 0), (0, 0)], [(0, 0), (0.5, 0)], [(0.5, 0), (0.9, 0)], [(0.9, 0), (50, 0)]
    arms = [(0, 0), (0, 40)], [(0.5, 0), (0.5, 40)], [(0.9, 0), (0.9, 40)]
    network = net(*lines, *arms)
    clean = without_short(network, shorter_than_m=1.0)
    assert degrees(clean) == [1, 1, 1, 1, 1, 5]
    assert clean.lengths_m.sum() == pytest.approx(network.lengths_m.sum() - 0.9)
    assert without_short(clean, shorter_than_m=1.0) is clean


def test_separate_networks_are_numbered():
    network = net(*CROSS, [(100, 0), (120, 0)])
    label = components(network)
    assert sorted(np.bincount(label).tolist()) == [1, 4]


def test_other_geometries_are_refused():
    with pytest.raises(GeoError, match="1 of 1 streets are not LineStrings"):
        network_of(np.array([Point(0, 0)]), np.zeros(1, int))
