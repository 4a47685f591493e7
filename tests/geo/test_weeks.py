"""The season, what weeks leave over, and their resampling."""

import numpy as np
import pytest

from geo.errors import GeoError
from geo.weeks import (
    DAYS_OF_YEAR,
    corrected_overdispersion,
    count_covariance,
    overdispersion,
    seasonal_shape,
    week_residuals,
)


def wave(n_days: int, amplitude: float = 0.3) -> np.ndarray:
    return np.exp(amplitude * np.cos(2 * np.pi * np.arange(n_days) / DAYS_OF_YEAR))


def test_the_season_of_a_pure_wave_is_found_through_steps_between_years():
    days = np.arange(5 * 365)
    level = np.where(days / DAYS_OF_YEAR < 3, 40.0, 15.0)
    shape = seasonal_shape(level * wave(len(days)))
    expected = wave(len(days))
    assert shape / shape.mean() == pytest.approx(expected / expected.mean(), rel=1e-2)  # one week straddles the step


@pytest.mark.parametrize("daily", [np.ones(500), np.zeros(2000), np.eye(1, 2000)[0]])
def test_short_or_empty_series_have_no_season(daily):
    assert (seasonal_shape(daily) == 1).all()


def test_a_year_without_incidents_does_not_spoil_the_season():
    daily = 20.0 * wave(6 * 365)
    daily[400:800] = 0.0
    assert np.isfinite(seasonal_shape(daily)).all()


def test_residuals_are_counts_minus_the_expected_share_of_the_window():
    daily = np.array([2.0] * 7 + [1.0] * 7)
    assert week_residuals(daily, np.ones(14)).tolist() == [3.5, -3.5]
    assert week_residuals(daily, np.array([2.0] * 7 + [1.0] * 7)) == pytest.approx([0.0, 0.0])


def test_what_is_left_of_a_week_is_a_block_of_its_own():
    residuals = week_residuals(np.arange(16.0), np.ones(16))
    assert len(residuals) == 3
    assert residuals.sum() == pytest.approx(0.0)


def resampled(daily: np.ndarray, *, block: int) -> np.ndarray:
    """Draw counts of the window with runs of weeks drawn with replacement, one by one: what the formula stands for."""
    rng, residuals = np.random.default_rng(3), week_residuals(daily, np.ones(len(daily)))
    weeks = len(residuals)
    first = rng.integers(weeks, size=(20_000, weeks // block, 1))
    return residuals[(first + np.arange(block)) % weeks].sum(axis=(1, 2))


@pytest.mark.parametrize("block", [1, 4])
def test_the_covariance_is_that_of_resampled_runs_of_weeks(block):
    daily = np.random.default_rng(1).poisson(5.0, (364, 2))
    daily[:, 1] += daily[:, 0]
    found = count_covariance(week_residuals(daily, np.ones(364)), block=block)
    drawn = np.cov(resampled(daily, block=block).T) * 52 / (52 - block)
    assert found == pytest.approx(drawn, rel=0.05, abs=0.05 * found.max())


def test_series_meet_the_same_weeks():
    daily = np.repeat(np.random.default_rng(2).poisson(3.0, 70)[:, None], 2, axis=1)
    found = count_covariance(week_residuals(daily, np.ones(70)))
    assert found == pytest.approx(np.full((2, 2), found[0, 0]))


@pytest.mark.parametrize("weeks", [52, 53])
def test_runs_of_weeks_hold_what_neighbouring_weeks_share(weeks):
    """Gamma months under Poisson days: the variance of a year's count is far above that of its weeks apart."""
    rng, found = np.random.default_rng(7), {1: [], 4: []}
    counts = []
    for _ in range(300):
        heat = np.repeat(rng.gamma(4.0, 0.25, 60), 21)[int(rng.integers(21)) :][: weeks * 7]
        daily = rng.poisson(5.0 * heat)
        counts.append(daily.mean())
        for block, variances in found.items():
            residuals = week_residuals(daily[:, None], np.ones(weeks * 7))
            variances.append(count_covariance(residuals, block=block)[0, 0] / (weeks * 7) ** 2)
    true = np.var(counts)
    assert np.mean(found[1]) < 0.55 * true
    assert np.mean(found[4]) == pytest.approx(true, rel=0.3)


def test_overdispersion_is_seen_over_runs_of_weeks():
    rng = np.random.default_rng(8)
    weekly = rng.poisson(
        20.0 * np.repeat(rng.gamma(10.0, 0.1, (130, 6)), 4, axis=0)
    )  # variance over mean 1 + 20 x 0.1 x 4
    residuals = weekly - weekly.mean(axis=0)
    assert overdispersion(residuals, weekly, block=1) == pytest.approx(3.0, rel=0.2)
    assert overdispersion(residuals, weekly) == pytest.approx(6.5, rel=0.2)  # 1 + 2 (1 + 2 (9 + 4 + 1) / 16)
    assert overdispersion(residuals, weekly, block=40) == pytest.approx(9.0, rel=0.35)


def test_corrected_overdispersion_misses_nothing_across_the_ends_of_runs_and_knows_its_error():
    """Gamma weeks that start in the middle of the weeks counted: 1 + 20 x 0.1 = 3, of which plain runs miss some."""
    rng = np.random.default_rng(5)
    plain, found, variance = [], [], []
    for _ in range(400):
        heat = np.repeat(rng.gamma(10.0, 0.1, (53, 6)), 2, axis=0)[1:105]
        weekly = rng.poisson(10.0 * heat).reshape(52, 2, 6).sum(axis=1)
        residuals = weekly - weekly.mean(axis=0)
        plain.append(overdispersion(residuals, weekly))
        one = corrected_overdispersion(residuals, weekly)
        found.append(one[0])
        variance.append(one[1])
    assert np.mean(plain) == pytest.approx(2.75, rel=0.05)  # a quarter of what weeks share lies across ends of runs
    assert np.mean(found) == pytest.approx(3.0, rel=0.03)
    assert np.mean(variance) == pytest.approx(np.var(found), rel=0.25)


def test_corrected_overdispersion_of_nothing():
    value, variance = corrected_overdispersion(np.zeros((52, 2)), np.zeros((52, 2)))
    assert np.isnan(value)
    assert variance == 0.0
    assert corrected_overdispersion(np.zeros((52, 2)), np.ones((52, 2)))[0] == 0.5  # as even as a clock


def test_too_few_weeks_are_refused():
    with pytest.raises(GeoError, match="a window of 7 weeks has too few runs of 4"):
        count_covariance(np.zeros((7, 2)))


def test_counts_and_season_must_be_one_window():
    with pytest.raises(GeoError, match="14 days of counts, but 7 of season"):
        week_residuals(np.ones(14), np.ones(7))


def test_overdispersion_of_poisson_is_one_and_of_doubled_counts_two():
    counts = np.random.default_rng(4).poisson(20.0, (520, 10))
    residuals = counts - counts.mean(axis=0)
    assert overdispersion(residuals, counts) == pytest.approx(1.0, abs=0.05)
    assert overdispersion(2 * residuals, 2 * counts) == pytest.approx(2.0, abs=0.1)
    assert np.isnan(overdispersion(np.zeros((5, 2)), np.zeros((5, 2))))
