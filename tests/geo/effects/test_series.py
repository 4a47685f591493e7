"""Regression, interrupted series, two-way panels and synthetic controls: recovered truths, refusals, honest errors."""

import numpy as np
import pytest

from geo.effects.interrupted import interrupted
from geo.effects.placebo import of_like_size, placebo_test
from geo.effects.poisson import fit_poisson
from geo.effects.synthetic import simplex_weights, synthetic_control
from geo.effects.two_way import log_ratio_of, parallel_before, placebo_in_space, placebo_in_time, two_way
from geo.errors import GeoError


def panel(
    *, effect: float = 0.5, slope: float = 0.0, places: int = 12, times: int = 40, start: int = 24, seed: int = 2
):
    """Counts of places over times; the first two are treated, with an own slope before the event."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(30, 50, places)[:, None] * np.exp(0.2 * np.sin(np.arange(times) / 3))
    treated = np.arange(places) < 2
    level = level * np.where(treated[:, None], np.exp(slope * (np.arange(times) - start)), 1.0)
    level = level * np.where(treated[:, None] & (np.arange(times) >= start), effect, 1.0)
    return rng.poisson(level), treated, ~treated, start


def test_regression_of_two_cells_is_their_log_ratio():
    fit = fit_poisson(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([20.0, 10.0]))
    assert fit.coefficients == pytest.approx([np.log(20), np.log(0.5)])
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx([np.sqrt(1 / 20), np.sqrt(1 / 20 + 1 / 10)])
    doubled = fit_poisson(fit.design, fit.counts, offset=np.log([1.0, 2.0]))
    assert doubled.coefficients[1] == pytest.approx(np.log(0.25))


def test_regression_refuses_repeated_columns_and_empty_groups():
    with pytest.raises(GeoError, match="2 columns tell only 1 things apart"):
        fit_poisson(np.ones((4, 2)), np.ones(4))
    with pytest.raises(GeoError, match="does not settle"):
        fit_poisson(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([20.0, 0.0]))


def test_serial_covariance_without_lag_is_the_robust_one():
    fit = fit_poisson(np.column_stack([np.ones(30), np.arange(30.0)]), np.random.default_rng(1).poisson(9.0, 30))
    assert fit.serial_covariance(0) == pytest.approx(fit.robust_covariance())


def test_rows_on_either_side_of_a_gap_are_no_neighbours():
    counts = np.array([4.0, 6.0, 9.0, 3.0])
    fit = fit_poisson(np.ones((4, 1)), counts)
    left, var = counts - counts.mean(), 1.0 / counts.sum()
    squares = (left**2).sum()
    beside = squares + 2 * 0.5 * (left[0] * left[1] + left[1] * left[2] + left[2] * left[3])
    apart = squares + 2 * 0.5 * (left[0] * left[1] + left[2] * left[3])  # a week is missing in the middle
    assert fit.serial_covariance(1)[0, 0] == pytest.approx(beside * var**2)
    assert fit.serial_covariance(1, time=np.array([5, 6, 8, 9]))[0, 0] == pytest.approx(apart * var**2)
    later = 2 * (2 / 3) * (left[0] * left[1] + left[2] * left[3]) + 2 * (1 / 3) * left[1] * left[2]
    found = fit.serial_covariance(2, time=np.array([5, 6, 8, 9]))[0, 0]
    assert found == pytest.approx((squares + later) * var**2)  # rows two apart in time, though beside each other


def test_an_interrupted_series_takes_its_gaps_for_gaps():
    counts, held = series(0.6), np.ones(96, dtype=bool)
    held[[66, 67, 68, 80]] = False
    found = interrupted(counts, 72, held=held, lag=3)
    rows = np.flatnonzero(held)
    score = np.zeros((96, found.fit.design.shape[1]))
    score[rows] = found.fit.scores
    meat = sum((1 - abs(s - t) / 4) * np.outer(score[s], score[t]) for s in rows for t in rows if abs(s - t) <= 3)
    expected = found.fit.covariance @ meat @ found.fit.covariance
    assert found.fit.serial_covariance(3, time=found.time) == pytest.approx(expected)
    assert found.fit.serial_covariance(3) != pytest.approx(expected)


def test_placebo_p_is_two_sided_and_says_how_small_it_could_be():
    found = placebo_test(-2.0, np.array([1.0, -3.0, 2.0, np.nan]))
    assert (found.p_value, found.smallest_p) == (0.75, 0.25)
    assert np.isnan(placebo_test(np.nan, np.array([1.0])).p_value)
    assert of_like_size(np.array([4.0, 5.0, 20.0, 21.0]), 10.0).tolist() == [False, True, True, False]


def test_two_way_recovers_the_effect_and_equals_the_closed_form():
    counts, treated, control, start = panel()
    found = two_way(counts, treated.astype(int), start)
    closed = log_ratio_of(counts, treated, control, start)
    assert found.log_ratio[0] == pytest.approx(closed.value, abs=1e-7)
    assert abs(found.log_ratio[0] - np.log(0.5)) < 4 * closed.standard_error
    with pytest.raises(GeoError, match="0 controls"):
        two_way(counts, np.ones(12, dtype=int), start)


def test_placebos_reject_an_effect_as_far_as_they_can_and_no_more():
    counts, treated, control, start = panel()
    space = placebo_in_space(counts, treated, control, start, like_size=False)
    assert space.p_value == space.smallest_p == pytest.approx(1 / 11)
    assert placebo_in_time(counts, treated, control, start).p_value == pytest.approx(1 / 40)
    assert placebo_in_space(counts, treated, control, start).smallest_p >= space.smallest_p  # fewer of like size


def test_placebo_in_space_keeps_its_level_where_clustering_does_not():
    """Without effect the placebo p is at its least in one panel of eleven; z by clusters of two rejects far more."""
    at_least, clustered = 0, 0
    for seed in range(120):
        counts, treated, control, start = panel(effect=1.0, seed=seed, times=16, start=8)
        test = placebo_in_space(counts, treated, control, start, like_size=False)
        at_least += test.p_value <= test.smallest_p
        found = two_way(counts, treated.astype(int), start)
        error = found.clustered_error(np.repeat(np.arange(12), 16))[0]
        clustered += abs(found.log_ratio[0]) > 1.96 * error
    assert at_least / 120 <= 0.15
    assert clustered / 120 >= 0.15


def test_a_trend_of_its_own_before_the_event_shows():
    counts, treated, control, start = panel(slope=0.03)
    assert parallel_before(counts, treated, control, start).p_value == pytest.approx(1 / 11)
    with pytest.raises(GeoError, match="2 times before the event show no trend"):
        parallel_before(counts, treated, control, 2)


def series(effect: float, *, breaks: dict[int, float] | None = None, seed: int = 4) -> np.ndarray:
    month = np.arange(96)
    mean = 60 * np.exp(-0.004 * month + 0.2 * np.sin(2 * np.pi * month / 12))
    for at, factor in (breaks or {}).items():
        mean = mean * np.where(month >= at, factor, 1.0)
    return np.random.default_rng(seed).poisson(mean * np.where(month >= 72, effect, 1.0))


def test_interrupted_series_recovers_level_and_mean_effect():
    found = interrupted(series(0.6), 72, lag=3)
    low, high = found.interval(0.95)
    assert low < np.log(0.6) < high < 0
    assert found.p_value < 0.01


def test_a_declared_break_is_not_taken_for_the_event():
    counts = series(1.0, breaks={60: 1.5})
    without, held = interrupted(counts, 72), interrupted(counts, 72, breaks=(60,))
    low, high = held.interval(0.95)
    assert low < 0 < high
    assert abs(held.log_effect) < 0.1 < abs(without.log_effect)
    assert held.standard_error < without.standard_error


def test_interval_holds_the_truth_when_years_differ():
    """Serial errors alone covered 72 to 86 of 100; with drift between years, of 150 at most 17 may miss (p 0.001)."""
    rng = np.random.default_rng(8)
    month, missed = np.arange(120), 0
    for _ in range(150):
        drift = np.exp(rng.normal(0.0, 0.08, 10))[month // 12]
        low, high = interrupted(rng.poisson(60 * np.exp(-0.002 * month) * drift), 96).interval(0.95)
        missed += not low <= 0.0 <= high
    assert missed <= 17


def test_interrupted_series_refuses_short_sides():
    with pytest.raises(GeoError, match="11 times before the event and 85 after; give 12 or more"):
        interrupted(series(1.0), 11)
    held = np.arange(96) < 80
    with pytest.raises(GeoError, match="72 times before the event and 8 after"):
        interrupted(series(1.0), 72, held=held)


def test_a_break_that_cannot_be_told_from_the_event_is_left_out():
    counts = series(0.6)
    held = (np.arange(96) < 60) | (np.arange(96) >= 72)
    plain, broken = (interrupted(counts, 72, held=held, breaks=b) for b in ((), (65, 72, 120)))
    assert broken.log_effect == plain.log_effect
    assert interrupted(counts, 72, held=held, breaks=(48,)).fit.design.shape[1] == plain.fit.design.shape[1] + 1


def test_times_left_out_do_not_count_and_lengths_are_divided_out():
    counts = series(0.6)
    held = (np.arange(96) < 60) | (np.arange(96) >= 72)
    wild = np.where(held, counts, 9999)
    assert interrupted(wild, 72, held=held).log_effect == interrupted(counts, 72, held=held).log_effect
    days = np.where(np.arange(96) >= 72, 2.0, 1.0)
    twice = interrupted(np.where(np.arange(96) >= 72, 2, 1) * series(1.0), 72, days=days)
    assert twice.log_effect == pytest.approx(0.0, abs=0.1)


def test_simplex_weights_are_found_exactly():
    donors = np.array([[1.0, 2.0, 5.0], [3.0, 1.0, 0.0], [9.0, 9.0, 9.0]])
    weights = simplex_weights(donors, 0.25 * donors[0] + 0.75 * donors[1])
    assert weights == pytest.approx([0.25, 0.75, 0.0], abs=1e-10)
    # a target outside the hull: the nearest point of it, here the corner
    assert simplex_weights(donors[:2], np.array([1.0, 2.0, 50.0])) == pytest.approx([1.0, 0.0])


def test_simplex_weights_are_optimal():
    rng = np.random.default_rng(3)
    donors, target = rng.uniform(0, 10, (6, 20)), rng.uniform(0, 10, 20)
    weights = simplex_weights(donors, target)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0)
    slope = donors @ (weights @ donors - target)
    # Karush-Kuhn-Tucker: the slope is the same at every used donor and no smaller at the others
    used = weights > 1e-9
    assert np.ptp(slope[used]) < 1e-8
    assert slope[~used].min() >= slope[used].min() - 1e-8


def test_synthetic_control_finds_the_fall_and_its_smallest_p():
    counts, treated, _, start = panel()
    donors = ~treated
    found = synthetic_control(counts.astype(float), 0, donors, start)
    assert found.weights.sum() == pytest.approx(1.0)
    assert found.effect < -10
    assert found.test.p_value == found.test.smallest_p == pytest.approx(1 / (len(found.test.placebos) + 1))
    with pytest.raises(GeoError, match="give two donors or more that are not treated"):
        synthetic_control(counts, 0, donors | (np.arange(12) == 0), start)
