"""The live sources of a Norwegian city, each against a stub in the service's own shape, written by hand."""

import json

import pytest
from pydantic import TypeAdapter

from layers.city import AnySource
from layers.errors import SourceError
from tests.border_city import OWN
from tests.peers.asked import frame_of, take_it
from tests.peers.http import Answer, Asked, json_answer

UNITS = {"12010141": "Nygårdsparken", "12010201": "Gyldenpris"}


def source(peer, **said) -> AnySource:
    read: AnySource = TypeAdapter(AnySource).validate_python({"id": "live", **OWN, "attempts": 1, **said})
    return read


def ssb_04317(asked: Asked) -> Answer:
    """Table 04317 as JSON-stat 2: labels beside codes, the unit of the content, a missing figure with its status."""
    assert asked.path == "/ssb/api/pxwebapi/v2/tables/04317/data"
    assert asked.query == {"lang": "no", "outputFormat": "json-stat2"}
    wanted = {each["variableCode"]: each["valueCodes"] for each in json.loads(asked.body)["selection"]}
    assert wanted == {"Grunnkretser": ["4601*"], "Tid": ["2014"]}
    codes = {"46010141": "Nygårdsparken", "46010201": "Gyldenpris", "46019999": "Uoppgitt grunnkrets"}
    dimension = {
        "Grunnkretser": {
            "label": "grunnkrets",
            "category": {"index": {c: i for i, c in enumerate(codes)}, "label": codes},
        },
        "ContentsCode": {
            "label": "statistikkvariabel",
            "category": {
                "index": {"Personer1": 0},
                "label": {"Personer1": "Personer"},
                "unit": {"Personer1": {"base": "personer", "decimals": 0}},
            },
        },
        "Tid": {"label": "år", "category": {"index": {"2014": 0}, "label": {"2014": "2014"}}},
    }
    said = {"version": "2.0", "class": "dataset", "label": "04317: Folkemengde", "source": "Statistisk sentralbyrå"}
    said |= {"updated": "2026-03-01T07:00:00Z", "id": list(dimension), "size": [3, 1, 1], "dimension": dimension}
    said |= {"value": [312, 845, None], "status": {"2": ":"}, "role": {"time": ["Tid"], "metric": ["ContentsCode"]}}
    return json_answer(said)


def test_population_of_basic_units_from_statbank(peer, tmp_path):
    peer.services["ssb"] = ssb_04317
    select = {"Grunnkretser": ["4601*"], "Tid": ["2014"]}
    address = f"{peer.address}/ssb/api/pxwebapi/v2"
    asked = source(peer, kind="pxweb", address=address, table_id="04317", key="Grunnkretser", select=select)
    frame = frame_of(take_it(asked, tmp_path), asked)
    assert frame["Grunnkretser"].tolist() == ["46010141", "46010201", "46019999"]
    assert frame["value"].tolist()[:2] == ["312", "845"]
    assert frame["value"].isna().tolist() == [False, False, True]


def klass(asked: Asked) -> Answer:
    number, last = asked.path.split("/")[-2:]
    assert last == "codesAt"
    assert asked.query == {"date": "2014-08-25"}
    assert asked.headers["Accept"] == "application/json"
    rows = {
        "1": [("12010141", "120101", "2", "Nygårdsparken"), ("120101", None, "1", "Bergen sentrum")],
        "103": [("120101", "1201", "2", "Arna"), ("120102", "1201", "2", "Bergenhus")],
    }[number]
    beside = {"shortName": "", "presentationName": "", "validFrom": "2010-01-01", "validTo": None, "notes": ""}
    said = [{"code": c, "parentCode": p, "level": n, "name": name, **beside} for c, p, n, name in rows]
    return json_answer({"codes": said})


@pytest.mark.parametrize(
    ("classification", "names"), [(1, ["Bergen sentrum", "Nygårdsparken"]), (103, ["Arna", "Bergenhus"])]
)
def test_codes_of_the_day_from_klass(classification, names, peer, tmp_path):
    peer.services["klass"] = klass
    address = f"{peer.address}/klass/v1"
    asked = source(peer, kind="klass", address=address, classification=classification, valid_on="2014-08-25")
    frame = frame_of(take_it(asked, tmp_path), asked)
    assert sorted(frame["name"]) == names
    assert set(frame.columns) == {"code", "parentCode", "level", "name"}


