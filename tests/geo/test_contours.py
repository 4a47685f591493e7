"""Volume contours, their parts and outlines, on rasters that can be added up by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.contours import connected_parts, outline, smallest_set
from geo.errors import GeoError
from geo.grid import Grid

GRID = Grid(100.0, 500.0, 10.0, 6, 6, "EPSG:25832")
MASS = np.array([[4.0, 3.0, 1.0], [1.0, np.nan, 1.0]])


@pytest.mark.parametrize(
    ("share", "cells"),
    [(0, []), (0.1, [0]), (0.4, [0]), (0.41, [0, 1]), (0.7, [0, 1]), (0.75, [0, 1, 2]), (0.85, [0, 1, 2, 3])],
)
def test_the_fewest_cells_that_hold_the_share(share, cells):
    assert np.flatnonzero(smallest_set(MASS, share)).tolist() == cells


def test_all_the_mass_needs_all_cells_and_no_mass_none():
    tenths = np.full((3, 3), 0.1)
    assert smallest_set(tenths, 1.0).all()
    assert not smallest_set(np.zeros((3, 3)), 0.5).any()
    assert not smallest_set(np.full((3, 3), np.nan), 0.5).any()
    assert smallest_set(np.array([[2.0, -1.0]]), 1.0).tolist() == [[True, False]]


def test_a_share_beyond_one_is_refused():
    with pytest.raises(GeoError, match=r"the share is 1\.5"):
        smallest_set(MASS, 1.5)


def test_parts_touch_by_sides_only_and_come_in_order():
    cells = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 1]], bool)
    assert [part.tolist() for part in connected_parts(cells)] == [[1, 2], [3, 6], [8]]
    assert connected_parts(np.zeros((2, 2), bool)) == []


def test_a_plain_outline_is_made_of_cell_sides():
    square = outline(GRID, np.array([0, 1, 6, 7]), smooth=False)
    assert square.equals(shapely.box(100, 480, 120, 500))
    assert len(shapely.get_coordinates(square)) == 5


def test_a_smooth_outline_cuts_the_corners():
    square = outline(GRID, np.array([0, 1, 6, 7]))
    assert shapely.box(100, 480, 120, 500).contains(square)
    assert square.area == pytest.approx(
        400 - 4 * (0.5 * 5 * 5) - 8 * 0.5 * 2.5 * 2.5 * np.sin(np.pi / 4) * 0.5, rel=0.05
    )


def test_a_hole_stays_a_hole():
    ring = np.flatnonzero(np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]]).ravel())
    cells = ring // 3 * 6 + ring % 3
    for smooth in (True, False):
        assert len(outline(GRID, cells, smooth=smooth).interiors) == 1


masks = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).random((6, 6)) < 0.6)


@settings(max_examples=60, deadline=None)
@given(masks)
def test_any_outline_is_valid_and_near_its_cells(mask):
    for part in connected_parts(mask):
        plain, smooth = outline(GRID, part, smooth=False), outline(GRID, part)
        assert plain.area == pytest.approx(part.size * 100)
        assert smooth.is_valid
        assert smooth.geom_type == "Polygon"
        assert shapely.hausdorff_distance(plain, smooth) <= 5 * np.sqrt(2)
        if not smooth.interiors:
            assert -100 < smooth.area - plain.area < 0
