"""FHI Statistikk, the tables of the Norwegian Institute of Public Health: figures by year. Knows no other language."""

import json
import re
from typing import Any

from pandas import DataFrame

from layers.city.remote import FhiSource
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.politiloggen import COLUMNS
from layers.sources.remote.pxweb import figures
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import refuse_few, refuse_lacking
from layers.sources.remote.web import Request, json_of

MAX_ROWS = 50_000  # more are refused by the service itself
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_YEARS = re.compile(r"^(\d{4})(?:_(\d{4}))?$")  # 2014, or 2012_2014 for three years together


def fetch(source: FhiSource, reach: Reach, _last: Last) -> FetchedRows:
    """Return the selected figures as `series_id`, `start`, `end`, `value`; what the institute withholds is no row.

    Raises
    ------
    SourceError
        If the service refuses the selection, its answer is no whole JSON-stat cube, or a code of years is none.
    """
    address = f"{reach.secret(source.address).rstrip('/')}/{source.bank}/table/{source.table_id}/data"
    selection = [_selected(name, codes) for name, codes in source.select.items()]
    body = {"dimensions": selection, "response": {"format": "json-stat2", "maxRowCount": MAX_ROWS}}
    frame = figures(json_of(reach, Request(address, reach.params(), _JSON, body=json.dumps(body))), source.years, reach)
    refuse_lacking(reach, source.series, frame.columns)
    rows = [
        (series, *_days(str(year), reach), value)
        for column, series in source.series.items()
        for year, value in zip(frame[source.years], frame[column], strict=True)
        if value is not None
    ]
    refuse_few(source, reach, len(rows))
    return FetchedRows(DataFrame(rows, columns=list(COLUMNS), dtype=object))


def _selected(name: str, codes: tuple[str, ...]) -> dict[str, Any]:
    return {"code": name, "filter": "all" if codes == ("*",) else "item", "values": list(codes)}


def _days(years: str, reach: Reach) -> tuple[str, str]:
    """Return the first day of a code of years, and the first day after it."""
    found = _YEARS.match(years)
    if found is None:
        raise reach.error(f"gives {years!r} where years should be, e.g. 2014_2014. Mend years.", fault="changed")
    first, last = found[1], found[2] or found[1]
    return f"{first}-01-01", f"{int(last) + 1}-01-01"
