"""Descriptive findings, flows, measures and curves of a made city: exact values, identities, words after figures."""

import math
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.functionals import ORIGIN, RECEIVERS
from layers.city import City
from layers.description import Described, describe, true_figures
from layers.description.about import About
from layers.description.findings import least_effort_findings
from layers.description.sentences import wording
from layers.findings import findings
from layers.frame.denominators import denominators
from layers.inequality import gate_curves
from layers.movement.plans import least_effort, price_of
from layers.movement.table import gate_flows
from layers.movement.ways import ways
from tests.made_city import END, FIRST_DAY, city, level, made_exposure, made_units, noisy_counts, tables

BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}
AFTER = {"d1_park": 0.6, "d2_market": 1.2, "d3_tunnel": 2.8}
GOING = re.compile(r"\bmoved\b|\bwent to\b|flytte[rt]?\b|dro til", re.IGNORECASE)
OPEN = [
    {"kind": "file", "id": "r", "table": "incidents", "path": "r.csv", "licence": "x", "attribution": "x", "open": True}
]

PUBLISHED = {"sources": OPEN, "disclosure": {"open_counts_as_published": True}}


def points(n: int = 40) -> gpd.GeoDataFrame:
    """Incidents every fourth day in d1 at first, in d3 from 2015 on."""
    days = pd.date_range(FIRST_DAY, END, freq="4D", tz="UTC", inclusive="left") + pd.Timedelta(hours=12)
    x = np.where(days < pd.Timestamp("2015-01-01", tz="UTC"), 500.0, 2500.0) + np.arange(len(days)) % 7
    made = {"occurred_from": days, "harm_class": "violence", "borne_by": "resident", "recorded_by": "reactive"}
    return gpd.GeoDataFrame(made, geometry=gpd.points_from_xy(x, np.full(len(days), 500.0)), crs="EPSG:25832")


def described(settings: City, after: dict = AFTER, *, daytime: list[float] | None = None) -> Described:
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **after), seed=3)
    districts = tables().districts if daytime is None else tables().districts.assign(daytime=daytime)
    given = replace(tables(), incidents=points(), districts=districts)
    units = made_units(settings)
    return describe(given, units, made_exposure(counts), settings, unit_index=np.zeros(len(given.incidents), dtype=int))


@pytest.fixture(scope="module")
def found() -> Described:
    return described(city())


@pytest.fixture(scope="module")
def exact() -> Described:
    return described(city(**PUBLISHED))


def of_kind(found: Described, kind: str, step: str = "a->c") -> object:
    return next(f for f in found.findings if f.kind == kind and f.step == step)


def test_every_step_is_described_by_seven_kinds_without_verdict_or_headline(found):
    kinds = [f.kind for f in found.findings if f.step == "a->c"]
    assert kinds == [
        "harm_moved_mean_distance_m", "total_variation", "burden_transfer", "centre_shift_m", "pattern_similarity",
        "change_at_places", "change_at_places", "concentration_index_change",
    ]  # fmt: skip
    assert [f.id for f in found.findings[:2]] == kinds[:2]
    assert all(f.id == f"{f.kind}:{f.step}" for f in found.findings if f.step == "b->c")
    assert {(f.verdict, f.headline, f.would_decide) for f in found.findings} == {(None, False, None)}
    assert {f.interval is None for f in found.findings if f.kind != "concentration_index_change"} == {True}


def test_the_index_changes_by_minus_twice_the_shift_with_the_same_certainty(exact):
    settings = city()
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)
    shift = next(
        f for f in findings(made_exposure(counts), made_units(settings), settings, data_until=END)
        if f.kind == "deprivation_of_harm_shift" and f.step == "a->c"
    )  # fmt: skip
    change = of_kind(exact, "concentration_index_change")
    assert change.estimate == pytest.approx(-2 * shift.estimate / 100)
    assert change.interval == pytest.approx([-2 * end / 100 for end in shift.interval[::-1]])
    assert of_kind(exact, "burden_transfer").parts["rank_shift"] == pytest.approx(shift.estimate)


