"""Which days are compared: seasons, leap years, placebo pairs, closed quarters."""

from datetime import date
from itertools import pairwise

import pytest

from layers.city import Period, Step, Window
from layers.errors import ConfigError
from layers.frame.chain import data_until, matched_windows, placebo_windows, shifted
from tests.made_city import WORDS, city


def chain(*edges: str):
    """Return a city whose periods p0, p1, ... run from edge to edge."""
    days = [date.fromisoformat(edge) for edge in edges]
    periods = [{"id": f"p{i}", "name": WORDS, "start": a, "end": b} for i, (a, b) in enumerate(pairwise(days))]
    step = {"from": "p0", "to": "p1", "origin": ["park"], "receivers": ["market"]}
    return city(periods=periods, steps=[step])


def step(first: str, second: str, **given) -> Step:
    return Step.model_validate({"from": first, "to": second, "origin": ["park"], "receivers": ["market"], **given})


def window(start: str, end: str) -> Window:
    return Window(start=date.fromisoformat(start), end=date.fromisoformat(end))


BERGEN = ("2009-01-01", "2014-08-25", "2015-06-01", "2018-01-01")


@pytest.mark.parametrize(
    ("first", "second", "before", "after"),
    [
        ("p0", "p1", ("2013-08-25", "2014-06-01"), ("2014-08-25", "2015-06-01")),  # the short period, whole
        ("p1", "p2", ("2014-08-25", "2015-06-01"), ("2015-08-25", "2016-06-01")),
        ("p0", "p2", ("2013-06-01", "2014-06-01"), ("2015-06-01", "2016-06-01")),  # one whole year
    ],
)
def test_windows_are_matched_by_season(first, second, before, after):
    assert matched_windows(chain(*BERGEN), step(first, second)) == (window(*before), window(*after))


def test_adjoining_long_periods_are_compared_by_the_years_around_their_edge():
    found = matched_windows(chain("2010-03-01", "2014-03-01", "2018-03-01"), step("p0", "p1"))
    assert found == (window("2013-03-01", "2014-03-01"), window("2014-03-01", "2015-03-01"))


def test_given_windows_stand():
    given = {
        "before": {"start": "2012-01-01", "end": "2013-01-01"},
        "after": {"start": "2016-01-01", "end": "2017-01-01"},
    }
    found = matched_windows(chain(*BERGEN), step("p0", "p2", **given))
    assert found == (window("2012-01-01", "2013-01-01"), window("2016-01-01", "2017-01-01"))


def test_data_that_end_early_shorten_the_after_window():
    found = matched_windows(chain(*BERGEN), step("p0", "p2"), data_until=date(2016, 1, 1))
    assert found == (window("2013-06-01", "2014-01-01"), window("2015-06-01", "2016-01-01"))


def test_a_whole_year_needs_no_same_calendar_days_when_none_fit():
    found = matched_windows(chain("2013-01-01", "2014-02-01", "2014-04-01", "2016-01-01"), step("p0", "p2"))
    assert found == (window("2013-02-01", "2014-02-01"), window("2014-04-01", "2015-04-01"))


def test_periods_without_a_common_season_are_refused():
    seasons = chain("2013-01-01", "2013-03-01", "2013-06-01")
    with pytest.raises(ConfigError, match="p0->p1: no days of 'p0' and 'p1' are the same time of the year"):
        matched_windows(seasons, step("p0", "p1"))


def test_a_period_without_data_is_refused():
    with pytest.raises(ConfigError, match="no data yet"):
        matched_windows(chain(*BERGEN), step("p0", "p2"), data_until=date(2015, 6, 1))


def test_leap_days_fall_on_28_february_elsewhere():
    assert shifted(date(2016, 2, 29), -1) == date(2015, 2, 28)
    assert shifted(date(2016, 2, 29), 4) == date(2020, 2, 29)
    found = matched_windows(chain("2012-02-29", "2016-02-29", "2020-02-29"), step("p0", "p1"))
    assert found == (window("2015-02-28", "2016-02-28"), window("2016-02-29", "2017-02-28"))


