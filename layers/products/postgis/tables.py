"""One layer of a GeoPackage as a table of PostGIS: columns, comments, keys, indexes, rows. Knows no schema's fate."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio.raw
import shapely
from psycopg import sql
from pyproj import CRS

from layers.errors import PublishError
from layers.products.postgis.connection import Database

GEOMETRY = "geom"
_KEY = "fid"
_ROWS_AT_A_TIME = 5000
_KINDS = {"string": "text", "large_string": "text", "int64": "bigint", "int32": "bigint", "double": "double precision"}
_KINDS |= {"bool": "boolean", "date32[day]": "date"}


@dataclass(frozen=True)
class Layer:
    """A layer with its words; `geometry_type` is None for a table without places."""

    name: str
    title: str
    about: str
    columns: dict[str, str]  # what each column means
    geometry_type: str | None
    table: pa.Table  # with a column fid; places as WKB in the column `place`
    place: str | None


def tables_of(package: Path) -> list[Layer]:
    """Return every layer of a GeoPackage with its titles and the meaning of its columns, views included."""
    with closing(sqlite3.connect(f"{package.resolve().as_uri()}?mode=ro", uri=True)) as database:
        listed = database.execute(
            "SELECT table_name, identifier, description FROM gpkg_contents"
            " WHERE table_name <> 'layer_styles' ORDER BY rowid"
        ).fetchall()
        said = database.execute("SELECT table_name, column_name, description FROM gpkg_data_columns").fetchall()
    words: dict[str, dict[str, str]] = {}
    for table, column, meaning in said:
        words.setdefault(table, {})[_KEY if column == "OGC_FID" else column] = meaning
    return [_layer(package, name, title, about, words.get(name, {})) for name, title, about in listed]


def _layer(package: Path, name: str, title: str, about: str, words: dict[str, str]) -> Layer:
    told, table = pyogrio.raw.read_arrow(package, layer=name, return_fids=True)
    kind = told["geometry_type"]
    place = (told["geometry_name"] or "wkb_geometry") if kind is not None else None
    names = [_KEY if column in {"OGC_FID", "__fid"} else column for column in table.column_names]
    return Layer(name, title, about, words, kind, table.rename_columns(names), place)


def fill(database: Database, schema: str, layer: Layer, crs: str) -> None:
    """Create the table of a layer in a schema, copy its rows, then index and explain it.

    Raises
    ------
    PublishError
        If the CRS has no EPSG code, which is what PostGIS knows systems by.
    """
    name = sql.Identifier(schema, layer.name)
    srid = _srid(crs)
    columns = [(c, _kind(layer, c, database, srid)) for c in _columns(layer)]
    described = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(_in_table(layer, c)), k) for c, k in columns)
    database.execute(sql.SQL("CREATE TABLE {} ({}, PRIMARY KEY ({}))").format(name, described, sql.Identifier(_KEY)))
    _copy(database, name, layer, srid)
    if layer.place:
        index = sql.SQL("CREATE INDEX ON {} USING gist ({})")
        database.execute(index.format(name, sql.Identifier(GEOMETRY)))
    _explain(database, name, layer)
    database.execute(sql.SQL("ANALYZE {}").format(name))


def _columns(layer: Layer) -> list[str]:
    """Return the columns with the key in front and the place at the end."""
    others = [c for c in layer.table.column_names if c not in {_KEY, layer.place}]
    return [_KEY, *others, *([layer.place] if layer.place else [])]


def _in_table(layer: Layer, column: str) -> str:
    return GEOMETRY if column == layer.place else column


def _kind(layer: Layer, column: str, database: Database, srid: int) -> sql.Composable:
    if column == layer.place:
        kind = sql.SQL(str(layer.geometry_type).replace(" ", ""))  # of GDAL's own list
        return sql.SQL("{}({}, {})").format(sql.Identifier(database.postgis, "geometry"), kind, sql.Literal(srid))
    return sql.SQL(_KINDS[str(layer.table.schema.field(column).type)])  # of our own list


def _srid(crs: str) -> int:
    code = CRS.from_user_input(crs).to_epsg()
    if code is None:
        raise PublishError(
            f"targets.postgis: {crs} has no EPSG code, by which PostGIS knows systems. Use one that has."
        )
    return int(code)


def _copy(database: Database, name: sql.Identifier, layer: Layer, srid: int) -> None:
    names = [sql.Identifier(_in_table(layer, column)) for column in _columns(layer)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(name, sql.SQL(", ").join(names))
    with database.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in layer.table.to_batches(_ROWS_AT_A_TIME):
            values = [
                _values(batch.column(column), is_place=column == layer.place, srid=srid) for column in _columns(layer)
            ]
            for row in zip(*values, strict=True):
                copy.write_row(row)


def _values(column: pa.Array, *, is_place: bool, srid: int) -> list[Any]:
    """Return values as COPY takes them; places as EWKB in hexadecimal."""
    values: list[Any] = column.to_pylist()
    if not is_place:
        return values
    shapes = shapely.from_wkb(np.array(values, dtype=object))
    placed = shapely.set_srid(shapes, srid)
    return list(shapely.to_wkb(placed, hex=True, include_srid=True))


def _explain(database: Database, name: sql.Identifier, layer: Layer) -> None:
    said = sql.Literal(f"{layer.title}. {layer.about}")
    database.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(name, said))
    for column, meaning in layer.columns.items():
        whole = sql.SQL("COMMENT ON COLUMN {}.{} IS {}")
        database.execute(whole.format(name, sql.Identifier(column), sql.Literal(meaning)))