def test_exact_least_effort_of_two_places():
    settings = city()
    units = made_units(settings)
    way = ways(units, tables(), settings)
    rank = units.pieces["rank"].to_numpy()
    rates = np.zeros((2, len(rank)))
    names = list(units.pieces["unit_id"])
    park, tunnel = names.index("d1/park"), names.index("d3/tunnel")
    rates[:, park], rates[:, tunnel] = [4.0, 1.0], [0.0, 3.0]
    least = least_effort(rates, rank, way.distance_m)
    assert least.elsewhere == pytest.approx(0.75)
    assert least.mean_m == pytest.approx(2000.0, rel=1e-3)
    assert least.to_more == pytest.approx((0.75, 0.75))
    assert least.to_less == (0.0, 0.0)
    assert least.shift == pytest.approx(75 * (rank[tunnel] - rank[park]))
    role = np.zeros(len(rank), dtype=int) + 3
    role[park], role[tunnel] = ORIGIN, RECEIVERS
    assert price_of(role, way.distance_m) == 1100.0
    assert least_effort(np.zeros_like(rates), rank, way.distance_m) is None


def test_the_middle_is_that_of_the_incidents(found):
    shift = of_kind(found, "centre_shift_m", "b->c")
    assert shift.parts["bearing_deg"] == pytest.approx(90.0, abs=1.0)
    assert "farther east" in shift.statement.en
    assert "lenger øst" in shift.statement.nb
    assert of_kind(found, "centre_shift_m").parts["placebo_high"] < 5.0


def digits(said: str) -> list[float]:
    return [float(x.replace(",", "")) for x in re.findall(r"[\d,]*\d(?:\.\d+)?", said)]


@pytest.mark.parametrize(("of_few", "unit_m"), [(False, 10.0), (True, 100.0)])
def test_the_middle_of_closed_data_is_told_in_whole_steps_and_without_axes(of_few, unit_m):
    """One incident more or less cannot be placed by the middles of one night and the next."""
    fewest = 40 if of_few else 5  # some 80 to 120 incidents lie in each window
    found = described(city(disclosure={"min_count": fewest}))
    shift = of_kind(found, "centre_shift_m", "b->c")
    parts = dict(shift.parts)
    assert parts.pop("rounded_to") == unit_m
    assert not any(name.startswith(("major_m", "minor_m", "azimuth")) for name in parts)
    del parts["placebo_pairs"], parts["bearing_deg"]
    assert {shift.estimate % unit_m, *(value % unit_m for value in parts.values())} == {0.0}
    assert {value % unit_m for value in digits(shift.statement.en) if value >= 10} == {0.0}
    assert shift.parts["bearing_deg"] == np.degrees(np.arctan2(parts["east_m"], parts["north_m"])) % 360


def test_the_middle_of_open_data_is_exact(exact):
    shift = of_kind(exact, "centre_shift_m", "b->c")
    assert shift.estimate == pytest.approx(np.hypot(shift.parts["east_m"], shift.parts["north_m"]))
    assert shift.estimate % 1.0
    assert {"major_m_before", "azimuth_after"} <= shift.parts.keys()
    assert "rounded_to" not in shift.parts


def test_a_middle_that_stays_is_said_to_stay(found):
    shift = of_kind(found, "centre_shift_m", "b->c")
    assert wording(replace(shift, estimate=0.0)) == "level"


def test_the_index_of_closed_data_is_told_in_steps_of_what_the_least_count_weighs(found, exact):
    told, known = (of_kind(one, "concentration_index_change") for one in (found, exact))
    unit = told.parts["rounded_to"]
    assert unit in (0.004, 0.01, 0.02)
    figures = (told.estimate, *told.interval, told.parts["before"], told.parts["after_low"])
    whole = (known.estimate, *known.interval, known.parts["before"], known.parts["after_low"])
    estimate, low, high, *parts = (x / unit for x in whole)
    expected = [round(estimate), math.floor(low), math.ceil(high), *(round(x) for x in parts)]
    assert figures == pytest.approx([x * unit for x in expected])  # the interval holds all that it held
    assert f"{abs(told.estimate):.3f} towards" in told.statement.en


