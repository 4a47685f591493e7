"""When verdicts are reviewed, and the levels they are read at."""

from datetime import date

import pytest

from layers.city import Window
from layers.reviews import course_level, last_review, review_level
from tests.made_city import city

QUARTERS = [date(2015, 10, 1), date(2016, 1, 1), date(2016, 4, 1), date(2016, 7, 1)]


def test_the_last_review_is_the_latest_declared_date():
    yearly = city(inference__review_dates=["07-01"])
    assert last_review(yearly, date(2016, 4, 1)) == date(2015, 7, 1)
    assert last_review(yearly, date(2016, 7, 1)) == date(2016, 7, 1)
    assert last_review(city(), date(2016, 4, 1)) == date(2016, 4, 1)
    assert last_review(yearly, city().periods[-1].end) == city().periods[-1].end


def test_levels_fall_from_review_to_review_and_stay_when_all_days_are_there():
    settings = city()
    step = settings.steps[0]  # its second period starts on 1 June 2015 and is compared by its first year
    levels = [review_level(settings, step, day) for day in QUARTERS]
    assert levels[0] > levels[1] > levels[2] > levels[3] > settings.inference.level
    assert levels[3] == pytest.approx(0.956, abs=0.004)
    assert review_level(settings, step, date(2017, 1, 1)) == levels[3]


def test_days_that_are_given_are_looked_at_once():
    settings = city()
    windows = {
        "before": Window(start=date(2013, 9, 1), end=date(2014, 3, 1)),
        "after": Window(start=date(2015, 9, 1), end=date(2016, 3, 1)),
    }
    step = settings.steps[0].model_copy(update=windows)
    for day in QUARTERS:
        assert review_level(settings, step, day) == settings.inference.level


def test_reviews_of_a_course_share_the_error_over_the_whole_period():
    quarterly = city()
    step = quarterly.steps[0]  # its second period goes on until 1 January 2017
    levels = [course_level(quarterly, step, day) for day in (date(2016, 7, 1), date(2016, 10, 1), date(2017, 1, 1))]
    assert levels[0] > levels[1] > levels[2] > quarterly.inference.level
    assert course_level(quarterly, step, date(2030, 1, 1)) == levels[2]
    # nothing to look at before a year has gone
    assert course_level(quarterly, step, date(2016, 1, 1)) == quarterly.inference.level


@pytest.mark.parametrize("day", ["13-01", "02-29", "1-1", "04-31x"])
def test_review_dates_are_days_that_every_year_has(day):
    with pytest.raises(ValueError, match="review_dates"):
        city(inference__review_dates=[day])
