"""The data catalogue: every entry makes a valid source, a city's own words go first, mistakes have lines."""

import shutil

import pytest
from pydantic import TypeAdapter

from flows.configuration.catalogue import CATALOGUE, read_catalogue
from flows.configuration.settings import load_city
from layers.city import AnySource
from layers.errors import ConfigError
from tests.flows.city_yaml import CONFIG, spoiled, write

ENTRIES, _ = read_catalogue(CONFIG)
# what a city must add to an entry
OWN = {
    "osm_download": {},
    "overpass": {"bbox": [5.29, 60.37, 5.36, 60.41]},
    "wfs": {"table": "districts"},
    "pxweb": {"select": {"Grunnkretser": ["*"]}},
    "klass": {"valid_on": "2014-08-25"},
    "carto": {"table": "incidents"},
    "socrata": {"table": "incidents"},
    "politiloggen": {"municipality": "Bergen", "since": "2024-01-01", "categories": {"Ro og orden": "disorder"}},
    "fhi": {"select": {"GEO": ["4601"], "AAR": ["*"]}, "series": {"value": "low_income"}},
    "police_uk": {"forces": ["west-yorkshire"]},
}
STREETS = "  - {id: streets, catalogue: osm-norway%s}\n"


def with_streets(more: str = "") -> str:
    return spoiled(("harm:\n  classes", STREETS % more + "harm:\n  classes"))


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_with_what_a_city_adds_is_a_source(name):
    entry = ENTRIES[name]
    said = {"id": "x", "catalogue": name, **entry.keys(), **OWN[entry.kind]}
    source = TypeAdapter(AnySource).validate_python(said)
    assert source.address.startswith("https://")
    assert source.max_age_days == entry.max_age_days


def loaded(tmp_path, more: str = "", config=CONFIG):
    return load_city(str(write(tmp_path, with_streets(more))), config).city.sources[-1]


def test_an_entry_fills_what_is_unsaid(tmp_path):
    source = loaded(tmp_path, ", max_age_days: 3")
    assert (source.kind, source.licence, source.max_age_days) == ("osm_download", "ODbL 1.0", 3)


def test_an_unknown_entry_is_told_with_its_nearest(tmp_path):
    with pytest.raises(ConfigError, match=r"catalogue: 'osm-norge' is no entry of sources\.yaml\. Did you mean"):
        load_city(str(write(tmp_path, with_streets().replace("osm-norway", "osm-norge"))), CONFIG)


def test_a_mistake_in_the_catalogue_names_its_line(tmp_path):
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    text = (config / CATALOGUE).read_text().replace("cadence: nightly", "cadence: daily", 1)
    (config / CATALOGUE).write_text(text)
    line = text[: text.index("cadence: daily")].count("\n") + 1
    with pytest.raises(ConfigError, match=rf"sources\.yaml:{line}: osm-norway\.cadence"):
        loaded(tmp_path, config=config)
