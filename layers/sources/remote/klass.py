"""Klass, the classifications of Statistics Norway: the codes that were valid on a day, with their parents."""

from typing import Any

from pandas import DataFrame

from layers.city.remote import KlassSource
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import refuse_few, refuse_lacking
from layers.sources.remote.web import Request, json_of

COLUMNS = ("code", "parentCode", "level", "name")
_JSON = {"Accept": "application/json"}


def fetch(source: KlassSource, reach: Reach, _last: Last) -> FetchedRows:
    """Return the codes of the classification on the day.

    Raises
    ------
    SourceError
        If the service refuses, or gives a code twice or codes without names.
    """
    address = f"{reach.secret(source.address).rstrip('/')}/classifications/{source.classification}/codesAt"
    said = json_of(reach, Request(address, reach.params(date=source.valid_on), _JSON))
    if not isinstance(said, dict) or not isinstance(said.get("codes"), list):
        raise reach.error("gives JSON without codes. Mend classification.", fault="changed")
    codes: list[dict[str, Any]] = said["codes"]
    refuse_few(source, reach, len(codes))
    if codes:
        refuse_lacking(reach, COLUMNS, codes[0])
    frame = DataFrame([[code.get(name) for name in COLUMNS] for code in codes], columns=list(COLUMNS), dtype=object)
    if frame["code"].duplicated().any():
        raise reach.error("gives a code twice. Try later.", fault="incomplete")
    return FetchedRows(frame)
