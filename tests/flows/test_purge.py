"""`harmshift purge`: names no content, leaves results and source files, knows the city's sources."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.configuration.settings import load_city
from layers.snapshots import take
from tests.flows.city_yaml import CONFIG, write

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def city(tmp_path, monkeypatch):
    """A city whose incidents are stored, with what nights keep beside them."""
    state = tmp_path / "state"
    monkeypatch.setenv("HARMSHIFT_STATE", str(state))
    monkeypatch.setattr("flows.console.start_logging", lambda **_: None)
    path = write(tmp_path)
    (tmp_path / "incidents_2020.csv").write_text("secret narrative\n")
    loaded = load_city(str(path), CONFIG)
    store = state / "snapshots"
    take(loaded.city.sources[0], loaded.city, store=store, data_dir=None, base_dir=tmp_path, made_at=NOON)
    told = ("volumes/testby.json", "volumes/other.json", "heartbeat/testby.json", "logs/testby.log")
    for name in (*told, "kept/testby/0a/rows.arrow"):
        (state / name).parent.mkdir(parents=True, exist_ok=True)
        (state / name).write_text("{}")
    (tmp_path / "outputs/testby").mkdir(parents=True)
    return path


def purge(path, *options):
    return CliRunner().invoke(cli, ["purge", str(path), "--config", str(CONFIG), *options])


def test_what_is_stored_goes_and_only_counts_are_told(city):
    done = purge(city)
    assert done.exit_code == 0, done.output
    assert "testby: removed what 1 sources gave, 1 files of 17 bytes, 1 views" in done.output
    assert "secret" not in done.output
    state = city.parent / "state"
    left = {path.relative_to(state).as_posix() for path in state.rglob("*") if path.is_file()}
    assert left - {"locks/testby.lock"} == {"volumes/other.json", "heartbeat/testby.json"}
    assert (city.parent / "incidents_2020.csv").read_text() == "secret narrative\n"
    assert (city.parent / "outputs/testby").is_dir()


def test_a_source_that_is_not_the_citys_is_named_with_those_that_are(city):
    done = purge(city, "--source", "record")
    assert done.exit_code == 2
    assert "--source: 'record' is no source. Did you mean 'records'?" in done.output


def test_purging_twice_finds_nothing_left(city):
    purge(city)
    assert "0 sources gave, 0 files of 0 bytes, 0 views, 0 half-done fetches and 0 derived" in purge(city).output


def test_before_a_day_that_is_earlier_nothing_goes(city):
    assert "what 0 sources gave, 0 files" in purge(city, "--before", "2025-12-01").output


@pytest.mark.parametrize(
    ("options", "stays", "said"),
    [(("--source", "records"), False, "2 derived files"), (("--before", "2026-02-01"), True, "whatever their age")],
)
def test_rows_kept_beside_a_source_go_with_it(city, options, stays, said):
    state = city.parent / "state"
    (state / "frozen/testby/run").mkdir(parents=True)
    (state / "frozen/testby/run/incidents.parquet").write_text("rows")
    done = purge(city, *options)
    assert done.exit_code == 0, done.output
    assert said in done.output
    assert not (state / "kept/testby").exists()
    assert (state / "frozen/testby").exists() == stays
    assert (state / "volumes/testby.json").exists()
