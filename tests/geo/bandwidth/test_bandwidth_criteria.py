"""The criteria: against sums over all pairs, golden curves, and what snapped coordinates may not do."""

import numpy as np
import pytest
import shapely

from geo.bandwidth.berman_diggle import berman_diggle
from geo.bandwidth.cronie_van_lieshout import cronie_van_lieshout
from geo.bandwidth.likelihood import likelihood
from geo.bandwidth.lscv import lscv
from geo.bandwidth.places import places_of
from geo.bandwidth.values import _direct, others_at_places
from geo.errors import GeoError
from geo.grid import Grid
from geo.planar.density import smoother
from geo.planar.kernels import GAUSSIAN
from geo.planar.points import points_of

METRIC = "EPSG:25832"
SIDE = shapely.box(0, 0, 5000, 5000)


def lscv_by_pairs(places, h):
    """The definition, all pairs written out; pairs on one spot only in the first term."""
    d2 = (places.x[:, None] - places.x) ** 2 + (places.y[:, None] - places.y) ** 2
    pair = np.outer(places.mass, places.mass)
    apart = ~np.eye(places.x.size, dtype=bool)
    first = (pair * np.exp(-d2 / 4 / h**2)).sum() / (4 * np.pi * h**2) / pair.sum()
    second = (pair * np.exp(-d2 / 2 / h**2))[apart].sum() / (2 * np.pi * h**2) / pair[apart].sum()
    return first - 2 * second


def test_golden_likelihood_curves(golden_places, golden_window, golden_curves):
    h = golden_curves["sigma"].to_numpy()
    uniform = likelihood(golden_places, window=golden_window, edge="uniform", bandwidths_m=h)
    np.testing.assert_allclose(uniform.criterion + 80, golden_curves["lcv_uniform_shortcut"], rtol=1e-8)
    np.testing.assert_allclose(uniform.criterion + 80, golden_curves["spatstat_bw.ppl_shortcut"], atol=0.1)
    diggle = likelihood(golden_places, window=golden_window, edge="diggle", bandwidths_m=h)
    np.testing.assert_allclose(diggle.criterion, golden_curves["lcv_diggle"], rtol=1e-8)
    # Without its shortcut spatstat takes off the integral of the corrected map, on its own pixels, for the number.
    grid = Grid(0.0, 1000.0, 4.0, 250, 250, METRIC)
    points = points_of(golden_places.x, golden_places.y)
    for bandwidth, own, theirs in zip(h, uniform.criterion + 80, golden_curves["spatstat_bw.ppl"], strict=True):
        ready = smoother(grid, GAUSSIAN, bandwidth_m=float(bandwidth), window=golden_window)
        assert own - ready.mass(ready.intensity(points, edge="uniform"))[0] == pytest.approx(theirs, rel=5e-4)


def test_golden_cronie_van_lieshout_curve(golden_places, golden_window, golden_curves):
    h = golden_curves["sigma"].to_numpy()
    found = cronie_van_lieshout(golden_places, area_m2=golden_window.area, bandwidths_m=h)
    np.testing.assert_allclose(found.criterion, golden_curves["cvl_no_edge"], rtol=1e-8)
    np.testing.assert_allclose(found.criterion, golden_curves["spatstat_bw.CvL"], rtol=1e-6)
    assert found.bandwidths_m[np.argmin(found.criterion)] == 100


def test_golden_berman_diggle(golden_places, golden_window):
    found = berman_diggle(golden_places, golden_window)
    assert found.bandwidth_m == pytest.approx(53.08219, abs=0.25)  # one step of its radii
    theirs = np.interp([11.9863, 14.43249, 24.21722, 48.67906], found.bandwidths_m, found.criterion)
    np.testing.assert_allclose(theirs, [3.1642483, 0.4551395, -2.7202250, -4.3980070], atol=0.1)
    assert not found.is_at_end


def test_golden_likelihood_optimum_is_that_of_sparr(golden_places, golden_window):
    found = likelihood(golden_places, window=golden_window, edge="uniform")
    assert found.bandwidth_m == pytest.approx(96.36242922832, rel=0.01)


