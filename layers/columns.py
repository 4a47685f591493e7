"""The columns of every table: their kind, and whether a row may lack them. Owns typing a raw frame, checks no value."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from layers.errors import ContractError

Kind = Literal["text", "number", "integer", "date", "instant", "flag", "label"]
Shape = Literal["Point", "Line", "Polygon", "any"]
_SHOWN = 10


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether a row may lack it, and what stands where the source says nothing."""

    kind: Kind
    required: bool = False
    absent: str | float | bool | None = None


@dataclass(frozen=True)
class TableShape:
    """What a table looks like: its id column, its columns and its geometry."""

    id: str | None
    columns: dict[str, Column]
    geometry: Shape
    indicators: bool = False  # further columns are numbers


_TEXT, _NUMBER, _DATE, _INSTANT = Column("text", absent=""), Column("number"), Column("date"), Column("instant", True)
_ID, _KIND, _LABEL = Column("text", True), Column("text", True), Column("label", True)

TABLES: dict[str, TableShape] = {
    "incidents": TableShape(
        "incident_id",
        {
            "incident_id": _ID,
            "occurred_from": _INSTANT,
            "occurred_to": _INSTANT,
            "category": _LABEL,
            "harm_class": _LABEL,
            "borne_by": _LABEL,
            "recorded_by": _LABEL,
            "uncertainty_m": _NUMBER,
        },
        "Point",
    ),
    "districts": TableShape(
        "district_id",
        {
            "district_id": _ID,
            "name": Column("text", True),
            "level": Column("text", True, absent="district"),
            "population": Column("number", True),
        },
        "Polygon",
        indicators=True,
    ),
    "indicator_areas": TableShape(
        "area_id", {"area_id": _ID, "population": Column("number", True)}, "Polygon", indicators=True
    ),
    "people_where": TableShape(None, {"density": Column("number", absent=1.0)}, "any"),
    "streets": TableShape(
        None,
        {
            "osm_id": Column("integer", True),
            "highway": _KIND,
            "name": _TEXT,
            "is_bridge": Column("flag", True),
            "is_tunnel": Column("flag", True),
            "layer": Column("integer", True, absent=0),
        },
        "Line",
    ),
    "zones": TableShape(
        "zone_id",
        {"zone_id": _ID, "name": _TEXT, "kind": _KIND, "valid_from": Column("date", True), "valid_to": _DATE},
        "Polygon",
    ),
    "interventions": TableShape(
        "intervention_id",
        {
            "intervention_id": _ID,
            "name": _TEXT,
            "kind": _KIND,
            "start": Column("date", True),
            "end": _DATE,
            "intensity": _NUMBER,
            "source": _TEXT,
            "confidence": _TEXT,
            "uncertainty_m": _NUMBER,
        },
        "any",
    ),
    "services": TableShape(
        "service_id",
        {
            "service_id": _ID,
            "name": _TEXT,
            "kind": _KIND,
            "opened": _DATE,
            "closed": _DATE,
            "hours": _TEXT,
            "capacity": _NUMBER,
            "substances": _TEXT,
            "referral": _TEXT,
            "public": Column("flag", True, absent=False),
        },
        "Point",
    ),
    "observations": TableShape(
        None,
        {"round": _TEXT, "place_id": _TEXT, "people": _NUMBER, "time_of_day": _TEXT, "criteria": _TEXT},
        "any",
    ),
    "help_uptake": TableShape(
        None, {"series_id": _KIND, "month": Column("date", True), "people": Column("number", True)}, "any"
    ),
    "context_series": TableShape(
        None,
        {
            "series_id": _KIND,
            "start": Column("date", True),
            "end": Column("date", True),
            "value": Column("number", True),
        },
        "any",
    ),
    "land": TableShape(None, {}, "Polygon"),
    "water": TableShape(None, {}, "Polygon"),
}
SPANS = {
    "incidents": ("occurred_from", "occurred_to"),
    "zones": ("valid_from", "valid_to"),
    "interventions": ("start", "end"),
    "services": ("opened", "closed"),
    "context_series": ("start", "end"),
}


