"""Shares of units: rows that sum to 1 and agree with the map."""

import numpy as np
import pytest

from geo.errors import GeoError
from geo.ground import ground_of, spread
from geo.shares import backward

RNG = np.random.default_rng(11)
LAND = RNG.random((40, 36)) < 0.93
LAND[:, 20] = False
UNITS = (np.arange(40)[:, None] // 10) * 4 + np.arange(36)[None] // 9
UNITS[UNITS == 5] = -1


def by_map(weights, sigma):
    mass = np.zeros(LAND.shape)
    mass[LAND] = weights
    found = spread(ground_of(LAND), mass, bandwidth_cells=sigma)
    return np.bincount(np.where(UNITS == -1, 16, UNITS).ravel(), weights=found.ravel(), minlength=17)


@pytest.mark.parametrize("sigma", [1.5, 4.0])
def test_map_and_shares_agree_to_rounding_before_small_shares_are_dropped(sigma):
    weights = RNG.poisson(0.3, LAND.sum()).astype(float)
    shares = backward(LAND, UNITS, unit_count=16, bandwidth_cells=sigma, reach_sigmas=np.inf, smallest_share=0.0)
    np.testing.assert_allclose(shares.T @ weights, by_map(weights, sigma), rtol=1e-12)


@pytest.mark.parametrize("sigma", [1.5, 4.0])
def test_map_and_shares_agree_to_one_in_a_hundred_thousand_after(sigma):
    weights = RNG.poisson(0.3, LAND.sum()).astype(float)
    shares = backward(LAND, UNITS, unit_count=16, bandwidth_cells=sigma)
    np.testing.assert_allclose(shares.T @ weights, by_map(weights, sigma), rtol=1e-5)
    assert shares.data.min() > 0.9e-6


def test_rows_sum_to_one_and_the_last_column_is_outside():
    shares = backward(LAND, UNITS, unit_count=16, bandwidth_cells=3.0)
    assert shares.shape == (LAND.sum(), 17)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-14)
    deep_inside = np.flatnonzero(LAND.ravel()).tolist().index(np.ravel_multi_index((14, 13), LAND.shape))
    assert shares[deep_inside, 16] > 0.5
    assert shares[:, 5].nnz == 0


def test_without_bandwidth_it_is_the_indicator():
    shares = backward(LAND, UNITS, unit_count=16, bandwidth_cells=0)
    np.testing.assert_array_equal(shares.toarray().argmax(axis=1), np.where(UNITS == -1, 16, UNITS)[LAND])
    assert shares.nnz == LAND.sum()


def test_nothing_is_outside_where_units_cover_the_land():
    shares = backward(LAND, np.zeros(LAND.shape, int), unit_count=1, bandwidth_cells=3.0)
    np.testing.assert_array_equal(shares.toarray(), np.tile([1.0, 0.0], (LAND.sum(), 1)))


def test_labels_out_of_range_are_refused():
    with pytest.raises(GeoError, match="labels from -1 to 15; -1 to 8 are meant"):
        backward(LAND, UNITS, unit_count=9, bandwidth_cells=3.0)
    with pytest.raises(GeoError, match="use one grid for both"):
        backward(LAND, UNITS[1:], unit_count=16, bandwidth_cells=3.0)
