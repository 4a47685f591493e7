"""The maximum test: against every way to trade places, uniform under no change, in units that do not matter."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geo.change.maximum import maximum_test
from geo.errors import GeoError


def test_against_every_way_to_trade_places():
    """Runs add 3, 1, 1 in one cell and 0, 2, -2 in the other, half as sure: |z| is 5 and 0, at most 5 and 2."""
    differences, deviation = np.array([[3.0, 0], [1, 2], [1, -2]]), np.array([1.0, 2.0])
    every = [np.abs(np.array(signs) @ differences / deviation).max() for signs in product((1, -1), repeat=3)]
    found = maximum_test(differences, deviation, simulations=4000, seed=1)
    assert found.largest == 5
    assert np.mean(np.array(every) >= 5) == 0.25
    assert found.p_value == pytest.approx(0.25, abs=0.02)
    assert found.smallest_p == 0.25  # four ways that differ but for all signs
    assert maximum_test(differences[:, 1:], deviation[1:], simulations=99, seed=1).p_value == 1  # z = 0 is never rare


def test_the_smallest_p_is_that_of_the_draws_where_runs_are_many():
    found = maximum_test(np.ones((13, 2)), np.ones(2), simulations=99, seed=1)
    assert (found.p_value, found.smallest_p) == (0.01, 0.01)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_units_of_cells_and_their_order_do_not_matter(seed, factor):
    rng = np.random.default_rng(seed)
    differences, deviation = rng.normal(size=(9, 20)), rng.uniform(1, 2, 20)
    one = maximum_test(differences, deviation, simulations=49, seed=4)
    order = rng.permutation(20)
    other = maximum_test(-factor * differences[:, order], factor * deviation[order], simulations=49, seed=4)
    assert (other.p_value, other.smallest_p) == (one.p_value, one.smallest_p)
    assert other.largest == pytest.approx(one.largest)
    assert maximum_test(differences, deviation, simulations=49, seed=4) == one


def test_p_is_uniform_where_halves_are_alike_however_they_burst():
    """Skewed counts, cells that share them, and one run with most of them: the coin alone is the law."""
    rng = np.random.default_rng(2)
    size = np.array([1.0] * 11 + [9.0])
    found = []
    for seed in range(300):
        halves = rng.negative_binomial(0.5 * size[:, None, None], 0.1, (12, 2, 30)).astype(float)
        difference = (halves[:, 1] - halves[:, 0]) @ np.abs(rng.normal(size=(30, 15)))
        found.append(maximum_test(difference, np.ones(15), simulations=49, seed=seed).p_value)
    assert stats.kstest(np.array(found) - rng.uniform(0, 0.02, 300), "uniform").pvalue > 0.01


def test_a_change_of_one_cell_among_many_is_found():
    rng = np.random.default_rng(3)
    differences = rng.normal(size=(13, 500))
    differences[:, 77] += 2
    assert maximum_test(differences, np.ones(500), simulations=199, seed=1).p_value == 0.005
    differences[:, 77] -= 2
    assert maximum_test(differences, np.ones(500), simulations=199, seed=1).p_value > 0.05


@pytest.mark.parametrize(
    ("differences", "deviation", "simulations", "message"),
    [
        (np.ones((3, 2)), np.ones(2), 0, "0 simulations"),
        (np.ones((0, 2)), np.ones(2), 9, r"differences \(0, 2\)"),
        (np.ones((3, 2)), np.ones(3), 9, r"deviations \(3,\)"),
        (np.ones((3, 2)), np.array([1.0, 0.0]), 9, "every deviation above 0"),
        (np.full((3, 2), np.nan), np.ones(2), 9, "must be finite"),
    ],
)
def test_refusals(differences, deviation, simulations, message):
    with pytest.raises(GeoError, match=message):
        maximum_test(differences, deviation, simulations=simulations, seed=1)
