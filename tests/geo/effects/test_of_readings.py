"""Statistics of readings against the same counts in the published formulas, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.displacement import gain_and_loss
from geo.effects.of_readings import (
    absolute_difference,
    has_no_success,
    is_of_unlike_size,
    local_and_displaced,
    log_ratio,
    quotient_parts,
)
from geo.effects.quotient import weighted_quotient
from geo.effects.weighted_difference import Change, log_ratio_difference, weighted_difference
from geo.functionals import CONTROL, ORIGIN, RECEIVERS, REST, collect

pair = st.tuples(st.integers(1, 400), st.integers(1, 400))


def city(origin, receivers, control, rest=(1, 1)):
    counts = np.array([origin, receivers, control, rest], dtype=float)
    return collect(counts, np.array([ORIGIN, RECEIVERS, CONTROL, REST]), np.ones((4, 4)))


@given(pair, pair, pair)
def test_statistics_are_the_published_formulas(origin, receivers, control):
    harm = city(origin, receivers, control)
    wdd = weighted_difference(Change(*origin), Change(*control), Change(*receivers))
    assert absolute_difference(harm) == pytest.approx(wdd.total.value)
    assert local_and_displaced(harm) == pytest.approx([wdd.local.value, wdd.displaced.value])
    both = Change(origin[0] + receivers[0], origin[1] + receivers[1])
    assert log_ratio(harm) == pytest.approx(log_ratio_difference(both, Change(*control)).value, abs=1e-12)
    found = weighted_quotient(Change(*origin), Change(*receivers), Change(*control))
    assert quotient_parts(harm) == pytest.approx([found.buffer, found.success], abs=1e-12)
    if abs(found.success) > 1e-12:
        assert bool(has_no_success(harm)) is (found.quotient is None)


def test_the_quotient_is_gain_over_loss_with_the_sign_turned():
    harm = city((100, 40), (20, 70), (200, 180))
    gain, loss = gain_and_loss(harm)
    buffer, success = quotient_parts(harm)
    assert buffer / success == pytest.approx(-gain / loss)


@pytest.mark.parametrize(("control", "answer"), [(60, False), (240, False), (59, True), (241, True), (0, True)])
def test_unlike_sizes_are_refused(control, answer):
    assert bool(is_of_unlike_size(city((100, 40), (20, 70), (control, 180)))) is answer


def test_replicates_go_through_at_once():
    many = np.stack([city((100, 40), (20, 70), (200, 180)), city((10, 40), (20, 70), (20, 18))])
    assert log_ratio(many).shape == (2,)
    assert quotient_parts(many).shape == (2, 2)
    assert has_no_success(many).tolist() == [False, True]
