"""The main job on the demo city, from its YAML to published files, in fresh processes as a user runs it."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pandas as pd
import pikepdf
import pyogrio
import pytest
import rasterio

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
HEADLINES = {
    "harm_total_change",
    "harm_moved_share",
    "deprivation_of_harm_shift",
    "share_in_most_deprived_fifth_change",
    "deterrence_vs_displacement",
}


def command(home: Path, *arguments: str, **variables: str):
    harmshift = Path(sys.executable).with_name("harmshift")
    environment = {**os.environ, "HARMSHIFT_STATE": str(home / "state"), "HOME": str(home), **variables}
    environment.pop("PREFECT_API_URL", None)
    return [str(harmshift), *arguments], {"env": environment, "cwd": home}


def run(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    line, where = command(home, *arguments, **variables)
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=600, **where)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    (folder / "config").symlink_to(ROOT / "config")
    return folder


@pytest.fixture(scope="module")
def said(home):
    done = run(home, "run", "fjordby", "--engine", "plain")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def current(home, said):
    return home / "outputs/fjordby/current"


def test_it_prints_where_results_are_and_the_headlines_beside_the_truth(said, current):
    assert "SIMULATED" in said
    assert all(kind in said for kind in HEADLINES)
    assert "truth" in said
    for name in ("fjordby.gpkg", "maps/atlas-nb.pdf", "maps/atlas-en.pdf"):
        assert str(current / name) in said


def test_every_file_of_the_contract_is_there_and_sealed(current):
    manifest = json.loads((current / "manifest.json").read_text())
    assert current.is_symlink()
    assert current.resolve().name == manifest["run_id"] == (current / "SUCCESS").read_text().strip()
    names = set(manifest["files"])
    assert {
        "fjordby.gpkg",
        "findings.json",
        "truth.json",
        "summary.md",
        "maps/atlas-nb.pdf",
        "maps/atlas-en.pdf",
        "tables/districts.csv",
        "tables/scenes.csv",
        "tables/displacement.csv",
        "tables/equity.csv",
        "tables/quarantine.csv",
        "tables/place_counts.csv",
    } <= names
    assert {f"rasters/fjordby_disorder_{period}.tif" for period in ("park", "market", "underpass")} <= names
    assert {"inference"} == set(manifest["seeds"])


def test_findings_hold_the_truth_where_they_are_sure(current):
    document = json.loads((current / "findings.json").read_text())
    assert document["simulated"] is True
    headlines = [f for f in document["findings"] if f["headline"]]
    assert {f["kind"] for f in headlines} == HEADLINES
    for finding in headlines:
        low, high = finding["interval"]
        assert low <= finding["truth"] <= high
        assert finding["statement"]["en"].startswith("SIMULATED")
        assert finding["statement"]["nb"].startswith("SIMULERT")


def test_simulated_stands_in_every_file_a_person_opens(current):
    assert "SIMULATED" in (current / "summary.md").read_text()
    for language, word in (("nb", "SIMULERT"), ("en", "SIMULATED")):
        with pikepdf.open(current / f"maps/atlas-{language}.pdf") as pdf:
            assert word in str(pdf.docinfo["/Title"])
    for path in sorted((current / "rasters").glob("*.tif")):
        with rasterio.open(path) as raster:
            assert "SIMULATED" in raster.descriptions[0]
    contents = pyogrio.read_dataframe(
        current / "fjordby.gpkg", sql="SELECT identifier, description FROM gpkg_contents WHERE data_type = 'features'"
    )
    assert len(contents) > 5
    assert (contents["identifier"] + contents["description"]).str.contains("SIMUL").all()


def test_no_product_holds_an_incident(home, current):
    snapshots = list((home / "state/snapshots/objects").rglob("*"))
    with zipfile.ZipFile(next(p for p in snapshots if p.is_file() and zipfile.is_zipfile(p))) as packed:
        name = next(n for n in packed.namelist() if "incidents" in n)
        (home / "incidents.parquet").write_bytes(packed.read(name))
    ids = pd.read_parquet(home / "incidents.parquet", columns=["incident_id"])["incident_id"].astype(str)
    needles = [i.encode() for i in ids.sample(50, random_state=1)]
    for path in sorted(p for p in current.rglob("*") if p.is_file()):
        content = path.read_bytes()
        assert not any(needle in content for needle in needles), path.name


def test_no_small_count_is_published(current):
    for table in ("districts", "scenes", "place_counts"):
        frame = pd.read_csv(current / f"tables/{table}.csv")
        counts = frame["count" if table == "place_counts" else "incidents"].dropna()
        assert not counts.between(1, 4).any(), table


def test_the_same_run_is_used_again_and_not_computed(home, current):
    before = current.resolve()
    done = run(home, "run", "fjordby", "--engine", "plain")
    assert done.returncode == 0, done.stderr
    assert current.resolve() == before
    assert len(list((home / "outputs/fjordby/runs").iterdir())) == 1
    assert "harm_moved_share" in done.stdout


def test_the_same_inputs_give_the_same_bytes_at_any_number_of_threads(home, current, tmp_path):
    done = run(
        home, "run", "fjordby", "--engine", "plain", "--out", str(tmp_path), NUMBA_NUM_THREADS="1", OMP_NUM_THREADS="1"
    )
    assert done.returncode == 0, done.stderr
    files = [
        json.loads((folder / "manifest.json").read_text())["files"]
        for folder in (current, tmp_path / "fjordby/current")
    ]
    assert files[0] == files[1]


def test_one_product_alone_leaves_current_where_it_is(home, current):
    before = current.resolve()
    done = run(home, "run", "fjordby", "--engine", "plain", "--only", "tables")
    assert done.returncode == 0, done.stderr
    assert current.resolve() == before
    assert [p.name for p in (home / "outputs/fjordby/runs").glob("*-only-tables")]


def test_an_engine_without_a_server_says_so_and_runs_plainly(home, current):
    done = run(home, "run", "fjordby")
    assert done.returncode == 0, done.stderr
    assert "PREFECT_API_URL (not set): running plainly" in done.stderr


@pytest.mark.parametrize("step", ["check tables", "findings", "write products"])
def test_a_run_killed_at_any_step_leaves_current_as_it_was(home, current, step):
    before = current.resolve()
    line, where = command(home, "run", "fjordby", "--engine", "plain", "--as-of", "2019-12-17")
    process = subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, **where)
    with process:
        for said in process.stderr:
            if f"{step} ..." in said:
                process.send_signal(signal.SIGKILL)
                break
    assert current.resolve() == before
    assert json.loads((current / "findings.json").read_text())["run_id"] == before.name
    again = run(home, "run", "fjordby", "--engine", "plain")
    assert again.returncode == 0, again.stderr
    assert not list((home / "outputs/fjordby").glob(".staging-*"))


def test_an_output_folder_that_cannot_be_written_is_named(home, said, tmp_path):
    (tmp_path / "file").write_text("")
    done = run(home, "run", "fjordby", "--engine", "plain", "--out", str(tmp_path / "file" / "results"))
    assert done.returncode == 1
    assert "cannot write results to" in done.stderr
    assert "--out" in done.stderr
    assert "Traceback" not in done.stderr


def test_time_is_not_read_from_the_clock(home, current):
    assert "2019-12-16" in current.resolve().name
    assert time.strftime("%Y") not in json.loads((current / "manifest.json").read_text())["data_until"]
