"""Facts in a release: what was seen beside what is computed, intervals of surveys, nothing that is not public."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from layers.city.facts import Facts, MappingRow
from layers.disclosure.release import Release
from layers.facts.agreement import agreement, mapping_table
from layers.facts.places import fact_places, practices
from layers.facts.read import read_facts
from layers.facts.released import with_facts
from layers.facts.survey import survey_table, wilson
from tests.example_release import example_release

FACTS = Path(__file__).parents[3] / "config" / "facts" / "bergen"
CRS = "EPSG:25832"


@cache
def facts() -> Facts:
    found, wrong = read_facts(FACTS)
    assert found is not None, wrong
    return found


def released() -> Release:
    release = example_release()
    return with_facts(replace(release, city=release.city.model_copy(update={"facts": facts()})))


def test_a_city_without_facts_is_released_as_it_is():
    release = example_release()
    assert with_facts(release) is release


@pytest.mark.parametrize(
    ("criteria", "computed", "expected"),
    [
        ("all", "inside", "agrees"),
        ("most", "within uncertainty", "agrees within uncertainty"),
        ("most", "none published", "differs"),
        ("none", "none published", "agrees"),
        ("none", "inside", "differs"),
        ("none", "within uncertainty", "cannot be told"),
        ("visible use", "inside", "takes no side"),
        ("all", "not located", "cannot be told"),
        ("all", "no period", "cannot be told"),
    ],
)
def test_what_was_seen_and_what_is_computed(criteria, computed, expected):
    assert agreement(criteria, computed) == expected


def test_a_place_is_held_against_the_areas_of_the_period_that_shares_most_days():
    city = example_release().city  # before until 2014-08-25, market until 2015-06-01, tunnel until 2019-09-01
    said = {"observer": "outreach team", "scored": True, "source_id": "a", "confidence": "high", "criteria_met": "all"}
    days = {"round_start": date(2014, 8, 1), "round_end": date(2014, 12, 1)}
    rounds = [MappingRow(round="1", place_id=name, **said, **days) for name in ("in", "near", "far", "lost")]
    places = gpd.GeoDataFrame(
        {"place_id": ["in", "near", "far", "lost"], "name_nb": list("abcd"), "name_en": list("abcd")}
        | {"uncertainty_m": [10.0, 50.0, 49.0, float("nan")]},
        geometry=[Point(5, 5), Point(60, 5), Point(60, 5), None],
        crs=CRS,
    )
    series = city.harm.series[0].id
    areas = gpd.GeoDataFrame(
        {"hotspot_id": ["old", "h1"], "period": ["before", "market"], "series": [series, series]},
        geometry=[box(50, 0, 70, 10), box(0, 0, 10, 10)],
        crs=CRS,
    )
    table = mapping_table(rounds, places, areas, city)
    mine = table[table["series"] == series].set_index("place_id")
    assert mine["computed"].to_dict() == {
        "in": "inside", "near": "within uncertainty", "far": "none published", "lost": "not located"
    }  # fmt: skip
    assert mine.loc["in", "period"] == "market" and mine.loc["in", "hotspot_id"] == "h1"
    assert mine.loc["far", "text_en"] == "c: all criteria met; no published densest area is there; they differ."


def test_wilson_by_hand():
    low, high = wilson(40.0, 100)  # (p + z2/2n -+ z sqrt(p q / n + z2 / 4n2)) / (1 + z2/n), z = 1.959964
    assert (low, high) == (pytest.approx(30.940, abs=1e-3), pytest.approx(49.799, abs=1e-3))


def test_a_survey_without_n_says_so_and_has_no_interval():
    told = released().facts
    assert told is not None
    figures = told.survey_figures.set_index("figure_id")
    assert set(figures["interval_nb"]) == {"n er ikke oppgitt"} and figures["low"].isna().all()
    assert figures.loc["unmet_need", "bound"] == "more than" and figures.loc["violence_exposed", "percent"] == 40
    known = facts().survey_figures[0].model_copy(update={"n": 100})
    assert survey_table((known,)).loc[0, "interval_en"] == "31–50%, n = 100"


def test_nothing_that_is_not_public_is_released():
    told = released().facts
    assert told is not None
    hidden = {place.place_id for place in facts().places if not place.public}
    assert hidden and not hidden & set(told.fact_places["place_id"])
    assert not hidden & set(told.mapping_rounds["place_id"]) and not hidden & set(told.practices["place_id"])
    names = {place.name_nb.split(" (")[0] for place in facts().places if not place.public}
    tables = (told.fact_places, told.practices, told.mapping_rounds, told.published_counts, told.statements)
    assert not [name for name in names for table in tables if name in table.to_csv()]


def test_practices_lie_at_their_places_with_their_uncertainty():
    places = fact_places(facts(), crs=CRS)
    found = practices(facts(), places).set_index("practice_id")
    assert set(found["practice"]) == {"reactive", "frequent", "zero tolerance", "non-enforcement"}
    zero = found.loc["practice_vagsbunnen_zero"]
    assert zero["uncertainty_m"] == 120 and zero["start"] == date(2015, 6, 1) and zero["end"] is None
    at = places.set_index("place_id").geometry["vagsbunnen"]
    assert zero.geometry.equals(at) and 297_000 < at.x < 298_500 and 6_700_000 < at.y < 6_702_000


def test_every_expectation_has_a_verdict_and_a_reason_and_stands_apart_from_the_run():
    told = released().facts
    assert told is not None
    table = told.expectations.set_index("expectation_id")
    assert {"spreading", "overdoses", "scenes_near_mo"} <= set(table.index)
    assert table["verdict"].notna().all() and (table["why_nb"].str.len() > 20).all()
    assert table.loc["overdoses", "run_finding"].startswith("harm_total_change")


def test_what_expulsions_cut_off_is_not_computed_without_the_outline_of_zones():
    release = example_release()
    bare = replace(release, city=release.city.model_copy(update={"facts": facts()}), zones=release.zones.iloc[:0])
    told = with_facts(bare).facts
    assert told is not None and told.help_cut_off is not None
    assert "not computable because the outline of the zones is not published" in told.help_cut_off.en
