"""From a service's answers to rows: the columns asked for, none lacking, enough of them. Fetches nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from pandas import DataFrame

from layers.city import RemoteTable
from layers.sources.mapping import needed
from layers.sources.remote.reach import Reach


def wanted(source: RemoteTable) -> list[str]:
    """Return the columns to ask for, each once: those of the mapping, and those that lead the fetch."""
    named = [*needed(source).values(), source.x, source.y, source.join.left if source.join else None]
    named += [source.incremental.field if source.incremental else None]
    named += [source.reversal.column if source.reversal else None]
    return list(dict.fromkeys(column for column in named if column is not None))


def table_of(
    source: RemoteTable, reach: Reach, rows: Sequence[Mapping[str, Any]], *, may_lack: bool = False
) -> DataFrame:
    """Return rows as a frame of objects with the wanted columns alone.

    Parameters
    ----------
    may_lack : bool
        The service leaves out what is empty, so that a column without a value is not there.

    Raises
    ------
    SourceError
        If there are too few rows, or a column is not there.
    """
    refuse_few(source, reach, len(rows))
    columns = wanted(source)
    has: dict[str, None] = {}
    for row in rows:
        has.update(dict.fromkeys(row))
    if not may_lack and rows:
        refuse_lacking(reach, columns, has)
    return DataFrame([[row.get(column) for column in columns] for row in rows], columns=columns, dtype=object)


def features_of(source: RemoteTable, reach: Reach, features: Sequence[Mapping[str, Any]], *, crs: str) -> DataFrame:
    """Return GeoJSON features as a GeoDataFrame with the wanted columns.

    Raises
    ------
    SourceError
        As `table_of`, and if a geometry cannot be read.
    """
    table = table_of(source, reach, [feature.get("properties") or {} for feature in features])
    try:
        shapes = gpd.GeoDataFrame.from_features([{**feature, "properties": {}} for feature in features], crs=crs)
        points = shapes.geometry if len(shapes) else gpd.GeoSeries([], crs=crs)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise reach.error("gives a geometry that is none. Try later.", fault="incomplete") from None
    placed: DataFrame = gpd.GeoDataFrame(table, geometry=points.array, crs=crs)
    return placed


def refuse_lacking(reach: Reach, columns: Iterable[str], has: Iterable[str]) -> None:
    """Refuse an answer without a column that the settings name.

    Raises
    ------
    SourceError
        Naming what lacks and what there is.
    """
    has = list(has)
    lacking = [column for column in columns if column not in has]
    if lacking:
        text = f"has no column {', '.join(lacking)}. Its columns are: {', '.join(has[:40]) or 'none'}. Mend `columns`."
        raise reach.error(text, fault="changed")


def refuse_few(source: RemoteTable, reach: Reach, rows: int) -> None:
    """Refuse fewer rows than the settings allow; when only changes were asked for, none at all may be right.

    Raises
    ------
    SourceError
        If there are too few.
    """
    if rows < source.min_rows and not reach.only_changes:
        text = f"gives {rows:,} rows, fewer than the {source.min_rows:,} of min_rows. Try later, or mend the filter."
        raise reach.error(text, fault="incomplete")


def refuse_incomplete(reach: Reach, got: int, promised: int | None) -> None:
    """Refuse fewer rows than the service itself has said there are.

    Raises
    ------
    SourceError
        If rows lack.
    """
    if promised is not None and got < promised:
        raise reach.error(f"gave {got:,} of the {promised:,} rows it speaks of. Try later.", fault="incomplete")


def plain_instant(since: datetime) -> str:
    """Return an instant as services write it without offset; the overlap is wider than any zone."""
    return since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def with_texts_of_epochs(frame: DataFrame, columns: Iterable[str]) -> DataFrame:
    """Return the frame with times given as milliseconds since 1970 written as ISO 8601 in UTC."""
    for column in columns:
        numbers = pd.to_numeric(frame[column], errors="coerce")
        if numbers.notna().any():
            times = pd.to_datetime(numbers, unit="ms", utc=True).dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            frame[column] = times.astype(object).where(numbers.notna(), frame[column])
    return frame
