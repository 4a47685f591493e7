"""Releasing a new hot spot: two people, a reason, a hot spot that waits; what is written is read by the next run."""

import json

import geopandas as gpd
import pytest
from click.testing import CliRunner
from shapely import box

from flows.cli import cli
from flows.configuration.settings import load_city
from flows.publishing.current import point_current
from layers.errors import ConfigError
from tests.flows.city_yaml import CONFIG, GOOD, spoiled, write

CLOSED = """attribution: Testby
    open: false
    protection:
      {controller: Testby, purpose: research, legal_basis: article 6 1 e, dpia: 2026-1, retention_days: 365}"""
WHY = "known to everyone in town already"


@pytest.fixture
def city(tmp_path, monkeypatch):
    """A city that is not open, with an internal run in which one hot spot waits."""
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("flows.console.start_logging", lambda **_: None)
    folder = tmp_path / "city"
    folder.mkdir()
    path = write(folder, spoiled(("attribution: Testby\n    open: true", CLOSED)) + "internal_dir: ../private\n")
    root = tmp_path / "private/testby/analysts"
    run = root / "runs/2020-01-01-0123abcd"
    run.mkdir(parents=True)
    spot = {"hotspot_id": ["s-h02"], "period": ["tunnel"], "series": ["nuisance"]}
    table = gpd.GeoDataFrame(spot, geometry=[box(0, 0, 200, 200)], crs=25832)
    table.to_file(run / "testby-internal.gpkg", layer="new_hotspots")
    point_current(root, run)
    return path


def release(path, *options):
    line = ["release", str(path), "--config", str(CONFIG), "--out", str(path.parent / "outputs"), *options]
    return CliRunner().invoke(cli, line)


def test_two_people_release_a_hot_spot_and_the_next_run_knows(city):
    before = load_city(str(city), CONFIG)
    done = release(city, "s-h02", "--by", "Kari Nord", "--by", "Ola Sør", "--reason", WHY)
    assert done.exit_code == 0, done.output
    (entry,) = json.loads((city.parent / "testby.released.json").read_text())["released"]
    assert entry["by"] == ["Kari Nord", "Ola Sør"]
    assert entry["run_id"] == "2020-01-01-0123abcd"
    after = load_city(str(city), CONFIG)
    assert after.city.released[0].hotspot_id == "s-h02"
    assert after.sha256 != before.sha256  # otherwise the run without it would be used again


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("s-h02", "--by", "Kari Nord", "--reason", WHY), "two different people"),
        (("s-h02", "--by", "Kari Nord", "--by", " kari  nord", "--reason", WHY), "two different people"),
        (("s-h02", "--by", "Kari Nord", "--by", "Ola Sør", "--reason", "so"), "say in a sentence"),
        (("s-h09", "--by", "Kari Nord", "--by", "Ola Sør", "--reason", WHY), "Waiting: s-h02."),
    ],
)
def test_what_releases_nothing(city, options, message):
    done = release(city, *options)
    assert done.exit_code != 0
    assert message in done.output
    assert not list(city.parent.glob("*.released.json"))


def test_a_city_of_open_data_has_nothing_to_release(tmp_path, monkeypatch):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    done = release(write(tmp_path), "x", "--by", "Kari Nord", "--by", "Ola Sør", "--reason", WHY)
    assert done.exit_code == 1
    assert "no hot spot is held back" in done.output


def test_a_release_written_by_hand_in_the_yaml_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="one person could"):
        load_city(str(write(tmp_path, GOOD + "released: []\n")), CONFIG)


def test_one_name_struck_out_of_the_file_lets_nothing_load(city):
    release(city, "s-h02", "--by", "Kari Nord", "--by", "Ola Sør", "--reason", WHY)
    path = city.parent / "testby.released.json"
    said = json.loads(path.read_text())
    said["released"][0]["by"].pop()
    path.write_text(json.dumps(said))
    with pytest.raises(ConfigError, match="two different people"):
        load_city(str(city), CONFIG)


@pytest.mark.parametrize("sensitivity", ["health", "outreach"])
def test_products_for_police_take_no_health_or_outreach_data(tmp_path, sensitivity):
    closed = CLOSED.replace("open: false", f"open: false\n    sensitivity: {sensitivity}")
    text = spoiled(("attribution: Testby\n    open: true", closed)) + "internal_dir: inside\n"
    load_city(str(write(tmp_path, text)), CONFIG)
    with pytest.raises(ConfigError, match=f"'records' holds {sensitivity} data, which products for police never show"):
        load_city(str(write(tmp_path, text + "audience: police\n")), CONFIG)


def test_products_for_police_take_nothing_recorded_by_health_services(tmp_path):
    text = GOOD.replace("recorded_by: reactive", "recorded_by: health") + "audience: police\n"
    with pytest.raises(ConfigError, match="is recorded by health, which products for police never show"):
        load_city(str(write(tmp_path, text)), CONFIG)
