"""A city's file laid over another: what it says goes before, every mistake keeps its own file and line."""

import pytest

from flows.configuration.settings import load_city
from layers.errors import ConfigError
from tests.flows.city_yaml import CONFIG, GOOD


def load(tmp_path, text, base=GOOD):
    (tmp_path / "base.yaml").write_text(base)
    (tmp_path / "other.yaml").write_text(text)
    return load_city(str(tmp_path / "other.yaml"), CONFIG).city


def test_what_it_says_goes_before_and_all_else_stays(tmp_path):
    city = load(tmp_path, "extends: base.yaml\ncity: other\nname: {nb: Annenby}\ninference: {level: 0.9}\n")
    (tmp_path / "plain.yaml").write_text(GOOD)
    plain = load_city(str(tmp_path / "plain.yaml"), CONFIG).city
    assert (city.city, city.name.nb, city.name.en, city.inference.level) == ("other", "Annenby", plain.name.en, 0.9)
    assert (city.sources, city.steps, city.inference.claim) == (plain.sources, plain.steps, plain.inference.claim)


def test_mistakes_stand_in_the_file_that_made_them(tmp_path):
    with pytest.raises(ConfigError, match=r"other\.yaml:2: colour: is an unknown key"):
        load(tmp_path, "extends: base.yaml\ncolour: red\n")
    with pytest.raises(ConfigError, match=r"base\.yaml:\d+: colour: is an unknown key"):
        load(tmp_path, "extends: base.yaml\ncity: other\n", base=GOOD + "colour: red\n")


@pytest.mark.parametrize("name", ["none.yaml", "../base.yaml", "7"])
def test_only_a_file_beside_it_can_be_extended(tmp_path, name):
    with pytest.raises(ConfigError, match=r"other\.yaml:1: extends: .* is no file beside other\.yaml"):
        load(tmp_path, f"extends: {name}\ncity: other\n")


def test_one_level_is_enough(tmp_path):
    with pytest.raises(ConfigError, match=r"base\.yaml extends another file itself\. Extend third\.yaml"):
        load(tmp_path, "extends: base.yaml\ncity: other\n", base="extends: third.yaml\n")
