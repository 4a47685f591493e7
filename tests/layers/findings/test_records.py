"""Negative controls and two routes: made changes come out; a control that changed holds verdicts back."""

from dataclasses import replace

import numpy as np
import pytest

from geo.recording import contrast
from layers.city import City, RouteContrast
from layers.disclosure.gate import gate_findings
from layers.findings import findings
from layers.findings.readings import readings
from layers.findings.records import qualified
from layers.findings.texts_records import RECORDING_CHANGED
from layers.frame.exposure import Exposure
from tests.layers.findings.test_findings import AFTER, BEFORE
from tests.made_city import END, FIRST_DAY, city, level, made_units, noisy_counts

MANY = {"d1_park": 8.0, "d2_market": 8.0, "d3_tunnel": 8.0}
TWICE = {"d1_park": 8.0, "d2_market": 20.0, "d3_tunnel": 20.0}
BANDS = {"negative_control": 0.25, "route_contrast": 0.25}
SIDES = dict.fromkeys(BANDS, "increase")


def made(**inference) -> City:
    """Return the made city with a second series by the same route and a third by the ambulance."""
    plain = city(inference__detection_ratios=[0.8, 1.25])
    first = plain.harm.series[0]
    others = {"theft": "reactive", "rides": "health"}
    more = [first.model_copy(update={"id": name, "recorded_by": route}) for name, route in others.items()]
    settings = plain.inference.model_copy(
        update={
            "no_practical_change": plain.inference.no_practical_change | BANDS,
            "claim": plain.inference.claim | SIDES,
            **inference,
        }
    )
    harm = plain.harm.model_copy(update={"series": (first, *more)})
    return plain.model_copy(update={"harm": harm, "inference": settings})


def pair(series: str, beside: str) -> RouteContrast:
    return RouteContrast(series=series, beside=beside)


def found_in(settings: City, theft: dict, rides: dict):
    moves = {"violence": (BEFORE, AFTER), "theft": (MANY, theft), "rides": (MANY, rides)}
    counts = {
        name: noisy_counts(level(settings, **before), level(settings, **after), seed=3 + number)
        for number, (name, (before, after)) in enumerate(moves.items())
    }
    return findings(Exposure(FIRST_DAY, counts), made_units(settings), settings, data_until=END)


def of(found, kind, series="violence", step="a->c"):
    return next(f for f in found if (f.kind, f.series, f.step) == (kind, series, step) and f.adjustment != "crude")


def test_nothing_is_said_where_nothing_is_declared():
    found = found_in(made(), TWICE, MANY)
    assert not {f.kind for f in found} & set(BANDS)
    assert not any("negative control" in words.en for f in found for words in f.assumptions)


def test_a_control_without_change_is_named_and_leaves_the_verdict():
    plain = found_in(made(), MANY, MANY)
    settings = made(negative_controls=("theft",))
    found = found_in(settings, MANY, MANY)
    control = of(found, "negative_control", "theft")
    assert control.verdict == "no practical change"
    assert control.interval[0] < 0 < control.interval[1]
    assert of(found, "harm_moved_share").verdict == of(plain, "harm_moved_share").verdict == "supported"
    said = "The negative control “Violence” shows no practical change at the receivers."
    assert of(found, "harm_moved_share").assumptions[-1].en == said
    # another route is not tested by it
    assert of(found, "harm_moved_share", "rides").assumptions == of(plain, "harm_moved_share", "rides").assumptions
    read = {(r.kind, r.series, r.step): r for r in readings(found, settings)}
    assert read["withdrawn recording", "violence", "a->c"].evidence[0] == control.short
    assert control.short not in read["withdrawn recording", "rides", "a->c"].evidence


