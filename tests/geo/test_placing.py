"""Incidents between cell centres: their weights by hand, what they keep, and the map of off-centre places."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ground import ground_of, spread
from geo.placing import QUANTUM, add_placed, doors, placed
from geo.shares import backward

OPEN = np.ones((5, 5), bool)


def weights(land, across, down, **cuts):
    cell = np.array([int(down) * land.shape[1] + int(across)])
    found = placed(doors(land, **cuts), cell, np.array([across]), np.array([down]))
    return found.toarray().reshape(land.shape)


def test_in_the_centre_all_mass_is_in_the_cell():
    assert weights(OPEN, 2.5, 2.5)[2, 2] == 1


def test_by_hand():
    found = weights(OPEN, 2.5, 2.75)
    np.testing.assert_allclose(found[:, 2], [0, -3 / 32, 15 / 16, 5 / 32, 0], atol=QUANTUM)
    np.testing.assert_allclose(weights(OPEN, 2.0, 2.0)[1:3, 1:3], [[9 / 64, 9 / 32], [9 / 32, 9 / 16]], atol=QUANTUM)


def test_mean_and_variance_are_those_of_the_place():
    found = weights(OPEN, 2.1, 2.8)
    centres = np.arange(5) + 0.5
    for axis, place in ((0, 2.1), (1, 2.8)):
        along = found.sum(axis=axis)
        assert (along * centres).sum() == pytest.approx(place, abs=1e-7)
        assert (along * (centres - place) ** 2).sum() == pytest.approx(0, abs=1e-7)


def test_nothing_is_put_across_water_fences_and_corners():
    land = OPEN.copy()
    land[:, 3] = False
    assert weights(land, 2.9, 2.9)[:, 3:].max() == 0
    cut = np.zeros((5, 5), bool)
    cut[:, 2] = True
    assert np.abs(weights(OPEN, 2.9, 2.9, cut_east=cut)[:, 3:]).max() == 0
    corner = OPEN.copy()
    corner[3, 2] = False
    assert weights(corner, 2.9, 2.9)[3, 3] == 0


def test_a_place_off_its_cell_counts_as_on_its_edge():
    found = placed(doors(OPEN), np.array([12]), np.array([4.9]), np.array([2.5]))
    np.testing.assert_array_equal(found.toarray().reshape(5, 5), weights(OPEN, 2.999999999999, 2.5))


def test_without_a_cell_a_row_is_empty():
    found = placed(doors(OPEN), np.array([-1, 12, -1]), np.full(3, 2.2), np.full(3, 2.2))
    np.testing.assert_array_equal(np.asarray(found.sum(axis=1)).ravel(), [0, 1, 0])


lands = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).random((9, 7)) < 0.7)


@settings(max_examples=25, deadline=None)
@given(lands)
def test_any_land_keeps_mass_on_land_and_order_changes_no_bit(land):
    rng = np.random.default_rng(0)
    across, down = rng.uniform(0, 7, 500), rng.uniform(0, 9, 500)
    cell = down.astype(int) * 7 + across.astype(int)
    cell[~land.ravel()[cell]] = -1
    found = placed(doors(land), cell, across, down)
    assert np.asarray(found.sum(axis=1)).ravel().tolist() == (cell >= 0).astype(float).tolist()
    total = np.asarray(found.sum(axis=0)).reshape(9, 7)
    assert total[~land].tolist() == [0] * int((~land).sum())
    counts, order = np.zeros((9, 7)), rng.permutation(500)
    add_placed(counts, doors(land), cell[order], across[order], down[order])
    np.testing.assert_array_equal(counts, total)


def gaussian(n, across, down, sigma):
    y = np.arange(n) + 0.5
    return np.exp(-((y[:, None] - down) ** 2 + (y[None] - across) ** 2) / 2 / sigma**2) / (2 * np.pi * sigma**2)


@pytest.mark.parametrize(("sigma", "error"), [(4.0, 2.3e-3), (8.0, 3e-4)])
def test_the_map_of_an_off_centre_place_is_its_gaussian(sigma, error):
    n = int(14 * sigma)
    land = np.ones((n, n), bool)
    for across, down in ((n / 2 + 0.01, n / 2 + 0.5), (n / 2 + 0.3, n / 2 + 0.8), (n / 2 + 0.99, n / 2 + 0.99)):
        truth = gaussian(n, across, down, sigma)
        found = spread(ground_of(land), weights(land, across, down), bandwidth_cells=sigma)
        assert np.abs(found - truth).max() < error * truth.max()


@pytest.mark.parametrize("beside", [0.05, 0.4, 0.9, 1.3])
def test_beside_a_shore_it_is_the_gaussian_and_its_mirror_image(beside):
    n, sigma = 60, 4.0
    land = np.ones((n, n), bool)
    land[:20] = False
    truth = gaussian(n, 30.3, 20 + beside, sigma) + gaussian(n, 30.3, 20 - beside, sigma)
    found = spread(ground_of(land), weights(land, 30.3, 20 + beside), bandwidth_cells=sigma)
    assert np.abs(found - truth)[land].max() < 2.3e-3 * truth.max()


def test_map_and_shares_agree_for_places_between_centres():
    rng = np.random.default_rng(8)
    land = rng.random((30, 30)) < 0.95
    across, down = rng.uniform(0, 30, 200), rng.uniform(0, 30, 200)
    cell = down.astype(int) * 30 + across.astype(int)
    cell[~land.ravel()[cell]] = -1
    places = placed(doors(land), cell, across, down)
    units = (np.arange(30)[:, None] // 10) * 3 + np.arange(30)[None] // 10
    mass = np.asarray(places.sum(axis=0)).reshape(30, 30)
    by_map = np.bincount(units.ravel(), spread(ground_of(land), mass, bandwidth_cells=3.0).ravel(), minlength=10)
    shares = backward(land, units, unit_count=9, bandwidth_cells=3.0, reach_sigmas=np.inf, smallest_share=0.0)
    of_incidents = places[:, land.ravel()] @ shares
    np.testing.assert_allclose(np.asarray(of_incidents.sum(axis=0)).ravel(), by_map, rtol=1e-12, atol=1e-12)
