"""Spreading over land: against the Gaussian, its mirror image, a finer grid; what it must keep; what it refuses."""

import dask
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.ground import ground_of, spread, spread_each


def gaussian(n, row, col, sigma):
    y = np.arange(n)
    return np.exp(-((y[:, None] - row) ** 2 + (y[None] - col) ** 2) / 2 / sigma**2) / (2 * np.pi * sigma**2)


def unit_mass(shape, row, col):
    mass = np.zeros(shape)
    mass[row, col] = 1
    return mass


@pytest.mark.parametrize(("sigma", "error"), [(3.0, 2e-4), (4.0, 2.6e-5), (8.0, 2.9e-6), (16.0, 5e-7)])
def test_in_open_country_it_is_the_gaussian(sigma, error):
    n = int(14 * sigma) | 1
    found = spread(ground_of(np.ones((n, n), bool)), unit_mass((n, n), n // 2, n // 2), bandwidth_cells=sigma)
    truth = gaussian(n, n // 2, n // 2, sigma)
    assert np.abs(found - truth).max() < error * truth.max()
    assert found.min() > -error * truth.max()


@pytest.mark.parametrize("wall", ["water", "cut"])
def test_a_straight_wall_reflects_like_a_mirror(wall):
    n, sigma = 81, 4.0
    land = np.ones((n, n), bool)
    cut = np.zeros((n, n), bool)
    if wall == "water":
        land[:30] = False
    else:
        cut[29] = True
    found = spread(ground_of(land, cut_south=cut), unit_mass((n, n), 32, 40), bandwidth_cells=sigma)
    truth = gaussian(n, 32, 40, sigma) + gaussian(n, 27, 40, sigma)
    assert np.abs(found - truth)[30:].max() < 4e-5 * truth.max()
    assert np.abs(found[:30]).max() == 0


def through_a_gap(fine):
    """One unit of mass beside a wall with a gap, on a grid `fine` times finer; summed to the coarse cells."""
    n = 48 * fine
    land = np.ones((n, n), bool)
    land[24 * fine : 25 * fine, : 20 * fine] = False
    land[24 * fine : 25 * fine, 28 * fine :] = False
    mass = np.zeros((n, n))
    mass[20 * fine : 21 * fine, 24 * fine : 25 * fine] = 1 / fine**2
    found = spread(ground_of(land), mass, bandwidth_cells=4.0 * fine)
    return found.reshape(48, fine, 48, fine).sum((1, 3))


def test_a_wall_with_a_gap_converges_to_the_fine_grid():
    truth = through_a_gap(7)
    coarse, finer = (np.abs(through_a_gap(fine) - truth).max() / truth.max() for fine in (1, 3))
    assert coarse < 0.025
    assert finer < 0.005
    assert truth[25:].sum() == pytest.approx(through_a_gap(1)[25:].sum(), rel=0.03)


def test_nothing_crosses_water_or_a_corner():
    land = np.ones((40, 40), bool)
    land[:, 20] = False
    land[10, 20], land[10, 21] = True, False  # touches the other shore's (9, 21) and (11, 21) at corners only
    found = spread(ground_of(land), unit_mass((40, 40), 10, 19), bandwidth_cells=6.0)
    assert np.abs(found[:, 21:]).max() == 0
    assert found.sum() == pytest.approx(1, abs=1e-13)


def test_a_closed_fence_keeps_its_mass_and_equals_water():
    cut = np.zeros((30, 30), bool)
    cut[:, 14] = True
    half = np.zeros((30, 30), bool)
    half[:, :15] = True
    mass = unit_mass((30, 30), 7, 13)
    fenced = spread(ground_of(np.ones((30, 30), bool), cut_east=cut), mass, bandwidth_cells=3.0)
    np.testing.assert_allclose(fenced, spread(ground_of(half), mass, bandwidth_cells=3.0), atol=1e-9)


lands = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).random((17, 13)) < 0.7)


@settings(max_examples=25, deadline=None)
@given(lands, st.sampled_from([0.7, 2.0, 5.0, 20.0]))
def test_any_land_keeps_mass_and_is_self_adjoint(land, sigma):
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 17, 13)) * land
    to_a, to_b = spread(ground_of(land), np.stack((a, b)), bandwidth_cells=sigma)
    assert to_a.sum() == pytest.approx(a.sum(), rel=1e-12)
    assert (to_a * b).sum() == pytest.approx((a * to_b).sum(), rel=1e-12)
    assert np.abs(to_a).max() <= a.max() * (1 + 1e-3)
    flat = spread(ground_of(land), land.astype(float), bandwidth_cells=sigma)
    np.testing.assert_allclose(flat, land, atol=1e-12)


def test_the_worst_lattice_of_lakes_stays_bounded():
    land = np.ones((41, 41), bool)
    land[1::2, 1::2] = False
    found = spread(ground_of(land), unit_mass((41, 41), 20, 20), bandwidth_cells=6.0)
    assert found.min() > -1e-6
    assert found.sum() == pytest.approx(1, abs=1e-13)


def test_moving_land_and_mass_moves_the_result_bit_by_bit():
    rng = np.random.default_rng(3)
    land = rng.random((20, 20)) < 0.8
    mass = rng.random((20, 20)) * land
    wide, moved = np.zeros((40, 50), bool), np.zeros((40, 50))
    wide[7:27, 19:39], moved[7:27, 19:39] = land, mass
    here = spread(ground_of(land), mass, bandwidth_cells=3.0)
    there = spread(ground_of(wide), moved, bandwidth_cells=3.0)
    np.testing.assert_array_equal(there[7:27, 19:39], here)


