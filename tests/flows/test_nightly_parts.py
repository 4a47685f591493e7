"""Heartbeats, messages, drift, retention, `current`, exit codes: each by itself, with figures checked by hand."""

import json
import logging
import os
import platform
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.nights import drift, heartbeat, notify
from flows.nights.drift import Bands, DriftError, Volume
from flows.nights.heartbeat import Heartbeat
from flows.nights.night import Night
from flows.nights.night_settings import NightSettings, cities_of_night, night_settings
from flows.nights.night_warnings import Warned
from flows.nights.nightly import report, worst
from flows.nights.retention import Kept, prune_runs, prune_snapshots
from flows.publishing.current import current_run, files_in_use, heal_current, point_current
from layers.errors import ConfigError
from tests.example_findings import findings
from tests.flows.city_yaml import CONFIG
from tests.peers.http import Answer, serving

NOW = datetime(2024, 6, 1, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def run_folder(root: Path, name: str, age_days: float = 0.0) -> Path:
    run = root / "runs" / name
    run.mkdir(parents=True)
    (run / "town.gpkg").write_text(name)
    (run / "SUCCESS").write_text(name)
    when = (NOW - age_days * DAY).timestamp()
    os.utime(run / "SUCCESS", (when, when))
    return run


@pytest.mark.parametrize("codes", [([], 0), ([0, 0], 0), ([0, 3], 3), ([3, 2, 0], 2), ([2, 1, 3, 0], 1)])
def test_the_worst_code_stands_for_all(codes):
    assert worst(codes[0]) == codes[1]


def test_a_heartbeat_is_read_as_it_was_written_and_damage_is_no_heartbeat(tmp_path):
    beat = Heartbeat(
        city="x", started_at=NOW, ended_at=NOW, outcome="published", warnings=(("k", "t"),), sources={"a": 1.5}
    )
    heartbeat.write(tmp_path, beat)
    assert heartbeat.read(tmp_path, "x") == beat
    assert [path.name for path in (tmp_path / "heartbeat").iterdir()] == ["x.json"]
    heartbeat.path_of(tmp_path, "x").write_text('{"city": ')
    assert heartbeat.read(tmp_path, "x") is None


@pytest.mark.parametrize(
    ("good", "now", "said"),
    [
        (NOW, NOW + 30 * HOUR, None),
        (NOW, NOW + 31 * HOUR, "the last good night ended 31 hours ago. The last one, failed: m"),
        (None, NOW, "no night has ended well yet. The last one, failed: m"),
        (NOW, NOW - 2 * HOUR, "in the future"),
    ],
)
def test_what_ails_a_heartbeat(good, now, said):
    beat = Heartbeat(city="x", started_at=NOW, ended_at=NOW + HOUR, outcome="failed", message="m", last_good_at=good)
    found = heartbeat.ailment(beat, now=now, max_age=30 * HOUR)
    assert (found is None) == (said is None)
    assert said is None or said in found


def test_a_night_that_never_began_or_never_ended_is_told_apart_from_one_that_failed():
    beat = Heartbeat(city="x", started_at=NOW, ended_at=NOW, outcome="published", message="m", last_good_at=NOW)
    later = {"now": NOW + 40 * HOUR, "max_age": 30 * HOUR}
    assert "None began since. Look at the scheduler" in heartbeat.ailment(beat, **later)
    begun = replace(beat, started_at=NOW + DAY, ended_at=None, outcome="running", message="")
    assert "One began at 2024-06-02 03:00 UTC and has not ended" in heartbeat.ailment(begun, **later)


def test_doctor_fails_for_a_city_without_a_good_night(tmp_path, monkeypatch):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path))
    line = ["doctor", "--max-age-hours", "30", "--city", "fjordby", "--config", str(CONFIG)]
    done = CliRunner().invoke(cli, line)
    assert (done.exit_code, done.output[:30]) == (1, "FAIL  fjordby  no heartbeat: n")
    now = datetime.now(UTC)
    beat = Heartbeat(city="fjordby", started_at=now, outcome="unchanged", message="nothing new", last_good_at=now)
    heartbeat.write(tmp_path, beat)
    done = CliRunner().invoke(cli, line)
    assert (done.exit_code, done.output) == (0, "ok  fjordby  unchanged 0 hours ago: nothing new\n")
    heartbeat.write(tmp_path, replace(beat, outcome="published", warnings=(("quiet", "Ask whoever sends them."),)))
    done = CliRunner().invoke(cli, line)
    assert done.output == "ok  fjordby  published 0 hours ago: nothing new; warning: quiet\n"
    heartbeat.write(tmp_path, replace(beat, outcome="failed", message="no room."))
    done = CliRunner().invoke(cli, line)
    assert (done.exit_code, done.output) == (0, "ok  fjordby  a good night lately; the last one, failed: no room.\n")


