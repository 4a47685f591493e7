"""A table or a declared query of a PostgreSQL database, read only, within a time limit. Builds no SQL from input."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import psycopg
import shapely
import stamina
from pandas import DataFrame
from psycopg import sql

from layers.city.remote import PostgisSource
from layers.errors import Fault
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import refuse_few, wanted
from layers.sources.remote.web import TryAgainError

_CONNECT_S = 15
_PLACE = "geometry"


def fetch(source: PostgisSource, reach: Reach, last: Last) -> FetchedRows:
    """Return the rows, or those changed since.

    Raises
    ------
    SourceError
        If the server does not answer or refuses, a column is not there, or the statement takes too long.
    """
    try:
        for attempt in stamina.retry_context(on=TryAgainError, attempts=source.attempts, timeout=reach.remaining_s):
            with attempt, _connected(source, reach) as connection:
                rows = _rows(source, reach, connection, last)
    except TryAgainError as error:
        raise error.said from None
    refuse_few(source, reach, len(rows))
    frame = DataFrame([row[: len(wanted(source))] for row in rows], columns=wanted(source), dtype=object)
    if source.geometry is None:
        return FetchedRows(frame)
    return FetchedRows(_with_places(source, reach, frame, [row[-1] for row in rows]))


def _rows(source: PostgisSource, reach: Reach, connection: "psycopg.Connection[Any]", last: Last) -> list[Any]:
    statement, values = _statement(source, last)
    found: list[Any] = []
    with connection.transaction(), connection.cursor(name="harmshift") as cursor:
        cursor.itersize = source.page_size
        cursor.execute(statement, values)
        while page := cursor.fetchmany(source.page_size):
            _ = reach.remaining_s
            found += page
    return found


def _statement(source: PostgisSource, last: Last) -> tuple[sql.Composed, list[Any] | None]:
    """Return the statement: names quoted, the declared query as it stands, the instant as a parameter."""
    parts: list[sql.Composable] = [sql.Identifier(name) for name in wanted(source)]
    if source.geometry is not None:
        parts.append(sql.SQL("ST_AsEWKB({})").format(sql.Identifier(source.geometry)))
    since = last.since if source.incremental is not None else None
    if source.query is not None:
        declared = source.query.rstrip().rstrip(";")
        declared = declared.replace("%", "%%") if since else declared
        inside: sql.Composable = sql.SQL("({}) AS declared").format(sql.SQL(declared))
    else:
        inside = sql.Identifier(*str(source.relation).split("."))
    statement = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(parts), inside)
    if since is None or source.incremental is None:
        return statement, None
    newer = sql.SQL(" WHERE {} >= %s").format(sql.Identifier(source.incremental.field))
    return statement + newer, [since]


@contextmanager
def _connected(source: PostgisSource, reach: Reach) -> Iterator["psycopg.Connection[Any]"]:
    left = reach.remaining_s
    settings: dict[str, Any] = {"connect_timeout": max(2, int(min(_CONNECT_S, left))), "application_name": "harmshift"}
    settings["options"] = f"-c statement_timeout={int(left * 1000)} -c default_transaction_read_only=on"
    if not _is_local_socket(source.address):
        settings["sslmode"] = source.sslmode
        if source.sslmode.startswith("verify"):
            settings["sslrootcert"] = str(source.ca_file) if source.ca_file else "system"
    try:
        with psycopg.connect(reach.secret(source.address), **settings) as connection:
            connection.read_only = True
            yield connection
    except psycopg.Error as error:
        raise _said(reach, error) from None


def _is_local_socket(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.hostname and parse_qs(parts.query).get("host", ["/"])[0].startswith("/")


def _said(reach: Reach, error: psycopg.Error) -> Exception:
    """Say in our words what the server says; its details may hold values of rows, so they are left out."""
    state, first = error.sqlstate or "", (str(error).strip().splitlines() or [""])[0][:200]
    if isinstance(error, psycopg.errors.QueryCanceled):
        text = (
            f"did not finish the statement within its {reach.source.deadline_s:g} s. Raise deadline_s, or add an index."
        )
        return reach.error(text, fault="unreachable")
    refused = state.startswith(("28", "42501", "25006")) or "password" in first
    if refused or "SSL" in first or "certificate" in first:
        return reach.error(f"refuses ({first}). Look at user, password, rights and sslmode.", fault="refused")
    if state.startswith(("0A", "42", "3D", "3F")):
        return reach.error(f"cannot be read as declared ({first}). Mend relation, query or columns.", fault="changed")
    fault: Fault = "incomplete" if state else "unreachable"
    return TryAgainError(reach.error(f"does not answer ({first}). Try later.", fault=fault))


def _with_places(source: PostgisSource, reach: Reach, frame: DataFrame, binary: list[bytes | None]) -> DataFrame:
    shapes = shapely.from_wkb(binary)
    known = shapes[~shapely.is_missing(shapes)]
    srids = sorted({int(number) for number in shapely.get_srid(known)} - {0})
    if len(srids) > 1:
        raise reach.error(f"holds geometries of several CRS ({', '.join(map(str, srids))}).", fault="changed")
    crs = f"EPSG:{srids[0]}" if srids else source.crs
    placed: DataFrame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=crs), crs=crs)
    return placed
