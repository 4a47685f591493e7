"""Places beside untouched districts and patterns beside patterns: hand-made panels, refusals, words after figures."""

import numpy as np
import pytest

from geo.functionals import CONTROL, ORIGIN, RECEIVERS
from layers.description.about import About
from layers.description.against_others import Beside, of_origin, together
from layers.description.others import pattern_finding, place_finding
from tests.made_city import city

WEEKS = 30
SPAN = (slice(0, 7 * WEEKS), slice(7 * WEEKS, 14 * WEEKS))
ROLE = np.array([ORIGIN, RECEIVERS, *[CONTROL] * 13])
DISTRICT = np.array([0, 1, 2, 2, *range(3, 14)])  # two untouched units are of one district


def panel(*, origin: float, receivers: float, own: float = 2.0, seed: int = 0) -> np.ndarray:
    """Counts by day: untouched units of rate 2 a day, the places with changes by these factors."""
    rng = np.random.default_rng(seed)
    rate = np.full((len(ROLE), 14 * WEEKS), 2.0)
    rate[:2] = own / 2.0
    rate[0, SPAN[1]] *= origin
    rate[1, SPAN[1]] *= receivers
    rate[2:4] /= 2.0
    return rng.poisson(rate).astype(float)


def about(**settings) -> About:
    made = city(**settings)
    return About(made, made.steps[0], made.harm.series[0], on_streets=True)


def test_the_difference_is_the_ratio_of_ratios():
    counts = panel(origin=0.2, receivers=1.0)
    found = together(counts, ROLE, DISTRICT, SPAN)
    before, after = (counts[:, days].sum(axis=1) for days in SPAN)
    want = (after[:2].sum() / before[:2].sum()) / (after[2:].sum() / before[2:].sum()) - 1.0
    assert found.value == pytest.approx(want)
    assert found.parts["origin_change"] < -0.7
    assert abs(found.parts["receivers_change"]) < 0.3
    assert found.parts["districts"] == 12  # units of one district count as one place
    assert found.p_value == found.parts["least_p"] == pytest.approx(1 / 13)


def test_nothing_happened_is_nothing_special():
    told = [together(panel(origin=1.0, receivers=1.0, seed=k), ROLE, DISTRICT, SPAN).p_value for k in range(40)]
    assert 0.3 < np.mean(told) < 0.7
    assert np.mean(np.array(told) < 0.1) <= 0.2


def test_the_origin_is_set_beside_a_mixture_that_was_like_it():
    counts = panel(origin=0.2, receivers=1.0, own=4.0)
    found = of_origin(counts, ROLE, DISTRICT, SPAN)
    assert found.value == pytest.approx(-0.8, abs=0.08)
    assert found.parts["expected"] == pytest.approx(2.0, abs=0.2)
    assert found.parts["after"] == pytest.approx(counts[0, SPAN[1]].mean())
    assert (found.p_value, found.parts["districts"]) == (found.parts["least_p"], 12)
    assert 1 <= found.parts["mixed"] <= 12


def test_no_more_districts_are_mixed_than_half_the_weeks_before():
    short = (slice(7 * 10, 7 * WEEKS), SPAN[1])
    assert of_origin(panel(origin=0.5, receivers=1.0, own=4.0), ROLE, DISTRICT, short).parts["districts"] == 10


@pytest.mark.parametrize(
    ("found", "refused"),
    [
        (together(panel(origin=1.0, receivers=1.0, own=40.0), ROLE, DISTRICT, SPAN), "districts"),
        (of_origin(panel(origin=1.0, receivers=1.0, own=40.0), ROLE, DISTRICT, SPAN), "districts"),
        (of_origin(panel(origin=1.0, receivers=1.0), ROLE, DISTRICT, (slice(100, 210), SPAN[1])), "weeks"),
        (together(panel(origin=0.0, receivers=0.0), ROLE, DISTRICT, SPAN), "count"),
        (of_origin(panel(origin=0.0, receivers=1.0), ROLE, DISTRICT, SPAN), "count"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_reason(found, refused):
    assert (found.value, found.p_value, found.refused) == (None, None, refused)
    for adjustment in ("two-way", "synthetic"):
        finding = place_finding(about(), adjustment, found)
        assert (finding.estimate, finding.p_value, finding.verdict) == (None, None, None)
        said = {"districts": "too few (9 are needed)", "weeks": "too few (18 are needed)", "count": "no incidents"}
        assert said[refused] in finding.statement.en


@pytest.mark.parametrize("adjustment", ["two-way", "synthetic"])
@pytest.mark.parametrize(("value", "word"), [(-0.25, "lower"), (0.0004, "came out as"), (0.25, "higher")])
def test_words_follow_the_figure_and_p_is_told_with_its_least(adjustment, value, word):
    parts = {"districts": 19.0, "least_p": 0.05, "after": 1.5, "expected": 2.0}
    finding = place_finding(about(), adjustment, Beside(value, 0.35, parts))
    assert word in finding.statement.en
    assert "19 untouched districts of like size" in finding.statement.en
    assert "p = 0.35; it could not have been below 0.05" in finding.statement.en
    assert "p = 0,35; mindre enn 0,05" in finding.statement.nb
    assert (finding.p_value, finding.interval, finding.verdict) == (0.35, None, None)
    for other in {"lower", "higher"} - {word}:
        assert other not in finding.statement.en
    assert "moved" not in finding.statement.en


def test_a_perfect_mixture_tells_nothing_of_chance():
    finding = place_finding(about(), "synthetic", Beside(0.1, float("nan"), {"districts": 9.0, "least_p": 0.1}))
    assert finding.p_value is None
    assert "what chance does is not known" in finding.statement.en
    assert "p =" not in finding.statement.en


def test_patterns_are_set_beside_those_of_quiet_years():
    area = np.arange(len(ROLE))
    same = panel(origin=1.0, receivers=1.0)
    same[:, SPAN[1]] = same[:, SPAN[0]]
    alike = pattern_finding(about(), same, area, (SPAN, SPAN))
    assert (alike.estimate, alike.parts["placebo_pairs"], alike.parts["placebo_low"]) == (1.0, 1.0, 1.0)
    assert "100.0% of the districts" in alike.statement.en
    apart = pattern_finding(about(), panel(origin=0.05, receivers=4.0), area, (SPAN,))
    assert apart.estimate < 1.0
    assert "no year pairs without an event" in apart.statement.en
    none = pattern_finding(about(), np.zeros_like(same), area, (SPAN,))
    assert (none.estimate, "window has no incidents" in none.statement.en) == (None, True)