def test_an_unchanged_warning_is_told_again_after_a_week(tmp_path):
    one, two = Warned("a", "first"), Warned("b", "second")
    told = tmp_path / "told.json"
    week = 7 * DAY
    assert notify.due(told, [one], now=NOW, again_after=week) == ([one], [])
    assert notify.due(told, [one, two], now=NOW + DAY, again_after=week) == ([two], [one])
    assert notify.due(told, [one, two], now=NOW + 7 * DAY, again_after=week) == ([one], [two])
    assert notify.due(told, [two], now=NOW + 8 * DAY, again_after=week) == ([two], [])
    assert notify.due(told, [one], now=NOW + 8 * DAY, again_after=week) == ([one], [])  # it had gone
    assert notify.due(told, [one], now=NOW - DAY, again_after=week) == ([one], [])  # the clock went back


@pytest.mark.parametrize(("first", "changes"), [("2024-03-25", -HOUR), ("2024-10-21", HOUR), ("2024-06-03", 0 * HOUR)])
def test_a_week_is_seven_nights_also_when_the_clocks_change_and_a_night_ends_sooner(tmp_path, first, changes):
    told, one, begin = tmp_path / "told.json", Warned("a", "first"), datetime.fromisoformat(f"{first}T03:15")
    local = [(begin + k * DAY).replace(tzinfo=ZoneInfo("Europe/Oslo")) for k in range(15)]
    ends = [time.astimezone(UTC) - k * timedelta(minutes=1) for k, time in enumerate(local)]
    assert ends[7] - ends[0] == 7 * DAY + changes - timedelta(minutes=7)
    seen = [bool(notify.due(told, [one], now=end, again_after=7 * DAY)[0]) for end in ends]
    assert [k for k, fresh in enumerate(seen) if fresh] == [0, 7, 14]


def test_the_message_at_the_end(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path))
    monkeypatch.delenv("HARMSHIFT_NOTIFY", raising=False)
    nights = [
        Night("a", "published", 3, "published 2024-06-01-0", warnings=(Warned("k", "Mend the source."),)),
        Night("b", "failed", 1, "no room.", "2024-05-31-7"),
    ]
    for _ in range(2):
        report(nights, NightSettings.model_validate({}), now=NOW)
    first, second = capsys.readouterr().out.split("harmshift: FAILED: b\n")[1:]
    look = f"  look on {platform.node()} at the log of this call and at {tmp_path}/heartbeat/"
    assert first == (
        f"a: published. published 2024-06-01-0\n  warning: Mend the source.\n{look}a.json\n"
        f"b: failed. no room.\n{look}b.json; readers still see 2024-05-31-7\n"
    )
    assert "  as before: k; told in full every 7 days\n" in second


