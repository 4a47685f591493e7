"""From a file's columns to a contract's: names, constants, missing values, a joined file, points of x and y."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import Join, TableSource
from layers.columns import TABLES, texts
from layers.errors import SourceError
from layers.sources.refused import mark


def needed(source: TableSource) -> dict[str, str]:
    """Return contract column -> column of the file, for all that the YAML names (x, y and the join's key apart)."""
    wanted = dict(source.columns)
    if source.time is not None:
        wanted["occurred_from"] = source.time.occurred_from
        if source.time.occurred_to is not None:
            wanted["occurred_to"] = source.time.occurred_to
    return wanted


def columns_to_read(source: TableSource, available: list[str], name: str) -> list[str]:
    """Return the columns of a file to read: those the YAML names and those that carry a contract's own name.

    Raises
    ------
    SourceError
        If the YAML names a column that the file does not have.
    """
    named = [*needed(source).values(), source.x, source.y, source.join.left if source.join else None]
    wanted = list(dict.fromkeys(column for column in named if column is not None))
    lacking = [column for column in wanted if column not in available]
    if lacking:
        has = ", ".join(available[:40]) or "none"
        cure = "Mend `columns`, `time`, `x` and `y` of the source."
        raise SourceError(
            f"source {source.id!r}: {name} has no column {', '.join(lacking)}. Its columns are: {has}. {cure}"
        )
    taken = set(needed(source)) | set(source.constants)
    own = [c for c in TABLES[source.table].columns if c in available and c not in taken and c not in wanted]
    return wanted + own


def mapped(raw: DataFrame, source: TableSource, joined: DataFrame | None) -> GeoDataFrame:
    """Return the frame under the contract's column names, in the source's CRS.

    Parameters
    ----------
    raw : DataFrame or GeoDataFrame
        As read, with the columns of `columns_to_read`.
    source : TableSource
        Names, constants, missing values, x and y.
    joined : DataFrame or None
        The second file, read as text.

    Raises
    ------
    SourceError
        If the join finds no partner at all, or a key stands twice in the second file.
    """
    taken = {c: raw[c] for c in TABLES[source.table].columns if c in raw and c not in needed(source)}
    done = taken | {contract: raw[column] for contract, column in needed(source).items()}
    frame = pd.DataFrame(done, index=raw.index)
    if source.join is not None and joined is not None:
        frame = _join(frame, raw, source, source.join, joined)
    for column, value in source.constants.items():
        frame[column] = value
    for column, values in source.missing.items():
        if column not in frame:
            raise SourceError(f"source {source.id!r}: `missing` names {column!r}, which is no column of it.")
        means_missing = frame[column].isin(values) | frame[column].astype("str").isin([str(value) for value in values])
        frame[column] = frame[column].mask(means_missing)
    if source.x is not None and source.y is not None:
        return _points(frame, raw[source.x], raw[source.y], source)
    if isinstance(raw, GeoDataFrame):
        return GeoDataFrame(frame, geometry=raw.geometry.array, crs=raw.crs)
    if source.table in ("interventions", "help_uptake", "context_series"):  # may stand for a whole city
        return GeoDataFrame(frame, geometry=[None] * len(frame), crs=source.crs)
    msg = f"source {source.id!r}: {source.table} need a geometry, and the file has none. Name its x and y columns."
    raise SourceError(msg)


def _join(frame: DataFrame, raw: DataFrame, source: TableSource, join: Join, joined: DataFrame) -> DataFrame:
    name = join.path or join.source
    lacking = [column for column in (join.right, *join.columns.values()) if column not in joined]
    if lacking:
        has = ", ".join(map(str, joined.columns[:40]))
        msg = f"source {source.id!r}: {name} has no column {', '.join(lacking)}. Its columns are: {has}."
        raise SourceError(msg)
    left, right = texts(raw[join.left]), texts(joined[join.right])
    twice = right[right.duplicated()].drop_duplicates()
    if len(twice):
        msg = f"source {source.id!r}: key {join.right} stands more than once in {name}: {', '.join(twice[:10])}."
        raise SourceError(msg)
    at = pd.Index(right).get_indexer(pd.Index(left))
    if (at < 0).all():
        msg = (
            f"source {source.id!r}: no {join.left} of the main file (e.g. {left.iloc[0]!r}) is a {join.right} of "
            f"{name} (e.g. {right.iloc[0]!r}); are these the right keys?"
        )
        raise SourceError(msg)
    for contract, column in join.columns.items():
        values = joined[column].to_numpy(dtype=object)[np.maximum(at, 0)]
        frame[contract] = pd.Series(values, index=frame.index, dtype=object).mask(at < 0)
    return frame


def _points(frame: DataFrame, x: pd.Series, y: pd.Series, source: TableSource) -> GeoDataFrame:
    x_values = pd.to_numeric(x, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    y_values = pd.to_numeric(y, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    no_number = (x.notna().to_numpy() & np.isnan(x_values)) | (y.notna().to_numpy() & np.isnan(y_values))
    frame = mark(frame, pd.Series(no_number, index=frame.index), "x or y is no number (a decimal comma?)")
    points = np.full(len(frame), None, dtype=object)
    given = ~(np.isnan(x_values) | np.isnan(y_values))
    points[given] = shapely.points(x_values[given], y_values[given])
    return GeoDataFrame(frame, geometry=gpd.GeoSeries(points, index=frame.index, crs=source.crs))