def grunnkrets_wfs(asked: Asked) -> Answer:
    """Kartverket's WFS: GML 3.2 in EPSG:25833, a polygon per unit, two units a page."""
    query = asked.query
    assert (query["version"], query["typeNames"], query["srsName"]) == ("2.0.0", "app:Grunnkrets", "EPSG:25833")
    start, count = int(query["startIndex"]), int(query["count"])
    page = list(enumerate(UNITS.items()))[start : start + count]
    names = 'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"'
    names += ' xmlns:app="https://skjema.geonorge.no/SOSI/produktspesifikasjon/StatistiskeEnheterGrunnkretser/20210101"'
    members = "".join(_unit(number, code, name) for number, (code, name) in page)
    head = f'<wfs:FeatureCollection {names} numberMatched="{len(UNITS)}" numberReturned="{len(page)}">'
    return Answer(f'<?xml version="1.0" encoding="utf-8"?>{head}{members}</wfs:FeatureCollection>'.encode(), "text/xml")


def _unit(number: int, code: str, name: str) -> str:
    west, south = -33_000 + 500 * number, 6_732_000
    corners = [(0, 0), (500, 0), (500, 500), (0, 500), (0, 0)]
    ring = " ".join(f"{west + x} {south + y}" for x, y in corners)
    return (
        f'<wfs:member><app:Grunnkrets gml:id="grunnkrets.{number}"><app:område>'
        f'<gml:Polygon gml:id="p.{number}" srsName="urn:ogc:def:crs:EPSG::25833"><gml:exterior><gml:LinearRing>'
        f"<gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></app:område>"
        f"<app:kommunenummer>4601</app:kommunenummer><app:grunnkretsnummer>{code}</app:grunnkretsnummer>"
        f"<app:grunnkretsnavn>{name}</app:grunnkretsnavn></app:Grunnkrets></wfs:member>"
    )


def wfs(peer, **more):
    said = {"kind": "wfs", "table": "districts", "address": f"{peer.address}/wfs", "type_name": "app:Grunnkrets"}
    said |= {"output": "application/gml+xml; version=3.2", "crs": "EPSG:25833", "page_size": 1}
    said |= {"columns": {"district_id": "grunnkretsnummer", "name": "grunnkretsnavn"}}
    return source(peer, **(said | more))


def test_basic_units_from_kartverket(peer, tmp_path):
    peer.services["wfs"] = grunnkrets_wfs
    asked = wfs(peer)
    frame = frame_of(take_it(asked, tmp_path), asked).sort_values("district_id")
    assert dict(zip(frame["district_id"], frame["name"], strict=True)) == UNITS
    assert frame.crs.to_epsg() == 25833
    assert frame.geometry.area.tolist() == [250_000.0, 250_000.0]
    assert frame.geometry.bounds["minx"].tolist() == [-33_000.0, -32_500.0]


def test_a_renamed_column_of_kartverket_is_told(peer, tmp_path):
    peer.services["wfs"] = grunnkrets_wfs
    with pytest.raises(SourceError, match="kretsnr") as caught:
        take_it(wfs(peer, columns={"district_id": "kretsnr", "name": "grunnkretsnavn"}), tmp_path)
    assert caught.value.fault == "changed"


def test_streets_of_the_day_the_park_closed_from_overpass(peer, tmp_path):
    def overpass(asked: Asked) -> Answer:
        query = asked.form["data"]
        assert '[date:"2014-08-25T00:00:00Z"]' in query
        assert "60.36,5.27,60.41,5.37" in query.replace(" ", "")  # south, west, north, east
        nodes = '<node id="1" lat="60.3829" lon="5.3120"/><node id="2" lat="60.3831" lon="5.3130"/>'
        tags = {"highway": "footway", "tunnel": "yes", "layer": "-1", "name": "Undergang"}
        way = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        head = '<note>ODbL</note><meta osm_base="2014-08-25T00:00:00Z"/>'
        text = f'<osm version="0.6">{head}{nodes}<way id="9"><nd ref="1"/><nd ref="2"/>{way}</way></osm>'
        return Answer(f'<?xml version="1.0"?>{text}'.encode(), "text/xml")

    peer.services["overpass"] = overpass
    said = {"bbox": [5.27, 60.36, 5.37, 60.41], "date": "2014-08-25T00:00:00Z"}
    asked = source(peer, kind="overpass", address=f"{peer.address}/overpass/interpreter", **said)
    snapshot = take_it(asked, tmp_path)
    frame = frame_of(snapshot, asked)
    assert (frame["osm_id"].tolist(), frame["is_tunnel"].tolist(), frame["layer"].tolist()) == ([9], [True], [-1])
