"""Names and types that users' own maps and queries rest on: none changes without a new version of the contract."""

import hashlib
import io
import json
import sqlite3
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from layers.products import geopackage
from layers.products.geopackage.contract import COLUMNS, CONTRACT_VERSION
from tests.example_release import example_style
from tests.layers.products.geopackage.whole_release import whole_release

PROMISED = Path(__file__).with_name("contract.json")
HOW = (
    "Readers' maps and queries name these. Raise CONTRACT_VERSION (the second number for something new, the first for"
    " something renamed or gone), write what the file holds now into contract.json, and say so in the CHANGELOG."
)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    return _held(tmp_path_factory.mktemp("run"))


def _held(folder: Path) -> dict:
    """Return what a file with everything in it holds, as the contract writes it."""
    package = geopackage.write(whole_release(), example_style(), folder)[0]
    with closing(sqlite3.connect(f"file:{package}?mode=ro", uri=True)) as database:
        tables = [name for (name,) in database.execute("SELECT table_name FROM gpkg_contents ORDER BY rowid")]
        kinds = dict(database.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"))
        layers = {
            table: {
                "geometry": kinds.get(table),
                "columns": {
                    name: kind
                    for name, kind in database.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
                    if name not in {"geom", "fid", "OGC_FID"}
                },
            }
            for table in tables
            if table != "layer_styles"
        }
        projects = dict(database.execute("SELECT name, content FROM qgis_projects"))
        keys = [key for (key,) in database.execute("SELECT key FROM run_info ORDER BY fid") if " " not in key]
    return {"layers": layers, "run_info": keys, "projects": {name: _ids(held) for name, held in projects.items()}}


def _ids(content: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
        root = ET.fromstring(archive.read(archive.namelist()[0]))
    return sorted(layer.findtext("id") for layer in root.findall("projectlayers/maplayer"))


def _digest(held: dict) -> str:
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def test_what_the_file_holds_is_what_was_promised(held):
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))
    assert promised["contract_version"] == CONTRACT_VERSION, HOW
    for part in held:
        assert held[part] == promised[part], HOW


def test_a_version_once_given_keeps_its_meaning(held):
    """Whoever changes contract.json without a new version fails here: the digest of each version is kept."""
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))
    assert promised["digests"][CONTRACT_VERSION] == _digest(held), HOW
    assert len(set(promised["digests"].values())) == len(promised["digests"])


def test_a_release_with_everything_fills_every_layer_of_the_contract(held):
    assert set(COLUMNS) <= set(held["layers"])
    for name, columns in COLUMNS.items():
        assert [c for c in held["layers"][name]["columns"] if not c.startswith("per_day_")] == list(columns)


def test_the_version_stands_in_the_file(held):
    assert held["run_info"][0] == "contract_version"


if __name__ == "__main__":  # python -m tests.layers.products.geopackage.test_contract: promise what the file holds now
    with tempfile.TemporaryDirectory() as folder:
        now = _held(Path(folder))
    known = json.loads(PROMISED.read_text(encoding="utf-8"))["digests"] if PROMISED.exists() else {}
    told = {"contract_version": CONTRACT_VERSION, "digests": {CONTRACT_VERSION: _digest(now), **known}, **now}
    PROMISED.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