def test_placebo_years_stand_beside(found):
    spread = of_kind(found, "total_variation")
    assert spread.parts["placebo_pairs"] >= 3
    assert spread.parts["placebo_low"] <= spread.parts["placebo_median"] <= spread.parts["placebo_high"]
    assert spread.parts["placebo_high"] < spread.estimate
    assert "year pairs without an event" in spread.statement.en


@pytest.mark.parametrize("side", ["more", "less"])
def test_words_follow_the_signs(found, side):
    told = found if side == "more" else described(city(), {"d1_park": 4.0, "d8": 9.0})
    for finding in told.findings:
        if finding.kind == "burden_transfer" and finding.step == "a->c":
            assert (finding.estimate > 0) == (side == "more")
            assert f"ends in {side} deprived districts" in finding.statement.en
        if finding.kind == "concentration_index_change" and finding.step == "a->c":
            assert (finding.estimate < 0) == (side == "more")
            who = {"more": "less", "less": "more"}[side]
            assert f"towards those who have {who}" in finding.statement.en


def test_nobody_is_said_to_have_gone_anywhere(found):
    police = city()
    series = (police.harm.series[0].model_copy(update={"recorded_by": "police_initiated"}),)
    police = police.model_copy(update={"harm": police.harm.model_copy(update={"series": series})})
    counts = noisy_counts(level(police, **BEFORE), level(police, **AFTER), seed=3)
    given = replace(tables(), incidents=points())
    said = describe(
        given, made_units(police), made_exposure(counts), police, unit_index=np.zeros(len(points()), dtype=int)
    )
    for finding in (*found.findings, *said.findings):
        assert not GOING.search(finding.statement.en + finding.statement.nb), finding.id
        if finding.kind in ("harm_moved_mean_distance_m", "burden_transfer"):
            assert "not observed movement" in finding.statement.en
            assert "ikke observert bevegelse" in finding.statement.nb
    for finding in said.findings:
        if finding.estimate is not None:
            assert "harm" not in finding.statement.en
            assert "skade" not in finding.statement.nb


def test_nothing_to_compare_is_said_and_equal_plans_that_disagree_are_open():
    settings = city()
    about = About(settings, settings.steps[0], settings.harm.series[0], on_streets=True)
    none = least_effort_findings(about, None, [None], opened=None, price_m=250.0, left_out=0.0)
    assert all(f.estimate is None and "cannot be computed" in f.statement.en for f in none)
    parts = {"net_low": -3.0, "net_high": 4.0}
    assert wording(replace(none[2], estimate=0.5, parts=parts)) == "open"


def test_other_people_give_another_index():
    settings = city(deprivation__denominators={"ambient": "daytime"})
    daytime = [9000.0, 1000, 1000, 1000, 1000, 1000, 1000, 1000]
    found = described(settings, daytime=daytime)
    by = {f.adjustment: f for f in found.findings if f.kind == "concentration_index_change" and f.step == "a->c"}
    assert list(by) == ["resident", "ambient"]
    assert by["resident"].estimate != pytest.approx(by["ambient"].estimate)
    assert "people there in the daytime" in by["ambient"].statement.en
    assert "another scale" in by["resident"].statement.en
    assert "another scale" not in by["ambient"].statement.en
    units = made_units(settings)
    resident, ambient = denominators(units, tables().districts.assign(daytime=daytime), settings)
    assert resident.unit_rank == pytest.approx(units.pieces["rank"].to_numpy())
    assert ambient.rank[0] == pytest.approx(1 - (6 + 4.5) / 16)  # six districts of 1,000 are more deprived than d1


