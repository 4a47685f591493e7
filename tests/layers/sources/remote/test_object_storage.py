"""S3-compatible object storage as a source, against a server on this machine."""

import gzip

import pytest

from layers.errors import SourceError
from tests.peers import asked, storage
from tests.peers.asked import CLOSED, INCIDENTS, POINTS, csv_of, frame_of, stored, take_it
from tests.peers.asked import source_of as source_for
from tests.peers.http import HTML
from tests.peers.records import records

pytestmark = [
    pytest.mark.slow,  # the server takes seconds to import
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # its own, not ours
]


@pytest.fixture(scope="module")
def server():
    with storage.running() as running:
        yield running


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-key-of-the-town")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setitem(asked.KINDS, "object_storage", asked.Kind(dict, {}, 7))


def source_of(server, key="incidents.csv", **more):
    said = {**INCIDENTS, **POINTS, "address": f"s3://town/{key}", "endpoint": server.endpoint}
    said = {name: value for name, value in (said | more).items() if value is not None}
    return source_for("object_storage", "", **said)


def test_an_object_becomes_rows_and_is_not_read_again(server, tmp_path, monkeypatch):
    server.put("incidents.csv", csv_of(records()))
    source = source_of(server)
    first = take_it(source, tmp_path)
    assert len(frame_of(first, source)) == 7
    assert first.address == "s3://town/incidents.csv"
    monkeypatch.setattr("s3fs.S3FileSystem.open", lambda *_, **__: pytest.fail("read again"))
    assert take_it(source, tmp_path) == first


def test_a_changed_object_is_fetched(server, tmp_path):
    server.put("changing.csv", csv_of(records(3)))
    source = source_of(server, "changing.csv")
    first = take_it(source, tmp_path)
    server.put("changing.csv", csv_of(records(5)))
    second = take_it(source, tmp_path)
    assert second.sha256 != first.sha256
    assert len(frame_of(second, source)) == 5


@pytest.mark.parametrize(
    ("key", "data", "said", "fault", "words"),
    [
        ("none.csv", None, {}, "changed", "does not exist"),
        ("page.csv", HTML, {}, "changed", "web page"),
        ("empty.csv", b"", {}, "incomplete", "empty answer"),
        ("large.csv", b"x" * 1_000_001, {"max_mb": 1}, "refused", "has 1 MB"),
        ("bomb.csv.gz", gzip.compress(b"\n" * 3_000_000, mtime=0), {"max_mb": 1}, "refused", "more than 1 MB"),
    ],
)
def test_faults(server, tmp_path, key, data, said, fault, words):
    if data is not None:
        server.put(key, data)
    with pytest.raises(SourceError) as caught:
        take_it(source_of(server, key, **said), tmp_path)
    assert words in str(caught.value)
    assert caught.value.fault == fault
    assert stored(tmp_path) == []


def test_no_server_is_unreachable(server, tmp_path):
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        take_it(source_of(server, endpoint="http://127.0.0.1:9"), tmp_path)
    assert caught.value.fault == "unreachable"
    assert "a-key-of-the-town" not in str(caught.value)


def test_a_closed_object_is_filtered(server, tmp_path):
    server.put("closed.csv", csv_of(records()))
    source = source_of(server, "closed.csv", **CLOSED)
    assert len(frame_of(take_it(source, tmp_path), source)) == 7
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [word for word in (b"Nordmann", b"01019012345", b"2024-0003") if word in kept]
