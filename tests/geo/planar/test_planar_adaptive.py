"""Adaptive densities and sampled errors: against direct sums, golden values and what they must keep."""

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import GeoError
from geo.grid import Grid
from geo.planar.accuracy import sampled_error
from geo.planar.adaptive import abramson_bandwidths_m, adaptive_intensity, groups_of
from geo.planar.density import smoother
from geo.planar.exact import direct_sum
from geo.planar.kernels import GAUSSIAN, QUARTIC

GRID = Grid(-40.0, 1040.0, 8.0, 135, 135, "EPSG:25832")


@pytest.fixture(scope="module")
def abramson(golden):
    unit = golden.unit()
    pilot = direct_sum((unit.x, unit.y), unit, GAUSSIAN, bandwidth_m=80.0)[0] / unit.x.size
    return pilot, abramson_bandwidths_m(pilot, bandwidth_m=90.0)


def test_golden_bandwidths(golden, abramson):
    wanted = pd.read_csv(f"{__file__.rsplit('/', 1)[0]}/golden/adaptive_bandwidths.csv")
    np.testing.assert_allclose(abramson[0], wanted["pilot"], rtol=1e-8)
    np.testing.assert_allclose(abramson[1], wanted["h"], rtol=1e-8)


def test_bandwidths_by_hand_and_their_trim():
    found = abramson_bandwidths_m(np.array([1.0, 4.0, 16.0]), bandwidth_m=10.0)
    np.testing.assert_allclose(found, [20, 10, 5])
    np.testing.assert_allclose(
        abramson_bandwidths_m(np.array([1.0, 4.0, 16.0]), bandwidth_m=10.0, trim=1.5), [15, 10, 5]
    )
    with pytest.raises(GeoError, match="not positive at 1 points"):
        abramson_bandwidths_m(np.array([1.0, 0.0]), bandwidth_m=10.0)


def test_shares_in_groups_reproduce_cubics_in_log_h():
    bandwidths = np.random.default_rng(0).uniform(20, 300, 50)
    groups = groups_of(bandwidths, ratio=1.3)
    logs = np.log(groups.bandwidths_m)
    found = sum(groups.of(group) * logs[group] ** 3 for group in range(logs.size))
    np.testing.assert_allclose(found, np.log(bandwidths) ** 3, rtol=1e-12)


def test_groups_come_near_the_direct_sum(golden, abramson):
    x, y = GRID.centres()
    at = np.repeat(x[None], y.size, 0).ravel(), np.repeat(y, x.size)
    truth = direct_sum(at, golden.points, GAUSSIAN, bandwidth_m=abramson[1]).reshape(2, *GRID.shape)
    found = adaptive_intensity(golden.points, GRID, GAUSSIAN, bandwidths_m=abramson[1])
    error = np.abs(found - truth).max((1, 2)) / truth.max((1, 2))
    assert error.max() < 2e-4
    coarse = adaptive_intensity(golden.points, GRID, GAUSSIAN, bandwidths_m=abramson[1], ratio=1.5)
    assert np.abs(coarse - truth).max() > 3 * np.abs(found - truth).max()


def test_equal_bandwidths_are_the_fixed_estimator(golden):
    same = np.full(golden.points.x.size, 60.0)
    found = adaptive_intensity(golden.points, GRID, QUARTIC, bandwidths_m=same, window=golden.window, edge="diggle")
    fixed = smoother(GRID, QUARTIC, bandwidth_m=60.0, window=golden.window).intensity(golden.points)
    np.testing.assert_allclose(found, fixed, rtol=1e-9, atol=1e-9 * np.nanmax(fixed))


def test_adaptive_diggle_keeps_mass(golden, abramson):
    found = adaptive_intensity(
        golden.points, GRID, GAUSSIAN, bandwidths_m=abramson[1], window=golden.window, edge="diggle"
    )
    mass = smoother(GRID, GAUSSIAN, bandwidth_m=60.0, window=golden.window).mass(found)
    np.testing.assert_allclose(mass, [80, 254], rtol=1e-12)


def test_the_diggle_correction_asks_for_a_window(golden):
    with pytest.raises(GeoError, match="needs a window"):
        adaptive_intensity(golden.points, GRID, GAUSSIAN, bandwidths_m=np.full(80, 60.0), edge="diggle")


@pytest.mark.parametrize("edge", ["none", "uniform", "diggle"])
def test_the_sampled_error_finds_the_binning(golden, edge):
    worst = {}
    for binning in ("linear", "cubic"):
        ready = smoother(GRID, GAUSSIAN, bandwidth_m=75.0, window=golden.window, binning=binning)
        found = ready.intensity(golden.points, edge=edge)
        error = sampled_error(ready, golden.points, found, edge=edge, generator=np.random.default_rng(4), cells=300)
        assert error.cells == 300
        assert (error.root_mean_square <= error.largest).all()
        worst[binning] = error.largest.max()
    assert worst["cubic"] < 2e-5
    assert 2e-4 < worst["linear"] < 3e-3


@pytest.mark.real
def test_golden_adaptive_grid(golden, reference, abramson):
    table = pd.read_csv(reference / "adaptive_exact_noedge_grid.csv")
    at = table["x"].to_numpy(), table["y"].to_numpy()
    exact = direct_sum(at, golden.unit(), GAUSSIAN, bandwidth_m=abramson[1])[0] / 80
    np.testing.assert_allclose(exact, table["abramson_density"], rtol=1e-8)
    grid = Grid(-40.0, 1040.0, 4.0, 270, 270, "EPSG:25832")
    found = adaptive_intensity(golden.unit(), grid, GAUSSIAN, bandwidths_m=abramson[1])[0] / 80
    assert np.abs(found.ravel()[grid.cell_of(*at)] - exact).max() < 1e-4 * exact.max()


@pytest.mark.real
def test_golden_adaptive_of_sparr_by_shape(golden, reference, abramson):
    """It reads its pilot off pixels and scales to one over the window; shapes agree."""
    table = pd.read_csv(reference / "adaptive_sparr_grid64.csv")
    at = table["x"].to_numpy(), table["y"].to_numpy()
    inside = shapely.contains_xy(golden.window, *at)
    ours = direct_sum(at, golden.unit(), GAUSSIAN, bandwidth_m=abramson[1])[0][inside]
    theirs = table["edge_none"].to_numpy()[inside]
    assert np.corrcoef(ours, theirs)[0, 1] > 0.995
    assert np.abs(ours / ours.sum() - theirs / theirs.sum()).sum() / 2 < 0.05