def test_measures_stand_before_after_and_changed_inside_their_intervals(found):
    table = found.measures[found.measures["step"] == "a->c"]
    assert len(table) == 12
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()
    wide = table.pivot_table(index="measure", columns="when", values="estimate")
    for measure in ("concentration_index", "slope_index", "most_deprived_fifth"):
        assert wide.loc[measure, "change"] == pytest.approx(wide.loc[measure, "after"] - wide.loc[measure, "before"])
    ratio = wide.loc["relative_index"]
    assert ratio["change"] == pytest.approx(ratio["after"] / ratio["before"])


def test_curves_hold_their_index(exact):
    before = exact.curves[(exact.curves["step"] == "a->c") & (exact.curves["window"] == "before")]
    x, y = before["people_share"].to_numpy(), before["harm_share"].to_numpy()
    index = of_kind(exact, "concentration_index_change").parts["before"]
    assert 1 - ((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum() == pytest.approx(index)


def test_a_coarse_curve_tells_no_count_of_a_district(found):
    shown = gate_curves(found.curves, city())
    assert list(shown) == ["step", "series", "denominator", "window", "people_share", "harm_share"]
    one = shown[(shown["step"] == "a->c") & (shown["window"] == "before")]
    assert len(one) == 21
    total = found.curves["incidents"].iloc[0]
    unit = max(0.01, 5 / total)
    steps = one["harm_share"].to_numpy()[1:-1] / unit
    assert steps == pytest.approx(np.round(steps), abs=1e-3)
    assert len(gate_curves(found.curves, city(sources=OPEN, disclosure={"open_counts_as_published": True}))) == len(
        found.curves
    )


def test_flows_add_up_to_what_lies_elsewhere_and_name_places_only(found):
    kept = found.flows[(found.flows["step"] == "a->c") & (found.flows["reading"] == "kept")]
    names = {*made_units(city()).districts["district_id"], "park", "market", "tunnel"}
    assert set(kept["from_place"]) | set(kept["to_place"]) <= names
    # what stays inside a district, between its scene and the rest, is a flow of its own: scenes are places
    assert kept["share"].sum() == pytest.approx(of_kind(found, "harm_moved_mean_distance_m").parts["elsewhere"])
    ends = found.flows[(found.flows["step"] == "a->c") & (found.flows["to_place"] == "")]
    parts = of_kind(found, "harm_moved_mean_distance_m").parts
    assert ends["incidents_per_day"].sum() == pytest.approx(parts["ended_per_day"])
    assert ends.geometry.isna().all()


def test_flows_of_places_with_small_counts_are_not_shown(found):
    shown = gate_flows(found.flows, city())
    assert not {"incidents", "least_count"} & set(shown)
    assert len(shown) < len(found.flows)
    marked = found.flows.assign(least_count=np.where(found.flows["from_place"] == "park", 3.0, 99.0))
    assert "park" not in set(gate_flows(marked, city())["from_place"])
    assert "park" in set(
        gate_flows(marked, city(sources=OPEN, disclosure={"open_counts_as_published": True}))["from_place"]
    )
    digits = shown["incidents_per_day"].map(lambda v: float(f"{v:.2g}"))
    assert (shown["incidents_per_day"] == digits).all()


def test_the_truth_is_the_same_figures_of_what_is_expected():
    settings = city(**PUBLISHED)
    units, edge = made_units(settings), 2062  # days before the change
    counts = np.repeat(level(settings, **BEFORE)[:, None], (END - FIRST_DAY).days, axis=1)
    counts[:, edge:] = level(settings, **AFTER)[:, None]
    given = replace(tables(), incidents=points())
    found = describe(given, units, made_exposure(counts), settings, unit_index=np.zeros(len(points()), dtype=int))
    told = {(f.id, f.adjustment): f.estimate for f in found.findings}
    true = true_figures(made_exposure(counts), units, settings, ways=found.ways, denominators=found.denominators)
    without = {"centre_shift_m", "pattern_similarity", "change_at_places"}  # tests, and a middle of points
    assert {row["id"] for row in true} == {f.id for f in found.findings if f.kind not in without}
    for row in true:
        assert row["value"] == pytest.approx(told[row["id"], row["adjustment"]]), row["id"]
