"""A city names its facts: they are read beside its settings, and what is wrong in them is told with the settings."""

import shutil

import pytest

from flows.configuration.settings import load_city
from layers.errors import ConfigError
from tests.flows.city_yaml import CONFIG, GOOD, write


def named(name: str) -> str:
    return f"{GOOD}\nfacts: {name}\n"


def test_a_city_without_facts_has_none(tmp_path):
    assert load_city(str(write(tmp_path, GOOD)), CONFIG).city.facts is None


def test_a_city_gets_the_facts_it_names_and_another_identity(tmp_path):
    plain, told = (load_city(str(write(tmp_path, text)), CONFIG) for text in (GOOD, named("bergen")))
    assert told.city.facts is not None and told.city.facts.name == "bergen"
    assert told.sha256 != plain.sha256


def test_an_unknown_folder_is_told_with_the_known_ones(tmp_path):
    with pytest.raises(ConfigError, match=r"facts: 'begren' is no folder of facts.*bergen"):
        load_city(str(write(tmp_path, named("begren"))), CONFIG)


def test_what_is_wrong_in_the_facts_is_told_with_file_and_line(tmp_path):
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    sources = config / "facts" / "bergen" / "sources.csv"
    sources.write_text(sources.read_text(encoding="utf-8") + "only_an_id,,\n", encoding="utf-8")
    line = len(sources.read_text(encoding="utf-8").splitlines())
    with pytest.raises(ConfigError, match=rf"sources\.csv:{line}: citation: is empty"):
        load_city(str(write(tmp_path, named("bergen"))), config)