def test_lscv_is_the_sum_over_all_pairs(many, golden_places):
    for places in (many, golden_places):
        found = lscv(places, bandwidths_m=np.geomspace(30, 400, 9))
        wanted = np.array([lscv_by_pairs(places, h) for h in found.bandwidths_m])
        np.testing.assert_allclose(found.criterion, wanted, atol=3e-4 * np.abs(wanted).max())
        assert abs(np.argmin(found.criterion) - np.argmin(wanted)) == 0


def test_weighted_lscv_is_the_sum_over_all_pairs(many):
    draw = np.random.default_rng(8)
    places = places_of(many.x, many.y, draw.uniform(0, 5, many.x.size), crs=METRIC)
    found = lscv(places, bandwidths_m=np.array([60.0, 120.0, 240.0]))
    wanted = [lscv_by_pairs(places, h) for h in found.bandwidths_m]
    np.testing.assert_allclose(found.criterion, wanted, rtol=1e-3)


@pytest.mark.parametrize("edge", ["none", "uniform", "diggle"])
def test_values_by_transform_are_the_direct_ones(many, edge):
    h = np.array([80.0, 160.0, 320.0])
    for bandwidth, found in zip(h, others_at_places(many, h, window=SIDE, edge=edge), strict=True):
        wanted = _direct(many, float(bandwidth), SIDE, edge)
        assert np.abs(found - wanted).max() < 3e-3 * wanted.max()
        assert np.abs(np.log(found / wanted)).mean() < 3e-3


def test_lonely_places_are_foretold_as_little_as_they_should_be(many):
    """The narrowest bandwidths: nothing but rounding is left of the transform at a lonely place."""
    h = np.array([20.0, 40.0])
    found = likelihood(many, bandwidths_m=h).criterion
    wanted = [many.mass @ np.log(_direct(many, float(value), None, "none")) - many.total for value in h]
    np.testing.assert_allclose(found, wanted, rtol=5e-3)


def test_snapped_coordinates_do_not_drive_a_criterion_to_nothing():
    draw = np.random.default_rng(9)
    corners = draw.uniform(0, 5000, (300, 2))
    chosen = corners[draw.integers(0, 300, 3000)]
    places = places_of(*chosen.T, crs=METRIC)
    assert places.duplicated_share > 0.99
    for found in (lscv(places), likelihood(places), berman_diggle(places, SIDE, largest_m=400)):
        assert found.duplicated_share == places.duplicated_share
        assert found.bandwidth_m > 50, found.rule


def test_the_order_of_rows_and_a_move_change_nothing(many):
    turned = places_of(many.x[::-1] + 297_000, many.y[::-1] + 6_700_000, crs=METRIC)
    h = np.geomspace(60, 300, 4)
    np.testing.assert_allclose(lscv(turned, bandwidths_m=h).criterion, lscv(many, bandwidths_m=h).criterion, rtol=1e-5)
    here, there = (likelihood(places, bandwidths_m=h).criterion for places in (many, turned))
    np.testing.assert_allclose(there, here, rtol=1e-8)


def test_k_of_uniform_points_is_that_of_chance():
    """M -> (1 / lambda - 2 pi r^2 + pi^2 r^4 / pi r^2 ...): without clusters only the first term falls with r."""
    draw = np.random.default_rng(4)
    places = places_of(*draw.uniform(0, 5000, (2, 4000)), crs=METRIC)
    found = berman_diggle(places, SIDE, largest_m=200)
    radius = 2 * found.bandwidths_m
    chance = 25e6 / 4000 / (np.pi * radius**2) - 1
    assert np.abs(found.criterion - chance)[60:].max() < 0.15


def test_an_end_of_the_range_is_told(golden_places):
    assert lscv(golden_places, bandwidths_m=np.array([5.0, 6.0, 7.0])).is_at_end


def test_what_is_refused(golden_places):
    with pytest.raises(GeoError, match="needs a window"):
        likelihood(golden_places, edge="diggle")
    with pytest.raises(GeoError, match="places lie outside the window"):
        likelihood(golden_places, edge="uniform", window=shapely.box(0, 0, 10, 10))
    with pytest.raises(GeoError, match=r"area is 0\.0 m2"):
        cronie_van_lieshout(golden_places, area_m2=0.0)
    with pytest.raises(GeoError, match="largest bandwidth is -1"):
        berman_diggle(golden_places, shapely.box(0, 0, 1, 1), largest_m=-1)
