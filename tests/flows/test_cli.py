"""The command line: errors in one line without traceback, exit codes, options, and commands that need no data."""

import json
import subprocess
import sys
from pathlib import Path

import pyogrio
import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.commands import run_once, simulate
from flows.configuration.settings import load_city
from flows.report import RunReport
from tests.example_findings import findings
from tests.flows.city_yaml import CONFIG, GOOD, spoiled, write


@pytest.fixture(autouse=True)
def _apart(tmp_path, monkeypatch):
    """No test writes beside the checkout or changes the environment of the next."""
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    monkeypatch.setenv("PROJ_NETWORK", "OFF")
    monkeypatch.setattr("flows.console.start_logging", lambda **_: None)


def call(*arguments):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_help_names_every_command_and_hides_the_schema():
    text = call("--help").output
    assert all(name in text for name in ("run", "check", "simulate", "new-city", "doctor"))
    assert "schema" not in text


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("run", "--as-of --offline --out --data --engine --only --scheduler --config --debug"),
        ("check", "--data --config --debug"),
        ("simulate", "--out --seed --config --debug"),
        ("new-city", "--dir --debug"),
    ],
)
def test_options_of_commands(command, options):
    text = call(command, "--help").output
    assert all(option in text for option in options.split())


def test_starting_imports_nothing_heavy():
    heavy = "numpy pandas geopandas prefect pydantic rich numba pyproj rasterio pyogrio scipy dask yaml".split()  # noqa: SIM905
    code = f"import sys, flows.cli; print(*[name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_mistake_in_settings_is_told_and_exits_with_2(tmp_path):
    result = call("check", write(tmp_path, spoiled(("crs: EPSG:25832", "crs: EPSG:4326"))))
    assert result.exit_code == 2
    assert result.stderr.startswith("error: 1 mistake in the settings:\n")
    assert "EPSG:4326 is in degrees" in result.stderr
    assert "Traceback" not in result.output


def test_an_unknown_city_exits_with_2_and_lists_the_known():
    result = call("run", "atlantis")
    assert result.exit_code == 2
    assert "there is no city 'atlantis'" in result.stderr
    assert "fjordby" in result.stderr


@pytest.mark.parametrize("place", ["before", "after"])
def test_debug_shows_the_traceback(tmp_path, place):
    path = write(tmp_path, "- no city\n")
    result = call("--debug", "check", path) if place == "before" else call("check", path, "--debug")
    assert type(result.exception).__name__ == "ConfigError"


def test_a_fault_of_the_program_quotes_no_data(monkeypatch):
    def fail(*_):
        raise KeyError("record 4711 at 5.325, 60.384")

    monkeypatch.setattr(run_once, "run_once", fail)
    result = call("run", "fjordby")
    assert result.exit_code == 1
    assert "4711" not in result.output
    assert "harmshift failed (KeyError at flows/cli.py line" in result.stderr
    assert "--debug shows the traceback" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "fjordby", "--as-of", "2026-13-01"], "'2026-13-01' is not a day; write it as year-month-day"),
        (["run", "fjordby", "--engine", "dask"], "'dask' is not one of 'auto', 'prefect', 'plain'"),
        (["run", "fjordby", "--only", "atlass"], "'atlass' is no product. Did you mean 'atlas'?"),
        (["run", "fjordby", "--data", "/nowhere"], "names /nowhere, which is no folder."),
        (["check", "fjordby", "--data", "/nowhere"], "--data (or HARMSHIFT_DATA) names /nowhere"),
        (["run", "fjordby", "--config", "/nowhere"], "--config names /nowhere, which holds no pipeline.yaml."),
        (["simulate", "philadelphia", "--out", "x"], "philadelphia has recorded data, nothing to simulate."),
        (["new-city", "Bergen by"], "'Bergen by' cannot be a city's name."),
    ],
)
def test_wrong_arguments(arguments, message):
    result = call(*arguments)
    assert result.exit_code in {1, 2}
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_state_folder_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "file" / "state"))
    result = call("run", "fjordby", "--engine", "plain")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert "Set HARMSHIFT_STATE" in result.stderr


