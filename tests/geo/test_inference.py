"""Drift between years, and how weekly noise and drift make an interval."""

import numpy as np
import pytest
from scipy import stats

from geo.functionals import TOTAL, collect
from geo.inference import (
    Placebo,
    PooledDrift,
    Spread,
    covariance,
    drift_sensitivity,
    drift_variance,
    pooled_drift,
    spread,
)

NO_DRIFT = PooledDrift(0.0, 100.0)


def placebo(effect: float, weekly: float = 0.0, sensitivity: float = 1.0) -> Placebo:
    return Placebo(np.array([effect]), np.array([[weekly]]), np.array([[sensitivity]]))


def log_ratio(harm: np.ndarray) -> np.ndarray:
    total = harm[..., TOTAL].sum(axis=-1)
    return (np.log(total[..., 1]) - np.log(total[..., 0]))[..., None]


def test_drift_is_what_placebos_show_beyond_their_weeks():
    assert drift_variance((placebo(0.3, 0.01), placebo(-0.1, 0.03))) == pytest.approx([(0.09 + 0.01 - 0.04) / 2])
    assert drift_variance((placebo(0.1, 0.5),)) == [0.0]


def test_drift_is_carried_over_by_sensitivity():
    error = spread(np.array([[1.0]]), sensitivity=np.array([[8.0]]), placebos=(placebo(0.2, 0.0, 2.0),) * 3,
                   pooled=NO_DRIFT)  # fmt: skip
    half2 = stats.norm.ppf(0.975) ** 2 + stats.t.ppf(0.975, 3) ** 2 * 8.0 * 0.02
    assert error.squared_half_widths(0.95)[0, 0] == pytest.approx(half2)
    assert error.interval(5.0, 0.95) == pytest.approx((5 - half2**0.5, 5 + half2**0.5))


def test_pooled_drift_is_a_floor():
    error = Spread(np.zeros((1, 1)), np.array([[4.0]]), np.array([0.0]), 3, PooledDrift(0.1, 30.0))
    assert error.squared_half_widths(0.95)[0, 0] == pytest.approx((stats.t.ppf(0.975, 30) * 0.2) ** 2)


def test_without_placebos_weeks_alone_speak():
    error = spread(np.array([[4.0]]), sensitivity=np.array([[9.0]]), placebos=(), pooled=PooledDrift(1.0, 9.0))
    assert error.interval(0.0, 0.95) == pytest.approx((-3.919928, 3.919928))
    assert error.p_value(4.0) == pytest.approx(2 * stats.norm.sf(2.0))


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_p_value_is_where_the_interval_touches_zero(level):
    error = Spread(np.array([[1.0]]), np.array([[1.0]]), np.array([0.7]), 4, NO_DRIFT)
    value = error.interval(0.0, level)[1]
    assert error.p_value(value) == pytest.approx(1 - level)


def test_p_value_ends():
    error = Spread(np.array([[1.0]]), np.zeros((1, 1)), np.array([0.0]), 3, NO_DRIFT)
    assert error.p_value(0.0) == 1.0
    assert error.p_value(50.0) == pytest.approx(1e-15)


def test_sensitivity_of_a_log_ratio_is_the_sum_of_squared_shares():
    units = np.array([[3.0, 1.0], [2.0, 2.0]])
    role, weights = np.array([0, 3]), np.ones((2, 4))
    harm = np.stack([collect(u, role, weights) for u in units])
    pattern = collect(np.eye(2), role, weights)
    found = drift_sensitivity(log_ratio, harm, unit_harm=units, unit_pattern=pattern)
    assert found[0, 0] == pytest.approx(0.75**2 + 0.25**2 + 0.5**2 + 0.5**2, rel=1e-6)


def test_covariance_of_too_many_undefined_draws_is_none():
    draws = np.random.default_rng(0).normal(size=(200, 1))
    draws[:2] = np.nan
    assert covariance(draws) == pytest.approx(np.var(draws[2:], ddof=1))
    draws[:3] = np.inf
    assert covariance(draws) is None


def test_pooled_drift_finds_the_drift_of_areas_and_ignores_what_all_share():
    rng = np.random.default_rng(5)
    rate = 2000 * np.exp(rng.normal(0, 0.1, (6, 200)))
    common = np.exp(rng.normal(0, 0.3, (6, 1)))
    counts = rng.poisson(rate * common)
    assert pooled_drift(counts[:-1], counts[1:], dispersion=1.0).sd_log == pytest.approx(0.1, abs=0.01)


def test_pooled_drift_of_poisson_noise_is_nothing():
    counts = np.random.default_rng(6).poisson(50.0, (8, 100))
    assert pooled_drift(counts[:-1], counts[1:], dispersion=1.0).sd_log < 0.03
    assert pooled_drift(np.zeros((2, 3)), np.zeros((2, 3)), dispersion=1.0).sd_log == 0.0
