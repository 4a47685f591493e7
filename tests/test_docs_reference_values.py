"""The page of reference values: every test it names is there, and every file of the eight sets has its row."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/reference-values.md").read_text(encoding="utf-8")
REFERENCE = ROOT / "../shared/data/reference"
SETS = ("areal", "centrography", "did-its", "displacement", "equity", "privacy", "recording-bias", "transport")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)…?`", PAGE)))
_INPUTS = {"panel.csv", "points.csv", "zones.csv", "source.csv", "target.csv", "buildings.csv", "README.md"}


@pytest.mark.parametrize(("file", "test"), NAMED, ids=lambda value: value)
def test_every_named_test_is_there(file, test):
    assert test in (ROOT / "tests/geo" / file).read_text(encoding="utf-8")


@pytest.mark.real
@pytest.mark.skipif(not REFERENCE.is_dir(), reason="no reference data beside the checkout")
@pytest.mark.parametrize("name", SETS)
def test_every_file_of_expected_values_has_a_row(name):
    files = {path.name for path in (REFERENCE / f"golden-{name}").iterdir()}
    expected = {file for file in files - _INPUTS if not file.endswith("_input.csv") or file == "india_input.csv"}
    assert expected <= set(re.findall(r"`([\w-]+\.(?:csv|json))`", PAGE))
