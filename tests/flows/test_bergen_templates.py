"""A municipality's own extracts: the templates keep the contract that `check` and the border know."""

import csv
import json
import shutil
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from shapely import box, to_geojson

from flows.cli import cli
from flows.configuration.settings import load_city
from layers.border import admit
from layers.snapshots import take
from layers.sources import parse_all
from tests.flows.city_yaml import CONFIG

TEMPLATES = CONFIG / "templates"


@pytest.fixture
def own(tmp_path):
    """Settings with the template's city, and a folder of extracts: the templates as they are, and two units."""
    shutil.copytree(CONFIG, tmp_path / "config")
    shutil.copy(TEMPLATES / "bergen-own.yaml", tmp_path / "config/cities/bergen-own.yaml")
    records = tmp_path / "records"
    records.mkdir()
    for path in TEMPLATES.glob("*.csv"):
        shutil.copy(path, records)
    places = {12010141: box(5.31, 60.375, 5.33, 60.41), 12010201: box(5.30, 60.375, 5.31, 60.41)}
    rows = [
        {"type": "Feature", "properties": {"grunnkrets": k, "gkretsnavn": "x"}, "geometry": json.loads(to_geojson(g))}
        for k, g in places.items()
    ]
    (records / "grunnkretser.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return tmp_path


def check(own):
    asked = ["check", "bergen-own", "--data", str(own / "records"), "--config", str(own / "config")]
    return CliRunner().invoke(cli, asked)


def test_check_finds_nothing_wrong_with_the_templates(own):
    result = check(own)
    assert result.exit_code == 0, result.output
    assert "nothing stands in the way" in result.output
    assert "alone, as not every source is open" in result.output
    assert "SIMULATED" not in result.output


def test_check_names_the_extract_that_is_missing(own):
    (own / "records/indicators.csv").unlink()
    result = check(own)
    assert result.exit_code != 0
    assert "source 'grunnkretser': no file at" in result.output
    assert "indicators.csv" in result.output


def test_a_forgotten_protection_is_named(own):
    path = own / "config/cities/bergen-own.yaml"
    path.write_text(
        path.read_text().replace("      dpia: EXAMPLE, reference of the assessment (docs/dpia-nb.md)\n", "")
    )
    result = check(own)
    assert "sources[0].protection.dpia: is missing" in result.output


def test_the_templates_pass_the_border(own, tmp_path):
    city = load_city(str(own / "config/cities/bergen-own.yaml"), own / "config").city
    files = [source for source in city.sources if source.kind == "file"]
    now = datetime(2020, 1, 1, tzinfo=UTC)
    folders = {"data_dir": own / "records", "base_dir": own / "config/cities"}
    shots = [take(source, city, store=tmp_path / "store", made_at=now, **folders) for source in files]
    border = admit(parse_all(shots, city), city)
    assert border.quarantine.empty
    incidents = border.tables.incidents
    assert incidents["harm_class"].astype(str).tolist() == ["disorder", "overdose"]
    assert not incidents["incident_id"].str.contains("EXAMPLE").any()  # a keyed hash
    assert border.tables.help_uptake["people"].tolist() == [160.0, 240.0]


def test_every_row_of_a_template_says_that_it_is_an_example():
    for name, column in (("incidents.csv", "incident_id"), ("indicators.csv", "source")):
        with (TEMPLATES / name).open(encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        assert len(rows) == 2
        assert all("EXAMPLE" in row[column] for row in rows), name
