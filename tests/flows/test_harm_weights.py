"""Tables of harm weights: the one that ships, and what is wrong with others."""

from pathlib import Path

import pytest

from flows.configuration.harm_weights import read_harm_weights, with_harm_weights
from flows.configuration.yaml_lines import Document

CONFIG = Path(__file__).parents[2] / "config"
HEAD = "category,weight,unit,source,confidence\n"


def document(name: object) -> Document:
    return Document(Path("city.yaml"), {"multiverse": {"harm_weights": name}}, {})


def test_a_named_table_takes_the_place_of_its_name():
    found, mistakes = with_harm_weights(document("cambridge_2026"), CONFIG)
    table = found.data["multiverse"]["harm_weights"]
    assert not mistakes
    assert (table["name"], table["weights"]["Homicide - Criminal"], table["weights"]["Other Assaults"]) == (
        "cambridge_2026", 5475.0, 10.0,
    )  # fmt: skip
    assert "Cambridge Crime Harm Index" in table["source"]


def test_an_unknown_table_is_said_with_the_known_ones():
    _, mistakes = with_harm_weights(document("cambridge_2062"), CONFIG)
    assert "cambridge_2026" in str(mistakes[0])


def test_a_city_without_weights_is_left_alone():
    plain = document(None)
    assert with_harm_weights(plain, CONFIG) == (plain, [])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", "no rows with column category"),
        ("theft,much,days,x,low\n", "'theft' has weight 'much'"),
        ("theft,-1,days,x,low\n", "'theft' has weight '-1'"),
        ("theft,1,days,x,low\ntheft,2,days,x,low\n", "'theft' stands twice"),
    ],
)
def test_tables_that_cannot_be_are_refused(tmp_path, rows, said):
    path = tmp_path / "w.csv"
    path.write_text(HEAD + rows)
    with pytest.raises(ValueError, match=said):
        read_harm_weights(path)