def test_run_hands_over_its_options_and_prints_findings_and_files(tmp_path, monkeypatch):
    seen = {}

    def fake(city, options, engine, *, step):
        seen.update(city=city, options=options, engine=engine)
        folder = options.out / city.city / "current"
        (folder / "maps").mkdir(parents=True)
        (folder / "maps" / "atlas-nb.pdf").write_bytes(b"")
        return RunReport("2020-01-01-0", folder, findings(simulated=True), (), published=True, reused=False)

    monkeypatch.setattr("flows.orchestration.engine.run", fake)
    result = call(
        "run", "fjordby", "--engine", "plain", "--out", tmp_path / "out", "--data", tmp_path, "--as-of", "2020-02-02"
    )
    assert result.exit_code == 0, result.output
    options = seen["options"]
    assert (seen["engine"], str(options.as_of), options.data_dir) == ("plain", "2020-02-02", tmp_path)
    assert options.base_dir == CONFIG / "cities"
    assert options.state_dir.stat().st_mode & 0o777 == 0o700
    assert len(options.config_sha256) == 64
    assert str(tmp_path / "out" / "fjordby" / "current" / "maps" / "atlas-nb.pdf") in result.output
    assert "fjordby.gpkg" not in result.output  # not there, so not shown
    lines = result.output.splitlines()
    assert lines[0].startswith("SIMULATED Fjordby: before->tunnel")
    assert lines[1].split() == ["finding", "estimate", "interval", "verdict", "truth"]
    assert "harm_moved_share" in result.output
    assert "+0.7" in result.output


def test_as_of_is_the_citys_else_today():
    loaded = load_city("fjordby", CONFIG)
    assert loaded.city.as_of is not None
    assert run_once.today(loaded.city.zone) > loaded.city.as_of


def test_simulate_writes_files_and_truth(tmp_path, monkeypatch):
    monkeypatch.setattr(simulate, "true_findings", lambda *_: {"simulated": True, "findings": []})
    monkeypatch.setattr("layers.sources.simulated.fetch", lambda source, city: f"{source.seed} {city.sources[0].seed}")

    def unpack(packed, folder):
        folder.mkdir()
        (folder / "seeds").write_text(packed)
        return (folder / "seeds",)

    monkeypatch.setattr("layers.sources.simulated.write_files", unpack)
    result = call("simulate", "fjordby", "--out", tmp_path / "out", "--seed", "77")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "seeds").read_text() == "77 77"
    assert json.loads((tmp_path / "out" / "truth.json").read_text())["simulated"] is True
    assert result.output.startswith("SIMULATED Fjordby, seed 77\n")


@pytest.mark.slow
def test_truth_of_fjordby_names_every_headline(tmp_path):
    result = call("simulate", "fjordby", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    truth = json.loads((tmp_path / "truth.json").read_text())
    kinds = {finding["id"].split(":")[0] for finding in truth["truth"]["findings"]}
    assert {"harm_total_change", "harm_moved_share", "deprivation_of_harm_shift"} <= kinds


def test_city_by_path_with_config_elsewhere(tmp_path):
    """A YAML far from any `config` is read over the defaults that ship."""
    result = call("check", write(tmp_path, GOOD), "--config", CONFIG)
    assert result.exit_code == 1  # settings are fine, its files are not there
    assert str(Path(tmp_path / "incidents_*.csv")) in result.stderr


def test_a_fault_is_placed_in_our_own_code_and_not_in_a_library_beside_it(monkeypatch):
    monkeypatch.setattr(run_once, "run_once", lambda *_: pyogrio.read_info("nowhere.gpkg"))
    result = call("run", "fjordby")
    assert "at flows/cli.py line" in result.stderr
    assert "site-packages" not in result.stderr
