"""Units of figures that are not open: hand-checked, and never finer than what the least known count weighs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.findings.coarse import centre_unit_m, nearest, outwards, points_unit, told_apart, unit_of_digits


@pytest.mark.parametrize(
    ("behind", "unit"),
    [(1e6, 0.1), (5000, 0.1), (4999, 0.2), (2500, 0.2), (2499, 0.5), (1000, 0.5), (500, 1.0), (60, 10.0), (0, 500.0)],
)
def test_points_are_those_that_five_incidents_weigh(behind, unit):
    assert points_unit(behind, fewest=5) == unit


@given(behind=st.floats(1, 1e7), fewest=st.integers(1, 50))
def test_a_unit_is_never_finer_than_the_least_count_and_never_much_coarser(behind, fewest):
    least = max(0.1, 100 * fewest / behind)
    assert least * (1 - 1e-6) <= points_unit(behind, fewest=fewest) <= 2.5 * least * (1 + 1e-6)


def test_nearest_leaves_no_stray_digits():
    assert [nearest(x, 0.1) for x in (0.26, -0.04, 3.14)] == [0.3, 0.0, 3.1]
    assert str(nearest(-0.04, 0.1)) == "0.0"
    assert [nearest(x, 0.004) for x in (0.0133, -0.2519)] == [0.012, -0.252]


def test_the_middle_of_few_is_told_in_hundreds_of_metres():
    assert (centre_unit_m(49, fewest=5), centre_unit_m(50, fewest=5)) == (100.0, 10.0)


@given(low=st.floats(-100, 100), width=st.floats(0, 100), unit=st.sampled_from([0.1, 0.2, 0.5, 1.0, 10.0]))
def test_an_interval_that_is_rounded_holds_all_that_it_held(low, width, unit):
    found = outwards((low, low + width), unit)
    assert low - unit <= found[0] <= low + 1e-6 and low + width - 1e-6 <= found[1] <= low + width + unit
    assert outwards(found, unit) == found  # a multiple stays


def test_units_of_digits_and_when_rounding_must_be_said():
    assert [unit_of_digits(x, 2) for x in (60.4, -0.7, 0.0123, 0.0)] == [1.0, 0.01, 0.001, 1.0]
    assert told_apart([], 1.0)
    assert told_apart([(0.4, 0.2)], 0.2) and not told_apart([(0.2, 0.2 + 1e-12)], 0.2)
