"""Figures of a network and of snapping, counted by hand."""

import numpy as np
import pytest
from shapely import LineString, Point

from geo.network.lines import Network, snap
from geo.network.report import connectedness, snapping
from tests.geo.network.towns import Y, net


def test_distances_of_snapping():
    away = np.array([0.0, 1.0, 2.0, 3.0, 4.0, np.nan, np.nan])
    found = snapping(away, within_m=50.0)
    assert (found.snapped, found.refused, found.within_m) == (5, 2, 50.0)
    assert (found.median_m, found.p95_m, found.max_m) == pytest.approx((2.0, 3.8, 4.0))


def test_as_snap_returns_them():
    _, away = snap(net(*Y), np.array([Point(3, -50), Point(0, -150), Point(400, 400)]), within_m=60.0)
    found = snapping(away, within_m=60.0)
    assert (found.snapped, found.refused, found.max_m) == (2, 1, 50.0)


@pytest.mark.parametrize("away", [[], [np.nan, np.nan]])
def test_nothing_snapped_has_no_distance(away):
    found = snapping(np.array(away), within_m=10.0)
    assert (found.snapped, found.refused) == (0, len(away))
    assert np.isnan([found.median_m, found.p95_m, found.max_m]).all()


def test_two_separate_networks():
    found = connectedness(net(*Y, LineString([(500, 0), (600, 0)])))
    assert (found.streets, found.junctions, found.dead_ends, found.separate) == (4, 1, 5, 2)
    assert found.length_m == pytest.approx(400)
    assert found.share_of_length.tolist() == pytest.approx([0.75, 0.25])


def test_no_street_at_all():
    nothing = Network(np.empty(0, dtype=object), np.empty((0, 2), dtype=np.int64), 0)
    assert connectedness(nothing).separate == 0
    assert connectedness(nothing).share_of_length.size == 0
