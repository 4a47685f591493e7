"""Walking over open ground: exact ways on small grids, the bound on slanting ones, barriers left but not entered."""

import numpy as np
import pytest

from geo.errors import GeoError
from geo.walking import LONGER_AT_MOST, ground_distances


def drawn(*rows: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return land, start and barred cells of a map: '.' land, 'S' start, '~' water, 'x' barred."""
    cells = np.array([list(row) for row in rows])
    return cells != "~", cells == "S", cells == "x"


def test_ways_along_sides_corners_and_knights_moves():
    land, start, _ = drawn("S...", "....", "....")
    found = ground_distances(land, start, cell_m=10.0)
    assert found[0].tolist() == [0.0, 10.0, 20.0, 30.0]
    assert found[2, 2] == pytest.approx(20 * np.sqrt(2))
    assert found[1, 2] == pytest.approx(10 * np.sqrt(5))
    assert found[2, 1] == pytest.approx(10 * np.sqrt(5))


def test_water_is_walked_around_and_no_corner_is_cut():
    land, start, _ = drawn("S~.", ".~.", "...")
    found = ground_distances(land, start, cell_m=1.0)
    assert found[0, 2] == pytest.approx(6.0)  # down, along, up; the corners of the water are not cut
    assert np.isinf(found[0, 1])


def test_what_no_way_leads_to_is_infinitely_far():
    land, start, _ = drawn("S.~..", "..~..")
    assert np.isinf(ground_distances(land, start, cell_m=1.0)[:, 3:]).all()


def test_a_fence_is_not_crossed():
    land, start, _ = drawn("S..", "...", "...")
    cut = np.zeros((3, 3), dtype=bool)
    cut[:2, 0] = True  # between the first two columns, but for the last row
    found = ground_distances(land, start, cell_m=1.0, cut_east=cut)
    assert found[0, 1] == pytest.approx(5.0)


def test_in_the_open_a_way_is_little_longer_than_the_straight_line():
    start = np.zeros((81, 81), dtype=bool)
    start[40, 40] = True
    found = ground_distances(np.ones((81, 81), dtype=bool), start, cell_m=1.0)
    row, col = np.indices(found.shape) - 40
    straight = np.hypot(row, col)
    ratio = found[straight > 0] / straight[straight > 0]
    assert ratio.min() >= 1 - 1e-12
    assert ratio.max() <= LONGER_AT_MOST


def test_a_barred_zone_may_be_left_but_not_entered():
    land, start, barred = drawn("S.xx..", "..xx..", "..xx..", "......")
    around = ground_distances(land, start, cell_m=1.0, barred=barred)
    assert np.isinf(around[barred]).all()
    through = ground_distances(land, start, cell_m=1.0)
    assert through[0, 4] == 4.0
    assert around[0, 4] > 6.0
    out = ground_distances(land, barred & (np.indices(land.shape)[0] == 0), cell_m=1.0, barred=barred)
    assert out[0, 4] == 1.0
    assert out[0, 1] == 1.0


def test_the_limit_ends_the_search():
    land, start, _ = drawn("S....")
    found = ground_distances(land, start, cell_m=1.0, limit_m=2.0)
    assert found[0].tolist() == [0.0, 1.0, 2.0, np.inf, np.inf]


def test_no_start_on_land_is_refused():
    land, start, _ = drawn("~.")
    with pytest.raises(GeoError, match="no start cell is on land"):
        ground_distances(land, ~land, cell_m=1.0)
    with pytest.raises(GeoError, match="use one grid"):
        ground_distances(land, start[:, :1], cell_m=1.0)
