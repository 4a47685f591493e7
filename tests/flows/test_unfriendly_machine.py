"""Closed data, folders that cannot be written, a full disk, two runs at once: refused plainly, nothing half done."""

import os
import struct
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.lock import city_lock
from tests.flows import small_city as city
from tests.flows.city_yaml import CONFIG
from tests.flows.small_city import change_yaml

RECORDS = "attribution: Lilleby\n    open: true"
PROTECTION = "{controller: Lilleby, purpose: planning, legal_basis: none, dpia: none, retention_days: 30}"


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    monkeypatch.setattr("flows.console.start_logging", lambda **_: None)
    return tmp_path / "state"


def run(path: Path, *options: object):
    line = ["run", path, "--config", CONFIG, "--engine", "plain", *options]
    if "--out" not in options:
        line += ["--out", path.parent / "outputs"]
    return CliRunner().invoke(cli, [str(part) for part in line])


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def closed_city(folder: Path, internal: str | None = None) -> Path:
    path = city.write_city(folder)
    change_yaml(folder, RECORDS, f"attribution: Lilleby\n    open: false\n    protection: {PROTECTION}")
    if internal is not None:
        change_yaml(folder, "contact:", f"internal_dir: {internal}\ncontact:")
    return path


def test_closed_data_without_an_internal_folder_are_refused(tmp_path):
    result = run(closed_city(tmp_path))
    assert result.exit_code == 2
    assert "internal_dir: is missing, and not open are: records" in result.stderr
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize("inside", ["outputs", "outputs/internal"])
def test_an_internal_folder_inside_the_public_one_is_refused(tmp_path, inside):
    result = run(closed_city(tmp_path, inside))
    assert result.exit_code == 1
    assert "lies inside the public folder" in result.stderr
    assert not (tmp_path / "outputs").exists()


@pytest.mark.slow
def test_closed_data_go_to_the_internal_folder_alone(tmp_path):
    result = run(closed_city(tmp_path, "closed"))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "closed/lilleby/current/SUCCESS").is_file()
    assert not (tmp_path / "outputs").exists()
    assert str(tmp_path / "closed/lilleby/current") in result.stdout
    places = (tmp_path / "closed", tmp_path / "state", tmp_path / "numba")
    elsewhere = [path for path in tmp_path.rglob("*") if path.is_file() and not any(map(path.is_relative_to, places))]
    assert sorted(path.name for path in elsewhere) == [
        "districts.geojson",
        "incidents.csv",
        "lilleby.yaml",
        "zones.geojson",
    ]


@pytest.mark.slow
def test_no_incident_is_in_any_product_of_closed_data(tmp_path):
    run(closed_city(tmp_path, "closed"))
    everything = b"".join(path.read_bytes() for path in (tmp_path / "closed").rglob("*") if path.is_file())
    table = city.incidents()
    for number, east in zip(table["number"], table["east"], strict=True):
        assert number.encode() not in everything
        assert f"{east:.2f}".encode() not in everything
        assert struct.pack("<d", east) not in everything


def test_a_state_folder_that_cannot_be_written_is_named(tmp_path, state):
    state.write_text("in the way")
    result = run(city.write_city(tmp_path))
    assert result.exit_code == 1
    assert f"the state folder {state} cannot be written" in result.stderr
    assert "Set HARMSHIFT_STATE" in result.stderr


@pytest.mark.slow
def test_a_file_in_the_place_of_the_results_is_left_alone(tmp_path):
    (tmp_path / "taken").write_text("mine")
    result = run(city.write_city(tmp_path), "--out", tmp_path / "taken")
    assert result.exit_code in {1, 2}
    assert "--out" in result.stderr
    assert (tmp_path / "taken").read_text() == "mine"
    (tmp_path / "out").mkdir()
    (tmp_path / "out/lilleby").write_text("mine")
    result = run(tmp_path / "lilleby.yaml", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "cannot write results to" in result.stderr
    assert (tmp_path / "out/lilleby").read_text() == "mine"


def test_a_second_run_of_a_city_is_refused_while_the_first_is_under_way(tmp_path, state):
    path = city.write_city(tmp_path)
    with city_lock(state, "lilleby"):
        result = run(path)
    assert result.exit_code == 1
    assert "another run of lilleby is under way" in result.stderr
    assert not (tmp_path / "outputs").exists()


def test_options_that_name_nothing(tmp_path):
    path = city.write_city(tmp_path)
    for options, code, said in [
        (["--only", "atlass"], 2, "'atlass' is no product. Did you mean 'atlas'?"),
        (["--as-of", "31.01.2020"], 2, "'31.01.2020' is not a day"),
        (["--data", tmp_path / "nowhere"], 1, "which is no folder"),
        (["--config", tmp_path], 2, "holds no pipeline.yaml"),
        (["--as-of", "2011-01-01"], 2, "nothing can be counted"),
    ]:
        result = run(path, *options)
        assert result.exit_code == code, result.output
        assert said in result.stderr


@pytest.mark.slow
def test_one_product_alone_moves_nothing(tmp_path):
    path = city.write_city(tmp_path)
    assert run(path).exit_code == 0
    current = (tmp_path / "outputs/lilleby/current").resolve()
    result = run(path, "--only", "tables", "--as-of", "2019-12-01")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "outputs/lilleby/current").resolve() == current


@pytest.fixture
def full_disk(tmp_path):
    """A disk of 1 MB, where the results do not fit; only root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_a_full_disk_leaves_earlier_results_as_they_were(tmp_path, full_disk):
    path = city.write_city(tmp_path)
    (full_disk / "filler").write_bytes(bytes(900_000))
    result = run(path, "--out", full_disk)
    assert result.exit_code == 1, result.output
    assert f"the disk of {full_disk / 'lilleby'} is full" in result.stderr
    assert "own fault" not in result.stderr
    assert files(full_disk) == ["filler"]