def test_a_control_that_changed_holds_back_what_was_supported():
    found = found_in(made(negative_controls=("theft",)), TWICE, MANY)
    control = of(found, "negative_control", "theft")
    assert control.verdict == "supported"
    assert control.estimate == pytest.approx(1.5, abs=0.35)
    assert "decides nothing here" in control.statement.en
    held = of(found, "harm_moved_share")
    assert held.verdict == "cannot be decided"
    assert "moved" not in held.statement.en
    assert "a record of the same that did not change at the places" in held.statement.en


def test_exact_values_without_noise():
    """Receivers from 16 to 40, controls unchanged: + 150 %. The contrast of 2.5 and 1.0 is 2.5 - 1."""
    settings = made(negative_controls=("theft",), route_contrasts=(pair("theft", "rides"),))
    days = (END - FIRST_DAY).days
    edge = int(np.argmax(np.arange(days) >= (settings.periods[1].start - FIRST_DAY).days))
    counts = {}
    for name, after in (("violence", BEFORE), ("theft", TWICE), ("rides", MANY)):
        before = BEFORE if name == "violence" else MANY
        counts[name] = np.repeat(level(settings, **before)[:, None], days, axis=1)
        counts[name][:, edge:] = level(settings, **after)[:, None]
    found = findings(Exposure(FIRST_DAY, counts), made_units(settings), settings, data_until=END)
    assert of(found, "negative_control", "theft").estimate == pytest.approx(1.5)
    assert of(found, "negative_control", "theft").parts["origin_change"] == pytest.approx(0.0)
    both = of(found, "route_contrast", "theft")
    assert both.estimate == pytest.approx(1.5)
    names = ("receivers_before", "receivers_after", "beside_before", "beside_after")
    assert [both.parts[name] for name in names] == pytest.approx([16.0, 40.0, 16.0, 16.0])


def test_two_routes_tell_that_they_differ_and_not_which_changed():
    settings = made(route_contrasts=(pair("theft", "rides"),))
    apart = of(found_in(settings, TWICE, MANY), "route_contrast", "theft")
    assert apart.verdict == "supported"
    assert "Which of the two changed, or whether both changed alike, two records cannot tell" in apart.statement.en
    assert of(found_in(settings, TWICE, TWICE), "route_contrast", "theft").verdict == "no practical change"


def test_errors_of_two_routes_add_up_as_squares():
    found = contrast(np.log([4.0, 2.0]), np.array([0.3, 0.4]))
    assert found.ratio == pytest.approx(2.0)
    assert np.log(found.interval) == pytest.approx([np.log(2.0) - 0.5, np.log(2.0) + 0.5])


def with_control(verdict: str, *, least: int, kind: str = "supported") -> tuple:
    """Return a finding and the control of its route after the gate's least count at the receivers was `least`."""
    settings = made(negative_controls=("theft",))
    found = found_in(settings, MANY, MANY)
    control = of(found, "negative_control", "theft")
    bare = replace(of(found, "harm_moved_share"), assumptions=(), verdict=kind)
    counts = control.parts | {"smallest_receivers_before": float(least)}
    return qualified([bare, replace(control, verdict=verdict, parts=counts)], settings)


def test_a_control_that_changed_holds_no_practical_change_back_too():
    for said in ("supported", "refuted", "no practical change"):
        held = with_control("supported", least=5, kind=said)[0]
        assert held.verdict == "cannot be decided"
        assert held.would_decide == RECORDING_CHANGED
    unchanged = with_control("no practical change", least=5, kind="no practical change")[0]
    assert unchanged.verdict == "no practical change"


@pytest.mark.parametrize("verdict", ["supported", "refuted", "no practical change", "cannot be decided"])
def test_a_control_with_a_small_count_says_the_same_whatever_it_showed(verdict):
    held, control = with_control(verdict, least=4)
    assert held.verdict == "supported"
    assert [words.en for words in held.assumptions] == [
        "The negative control “Violence” is withheld, as a small count stands behind it at the receivers: it neither "
        "shows nor excludes anything."
    ]
    assert gate_findings([control], made())[0].estimate is None
