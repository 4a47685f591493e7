"""The internal product of a run: only where its city says, open to its owner alone, and nothing of it in public."""

import json
import stat
from pathlib import Path

import pyogrio
import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.flows import small_city as city
from tests.flows.city_yaml import CONFIG
from tests.flows.small_city import change_yaml

LAYERS = ("gi_star", "emerging", "local_moran", "scan_clusters")


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("flows.console.start_logging", lambda **_: None)


def run(path: Path, *options: str):
    line = ["run", str(path), "--config", str(CONFIG), "--engine", "plain", "--out", str(path.parent / "outputs")]
    return CliRunner().invoke(cli, [*line, *options])


def with_internal(folder: Path, internal: str = "../private") -> Path:
    folder.mkdir(exist_ok=True)
    path = city.write_city(folder)
    change_yaml(folder, "contact:", f"internal_dir: {internal}\ncontact:")
    return path


@pytest.mark.slow
def test_the_internal_product_is_whole_private_and_apart(tmp_path):
    path = with_internal(tmp_path / "city")
    result = run(path)
    assert result.exit_code == 0, result.output
    public, private = tmp_path / "city/outputs/lilleby", tmp_path / "private/lilleby"
    there = private / "current"
    assert there.resolve().name == (public / "current").resolve().name
    sealed = json.loads((there / "manifest.json").read_text())
    assert set(sealed["files"]) == {"README-internal.txt", "lilleby-internal.gpkg"}
    assert set(LAYERS) < {name for name, _ in pyogrio.list_layers(there / "lilleby-internal.gpkg")}
    for folder in (private, there.resolve()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in (file for file in public.rglob("*") if file.is_file()):
        assert not [name for name in LAYERS if name.encode() in file.read_bytes()], file.name


@pytest.mark.slow
def test_the_same_run_again_builds_nothing_and_a_lost_internal_part_is_made_again(tmp_path):
    path = with_internal(tmp_path / "city")
    assert run(path).exit_code == 0
    public, private = tmp_path / "city/outputs/lilleby", tmp_path / "private/lilleby"
    first = {file: file.stat().st_mtime_ns for root in (public, private) for file in root.rglob("*.gpkg")}
    assert run(path).exit_code == 0
    assert {file: file.stat().st_mtime_ns for file in first} == first
    (private / "current/lilleby-internal.gpkg").unlink()
    before = (private / "current").resolve()
    assert run(path).exit_code == 0
    assert (private / "current").resolve() != before
    assert (private / "current/lilleby-internal.gpkg").is_file()
    assert [run.name for run in (public / "runs").iterdir()] == [before.name]


@pytest.mark.slow
def test_without_internal_dir_there_is_no_internal_product(tmp_path):
    path = city.write_city(tmp_path)
    assert run(path).exit_code == 0
    assert not list(tmp_path.rglob("*internal*"))


@pytest.mark.slow
def test_one_product_alone_brings_no_internal_one(tmp_path):
    assert run(with_internal(tmp_path / "city"), "--only", "findings").exit_code == 0
    assert not (tmp_path / "private").exists()


@pytest.mark.parametrize("inside", ["outputs", "outputs/private"])
def test_an_internal_folder_in_public_is_refused_for_open_data_too(tmp_path, inside):
    result = run(with_internal(tmp_path, inside))
    assert result.exit_code == 1
    assert "lies inside the public folder" in result.stderr
    assert not (tmp_path / "outputs").exists()


@pytest.mark.slow
def test_beside_closed_data_analysts_have_a_folder_of_their_own(tmp_path):
    path = with_internal(tmp_path / "city")
    kept = "{controller: Lilleby, purpose: planning, legal_basis: none, dpia: none, retention_days: 30}"
    closed = f"attribution: Lilleby\n    open: false\n    protection: {kept}"
    change_yaml(tmp_path / "city", "attribution: Lilleby\n    open: true", closed)
    assert run(path).exit_code == 0
    assert (tmp_path / "private/lilleby/current/lilleby.gpkg").is_file()
    assert (tmp_path / "private/lilleby/analysts/current/lilleby-internal.gpkg").is_file()
    assert not (tmp_path / "city/outputs").exists()
