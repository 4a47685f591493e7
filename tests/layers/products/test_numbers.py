"""Figures and dates as both languages write them."""

from dataclasses import replace
from datetime import date

import pytest

from layers.products import numbers
from tests.example_release import example_release

FOUND = {f.kind: f for f in example_release().findings if f.headline}


@pytest.mark.parametrize(
    ("value", "nb", "en"),
    [
        (1500.0, "1\u202f500", "1,500"),
        (12.34, "12,3", "12.3"),
        (0.5, "0,5", "0.5"),
        (-0.043, "−0,043", "−0.043"),
        (2.0, "2", "2"),
    ],
)
def test_short(value, nb, en):
    assert (numbers.short(value, "nb"), numbers.short(value, "en")) == (nb, en)


def test_dates():
    when = date(2014, 8, 25)
    assert (
        numbers.day(when, "nb") == "25.\u00a0august\u00a02014" and numbers.day(when, "en") == "25\u00a0August\u00a02014"
    )
    assert numbers.short_day(when, "nb") == "25.08.2014" and numbers.short_day(when, "en") == "25\u00a0Aug\u00a02014"


def test_a_share_reads_as_per_cent_with_its_sign():
    found = FOUND["harm_total_change"]
    assert numbers.estimate_words(found, "nb") == "−4,3\u00a0%" and numbers.estimate_words(found, "en") == "−4.3%"
    assert numbers.interval_words(found, "en") == "−12.1 to +3.4"


def test_points_keep_their_scale_and_say_their_unit():
    found = FOUND["deprivation_of_harm_shift"]
    assert numbers.estimate_words(found, "nb") == "+11,4\u00a0persentilpoeng"
    assert numbers.interval_words(found, "nb") == "+7,9 til +14,8"


def test_what_is_missing_or_unbounded_is_said():
    found = FOUND["deterrence_vs_displacement"]
    assert numbers.estimate_words(found, "en") == "0.78"
    assert numbers.interval_words(found, "en") == ""
    assert numbers.estimate_words(replace(found, estimate=None), "en") == "–"
    assert numbers.interval_words(replace(found, interval=(0.1, float("inf"))), "nb") == "0,10 til ∞"
