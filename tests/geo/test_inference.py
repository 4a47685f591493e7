"""Drift between years, and how weekly noise and drift make an interval."""

import numpy as np
import pytest
from scipy import stats

from geo.functionals import TOTAL, collect
from geo.inference import (
    Drift,
    Placebos,
    PooledDrift,
    Spread,
    covariance,
    drift_of,
    drift_sensitivity,
    gradient,
    pooled_drift,
    spread,
)

NO_DRIFT = PooledDrift(0.0, 0.0)


def placebos(effects, weekly=0.0, sensitivity=1.0, **more) -> Placebos:
    ones = np.ones((len(effects), 1, 1))
    return Placebos(np.array(effects)[:, None], weekly * ones, sensitivity * ones, **more)


def log_ratio(harm: np.ndarray) -> np.ndarray:
    total = harm[..., TOTAL].sum(axis=-1)
    return (np.log(total[..., 1]) - np.log(total[..., 0]))[..., None]


def test_excess_is_what_placebos_show_beyond_weeks_and_pooled_drift():
    found = drift_of(placebos([0.5, -0.3], 0.02, 2.0), PooledDrift(0.005, 0.0))
    assert found.excess == pytest.approx([(0.25 + 0.09 - 0.04 - 0.02) / 4])
    assert found.degrees_of_freedom == 2
    assert drift_of(placebos([0.1], 0.5), NO_DRIFT).excess == [0.0]


@pytest.mark.parametrize(("effect", "counts"), [(0.151, False), (0.153, True)])
def test_placebos_count_on_their_own_only_where_they_contradict_the_pooled_drift(effect, counts):
    """Two pairs with sd 0.1: their squares in units of it pass the 90 % point of chi-square, 4.605, at 0.15174."""
    found = drift_of(placebos([effect, -effect], 0.01), NO_DRIFT)
    assert (found.excess[0] > 0) == counts


def test_what_quiet_years_have_in_common_is_left_out_where_they_are_centred():
    found = drift_of(placebos([0.3, 0.5, 0.4], 1e-4, is_centred=True), NO_DRIFT)
    assert found.excess == pytest.approx([(0.02 * 3 / 2 - 3e-4) / 3])
    assert found.degrees_of_freedom == 2


def test_pairs_that_share_windows_count_for_less():
    assert drift_of(placebos([0.1] * 6, shared=8), NO_DRIFT).degrees_of_freedom == pytest.approx(6 / (1 + 0.25 * 8 / 6))


def test_the_excess_is_read_by_the_law_of_its_pairs_alone():
    """With nothing but three placebo pairs to learn from, the interval is that of a t with three."""
    drift = drift_of(placebos([0.2] * 3, 0.0, 2.0), NO_DRIFT)
    error = spread(np.zeros((1, 1)), weekly_freedom=104, sensitivity=np.array([[8.0]]), drift=drift)
    assert error.degrees_of_freedom == pytest.approx([3.0])
    half = stats.t.ppf(0.975, 3) * np.sqrt(8.0 * 0.02)
    assert error.interval(5.0, 0.95) == pytest.approx((5 - half, 5 + half))


def test_degrees_of_freedom_of_a_sum_follow_how_well_its_parts_are_known():
    drift = Drift(PooledDrift(0.5, 0.1), np.array([1.0]), 4.0)
    error = spread(np.array([[2.0]]), weekly_freedom=100, sensitivity=np.array([[3.0]]), drift=drift)
    total = 2.0 + 3.0 * 1.5
    assert error.covariance[0, 0] == pytest.approx(total)
    assert error.degrees_of_freedom == pytest.approx([total**2 / (4 / 100 + 9 * 0.1 / 2 + 9 / 4)])


def test_without_placebos_weeks_alone_speak():
    error = spread(np.array([[4.0]]), weekly_freedom=1e9, sensitivity=np.array([[9.0]]), drift=None)
    assert error.interval(0.0, 0.95) == pytest.approx((-3.919928, 3.919928))
    assert error.p_value(4.0) == pytest.approx(2 * stats.norm.sf(2.0))


