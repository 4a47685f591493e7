"""Surfaces of change: by hand, against sparr, on land with a fjord, and what must not change them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change.asymptotic import asymptotic_p
from geo.change.incidents import pooled
from geo.change.permutation import permutation_test
from geo.change.relative_risk import LIMIT, change, log_ratio
from geo.change.simulation import Experiment
from geo.change.smoothing import in_plane, least_density, on_land, planar_sharpness, sharpness
from geo.errors import GeoError
from geo.grid import Grid
from geo.ground import ground_of
from geo.planar.density import smoother as smoother_of
from geo.planar.kernels import GAUSSIAN
from tests.geo.change.change_cases import fjord_land, gaussian_matrix, incidents_on, window_smoother

GOLDEN = Path(__file__).parents[3] / "../shared/data/reference/golden-relative-risk"


def same(planes):
    return planes


def test_ratios_by_hand():
    incidents = pooled(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1, 1, 1, 1, 1]), shape=(1, 3))
    found = change(incidents, same, least_pooled=1, days_before=100, days_after=50)
    np.testing.assert_allclose(found.log_relative_risk, [[np.log(1 / 8 / (3 / 4)), np.log(7 / 8 / (1 / 4)), np.nan]])
    np.testing.assert_allclose(found.log_rate_ratio, [[np.log(1 / 50 / (3 / 100)), np.log(7 / 50 / (1 / 100)), np.nan]])
    np.testing.assert_array_equal(found.pooled, [[4, 8, 0]])
    np.testing.assert_array_equal(found.shown, [[True, True, False]])


def test_shares_of_several_cells_are_summed():
    before = np.array([[0, 1], [1, 2]])
    shares = np.array([[0.25, 0.75], [1.0, 0.0]])
    incidents = pooled(before, np.array([[0, 0]]), shape=(1, 3), before_mass=shares, after_mass=np.full((1, 2), 0.5))
    np.testing.assert_array_equal(incidents.planes((~incidents.is_after,)), [[[0.25, 1.75, 0]]])
    np.testing.assert_array_equal(incidents.planes((incidents.is_after,)), [[[1, 0, 0]]])


def test_what_only_one_period_has_is_cut_at_the_limit():
    found = change(pooled([0], [1], shape=(1, 2)), same, least_pooled=1, days_before=1, days_after=1)
    np.testing.assert_array_equal(found.log_relative_risk, [[-LIMIT, LIMIT]])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 100))
def test_swapping_periods_flips_the_sign_and_scale_changes_nothing(seed, factor):
    land = fjord_land(12, 14)
    rng = np.random.default_rng(seed)
    before, after = rng.choice(np.flatnonzero(land), 40), rng.choice(np.flatnonzero(land), 25)
    smoother = on_land(ground_of(land), bandwidth_cells=2.0)
    floor, days = least_density(1, bandwidth_cells=2.0), {"days_before": 30, "days_after": 90}
    one = change(pooled(before, after, shape=land.shape), smoother, least_pooled=floor, **days)
    back = change(pooled(after, before, shape=land.shape), smoother, least_pooled=floor, days_before=90, days_after=30)
    np.testing.assert_array_equal(back.log_relative_risk, -one.log_relative_risk)
    np.testing.assert_allclose(back.log_rate_ratio, -one.log_rate_ratio, atol=1e-12)
    shuffled = pooled(rng.permutation(before), rng.permutation(after), shape=land.shape)
    again = change(shuffled, smoother, least_pooled=floor, **days)
    np.testing.assert_array_equal(again.log_relative_risk, one.log_relative_risk)
    weighted = pooled(before, after, shape=land.shape, before_mass=np.full(40, factor), after_mass=np.full(25, factor))
    scaled = change(weighted, smoother, least_pooled=factor * floor * (1 - 1e-12), **days)
    np.testing.assert_allclose(scaled.log_rate_ratio, one.log_rate_ratio, atol=1e-7)


def test_water_keeps_a_rise_on_its_own_shore():
    land = fjord_land()
    rng = np.random.default_rng(1)
    east, west = np.flatnonzero(land & (np.arange(32) > 16)), np.flatnonzero(land & (np.arange(32) < 15))
    calm = rng.choice(west, 300)
    before = np.r_[calm, rng.choice(east, 100)]
    after = np.r_[calm, rng.choice(east[np.flatnonzero(east % 32 == 17)], 100)]
    smoother = on_land(ground_of(land), bandwidth_cells=3.0)
    found = change(pooled(before, after, shape=land.shape), smoother, least_pooled=1e-6, days_before=1, days_after=1)
    assert np.abs(found.log_relative_risk[:, :15]).max() < 1e-9  # the other shore, two cells away, does not feel it
    assert found.log_relative_risk[:, 17].min() > 0.5
    assert not found.shown[:, 15:17].any()


def test_sharpness_is_that_of_the_gaussian_and_doubles_at_a_shore():
    land = fjord_land(40, 42)
    smoother = on_land(ground_of(land), bandwidth_cells=2.0)
    exact = sharpness(smoother, land, bandwidth_cells=2.0)
    free = 1 / (4 * np.pi * 2.0**2)
    assert exact[20, 9] == pytest.approx(free, rel=2e-3)
    across = gaussian_matrix(np.arange(-100.0, 100), 2.0, 1.0)[100]
    shore = ((across[100:] + across[99::-1]) ** 2).sum() / (across**2).sum()
    assert exact[20, 19] == pytest.approx(shore * free, rel=0.01)
    assert np.isnan(exact[20, 20])
    coarse = sharpness(smoother, land, bandwidth_cells=2.0, step=2)
    np.testing.assert_allclose(coarse[::2, ::2], np.where(land, exact, np.nan)[::2, ::2], rtol=1e-6)
    assert np.nanmedian(np.abs(coarse / exact - 1)) < 0.05
    assert np.array_equal(np.isnan(coarse), ~land)


def test_the_classical_smoother_in_a_window_is_the_exact_sum():
    grid = Grid(0.0, 2400.0, 100.0, 24, 30, "EPSG:25832")
    window = np.ones(grid.shape)
    window[:6, 20:] = 0
    incidents = incidents_on(window > 0, 50, 30)
    axes = (gaussian_matrix(np.arange(float(n)), 3.0, 1.0) for n in grid.shape)
    exact, _ = window_smoother(window > 0, *axes)
    masses = incidents.planes((incidents.is_after,))
    for dtype, error in ((np.float64, 1e-7), (np.float32, 2e-6)):
        plain = smoother_of(grid, GAUSSIAN, bandwidth_m=300.0, window=window, dtype=dtype)
        found = in_plane(plain)(masses)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, exact(masses), atol=error * exact(masses).max())
        assert not found[0][window == 0].any()
    free = in_plane(smoother_of(grid, GAUSSIAN, bandwidth_m=300.0))(masses)
    assert free.sum() < 30


def test_asymptotic_p_is_uniform_when_nothing_changed():
    land = np.ones((40, 40), dtype=bool)
    smoother = on_land(ground_of(land), bandwidth_cells=4.0)
    measured = sharpness(smoother, land, bandwidth_cells=4.0, step=4)
    p = []
    for seed in range(40):
        found = change(incidents_on(land, 3000, 2000, seed), smoother, least_pooled=1e-6, days_before=1, days_after=1)
        at = asymptotic_p(found, sharpness=measured, incidents_before=3000, incidents_after=2000)
        p.append(at[::8, ::8].ravel())
    p = np.concatenate(p)
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.02)
    assert np.mean(p < 0.5) == pytest.approx(0.5, abs=0.06)


def chorley():
    """Points, window and sparr's grid."""
    if not GOLDEN.exists():
        pytest.skip("the reference data do not lie beside the checkout")
    points, grid = pd.read_csv(GOLDEN / "points.csv"), pd.read_csv(GOLDEN / "expected_grid.csv")
    west, south, east, north = shapely.from_wkt((GOLDEN / "window.wkt").read_text()).bounds
    dx, dy = (east - west) / 64, (north - south) / 64
    at = ((grid.y - south) / dy).astype(int).to_numpy(), ((grid.x - west) / dx).astype(int).to_numpy()
    col, row = (((points.x - west) / dx).astype(int), ((points.y - south) / dy).astype(int))
    cell = np.clip(row, 0, 63) * 64 + np.clip(col, 0, 63)
    is_case = points.type == "larynx"
    x, y = west + (np.arange(64) + 0.5) * dx, south + (np.arange(64) + 0.5) * dy
    window = np.zeros((64, 64), dtype=bool)
    window[at] = True
    incidents = pooled(cell[~is_case].to_numpy(), cell[is_case].to_numpy(), shape=(64, 64))
    return incidents, grid, window, at, (x, y, dx, dy)


