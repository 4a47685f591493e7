"""Sums over areas by hand, against coverage cut cell by cell, and what they must keep."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from geo.errors import GeoError
from geo.grid import Grid
from geo.zonal import zonal_sums

GRID = Grid(0.0, 3.0, 1.0, 3, 3, "EPSG:25832")
NINE = np.arange(1.0, 10.0).reshape(3, 3)  # 1 2 3 in the north, 7 8 9 in the south


def sums(*areas, values=NINE, grid=GRID):
    return zonal_sums(values, grid, np.array(areas, dtype=object))


@pytest.mark.parametrize(
    ("area", "total"),
    [
        (box(0.5, 0.5, 2.5, 2.5), 20.0),  # a quarter of each corner, half of each side, the middle
        (box(0, 0, 3, 3), 45.0),
        (box(1, 1, 2, 2), 5.0),
        (box(-5, -5, 8, 8), 45.0),
        (box(1.25, 2.5, 1.5, 2.75), 2 / 16),
        (box(-9, -9, -1, -1), 0.0),
        (box(4, 0, 9, 3), 0.0),
        (box(2.5, -1, 9, 1.5), 9 / 2 + 6 / 4),
        (Polygon([(0, 0), (3, 0), (0, 3)]), (1 + 5 + 9) / 2 + 4 + 7 + 8),
        (Polygon([(0, 0), (0, 3), (3, 0)]), (1 + 5 + 9) / 2 + 4 + 7 + 8),  # the other way round
        (box(0, 0, 3, 3).difference(box(0.5, 0.5, 2.5, 2.5)), 25.0),
        (MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]), 10.0),
        (Polygon(), 0.0),
    ],
)
def test_by_hand(area, total):
    assert sums(area)[0] == pytest.approx(total, abs=1e-13)


def test_coverage_is_the_sum_of_ones_and_nan_is_nothing():
    assert sums(box(0.5, 0.5, 2.5, 2.5), values=np.ones((3, 3)))[0] == pytest.approx(4)
    assert sums(box(0.5, 0.5, 2.5, 2.5), values=np.where(NINE == 5, np.nan, NINE))[0] == pytest.approx(15)


def test_several_rasters_from_one_walk():
    both = sums(box(0, 0, 1, 3), box(0, 0, 3, 1), values=np.stack((NINE, -NINE, NINE**2)))
    np.testing.assert_allclose(both, [[12, 24], [-12, -24], [66, 194]], atol=1e-13)
    assert sums(values=np.stack((NINE, NINE))).shape == (2, 0)


blob = st.integers(0, 2**32 - 1)


def random_polygon(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(3, 30)
    angle = np.sort(rng.uniform(0, 2 * np.pi, n))
    radius = rng.uniform(0.2, 9, n)
    corners = rng.uniform(0, 12, 2) + radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    if seed % 3 == 0:
        corners = np.round(corners)  # along and through the corners of cells
    return shapely.buffer(Polygon(corners), 0)


@settings(max_examples=60, deadline=None)
@given(blob)
def test_it_is_the_coverage_cut_cell_by_cell(seed):
    grid = Grid(0.0, 12.0, 1.5, 8, 8, "EPSG:25832")
    area = random_polygon(seed)
    values = np.random.default_rng(seed).normal(size=grid.shape)
    x, y = np.meshgrid(*grid.centres())
    cells = shapely.box(x - 0.75, y - 0.75, x + 0.75, y + 0.75)
    covered = shapely.area(shapely.intersection(cells, area)) / grid.cell_area_m2
    assert sums(area, values=values, grid=grid)[0] == pytest.approx((covered * values).sum(), abs=1e-11)


@settings(max_examples=30, deadline=None)
@given(blob, blob)
def test_parts_add_up_to_the_whole(seed, other):
    whole, knife = box(0, 0, 3, 3), random_polygon(other)
    inside, outside = shapely.intersection(whole, knife), shapely.difference(whole, knife)
    areas = [
        shapely.MultiPolygon([p for p in shapely.get_parts(a) if p.geom_type == "Polygon"]) for a in (inside, outside)
    ]
    values = np.random.default_rng(seed).normal(size=(3, 3))
    assert sums(*areas, values=values).sum() == pytest.approx(values.sum(), abs=1e-11)


def test_another_shape_is_refused():
    with pytest.raises(GeoError, match=r"values have \(2, 3\) rows and columns, the grid \(3, 3\)"):
        sums(box(0, 0, 1, 1), values=np.ones((2, 3)))
