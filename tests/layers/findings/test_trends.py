"""Series against their own course: months, what is left out, verdicts of help by declared rules, words."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from layers.city import City
from layers.findings.estimate import Figure
from layers.findings.trends import course, judged, months_of_days, months_of_rows, trends
from tests.made_city import END, FIRST_DAY, city, level, made_exposure, noisy_counts

HOUSING = {"id": "housing", "name": {"nb": "Personer i bolig", "en": "People in housing"}, "kind": "housing"}
BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}


def helped(**changes) -> City:
    return city(help_series=[HOUSING], **changes)


def uptake(gain: float, *, seed: int = 1, level: float = 120.0, until: str = "2017-01") -> gpd.GeoDataFrame:
    """Registered uptake from 2009 on that rises by `gain` when the third period starts."""
    month = pd.period_range("2009-01", until, freq="M")[:-1]
    mean = level * np.where(month.start_time >= pd.Timestamp("2015-06-01"), 1.0 + gain, 1.0)
    people = np.random.default_rng(seed).poisson(mean).astype(float)
    table = pd.DataFrame({"series_id": "housing", "month": [m.start_time.date() for m in month], "people": people})
    return gpd.GeoDataFrame(table, geometry=[None] * len(table), crs="EPSG:25832")


def of_help(gain: float, settings: City | None = None, **more):
    settings = settings or helped()
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **BEFORE), seed=3)
    found = trends(made_exposure(counts), settings, uptake=uptake(gain, **more), data_until=END)
    return next(f for f in found if f.kind == "exit_into_help" and f.step == "a->c")


def test_months_are_whole_and_in_order():
    daily = np.ones(100)
    found = months_of_days(daily, date(2014, 1, 15), until=date(2014, 4, 20))
    assert str(found.first) == "2014-02"
    assert found.counts.tolist() == [28.0, 31.0]
    assert [str(day) for day in found.starts] == ["2014-02-01", "2014-03-01", "2014-04-01"]
    assert months_of_days(daily, date(2014, 1, 1), until=date(2014, 3, 1)).counts.tolist() == [31.0, 28.0]


def test_rows_become_months_and_what_lacks_is_not_known():
    table = uptake(0.0).drop(index=1)
    found = months_of_rows(table, "housing", until=date(2009, 4, 10))
    assert str(found.first) == "2009-01"
    assert np.isnan(found.counts).tolist() == [False, True, False]
    assert months_of_rows(table, "another", until=END).counts.size == 0
    assert months_of_rows(None, "housing", until=END).counts.size == 0


@pytest.mark.parametrize(
    ("gain", "verdict"),
    [(0.5, "supported"), (-0.4, "refuted"), (0.0, "no practical change"), (0.12, "cannot be decided")],
)
def test_help_is_judged_by_its_own_course(gain, verdict):
    found = of_help(gain, level=800.0)
    assert found.verdict == verdict
    low, high = found.interval
    assert low < gain < high
    assert (found.route, found.borne_by, found.headline) == ("help", "user", False)
    assert found.detection_band is None
    assert (found.would_decide is None) is (verdict != "cannot be decided")


def test_a_verdict_of_help_is_read_at_the_level_of_its_review():
    quarterly, yearly = of_help(0.5), of_help(0.5, helped(inference__review_dates=["01-01"]))
    assert any("several reviews share the chance to err" in words.en for words in quarterly.assumptions)
    assert not any("several reviews" in words.en for words in yearly.assumptions)
    assert quarterly.interval == yearly.interval
    assert quarterly.level == yearly.level == 0.95


def test_words_of_help_follow_the_figure_and_claim_nobody():
    more, less = of_help(0.5), of_help(-0.4)
    assert "“People in housing” came out" in more.statement.en
    assert "above expectation" in more.statement.en
    assert "Supported: more help taken up." in more.statement.en
    assert "below expectation" in less.statement.en
    assert "lavere enn ventet" in less.statement.nb
    assert "Refuted: more help taken up." in less.statement.en
    for found in (more, less):
        assert "does not show that those who were at “The park” took it up" in found.statement.en
        assert "moved" not in found.statement.en
        assert "detection" not in found.statement.en


def test_nothing_is_said_of_help_without_a_declared_series():
    found = trends(made_exposure(np.ones((11, 2922))), city(), uptake=uptake(0.5), data_until=END)
    assert {f.kind for f in found} == {"harm_total_change"}


def test_too_few_months_are_said():
    settings = helped(periods=city().model_dump(by_alias=True)["periods"])
    found = of_help(0.5, settings, until="2015-12")
    assert (found.estimate, found.verdict) == (None, "cannot be decided")
    assert "has too few months to be measured against its own course" in found.statement.en
    assert found.would_decide.en == "a longer monthly series on the help"


def test_the_citys_total_stands_beside_the_headline_without_a_verdict():
    settings = city()
    counts = noisy_counts(level(settings, **BEFORE), level(settings, d1_park=0.6), seed=3, drift_sd=0.02)
    found = trends(made_exposure(counts), settings, data_until=END)
    total = next(f for f in found if f.step == "a->c")
    assert (total.adjustment, total.verdict, total.headline) == ("trend", None, False)
    low, high = total.interval
    assert low < (8.6 / 13.2) - 1 < high < 0
    assert "below expectation" in total.statement.en
    assert total.parts["months_after"] == 19  # June 2015 to December 2016
    short = next(f for f in found if f.step == "b->c")
    assert short.estimate is None
    assert "the series is too short" in short.statement.en


def test_months_of_an_anticipation_and_between_the_periods_are_left_out():
    plain, early = city(), city()
    first = early.periods[1].model_copy(update={"anticipated_from": date(2014, 2, 10)})
    early = early.model_copy(update={"periods": (early.periods[0], first, early.periods[2])})
    daily = np.random.default_rng(2).poisson(10.0, 2922)
    months = months_of_days(daily, FIRST_DAY, until=END)
    fits = [course(months, made, made.steps[0]) for made in (plain, early)]
    before = [int((~fit.is_after).sum()) for fit in fits]
    assert before == [67, 61]  # until July 2014; until January 2014
    assert [int(fit.is_after.sum()) for fit in fits] == [19, 19]


def test_a_declared_break_gets_its_own_level():
    broken = city(breaks=[{"id": "code", "name": {"nb": "x", "en": "x"}, "start": "2012-01-01"}])
    daily = np.random.default_rng(2).poisson(np.where(np.arange(2922) < 1095, 10.0, 15.0))
    months = months_of_days(daily, FIRST_DAY, until=END)
    plain, held = (course(months, made, made.steps[0]) for made in (city(), broken))
    assert held.fit.design.shape[1] == plain.fit.design.shape[1] + 1
    assert abs(held.log_effect) < 0.1 < abs(plain.log_effect)


def test_rules_of_help_in_order():
    settings = helped()  # band 0.1, claim: increase
    assert judged(Figure(None), settings) == "cannot be decided"
    assert judged(Figure(0.05, (-0.12, 0.2), (-0.05, 0.09)), settings) == "no practical change"
    assert judged(Figure(0.3, (0.11, 0.5), (0.15, 0.45)), settings) == "supported"
    assert judged(Figure(0.3, (0.09, 0.5), (0.15, 0.45)), settings) == "cannot be decided"
    assert judged(Figure(-0.3, (-0.5, -0.11), (-0.45, -0.15)), settings) == "refuted"