def test_columns_and_threads_change_no_bit():
    rng = np.random.default_rng(5)
    land = rng.random((30, 30)) < 0.9
    columns = rng.random((6, 30, 30)) * land
    with dask.config.set(num_workers=1):
        one = spread(ground_of(land), columns, bandwidth_cells=4.0)
    with dask.config.set(num_workers=4):
        four = spread(ground_of(land), columns, bandwidth_cells=4.0)
    np.testing.assert_array_equal(one, four)
    np.testing.assert_array_equal(one[2], spread(ground_of(land), columns[2], bandwidth_cells=4.0))


@pytest.mark.parametrize("wide", [0, 70, 100_000])
def test_columns_side_by_side_change_no_bit(wide, monkeypatch):
    """One at a time, three at a time with one left over, all at once; walls, and an empty column among them."""
    rng = np.random.default_rng(9)
    land = rng.random((40, 20)) < 0.85
    cut = rng.random((40, 20)) < 0.1
    ground = ground_of(land, cut_east=cut, cut_south=cut)
    columns = rng.random((7, 40, 20)) * land
    columns[2] = 0
    monkeypatch.setattr("geo.ground.WIDE", wide)
    together = spread_each(ground, columns, bandwidths_cells=(2.0, 3.0))
    for k, column in enumerate(columns):
        np.testing.assert_array_equal(together[:, k], spread_each(ground, column, bandwidths_cells=(2.0, 3.0)))


def test_bands_of_rows_with_their_halo_change_no_bit(monkeypatch):
    rng = np.random.default_rng(6)
    land = rng.random((90, 30)) < 0.9
    mass = rng.random((90, 30)) * land
    whole = spread(ground_of(land), mass, bandwidth_cells=2.0)
    monkeypatch.setattr("geo.ground.LEAST_BAND_ROWS", 7)
    monkeypatch.setattr("geo.ground.BAND_TERMS", 0)
    monkeypatch.setattr("geo.ground_rows.CACHE_BYTES", 0)
    np.testing.assert_array_equal(spread(ground_of(land), mass, bandwidth_cells=2.0), whole)


@pytest.mark.parametrize("first_row", [0, 40, 77])
def test_rows_beyond_the_reach_of_any_mass_are_left_out_and_change_no_bit(first_row):
    rng = np.random.default_rng(8)
    land = rng.random((80, 12)) < 0.9
    mass = np.zeros((2, 80, 12))
    mass[:, first_row : first_row + 3] = rng.random((3, 12)) * land[first_row : first_row + 3]
    mass[1] += 1e-300 * land  # so that nothing is left out
    alone, whole = spread(ground_of(land), mass, bandwidth_cells=2.0)
    np.testing.assert_array_equal(alone[alone > 1e-200], whole[alone > 1e-200])
    np.testing.assert_allclose(alone, whole, rtol=0, atol=1e-299)
    assert not alone[np.abs(np.arange(80) - first_row - 1) > 18].any()
    assert alone.sum() == pytest.approx(mass[0].sum(), rel=1e-12)
    assert not spread(ground_of(land), np.zeros((80, 12)), bandwidth_cells=2.0).any()


@pytest.mark.parametrize("sigma", [4.0, 8.0])
def test_single_precision_adds_three_millionths_of_the_peak(sigma):
    rng = np.random.default_rng(7)
    land = rng.random((120, 120)) < 0.95
    mass = unit_mass((120, 120), 60, 60) * land + (rng.random((120, 120)) < 0.01) * land
    double = spread(ground_of(land), mass, bandwidth_cells=sigma)
    single = spread(ground_of(land), mass.astype(np.float32), bandwidth_cells=sigma)
    assert single.dtype == np.float32
    assert np.abs(single - double).max() < 3e-6 * double.max()


def test_several_bandwidths_come_from_one_sweep():
    land = np.ones((30, 30), bool)
    mass = unit_mass((30, 30), 3, 4)
    both = spread_each(ground_of(land), mass, bandwidths_cells=(2.0, 5.0))
    for band, sigma in zip(both, (2.0, 5.0), strict=True):
        np.testing.assert_allclose(band, spread(ground_of(land), mass, bandwidth_cells=sigma), atol=1e-16)


def test_two_small_steps_are_one_large():
    land = np.random.default_rng(1).random((30, 30)) < 0.9
    mass = unit_mass((30, 30), 10, 10) * land
    ground = ground_of(land)
    twice = spread(ground, spread(ground, mass, bandwidth_cells=3.0), bandwidth_cells=4.0)
    np.testing.assert_allclose(twice, spread(ground, mass, bandwidth_cells=5.0), atol=2e-8)


@pytest.mark.parametrize(
    ("mass", "bandwidth", "message"),
    [
        (np.ones((3, 3)), 2.0, "1 cells off the land hold mass"),
        (np.full((3, 3), np.nan), 2.0, "not finite"),
        (np.zeros((3, 4)), 2.0, r"\(3, 4\) rows and columns, the land \(3, 3\)"),
        (np.zeros((3, 3)), 0.0, "the bandwidth is 0.0 cells"),
    ],
)
def test_refusals(mass, bandwidth, message):
    land = np.ones((3, 3), bool)
    land[1, 1] = False
    with pytest.raises(GeoError, match=message):
        spread(ground_of(land), mass, bandwidth_cells=bandwidth)
