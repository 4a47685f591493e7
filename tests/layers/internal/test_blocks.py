"""Blocks of cells and the counts in them, by hand."""

from datetime import date

import numpy as np
import shapely

from geo.grid import Grid
from layers.frame.window import StudyArea, places_of
from layers.internal.blocks import blocks_of, counted
from tests.layers.small_city import CRS, SOUTH, WEST, city, frame, incidents

PERIODS = (("a", date(2012, 1, 1), date(2013, 1, 1)), ("b", date(2013, 1, 1), date(2014, 1, 1)))


def area(land: np.ndarray) -> StudyArea:
    grid = Grid(WEST, SOUTH + 25.0 * land.shape[0], 25.0, *land.shape, CRS)
    return StudyArea(grid, land, frame([shapely.box(WEST, SOUTH, WEST + 1, SOUTH + 1)]))


def test_blocks_are_four_cells_wide_and_those_without_land_are_left_out():
    land = np.ones((5, 9), dtype=bool)
    land[:4, 4:8] = False
    blocks = blocks_of(area(land))
    assert blocks.inside.tolist() == [[True, False, True], [True, True, True]]
    assert blocks.ids.tolist() == ["r0c0", "r0c2", "r1c0", "r1c1", "r1c2"]
    assert blocks.block_of_cell.reshape(5, 9)[0].tolist() == [0] * 4 + [-1] * 4 + [1]
    assert blocks.block_of_cell.reshape(5, 9)[4].tolist() == [2] * 4 + [3] * 4 + [4]
    # from the north-west corner, and squares even where the grid ends within them
    assert shapely.bounds(blocks.polygons[1]).tolist() == [WEST + 200, SOUTH + 25, WEST + 300, SOUTH + 125]


def test_incidents_are_counted_by_block_and_period_and_only_on_days_that_count():
    where = area(np.ones((8, 8), dtype=bool))
    times = ["2012-05-01", "2012-12-31", "2013-01-01", "2013-06-01", "2013-11-01"]
    table = incidents([(10, 190), (10, 190), (10, 190), (190, 10), (190, 10)], times)
    places = places_of(where, table.geometry.x.to_numpy(), table.geometry.y.to_numpy())
    found = counted(blocks_of(where), table, places, city(periods=PERIODS), data_until=date(2013, 10, 1))
    violence = next(of for of in found if of.incidents.sum())
    assert violence.incidents.tolist() == [[2, 0, 0, 0], [1, 0, 0, 1]]
    assert violence.per_day[1].tolist() == [1 / 273, 0, 0, 1 / 273]
    assert sum(of.incidents.sum() for of in found) == 4
