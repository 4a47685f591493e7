"""PxWeb version 2 (Statistics Norway's StatBank): a cube of figures to one row per key. Knows no geometry."""

import json
from itertools import product
from math import prod
from typing import Any
from urllib.parse import quote

from pandas import DataFrame

from layers.city.remote import PxwebSource
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import refuse_few
from layers.sources.remote.web import Request, json_of

_JSON = {"Content-Type": "application/json"}


def fetch(source: PxwebSource, reach: Reach, _last: Last) -> FetchedRows:
    """Return the selected figures: the key's codes in a column of its name, one more column per other combination.

    Raises
    ------
    SourceError
        If the service refuses the selection, or its answer is no whole JSON-stat cube.
    """
    address = f"{reach.secret(source.address).rstrip('/')}/tables/{quote(source.table_id)}/data"
    selection = [{"variableCode": name, "valueCodes": list(codes)} for name, codes in source.select.items()]
    params = reach.params(lang=source.language, outputFormat="json-stat2")
    said = json_of(reach, Request(address, params, _JSON, body=json.dumps({"selection": selection})))
    frame = figures(said, source.key, reach)
    refuse_few(source, reach, len(frame))
    return FetchedRows(frame)


def figures(said: Any, key: str, reach: Reach) -> DataFrame:
    """Return a JSON-stat 2 dataset as a table by one of its dimensions.

    A column is named by the codes of the dimensions with several values, joined by `/`; `value` if there is none.
    A figure that is withheld or unknown is missing.

    Raises
    ------
    SourceError
        If it is no dataset, lacks the key, or has another number of figures than its dimensions say.
    """
    if not isinstance(said, dict) or said.get("class", "dataset") != "dataset" or "dimension" not in said:
        raise reach.error("gives JSON that is no JSON-stat dataset. Mend table_id or select.", fault="changed")
    names, sizes = list(said["id"]), list(said["size"])
    if key not in names:
        raise reach.error(f"has no dimension {key!r}, but: {', '.join(names)}. Mend key.", fault="changed")
    codes = [_codes(said["dimension"][name]) for name in names]
    values = _values(said["value"], prod(sizes))
    if [len(each) for each in codes] != sizes or len(values) != prod(sizes):
        raise reach.error("gives a cube of another size than it says. Try later.", fault="incomplete")
    at, several = names.index(key), [i for i, size in enumerate(sizes) if size > 1 and names[i] != key]
    rows: dict[str, dict[str, Any]] = {code: {key: code} for code in codes[at]}
    for cell, value in zip(product(*codes), values, strict=True):
        rows[cell[at]]["/".join(cell[i] for i in several) or "value"] = value
    return DataFrame(list(rows.values()), dtype=object)


def _codes(dimension: dict[str, Any]) -> list[str]:
    category = dimension["category"]
    index = category.get("index", category.get("label", {}))
    return list(index) if isinstance(index, list) else sorted(index, key=lambda code: index[code])


def _values(said: Any, size: int) -> list[Any]:
    """Return the figures in order; a sparse cube names only those it has."""
    if isinstance(said, dict):
        return [said.get(str(place)) for place in range(size)]
    return list(said)
