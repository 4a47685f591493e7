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
    found = error(0.0, weekly_freedom=104, sensitivity=8.0, drift=drift)
    # 0 is the least variance there is: it is cut there, a little
    assert found.degrees_of_freedom == pytest.approx([3.0], rel=0.4)
    half = stats.t.ppf(0.975, found.degrees_of_freedom[0]) * np.sqrt(8.0 * 0.02)
    assert found.half_width(0.95) == pytest.approx([half])


def test_degrees_of_freedom_of_a_sum_follow_how_well_its_parts_are_known():
    drift = Drift(PooledDrift(0.5, 0.001), np.array([0.01]), 4.0)
    found = error(2.0, weekly_freedom=100, sensitivity=3.0, drift=drift)
    total = 2.0 + 3.0 * 0.51
    assert found.covariance[0, 0] == pytest.approx(total)
    uncertain = 4 / 100 + 9 * 0.001 / 2 + (3 * 0.01) ** 2 / 4
    assert found.degrees_of_freedom == pytest.approx([total**2 / uncertain])


def test_without_placebos_weeks_alone_speak():
    found = error(4.0, sensitivity=9.0)
    assert found.half_width(0.95) == pytest.approx([3.919928])
    assert found.p_value(np.array(4.0)) == pytest.approx(2 * stats.norm.sf(2.0))


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
    assert error.p_value(error.half_width(level)[0]) == pytest.approx(1 - level)


def test_p_value_ends():
    assert Spread(np.ones((1, 1)), np.array([3.0])).p_value(np.array(0.0)) == 1.0
    assert Spread(np.zeros((1, 1)), np.array([3.0])).p_value(np.array(1.0)) == 0.0


def test_the_gradient_of_a_log_ratio():
    harm = np.random.default_rng(0).uniform(1, 2, (3, 2, 4, 4))
    found = gradient(log_ratio, harm)
    total = harm[..., TOTAL].sum(axis=-1)
    expected = np.zeros((3, 2, 4, 4))
    expected[..., TOTAL] = (np.array([-1.0, 1.0]) / total)[..., None]
    assert found.shape == (3, 2, 16, 1)
    assert found[..., 0] == pytest.approx(expected.reshape(3, 2, 16), abs=1e-6)


def error(weekly, *, least=0.0, weekly_freedom=1e9, sensitivity=0.0, drift=None) -> Spread:
    one = np.ones((1, 1))
    return spread(
        weekly * one, least=least * one, weekly_freedom=weekly_freedom, sensitivity=sensitivity * one, drift=drift
    )


def test_no_error_is_below_that_of_independent_counts():
    """Without drift the pooled one comes out below zero as often as above; it narrows no interval beyond the least."""
    below = Drift(PooledDrift(-0.5, 0.0), np.zeros(1), 4.0)
    assert error(4.0, least=3.0, sensitivity=1.0, drift=below).covariance[0, 0] == pytest.approx(3.5)
    assert error(4.0, least=3.8, sensitivity=1.0, drift=below).covariance[0, 0] == pytest.approx(3.8)


def test_a_variance_at_its_least_can_only_err_upwards():
    """Half a normal variable has the variance 1/2 - 1/(2 pi) of the whole: that many more degrees of freedom."""
    free, cut = (error(4.0, least=least, weekly_freedom=10).degrees_of_freedom for least in (0.0, 4.0))
    assert free == pytest.approx([10.0], rel=0.03)
    assert cut == pytest.approx([10.0 / (0.5 - 0.5 / np.pi)])


def test_no_combination_of_components_has_less_variance_than_independent_counts():
    rng = np.random.default_rng(4)
    for _ in range(50):
        weekly, least = (x @ x.T for x in rng.normal(size=(2, 2, 2)))
        found = spread(weekly, least=least, weekly_freedom=40.0, sensitivity=np.zeros((2, 2)), drift=None).covariance
        assert (np.linalg.eigvalsh(found - least) > -1e-9).all()
        assert (np.linalg.eigvalsh(found - weekly) > -1e-9).all()


def test_several_readings_go_through_at_once():
    drift = Drift(PooledDrift(0.02, 1e-4), np.array([0.0, 0.03]), 4.0)
    rng = np.random.default_rng(8)
    weekly, least, shaken = (x @ x.swapaxes(1, 2) for x in rng.normal(size=(3, 5, 2, 2)))
    every = spread(weekly, least=least, weekly_freedom=40.0, sensitivity=shaken, drift=drift)
    for i in range(5):
        one = spread(weekly[i], least=least[i], weekly_freedom=40.0, sensitivity=shaken[i], drift=drift)
        assert every.covariance[i] == pytest.approx(one.covariance)
        assert every.half_width(0.9)[i] == pytest.approx(one.half_width(0.9))


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


def test_pooled_drift_of_poisson_noise_is_nothing_on_average():
    rng = np.random.default_rng(6)
    counts = rng.poisson(50.0, (60, 8, 100))
    found = [pooled_drift(c[:-1:2], c[1::2], dispersion=1.0).variance for c in counts]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(len(found))
    assert min(found) < 0 < max(found)


def test_an_uncertain_dispersion_makes_drift_uncertain():
    counts = np.full((4, 10), 200.0)
    known, unsure = (pooled_drift(counts, counts, dispersion=1.5, dispersion_variance=v) for v in (0.0, 0.09))
    assert unsure.error_variance - known.error_variance == pytest.approx((2 / 200) ** 2 * 0.09 / 4)


@pytest.mark.parametrize("counts", [np.zeros((2, 3)), np.zeros((0, 3)), np.array([[5.0, 0.0]])])
def test_nothing_to_pool_is_no_drift(counts):
    assert pooled_drift(counts, counts, dispersion=1.0) == NO_DRIFT