def test_the_title_names_the_cities_that_need_a_person(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path))
    monkeypatch.delenv("HARMSHIFT_NOTIFY", raising=False)
    warned = Night("a", "published", 3, "published 1", warnings=(Warned("k", "Mend it."),))
    report([warned, Night("b", "unchanged", 0, "nothing new; 1 stands")], NightSettings.model_validate({}), now=NOW)
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], lines[-1]) == ("harmshift: done, with warnings: a", "b: unchanged. nothing new; 1 stands")


def test_a_webhook_gets_the_message_and_an_address_that_fails_is_not_shown(capsys, caplog):
    got = []

    def hook(asked):
        got.append(json.loads(asked.body))
        return Answer(b"{}")

    with serving({"hook": hook}) as peer:
        good = peer.address.replace("http://", "json://") + "/hook"
        bad = "json://user:geheim@127.0.0.1:9/x nonsense://geheim"
        with caplog.at_level(logging.WARNING):
            notify.tell("title", ["line"], {"HARMSHIFT_NOTIFY": f"{good} {bad}"})
    assert [(said["title"], said["message"]) for said in got] == [("title", "line")]
    assert capsys.readouterr() == ("title\nline\n", "")
    assert "2 of 3 addresses in HARMSHIFT_NOTIFY did not take the message" in caplog.text
    assert "geheim" not in caplog.text


LAST = Volume("r", 1000, "2024-01-01", "2024-04-09")  # 100 days, ten a day
BANDS = Bands((0.98, 1.5), 5.0, 1.0)


@pytest.mark.parametrize(
    ("rows", "last_day", "said"),
    [
        (1010, "2024-04-10", []),
        (1049, "2024-04-10", []),
        (1051, "2024-04-10", ["51 new incidents in 1 day, 5.1 times the usual 10.0 a day (band 5)"]),
        (1051, "2024-04-11", []),  # two days' worth
        (979, "2024-04-10", ["979 incidents, 0.98 times the 1,000 of run r (band 0.98 to 1.5)"]),
        (1000, "2024-04-09", []),
    ],
)
def test_volume_drifts(rows, last_day, said):
    assert drift.drifted(LAST, Volume("n", rows, "2024-01-01", last_day), BANDS) == said


def test_without_an_earlier_volume_nothing_drifts(tmp_path):
    assert drift.drifted(drift.read_volume(tmp_path, "x"), LAST, BANDS) == []
    drift.write_volume(tmp_path, "x", LAST)
    assert drift.read_volume(tmp_path, "x") == LAST


def test_a_headline_that_leaves_its_interval_is_refused_with_the_cure():
    before = tuple(replace(f, headline=True, estimate=1.0, interval=(0.5, 1.5)) for f in findings(simulated=True)[:1])
    for estimate, is_far in ((1.49, False), (1.51, True), (None, False)):
        after = (replace(before[0], estimate=estimate),)
        assert bool(drift.moved(before, after, BANDS)) == is_far
    with pytest.raises(DriftError, match=r"x: not published, .* drifted: a; b\. .*nightly x --accept-drift$"):
        drift.refuse("x", ["a", "b"])
    drift.refuse("x", [])


def test_old_runs_go_but_never_the_one_shown_or_one_in_use(tmp_path):
    runs = [run_folder(tmp_path, f"2024-0{n}-01-0", age_days=100 - 10 * n) for n in range(1, 8)]
    point_current(tmp_path, runs[0])
    (runs[1] / "town.gpkg-wal").write_text("")
    (tmp_path / ".removing-half").mkdir()
    assert prune_runs(tmp_path, Kept(2, 65), now=NOW) == (runs[2].name,)
    assert sorted(run.name for run in (tmp_path / "runs").iterdir()) == [r.name for r in runs if r != runs[2]]
    assert not list(tmp_path.glob(".removing-*"))
    (runs[1] / "town.gpkg-wal").unlink()
    assert prune_runs(tmp_path, Kept(2, 65), now=NOW) == (runs[1].name,)


