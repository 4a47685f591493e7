"""Sentences for pictures: the same figures as the pictures, and no figure where one is withheld."""

from dataclasses import replace

import numpy as np
import pytest

from layers.products.drawing import alt_text
from layers.products.words import Speaker
from tests.example_release import example_release, example_style

RELEASE = example_release()
EN, NB = (Speaker(language, example_style()) for language in ("en", "nb"))


def test_density_names_its_maximum_its_ground_and_its_hot_spots():
    surface = RELEASE.surfaces[0]
    said = alt_text.density_sentence(RELEASE, surface, 50.0, EN)
    highest = np.nanmax(surface.values)
    area = np.nansum(surface.values >= 50.0) * 50.0**2 / 1e6
    assert f"The highest value is {highest:.0f} " in said
    assert float(said.split(" km² lie")[0].rsplit(" ", 1)[1]) == pytest.approx(area, abs=0.005)
    assert "Densest areas: 1, " in said


def test_a_period_withheld_whole_says_so():
    surface = RELEASE.surfaces[0]
    hidden = replace(surface, values=np.full_like(surface.values, np.nan))
    assert (
        alt_text.density_sentence(RELEASE, hidden, 50.0, NB)
        == "Kart over perioden «Før stengingen»: alt er holdt tilbake."
    )


def test_change_is_read_at_the_middle_of_each_scene():
    before, after = RELEASE.surfaces[0], RELEASE.surfaces[2]
    said = alt_text.change_sentence(RELEASE, before, after, NB)
    middle = RELEASE.scenes.geometry.iloc[0].centroid
    row = int((RELEASE.grid.y_max - middle.y) // 50)
    col = int((middle.x - RELEASE.grid.x_min) // 50)
    change = after.values[row, col] - before.values[row, col]
    assert f"Ved Parken: −{-change:.0f} registrerte hendelser per km² og år." in said


def test_withheld_ground_gives_no_change():
    before, after = RELEASE.surfaces[0], RELEASE.surfaces[2]
    hidden = replace(after, values=np.full_like(after.values, np.nan))
    said = alt_text.change_sentence(RELEASE, before, hidden, EN)
    assert said.count("withheld") == 3


def test_lines_give_each_level_and_say_what_is_withheld():
    counts = RELEASE.scene_counts[RELEASE.scene_counts["series"] == "violence_public"]
    said = alt_text.lines_sentence(RELEASE, counts, EN)
    assert f"The market: {66 / 967:.3f}, {171 / 280:.2f}, {97 / 1553:.3f}." in said
    assert "The underpass: 0.011, withheld, 0.23." in said
