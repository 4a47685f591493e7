"""Fjordby anticipates its first closure: what is left out matters, and leaving it out gives the estimand back."""

from datetime import date

import numpy as np
import pytest

from layers.frame.chain import matched_windows
from layers.frame.left_out import spans_left_out
from layers.simulation.rates import components, days
from tests.fjordby import fjordby_city


def without_anticipation(city):
    first = city.periods[1].model_copy(update={"anticipated_from": None})
    return city.model_copy(update={"periods": (city.periods[0], first, city.periods[2])})


def rate(parts, city, place: str, window) -> float:
    """Expected disorder per day at a place in a window."""
    calendar = days(city)
    inside = (calendar >= np.datetime64(window.start)) & (calendar < np.datetime64(window.end))
    return sum(p.per_day[inside].mean() for p in parts if p.support == place and p.kind.harm_class == "disorder")


@pytest.fixture(scope="module")
def city():
    return fjordby_city()


@pytest.fixture(scope="module")
def parts(city):
    return components(city.sources[0], city)


def test_part_of_the_change_has_happened_while_it_is_anticipated(city, parts):
    """Season apart, the park has 1 - 0.4 (1 - 0.06) of its level on those days, and all of it the day before."""
    still = components(city.sources[0], without_anticipation(city))
    park = {p.name: p.per_day for p in parts if p.support == "parken"}
    (span,) = spans_left_out(city)
    first, last = ((day - city.periods[0].start).days for day in (span.start, span.end))
    for part in still:
        if part.support != "parken" or not part.kind.moves:
            continue
        ratio = park[part.name] / part.per_day
        assert ratio[first:last] == pytest.approx(1 - 0.4 * (1 - 0.06))
        assert ratio[:first] == pytest.approx(1.0)
        assert ratio[last:] == pytest.approx(1.0)


def test_enforcement_is_a_decision_and_anticipates_nothing(city, parts):
    still = components(city.sources[0], without_anticipation(city))
    for one, other in zip(parts, still, strict=True):
        if not one.kind.moves:
            assert (one.per_day == other.per_day).all()


def test_leaving_those_days_out_matters(city, parts):
    """Compared with the last year before the closure, as if nobody had known, the fall at the park looks smaller."""
    step = city.steps[0]
    before, after = matched_windows(city, step)
    naive, _ = matched_windows(without_anticipation(city), step)
    assert before.end <= city.periods[1].anticipated_from < naive.end
    kept, blurred = (rate(parts, city, "parken", window) for window in (before, naive))
    later = rate(parts, city, "parken", after)
    trend = np.exp(-0.02 * (after.start - before.start).days / 365.25)
    assert later / (kept * trend) == pytest.approx(0.06, abs=0.002)  # the share that stays, by the parameters
    assert blurred < 0.95 * kept
    assert naive.start == date(2015, 6, 5)
