"""Walls on a grid: which steps a line cuts, and that a closed line has no hole."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label

from geo.grid import Grid
from geo.ground import ground_of, spread
from geo.walls import cut_edges

GRID = Grid(0.0, 40.0, 10.0, 4, 5, "EPSG:25832")


def cuts(*lines):
    return [np.argwhere(found).tolist() for found in cut_edges(GRID, np.array(lines, dtype=object))]


def test_a_wall_between_two_columns_cuts_their_steps():
    assert cuts(shapely.LineString([(20, 0), (20, 40)])) == [[[0, 1], [1, 1], [2, 1], [3, 1]], []]


def test_a_short_wall_cuts_where_it_stands():
    assert cuts(shapely.LineString([(20, 12), (20, 28)])) == [[[1, 1], [2, 1]], []]
    assert cuts(shapely.LineString([(12, 20), (28, 20)])) == [[], [[1, 1], [1, 2]]]
    assert cuts(shapely.LineString([(16, 20), (24, 20)])) == [[], []]  # between two ways, across none


def test_a_slanting_wall_cuts_steps_of_both_kinds():
    assert cuts(shapely.LineString([(10, 38), (38, 10)])) == [[[0, 0], [1, 1], [2, 2]], [[0, 1], [1, 2], [2, 3]]]


def test_an_area_cuts_along_its_outline_and_its_holes():
    area = shapely.box(-10, 0, 50, 40).difference(shapely.box(20, 10, 30, 20))
    east, south = cuts(area)
    assert east == [[2, 1], [2, 2]]
    assert south == [[1, 2], [2, 2]]


def test_many_parts_and_none():
    both = shapely.MultiLineString([[(20, 12), (20, 28)], [(30, 12), (30, 28)]])
    assert cuts(both)[0] == [[1, 1], [1, 2], [2, 1], [2, 2]]
    assert cuts() == [[], []]


corner = st.tuples(st.integers(0, 48), st.integers(0, 48))


@settings(max_examples=60, deadline=None)
@given(st.lists(corner, min_size=3, max_size=7, unique=True))
def test_a_closed_wall_has_no_hole(corners):
    """Whatever ring is drawn, also through centres, cells in and out are not linked."""
    grid = Grid(-2.0, 14.0, 1.0, 16, 16, "EPSG:25832")
    ring = shapely.LinearRing(np.array(corners) / 4)
    east, south = cut_edges(grid, np.array([ring], dtype=object))
    fine = np.zeros((31, 31), bool)  # centres, and the steps between them
    fine[::2, ::2] = True
    fine[::2, 1::2] = ~east[:, :-1]
    fine[1::2, ::2] = ~south[:-1]
    parts = label(fine)[0][::2, ::2]
    inside = shapely.union_all(shapely.get_parts(shapely.polygonize([shapely.node(ring)]))).buffer(-1e-9)
    x, y = np.meshgrid(*grid.centres())
    assert parts[0, 0] not in parts[shapely.contains_xy(inside, x, y)]


def test_mass_stays_within_a_slanting_fence():
    grid = Grid(0.0, 40.0, 1.0, 40, 40, "EPSG:25832")
    fence = shapely.Polygon([(5.3, 8.1), (30.2, 3.7), (35.9, 31.4), (12.2, 36.6)])
    east, south = cut_edges(grid, np.array([fence], dtype=object))
    mass = np.zeros(grid.shape)
    mass[20, 20] = 1
    found = spread(ground_of(np.ones(grid.shape, bool), cut_east=east, cut_south=south), mass, bandwidth_cells=9.0)
    x, y = np.meshgrid(*grid.centres())
    inside = shapely.contains_xy(fence, x, y)
    assert found[inside].sum() == pytest.approx(1, abs=1e-13)
    assert not found[~inside].any()


def behind_a_fence(fine):
    """Mass of a point north of a slanting fence with a gate, on a grid `fine` times finer; summed to coarse cells."""
    n = 40 * fine
    grid = Grid(0.0, 40.0, 1 / fine, n, n, "EPSG:25832")
    fence = shapely.MultiLineString([[(-1, 14.2), (17.1, 18.6)], [(23.2, 20.1), (41, 24.5)]])
    east, south = cut_edges(grid, np.array([fence], dtype=object))
    mass = np.zeros((n, n))
    mass[14 * fine : 15 * fine, 20 * fine : 21 * fine] = 1 / fine**2
    ground = ground_of(np.ones((n, n), bool), cut_east=east, cut_south=south)
    return spread(ground, mass, bandwidth_cells=4.0 * fine).reshape(40, fine, 40, fine).sum((1, 3))


def test_a_slanting_fence_with_a_gate_converges_to_the_fine_grid():
    truth = behind_a_fence(7)
    coarse, finer = (np.abs(behind_a_fence(fine) - truth).max() / truth.max() for fine in (1, 3))
    assert coarse < 0.2  # a cell that the fence crosses is on one bank only
    assert finer < 0.03
    assert truth[24:].sum() == pytest.approx(behind_a_fence(1)[24:].sum(), rel=0.1)
