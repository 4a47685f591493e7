"""Style: class breaks by hand, the shipped file is whole, mistakes are named."""

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from layers.disclosure.release import Surface
from layers.style import Style, density_breaks, round_breaks
from tests.example_release import STYLE_FILE, example_style


def _surface(series: str, *values: float) -> Surface:
    cells = np.array([values])
    return Surface("p", series, cells, np.zeros_like(cells, dtype=bool), 200.0)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1000.0], (100, 200, 500, 1000)),  # all levels are the same: the next lower ones
        ([999.9], (50, 100, 200, 500)),
        # of 2000 in all, half lies at 500: the next lower ones
        ([500.0, 500.0, 300.0, 300.0, 200.0, 200.0], (50, 100, 200, 500)),
        # of 21,000 in all, a third lies in one cell, 62 % at 300 and above
        ([7000.0] + [300.0] * 20 + [20.0] * 400, (100, 200, 2000, 5000)),
        ([0.037], (0.002, 0.005, 0.01, 0.02)),
        ([0.0, np.nan], (1, 2, 5, 10)),
        ([], (1, 2, 5, 10)),
    ],
)
def test_breaks_are_round_and_enclose_their_share(values, expected):
    assert round_breaks(np.array(values)) == expected


@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=60))
def test_breaks_rise_and_at_least_their_share_lies_above(values):
    cells = np.array(values)
    breaks = round_breaks(cells)
    assert len(breaks) == 4
    assert list(breaks) == sorted(set(breaks))
    above = [cells[cells >= edge].sum() / cells.sum() for edge in breaks]
    assert all(got >= share - 1e-9 for got, share in zip(above, (0.5, 0.35, 0.2, 0.05), strict=True))


def test_breaks_are_common_to_the_periods_of_a_series_and_blind_to_others():
    surfaces = [_surface("a", 3.0, np.nan), _surface("a", 1000.0, 1.0), _surface("b", 9e6)]
    assert density_breaks(surfaces, "a") == (100, 200, 500, 1000)


def test_a_series_withheld_everywhere_still_has_breaks():
    assert density_breaks([_surface("a", np.nan, np.nan)], "a") == (1, 2, 5, 10)


def test_scene_colours_start_again_when_they_run_out():
    style = example_style()
    assert style.scene_colour(len(style.scenes)) == style.scenes[0]


def test_a_tables_own_words_go_before_the_columns():
    said = yaml.safe_load(STYLE_FILE.read_text(encoding="utf-8"))
    said["columns"]["zones.kind"] = {"nb": "vedtak", "en": "decision"}
    style = Style.model_validate(said)
    assert (style.column("zones", "kind").en, style.column("services", "kind").en) == ("decision", "kind")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lines": {}}, "lines: .*coast.* missing"),
        ({"ink": "red"}, "ink"),
        ({"density": ["#000000"]}, "density"),
        ({"colour": "#000000"}, "colour"),
    ],
)
def test_a_style_that_cannot_be_is_refused_by_the_key(change, message):
    said = yaml.safe_load(STYLE_FILE.read_text(encoding="utf-8")) | change
    with pytest.raises(ValidationError, match=message):
        Style.model_validate(said)
