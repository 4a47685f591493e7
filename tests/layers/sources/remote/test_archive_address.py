"""A source whose own address fails: its archive address is asked, with the same checks, before its last good state."""

import hashlib
from datetime import timedelta

import pytest

from layers.errors import SourceError
from tests.peers import services
from tests.peers.asked import KINDS, NIGHT, csv_of, frame_of, source_of, stored, take_it
from tests.peers.http import serving
from tests.peers.records import records


@pytest.fixture
def mirror():
    with serving({}) as running:
        yield running


def pair(kind, peer, mirror, **more):
    """A source at the peer, with the mirror as its archive; both serve the same."""
    for server in (peer, mirror):
        server.services.setdefault(kind, KINDS[kind].service())
    path = more.pop("archive_path", KINDS[kind].said["address"])
    return source_of(kind, peer.address, archive_address=mirror.address + path, **more)


@pytest.mark.parametrize(
    ("fault", "named"),
    [("gateway_timeout", "unreachable"), ("redirect_loop", "changed"), ("html", "changed"), ("forbidden", "refused")],
)
@pytest.mark.parametrize("kind", ["http", "osm_download", "socrata"])
def test_the_archive_gives_what_the_address_fails_to_give(kind, fault, named, peer, mirror, tmp_path):
    source = pair(kind, peer, mirror)
    peer.fault = fault
    snapshot = take_it(source, tmp_path)
    assert len(frame_of(snapshot, source)) == KINDS[kind].rows
    assert snapshot.address == source.archive_address
    assert snapshot.fallback is None
    assert snapshot.from_archive.fault == named
    assert snapshot.from_archive.reason.startswith(f"source 'incidents': {peer.address}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_address_leaves_the_archive_unasked(kind, peer, mirror, tmp_path):
    source = pair(kind, peer, mirror)
    snapshot = take_it(source, tmp_path)
    assert (snapshot.from_archive, snapshot.address, mirror.requests) == (None, source.address, [])


def test_both_fail_and_the_last_good_state_stands_in_with_both_reasons(peer, mirror, tmp_path):
    source = pair("http", peer, mirror)
    good = take_it(source, tmp_path)
    before = stored(tmp_path)
    peer.fault, mirror.fault = "gateway_timeout", "html"
    snapshot = take_it(source, tmp_path)
    assert (snapshot.sha256, snapshot.from_archive, snapshot.fallback.fault) == (good.sha256, None, "unreachable")
    assert "answers with status 504" in snapshot.fallback.reason
    assert f"Its archive address was asked, too: {mirror.address}" in snapshot.fallback.reason
    assert "gives a web page (HTML)" in snapshot.fallback.reason
    assert stored(tmp_path) == before


def test_both_fail_and_nothing_is_stored(peer, mirror, tmp_path):
    source = pair("http", peer, mirror)
    peer.fault, mirror.fault = "gone", "empty"
    with pytest.raises(
        SourceError, match=r"status 404.*Its archive address was asked, too: .*an empty answer"
    ) as caught:
        take_it(source, tmp_path)
    assert caught.value.fault == "changed"
    assert stored(tmp_path) == []


def test_a_last_good_state_that_the_archive_gave_says_so(peer, mirror, tmp_path):
    source = pair("http", peer, mirror)
    peer.fault = "gateway_timeout"
    take_it(source, tmp_path)
    mirror.fault = "gateway_timeout"
    snapshot = take_it(source, tmp_path, now=NIGHT + timedelta(days=2))
    assert (snapshot.fallback.age_days, snapshot.from_archive.fault) == (2, "unreachable")
    assert snapshot.address == source.archive_address


def test_each_address_is_asked_for_changes_by_what_it_said_itself(peer, mirror, tmp_path):
    source = pair("http", peer, mirror)
    first = take_it(source, tmp_path)
    peer.fault = "gateway_timeout"
    take_it(source, tmp_path)
    assert "If-None-Match" not in mirror.requests[-1].headers  # the tag was the other address's
    take_it(source, tmp_path)
    assert "If-None-Match" in mirror.requests[-1].headers
    peer.fault = None
    peer.requests.clear()
    back = take_it(source, tmp_path)
    assert "If-None-Match" not in peer.requests[-1].headers
    assert (back.sha256, back.fetched_at, back.from_archive) == (first.sha256, first.fetched_at, None)


def test_the_archive_passes_the_same_checks(peer, mirror, tmp_path):
    right = csv_of(records())
    mirror.services["http"] = services.files({"incidents.csv": right + b"x"})
    source = pair("http", peer, mirror, sha256=hashlib.sha256(right).hexdigest())
    peer.fault = "gateway_timeout"
    with pytest.raises(SourceError, match=r"archive address was asked, too: .*not that of sha256"):
        take_it(source, tmp_path)
    mirror.services["http"] = KINDS["http"].service()
    assert take_it(source, tmp_path).from_archive is not None


def test_an_extract_is_checked_against_the_sum_beside_the_archive(peer, mirror, tmp_path):
    source = pair("osm_download", peer, mirror, checksum_address=f"{peer.address}/osm_download/town.osm.md5")
    peer.fault = "gateway_timeout"
    assert take_it(source, tmp_path).from_archive.fault == "unreachable"
    assert [asked.path for asked in mirror.requests] == ["/osm_download/town.osm", "/osm_download/town.osm.md5"]


def test_an_archive_that_is_older_than_what_is_stored_is_refused(peer, mirror, tmp_path):
    mirror.services["http"] = services.files({"incidents.csv": csv_of(records()[:3])}, "Sun, 31 Dec 2023 00:00:00 GMT")
    source = pair("http", peer, mirror)
    good = take_it(source, tmp_path)
    before = stored(tmp_path)
    peer.fault = "gateway_timeout"
    snapshot = take_it(source, tmp_path)
    assert snapshot.sha256 == good.sha256
    assert "the state of 2023-12-31, older than that of 2024-01-01, which is stored" in snapshot.fallback.reason
    assert stored(tmp_path) == before


def test_an_archive_that_no_longer_moves_is_refused_by_cadence_and_age(peer, mirror, tmp_path):
    peer.services["http"] = mirror.services["http"] = services.files(
        {"incidents.csv": csv_of(records())}, "Mon, 20 May 2024 00:00:00 GMT"
    )
    source = pair("http", peer, mirror, cadence="nightly", max_age_days=12)
    peer.fault = "gateway_timeout"
    assert take_it(source, tmp_path).from_archive is not None  # of 20 May, on 1 June: 12 days
    with pytest.raises(
        SourceError, match=r"state of 2024-05-20, older than cadence and max_age_days allow \(13 days\)"
    ):
        take_it(source, tmp_path / "empty", now=NIGHT + timedelta(days=2))


CHANGES = {"incremental": {"field": "updated", "overlap_days": 1, "full_every_days": 30}, "max_age_days": 60}


def test_an_archive_that_lacks_rows_loses_none(peer, mirror, tmp_path):
    mirror.services["socrata"] = services.socrata(records()[:4])
    source = pair("socrata", peer, mirror, **CHANGES)
    good = take_it(source, tmp_path)
    peer.fault = "gateway_timeout"
    asked_for_changes = take_it(source, tmp_path)
    assert (asked_for_changes.sha256, asked_for_changes.from_archive.fault) == (good.sha256, "unreachable")
    all_of_it = take_it(source, tmp_path, now=NIGHT + timedelta(days=31))
    assert all_of_it.sha256 == good.sha256
    assert "is behind: it lacks rows that are stored already" in all_of_it.fallback.reason


def test_secrets_stay_with_the_host_they_are_meant_for(peer, mirror, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "s3cr3t")
    said = {"headers": {"X-App-Token": "${TOKEN}", "Accept-Language": "nb"}, "params": {"token": "${TOKEN}"}}
    source = pair("socrata", peer, mirror, **said)
    peer.fault = "gateway_timeout"
    take_it(source, tmp_path)
    assert peer.requests[-1].headers["X-App-Token"] == "s3cr3t"
    asked = mirror.requests[-1]
    assert (asked.headers["X-App-Token"], asked.headers["Accept-Language"]) == (None, "nb")
    assert "token" not in asked.query


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        ("s3://town/incidents.csv", "archive_address is asked as address is, by HTTP"),
        ("mirror/incidents.csv", "is no address"),
        ("https://user:hunter2@mirror.example/incidents.csv", "holds a secret in plain text"),
        ("https://mirror.example/incidents.csv?token=abc", "holds a secret in plain text"),
    ],
)
def test_an_archive_address_that_cannot_be_is_refused(archive, words):
    with pytest.raises(ValueError, match=words):
        source_of("http", "http://127.0.0.1:9", archive_address=archive)
