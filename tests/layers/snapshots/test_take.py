"""Snapshots: same bytes once, an index beside them, missing files with the cure."""

import hashlib
import json
import os
from datetime import UTC, datetime

import pytest

from layers.city import SimulatedSource
from layers.errors import SourceError
from layers.snapshots import take
from layers.sources import simulated
from tests.border_city import a_source, border_city

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def taken(tmp_path):
    def run(source, *, data_dir=None):
        return take(source, border_city(), store=tmp_path / "store", data_dir=data_dir, base_dir=tmp_path, made_at=NOON)

    return run


def objects(tmp_path):
    return sorted(p.name for p in (tmp_path / "store/objects").rglob("*") if p.is_file())


def test_one_file_keeps_its_name_bytes_and_hash(tmp_path, taken):
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    os.utime(tmp_path / "a.csv", (0, datetime(2025, 12, 31, 9, tzinfo=UTC).timestamp()))
    snapshot = taken(a_source(path="a.csv", upstream_date="2025-12-31", address="https://example.org/a"))
    assert snapshot.path.name == "a.csv"
    assert snapshot.path.read_bytes() == b"x\n1\n"
    assert snapshot.sha256 == hashlib.sha256(b"x\n1\n").hexdigest()
    assert (snapshot.size_bytes, snapshot.address) == (4, "https://example.org/a")
    entry = json.loads((tmp_path / "store/index/smallby/incidents.json").read_text())
    assert entry["sha256"] == snapshot.sha256
    assert entry["fetched_at"] == "2025-12-31T09:00:00+00:00"
    assert (entry["upstream_date"], entry["licence"], entry["size_bytes"]) == ("2025-12-31", "CC0-1.0", 4)


def test_identical_content_is_stored_once_and_unchanged_content_has_the_same_path(tmp_path, taken):
    (tmp_path / "a.csv").write_bytes(b"same")
    (tmp_path / "b.csv").write_bytes(b"same")
    first, second = taken(a_source(path="a.csv")), taken(a_source(path="b.csv", id="other"))
    assert first.sha256 == second.sha256
    assert objects(tmp_path) == [first.sha256]
    assert second.path.name == "b.csv"
    assert taken(a_source(path="a.csv")).path == first.path


def test_a_later_edit_of_the_original_does_not_reach_the_snapshot(tmp_path, taken):
    original = tmp_path / "a.csv"
    original.write_bytes(b"old")
    snapshot = taken(a_source(path="a.csv"))
    original.write_bytes(b"new")
    assert snapshot.path.read_bytes() == b"old"
    assert taken(a_source(path="a.csv")).path.read_bytes() == b"new"


def test_a_pattern_is_one_snapshot_whose_hash_covers_names_and_contents(tmp_path, taken):
    for name, content in (("i_2.csv", b"two"), ("i_1.csv", b"one")):
        (tmp_path / name).write_bytes(content)
    snapshot = taken(a_source(path="i_*.csv"))
    assert sorted(p.name for p in snapshot.path.iterdir()) == ["i_1.csv", "i_2.csv"]
    lines = "".join(f"{n}\0{hashlib.sha256(c).hexdigest()}\n" for n, c in (("i_1.csv", b"one"), ("i_2.csv", b"two")))
    assert snapshot.sha256 == hashlib.sha256(lines.encode()).hexdigest()
    (tmp_path / "i_1.csv").rename(tmp_path / "i_3.csv")
    assert taken(a_source(path="i_*.csv")).sha256 != snapshot.sha256


def test_data_dir_comes_before_the_folder_of_the_yaml(tmp_path, taken):
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.csv").write_bytes(b"data")
    (tmp_path / "a.csv").write_bytes(b"beside")
    (tmp_path / "b.csv").write_bytes(b"only beside")
    assert taken(a_source(path="a.csv"), data_dir=data).path.read_bytes() == b"data"
    assert taken(a_source(path="b.csv"), data_dir=data).path.read_bytes() == b"only beside"
    assert taken(a_source(path=str(data / "a.csv"))).path.read_bytes() == b"data"


def test_the_joined_file_belongs_to_the_snapshot(tmp_path, taken):
    (tmp_path / "main.csv").write_bytes(b"m")
    (tmp_path / "other.csv").write_bytes(b"o")
    join = {"path": "other.csv", "left": "a", "right": "b", "columns": {"population": "p"}}
    snapshot = taken(a_source("districts", path="main.csv", join=join))
    assert (snapshot.path / "main.csv").read_bytes() == b"m"
    assert (snapshot.path / "_join/other.csv").read_bytes() == b"o"


def test_a_missing_file_names_source_path_and_cure(tmp_path, taken):
    with pytest.raises(SourceError) as error:
        taken(a_source(path="gone_*.csv"), data_dir=tmp_path / "data")
    text = str(error.value)
    assert "'incidents'" in text
    assert str(tmp_path / "data" / "gone_*.csv") in text
    assert str(tmp_path / "gone_*.csv") in text
    assert "--data DIR or HARMSHIFT_DATA" in text


def test_a_folder_is_no_file(tmp_path, taken):
    (tmp_path / "parts").mkdir()
    with pytest.raises(SourceError, match=r"is a folder; give a file, or a pattern such as parts/\*\.parquet"):
        taken(a_source(path="parts"))


def test_a_shapefile_without_its_other_files_is_refused(tmp_path, taken):
    (tmp_path / "d.shp").write_bytes(b"\x00\x00\x27\x0a")
    with pytest.raises(SourceError, match=r"d\.shp lacks \.shx, \.dbf"):
        taken(a_source("districts", path="d.shp"))


def test_the_store_is_for_its_owner_alone(tmp_path, taken):
    (tmp_path / "a.csv").write_bytes(b"x")
    taken(a_source(path="a.csv"))
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
    assert not list((tmp_path / "store").glob(".incoming-*"))


def test_a_naive_time_of_fetching_is_a_bug(tmp_path):
    naive = datetime(2026, 1, 2)  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="no time zone"):
        take(a_source(), border_city(), store=tmp_path, data_dir=None, base_dir=tmp_path, made_at=naive)


def test_a_simulated_source_is_stored_like_any_other(tmp_path, taken, monkeypatch):
    monkeypatch.setattr(simulated, "fetch", lambda source, city: f"{city.city} {source.seed}".encode())
    said = {"kind": "simulated", "id": "invented", "licence": "CC0-1.0", "attribution": "nobody", "seed": 7}
    snapshot = taken(SimulatedSource.model_validate(said))
    assert snapshot.path.read_bytes() == b"smallby 7"
    assert (snapshot.address, snapshot.open) == ("simulated, seed 7", False)


def test_a_store_that_cannot_be_written_says_how_to_move_it(tmp_path, taken):
    (tmp_path / "a.csv").write_bytes(b"x")
    (tmp_path / "store").write_bytes(b"a file, not a folder")
    with pytest.raises(SourceError, match=r"store: snapshots cannot be kept here .* HARMSHIFT_STATE"):
        taken(a_source(path="a.csv"))
