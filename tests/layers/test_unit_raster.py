"""Units looked up on a raster first: the same answer as by geometry alone, at every point, and places taken once."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.frame import units as of_units
from layers.frame.same_places import distinct, distinct_places
from layers.frame.unit_raster import UNKNOWN, unit_raster
from layers.frame.units import Units, unit_of
from layers.frame.window import Places

SLANTED = shapely.Polygon([(0, 0), (1000, 300), (900, 1000), (0, 700)])


def made(polygons: list[shapely.Geometry]) -> Units:
    pieces = gpd.GeoDataFrame(geometry=polygons, crs="EPSG:25832")
    return Units(pieces, pieces, pieces, pieces)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), turned=st.floats(0, 90))
def test_the_raster_changes_no_answer(seed, turned):
    rng = np.random.default_rng(seed)
    around = shapely.voronoi_polygons(shapely.multipoints(rng.random((12, 2)) * 1000))
    polygons = [*shapely.affinity.rotate(around, turned).geoms, SLANTED, shapely.Polygon()]  # some overlap
    laid = made(polygons)
    corners = shapely.get_coordinates(laid.pieces.geometry.to_numpy())
    x, y = np.concatenate([rng.random((400, 2)) * 3000 - 1000, corners]).T
    raster = unit_raster(laid.pieces.geometry.to_numpy(), cells=10_000)
    by_raster, by_geometry = raster.at(x, y), of_units._unit_by_geometry(laid, x, y)
    known = by_raster != UNKNOWN
    assert known.sum() > 30
    np.testing.assert_array_equal(by_raster[known], by_geometry[known])


def test_many_points_take_the_raster_and_few_the_geometry(monkeypatch):
    laid = made([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    x, y = np.array([50.0, 100.0, 150.0, 230.0, 400.0]), np.full(5, 50.0)
    assert list(unit_of(laid, x, y)) == [0, 0, 1, 1, -1]
    assert "raster" not in vars(laid)
    monkeypatch.setattr(of_units, "MANY_POINTS", 5)
    assert list(unit_of(laid, x, y)) == [0, 0, 1, 1, -1]
    assert "raster" in vars(laid)


def test_distinct_places_come_sorted_with_the_place_of_each_point():
    x, y, which = distinct(np.array([2.0, 1.0, 2.0, np.nan, 1.0]), np.array([0.0, 5.0, 0.0, 1.0, 4.0]))
    np.testing.assert_array_equal(which, [2, 1, 2, 3, 0])
    np.testing.assert_array_equal(x, [1.0, 1.0, 2.0, np.nan])
    assert list(y[:3]) == [4.0, 5.0, 0.0]
    places, at = distinct_places(Places(np.array([7, 3, 7]), np.array([2.5, 1.0, 2.5]), np.array([0.5, 0.0, 0.5])))
    np.testing.assert_array_equal(places.cells[at], [7, 3, 7])
    assert len(places.cells) == 2
    with pytest.raises(IndexError):
        places.cells[2]
