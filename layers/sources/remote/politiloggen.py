"""Politiloggen, the log of the Norwegian police: events per month and category of a municipality. Keeps no text.

The log has no coordinates and reaches back some years only: context, never a record of incidents. Its texts are read in
memory and dropped there; what leaves this module are counts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pandas import DataFrame

from layers.city.remote import PolitiloggenSource
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import refuse_few, refuse_incomplete, refuse_lacking
from layers.sources.remote.web import Request, json_of

COLUMNS = ("series_id", "start", "end", "value")
_NEEDED = ("id", "threadId", "category", "municipality", "createdOn")
_ROWS, _TOTALS = ("data", "messages"), ("totalItems", "totalCount")  # of version 1, and of the service that follows it
_Event = tuple[datetime, str]  # when it was first told, and its category


def fetch(source: PolitiloggenSource, reach: Reach, _last: Last) -> FetchedRows:
    """Return how many events the log told of, by month and series: `series_id`, `start`, `end`, `value`.

    Messages of one thread are one event, in the local month of its first message. The month of the newest message is
    not over and left out; so is that of the oldest, if the log does not reach back to `since`.

    Raises
    ------
    SourceError
        If the service refuses, gives fewer messages than it counts, or messages of another municipality.
    """
    events = _events(source, replace(reach, folder=None))
    months = _whole_months([told.astimezone(ZoneInfo(source.zone)) for told, _ in events], source.since)
    counted = Counter(
        (source.categories[category], _month(told.astimezone(ZoneInfo(source.zone))))
        for told, category in events
        if category in source.categories
    )
    rows = [
        (series, month.isoformat(), _next(month).isoformat(), counted[series, month])
        for series in sorted(set(source.categories.values()))
        for month in months
    ]
    refuse_few(source, reach, len(rows))
    return FetchedRows(DataFrame(rows, columns=list(COLUMNS), dtype=object))


def _events(source: PolitiloggenSource, reach: Reach) -> list[_Event]:
    """Return the first message of every thread; pages from the oldest on, so that new messages move none."""
    seen: dict[str, tuple[str, _Event]] = {}
    asked, total = 0, 0
    while True:
        page, total = _page(source, reach, asked)
        asked += len(page)
        for message in page:
            event = _read(message, source, reach)
            seen[str(message["id"])] = (str(message["threadId"]), event)
        if len(page) < source.page_size:
            break
    refuse_incomplete(reach, len(seen), total)
    first: dict[str, _Event] = {}
    for thread, event in seen.values():
        first[thread] = min(event, first.get(thread, event))
    return sorted(first.values())


def _page(source: PolitiloggenSource, reach: Reach, skip: int) -> tuple[list[Mapping[str, Any]], int]:
    """Return messages, and how many the service says there are."""
    params = {"Municipalities": source.municipality, "DateFrom": source.since.isoformat(), "SortBy": "Date"}
    params |= {"SortOrder": "Ascending", "Skip": str(skip), "Take": str(source.page_size)}
    said = json_of(reach, Request(reach.secret(source.address), reach.params(**params)))
    rows = next((said[key] for key in _ROWS if isinstance(said, dict) and isinstance(said.get(key), list)), None)
    if rows is None:
        raise reach.error("gives JSON without messages. Mend the address.", fault="changed")
    around = said | (said.get("metadata") or {})
    total = next((around[key] for key in _TOTALS if isinstance(around.get(key), int)), len(rows))
    return rows, total


def _read(message: Mapping[str, Any], source: PolitiloggenSource, reach: Reach) -> _Event:
    refuse_lacking(reach, _NEEDED, message)
    if str(message["municipality"]).casefold() != source.municipality.casefold():
        text = f"gives messages of {message['municipality']!r} where {source.municipality!r} was asked for. "
        raise reach.error(text + "Mend municipality.", fault="changed")
    try:
        told = datetime.fromisoformat(str(message["createdOn"]))
    except ValueError:
        raise reach.error("gives a message without a time in createdOn. Try later.", fault="changed") from None
    if told.tzinfo is None:
        raise reach.error("gives times without an offset in createdOn. Try later.", fault="changed")
    return told, str(message["category"])


def _whole_months(told: list[datetime], since: date) -> list[date]:
    """Return the months that the log tells of from their first to their last day."""
    if not told:
        return []
    month, last = _month(told[0]), _month(told[-1])
    month = month if month <= since else _next(month)
    months = []
    while month < last:
        months.append(month)
        month = _next(month)
    return months


def _month(told: datetime) -> date:
    return date(told.year, told.month, 1)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
