"""What each service answers, in its protocol's own shape: WFS, OGC API Features, ArcGIS, Socrata, CARTO, and others."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.peers.http import Answer, Asked, Service, json_answer
from tests.peers.records import Record, iso


def feature(record: Record, number: int) -> dict[str, Any]:
    names = {
        "case_no": record.case_no,
        "kind": record.kind,
        "occurred": iso(record.occurred),
        "updated": iso(record.updated),
    }
    return {
        "type": "Feature",
        "id": f"incidents.{number}",
        "geometry": {"type": "Point", "coordinates": [record.lon, record.lat]},
        "properties": {**names, "count": record.count, "narrative": record.narrative, "OBJECTID": number},
    }


def _since(text: str) -> datetime | None:
    found = re.search(r">= (?:TIMESTAMP )?'([^']+)'", text)
    return datetime.fromisoformat(found.group(1).replace("Z", "")).replace(tzinfo=UTC) if found else None


def _newer(records: Sequence[Record], text: str) -> list[Record]:
    since = _since(text)
    return [record for record in records if since is None or record.updated >= since]


def files(content: dict[str, bytes], dated: str = "Mon, 01 Jan 2024 00:00:00 GMT") -> Service:
    """Files with ETag and Last-Modified, and their MD5 beside them."""

    def service(asked: Asked) -> Answer:
        name = asked.path.split("/", 2)[2]
        if name.endswith(".md5") and name.removesuffix(".md5") in content:
            digest = hashlib.md5(content[name.removesuffix(".md5")], usedforsecurity=False).hexdigest()
            return Answer(f"{digest}  {name.removesuffix('.md5')}\n".encode(), "text/plain")
        if name not in content:
            return Answer(b"not here", "text/plain", 404)
        tag = f'"{hashlib.sha256(content[name]).hexdigest()[:16]}"'
        said = {"ETag": tag, "Last-Modified": dated}
        if asked.headers.get("If-None-Match") == tag:
            return Answer(b"", status=304, headers=said)
        return Answer(content[name], "application/octet-stream", headers=said)

    return service


def wfs(records: Sequence[Record], *, gml: bool = False, hide: int = 0) -> Service:
    """A feature type; `hide` rows are counted and never given."""

    def service(asked: Asked) -> Answer:
        if asked.query["typeNames"] != "app:incidents":
            report = (
                '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception><ows:ExceptionText>'
            )
            text = "unknown feature type</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
            return Answer(f"{report}{text}".encode(), "application/xml")
        start, count = int(asked.query["startIndex"]), int(asked.query["count"])
        page = list(enumerate(records))[start : start + count]
        if gml:
            return Answer(_gml(page, len(records) + hide), "application/gml+xml")
        said = {"type": "FeatureCollection", "features": [feature(record, number) for number, record in page]}
        return json_answer(said | {"numberMatched": len(records) + hide, "numberReturned": len(page)})

    return service


def _gml(page: list[tuple[int, Record]], matched: int) -> bytes:
    names = 'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="urn:app"'
    members = "".join(
        f'<wfs:member><app:incidents gml:id="incidents.{number}">'
        f'<app:place><gml:Point gml:id="p.{number}" srsName="http://www.opengis.net/def/crs/EPSG/0/4326">'
        f"<gml:pos>{record.lat} {record.lon}</gml:pos></gml:Point></app:place>"
        f"<app:case_no>{record.case_no}</app:case_no><app:kind>{record.kind}</app:kind>"
        f"<app:occurred>{iso(record.occurred)}</app:occurred><app:narrative>{record.narrative}</app:narrative>"
        f"</app:incidents></wfs:member>"
        for number, record in page
    )
    head = f'<wfs:FeatureCollection {names} numberMatched="{matched}" numberReturned="{len(page)}">'
    return f'<?xml version="1.0"?>{head}{members}</wfs:FeatureCollection>'.encode()


def ogc(records: Sequence[Record], *, away: str | None = None, hide: int = 0) -> Service:
    """A collection with `next` links; `away` sends them to another host."""

    def service(asked: Asked) -> Answer:
        if "/collections/incidents/items" not in asked.path:
            return json_answer({"code": "NotFound", "description": "no such collection"}, 404)
        start, limit = int(asked.query.get("offset", 0)), int(asked.query["limit"])
        page = list(enumerate(records))[start : start + limit]
        links = []
        if start + limit < len(records):
            host = away or f"http://{asked.headers['Host']}"
            links = [{"rel": "next", "href": f"{host}{asked.path}?f=json&limit={limit}&offset={start + limit}"}]
        said = {"type": "FeatureCollection", "features": [feature(record, number) for number, record in page]}
        return json_answer(said | {"links": links, "numberMatched": len(records) + hide, "numberReturned": len(page)})

    return service


def arcgis(records: Sequence[Record], *, most: int = 3, error: dict[str, Any] | None = None, hide: int = 0) -> Service:
    """A layer that gives at most `most` rows at a time; `error` comes with status 200, as it does."""
    kinds = {"OBJECTID": "OID", "occurred": "Date", "updated": "Date", "count": "Integer"}
    names = ("OBJECTID", "case_no", "kind", "occurred", "updated", "count", "narrative")

    def service(asked: Asked) -> Answer:
        if error is not None:
            return json_answer({"error": error})
        if not asked.path.endswith("/query"):
            fields = [{"name": name, "type": f"esriFieldType{kinds.get(name, 'String')}"} for name in names]
            return json_answer({"name": "incidents", "objectIdField": "OBJECTID", "fields": fields})
        chosen = list(enumerate(_newer(records, asked.query["where"])))
        if asked.query.get("returnCountOnly") == "true":
            return json_answer({"count": len(chosen) + hide})
        start = int(asked.query["resultOffset"])
        size = min(most, int(asked.query["resultRecordCount"]))
        page = chosen[start : start + size]
        features = [_esri(feature(record, number), record, asked.query["outFields"]) for number, record in page]
        said: dict[str, Any] = {"type": "FeatureCollection", "features": features}
        if start + size < len(chosen):
            said["properties"] = {"exceededTransferLimit": True}
        return json_answer(said)

    return service


def _esri(said: dict[str, Any], record: Record, fields: str) -> dict[str, Any]:
    times = {name: int(getattr(record, name).timestamp() * 1000) for name in ("occurred", "updated")}
    whole = said["properties"] | times
    return said | {"properties": {name: whole[name] for name in fields.split(",")}}


def socrata(records: Sequence[Record], *, hide: int = 0) -> Service:
    """A dataset; empty values are left out of rows, as Socrata does."""

    def service(asked: Asked) -> Answer:
        chosen = _newer(records, asked.query.get("$where", ""))
        select = asked.query["$select"]
        if select.startswith("count(*)"):
            return json_answer([{"rows": str(len(chosen) + hide)}])
        start, limit = int(asked.query["$offset"]), int(asked.query["$limit"])
        rows = [_row(record) | {":id": f"row-{number:04d}"} for number, record in enumerate(chosen)]
        unknown = [name for name in select.split(",") if name not in {":id", *_row(records[0])}] if records else []
        if unknown:
            return json_answer(
                {"message": f"No such column: {unknown[0]}", "errorCode": "query.soql.no-such-column"}, 400
            )
        return json_answer([{name: row[name] for name in select.split(",")} for row in rows[start : start + limit]])

    return service


def _row(record: Record) -> dict[str, Any]:
    plain = {"case_no": record.case_no, "kind": record.kind, "occurred": iso(record.occurred)}
    plain |= {"updated": iso(record.updated), "lon": str(record.lon), "lat": str(record.lat)}
    return plain | {"count": str(record.count), "narrative": record.narrative}


def carto(records: Sequence[Record], *, hide: int = 0) -> Service:
    """A table behind a SQL service, with its growing key."""

    def service(asked: Asked) -> Answer:
        query = asked.query["q"]
        if " FROM incidents" not in query:
            return json_answer({"error": ['relation "x" does not exist']}, 400)
        chosen = _newer(records, query)
        if "count(*)" in query:
            return json_answer({"rows": [{"rows": len(chosen) + hide}], "total_rows": 1})
        names = re.findall(r'"(\w+)"', query.split(" FROM ")[0])
        after = re.search(r'"cartodb_id" > (\d+)', query)
        limit = int(query.rsplit("LIMIT ", 1)[1])
        rows = [_row(record) | {"cartodb_id": number + 1} for number, record in enumerate(chosen)]
        rows = [row for row in rows if after is None or row["cartodb_id"] > int(after.group(1))][:limit]
        if unknown := [name for name in names if rows and name not in rows[0]]:
            return json_answer({"error": [f'column "{unknown[0]}" does not exist']}, 400)
        return json_answer({"rows": [{name: row[name] for name in names} for row in rows], "total_rows": len(rows)})

    return service


def overpass(*, ways: int = 3, remark: str | None = None) -> Service:
    """Streets side by side, as Overpass gives XML."""

    def service(asked: Asked) -> Answer:
        if "data" not in asked.form:
            return Answer(b"<html>encoding error</html>", "text/html", 400)
        nodes = "".join(
            f'<node id="{n}" lat="{60.38 + n / 1e4:.4f}" lon="5.3{n % 2}"/>' for n in range(1, 2 * ways + 1)
        )
        lines = "".join(
            f'<way id="{w}"><nd ref="{2 * w - 1}"/><nd ref="{2 * w}"/><tag k="highway" v="residential"/></way>'
            for w in range(1, ways + 1)
        )
        said = f"<remark>{remark}</remark>" if remark else ""
        note = '<note>ODbL</note><meta osm_base="2024-05-01T00:00:00Z"/>'
        return Answer(f'<?xml version="1.0"?><osm version="0.6">{note}{nodes}{lines}{said}</osm>'.encode(), "text/xml")

    return service


def pxweb(values: Sequence[Any] | dict[str, Any] = (10, None, 30, 40)) -> Service:
    """Two basic units, two years, one content, as JSON-stat 2."""

    def service(asked: Asked) -> Answer:
        assert {each["variableCode"] for each in json.loads(asked.body)["selection"]} == {"Grunnkretser", "Tid"}
        dimension = {
            "Grunnkretser": {"category": {"index": {"46010101": 0, "46010102": 1}}},
            "ContentsCode": {"category": {"index": ["Personer"]}},
            "Tid": {"category": {"index": {"2014": 0, "2015": 1}}},
        }
        cube = {"version": "2.0", "class": "dataset", "id": list(dimension), "size": [2, 1, 2], "dimension": dimension}
        return json_answer(cube | {"value": values if isinstance(values, dict) else list(values)})

    return service


def klass(codes: Sequence[tuple[str, str | None]] = (("46010101", "460101"), ("46010102", "460101"))) -> Service:
    """Codes with their parents on a day."""

    def service(asked: Asked) -> Answer:
        assert "date" in asked.query
        rows = [{"code": code, "parentCode": parent, "level": "2", "name": f"unit {code}"} for code, parent in codes]
        return json_answer({"codes": rows})

    return service


def police_archive(records: Sequence[Record], force: str = "west-yorkshire", **more: bytes) -> bytes:
    """Months of a force as the archive has them; `more` are further members by name."""
    by_month: dict[str, list[Record]] = {}
    for record in records:
        by_month.setdefault(record.occurred.strftime("%Y-%m"), []).append(record)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for month, rows in by_month.items():
            archive.writestr(f"{month}/{month}-{force}-street.csv", _police_csv(month, rows))
            archive.writestr(f"{month}/{month}-{force}-outcomes.csv", "Crime ID\n")
        for name, data in more.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _police_csv(month: str, rows: list[Record]) -> str:
    names = ["Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code"]
    names += ["LSOA name", "Crime type", "Last outcome category", "Context"]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    for record in rows:
        number = "" if record.kind == "noise" else record.case_no  # antisocial behaviour has no number
        place = [record.lon, record.lat, "On or near Nightclub", "E01", "Leeds 001A"]
        writer.writerow([number, month, "Force", "Force", *place, record.kind, "", record.narrative])
    return text.getvalue()
