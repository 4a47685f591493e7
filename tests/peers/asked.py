"""How tests ask a peer: a source of each kind for the same invented incidents, and taking it. Owns no test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from layers.city import AnySource, City
from layers.snapshots import take
from layers.sources import parse
from layers.tables import Snapshot
from tests.border_city import OWN, border_city
from tests.peers import norway, services
from tests.peers.http import Service
from tests.peers.records import Record, records

NIGHT = datetime(2024, 6, 1, 2, tzinfo=UTC)
PROTECTION = {
    "controller": "Smallby",
    "purpose": "to see whether harm moved",
    "legal_basis": "none, it is invented",
    "dpia": "2024/1",
    "retention_days": 30,
}
CLOSED = {"open": False, "protection": PROTECTION}
MAPPED = {"columns": {"incident_id": "case_no", "category": "kind"}, "constants": {"uncertainty_m": 10}}
TIME = {"time": {"occurred_from": "occurred", "zone": "UTC"}}
POINTS = {"crs": "EPSG:4326", "x": "lon", "y": "lat"}
INCIDENTS = {"table": "incidents", **MAPPED, **TIME, **OWN}
FAST = {"attempts": 2, "deadline_s": 20, "page_size": 3}
CSV = "case_no,kind,occurred,updated,lon,lat,count,narrative\n"


def csv_of(rows: Sequence[Record]) -> bytes:
    lines = [
        f'{r.case_no},{r.kind},{services.iso(r.occurred)},{services.iso(r.updated)},{r.lon},{r.lat},{r.count},"{r.narrative}"'
        for r in rows
    ]
    return (CSV + "\n".join(lines) + "\n").encode()


def osm_xml() -> bytes:
    nodes = '<node id="1" lat="60.38" lon="5.30"/><node id="2" lat="60.39" lon="5.31"/>'
    way = '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way>'
    return f'<?xml version="1.0"?><osm version="0.6">{nodes}{way}</osm>'.encode()


@dataclass(frozen=True)
class Kind:
    """A kind of source: what a peer runs for it, and what the YAML says."""

    service: Callable[[], Service]
    said: dict[str, Any]
    rows: int


NO_INCIDENTS = frozenset({"osm_download", "overpass", "pxweb", "klass", "politiloggen", "fhi"})
KINDS: dict[str, Kind] = {
    "http": Kind(
        lambda: services.files({"incidents.csv": csv_of(records())}),
        {**INCIDENTS, **POINTS, "address": "/http/incidents.csv"},
        7,
    ),
    "osm_download": Kind(
        lambda: services.files({"town.osm": osm_xml()}), {**OWN, "address": "/osm_download/town.osm"}, 1
    ),
    "overpass": Kind(services.overpass, {**OWN, "address": "/overpass", "bbox": [5.29, 60.37, 5.36, 60.41]}, 3),
    "wfs": Kind(lambda: services.wfs(records()), {**INCIDENTS, "address": "/wfs", "type_name": "app:incidents"}, 7),
    "ogc_features": Kind(
        lambda: services.ogc(records()), {**INCIDENTS, "address": "/ogc_features", "collection": "incidents"}, 7
    ),
    "arcgis": Kind(lambda: services.arcgis(records()), {**INCIDENTS, "address": "/arcgis/FeatureServer/0"}, 7),
    "socrata": Kind(
        lambda: services.socrata(records()), {**INCIDENTS, **POINTS, "address": "/socrata/abcd-1234.json"}, 7
    ),
    "carto": Kind(
        lambda: services.carto(records()), {**INCIDENTS, **POINTS, "address": "/carto/sql", "relation": "incidents"}, 7
    ),
    "police_uk": Kind(
        lambda: services.files({"latest.zip": services.police_archive(records())}),
        {
            **OWN,
            "crs": "EPSG:4326",
            "x": "Longitude",
            "y": "Latitude",
            "address": "/police_uk/latest.zip",
            "forces": ["west-yorkshire"],
        },
        7,
    ),
    "pxweb": Kind(
        services.pxweb,
        {
            **OWN,
            "address": "/pxweb/v2",
            "table_id": "04317",
            "key": "Grunnkretser",
            "select": {"Grunnkretser": ["*"], "Tid": ["2014", "2015"]},
        },
        2,
    ),
    "politiloggen": Kind(
        norway.politiloggen,
        {
            **OWN,
            "address": "/politiloggen/v1/messages",
            "municipality": "Bergen",
            "since": "2024-01-01",
            "categories": {"Ro og orden": "disorder", "Voldshendelse": "violence"},
        },
        6,
    ),
    "fhi": Kind(
        norway.fhi,
        {
            **OWN,
            "address": "/fhi/api/open/v1",
            "bank": "nokkel",
            "table_id": 583,
            "select": {"GEO": ["4601"], "AAR": ["*"], "MEASURE_TYPE": ["RATE"]},
            "series": {"value": "low_income"},
        },
        2,
    ),
    "klass": Kind(services.klass, {**OWN, "address": "/klass", "classification": 1, "valid_on": "2014-08-25"}, 2),
}


def source_of(kind: str, host: str, **more: Any) -> AnySource:
    said = {"kind": kind, "id": "incidents", **FAST, **KINDS[kind].said, **more}
    if kind in {"http", "object_storage", "osm_download", "overpass"}:
        said.pop("page_size")
    if said["address"].startswith("/"):
        said["address"] = host + said["address"]
    read: AnySource = TypeAdapter(AnySource).validate_python(said)
    return read


def take_it(source: AnySource, root: Path, *, now: datetime = NIGHT, offline: bool = False) -> Snapshot:
    return take(
        source, town(), store=root / "store", data_dir=None, base_dir=root, made_at=NIGHT, now=now, offline=offline
    )


@cache
def town() -> City:
    return border_city()


def frame_of(snapshot: Snapshot, source: AnySource) -> Any:
    (frame,) = parse(snapshot, source).values()
    return frame


def stored(root: Path) -> list[str]:
    """Every file of the store but its key, so that a test can see that nothing is left."""
    files = [path for path in (root / "store").rglob("*") if path.is_file() and path.name != "pseudonym.key"]
    return sorted(path.relative_to(root / "store").as_posix() for path in files)
