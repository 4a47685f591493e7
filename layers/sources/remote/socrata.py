"""Socrata portals: SoQL pages by offset in the order of `:id`, counted beforehand."""

from typing import Any

from layers.city.remote import SocrataSource
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import plain_instant, refuse_incomplete, table_of, wanted
from layers.sources.remote.web import Request, json_of


def fetch(source: SocrataSource, reach: Reach, last: Last) -> FetchedRows:
    """Return all rows of the dataset, or those changed since.

    Raises
    ------
    SourceError
        If the portal refuses, or gives fewer rows than it counts.
    """
    where = _where(source, last)
    (counted,) = _asked(reach, {"$select": "count(*) as rows"} | where) or [{"rows": 0}]
    rows: dict[str, Any] = {}
    asked = 0
    while True:
        select = ",".join([":id", *wanted(source)])
        page = {"$select": select, "$order": ":id", "$limit": str(source.page_size), "$offset": str(asked)}
        got = _asked(reach, page | where)
        asked += len(got)
        rows |= {str(row.get(":id", asked - number)): row for number, row in enumerate(got)}
        if len(got) < source.page_size:
            break
    refuse_incomplete(reach, len(rows), int(counted["rows"]))
    return FetchedRows(table_of(source, reach, list(rows.values()), may_lack=True))


def _where(source: SocrataSource, last: Last) -> dict[str, str]:
    said = [f"({source.where})"] if source.where else []
    if last.since is not None and source.incremental is not None:
        said.append(f"{source.incremental.field} >= '{plain_instant(last.since)}'")
    return {"$where": " AND ".join(said)} if said else {}


def _asked(reach: Reach, params: dict[str, str]) -> list[dict[str, Any]]:
    said = json_of(reach, Request(reach.secret(reach.source.address), reach.params(**params)))
    if not isinstance(said, list):
        text = f"gives JSON that is no list of rows ({str(said)[:200] if reach.source.open else 'an error'})."
        raise reach.error(f"{text} Mend the address or where.", fault="changed")
    return said
