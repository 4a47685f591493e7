"""The last good snapshot: how long it stands in, when it does not, and working offline."""

from datetime import timedelta

import pytest

from layers.errors import SourceError
from layers.snapshots.store import object_path
from tests.border_city import a_source
from tests.peers.asked import NIGHT, take_it

SOURCE = a_source(path="a.csv", max_age_days=3)


@pytest.fixture
def good(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    snapshot = take_it(SOURCE, tmp_path)
    (tmp_path / "a.csv").unlink()
    return snapshot


def later(days: float):
    return NIGHT + timedelta(days=days)


def test_it_stands_in_until_it_is_too_old(good, tmp_path):
    snapshot = take_it(SOURCE, tmp_path, now=later(2.5))
    assert (snapshot.sha256, snapshot.path) == (good.sha256, good.path)
    assert (snapshot.fallback.fault, snapshot.fallback.age_days) == ("unreachable", 2.5)
    assert "no file at" in snapshot.fallback.reason
    with pytest.raises(
        SourceError, match=r"is 3\.1 days old, older than the 3 days of max_age_days.*no file at"
    ) as caught:
        take_it(SOURCE, tmp_path, now=later(3.1))
    assert caught.value.fault == "stale"


def test_age_counts_from_the_last_night_the_source_confirmed_it(good, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    take_it(SOURCE, tmp_path, now=later(6))
    (tmp_path / "a.csv").unlink()
    assert take_it(SOURCE, tmp_path, now=later(8)).fallback.age_days == 2


def test_other_settings_have_no_last_snapshot(good, tmp_path):
    other = a_source(path="a.csv", max_age_days=3, columns={"category": "x"})
    with pytest.raises(SourceError, match="no file at"):
        take_it(other, tmp_path)
    same = a_source(path="a.csv", max_age_days=9, licence="CC BY 4.0")
    assert take_it(same, tmp_path, now=later(8)).licence == "CC BY 4.0"


def test_a_damaged_snapshot_does_not_stand_in(good, tmp_path):
    kept = object_path(tmp_path / "store", good.sha256)
    kept.chmod(0o600)
    kept.write_bytes(b"y\n2\n")  # as long as before
    with pytest.raises(SourceError, match="last snapshot is damaged"):
        take_it(SOURCE, tmp_path)


def test_offline_takes_what_is_stored_whatever_its_age(good, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"newer")
    snapshot = take_it(SOURCE, tmp_path, now=later(30), offline=True)
    assert snapshot.sha256 == good.sha256
    assert (snapshot.fallback.fault, snapshot.fallback.age_days) == ("offline", 30)
    with pytest.raises(SourceError, match=r"no snapshot of it with these settings\. Run once without --offline"):
        take_it(a_source(path="b.csv"), tmp_path, offline=True)


def test_what_a_killed_run_left_goes_with_the_next(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"x")
    left = tmp_path / "store/.incoming-smallby-incidents-abc"
    other = tmp_path / "store/.incoming-othertown-incidents-abc"
    for folder in (left, other):
        folder.mkdir(parents=True)
        (folder / "half").write_bytes(b"ha")
    take_it(SOURCE, tmp_path)
    assert not left.exists()
    assert other.exists()  # another city's run may be under way
