"""Times of a source to instants in UTC. Owns zones, offsets and clock changes; knows nothing of places or harm."""

import pandas as pd
from pandas import DataFrame, Series

from layers.city import TimeColumns
from layers.errors import SourceError
from layers.sources.refused import mark

_OFFSET = r"\d(?:Z|[+-]\d{2}(?::?\d{2})?)$"  # after a digit, at the end: 05:00:00+00, 05:00Z, 05:00+0200
_DATE_ONLY = r"^\d{4}-\d{2}-\d{2}$"  # its last part looks like an offset and is none
_INSTANT = "datetime64[us, UTC]"


def add_times(frame: DataFrame, time: TimeColumns | None, source_id: str) -> DataFrame:
    """Turn a source's times into `occurred_from` and `occurred_to`, instants in UTC.

    Times with an offset keep it; times without are read in the declared zone. Rows whose time is missing, cannot be
    read, or falls into a clock change are marked as refused, since to guess would shift them by an hour.

    Parameters
    ----------
    frame : DataFrame
        With columns `occurred_from` and perhaps `occurred_to` as the source writes them.
    time : TimeColumns or None
        The declared zone and format; none: every time must carry its offset.
    source_id : str
        For messages.

    Raises
    ------
    SourceError
        If times carry no offset and no zone is declared.
    """
    if "occurred_from" not in frame:
        msg = f"source {source_id!r}: incidents need a time; say `time: {{occurred_from: COLUMN, zone: ZONE}}`."
        raise SourceError(msg)
    raw_from = frame["occurred_from"]
    frame = _to_instants(frame, "occurred_from", time, source_id)
    if "occurred_to" not in frame:
        frame["occurred_to"] = frame["occurred_from"]
        return frame
    raw_to = raw_from.where(frame["occurred_to"].isna(), frame["occurred_to"])  # no latest time: the earliest stands
    frame["occurred_to"] = raw_to
    return _to_instants(frame, "occurred_to", time, source_id)


def _to_instants(frame: DataFrame, column: str, time: TimeColumns | None, source_id: str) -> DataFrame:
    values = frame[column]
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        frame[column] = values.dt.tz_convert("UTC").astype(_INSTANT)
        return mark(frame, frame[column].isna(), f"no {column}")
    frame = mark(frame, values.isna(), f"no {column}")
    offset = _has_offset(values, time)
    naive = values.notna() & ~offset
    if time is None and naive.any():
        msg = (
            f"source {source_id!r}: {int(naive.sum()):,} times in {column} have neither an offset nor a time zone. "
            "Say which zone they are written in: `time: {occurred_from: COLUMN, zone: Europe/Oslo}`."
        )
        raise SourceError(msg)
    instants = pd.Series(pd.NaT, index=values.index, dtype=_INSTANT)
    form = time.format if time is not None and time.format else None
    if offset.any():
        instants[offset] = _read(values[offset], form, utc=True)
    if time is not None and naive.any():
        local = _read(values[naive], form, utc=False)
        instants[naive] = _localised(local, time.zone)
        lost = (local.notna() & instants[naive].isna()).reindex(frame.index, fill_value=False)
        frame = mark(frame, lost, "local time does not exist or exists twice (clock change)")
    frame[column] = instants
    return mark(frame, instants.isna(), f"{column} cannot be read as a time")


def _has_offset(values: Series, time: TimeColumns | None) -> Series:
    if pd.api.types.is_datetime64_dtype(values):
        return pd.Series(data=False, index=values.index)
    if time is not None and time.zone == "UTC" and time.format is None:
        return values.notna()  # with or without offset, UTC is read the same
    text = values.astype("str")
    return text.str.contains(_OFFSET, na=False) & ~text.str.contains(_DATE_ONLY, na=False)


def _read(values: Series, form: str | None, *, utc: bool) -> Series:
    read: Series = pd.to_datetime(values, format=form or "ISO8601", errors="coerce", utc=utc)
    instants: Series = read.dt.as_unit("us")
    return instants


def _localised(local: Series, zone: str) -> Series:
    there = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    instants: Series = there.dt.tz_convert("UTC").dt.as_unit("us")
    return instants
