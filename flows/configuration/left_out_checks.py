"""Checks of the days that nobody compares: anticipation, breaks that settle, and given days that meet them."""

from collections.abc import Iterator
from datetime import date

from flows.configuration.draft import Draft
from flows.configuration.yaml_lines import KeyPath
from layers.city import Break, Period, Step

Found = Iterator[tuple[KeyPath, str]]


def days_left_out(draft: Draft) -> Found:
    """Yield anticipation beyond the period before, breaks outside the chain, and given days that meet either."""
    yield from _anticipation(draft)
    yield from _breaks(draft)
    for position, step in draft.entries("steps", Step):
        for key, window in (("before", step.before), ("after", step.after)):
            for name, first, last in _spans(draft):
                if window is not None and window.start < last and first < window.end:
                    text = f"{window.start} to {window.end} meets {name} ({first} to {last}). Shorten it."
                    yield ("steps", position, key), text


def _anticipation(draft: Draft) -> Found:
    periods = draft.entries("periods", Period)
    for number, (position, period) in enumerate(periods):
        known = period.anticipated_from
        if known is not None and (number == 0 or known <= periods[number - 1][1].start):
            text = f"{known} leaves nothing of the period before. Write a day after its start, or leave it out."
            yield ("periods", position, "anticipated_from"), text


def _breaks(draft: Draft) -> Found:
    periods = [period for _, period in draft.entries("periods", Period)]
    for position, entry in draft.entries("breaks", Break):
        if periods and not periods[0].start < entry.start < periods[-1].end:
            ends = f"{periods[0].start} to {periods[-1].end}"
            yield (
                ("breaks", position, "start"),
                f"{entry.start} is not inside the chain of periods ({ends}). Remove it.",
            )


def _spans(draft: Draft) -> Iterator[tuple[str, date, date]]:
    for _, period in draft.entries("periods", Period):
        if period.anticipated_from is not None:
            yield f"the anticipation of {period.id!r}", period.anticipated_from, period.start
    for _, entry in draft.entries("breaks", Break):
        if entry.settled is not None:
            yield f"the settling of {entry.id!r}", entry.start, entry.settled