def test_centring_pairs_that_share_windows_takes_less():
    """Effects d2 - d0, d3 - d1, ... of independent years: their squares around their mean, by simulation."""
    years = np.random.default_rng(9).normal(size=(20_000, 8))
    effects = years[:, 2:] - years[:, :-2]
    squares = ((effects - effects.mean(axis=1, keepdims=True)) ** 2).sum(axis=1).mean() / effects.var()
    found = drift_of(placebos([9.0, -9.0, 9.0, -9.0, 9.0, -9.0], is_centred=True, shared=8), NO_DRIFT)
    assert found.excess[0] == pytest.approx(81.0 * 6 / squares, rel=0.02)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_p_value_is_where_the_interval_touches_zero(level):
    error = Spread(np.array([[1.7]]), np.array([5.0]))
    value = error.interval(0.0, level)[1]
    assert error.p_value(value) == pytest.approx(1 - level)


def test_p_value_ends():
    assert Spread(np.ones((1, 1)), np.array([3.0])).p_value(0.0) == 1.0
    assert Spread(np.zeros((1, 1)), np.array([3.0])).p_value(1.0) == 0.0


def test_the_gradient_of_a_log_ratio():
    harm = np.random.default_rng(0).uniform(1, 2, (3, 2, 4, 4))
    found = gradient(log_ratio, harm)
    total = harm[..., TOTAL].sum(axis=-1)
    expected = np.zeros((3, 2, 4, 4))
    expected[..., TOTAL] = (np.array([-1.0, 1.0]) / total)[..., None]
    assert found.shape == (3, 2, 16, 1)
    assert found[..., 0] == pytest.approx(expected.reshape(3, 2, 16), abs=1e-6)


def sensitivity(units, area) -> float:
    role, weights = np.array([0, 3]), np.ones((2, 4))
    harm = np.stack([collect(u, role, weights) for u in units])[None]
    pattern = collect(np.eye(2), role, weights)
    slope = gradient(log_ratio, harm)
    found = drift_sensitivity(slope, unit_harm=units[None], unit_pattern=pattern, area_of_unit=np.array(area))
    return float(found[0, 0, 0])


def test_sensitivity_of_a_log_ratio_is_the_sum_of_squared_shares():
    units = np.array([[3.0, 1.0], [2.0, 2.0]])
    assert sensitivity(units, [0, 1]) == pytest.approx(0.75**2 + 0.25**2 + 0.5**2 + 0.5**2, rel=1e-6)


def test_units_of_one_area_may_drift_together():
    assert sensitivity(np.array([[3.0, 1.0], [2.0, 2.0]]), [7, 7]) == pytest.approx(2.0, rel=1e-6)


def test_covariance_of_too_many_undefined_draws_is_none():
    draws = np.random.default_rng(0).normal(size=(200, 1))
    draws[:2] = np.nan
    assert covariance(draws) == pytest.approx(np.var(draws[2:], ddof=1))
    draws[:3] = np.inf
    assert covariance(draws) is None


@pytest.mark.parametrize("areas", [200, 12])
def test_pooled_drift_finds_the_drift_of_areas_and_ignores_what_all_share(areas):
    rng = np.random.default_rng(5)
    found = []
    for _ in range(300):
        rate = rng.uniform(300, 3000, areas) * np.exp(rng.normal(0, 0.1, (6, areas)))
        counts = rng.poisson(rate * np.exp(rng.normal(0, 0.3, (6, 1))))
        found.append(pooled_drift(counts[:-1:2], counts[1::2], dispersion=1.0))
    assert np.mean([f.variance for f in found]) == pytest.approx(0.01, rel=0.1)
    # the error it states is the error it has
    assert np.mean([f.error_variance for f in found]) == pytest.approx(np.var([f.variance for f in found]), rel=0.25)


def test_pooled_drift_of_poisson_noise_is_nothing():
    counts = np.random.default_rng(6).poisson(50.0, (8, 100))
    assert pooled_drift(counts[:-1], counts[1:], dispersion=1.0).sd_log < 0.03


@pytest.mark.parametrize("counts", [np.zeros((2, 3)), np.zeros((0, 3)), np.array([[5.0, 0.0]])])
def test_nothing_to_pool_is_no_drift(counts):
    assert pooled_drift(counts, counts, dispersion=1.0) == NO_DRIFT
