"""The binomial test of rates: exact where all incidents weigh the same, near the dealt labels where they do not."""

import numpy as np
import pytest
from scipy import stats

from geo.change.binomial import binomial_p, equal_incidents
from geo.change.incidents import pooled
from geo.change.permutation import permutation_test
from geo.change.simulation import Experiment
from geo.change.smoothing import on_land
from geo.errors import GeoError
from geo.ground import ground_of, spread
from geo.kernel_peak import largest_kernel
from tests.geo.change.change_cases import fjord_land


def numbers_of(land, masses, bandwidth_cells):
    """Smoothed masses of both periods and the number of equal incidents behind each cell."""
    ground = ground_of(land)
    wide = spread(ground, masses, bandwidth_cells=bandwidth_cells)
    narrow = spread(ground, masses.sum(axis=0), bandwidth_cells=bandwidth_cells / np.sqrt(2))
    return wide, equal_incidents(wide.sum(axis=0), narrow, largest_kernel(land, bandwidth_cells=bandwidth_cells))


def test_equal_incidents_follow_the_binomial_law():
    upper, lower = binomial_p(np.array([12.0]), np.array([40.0]), np.array([40.0]), days_before=400, days_after=100)
    assert upper[0] == pytest.approx(stats.binom.sf(11, 40, 0.2), rel=1e-10)
    assert lower[0] == pytest.approx(stats.binom.cdf(12, 40, 0.2), rel=1e-10)


@pytest.mark.parametrize(("later", "tails"), [(0.0, (1.0, 0.5**10)), (10.0, (0.5**10, 1.0)), (-1e-7, (1.0, 0.5**10))])
def test_all_or_none(later, tails):
    found = binomial_p(np.array([later]), np.array([10.0]), np.array([10.0]), days_before=7, days_after=7)
    assert [float(p[0]) for p in found] == pytest.approx(tails)


def test_nothing_behind_a_cell_says_nothing():
    found = binomial_p(np.zeros(1), np.zeros(1), np.zeros(1), days_before=1, days_after=1)
    assert [p.tolist() for p in found] == [[1.0], [1.0]]


def test_incidents_of_one_cell_are_as_many_as_they_are():
    land = np.ones((61, 61), dtype=bool)
    mass = np.zeros((2, 61, 61))
    mass[:, 30, 30] = 20, 30
    _, number = numbers_of(land, mass, 4.0)
    assert number[30, 30] == pytest.approx(50, rel=0.01)


@pytest.mark.parametrize("cell", [(30, 30), (0, 30)])
def test_the_number_is_kishs_in_open_country_and_on_a_straight_shore(cell):
    """(sum k)^2 / sum k^2 of 400 incidents, from one spreading for each."""
    land = np.ones((61, 61), dtype=bool)
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 61 * 61, 400)
    mass = np.zeros((2, 61, 61))
    np.add.at(mass[0].ravel(), cells, 1.0)
    _, number = numbers_of(land, mass, 4.0)
    source = np.zeros((61, 61))
    source[cell] = 1.0
    k = spread(ground_of(land), source, bandwidth_cells=4.0).ravel()[cells]  # the operator is its own mirror image
    assert number[cell] == pytest.approx(k.sum() ** 2 / (k**2).sum(), rel=0.03)


def test_it_agrees_with_dealing_the_labels():
    """Walls and water, a rise in one corner: the p of 999 dealt labels, cell by cell, as far as these can tell."""
    land = fjord_land(18, 20)
    rng = np.random.default_rng(2)
    ground = np.flatnonzero(land)
    west = ground[(ground % 20 < 6) & (ground // 20 < 8)]
    before, after = rng.choice(ground, 260), np.concatenate((rng.choice(ground, 140), rng.choice(west, 25)))
    masses = np.stack([np.bincount(of, minlength=land.size).reshape(land.shape) for of in (before, after)]) * 1.0
    wide, number = numbers_of(land, masses, 2.0)
    shown = land & (number >= 10)
    dealt = permutation_test(
        Experiment(
            pooled(before, after, shape=land.shape),
            on_land(ground_of(land), bandwidth_cells=2.0),
            shown,
            "same_rate",
            days_before=300,
            days_after=200,
        ),
        simulations=999,
        seed=1,
    )
    upper, lower = binomial_p(wide[1], wide.sum(axis=0), number, days_before=300, days_after=200)
    for p, simulated in ((upper[shown], dealt.p_upper[shown]), (lower[shown], dealt.p_lower[shown])):
        z, z_simulated = stats.norm.isf(np.clip(p, 1e-3, 0.999)), stats.norm.isf(np.clip(simulated, 1e-3, 0.999))
        assert np.corrcoef(z, z_simulated)[0, 1] > 0.97
        assert (p > simulated - 0.03).mean() > 0.97  # it may be cautious beside water, not bold
    assert (upper[shown] < 0.01).any()


def bursts(rng, weekly_mean, dispersion, shape):
    """Counts with variance = dispersion x mean: a negative binomial law, Poisson for a dispersion of 1."""
    if dispersion == 1:
        return rng.poisson(weekly_mean, shape)
    return rng.negative_binomial(weekly_mean / (dispersion - 1), 1 / dispersion, shape)


@pytest.mark.parametrize("dispersion", [1.0, 1.6, 3.0, 6.0])
@pytest.mark.parametrize(("before", "after"), [(52, 52), (104, 26)])
@pytest.mark.parametrize("weekly_mean", [0.5, 4.0])
def test_bursts_raise_no_more_false_alarms_than_the_level(dispersion, before, after, weekly_mean):
    """Weeks of one unchanged rate and known dispersion; without it, alarms are many times as frequent."""
    rng = np.random.default_rng(5)
    n = 20_000
    earlier = bursts(rng, weekly_mean, dispersion, (n, before)).sum(axis=1)
    later = bursts(rng, weekly_mean, dispersion, (n, after)).sum(axis=1)
    total = (earlier + later).astype(float)
    days = {"days_before": 7 * before, "days_after": 7 * after}
    for level in (0.05, 0.01):
        noise = 3 * np.sqrt(level / n)
        for p in binomial_p(later, total, total, **days, dispersion=dispersion):
            assert (p <= level).mean() <= level + noise
        if dispersion >= 3:
            assert (binomial_p(later, total, total, **days)[0] <= level).mean() > 2 * level


def test_a_dispersion_of_two_is_half_as_many_incidents():
    halved = binomial_p(np.array([12.0]), np.array([40.0]), np.array([20.0]), days_before=4, days_after=1)
    found = binomial_p(np.array([12.0]), np.array([40.0]), np.array([40.0]), days_before=4, days_after=1, dispersion=2)
    assert [p.tolist() for p in found] == [p.tolist() for p in halved]


def test_refusals():
    one = np.ones(1)
    for wrong in (0.99, np.nan):
        with pytest.raises(GeoError, match=f"the dispersion is {wrong}; it must be 1 or more"):
            binomial_p(one, one, one, days_before=1, days_after=5, dispersion=wrong)
    with pytest.raises(GeoError, match="periods of 0 and 5 days"):
        binomial_p(one, one, one, days_before=0, days_after=5)
    with pytest.raises(GeoError, match="negative or not known"):
        binomial_p(one, one, np.array([np.nan]), days_before=1, days_after=5)