def typed(table: str, frame: GeoDataFrame) -> GeoDataFrame:
    """Return the frame with the columns of `table` in order and of their kind; columns it lacks are filled.

    Districts and areas of indicators keep every further column as one (float); others drop what is no column of theirs.

    Raises
    ------
    ContractError
        If a column that every row needs is absent, or a value is not of its column's kind.
    """
    shape = TABLES[table]
    lacking = [c for c, column in shape.columns.items() if c not in frame and column.required and column.absent is None]
    lacking = [c for c in lacking if not (table == "districts" and c == "name")]
    if lacking:
        has = ", ".join(sorted(str(c) for c in frame.columns if c != "geometry")) or "none"
        msg = f"{table} lacks {', '.join(lacking)} (it has: {has}). Map them under `columns` or `constants`."
        raise ContractError(msg)
    done: dict[str, Series] = {}
    for name, column in shape.columns.items():
        values = frame[name] if name in frame else _absent(name, column, frame)
        if column.absent is not None:
            values = values.astype(object).where(values.notna(), column.absent)
        done[name] = _of_kind(values, column, f"{table}.{name}")
    if shape.indicators:
        others = [c for c in frame.columns if c not in shape.columns and c != "geometry"]
        done |= {c: _numbers(frame[c], f"{table}.{c}") for c in others}
    return GeoDataFrame(pd.DataFrame(done, index=frame.index), geometry=frame.geometry.array, crs=frame.crs)


def empty(table: str, crs: str) -> GeoDataFrame:
    """Return the table with its columns and no row, for a city that has no such source."""
    columns = {name: pd.Series([], dtype=object) for name in TABLES[table].columns}
    return typed(table, GeoDataFrame(pd.DataFrame(columns), geometry=[], crs=crs))


def _absent(name: str, column: Column, frame: DataFrame) -> Series:
    if name == "name" and "district_id" in frame:
        return frame["district_id"]
    return pd.Series([column.absent] * len(frame), index=frame.index, dtype=object)


def _of_kind(values: Series, column: Column, where: str) -> Series:
    if column.kind == "number":
        return _numbers(values, where)
    if column.kind == "integer":
        return _whole(values, where)
    if column.kind == "flag":
        return _flags(values, where)
    if column.kind == "date":
        return _dates(values, where)
    if column.kind == "text":
        return texts(values)
    return values  # instants and labels are made where they are read


def texts(values: Series) -> Series:
    """Return the values as text; whole floats lose their `.0`, so that keys of different files agree."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    return values.astype("str").where(values.notna())


def _numbers(values: Series, where: str) -> Series:
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    _refuse(values, numbers.isna() & values.notna(), where, "no number", "Add them to `missing`, or mend the file")
    return numbers


def _whole(values: Series, where: str) -> Series:
    numbers = _numbers(values, where)
    _refuse(values, numbers.isna() | (numbers != np.floor(numbers)), where, "no whole number", "Mend the file")
    return numbers.astype("int64")


def _flags(values: Series, where: str) -> Series:
    text = values.astype("str").str.lower()
    yes, no = text.isin(["true", "1", "1.0", "yes"]), text.isin(["false", "0", "0.0", "no"])
    _refuse(values, ~(yes | no), where, "neither true nor false", "Write true or false")
    return yes.astype(bool)


def _dates(values: Series, where: str) -> Series:
    """Local days as `datetime.date`; missing ones are None."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        raise ContractError(f"{where} holds instants; a local day is needed, e.g. 2014-08-25.")
    text = values.astype("str").where(values.notna())
    days = pd.to_datetime(text.where(text != ""), format="ISO8601", errors="coerce")
    _refuse(values, days.isna() & text.notna() & (text != ""), where, "no date", "Write days as YYYY-MM-DD")
    as_dates: list[date | None] = [None if pd.isna(day) else day.date() for day in days]
    return pd.Series(as_dates, index=values.index, dtype=object)


def _refuse(values: Series, bad: Series, where: str, what: str, cure: str) -> None:
    if bad.any():
        if where.startswith("incidents."):  # what stands in a record is shown to nobody
            shown = f"first rows {', '.join(str(row) for row in values.index[bad][:_SHOWN])} (counted from 0)"
        else:
            shown = ", ".join(repr(value) for value in values[bad].drop_duplicates().head(_SHOWN))
        raise ContractError(f"{where} holds {what} in {int(bad.sum()):,} rows: {shown}. {cure}.")
