"""Purging the store: what is named goes whole, what another source still gives stays, nothing outside is touched."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from layers.city import Protection
from layers.snapshots import take
from layers.snapshots.purge import enforce_retention, purge_store
from tests.border_city import a_source, border_city

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
PROTECTION = {"controller": "x", "purpose": "x", "legal_basis": "x", "dpia": "x", "retention_days": 30}


@pytest.fixture
def store(tmp_path):
    """Two sources of one city; one content they share, one each has alone."""
    for name, content in (("one", b"alone"), ("two", b"both"), ("three", b"both")):
        (tmp_path / f"{name}.csv").write_bytes(content)
    return tmp_path / "store"


def taken(store, *names, now=NOON, **changes):
    for name in names:
        source = a_source(path=f"{name}.csv", id=name, **changes)
        take(source, border_city(), store=store, data_dir=None, base_dir=store.parent, made_at=NOON, now=now)


def contents(store):
    return sorted(path.read_bytes() for path in store.glob("objects/*/*"))


def test_everything_of_a_city_goes_and_the_files_it_came_from_stay(store):
    taken(store, "one", "two", "three")
    (store / ".incoming-smallby-one-abc").mkdir()
    (store / "snapshots/.building-xyz").mkdir()
    (store / "pseudonym.key").write_text("secret")
    done = purge_store(store, "smallby")
    assert (done.sources, done.files, done.views, done.half_done, done.key) == (("one", "three", "two"), 2, 3, 2, True)
    assert [path for path in store.rglob("*") if path.is_file()] == []
    assert sorted(path.name for path in store.parent.glob("*.csv")) == ["one.csv", "three.csv", "two.csv"]


def test_content_that_another_source_still_gives_stays(store):
    taken(store, "one", "two", "three")
    assert purge_store(store, "smallby", sources=["two"]).files == 0
    assert contents(store) == [b"alone", b"both"]
    assert purge_store(store, "smallby", sources=["three"]).files == 1
    assert contents(store) == [b"alone"]
    assert (next((store / "snapshots").iterdir()) / "one.csv").read_bytes() == b"alone"


def test_content_that_a_source_gave_earlier_goes_with_it(store):
    taken(store, "one")
    (store.parent / "one.csv").write_bytes(b"later")
    taken(store, "one")
    assert len(contents(store)) == 2
    purge_store(store, "smallby", sources=["one"])
    assert contents(store) == []


def test_only_what_was_last_confirmed_before_a_day_goes(store):
    taken(store, "one", now=NOON)
    taken(store, "two", now=NOON + timedelta(days=5))
    done = purge_store(store, "smallby", before=NOON + timedelta(days=1))
    assert done.sources == ("one",)
    assert contents(store) == [b"both"]


def test_another_city_keeps_its_snapshots_and_the_key_while_it_needs_one(store):
    taken(store, "one")
    (store / "pseudonym.key").write_text("secret")
    other = store / "index/elsewhere/records.json"
    other.parent.mkdir()
    entry = json.loads((store / "index/smallby/one.json").read_text()) | {"retention_days": 30}
    other.write_text(json.dumps(entry))
    done = purge_store(store, "smallby")
    assert (done.files, done.key, (store / "pseudonym.key").exists()) == (0, False, True)
    assert contents(store) == [b"alone"]


def test_retention_of_protected_sources_ends_after_its_days(store):
    taken(store, "one", "two")
    city = border_city()
    kept = a_source(path="one.csv", id="one").model_copy(update={"protection": Protection(**PROTECTION)})
    city = city.model_copy(update={"sources": (kept, a_source(path="two.csv", id="two"))})
    assert enforce_retention(store, city, now=NOON + timedelta(days=29)).sources == ()
    assert enforce_retention(store, city, now=NOON + timedelta(days=31)).sources == ("one",)
    assert contents(store) == [b"both"]


def test_an_index_that_names_files_outside_the_store_removes_none(store):
    taken(store, "one")
    victim = store.parent / "victim.txt"
    victim.write_text("mine")
    path = store / "index/smallby/one.json"
    entry = json.loads(path.read_text())
    entry["parts"][0]["sha256"] = "../../../victim.txt"
    entry["path"] = "snapshots/../../victim.txt"
    path.write_text(json.dumps(entry))
    purge_store(store, "smallby")
    assert victim.read_text() == "mine"


def test_a_link_in_the_store_is_removed_and_not_what_it_points_to(store):
    taken(store, "one")
    outside = store.parent / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    (store / "snapshots/linked").symlink_to(outside)
    (store / "objects/linked").symlink_to(outside / "file")
    purge_store(store, "smallby")
    assert (outside / "file").read_text() == "mine"
    assert not (store / "snapshots/linked").is_symlink()