def test_stored_content_that_no_source_gives_goes_when_it_is_old(tmp_path):
    for name, age in (("aa", 40), ("bb", 40), ("cc", 1)):
        path = tmp_path / "objects" / name / name
        path.parent.mkdir(parents=True)
        path.write_text(name)
        os.utime(path, ((NOW - age * DAY).timestamp(),) * 2)
    entry = tmp_path / "index" / "town" / "s.json"
    entry.parent.mkdir(parents=True)
    entry.write_text(json.dumps({"parts": [{"sha256": "aa"}], "path": "snapshots/v/x.csv"}))
    assert prune_snapshots(tmp_path, days=30, now=NOW) == 1
    assert sorted(path.name for path in tmp_path.glob("objects/*/*")) == ["aa", "cc"]
    entry.write_text("damaged")
    assert prune_snapshots(tmp_path, days=0, now=NOW) == 0


def no_links(*_args, **_named):
    raise OSError(95, "Operation not supported")


def test_current_is_a_link_or_a_copy_with_a_pointer(tmp_path, monkeypatch):
    one, two, three = (run_folder(tmp_path, name) for name in ("one", "two", "three"))
    assert current_run(tmp_path) is None
    assert point_current(tmp_path, one)
    assert current_run(tmp_path) == one
    monkeypatch.setattr("os.symlink", no_links)
    assert point_current(tmp_path, two)  # a disk that was moved to a share, say
    assert not (tmp_path / "current").is_symlink()
    assert (current_run(tmp_path), (tmp_path / "current/SUCCESS").read_text()) == (two, "two")
    assert json.loads((tmp_path / "current.json").read_text()) == {"run": "two"}
    for side in ("-wal", "-shm", "-journal"):
        used = tmp_path / f"current/town.gpkg{side}"
        used.write_text("")
        assert files_in_use(tmp_path / "current") == (used.name,)
        assert not point_current(tmp_path, three)
        assert current_run(tmp_path) == two
        used.unlink()
    assert point_current(tmp_path, three)
    assert (tmp_path / "current/SUCCESS").read_text() == "three"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_copy_that_was_killed_in_the_middle_is_healed(tmp_path, monkeypatch, can_exchange):
    monkeypatch.setattr("os.symlink", no_links)
    if not can_exchange:
        monkeypatch.setattr("flows.publishing.current._exchanged", lambda *_: False)
    one, two = run_folder(tmp_path, "one"), run_folder(tmp_path, "two")
    assert point_current(tmp_path, one)
    (tmp_path / "current").rename(tmp_path / ".current-old")
    (tmp_path / ".current-new").mkdir()
    heal_current(tmp_path)
    assert (tmp_path / "current/SUCCESS").read_text() == "one"
    assert point_current(tmp_path, two)
    assert (tmp_path / "current/SUCCESS").read_text() == "two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "current.json", "runs"]


def test_settings_of_nights(tmp_path):
    assert night_settings(CONFIG) == night_settings(tmp_path)  # what ships says what holds without it
    (tmp_path / "nightly.yaml").write_text("keep: {runs: 0}\ndeadline: 3\n")
    with pytest.raises(ConfigError, match=r"nightly.yaml: .*keep.runs.*deadline"):
        night_settings(tmp_path)
    (tmp_path / "nightly.yaml").write_text("cities: [b, a]\n")
    assert cities_of_night((), tmp_path) == ("b", "a")
    assert cities_of_night(("c",), tmp_path) == ("c",)


def test_an_example_city_runs_no_night_unless_it_is_named(tmp_path):
    with pytest.raises(
        ConfigError, match=r"nightly.yaml: no city is declared.*cities: \[mycity\].*There are: .*fjordby"
    ):
        cities_of_night((), CONFIG)
    assert cities_of_night(("fjordby",), CONFIG) == ("fjordby",)
    with pytest.raises(ConfigError, match=r"no city is declared.*harmshift new-city NAME"):
        cities_of_night((), tmp_path)
