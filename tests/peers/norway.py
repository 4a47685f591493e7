"""What Politiloggen and FHI Statistikk answer, in their recorded shapes; written by hand. Owns no test."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.peers.http import Answer, Asked, Service, json_answer

SAID = "Ola Nordmann, født 010190, ble bortvist"  # a text as the log may hold it; nothing of it may be kept
LOG = (  # thread, category, created (UTC)
    ("thread-a", "Ro og orden", "2024-01-20T10:00:00+00:00"),
    ("thread-b", "Ro og orden", "2024-01-31T23:30:00+00:00"),  # February in Bergen
    ("thread-b", "Ro og orden", "2024-02-01T01:00:00.1234567+00:00"),  # the same event, told on
    ("thread-c", "Voldshendelse", "2024-02-10T10:00:00+00:00"),
    ("thread-d", "Trafikk", "2024-02-11T10:00:00+00:00"),
    ("thread-e", "Ro og orden", "2024-03-31T21:30:00+00:00"),  # half past eleven in the evening, summer time
    ("thread-f", "Ro og orden", "2024-04-05T10:00:00+00:00"),
)


def politiloggen(
    log: Sequence[tuple[str, str, str]] = LOG,
    *,
    newer: bool = False,
    hide: int = 0,
    most: int = 50,
    place: str = "Bergen",
) -> Service:
    """Messages from the oldest on. `newer`: as the service that follows; `hide`: how many it counts too many."""

    def service(asked: Asked) -> Answer:
        query = asked.query
        assert (query["Municipalities"], query["SortBy"], query["SortOrder"]) == ("Bergen", "Date", "Ascending")
        skip, take = int(query["Skip"]), min(int(query["Take"]), most)
        told = [row for row in log if row[2][:10] >= query["DateFrom"]]
        page = [_message(row, number, place) for number, row in enumerate(told)][skip : skip + take]
        if newer:
            return json_answer({"messages": page, "totalCount": len(told) + hide})
        around = {"requestTime": "2024-04-06T00:00:00+00:00", "apiVersion": "1.0", "requestLimitPerHour": 1000}
        around |= {"totalItems": len(told) + hide, "pageSize": take, "queryParameters": []}
        return json_answer({"data": page, "metadata": around})

    return service


def _message(row: tuple[str, str, str], number: int, place: str) -> dict[str, Any]:
    thread, category, created = row
    around = {"district": "Vest politidistrikt", "municipality": place, "area": "Sentrum", "isActive": False}
    around |= {"imageUrl": None, "previouslyIncludedImage": False, "isEdited": False}
    names = {"id": f"{thread}-{number}", "threadId": thread, "category": category, "text": SAID}
    return {**names, **around, "createdOn": created, "updatedOn": created}


def fhi(
    values: Sequence[Any] | Mapping[str, Any] = (9.8, None, 10.1),
    years: Sequence[str] = ("2012_2012", "2013_2013", "2014_2014"),
) -> Service:
    """One measure of one municipality by year, as JSON-stat 2; a figure that is withheld has its reason beside it."""

    def service(asked: Asked) -> Answer:
        assert asked.path.endswith("/nokkel/table/583/data"), asked.path
        body = json.loads(asked.body)
        assert body["response"] == {"format": "json-stat2", "maxRowCount": 50_000}
        wanted = {each["code"]: (each["filter"], each["values"]) for each in body["dimensions"]}
        assert wanted == {"GEO": ("item", ["4601"]), "AAR": ("all", ["*"]), "MEASURE_TYPE": ("item", ["RATE"])}
        dimension = {
            "GEO": {"label": "Geografi", "category": {"index": ["4601"], "label": {"4601": "Bergen"}}},
            "AAR": {"label": "År", "category": {"index": list(years), "label": {year: year[:4] for year in years}}},
            "MEASURE_TYPE": {"label": "Måltall", "category": {"index": ["RATE"], "label": {"RATE": "prosent"}}},
        }
        cube = {"version": "2.0", "class": "dataset", "label": "Vedvarende lavinntekt", "id": list(dimension)}
        cube |= {"size": [1, len(years), 1], "dimension": dimension, "status": {"1": ":"}}
        return json_answer(cube | {"value": dict(values) if isinstance(values, Mapping) else list(values)})

    return service
