"""Disks that are full, read-only, without symbolic links, or in use by an analyst; after each the next night heals."""

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from flows.publishing.current import current_run
from tests.flows import night_city as town

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(after_one, monkeypatch):
    """Results on a disk of 60 MB of their own; only root may mount one."""
    path, root = after_one
    place = path.parent / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk")
    subprocess.run(["cp", "-a", str(root), str(place)], check=True)
    yield path, place
    subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
    subprocess.run(["umount", str(place)], check=True)


def test_disk_full(small_disk):
    path, disk = small_disk
    root, before = disk / "lilleby", current_run(disk / "lilleby")
    free = os.statvfs(disk)
    (disk / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize - 200_000))
    failed = town.night(path, 7, out=disk)
    assert (failed.exit_code, failed.outcome) == (1, "failed")
    assert failed.message == f"the disk of {root} is full. Make room there, or choose another with --out."
    assert current_run(root) == before
    assert town.opens(root)
    assert town.leftovers(root) == []
    (disk / "filler").unlink()
    assert town.night(path, 8, out=disk).outcome == "published"


def test_read_only(small_disk):
    path, disk = small_disk
    root, before = disk / "lilleby", current_run(disk / "lilleby")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    failed = town.night(path, 7, out=disk)
    assert failed.exit_code == 1
    assert failed.message.startswith(f"cannot write results to {root}: Read-only file system.")
    assert current_run(root) == before
    assert town.opens(root)
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert town.night(path, 8, out=disk).outcome == "published"


def without_links(*_args: object, **_named: object) -> None:
    raise OSError(95, "Operation not supported")


def edited(run: Path) -> sqlite3.Connection:
    """Open a GeoPackage as an analyst who toggles editing: a `-wal` lies beside it."""
    package = run / "lilleby.gpkg"
    package.chmod(0o644)
    opened = sqlite3.connect(package)
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("CREATE TABLE mine (note TEXT)")
    opened.commit()
    assert package.with_name("lilleby.gpkg-wal").exists()
    return opened


def test_an_analyst_edits_the_run_that_is_shown(after_one):
    path, root = after_one
    old = current_run(root)
    with edited(old) as opened:
        done = town.night(path, 7)
        assert done.outcome == "published"
        assert current_run(root) != old
        assert (root / "current/findings.json").is_file()
        opened.execute("INSERT INTO mine VALUES ('still here')")
        opened.commit()
        assert opened.execute("SELECT note FROM mine").fetchall() == [("still here",)]
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opened.close()


def test_an_analyst_edits_the_copy(after_one, monkeypatch):
    path, root = after_one
    monkeypatch.setattr("os.symlink", without_links)
    assert town.night(path, 7).outcome == "published"
    assert not (root / "current").is_symlink()
    first = current_run(root)
    assert town.opens(root)
    opened = edited(root / "current")
    town.write_incidents(path.parent, town.NIGHT.date().replace(day=20))
    stays = town.night(path, 19)
    assert (stays.exit_code, stays.outcome) == (3, "not moved")
    assert (
        "current not moved: file in use. Close lilleby.gpkg in QGIS; the next night tries again."
        in stays.warnings[0].text
    )
    assert current_run(root) == first
    assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opened.close()
    assert not (root / "current/lilleby.gpkg-wal").exists()
    moved = town.night(path, 20)
    assert moved.exit_code == 0
    assert current_run(root) != first
    assert town.opens(root)
