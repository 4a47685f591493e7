"""The Monte-Carlo tests of change: exact on a coin, uniform under no change, indifferent to batches and to order."""

from itertools import combinations

import dask
import numpy as np
import pytest
from scipy import stats

from geo.change.incidents import pooled
from geo.change.permutation import p_values, permutation_test
from geo.change.relative_risk import change
from geo.change.simulation import Experiment, prepared, simulate
from geo.change.smoothing import least_density, on_land
from geo.change.tolerance import raised_or_lowered, tolerance_cells, two_sided
from geo.errors import GeoError
from geo.ground import ground_of
from tests.geo.change.change_cases import fjord_land, gaussian_matrix, incidents_on, window_smoother

FIELDS = ("p_upper", "p_lower", "p_upper_anywhere", "p_lower_anywhere")


def as_they_are(planes):
    return planes


def land_experiment(*, seed=0, moved=0.0):
    land = fjord_land(18, 20)
    return experiment_of(
        incidents_on(land, 90, 60, seed=seed, moved=moved), on_land(ground_of(land), bandwidth_cells=2.0)
    )


def plain_experiment(*, seed=0, after=60, **options):
    """150 incidents on a square without water, under a plain Gaussian: quick enough for hundreds of tests."""
    square = np.ones((14, 14), dtype=bool)
    axis = gaussian_matrix(np.arange(14.0), 2.0, 1.0)
    smoother, _ = window_smoother(square, axis, axis)
    return experiment_of(incidents_on(square, 150 - after, after, seed=seed), smoother, **options)


def experiment_of(incidents, smoother, **options):
    floor = least_density(3, bandwidth_cells=2.0)
    found = change(incidents, smoother, least_pooled=floor, days_before=1, days_after=1)
    return Experiment(incidents, smoother, found.shown, **options)


def test_against_every_way_to_deal_the_labels():
    """Two cells, four incidents after of nine, three of them in the second: all 126 ways are counted."""
    before, after = np.array([0, 0, 0, 0, 1]), np.array([0, 1, 1, 1])
    pool = np.r_[before, after]
    in_second = np.array([sum(pool[list(chosen)]) for chosen in combinations(range(9), 4)])
    experiment = Experiment(pooled(before, after, shape=(1, 2)), as_they_are, np.ones((1, 2), dtype=bool))
    found = permutation_test(experiment, simulations=2000, seed=1)
    assert found.p_upper[0, 1] == pytest.approx(np.mean(in_second >= 3), abs=0.03)
    assert found.p_lower[0, 1] == pytest.approx(np.mean(in_second <= 3), abs=0.03)
    assert found.p_upper[0, 1] == found.p_lower[0, 0]  # what one cell gains the other loses
    # Both cells vary alike, so the maximum of both sides is how far the second lies from its mean of 16/9, either way.
    far = np.abs(in_second - 16 / 9)
    assert found.global_p == pytest.approx(np.mean(far >= abs(3 - 16 / 9)), abs=0.03)


def test_rates_against_the_binomial_law():
    """One cell, 12 of 40 incidents in a fifth of the time: only the number can tell."""
    incidents = pooled(np.zeros(28, dtype=int), np.zeros(12, dtype=int), shape=(1, 1))
    shown = np.ones((1, 1), dtype=bool)
    rate = Experiment(incidents, as_they_are, shown, "same_rate", days_before=400, days_after=100)
    found = permutation_test(rate, simulations=4000, seed=2)
    assert found.p_upper[0, 0] == pytest.approx(stats.binom.sf(11, 40, 0.2), abs=0.015)
    assert found.p_lower[0, 0] == pytest.approx(stats.binom.cdf(12, 40, 0.2), abs=0.015)
    shape = permutation_test(Experiment(incidents, as_they_are, shown), simulations=19, seed=2)
    assert shape.p_upper[0, 0] == shape.p_lower[0, 0] == 1  # its share of everything cannot change


def assert_same(one, other):
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
    assert (one.global_p_upper, one.global_p_lower, one.global_p) == (
        other.global_p_upper,
        other.global_p_lower,
        other.global_p,
    )


