"""Between two reviews a verdict stands while the figures go on."""

from dataclasses import replace
from datetime import date

import pytest

from layers.city import City
from layers.findings import findings
from layers.findings.reviewed import LEFT, cut, kept, read_at
from layers.frame.exposure import Exposure
from tests.made_city import END, city, level, made_exposure, made_units, noisy_counts


def first_step(**changes) -> City:
    """Return the city with the step that has days to compare at both dates."""
    settings = city(**changes)
    return settings.model_copy(update={"steps": settings.steps[:1]})


BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}
AFTER = {"d1_park": 0.6, "d2_market": 1.2, "d3_tunnel": 2.8}
REVIEW, NOW = date(2016, 1, 1), date(2016, 4, 1)


@pytest.fixture(scope="module")
def counted() -> Exposure:
    settings = city()
    return cut(made_exposure(noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)), NOW)


def test_verdicts_are_those_of_the_last_review_and_figures_those_of_today(counted):
    yearly = first_step(inference__review_dates=["01-01"], inference__detection_ratios=[0.8, 1.25])
    quarterly = first_step(inference__detection_ratios=[0.8, 1.25])
    made = made_units(yearly)
    today = findings(counted, made, yearly, data_until=NOW)
    then = findings(cut(counted, REVIEW), made, quarterly, data_until=REVIEW)
    at_once = findings(counted, made, quarterly, data_until=NOW)
    assert [f.estimate for f in today] == [f.estimate for f in at_once]
    assert [f.interval for f in today] == [f.interval for f in at_once]
    assert [f.verdict for f in today] == [f.verdict for f in then]
    assert all("review of 2016-01-01" in f.assumptions[-1].en for f in today)


def test_a_verdict_whose_side_the_figure_has_left_is_no_longer_said(counted):
    settings = first_step(inference__detection_ratios=[0.8, 1.25])
    every = findings(counted, made_units(settings), settings, data_until=NOW)
    moved = next(f for f in every if f.kind == "harm_moved_share" and f.verdict is not None)
    then = replace(moved, verdict="supported")
    assert kept(moved, then, settings, on=REVIEW).verdict == "supported"
    turned = kept(replace(moved, estimate=-moved.estimate), then, settings, on=REVIEW)
    assert turned.verdict == "cannot be decided"
    assert turned.would_decide is not None
    assert LEFT in turned.assumptions and LEFT not in kept(moved, then, settings, on=REVIEW).assumptions


def test_no_practical_change_is_no_longer_said_of_a_figure_outside_the_band(counted):
    settings = first_step()
    every = findings(counted, made_units(settings), settings, data_until=NOW)
    total = next(f for f in every if f.kind == "harm_total_change" and f.verdict is not None)
    band = settings.inference.no_practical_change["harm_total_change"]
    then = replace(total, estimate=0.0, verdict="no practical change", would_decide=None)
    assert kept(replace(total, estimate=0.9 * band), then, settings, on=REVIEW).verdict == "no practical change"
    for left in (-1.1 * band, 1.1 * band, None):
        now = kept(replace(total, estimate=left), then, settings, on=REVIEW)
        assert now.verdict == "cannot be decided"
        assert now.would_decide is not None


@pytest.mark.parametrize("then", [0.0, 1.0])
def test_whether_the_origin_fell_is_judged_at_reviews_alone(counted, then):
    settings = first_step(inference__detection_ratios=[0.8, 1.25])
    every = findings(counted, made_units(settings), settings, data_until=NOW)
    ratio = next(f for f in every if f.kind == "deterrence_vs_displacement")
    assert ratio.parts["origin_fell"] == 1.0
    earlier = replace(ratio, parts=ratio.parts | {"origin_fell": then})
    assert kept(ratio, earlier, settings, on=REVIEW).parts == ratio.parts | {"origin_fell": then}
    assert kept(ratio, replace(ratio, parts={}), settings, on=REVIEW).parts["origin_fell"] == 0.0
    assert not any("origin_fell" in f.parts for f in every if f.kind != ratio.kind)


def test_a_level_is_told_where_reviews_share_the_error():
    assert read_at(0.95, 0.95) == ()
    assert "95.6% intervals" in read_at(0.956, 0.95)[0].en
    assert "95,6\u00a0%-intervaller" in read_at(0.956, 0.95)[0].nb


def test_every_verdict_of_a_step_is_read_at_the_level_of_its_review(counted):
    """The crude change is looked at as often as the one against the controls, and pays for it alike."""
    settings = first_step()
    found = findings(counted, made_units(settings), settings, data_until=NOW)
    said = {(f.kind, f.adjustment): [w.en for w in f.assumptions if "several reviews share" in w.en] for f in found}
    assert len(said["harm_total_change", "crude"]) == 1
    assert set(map(tuple, said.values())) == {tuple(said["harm_total_change", "crude"])}
    assert END > NOW
