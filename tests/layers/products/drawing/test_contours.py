"""Level curves: where they lie, that they close, what they do at gaps and at the edge of the grid."""

import numpy as np
import pytest
import shapely

from geo.grid import Grid
from layers.products.drawing.contours import crop, filled, level_rings

GRID = Grid(0.0, 400.0, 100.0, 4, 4, "EPSG:25832")


def _area(rings: list[np.ndarray]) -> float:
    return sum(shapely.Polygon(ring).area for ring in rings)


def test_one_cell_gives_a_diamond_through_the_midpoints():
    values = np.zeros((4, 4))
    values[1, 1] = 2.0  # centre at x 150, y 250
    (ring,) = level_rings(values, GRID, 1.0)
    assert {tuple(point) for point in ring.tolist()} == {(100.0, 250.0), (150.0, 300.0), (200.0, 250.0), (150.0, 200.0)}


def test_a_gaussian_hill_is_cut_at_its_radius():
    grid = Grid(0.0, 1000.0, 10.0, 100, 100, "EPSG:25832")
    x, y = grid.centres()
    hill = np.exp(-((x[None] - 503) ** 2 + (y[:, None] - 488) ** 2) / (2 * 100.0**2))
    (ring,) = level_rings(hill, grid, 0.5)
    radius = np.hypot(*(ring - [503, 488]).T)
    assert radius == pytest.approx(100 * np.sqrt(2 * np.log(2)), abs=0.2)


def test_a_hole_is_a_ring_of_its_own():
    values = np.full((5, 5), 2.0)
    values[2, 2] = 0.0
    rings = level_rings(values, Grid(0.0, 500.0, 100.0, 5, 5, "EPSG:25832"), 1.0)
    assert sorted(shapely.Polygon(ring).area for ring in rings) == pytest.approx([5_000.0, 250_000.0 - 4 * 1_250.0])


def test_rings_close_at_the_edge_of_the_grid():
    (ring,) = level_rings(np.full((4, 4), 3.0), GRID, 1.5)
    assert _area([ring]) == pytest.approx(400.0**2 - 4 * 50.0**2 / 2)


def test_the_two_saddles_are_cut_apart():
    values = np.zeros((4, 4))
    values[1, 1] = values[2, 2] = 2.0
    assert len(level_rings(values, GRID, 1.5)) == 2
    assert len(level_rings(values[:, ::-1], GRID, 1.5)) == 2


def test_nothing_reaches_the_level():
    assert level_rings(np.zeros((4, 4)), GRID, 1.0) == []


def test_gaps_take_the_nearest_value_and_withheld_cells_none():
    values = np.array([[5.0, np.nan, np.nan, np.nan, np.nan, 7.0]])
    withheld = np.array([[False, False, False, False, False, False]])
    assert filled(values, withheld)[0, [0, 1, 4, 5]].tolist() == [5.0, 5.0, 7.0, 7.0]
    withheld[0, 1] = True
    assert filled(values, withheld)[0, [0, 1, 2]].tolist() == [5.0, 0.0, 0.0]


def test_a_surface_without_any_value_is_flat():
    assert filled(np.full((2, 2), np.nan), np.zeros((2, 2), bool)).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_part_keeps_its_place_on_the_ground():
    grid = Grid(1000.0, 5000.0, 50.0, 40, 60, "EPSG:25832")
    values = np.arange(2400.0).reshape(40, 60)
    part, smaller = crop(values, grid, (2000.0, 4000.0, 2500.0, 4300.0))
    assert part.shape == smaller.shape == (11, 15)
    x, y = smaller.centres()
    assert part[3, 4] == values.ravel()[grid.cell_of(np.array([x[4]]), np.array([y[3]]))[0]]
    west, south, east, north = smaller.bounds
    assert west <= 1900 and south <= 3900 and east >= 2600 and north >= 4400


def test_a_part_beyond_the_grid_is_cut_at_its_edge():
    part, smaller = crop(np.ones((4, 4)), GRID, (-5000.0, -5000.0, 5000.0, 5000.0))
    assert part.shape == (4, 4) and smaller == GRID
