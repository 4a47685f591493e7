"""Stored bytes that rotted: found the next time their source is asked, and fetched anew as a whole."""

from datetime import UTC, datetime, timedelta

from layers.city import FileSource
from layers.snapshots import take
from layers.snapshots.store import discard_damaged, object_path
from tests.border_city import border_city

NOW = datetime(2024, 1, 1, tzinfo=UTC)
SAID = {"kind": "file", "id": "records", "table": "zones", "path": "zones.csv", "licence": "x", "attribution": "x"}


def test_rotten_bytes_are_replaced_in_store_and_view(tmp_path):
    (tmp_path / "zones.csv").write_text("zone_id\na\n")
    source = FileSource.model_validate(SAID | {"open": True})
    where = {"store": tmp_path / "store", "data_dir": None, "base_dir": tmp_path}
    first = take(source, border_city(), made_at=NOW, **where)
    kept = object_path(tmp_path / "store", first.sha256)
    kept.write_text("zone_id\nb\n")  # as many bytes
    assert first.path.read_text() == "zone_id\nb\n"
    again = take(source, border_city(), made_at=NOW + timedelta(days=1), **where)
    assert (again.sha256, again.path.read_text()) == (first.sha256, "zone_id\na\n")
    assert kept.read_text() == "zone_id\na\n"
    assert not discard_damaged(tmp_path / "store", again.parts)
