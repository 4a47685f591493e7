"""The template: refused while unfilled, with every place; valid once filled in; never written over anything."""

import pytest

from flows.commands.city_template import PLACEHOLDER
from flows.commands.new_city import write_new_city
from flows.configuration.settings import load_city
from layers.errors import ConfigError, UserError
from tests.flows.city_yaml import CONFIG


def test_unfilled_template_lists_every_place_and_nothing_else(tmp_path):
    path = write_new_city("testby", tmp_path, CONFIG)
    with pytest.raises(ConfigError) as caught:
        load_city(str(path), CONFIG)
    _, *lines = str(caught.value).splitlines()
    assert all(f"is still {PLACEHOLDER}." in line for line in lines)
    said = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == sum(line.count(PLACEHOLDER) for line in said)
    assert f"{path}:9: crs: is still" in str(caught.value)


def test_filled_template_is_a_city(tmp_path):
    path = write_new_city("testby", tmp_path, CONFIG)
    text = path.read_text()
    days = iter(["2012-01-01", "2015-01-01", "2015-01-01", "2018-01-01"])
    filled = []
    for line in text.splitlines():
        new = line
        if line.startswith("  - {id: "):
            while f": {PLACEHOLDER}" in new:
                new = new.replace(PLACEHOLDER, next(days), 1)
        if line.startswith("crs:") or line.strip().startswith("crs:"):
            new = new.replace(PLACEHOLDER, "EPSG:25832")
        if line.strip().startswith(("zone:", "time_zone:")):
            new = new.replace(PLACEHOLDER, "Europe/Oslo")
        filled.append(new.replace("# internal_dir", "internal_dir").replace(PLACEHOLDER, "word"))
    path.write_text("\n".join(filled))
    city = load_city(str(path), CONFIG).city
    assert city.city == "testby"
    assert not city.is_open
    assert path.read_text().splitlines()[0].endswith("schema.json")


def test_what_is_there_is_never_overwritten(tmp_path):
    path = write_new_city("testby", tmp_path, CONFIG)
    path.write_text("filled in")
    with pytest.raises(UserError, match="exists already and is left as it is"):
        write_new_city("testby", tmp_path, CONFIG)
    assert path.read_text() == "filled in"


@pytest.mark.parametrize("name", ["Bergen", "../bergen", "1bergen", "", "a" * 41])
def test_names_that_cannot_be(tmp_path, name):
    with pytest.raises(ConfigError, match="cannot be a city's name"):
        write_new_city(name, tmp_path, CONFIG)


def test_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_new_city("testby", tmp_path / "file", CONFIG)