def test_batches_threads_and_machines_change_no_bit():
    experiment = plain_experiment()
    one = permutation_test(experiment, simulations=29, seed=4, batch=1)
    assert_same(one, permutation_test(experiment, simulations=29, seed=4, batch=8))
    with dask.config.set(num_workers=3):
        assert_same(one, permutation_test(experiment, simulations=29, seed=4, batch=4, batches_in_threads=True))
    ready = prepared(experiment, seed=4)
    assert_same(one, p_values(ready, [simulate(ready, range(17, 29)), simulate(ready, range(17))]))
    other = permutation_test(experiment, simulations=29, seed=5)
    assert not np.array_equal(one.p_upper, other.p_upper, equal_nan=True)


def test_order_of_incidents_and_swap_of_periods():
    land = fjord_land(18, 20)
    rng = np.random.default_rng(6)
    before, after = rng.choice(np.flatnonzero(land), 80), rng.choice(np.flatnonzero(land), 50)
    weights = rng.choice([1.0, 2.0], 50)
    smoother = on_land(ground_of(land), bandwidth_cells=2.0)

    def tested(early, late, **masses):
        incidents = pooled(early, late, shape=land.shape, **masses)
        return permutation_test(Experiment(incidents, smoother, land), simulations=39, seed=1)

    one = tested(before, after, after_mass=weights)
    order = rng.permutation(50)
    assert_same(one, tested(rng.permutation(before), after[order], after_mass=weights[order]))
    swapped = tested(after, before, before_mass=weights)
    np.testing.assert_array_equal(one.p_upper, swapped.p_lower)
    assert one.global_p_upper == swapped.global_p_lower


@pytest.mark.parametrize("null", ["same_shape", "same_rate"])
def test_p_is_uniform_when_nothing_changed(null):
    pointwise, anywhere, either = [], [], []
    for seed in range(60):
        after = int(np.random.default_rng(seed).binomial(150, 0.4)) if null == "same_rate" else 60
        experiment = plain_experiment(seed=seed, null=null, after=after, days_before=60, days_after=40)
        found = permutation_test(experiment, simulations=49, seed=seed)
        pointwise.append(np.nan_to_num(found.p_upper[4, 5], nan=0.5))
        anywhere.append(found.global_p_lower)
        either.append(found.global_p)
    assert stats.kstest(pointwise, "uniform").pvalue > 0.01
    assert stats.kstest(anywhere, "uniform").pvalue > 0.01
    assert stats.kstest(either, "uniform").pvalue > 0.01


def test_a_scene_that_came_is_found_and_told_apart_from_the_rest():
    found = permutation_test(land_experiment(moved=0.4, seed=3), simulations=199, seed=1)
    raised = raised_or_lowered(found.p_upper_anywhere, found.p_lower_anywhere, level=0.05, correction="none")
    assert raised[5, 5] == 1
    assert (raised[:, 11:] <= 0).all()
    assert found.global_p_upper == found.smallest_p == 0.005
    assert found.global_p == 0.01  # of both sides: one more simulation falls as far as this rises
    assert (found.p_upper_anywhere[~np.isnan(found.p_upper)] >= found.p_upper[~np.isnan(found.p_upper)] - 0.05).all()
    contours = tolerance_cells(found.p_upper, levels=(0.01, 0.1))
    assert contours[0, 5, 5]
    assert (contours[1] | ~contours[0]).all()
    assert not contours[1][np.isnan(found.p_upper)].any()


def test_two_sides_and_corrections():
    upper, lower = np.array([0.01, 0.7, np.nan, 0.99]), np.array([0.99, 0.6, np.nan, 0.001])
    np.testing.assert_allclose(two_sided(upper, lower), [0.02, 1, np.nan, 0.002])
    assert raised_or_lowered(upper, lower, level=0.03).tolist() == [1, 0, 0, -1]
    assert raised_or_lowered(upper, lower, level=0.03, correction="bonferroni").tolist() == [0, 0, 0, -1]


def test_refusals():
    experiment = land_experiment()
    with pytest.raises(GeoError, match="0 simulations in batches of 8"):
        permutation_test(experiment, simulations=0, seed=1)
    nothing = Experiment(experiment.incidents, experiment.smoother, np.zeros((18, 20), dtype=bool))
    with pytest.raises(GeoError, match="no cell is shown"):
        permutation_test(nothing, simulations=9, seed=1)
    water = Experiment(experiment.incidents, experiment.smoother, np.ones((18, 20), dtype=bool))
    with pytest.raises(GeoError, match="no pooled density"):
        permutation_test(water, simulations=9, seed=1)
    with pytest.raises(GeoError, match="the level is 5"):
        tolerance_cells(np.array([0.1]), levels=(5,))
