"""Every kind of source over HTTP against a server that speaks its protocol: rows, faults and their messages."""

import pytest

from layers.errors import SourceError
from tests.peers.asked import KINDS, NO_INCIDENTS, frame_of, source_of, stored, take_it

FAULTS = {
    "too_busy": ("unreachable", "asks to wait 86400 s (status 429), longer than its deadline"),
    "gateway_timeout": ("unreachable", "answers with status 504"),
    "html": ("changed", "gives a web page (HTML)"),
    "truncated": ("incomplete", None),
    "empty": ("incomplete", "gives an empty answer"),
    "redirect_loop": ("changed", "redirects more than 5 times"),
    "short_body": ("incomplete", "stopped in the middle of its answer"),
    "gzip_bomb": ("refused", "gives more than 1 MB"),
    "forbidden": ("refused", "answers with status 403"),
    "gone": ("changed", "answers with status 404"),
}
QUICK = ("http", "overpass", "socrata")  # every fault of every kind takes seconds: all of them in the slow tests
EACH = [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS]
# half of a CSV file is a CSV file: only a checksum (`sha256`) tells
NOT_TOLD = {("http", "truncated")}


@pytest.mark.parametrize("kind", KINDS)
def test_whole_answer_becomes_rows(kind, peer, tmp_path):
    peer.services[kind] = KINDS[kind].service()
    source = source_of(kind, peer.address)
    snapshot = take_it(source, tmp_path)
    frame = frame_of(snapshot, source)
    assert len(frame) == KINDS[kind].rows
    assert snapshot.fallback is None
    assert snapshot.address == source.address
    again = take_it(source, tmp_path)
    assert (again.sha256, again.fetched_at) == (snapshot.sha256, snapshot.fetched_at)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in NO_INCIDENTS])
def test_incidents_have_places_and_times(kind, peer, tmp_path):
    peer.services[kind] = KINDS[kind].service()
    source = source_of(kind, peer.address)
    frame = frame_of(take_it(source, tmp_path), source)
    frame = frame.iloc[frame.geometry.x.argsort()].reset_index(drop=True)
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.x.round(3).tolist() == [5.3, 5.301, 5.302, 5.303, 5.304, 5.305, 5.306]
    assert frame.geometry.y.round(3).eq(60.38).all()
    first = "2024-01-01T00:00:00" if kind == "police_uk" else "2024-01-01T03:00:00"
    assert frame["occurred_from"].iloc[0].isoformat() == f"{first}+00:00"
    assert frame["category"].iloc[:2].tolist() == ["theft", "noise"]
    assert "narrative" not in frame


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", EACH)
def test_fault_is_named_and_leaves_nothing(kind, fault, peer, tmp_path):
    if (kind, fault) in NOT_TOLD:
        pytest.skip("half of a CSV file is a CSV file; see the checksum's test")
    peer.services[kind], peer.fault = KINDS[kind].service(), fault
    with pytest.raises(SourceError) as caught:
        take_it(source_of(kind, peer.address, max_mb=1), tmp_path)
    expected, words = FAULTS[fault]
    text = str(caught.value)
    assert caught.value.fault == expected, text
    assert text.startswith("source 'incidents': http://127.0.0.1:")
    assert words is None or words in text
    assert stored(tmp_path) == []


@pytest.mark.parametrize("kind", EACH)
def test_slow_drip_ends_at_the_deadline(kind, peer, tmp_path):
    peer.services[kind], peer.fault = KINDS[kind].service(), "slow_drip"
    with pytest.raises(SourceError, match=r"was not done within its 0\.2 s") as caught:
        take_it(source_of(kind, peer.address, deadline_s=0.2), tmp_path)
    assert caught.value.fault == "unreachable"
    assert stored(tmp_path) == []


@pytest.mark.parametrize("fault", ["busy", "gateway_timeout", "short_body"])
@pytest.mark.parametrize("kind", EACH)
def test_trouble_that_passes_is_waited_for(kind, fault, peer, tmp_path):
    peer.services[kind], peer.fault, peer.times = KINDS[kind].service(), fault, 1
    source = source_of(kind, peer.address)
    assert len(frame_of(take_it(source, tmp_path), source)) == KINDS[kind].rows


@pytest.mark.parametrize("kind", EACH)
def test_last_good_snapshot_stands_in_and_says_so(kind, peer, tmp_path):
    peer.services[kind] = KINDS[kind].service()
    source = source_of(kind, peer.address)
    good = take_it(source, tmp_path)
    before = stored(tmp_path)
    peer.fault = "html"
    snapshot = take_it(source, tmp_path)
    assert snapshot.sha256 == good.sha256
    assert snapshot.fallback.fault == "changed"
    assert "web page" in snapshot.fallback.reason
    assert stored(tmp_path) == before


def test_nobody_there_is_unreachable(tmp_path):
    with pytest.raises(SourceError, match="does not answer") as caught:
        take_it(source_of("socrata", "http://127.0.0.1:9"), tmp_path)
    assert caught.value.fault == "unreachable"