@pytest.mark.real
def test_sparr_on_chorley():
    incidents, grid, window, at, (x, y, dx, dy) = chorley()
    truth = json.loads((GOLDEN / "summary.json").read_text())
    h, area = truth["h0"], dx * dy
    smoother, edge = window_smoother(window, gaussian_matrix(y, h, dy), gaussian_matrix(x, h, dx))
    narrow = h / np.sqrt(2)
    _, edge_narrow = window_smoother(window, gaussian_matrix(y, narrow, dy), gaussian_matrix(x, narrow, dx))
    np.testing.assert_allclose(edge[at], grid.q, atol=1e-9)
    np.testing.assert_allclose(edge_narrow[at], grid.q_h_over_sqrt2, atol=1e-9)
    found = change(incidents, smoother, least_pooled=1e-12, days_before=1, days_after=1)
    # Below a log ratio of -8 the kernel's tails speak; they are cut here, in one cell.
    told = (np.abs(grid.log_rr) < LIMIT) & (grid.f > 1e-6 * grid.f.max()) & (grid.g > 1e-6 * grid.g.max())
    np.testing.assert_allclose(found.pooled[at] / found.pooled.sum() / area, grid.pooled, rtol=1e-8)
    np.testing.assert_allclose(found.log_relative_risk[at][told], grid.log_rr[told], atol=1e-6)
    for chosen, column in ((incidents.is_after, grid.f), (~incidents.is_after, grid.g)):
        smooth = smoother(incidents.planes((chosen,)))[0]
        np.testing.assert_allclose((smooth / smooth.sum() / area)[at], column, rtol=1e-8, atol=1e-8 * column.max())
    sharp = planar_sharpness(edge, edge_narrow, bandwidth_cells=h / np.sqrt(area))
    p = asymptotic_p(found, sharpness=sharp, incidents_before=truth["n_control"], incidents_after=truth["n_case"])
    np.testing.assert_allclose(p[at][told], grid.p_asy[told], atol=1e-8)
    control = replace(found, pooled=smoother(incidents.planes((~incidents.is_after,)))[0])
    numbers = {"incidents_before": truth["n_control"], "incidents_after": truth["n_case"]}
    against_control = asymptotic_p(control, sharpness=sharp, **numbers)
    np.testing.assert_allclose(against_control[at][told], grid.p_asy_refcontrol[told], atol=1e-8)
    # Reference p-values hold the noise of their own 999 simulations; ten times as many leave little of ours.
    permuted = permutation_test(Experiment(incidents, smoother, found.shown), simulations=9999, seed=3, batch=16)
    assert np.abs(permuted.p_upper[at] - grid.p_mc).max() < 0.05
    assert abs(np.mean(permuted.p_upper[at] - grid.p_mc)) < 0.005


def test_refusals():
    good = pooled([0], [1], shape=(1, 2))
    with pytest.raises(GeoError, match="periods of 0 and 1 days"):
        change(good, same, least_pooled=1, days_before=0, days_after=1)
    with pytest.raises(GeoError, match="neither period has any density"):
        log_ratio(np.array([1.0, -1e-9]), np.array([1.0, 0.0]))
    for arguments, message in (
        (([], [1]), "before: cells of shape"),
        (([0], [2]), "after: incidents lie off the grid of 1 x 2"),
    ):
        with pytest.raises(GeoError, match=message):
            pooled(*arguments, shape=(1, 2))
    with pytest.raises(GeoError, match="after: masses must be finite"):
        pooled([0], [1], shape=(1, 2), after_mass=np.array([0.0]))