def test_placebo_windows_go_back_year_by_year_before_the_first_event():
    found = placebo_windows(chain(*BERGEN), step("p0", "p2"), date(2009, 1, 1))
    assert [(b.start.year, a.start.year) for b, a in found] == [(2011, 2013), (2010, 2012), (2009, 2011)]
    assert all(a.end <= date(2014, 8, 25) and b.start >= date(2009, 1, 1) for b, a in found)


def test_data_from_later_on_have_fewer_placebo_pairs():
    assert len(placebo_windows(chain(*BERGEN), step("p0", "p2"), date(2009, 6, 2))) == 2
    assert placebo_windows(chain(*BERGEN), step("p0", "p2"), date(2013, 1, 1)) == ()


def test_adjoining_windows_leave_the_event_year_alone():
    found = placebo_windows(chain("2010-03-01", "2014-03-01", "2018-03-01"), step("p0", "p1"), date(2010, 3, 1))
    assert [(b.start.year, a.start.year) for b, a in found] == [(2012, 2013), (2011, 2012), (2010, 2011)]


def test_declared_quiet_years_after_the_event_are_placebo_pairs_too():
    """One more pair per year that fits a span; none that reaches over an event between two spans, none without data."""
    made = chain("2016-01-01", "2017-08-01", "2018-06-01")
    spans = (window("2018-12-01", "2020-12-01"), window("2020-12-01", "2024-05-01"))
    quiet = made.model_copy(update={"inference": made.inference.model_copy(update={"untouched": spans})})
    found = placebo_windows(quiet, quiet.steps[0], date(2016, 1, 1))
    assert [(b.start, a.end) for b, a in found] == [
        (date(2021, 8, 1), date(2023, 6, 1)),
        # 2019-08 to 2021-06 would reach over 1 December 2020, 2022-08 to 2024-06 out of the last span
    ]
    assert placebo_windows(made, made.steps[0], date(2016, 1, 1)) == ()
    assert placebo_windows(quiet, quiet.steps[0], date(2016, 1, 1), data_until=date(2023, 4, 1)) == ()


def test_earlier_pairs_come_first_and_leave_out_the_step_itself():
    made = chain(*BERGEN)
    spans = (window("2015-01-01", "2020-01-01"),)
    quiet = made.model_copy(update={"inference": made.inference.model_copy(update={"untouched": spans})})
    found = placebo_windows(quiet, step("p0", "p2"), date(2009, 1, 1))
    assert [b.start.year for b, _ in found] == [2011, 2010, 2009, 2015, 2016]


def periods(end: str):
    return [
        Period.model_validate({"id": "a", "name": WORDS, "start": "2010-01-01", "end": "2015-01-01"}).model_dump(),
        Period.model_validate({"id": "b", "name": WORDS, "start": "2015-01-01", "end": end}).model_dump(),
    ]


@pytest.mark.parametrize(
    ("as_of", "last", "until"),
    [
        ("2020-06-29", "2020-06-28", "2020-01-01"),  # 90 days before is 31 March: the quarter is a day too young
        ("2020-06-30", "2020-06-28", "2020-04-01"),  # 90 days before is 1 April
        ("2021-01-15", "2020-05-10", "2020-04-01"),  # data stop inside a quarter
        ("2021-01-15", "2020-06-27", "2020-07-01"),  # quiet last days are no gap
        ("2026-01-01", "2025-12-01", "2024-08-15"),  # the last period ended
    ],
)
def test_only_closed_quarters_count(as_of, last, until):
    steps = [{"from": "a", "to": "b", "origin": ["park"], "receivers": ["market"]}]
    settings = city(periods=periods("2024-08-15"), steps=steps)
    assert data_until(settings, date.fromisoformat(as_of), date.fromisoformat(last)) == date.fromisoformat(until)


def test_nothing_to_count_is_said():
    with pytest.raises(ConfigError, match="nothing can be counted"):
        data_until(city(), date(2009, 5, 1), date(2009, 4, 30))
