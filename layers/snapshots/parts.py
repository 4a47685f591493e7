"""Rows as files by month: what a night brought is laid over what is stored. Owns revisions and reversals.

The files depend on the rows alone, never on the nights they came in: an incremental fetch ends at the bytes of a full
one, and a month nothing happened to keeps its hash.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from layers.city import RemoteTable
from layers.columns import texts
from layers.snapshots.filtered import instants
from layers.snapshots.store import object_path
from layers.tables import Part

UNDATED = "undated"


@dataclass(frozen=True)
class Laid:
    """The stored table after a night: parts that stayed, and frames to be written under their names."""

    stayed: tuple[Part, ...]
    changed: Mapping[str, DataFrame]


def newest(frame: DataFrame, source: RemoteTable) -> datetime | None:
    """Return the newest value of the field that incremental fetching follows; times without offset count as UTC."""
    if source.incremental is None or frame.empty:
        return None
    value = _revised(frame, source).max()
    return None if pd.isna(value) else value.to_pydatetime()


def current(frame: DataFrame, source: RemoteTable) -> DataFrame:
    """Return the last state of each id, reversals still among them; several states of an id may come at once."""
    if source.incremental is None and source.reversal is None:
        return frame
    order = DataFrame({"reversed": is_reversal(frame, source)}, index=frame.index)
    order["revised"] = _revised(frame, source) if source.incremental else pd.Timestamp(0, tz="UTC")
    order["id"] = texts(frame[source.columns["incident_id"]])
    last = order.sort_values(["revised", "reversed"], kind="stable", na_position="first")
    last = last.drop_duplicates("id", keep="last")
    return frame.loc[last.index.sort_values()]


def _revised(frame: DataFrame, source: RemoteTable) -> Series:
    field = source.incremental.field if source.incremental else ""
    return pd.to_datetime(frame[field], format="ISO8601", errors="coerce", utc=True)


def is_reversal(frame: DataFrame, source: RemoteTable) -> Series:
    """Return which rows take an incident back."""
    if source.reversal is None:
        return pd.Series(data=False, index=frame.index)
    taken_back: Series = texts(frame[source.reversal.column]).isin(source.reversal.values)
    return taken_back


def laid(stored: tuple[Part, ...], frame: DataFrame, source: RemoteTable, *, store: Path) -> Laid:
    """Lay rows over the stored months: a row replaces that of its id, wherever it lay.

    Parameters
    ----------
    stored : tuple of Part
        What there is; empty for a full fetch.
    frame : DataFrame
        Rows of `current`, protected, with the columns to be stored and `taken_back` (bool).
    """
    rows = frame[~frame["taken_back"]].drop(columns="taken_back")
    new = {f"{month}.parquet": part for month, part in rows.groupby(_months(rows, source), sort=True)}
    own = source.columns.get("incident_id", "incident_id")
    ids = pa.array(sorted(set(texts(frame[own]).dropna())), type=pa.string()) if stored else None
    stayed, changed = [], {}
    for part in stored:
        path = object_path(store, part.sha256)
        superseded = _holding(path, own, ids)
        if not superseded.any() and part.name not in new:
            stayed.append(part)
            continue
        left = read(path)[~superseded]
        both = [left, *([new.pop(part.name)] if part.name in new else [])]
        whole = both[0] if len(both) == 1 else pd.concat(both, ignore_index=True)
        if len(whole):
            changed[part.name] = in_order(whole, source)
    return Laid(tuple(stayed), changed | {name: in_order(rows, source) for name, rows in new.items()})


def _holding(path: Path, column: str, ids: pa.Array) -> np.ndarray:
    """Return which rows of a stored part have one of the ids; of all the history, only this column is read."""
    values = pq.read_table(path, columns=[column], use_threads=False).column(column)
    found: np.ndarray = pc.is_in(values.cast(pa.string()), value_set=ids).to_numpy()
    return found


def _months(rows: DataFrame, source: RemoteTable) -> Series:
    column = source.time.occurred_from if source.time else "occurred_from"
    months: Series = instants(rows[column], source).dt.strftime("%Y-%m").fillna(UNDATED)
    return months


def in_order(frame: DataFrame, source: RemoteTable) -> DataFrame:
    """Return rows in an order of their own, not that of the answer: by the table's id, then by all columns."""
    plain = [column for column in frame.columns if column != "geometry"]
    own = source.columns.get("incident_id", source.columns.get("district_id"))
    first = [own] if own in plain else []
    by = first + [column for column in plain if column not in first]
    ordered: DataFrame = frame.sort_values(by, kind="stable", na_position="first", ignore_index=True) if by else frame
    return ordered


def as_text(frame: DataFrame) -> DataFrame:
    """Return every column but the geometry as text: what is a number or a time is decided by the contract."""
    done = {column: frame[column].map(_text).astype("str") for column in frame.columns if column != "geometry"}
    plain = DataFrame(done, index=frame.index)
    if isinstance(frame, GeoDataFrame):
        plain = GeoDataFrame(plain, geometry=frame.geometry.array, crs=frame.crs)
    return plain


def _text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):  # an instant, too
        return None if pd.isna(value) else value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if pd.isna(value):
        return None
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value)) if whole else str(value)


def write(frame: DataFrame, path: Path, *, key: str | None = None) -> Path:
    """Write rows as Parquet, GeoParquet if they have places; the same rows give the same bytes.

    Parameters
    ----------
    key : str or None
        The column that later nights look ids up in: neither packed nor coded, so that it alone is quick to read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    packing = {str(column): "NONE" if column == key else "ZSTD" for column in frame.columns}
    coded = [column for column in packing if column not in (key, "geometry")]
    plain = frame.reset_index(drop=True)
    plain.to_parquet(path, index=False, compression=packing, use_dictionary=coded)  # type: ignore[call-overload]  # one packing per column
    return path


def read(path: Path) -> DataFrame:
    """Read what `write` wrote."""
    is_geo = b"geo" in (pq.read_schema(path).metadata or {})
    frame: DataFrame = gpd.read_parquet(path) if is_geo else pd.read_parquet(path)
    return frame
