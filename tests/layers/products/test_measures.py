"""What readers are told in their own words: measures by day and kind, places without slugs, the method."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from layers.city import Words
from layers.city.events import Place, PlaceCount, Window
from layers.products.atlas.sources import sources_page
from layers.products.drawing.views import draw_views
from layers.products.measures import counted_place, measures_of, plain_name
from layers.products.words import Speaker
from tests.example_release import example_release, example_style

STYLE = example_style()
SPOKEN = {language: Speaker(language, STYLE) for language in ("nb", "en")}
YEAR = Window(start=date(2014, 1, 1), end=date(2015, 1, 1))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("kensington_ave_4000", "Kensington ave 4000"),
        ("patrulje-sentrum", "Patrulje sentrum"),
        ("emerald_st_underpass", "Undergangen Emerald Street"),  # in the glossary
        ("all", "All"),
        ("Parken stenges", "Parken stenges"),
        ("LAR sentrum", "LAR sentrum"),
        ("høyere bøter", "høyere bøter"),
    ],
)
def test_only_slugs_are_rewritten(name, shown):
    assert plain_name(name, SPOKEN["nb"]) == shown


def test_measures_are_numbered_by_day_and_say_their_kind_once():
    said = [m.words(SPOKEN["nb"]).replace("\u00a0", " ") for m in measures_of(example_release(), STYLE)]
    assert said == [
        "1 · 25.08.2014 Parken stenges",  # its kind, stenging, is in the name
        "2 · 01.06.2015 Undergangen tas i bruk",  # so is bruk
        "2 · 01.06.2015 Høyere bøter",
    ]


def test_a_measure_in_two_tables_is_told_once_and_a_place_is_none():
    release = example_release()
    rows = release.interventions
    again = rows.iloc[[0]].assign(intervention_id="a_first", kind="practice")
    place = rows.iloc[[1]].assign(intervention_id="a_place", kind="place", name="Where it stood")
    lost = again.set_geometry([None], crs=rows.crs)
    doubled = replace(release, interventions=pd.concat([lost, place, rows]))
    assert measures_of(doubled, STYLE) == measures_of(release, STYLE)


def test_kinds_are_said_in_the_readers_language():
    said = [m.words(SPOKEN["en"]).replace("\u00a0", " ") for m in measures_of(example_release(), STYLE)]
    assert said[0] == "1 · 25 Aug 2014 Closure of the park"
    assert [SPOKEN["nb"].kind(k) for k in ("patrol", "police_group", "MO centre", "new_kind")] == [
        "patruljering",
        "politigruppe",
        "mottaks- og oppfølgingssenter",
        "new kind",
    ]


def test_a_counted_place_has_the_name_of_the_scene_that_stands_there():
    city = example_release().city
    scene = city.scenes[0]
    there = PlaceCount(place_id="by_the_way", place=scene.place, windows=(YEAR,))
    elsewhere = PlaceCount(place_id="old_quay", place=Place(table="zones", ids=("none",)), windows=(YEAR,))
    everywhere = PlaceCount(place_id="all_of_it", windows=(YEAR,))
    counted = city.model_copy(update={"place_counts": (there, elsewhere, everywhere)})
    names = [counted_place(c.place_id, counted, SPOKEN["en"]) for c in counted.place_counts]
    assert names == [scene.name.en, "Old quay", city.name.en]
    assert counted_place("unheard_of", counted, SPOKEN["en"]) == "Unheard of"


def test_names_of_places_are_quoted_as_each_language_does():
    words = Words(nb="Parken", en="The park")
    assert [SPOKEN[language].quoted(words) for language in ("nb", "en")] == ["«Parken»", "“The park”"]


def test_the_method_is_told_in_the_readers_language():
    views = draw_views(example_release(), STYLE)
    said = {name: dict(sources_page(views, speaker)["parameters"]["rows"]) for name, speaker in SPOKEN.items()}
    assert said["nb"]["Metode"] == "uker trukket på nytt; drift fra tidligere årspar lagt til"
    assert said["en"]["Method"] == "weeks resampled; drift of earlier year pairs added"


def test_a_kind_the_glossary_does_not_know_stays_as_it_is():
    assert SPOKEN["nb"].kind("rope_ladder") == "rope ladder" and SPOKEN["nb"].kind("closure") == "stenging"
