"""Gain per loss: told where something bounds it, else nowhere; and no sentence ever says other than its figure."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.disclosure.gate import gate_multiverse
from layers.disclosure.release import Finding
from layers.findings import findings
from layers.findings.numbers import direction, number, rate
from layers.findings.sentences import told
from layers.multiverse import COLUMNS
from tests.made_city import END, city, level, made_exposure, made_units, noisy_counts

BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}
MOVED = {"d1_park": 0.6, "d2_market": 1.2, "d3_tunnel": 2.8}
RATIOS = ("deterrence_vs_displacement", "displacement_wdq")
SETTINGS = city(inference__detection_ratios=[0.8, 1.25])
UP = {  # words of a figure above zero, then of one below
    "harm_total_change": (("rise of", "above", "økning på", "høyere"), ("fall of", "below", "nedgang på", "lavere")),
    "deprivation_of_harm_shift": (("towards more", "mot mer"), ("towards less", "mot mindre")),
    "share_in_most_deprived_fifth_change": (("points more", "poeng mer"), ("points less", "poeng mindre")),
    "harm_moved_share": (("had more", "moved to", "fikk .* mer", "flyttet"), ("had less", "fikk .* mindre")),
}


@cache
def made(**after: float) -> tuple[Finding, ...]:
    counts = noisy_counts(level(SETTINGS, **BEFORE), level(SETTINGS, **(BEFORE | after)), seed=3)
    smoothed = {100.0: {"violence": counts * 1.0}}
    return findings(made_exposure(counts), made_units(SETTINGS), SETTINGS, data_until=END, smoothed=smoothed)


@pytest.mark.parametrize("after", [{}, MOVED, {"d1_park": 3.8, "d3_tunnel": 0.9}, {"d1_park": 8.0}])
def test_a_ratio_has_a_figure_exactly_where_something_bounds_it(after):
    for found in made(**after):
        if found.kind not in RATIOS:
            continue
        assert (found.estimate is None) == (found.interval is None)
        if found.estimate is None:
            rest = found.detection_band, found.tipping_point, found.multiverse, found.p_value
            assert rest == (None,) * 4
            assert not {"e_value", "e_value_interval"} & found.parts.keys()
            assert found.verdict in ("cannot be decided", None)


def test_without_a_certain_loss_gain_and_loss_are_told_and_their_ratio_is_not():
    found = next(f for f in made() if f.id == "deterrence_vs_displacement:b->c")
    gain, loss = (rate(abs(found.parts[part]), "en") for part in ("G", "L"))
    assert found.statement.en == (
        f"Against the control districts, recorded harm (Violence) fell both at “The underpass” by {gain} a day and at "
        f"“The market” by {loss}; the ratio cannot be stated, as it is not certain that “The market” lost anything. "
        "It cannot be decided; a longer series from the origin could decide it."
    )
    assert "kan ikke oppgis, for det er ikke sikkert at noe falt bort ved «Torget»" in found.statement.nb
    assert found.short.en.endswith(": the ratio cannot be stated.")
    quotient = next(f for f in made() if f.id == "displacement_wdq:b->c")
    assert "the quotient cannot be stated" in quotient.statement.en
    assert quotient.short.nb == "Forholdet kan ikke oppgis."


def test_choices_behind_a_ratio_without_figure_are_not_published():
    found = next(f for f in made() if f.kind == RATIOS[0] and f.headline)
    assert found.estimate is None
    named = {"finding": found.kind, "step": found.step, "series": found.series}
    row = dict.fromkeys(COLUMNS, 0.0) | named | {"estimate": 163.55}
    rows = pd.DataFrame([row, row | {"finding": "harm_total_change"}], columns=list(COLUMNS))
    table = gate_multiverse(rows, made(), SETTINGS)
    assert table["finding"].tolist() == ["harm_total_change"]


figures = st.floats(-3.0, 3.0).map(lambda value: round(value, 4))


@settings(max_examples=60, deadline=None)
@given(
    index=st.integers(0, 8),
    estimate=figures,
    half=st.one_of(st.none(), st.floats(0.0, 2.0)),
    places=st.tuples(figures, figures),
    verdict=st.sampled_from(["supported", "refuted", "no practical change", "cannot be decided"]),
)
def test_no_sentence_contradicts_its_figure(index, estimate, half, places, verdict):
    base, (gain, loss) = made(**MOVED)[index], places
    is_ratio = base.kind in RATIOS
    value = None if is_ratio and (half is None or loss == 0) else gain / loss if is_ratio else estimate
    interval = None if half is None or value is None else (value - half, value + half)
    said = replace(
        base,
        estimate=value,
        interval=interval,
        verdict=None if base.verdict is None else "cannot be decided" if value is None else verdict,
        parts=base.parts | {"G": gain, "L": loss},
    )
    _agrees(told(said, SETTINGS), gain, loss)


def _agrees(found: Finding, gain: float, loss: float) -> None:
    figure = (
        found.statement.en.split(" interval ", maxsplit=1)[0] + found.statement.nb.split("-intervall", maxsplit=1)[0]
    )
    for words, sign in zip(UP.get(found.kind, ((), ())), (1, -1), strict=True):
        if found.adjustment != "trend" and any(re.search(word, figure) for word in words):
            assert sign * (found.estimate or 0.0) > 0, found.statement
    is_undecided = "cannot be decided" in found.statement.en
    assert is_undecided == (found.verdict == "cannot be decided")
    if found.kind in RATIOS:
        is_null = found.estimate is None
        assert ("cannot be stated" in found.statement.en) == (is_null and _is_divided(found, loss))
        assert bool(re.search("kan (kvotienten )?ikke oppgis", found.statement.nb)) == (
            is_null and _is_divided(found, loss)
        )
    if found.kind == "deterrence_vs_displacement":
        _ratio_agrees(found, gain, loss)


def _is_divided(found: Finding, loss: float) -> bool:
    return found.kind == "deterrence_vs_displacement" or loss > 0


def _ratio_agrees(found: Finding, gain: float, loss: float) -> None:
    sentence = re.split(r"[;.] |, that", found.statement.en)[0]
    up, down = sentence.count("rose"), sentence.count("fell")
    signs = [direction(gain, decimals=2) >= 0, direction(loss, decimals=2) < 0]  # of receivers, of origin: up
    assert (up, down) == ((1, 0) if all(signs) else (0, 1) if not any(signs) else (1, 1)), found.statement.en
    said = re.findall(r"[−+]?\d+[.,]?\d*", found.statement.en.split(" interval", maxsplit=1)[0])
    rates = [rate(abs(gain), "en"), rate(abs(loss), "en")]
    told_as = rates if found.estimate is None else [*rates, number(found.estimate, "en", decimals=2)]
    assert said[: len(told_as)] == told_as
    if found.estimate is None:
        assert said == rates
        assert not re.search(r"\d", found.short.en + found.short.nb)
    assert np.isfinite(found.estimate or 0.0)
