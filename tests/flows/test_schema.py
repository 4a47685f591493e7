"""`config/schema.json` says what the models say, and lets a city leave to pipeline.yaml what that supplies."""

import json
from pathlib import Path

import jsonschema
import pytest

from flows.configuration.schema import COMMAND, city_schema
from flows.configuration.settings import known_cities
from flows.configuration.yaml_lines import read_yaml
from tests.flows.city_yaml import CONFIG, GOOD, plain, write

SCHEMA = CONFIG / "schema.json"


def test_schema_in_config_is_the_one_the_models_give():
    assert SCHEMA.read_text(encoding="utf-8") == city_schema(), f"config/schema.json is out of date; run: {COMMAND}"


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("name", known_cities(CONFIG))
def test_cities_that_ship_keep_the_schema_and_point_to_it(validator, name):
    path = CONFIG / "cities" / f"{name}.yaml"
    assert path.read_text().splitlines()[0] == "# yaml-language-server: $schema=../schema.json"
    validator.validate(read_yaml(path).data)


def test_defaults_keep_the_schema_of_their_sections(validator):
    validator.validate({**read_yaml(CONFIG / "pipeline.yaml").data, **_good_data(CONFIG)})


def test_one_key_of_a_default_section_is_enough(validator, tmp_path):
    data = read_yaml(write(tmp_path, GOOD + "inference: {level: 0.9}\n")).data
    validator.validate(data)


def test_unknown_keys_and_missing_sections_are_seen_by_editors(validator, tmp_path):
    data = read_yaml(write(tmp_path)).data
    assert not validator.is_valid({**data, "colour": "red"})
    assert not validator.is_valid({key: value for key, value in data.items() if key != "deprivation"})


def test_every_key_of_the_schema_has_words_for_editors():
    schema = json.loads(SCHEMA.read_text())
    assert schema["description"]
    assert all(definition.get("description") for definition in schema["$defs"].values())


def _good_data(_config: Path) -> dict:
    return json.loads(json.dumps(plain(), default=str))
