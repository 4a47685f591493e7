"""Numbers as they are written in both languages."""

import pytest

from layers.findings.numbers import direction, number, percent, rate


@pytest.mark.parametrize(
    ("value", "nb", "en"),
    [(1234567.89, "1\u202f234\u202f567,9", "1,234,567.9"), (-0.5, "−0,5", "−0.5"), (0.04, "0,0", "0.0"),
     (-0.04, "0,0", "0.0"), (0.05, "0,1", "0.1")],
)  # fmt: skip
def test_numbers(value, nb, en):
    assert (number(value, "nb"), number(value, "en")) == (nb, en)


def test_signs_percent_and_rates():
    assert number(2.0, "en", signed=True) == "+2.0"
    assert number(0.0, "en", signed=True) == "0.0"
    assert (percent(-0.123, "nb"), percent(0.95, "en", decimals=0)) == ("−12,3\u00a0%", "95%")
    assert (rate(0.314, "nb"), rate(12.34, "en")) == ("0,31", "12.3")


@pytest.mark.parametrize(("value", "sign"), [(0.04, 0), (-0.04, 0), (0.06, 1), (-0.06, -1)])
def test_direction_is_the_sign_as_written(value, sign):
    assert direction(value) == sign
