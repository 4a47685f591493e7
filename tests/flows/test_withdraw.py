"""Taking a run back: the last clean run is shown, files are gone, a notice stays, and it never comes back."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.publishing.current import current_run, point_current
from flows.publishing.publish import publish, staging
from flows.publishing.withdrawn import read_withdrawn, refuse_withdrawn
from layers.errors import UserError
from layers.tables import Snapshot
from tests.flows.city_yaml import CONFIG, GOOD, write

FIRST, SECOND = "2026-01-01-00000001", "2026-02-01-00000002"


@pytest.fixture
def city(tmp_path, monkeypatch):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("flows.console.start_logging", lambda **_: None)
    return write(tmp_path, GOOD + "internal_dir: private\n")


def published(root: Path, run_id: str, sha256: str = "aa") -> Path:
    root.mkdir(parents=True, exist_ok=True)
    said = {"snapshots": [{"source_id": "records", "sha256": sha256}], "config_sha256": "c", "code_version": "v"}
    with staging(root, run_id) as staged:
        (staged / "tables").mkdir()
        (staged / "tables/districts.csv").write_text("a\n1\n")
        directory = publish(staged, root, manifest=said, run_id=run_id)
    point_current(root, directory)
    return directory


def withdraw(city, run_id, *options):
    out = city.parent / "outputs"
    line = ["withdraw", str(city), run_id, "--reason", "wrong coordinates", "--config", str(CONFIG), "--out", str(out)]
    return CliRunner().invoke(cli, [*line, *options])


def roots(city):
    return city.parent / "outputs/testby", city.parent / "private/testby"


def test_the_last_clean_run_is_shown_again_in_every_target(city):
    for root in roots(city):
        for run_id, sha256 in ((FIRST, "aa"), (SECOND, "bb")):
            published(root, run_id, sha256)
    done = withdraw(city, SECOND)
    assert done.exit_code == 0, done.output
    for root in roots(city):
        assert current_run(root).name == FIRST
        assert [path.name for path in (root / "runs" / SECOND).iterdir()] == ["WITHDRAWN.md"]
        text = (root / "runs" / SECOND / "WITHDRAWN.md").read_text(encoding="utf-8")
        assert "wrong coordinates" in text
        assert "trukket tilbake" in text
        assert not list(root.glob(".removing-*"))


def test_the_only_run_leaves_a_notice_and_no_current(city):
    root = roots(city)[0]
    published(root, FIRST)
    done = withdraw(city, FIRST)
    assert done.exit_code == 0, done.output
    assert not (root / "current").is_symlink()
    assert (root / "WITHDRAWN.md").is_file()
    assert not list(root.rglob("*.csv"))


def test_a_damaged_run_is_not_shown_in_its_place(city):
    root = roots(city)[0]
    damaged = published(root, FIRST) / "tables/districts.csv"
    damaged.chmod(0o644)
    damaged.write_text("b\n2\n")
    published(root, SECOND)
    assert withdraw(city, SECOND).exit_code == 0
    assert current_run(root) is None


def test_an_older_run_goes_without_moving_current(city):
    root = roots(city)[0]
    published(root, FIRST)
    published(root, SECOND)
    withdraw(city, FIRST)
    assert current_run(root).name == SECOND


def test_the_same_data_settings_and_code_are_refused_on_any_day_other_data_are_not(city):
    root = roots(city)[0]
    published(root, FIRST)
    withdraw(city, FIRST)
    with pytest.raises(UserError, match=f"would be run {FIRST} again.*wrong coordinates"):
        refuse_withdrawn(root, [snapshot("aa")], config_sha256="c", code="v")
    refuse_withdrawn(root, [snapshot("bb")], config_sha256="c", code="v")
    refuse_withdrawn(root, [snapshot("aa")], config_sha256="c", code="w")


def snapshot(sha256):
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return Snapshot("records", Path("x"), sha256, 1, "x", day, date(2026, 1, 1), "x", "x", open=True)


def test_withdrawing_again_finishes_what_was_cut_off(city):
    root = roots(city)[0]
    published(root, FIRST)
    withdraw(city, FIRST)
    before = read_withdrawn(root)
    (root / "runs" / FIRST / "WITHDRAWN.md").unlink()
    (root / "runs" / FIRST).rename(root / f".removing-{FIRST}")
    assert withdraw(city, FIRST).exit_code == 0
    assert read_withdrawn(root) == before
    assert (root / "runs" / FIRST / "WITHDRAWN.md").is_file()
    assert not list(root.glob(".removing-*"))


@pytest.mark.parametrize("run_id", ["../../etc", "2026-01-01-0000000z", ".", "current", "2026-01-01-00000001/.."])
def test_a_run_that_is_no_run_id_is_refused(city, run_id):
    done = withdraw(city, run_id)
    assert done.exit_code == 2
    assert "is no run" in done.output


def test_an_unknown_run_is_told_with_those_there_are(city):
    published(roots(city)[0], FIRST)
    done = withdraw(city, SECOND)
    assert done.exit_code == 1
    assert f"There are: {FIRST}." in done.output


def test_a_list_that_cannot_be_read_stops_rather_than_forgets(city):
    root = roots(city)[0]
    published(root, FIRST)
    (root / "withdrawn.json").write_text(json.dumps({"other": 1}))
    with pytest.raises(UserError, match="Restore it"):
        read_withdrawn(root)
