"""Which days are compared along the chain of periods: windows, placebo windows, the last day that counts. No counts."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from layers.city import City, Period, Step, Window
from layers.errors import ConfigError
from layers.frame.left_out import overlap, pieces, spans_left_out

if TYPE_CHECKING:
    from pandas import DataFrame  # settings are read without it

_WHOLE_WEEK = timedelta(days=7)


def data_until(city: City, as_of: date, last_incident_day: date) -> date:
    """Return the first day that no product counts any more.

    The end of the last calendar quarter that is old enough to publish (`disclosure.min_age_days`) and complete in the
    data (an incident falls into its last week), or the end of the last period if that is earlier.

    Raises
    ------
    ConfigError
        If that day is not after the start of the first period.
    """
    oldest = as_of - timedelta(days=city.disclosure.min_age_days)
    closed = _quarter_start(min(oldest, last_incident_day + _WHOLE_WEEK))
    until = min(closed, city.periods[-1].end)
    if until <= city.periods[0].start:
        msg = (
            f"nothing can be counted: with incidents until {last_incident_day} and {city.disclosure.min_age_days} days "
            f"of rest before {as_of}, the last closed quarter ends {closed}, but the first period starts "
            f"{city.periods[0].start}. Wait for more data, or correct periods or as_of."
        )
        raise ConfigError(msg)
    return until


def counted_until(incidents: "DataFrame", city: City, as_of: date) -> date:
    """Return `data_until` for a table of incidents, by the local day of the last one."""
    return data_until(city, as_of, incidents["occurred_from"].max().tz_convert(city.zone).date())


def _quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def shifted(day: date, years: int) -> date:
    """Return the same calendar day some years later; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def shifted_window(window: Window, years: int) -> Window:
    """Return the same calendar span some years later."""
    return Window(start=shifted(window.start, years), end=shifted(window.end, years))


def matched_windows(city: City, step: Step, *, data_until: date | None = None) -> tuple[Window, Window]:
    """Return the days before and after that a step compares, season against season.

    Given windows are used as they stand. Otherwise, with periods cut at `data_until`: a period shorter than a year
    is compared whole (the shorter one, if both are) with the same calendar days of the other, the least whole number of
    years away. Two periods of a year or more are compared by one whole year: the first of the `to` period, and the
    latest same calendar span inside the `from` period (or its very last year, when none fits: a whole year has every
    season). The first year keeps the gap short, so that history holds the most placebo pairs. Days on which a change
    was anticipated or a break settled are left out: the longest pair without any of them is taken, then the closest.

    Raises
    ------
    ConfigError
        If no such days exist; `before` and `after` must then be given.
    """
    if step.before is not None and step.after is not None:
        return step.before, step.after
    periods = {period.id: period for period in city.periods}
    first, second = _known(periods[step.from_period], data_until), _known(periods[step.to_period], data_until)
    if first is None or second is None:
        msg = f"steps, {step.id}: there are no data yet in one of the periods (data end {data_until}). Remove the step."
        raise ConfigError(msg)
    spans = spans_left_out(city)
    tried = [_pair(one, other) for one in pieces(first, spans) for other in pieces(second, spans)]
    usable = [found for found in tried if found is not None and not _meets(found, spans)]
    pair = max(usable, key=lambda p: (p[1].end - p[1].start, p[0].end - p[1].start), default=None)
    if pair is None:
        msg = (
            f"steps, {step.id}: no days of {step.from_period!r} and {step.to_period!r} are the same time of the year. "
            "Give before and after in the step."
        )
        raise ConfigError(msg)
    return pair


def _pair(first: Window, second: Window) -> tuple[Window, Window] | None:
    is_short = _is_short(first) or _is_short(second)
    return _short_pair(first, second) if is_short else _whole_years(first, second)


def _meets(pair: tuple[Window, Window], spans: tuple[Window, ...]) -> bool:
    return any(overlap(window, span) for window in pair for span in spans)


def _known(period: Period, until: date | None) -> Window | None:
    """Return the part of a period that has data."""
    end = period.end if until is None else min(period.end, until)
    return Window(start=period.start, end=end) if period.start < end else None


def _is_short(window: Window) -> bool:
    return window.end < shifted(window.start, 1)


def _short_pair(first: Window, second: Window) -> tuple[Window, Window] | None:
    if first.end - first.start <= second.end - second.start:
        after = _nearest(first, inside=second, direction=1)
        return None if after is None else (first, after)
    before = _nearest(second, inside=first, direction=-1)
    return None if before is None else (before, second)


def _whole_years(first: Window, second: Window) -> tuple[Window, Window]:
    after = Window(start=second.start, end=shifted(second.start, 1))
    last_year = Window(start=shifted(first.end, -1), end=first.end)
    return _nearest(after, inside=first, direction=-1) or last_year, after


def _nearest(window: Window, *, inside: Window, direction: int) -> Window | None:
    """Return the window shifted by the least whole number of years that lies inside another, or None."""
    reach = abs(inside.end.year - window.start.year) + abs(window.end.year - inside.start.year) + 1
    for years in range(1, reach + 1):
        candidate = shifted_window(window, direction * years)
        if inside.start <= candidate.start and candidate.end <= inside.end:
            return candidate
    return None


def placebo_windows(
    city: City, step: Step, first_day: date, *, data_until: date | None = None
) -> tuple[tuple[Window, Window], ...]:
    """Return the step's windows moved by whole years to where nothing had happened; none meets days left out."""
    spans = spans_left_out(city)
    return tuple(
        pair for pair in _moved_windows(city, step, first_day, data_until=data_until) if not _meets(pair, spans)
    )


def _moved_windows(
    city: City, step: Step, first_day: date, *, data_until: date | None = None
) -> tuple[tuple[Window, Window], ...]:
    """Return the step's windows moved by whole years to where nothing had happened: the latest earlier ones first.

    Both windows of a pair lie in one quiet span: the history before the second period, from the first day of data on,
    or one of `inference.untouched`. Between two such spans an event lies, so no pair reaches from one into another.
    """
    before, after = matched_windows(city, step, data_until=data_until)
    end = date.max if data_until is None else data_until
    event = city.periods[1].anticipated_from or city.periods[1].start
    quiet = [(first_day, min(event, end))]
    quiet += [(max(span.start, first_day), min(span.end, end)) for span in city.inference.untouched]
    reach = max(after.end.year - first_day.year, *(last.year - before.start.year for _, last in quiet[1:]), 0)
    return tuple(
        pair
        for years in (*range(-1, -reach - 1, -1), *range(1, reach + 1))
        for pair in [(shifted_window(before, years), shifted_window(after, years))]
        if any(first <= pair[0].start and pair[1].end <= last for first, last in quiet)
    )
