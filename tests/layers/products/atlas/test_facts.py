"""The pages of facts: complete in both languages, nothing without its doubt, none where a city names no facts."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from layers.description.scene_size import with_scene_sizes
from layers.facts.read import read_facts
from layers.facts.released import with_facts
from layers.products.atlas.facts import facts_page
from layers.products.drawing.views import Views, draw_views
from layers.products.words import Speaker
from tests.example_release import example_release, example_style

FACTS = Path(__file__).parents[4] / "config" / "facts" / "bergen"
STYLE = example_style()


@cache
def views() -> Views:
    facts, wrong = read_facts(FACTS)
    assert facts is not None, wrong
    release = example_release()
    named = replace(release, city=release.city.model_copy(update={"facts": facts}), zones=release.zones.iloc[:0])
    return draw_views(with_facts(with_scene_sizes(named)), STYLE)


def page(language: str) -> dict:
    found = facts_page(views(), Speaker(language, STYLE))
    assert found is not None
    return found


def test_a_city_without_facts_has_no_such_page():
    assert facts_page(draw_views(example_release(), STYLE), Speaker("nb", STYLE)) is None


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_kind_of_fact_is_there(language):
    said = page(language)
    assert len(said["expected"]["rows"]) == 5 and all(row["why"] for row in said["expected"]["rows"])
    assert len(said["mapped"]["rows"]) == 14 and len(said["practised"]["rows"]) == 4
    assert len(said["surveyed"]["rows"]) == 10 and len(said["counted"]["rows"]) == 24
    assert len(said["told"]["topics"]) == 4
    assert sum(len(topic["lines"]) for topic in said["told"]["topics"]) == 28


def test_what_others_published_is_not_called_simulated():
    for language, mark, word in (("nb", "PUBLISERT AV ANDRE", "SIMULERTE"), ("en", "PUBLISHED BY OTHERS", "SIMULATED")):
        said = page(language)
        assert (said["mark"], said["title"]["stamp"]) == (mark, "")
        for table in ("practised", "surveyed", "counted", "told"):
            assert "SIMUL" not in json.dumps(said[table])
        assert word in said["mapped"]["columns"][3]  # computed from this run's incidents, beside what was seen
        assert "SIMUL" not in json.dumps([row[:3] for row in said["mapped"]["rows"]])


def test_figures_say_how_sure_they_are():
    said = page("en")
    assert {row[3] for row in said["surveyed"]["rows"]} == {"n unknown"}
    assert ["expulsions", "Bergen, mainly Vågsbunnen", "08.2014", "nearly 2,000 expulsions"] in said["counted"]["rows"]
    assert "not computable because the outline of the zones is not published" in said["cut_off"]
    assert said["size"]["lines"][-1].startswith("Harm per person in the scene is not computable")
    lost = next(row for row in said["mapped"]["rows"] if row[0] == "Jægergarasjen")
    assert lost[3] == "not located: cannot be told"


def test_what_the_run_says_is_told_apart_and_stamped():
    rows = page("nb")["expected"]["rows"]
    assert all("SIMULERT" in row["run"] for row in rows if row["run"])
    assert any(row["run"] for row in rows)
    assert all(row["verdict"]["kind"] == "cannot be decided" for row in rows)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_label_of_origin_and_no_protected_place_is_printed(language):
    said = json.dumps(page(language), ensure_ascii=False).lower()
    assert not any(word in said for word in ("afrik", "africa", "europe", "etnisk", "ethnic", "norske", "lonemarka"))
