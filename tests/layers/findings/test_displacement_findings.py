"""Weighted differences and quotients as findings: exact values, refusals, words that follow figures."""

import re

import numpy as np
import pytest

from layers.disclosure.release import Finding
from layers.findings import findings
from layers.findings.breaks import breaks_said
from tests.made_city import CHANGE, END, WORDS, city, days, level, made_exposure, made_units, noisy_counts

BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}
MOVED = {"d1_park": 0.6, "d2_market": 1.2, "d3_tunnel": 2.8}
HALVED = {**BEFORE, "d1_park": 2.0}
SPREAD = {"d1_park": 1.0, "d2_market": 0.4, "d3_tunnel": 0.2}
RISEN = {"d1_park": 6.0, "d2_market": 0.8, "d3_tunnel": 0.4}
SAYS_MOVED = re.compile(r"\bmoved\b|flytte[rt]?\b", re.IGNORECASE)
SETTINGS = city(inference__detection_ratios=[0.95, 1.05])


def exact(after: dict) -> dict[tuple[str, str], Finding]:
    """Findings of the first step without noise."""
    old, new = level(SETTINGS, **BEFORE), level(SETTINGS, **after)
    is_after = np.asarray(days() >= np.datetime64(CHANGE))
    counts = np.where(is_after[None, :], new[:, None], old[:, None])
    return keyed(findings(made_exposure(counts), made_units(SETTINGS), SETTINGS, data_until=END))


def noisy(after: dict, settings=SETTINGS, seed: int = 3) -> dict[tuple[str, str], Finding]:
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **after), seed=seed, drift_sd=0.02)
    return keyed(findings(made_exposure(counts), made_units(settings), settings, data_until=END))


def keyed(found: tuple[Finding, ...]) -> dict[tuple[str, str], Finding]:
    return {(f.kind, f.adjustment): f for f in found if f.step == "a->c"}


def test_exact_values_without_noise():
    found = exact(MOVED)
    # five control districts with 1 a day; origin and receivers had 4 + 0.8 + 0.4, then 0.6 + 1.2 + 2.8
    absolute = found["displacement_wdd", "absolute"]
    assert absolute.estimate == pytest.approx(4.6 - 5.2)
    assert absolute.parts["local"] == pytest.approx(0.6 - 4.0)
    assert absolute.parts["displaced"] == pytest.approx(4.0 - 1.2)
    assert found["displacement_wdd", "log ratio"].estimate == pytest.approx(4.6 / 5.2 - 1)
    quotient = found["displacement_wdq", "as published"]
    assert quotient.estimate == pytest.approx(-2.8 / 3.4)
    assert quotient.estimate == pytest.approx(-found["deterrence_vs_displacement", "control"].estimate)


def test_a_quotient_of_a_failed_response_is_refused_and_says_so():
    found = exact(RISEN)["displacement_wdq", "as published"]
    assert (found.estimate, found.interval, found.verdict) == (None, None, None)
    assert (
        "the quotient is undefined: no loss at the origin is shown for certain against the control districts"
        in found.statement.en
    )
    assert "er kvotienten ikke definert" in found.statement.nb
    assert found.short.en == "The figure is not defined here."


@pytest.mark.parametrize(("factor", "is_given"), [(1.0, True), (0.3, False), (3.0, False)])
def test_an_absolute_difference_needs_controls_of_like_size(factor, is_given):
    before = {name: factor * rate for name, rate in BEFORE.items()}
    counts = noisy_counts(level(SETTINGS, **before), level(SETTINGS, **before), seed=5, drift_sd=0.0)
    found = keyed(findings(made_exposure(counts), made_units(SETTINGS), SETTINGS, data_until=END))
    absolute, ratio = (found["displacement_wdd", a] for a in ("absolute", "log ratio"))
    assert (absolute.estimate is not None) is is_given
    assert ratio.estimate is not None
    assert ("no difference in numbers is given" in absolute.statement.en) is not is_given


def test_verdicts_of_the_ratio_form():
    assert noisy(SPREAD)["displacement_wdd", "log ratio"].verdict == "supported"
    assert noisy({"d1_park": 6.0, "d2_market": 3.0, "d3_tunnel": 2.0})["displacement_wdd", "log ratio"].verdict == (
        "refuted"
    )
    police = SETTINGS.harm.series[0].model_copy(update={"recorded_by": "police_initiated"})
    settings = SETTINGS.model_copy(update={"harm": SETTINGS.harm.model_copy(update={"series": (police,)})})
    assert noisy(SPREAD, settings)["displacement_wdd", "log ratio"].verdict == "cannot be decided"


@pytest.mark.parametrize("after", [MOVED, HALVED, SPREAD, RISEN, BEFORE])
def test_words_follow_the_figure_and_never_say_moved(after):
    for key, found in noisy(after).items():
        if found.kind not in ("displacement_wdd", "displacement_wdq"):
            continue
        text = found.statement.en + found.statement.nb + found.short.en + found.short.nb
        assert not SAYS_MOVED.search(text), key
        assert "{" not in text
        if found.estimate is None:
            continue
        said = found.statement.en.split("interval", maxsplit=1)[0]
        if "above expectation" in said or "too had less" in said:
            assert found.estimate > 0, said
        if "below expectation" in said or "receivers had more" in said:
            assert found.estimate < 0, said
        if found.verdict is None:
            assert found.statement.en.endswith("is not judged by itself.")
            assert found.statement.nb.endswith("vurderes ikke for seg.")


def test_the_interval_holds_the_truth_and_week_blocks_are_wider_than_poisson():
    found = noisy(MOVED)
    low, high = found["displacement_wdd", "absolute"].interval
    assert low < 4.6 - 5.2 < high
    poisson = 1.96 * np.sqrt((5.2 + 4.6 + 5.0 + 5.0) / 365.0)
    assert (high - low) / 2 > poisson


def test_breaks_between_the_days_compared_are_said():
    code = {"id": "code", "name": {"nb": "Ny straffelov", "en": "New penal code"}, "start": "2015-10-01"}
    broken = city(breaks=[code, {"id": "old", "name": WORDS, "start": "2010-10-01"}])
    (said,) = breaks_said(broken, broken.steps[0])
    assert said.en == (
        "Between the days compared lies New penal code (2015-10-01); it changed records alike in the control districts."
    )
    assert "Ny straffelov (1.10.2015)" in said.nb
    assert said in noisy(MOVED, broken)["harm_moved_share", "control"].assumptions
    assert breaks_said(SETTINGS, SETTINGS.steps[0]) == ()
