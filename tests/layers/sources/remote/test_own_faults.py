"""The faults that belong to one protocol, and what each source makes of them; nothing is left behind."""

import gzip
import io
import stat
import zipfile

import pytest

from layers.errors import SourceError
from tests.peers import services
from tests.peers.asked import CLOSED, KINDS, csv_of, frame_of, source_of, stored, take_it
from tests.peers.http import Answer
from tests.peers.records import records


def zipped(name: str, data: bytes = b"x", *, link: bool = False) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = (stat.S_IFLNK | 0o777) << 16 if link else 0
        archive.writestr(info, data)
    return packed.getvalue()


def archive(content: bytes):
    return services.files({"latest.zip": content})


def bomb() -> bytes:
    return gzip.compress(b"\n" * 3_000_000)


def twice(service):
    """Give every page the first page's features, as an unsorted service may."""

    def again(asked):
        asked.query["startIndex"] = "0"
        return service(asked)

    return again


def wrong_md5():
    right = services.files({"town.osm": b"<osm></osm>"})
    return lambda asked: Answer(b"0" * 32, "text/plain") if asked.path.endswith(".md5") else right(asked)


MONTH = "2024-01/2024-01-west-yorkshire-street.csv"
CHANGED = [row.moved(kind="theft") for row in records()]
FAULTS = {
    "wfs_hides": ("wfs", lambda: services.wfs(records(), hide=2), {}, "incomplete", "gave 7 of the 9 rows"),
    "wfs_type": ("wfs", lambda: services.wfs([]), {"type_name": "x:y"}, "changed", "error (unknown feature type)"),
    "wfs_twice": ("wfs", lambda: twice(services.wfs(records())), {}, "incomplete", "gives features twice"),
    "wfs_none": ("wfs", lambda: services.wfs([]), {}, "incomplete", "0 rows, fewer than the 1 of min_rows"),
    "ogc_away": (
        "ogc_features",
        lambda: services.ogc(records(), away="http://elsewhere.invalid"),
        {},
        "refused",
        "another host",
    ),
    "ogc_hides": ("ogc_features", lambda: services.ogc(records(), hide=1), {}, "incomplete", "gave 7 of the 8 rows"),
    "arcgis_error": (
        "arcgis",
        lambda: services.arcgis([], error={"code": 400, "message": "bad field"}),
        {},
        "changed",
        "answers with error 400 (bad field)",
    ),
    "arcgis_token": (
        "arcgis",
        lambda: services.arcgis([], error={"code": 499, "message": "token"}),
        {},
        "refused",
        "Look at the token",
    ),
    "arcgis_hides": ("arcgis", lambda: services.arcgis(records(), hide=3), {}, "incomplete", "gave 7 of the 10 rows"),
    "socrata_hides": ("socrata", lambda: services.socrata(records(), hide=1), {}, "incomplete", "gave 7 of the 8"),
    "carto_hides": ("carto", lambda: services.carto(records(), hide=1), {}, "incomplete", "gave 7 of the 8"),
    "carto_table": ("carto", lambda: services.carto(records()), {"relation": "other"}, "changed", "status 400"),
    "overpass_remark": (
        "overpass",
        lambda: services.overpass(remark="runtime error: timed out"),
        {},
        "incomplete",
        "gave up in the middle of its answer (runtime error: timed out)",
    ),
    "overpass_few": ("overpass", services.overpass, {"min_ways": 4}, "incomplete", "3 ways, fewer than the 4"),
    "pxweb_size": ("pxweb", lambda: services.pxweb([1, 2, 3]), {}, "incomplete", "cube of another size"),
    "pxweb_key": ("pxweb", services.pxweb, {"key": "Region"}, "changed", "no dimension 'Region', but: Grunnkretser"),
    "klass_twice": ("klass", lambda: services.klass([("1", None), ("1", None)]), {}, "incomplete", "a code twice"),
    "zip_slip": ("police_uk", lambda: archive(zipped("../../etc/passwd")), {}, "refused", "a file outside itself"),
    "zip_absolute": ("police_uk", lambda: archive(zipped("/etc/passwd")), {}, "refused", "a file outside itself"),
    "zip_drive": ("police_uk", lambda: archive(zipped("C:\\x\\y")), {}, "refused", "a file outside itself"),
    "zip_link": ("police_uk", lambda: archive(zipped(MONTH, b"/etc", link=True)), {}, "refused", "outside itself"),
    "zip_bomb": ("police_uk", lambda: archive(zipped(MONTH, b"0" * 9_000_000)), {}, "refused", "unpacks to more than"),
    "zip_force": ("police_uk", lambda: archive(zipped("x.csv")), {}, "changed", "no month of west-yorkshire"),
    "zip_columns": ("police_uk", lambda: archive(zipped(MONTH, b"a,b\n1,2\n")), {}, "changed", "no column Crime ID"),
    "gzip_bomb": (
        "http",
        lambda: services.files({"a.csv.gz": bomb()}),
        {"address": "/http/a.csv.gz", "max_mb": 1},
        "refused",
        "unpacks to more than 1 MB",
    ),
    "sha256": (
        "http",
        lambda: services.files({"incidents.csv": csv_of(CHANGED)}),
        {"sha256": "0" * 64},
        "changed",
        "not that of sha256",
    ),
    "member": (
        "http",
        lambda: services.files({"incidents.csv": zipped("a.txt")}),
        {"member": "*.csv"},
        "changed",
        "an archive with 0 files like '*.csv'",
    ),
    "md5": ("osm_download", wrong_md5, {}, "incomplete", "does not match its MD5"),
    "no_osm": ("osm_download", lambda: services.files({"town.osm": b"PK"}), {}, "changed", "is no OpenStreetMap"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_its_own(name, peer, tmp_path):
    kind, make, said, fault, words = FAULTS[name]
    peer.services[kind] = make()
    with pytest.raises(SourceError) as caught:
        take_it(source_of(kind, peer.address, **said), tmp_path)
    assert words in str(caught.value)
    assert caught.value.fault == fault
    assert stored(tmp_path) == []


CALLED_OTHERWISE = {"columns": {"incident_id": "case_no", "category": "offence"}}
WITH_COLUMNS = ["http", "wfs", "ogc_features", "arcgis", "socrata", "carto"]


@pytest.mark.parametrize("kind", WITH_COLUMNS)
def test_a_changed_schema_is_named(kind, peer, tmp_path):
    peer.services[kind] = KINDS[kind].service()
    with pytest.raises(SourceError, match="offence") as caught:
        take_it(source_of(kind, peer.address, **CALLED_OTHERWISE), tmp_path)
    assert caught.value.fault == "changed"
    assert stored(tmp_path) == []


def test_gml_is_read_with_its_axes_the_right_way(peer, tmp_path):
    peer.services["wfs"] = services.wfs(records(), gml=True)
    source = source_of("wfs", peer.address, output="application/gml+xml; version=3.2")
    frame = frame_of(take_it(source, tmp_path), source)
    assert frame.geometry.x.round(3).tolist() == [5.3, 5.301, 5.302, 5.303, 5.304, 5.305, 5.306]
    assert frame.geometry.y.round(3).eq(60.38).all()


@pytest.mark.parametrize("kind", ["wfs", "overpass"])
def test_xml_with_an_entity_is_refused(kind, peer, tmp_path):
    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><osm><way>&f;</way></osm>'
    peer.services[kind] = lambda _: Answer(bad, "text/xml")
    with pytest.raises(SourceError, match="XML with entities, which is refused"):
        take_it(source_of(kind, peer.address), tmp_path)
    assert stored(tmp_path) == []


def test_far_fewer_streets_than_last_time_are_a_partial_answer(peer, tmp_path):
    peer.services["overpass"] = services.overpass(ways=10)
    source = source_of("overpass", peer.address)
    take_it(source, tmp_path)
    peer.services["overpass"] = services.overpass(ways=7)
    snapshot = take_it(source, tmp_path)
    assert "gives 7 ways, where there were 10 last time" in snapshot.fallback.reason
    assert len(frame_of(snapshot, source)) == 10


def test_the_overpass_question_is_bounded_and_dated(peer, tmp_path):
    peer.services["overpass"] = services.overpass()
    take_it(source_of("overpass", peer.address, date="2014-08-25T00:00:00Z"), tmp_path)
    said = peer.requests[-1].form["data"]
    assert said == (
        '[out:xml][timeout:180][date:"2014-08-25T00:00:00Z"];(way["highway"](60.37,5.29,60.41,5.36);>;);out body;'
    )
    with pytest.raises(ValueError, match="bbox is larger"):
        source_of("overpass", peer.address, bbox=[4, 58, 12, 66])


def test_an_unchanged_file_is_not_sent_again(peer, tmp_path):
    for kind in ("http", "osm_download"):
        peer.services[kind] = KINDS[kind].service()
        source = source_of(kind, peer.address)
        first = take_it(source, tmp_path)
        peer.requests.clear()
        assert take_it(source, tmp_path) == first
        (asked,) = peer.requests
        assert asked.headers["If-None-Match"].startswith('"')


def test_a_file_out_of_an_archive(peer, tmp_path):
    peer.services["http"] = services.files({"a.zip": zipped("deep/incidents.csv", csv_of(records()))})
    source = source_of("http", peer.address, address="/http/a.zip", member="*.csv", **CLOSED)
    assert len(frame_of(take_it(source, tmp_path), source)) == 7


def test_figures_of_a_cube_by_key(peer, tmp_path):
    peer.services["pxweb"] = services.pxweb({"0": 10, "2": 30, "3": 40})
    source = source_of("pxweb", peer.address)
    frame = frame_of(take_it(source, tmp_path), source)
    assert frame.columns.tolist() == ["Grunnkretser", "2014", "2015"]
    assert frame["2014"].tolist() == ["10", "30"]
    assert frame["2015"].isna().tolist() == [True, False]


def test_police_places_are_map_points_and_times_are_months(peer, tmp_path):
    peer.services["police_uk"] = KINDS["police_uk"].service()
    source = source_of("police_uk", peer.address, uncertainty_m=250, bbox=[5.2995, 60, 5.3025, 61])
    frame = frame_of(take_it(source, tmp_path), source)
    assert len(frame) == 3
    assert frame["uncertainty_m"].astype(float).eq(250).all()
    last = frame.sort_values("occurred_to").iloc[-1]
    assert [last["occurred_from"].isoformat(), last["occurred_to"].isoformat()] == [
        "2024-02-01T00:00:00+00:00",
        "2024-03-01T00:00:00+00:00",
    ]
    assert "2024-01-west-yorkshire-1" in frame["incident_id"].tolist()  # one without a number of its own
