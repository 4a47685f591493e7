"""The contract of every table: what a row must be once it is inside. Checks and reports all violations, mends none."""

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import shapely
from geopandas import GeoDataFrame
from pandera.errors import SchemaErrors
from pyproj import CRS

from layers.border.harm_kinds import allowed_labels
from layers.city import City
from layers.columns import SPANS, TABLES, Column
from layers.errors import ContractError

_SHOWN = 10
_AT_LEAST_ZERO = {"population", "uncertainty_m", "capacity", "people"}
_SHAPES: dict[str, tuple[str, ...]] = {
    "Point": ("Point",),
    "Line": ("LineString",),
    "Polygon": ("Polygon", "MultiPolygon"),
}
_RULES = {
    "not_nullable": "must not be missing",
    "field_uniqueness": "must be unique",
    "column_in_dataframe": "lacks a column",
    "column_in_schema": "has a column it must not have",
}
_DTYPES: dict[str, str] = {"number": "float64", "integer": "int64", "flag": "bool", "label": "category"}


def check(table_name: str, frame: GeoDataFrame, city: City) -> None:
    """Raise if a table does not keep its contract.

    Parameters
    ----------
    table_name : str
        Name of the table, a key of `layers.columns.TABLES`.
    frame : GeoDataFrame
        The table, in the city's CRS.
    city : City
        The city: its CRS and harm classes.

    Raises
    ------
    ContractError
        With every violated rule and at most ten rows; values are shown, except of incidents.
    """
    _check_crs(table_name, frame, city)
    try:
        _schema(table_name, frame, city).validate(frame, lazy=True)
    except SchemaErrors as errors:
        raise ContractError(_message(table_name, frame, errors.failure_cases)) from None


def _check_crs(table: str, frame: GeoDataFrame, city: City) -> None:
    if frame.crs is None:
        raise ContractError(f"{table}: no CRS; it must be {city.crs}.")
    if not frame.crs.equals(CRS.from_user_input(city.crs), ignore_axis_order=True):
        raise ContractError(f"{table}: CRS is {frame.crs.name}, not the city's {city.crs}; reproject it at the border.")


def _schema(table: str, frame: GeoDataFrame, city: City) -> pa.DataFrameSchema:
    shape = TABLES[table]
    columns = {name: _column(name, column, city, is_id=name == shape.id) for name, column in shape.columns.items()}
    if shape.indicators:
        others = [c for c in frame.columns if c not in shape.columns and c != "geometry"]
        columns |= {name: pa.Column("float64", nullable=True) for name in others}
    columns["geometry"] = pa.Column(None, _geometry_checks(shape.geometry), nullable=shape.geometry == "any")
    return pa.DataFrameSchema(columns, checks=_span_check(table), strict=True)


def _column(name: str, column: Column, city: City, *, is_id: bool) -> pa.Column:
    checks = []
    if name in _AT_LEAST_ZERO:
        checks.append(pa.Check.ge(0, error="must be 0 or more"))
    if column.kind == "text" and column.required:
        checks.append(pa.Check(lambda s: s.str.strip() != "", error="must not be empty"))
    if column.kind == "instant":
        checks.append(pa.Check(_is_utc, error="must be instants in UTC"))
    if column.kind == "date":
        checks.append(pa.Check(lambda s: s.map(_is_day), error="must be days (datetime.date)"))
    if name in allowed_labels(city):
        checks.append(pa.Check.isin(allowed_labels(city)[name], error="must be a known label"))
    dtype = _DTYPES.get(column.kind)
    return pa.Column(dtype, checks, nullable=not column.required, unique=is_id)


def _is_utc(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.DatetimeTZDtype) and str(values.dtype.tz) == "UTC"


def _is_day(value: object) -> bool:
    return value is None or type(value).__name__ == "date"


def _geometry_checks(kind: str) -> list[pa.Check]:
    checks = [
        pa.Check(_not_empty, error="geometry must not be empty"),
        pa.Check(_are_finite, error="coordinates must be finite"),
    ]
    if kind in _SHAPES:
        allowed = _SHAPES[kind]
        checks.append(pa.Check(lambda s: s.geom_type.isin(allowed), error=f"geometry must be {' or '.join(allowed)}"))
    if kind == "Polygon":
        checks.append(pa.Check(lambda s: s.is_valid, error="polygon must be valid"))
    return checks


def _not_empty(shapes: pd.Series) -> pd.Series:
    return pd.Series(~shapely.is_empty(shapes.to_numpy()), index=shapes.index)


def _are_finite(shapes: pd.Series) -> pd.Series:
    return pd.Series(np.isfinite(shapely.bounds(shapes.to_numpy())).all(axis=1), index=shapes.index)


def _span_check(table: str) -> list[pa.Check]:
    if table not in SPANS:
        return []
    start, end = SPANS[table]
    return [pa.Check(lambda frame: _in_order(frame, table), error=f"{end} must not be before {start}")]


def _in_order(frame: pd.DataFrame, table: str) -> pd.Series:
    return pd.Series(~ends_before_start(frame, table), index=frame.index)


def ends_before_start(frame: pd.DataFrame, table: str) -> np.ndarray:
    """Return which rows of a table with a span end before they start; open ends do not."""
    start, end = (frame[name] for name in SPANS[table])
    if isinstance(start.dtype, pd.DatetimeTZDtype):
        return (end < start).to_numpy()
    both = (start.notna() & end.notna()).to_numpy()
    before = np.zeros(len(frame), dtype=bool)
    before[both] = [last < first for first, last in zip(start[both], end[both], strict=True)]
    return before


def _message(table: str, frame: GeoDataFrame, cases: pd.DataFrame) -> str:
    lines = []
    for (column, rule), group in cases.groupby(["column", "check"], sort=True, dropna=False):
        where = table if not isinstance(column, str) or column == table else f"{table}.{column}"
        lines.append(f"{where}: {_RULES.get(str(rule), rule)} ({_rows(table, group)})")
    return f"{table} does not keep its contract, {len(frame):,} rows: " + "; ".join(lines) + "."


def _rows(table: str, group: pd.DataFrame) -> str:
    at: list[Any] = group["index"].dropna().drop_duplicates().head(_SHOWN).tolist()
    text = f"{group['index'].nunique() or len(group):,} rows"
    if at:
        text += ", first " + ", ".join(str(int(i)) for i in at)
    if table != "incidents":
        values = group["failure_case"].drop_duplicates().head(_SHOWN)
        text += ": " + ", ".join(str(value)[:60] for value in values)
    return text
