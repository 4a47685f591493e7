"""A real Dask cluster of two processes: it gives the bytes that threads give, and one that is not there is told of."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from flows.orchestration.cluster import joined
from geo.shares import backward
from geo.threads import each_anywhere
from layers.density.parts import Columns, mass_of_parts
from layers.density.spreading import spread_and_weigh
from layers.errors import UserError
from layers.frame.window import study_area
from tests.layers.small_city import SOUTH, WEST, city, tables
from tests.test_main_job import run

ROOT = Path(__file__).parents[2]
CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    script = tmp_path_factory.mktemp("cluster") / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


def shares():
    rng = np.random.default_rng(11)
    land = rng.random((60, 60)) < 0.93
    units = (np.arange(60)[:, None] // 10) * 6 + np.arange(60)[None] // 10
    return backward(land, units, unit_count=36, bandwidth_cells=3.0)


def tiled():
    area = study_area(tables(), city())
    counts = np.random.default_rng(1).poisson(0.1, (1, *area.land.shape)) * area.land
    return spread_and_weigh(area, counts.astype(float), bandwidth_cells=3.0, tiled_from=0, tile_cells=40)


def mass(folder):
    rng = np.random.default_rng(2)
    x, y = WEST + rng.uniform(0, 2000, 5000), SOUTH + rng.uniform(0, 1000, 5000)
    parquet.write_table(pa.table({"x": x, "y": y}), folder / "part.parquet", row_group_size=400)
    return mass_of_parts(study_area(tables(), city()), [folder / "part.parquet"], Columns("x", "y"))


def process(_shared, _item):
    return os.getpid()


@pytest.mark.slow
def test_a_cluster_gives_the_bytes_that_threads_give(address, tmp_path):
    here = shares(), tiled(), mass(tmp_path)
    with joined(address):
        assert os.getpid() not in each_anywhere(process, None, range(4))
        there = shares(), tiled(), mass(tmp_path)
    for name in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(here[0], name), getattr(there[0], name))
    np.testing.assert_array_equal(here[1], there[1])
    np.testing.assert_array_equal(here[2], there[2])


@pytest.mark.slow
def test_a_run_on_a_cluster_publishes_what_a_run_in_threads_publishes(address, tmp_path):
    found = []
    for where, options in (("here", ()), ("there", ("--scheduler", address))):
        home = tmp_path / where
        home.mkdir()
        (home / "config").symlink_to(ROOT / "config")
        done = run(home, "run", "fjordby", "--engine", "plain", *options)
        assert done.returncode == 0, done.stderr
        manifest = json.loads((home / "outputs/fjordby/current/manifest.json").read_text(encoding="utf-8"))
        found.append(manifest["files"])
    assert found[0] == found[1]


def test_a_cluster_that_is_not_there_is_told_of(monkeypatch):
    monkeypatch.setattr("flows.orchestration.cluster.PATIENCE", "0.2s")
    with (
        pytest.raises(UserError, match=r"no Dask scheduler answers at tcp://127.0.0.1:1\."),
        joined("tcp://127.0.0.1:1"),
    ):
        pass


def test_a_nonsensical_address_is_told_of(monkeypatch):
    monkeypatch.setattr("flows.orchestration.cluster.PATIENCE", "0.2s")
    with pytest.raises(UserError, match="no Dask scheduler answers at here"), joined("here"):
        pass


def test_without_an_address_nothing_is_joined():
    with joined(None):
        assert shares().shape[1] == 37
