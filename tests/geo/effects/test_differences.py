"""Differences and quotients of counts: cases to check by hand, what is refused, and laws that always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from geo.effects.quotient import weighted_quotient
from geo.effects.similarity import similarity
from geo.effects.weighted_difference import (
    NONE,
    Change,
    Estimate,
    harm_weighted,
    log_ratio_difference,
    weighted_difference,
)
from geo.errors import GeoError

count = st.integers(1, 500).map(float)
change = st.builds(Change, count, count)


def test_local_and_displaced_parts_are_told_apart():
    """A near-zero total of two large opposite parts: what moved is not what vanished."""
    found = weighted_difference(Change(100, 40), Change(90, 90), Change(20, 80), Change(25, 25))
    assert (found.local.value, found.displaced.value, found.total.value) == (-60.0, 60.0, 0.0)
    assert found.local.standard_error == pytest.approx(np.sqrt(100 + 40 + 90 + 90))
    assert found.total.p_value == 1.0


def test_unequal_days_and_areas_are_divided_out():
    found = weighted_difference(Change(200, 50, area=2.0), NONE, days=(2.0, 1.0))
    assert found.local.value == pytest.approx(50 / 2 - 200 / 4)
    assert found.local.standard_error == pytest.approx(np.sqrt(50 / 4 + 200 / 16))


@pytest.mark.parametrize(
    ("place", "days"), [(Change(-1, 2), (1, 1)), (Change(1, 2, area=0.0), (1, 1)), (Change(1, 2), (0, 1))]
)
def test_impossible_counts_are_refused(place, days):
    with pytest.raises(GeoError, match="must not be negative, lengths and areas must be positive"):
        weighted_difference(place, NONE, days=days)


def test_harm_weights_must_match():
    with pytest.raises(GeoError, match="2 differences but 1 weights"):
        harm_weighted([Estimate(1.0, 1.0), Estimate(2.0, 1.0)], [3.0])
    assert harm_weighted([Estimate(1.0, 3.0), Estimate(2.0, 2.0)], [1.0, 2.0]) == Estimate(5.0, 5.0)


def test_log_ratio_is_undefined_without_counts():
    assert np.isnan(log_ratio_difference(Change(0, 3), Change(4, 5)).value)
    assert log_ratio_difference(Change(10, 5), Change(20, 20)).value == pytest.approx(np.log(0.5))


@given(change, change, change, change, st.floats(0.1, 9.0))
def test_differences_scale_with_exposure(treated, control, gone, spared, scale):
    one = weighted_difference(treated, control, gone, spared)
    many = weighted_difference(treated, control, gone, spared, days=(scale, scale))
    assert many.total.value == pytest.approx(one.total.value / scale, abs=1e-9)
    assert many.total.z == pytest.approx(one.total.z, abs=1e-9)
    assert one.total.value == pytest.approx(one.local.value + one.displaced.value, abs=1e-9)


@pytest.mark.parametrize(
    ("buffer", "quotient", "reading"),
    [
        (Change(40, 90), -1.0, "displacement within the effect"),
        (Change(40, 100), -1.2, "displacement beyond the effect"),
        (Change(40, 40), 0.0, "none"),
        (Change(40, 30), 0.2, "diffusion"),
        (Change(80, 20), 1.2, "diffusion beyond the effect"),
    ],
)
def test_readings_of_the_quotient(buffer, quotient, reading):
    found = weighted_quotient(Change(100, 50), buffer, Change(500, 500))
    assert found.quotient == pytest.approx(quotient)
    assert found.reading == reading


def test_a_failed_response_is_not_read_as_displacement():
    """The quotient of a risen place and a fallen buffer is negative, as after displacement; it is refused."""
    found = weighted_quotient(Change(50, 100), Change(40, 30), Change(500, 500))
    assert found.success > 0
    assert found.quotient is None
    assert found.reading is None


@pytest.mark.parametrize("control", [Change(0, 10), Change(10, 0)])
def test_a_control_without_counts_gives_no_quotient(control):
    found = weighted_quotient(Change(100, 50), Change(40, 90), control)
    assert found.quotient is None
    assert found.gross == 50.0


@given(change, change, change)
def test_quotient_is_gain_over_loss_with_the_sign_turned(treated, buffer, control):
    kappa = control.after / control.before
    gain, loss = buffer.after - kappa * buffer.before, kappa * treated.before - treated.after
    found = weighted_quotient(treated, buffer, control)
    assert found.total_net == pytest.approx(loss - gain, abs=1e-9)
    if loss > 1e-6:
        assert found.quotient == pytest.approx(-gain / loss, rel=1e-9, abs=1e-9)


def test_similarity_agrees_with_drawing_points():
    base, test = np.array([30, 22, 15, 12, 6, 0]), np.array([12, 20, 16, 14, 18, 5])
    found = similarity(base, test)
    rng = np.random.default_rng(5)
    drawn = rng.multivariate_hypergeometric(test, round(0.85 * test.sum()), size=20_000)
    lower, upper = np.quantile(drawn / drawn.sum(axis=1, keepdims=True), [0.025, 0.975], axis=0, method="inverted_cdf")
    step = 1.0 / drawn[0].sum()
    assert np.abs(found.lower - lower).max() <= step + 1e-12
    assert np.abs(found.upper - upper).max() <= step + 1e-12
    assert found.direction.tolist() == [-1, 0, 0, 0, 1, 1]


@given(test=st.lists(st.integers(0, 60), min_size=1, max_size=30).filter(sum))
def test_similarity_has_the_quantiles_of_the_hypergeometric_law(test):
    found = similarity(np.ones(len(test), dtype=int), np.array(test))
    drawn = round(0.85 * sum(test))
    for q, ends in ((0.025, found.lower), (0.975, found.upper)):
        assert ends * drawn == pytest.approx(hypergeom.ppf(q, sum(test), test, drawn), abs=1e-9)


def test_similarity_refuses_what_has_no_shares():
    with pytest.raises(GeoError, match="the base has 0 points"):
        similarity(np.array([0, 0]), np.array([1, 2]))
    with pytest.raises(GeoError, match="patterns over 2 and 3 areas"):
        similarity(np.array([1, 1]), np.array([1, 2, 3]))
