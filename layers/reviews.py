"""When verdicts are reviewed, and how sure a review must be so that all of a step's reviews together err rarely.

A run comes every night, its figures follow the data, but a verdict changes at declared dates alone. While the days
compared still grow, every review is a new chance to err: levels of geo/sequential.py keep the sum of them.
"""

from datetime import date, timedelta

import numpy as np

from geo.sequential import review_levels
from layers.city import City, Step
from layers.errors import ConfigError
from layers.frame.chain import matched_windows

_LEAST_DAYS = 56  # shorter windows have no interval, so no verdict
_LEAST_COURSE_DAYS = 365  # a series against its own course needs twelve months after the event


def last_review(city: City, data_until: date) -> date:
    """Return the latest declared review date that is not after the counted days; the end of the last period is one."""
    if data_until == city.periods[-1].end:
        return data_until
    return max(day for day in _dates(city, date(data_until.year - 1, 1, 1), data_until))


def _dates(city: City, first: date, last: date) -> list[date]:
    found = [
        date(year, int(month_day[:2]), int(month_day[3:]))
        for year in range(first.year, last.year + 1)
        for month_day in city.inference.review_dates
    ]
    return sorted(day for day in found if first <= day <= last)


def review_level(city: City, step: Step, reviewed: date) -> float:
    """Return the level of the intervals that verdicts of a step are read from at a review.

    Each review that compares more days than the one before is a look, the last one that of all days planned. Of a step
    whose days are all there at its first review, the level is that of `inference.level`.
    """
    return _level_at(looks(city, step), city.inference.level, reviewed)


def course_level(city: City, step: Step, reviewed: date) -> float:
    """Return the same level for a series against its own course, which goes on for as long as the step's last period.

    Every review from the first year of that period on is a look.
    """
    period = next(period for period in city.periods if period.id == step.to_period)
    whole = (period.end - period.start).days
    days = sorted({*_dates(city, period.start, period.end), city.periods[-1].end})
    shares = {(min(day, period.end) - period.start).days / whole: day for day in reversed(days)}
    every = [(day, share) for share, day in sorted(shares.items()) if share * whole >= _LEAST_COURSE_DAYS]
    return _level_at(every, city.inference.level, reviewed)


def _level_at(every: list[tuple[date, float]], level: float, reviewed: date) -> float:
    done = [share for day, share in every if day <= reviewed]
    if len(every) < 2 or not done:
        return level
    return float(review_levels(np.array([share for _, share in every]), level)[len(done) - 1])


def looks(city: City, step: Step) -> list[tuple[date, float]]:
    """Return the reviews at which a step's days have grown, with the share of all its days."""
    planned = matched_windows(city, step)[1]
    whole = (planned.end - planned.start).days
    start = next(period.start for period in city.periods if period.id == step.to_period)
    year_after = planned.end + timedelta(days=366)
    found: list[tuple[date, float]] = []
    for day in sorted({*_dates(city, start, year_after), city.periods[-1].end}):
        try:
            after = matched_windows(city, step, data_until=day)[1]
        except ConfigError:  # no days to compare yet
            continue
        share = (after.end - after.start).days / whole
        is_there = after.end <= day and (after.end - after.start).days >= _LEAST_DAYS
        if is_there and share <= 1.0 and (not found or share > found[-1][1]):
            found.append((day, share))
    return found
