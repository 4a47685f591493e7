"""The frames of the animation: its step, and in which of them each period is shown. Owns no layer and no XML.

A period seldom ends where a frame does. A frame shows the one period its first day lies in, never two upon each other.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date

from layers.city import Period

Span = tuple[date, date]  # half-open

_STEPS = (3, 1)  # months; the first in which every period has a frame of its own


def months_per_frame(periods: Sequence[Period]) -> int:
    """Return the step of the animation in months."""
    fits = (months for months in _STEPS if all(a < b for a, b in _spans(periods, months).values()))
    return next(fits, _STEPS[-1])


def shown_during(periods: Sequence[Period]) -> Mapping[str, Span]:
    """Return from which frame to which each period is shown, as days; a period without a frame keeps its own."""
    spans = _spans(periods, months_per_frame(periods))
    return {p.id: spans[p.id] if spans[p.id][0] < spans[p.id][1] else (p.start, p.end) for p in periods}


def _spans(periods: Sequence[Period], months: int) -> dict[str, Span]:
    begin, end = periods[0].start, periods[-1].end
    starts = [begin]
    while starts[-1] < end:
        starts.append(_later(begin, months * len(starts)))
    return {p.id: (_first(starts, p.start), _first(starts, p.end)) for p in periods}


def _first(starts: Sequence[date], day: date) -> date:
    """Return the first frame that begins on `day` or later."""
    return next((start for start in starts if start >= day), starts[-1])


def _later(day: date, months: int) -> date:
    """Return the day that many months later, or that month's last, as QGIS counts."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))
