"""Map and shares of a small city come from one operator."""

from datetime import date

import numpy as np
import pytest
from shapely.geometry import box

from geo.errors import CrsError
from layers.frame.shares import unit_shares
from layers.frame.window import centres_in, study_area
from tests.layers.small_city import SOUTH, WEST, bridge, city, frame, tables
from tests.layers.test_surfaces import map_of

UNITS = frame(
    [box(WEST + x, SOUTH + y, WEST + x + 300, SOUTH + y + 300) for x in (0, 300, 900, 1700) for y in (0, 700)]
)


def test_rows_are_flat_cells_and_sum_to_one_on_land():
    area = study_area(tables(), city())
    shares = unit_shares(area, UNITS, bandwidth_m=100)
    assert shares.shape == (area.land.size, 9)
    np.testing.assert_allclose(np.asarray(shares.sum(axis=1)).ravel(), area.land.ravel(), atol=1e-12)


def test_the_map_summed_over_a_unit_is_the_shares_of_its_incidents():
    laid = tables(streets=bridge(400))
    area = study_area(laid, city())
    xy = np.random.default_rng(4).random((400, 2)) * (2000, 1000)
    density, weights = map_of(area, xy)
    mass = np.nan_to_num(density.values) * area.grid.cell_area_m2 / 1e6
    unit = centres_in(area.grid, UNITS.geometry.to_numpy())
    by_map = [mass[unit == k].sum() for k in range(8)] + [mass[unit == -1].sum()]
    np.testing.assert_allclose(unit_shares(area, UNITS, bandwidth_m=100).T @ weights, by_map, rtol=1e-5, atol=1e-5)


def test_without_bandwidth_each_cell_is_its_unit():
    area = study_area(tables(), city())
    shares = unit_shares(area, UNITS, bandwidth_m=0)
    assert shares.nnz == area.land.sum()
    assert shares[:, 0].sum() == (300 / 25) ** 2


def test_units_in_another_crs_are_refused():
    with pytest.raises(CrsError, match=r"units is in EPSG:25833 .*the grid in EPSG:25832"):
        unit_shares(study_area(tables(), city()), UNITS.to_crs("EPSG:25833"), bandwidth_m=100)


def test_shares_and_map_agree_beside_a_fence():
    pen = box(WEST + 150, SOUTH + 150, WEST + 600, SOUTH + 800)
    zones = frame([pen], zone_id=["f"], name=["f"], kind=["fence"], valid_from=[date(2000, 1, 1)], valid_to=[None])
    area = study_area(tables(zones=zones), city())
    density, weights = map_of(area, np.random.default_rng(5).random((400, 2)) * (2000, 1000))
    mass = np.nan_to_num(density.values) * area.grid.cell_area_m2 / 1e6
    unit = centres_in(area.grid, UNITS.geometry.to_numpy())
    by_map = [mass[unit == k].sum() for k in range(8)] + [mass[unit == -1].sum()]
    np.testing.assert_allclose(unit_shares(area, UNITS, bandwidth_m=100).T @ weights, by_map, rtol=1e-5, atol=1e-5)
