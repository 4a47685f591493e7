"""CARTO's SQL service (Philadelphia's): pages along a whole-number key, counted beforehand.

Names in the SQL are of letters, digits and underscores (settings refuse others); filters are those declared.
"""

from typing import Any

from layers.city.remote import CartoSource
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import plain_instant, refuse_incomplete, refuse_lacking, table_of, wanted
from layers.sources.remote.web import Request, json_of


def fetch(source: CartoSource, reach: Reach, last: Last) -> FetchedRows:
    """Return all rows of the table, or those changed since.

    Raises
    ------
    SourceError
        If the service refuses, has changed its columns, or gives fewer rows than it counts.
    """
    for name in wanted(source):
        if not name.replace("_", "").isalnum():
            raise reach.error(f"cannot be asked for the column {name!r}. Mend `columns`.", fault="changed")
    filters = _filters(source, last)
    (counted,) = _asked(reach, f"SELECT count(*) AS rows FROM {source.relation}{_where(filters)}")  # noqa: S608 - see above
    names = ", ".join(f'"{name}"' for name in dict.fromkeys([source.key, *wanted(source)]))
    rows: list[dict[str, Any]] = []
    while True:
        after = [f'"{source.key}" > {int(rows[-1][source.key])}'] if rows else []
        page = _asked(
            reach,
            f'SELECT {names} FROM {source.relation}{_where(filters + after)} ORDER BY "{source.key}" '  # noqa: S608
            f"LIMIT {source.page_size}",
        )
        if page:
            refuse_lacking(reach, [source.key, *wanted(source)], page[0])
        rows += page
        if len(page) < source.page_size:
            break
    refuse_incomplete(reach, len(rows), int(counted["rows"]))
    return FetchedRows(table_of(source, reach, rows))


def _filters(source: CartoSource, last: Last) -> list[str]:
    said = [f"({source.where})"] if source.where else []
    if last.since is not None and source.incremental is not None:
        said.append(f"\"{source.incremental.field}\" >= '{plain_instant(last.since)}Z'")
    return said


def _where(filters: list[str]) -> str:
    return f" WHERE {' AND '.join(filters)}" if filters else ""


def _asked(reach: Reach, query: str) -> list[dict[str, Any]]:
    said = json_of(reach, Request(reach.secret(reach.source.address), reach.params(q=query, format="json")))
    if not isinstance(said, dict) or "rows" not in said:
        what = str(said.get("error", ""))[:200] if isinstance(said, dict) else "no object"
        raise reach.error(f"gives JSON without rows ({what}). Mend relation, where or columns.", fault="changed")
    rows: list[dict[str, Any]] = said["rows"]
    return rows
