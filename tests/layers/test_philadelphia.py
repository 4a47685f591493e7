"""Philadelphia as the police recorded it: published counts come out, every quirk is put aside or reported."""

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from flows.configuration.settings import load_city
from layers.border import admit
from layers.city import FileSource
from layers.findings import findings
from layers.frame.chain import counted_until, placebo_windows
from layers.frame.exposure import end_day, exposure
from layers.frame.place_counts import place_counts
from layers.frame.units import unit_of, units
from layers.frame.window import study_area
from layers.multiverse import multiverse, summaries
from layers.routes import routes
from layers.snapshots import take
from layers.sources import parse_all
from layers.sources.files import parse

ROOT = Path(__file__).parents[2]
DATA = ROOT / "../shared/data"
NARCOTICS, OTHER = "Narcotic / Drug Law Violations", "All Other Offenses"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (DATA / "philadelphia").is_dir(), reason="no real data beside the checkout"),
]


@pytest.fixture(scope="module")
def city():
    return load_city("philadelphia", ROOT / "config").city


@pytest.fixture(scope="module")
def border(city, tmp_path_factory):
    store, now = tmp_path_factory.mktemp("store"), datetime(2026, 4, 1, tzinfo=UTC)
    snapshots = [take(source, city, store=store, data_dir=DATA, base_dir=ROOT, made_at=now) for source in city.sources]
    return admit(parse_all(snapshots, city), city)


@pytest.fixture(scope="module")
def recorded():
    columns = ["objectid", "dc_key", "dispatch_date", "dispatch_time", "text_general_code"]
    files = sorted((DATA / "philadelphia").glob("incidents_*.parquet"))
    return pd.concat([pd.read_parquet(file, columns=columns) for file in files], ignore_index=True)


@pytest.mark.parametrize(
    ("place", "category", "ring", "counts"),
    [
        ("gurney_corridor", "all", 0, [3354, 1411]),
        ("gurney_corridor_by_category", NARCOTICS, 0, [689, 804]),
        ("gurney_corridor_by_category", OTHER, 0, [2321, 294]),
        ("gurney_st_conrail", OTHER, 0, [246, 51]),
        ("lehigh_underpasses", NARCOTICS, 0, [8, 54]),
        ("kensington_avenue", NARCOTICS, 0, [417, 394]),
        ("kensington_avenue", NARCOTICS, 150, [486, 805]),
        ("whole_city", NARCOTICS, None, [2725, 2677]),
    ],
)
def test_published_counts(border, city, place, category, ring, counts):
    table = place_counts(border.tables, city)
    in_ring = table["from_m"].isna() if ring is None else table["from_m"] == ring
    rows = table[(table["place_id"] == place) & (table["category"] == category) & in_ring]
    assert rows["count"].tolist() == counts


def test_the_windows_are_those_of_the_counts(city):
    windows = {count.place_id: count.windows for count in city.place_counts}
    for place in ("gurney_corridor", "kensington_avenue", "whole_city"):
        assert [(w.end - w.start).days for w in windows[place]] == [365, 365]
    before, after = windows["lehigh_underpasses"]
    assert (before.end - before.start).days == 302
    assert (after.start, after.end) == (date(2017, 7, 31), date(2018, 5, 30))


def test_refused_rows_by_reason(border):
    assert dict(border.quarantine["reason"].value_counts()) == {
        "no coordinates": 23_877,
        "outside the usable box": 369,
        "point that stands for an unknown place": 3_516,
    }
    assert set(border.quarantine["source_id"]) == {"incidents"}
    assert border.rows_read == {
        "incidents": 1_538_200,
        "tracts": 384,
        "cleared_points": 8,
        "cleared_lines": 2,
        "major_roads": 1624,
    }
    assert len(border.tables.incidents) == 1_538_200 - 23_877 - 369 - 3_516


def test_the_shared_point_is_reported_and_kept(border):
    assert border.repairs.to_numpy().tolist() == [["incidents", "incidents", "shared coordinate", 3_951, 0.0]]


def test_case_numbers_repeat_but_ids_do_not(border, recorded):
    assert recorded["dc_key"].duplicated().sum() == 181
    assert border.tables.incidents["incident_id"].is_unique


def test_local_days_are_the_days_of_dispatch(border, city, recorded):
    local = border.tables.incidents["occurred_from"].dt.tz_convert(city.zone)
    by_id = recorded.assign(incident_id=recorded["objectid"].astype(str)).set_index("incident_id")
    same = by_id.loc[border.tables.incidents["incident_id"]]
    assert (local.dt.strftime("%Y-%m-%d").to_numpy() == same["dispatch_date"].to_numpy()).all()
    assert (local.dt.strftime("%H:%M:%S").to_numpy() == same["dispatch_time"].to_numpy()).all()
    assert (local.min().date(), local.max().date()) == (date(2016, 1, 1), date(2025, 12, 31))


def test_all_categories_are_mapped_and_narcotics_are_the_polices_own(border, city, recorded):
    assert set(city.harm.categories) == set(recorded["text_general_code"])
    assert len(city.harm.categories) == 32
    incidents = border.tables.incidents
    narcotics = incidents[incidents["category"] == NARCOTICS]
    assert (recorded["text_general_code"] == NARCOTICS).sum() == 58_815
    assert set(narcotics["recorded_by"]) == {"police_initiated"}
    assert set(narcotics["harm_class"]) == {"drug_offence"}
    for words in next(series.name for series in city.harm.series if series.id == "narcotics"):
        assert "use" not in words[1].lower().split()  # counts of narcotics follow the police, not drug use
    headline = city.harm.series[0]
    assert (headline.recorded_by, headline.borne_by) == ("reactive", "public")


def test_income_is_joined_to_tracts_and_nine_without_households_stay_unranked(border):
    districts = border.tables.districts.set_index("district_id")
    assert len(districts) == 384
    without = districts["median_household_income"].isna()
    assert without.sum() == 9
    assert (districts.loc[without, "population"] == 0).all()
    assert districts.loc["42101000100", ["population", "median_household_income"]].tolist() == [2367.0, 109_738.0]
    assert districts["median_household_income"].between(9_945, 149_211).sum() == 375


def test_interventions_of_two_files(border):
    interventions = border.tables.interventions
    assert interventions["intervention_id"].tolist()[-2:] == ["gurney_corridor", "kensington_ave_orleans_to_allegheny"]
    assert len(interventions) == 10
    assert set(interventions.geom_type) == {"Point", "LineString"}
    assert interventions.set_index("intervention_id").loc["gurney_corridor", "start"] == date(2017, 7, 31)


def test_its_streets_are_drawn_and_not_walked(border, city):
    assert len(border.tables.streets) == 1624
    assert not city.has_walkable_streets


def test_sentinels_of_a_newer_table_are_missing(tmp_path):
    """The 2019-2023 tracts write -666666666 where a figure is not published."""
    source = FileSource.model_validate(
        {
            "kind": "file",
            "id": "tracts",
            "table": "districts",
            "path": "tracts2020_acs2023.gpkg",
            "licence": "public domain",
            "attribution": "U.S. Census Bureau",
            "open": True,
            "columns": {"district_id": "GEOID", "income": "median_income", "poverty": "poverty_pct"},
            "missing": {"income": [-666666666], "poverty": [-666666666]},
        }
    )
    frame = parse(DATA / "philadelphia/tracts2020_acs2023.gpkg", source)["districts"]
    assert (len(frame), frame["income"].isna().sum(), frame["poverty"].isna().sum()) == (408, 27, 19)
    assert frame["income"].min() > 0


@pytest.fixture(scope="module")
def counted(border, city):
    tables = border.tables
    laid = units(tables, city)
    x, y = tables.incidents.geometry.x.to_numpy(), tables.incidents.geometry.y.to_numpy()
    until = counted_until(tables.incidents, city, city.as_of)
    return laid, exposure(laid, tables.incidents, city, unit_index=unit_of(laid, x, y), data_until=until)


@pytest.fixture(scope="module")
def side_by_side(counted, city):
    laid, days = counted
    return routes(days, laid, city).set_index(["step", "series", "place"])


def by_month(border, place: str, *, category: str, within_m: float) -> pd.Series:
    """Return incidents of a category by month within so many metres of an intervention."""
    interventions, incidents = border.tables.interventions, border.tables.incidents
    shape = interventions.geometry[interventions["intervention_id"] == place].union_all()
    near = incidents[(incidents["category"] == category) & (incidents.distance(shape) <= within_m)]
    month = near["occurred_from"].dt.tz_convert("America/New_York").dt.strftime("%Y-%m")
    return month.value_counts().sort_index()


def test_the_fall_of_august_2017_is_larger_than_that_of_any_other_month(border):
    count = by_month(border, "gurney_st_conrail", category=OTHER, within_m=250)["2016-01":"2019-12"]
    assert len(count) == 48
    fall = -count.diff().dropna()
    assert fall["2017-08"] == 246 - 51
    assert fall.drop("2017-08").max() < fall["2017-08"] / 2
    # the surge before the clearing, which the headline step leaves out
    assert count["2016-12":"2017-03"].mean() == 96.75
    assert count["2017-04":"2017-07"].tolist() == [190, 163, 205, 246]


def test_the_camps_in_the_underpasses_came_months_after_the_gulch_was_cleared(border):
    sites = ("kensington_ave_underpass", "tulip_st_underpass", "frankford_ave_underpass", "emerald_st_underpass")
    found = [by_month(border, site, category=NARCOTICS, within_m=150) for site in sites]
    count = pd.concat(found, axis=1).fillna(0).sum(axis=1).sort_index()
    assert count["2017-08":"2017-12"].sum() < 15
    assert count["2018-01":"2018-05"].sum() > 35


def test_2017_both_readings_come_out_and_neither_is_shown_by_others_than_the_police(side_by_side):
    for step in ("before->gulch_cleared", "before->gulch_cleared:surge_included"):
        fell = side_by_side.loc[(step, "other_offences", "origin")]
        assert fell["high"] < -0.7  # what police found at the gulch all but ended, with and without the surge
        own = side_by_side.loc[(step, "narcotics", "receivers")]
        others = side_by_side.loc[(step, "violence", "receivers")]
        assert own["change_to_control"] > 0.5
        assert others["change_to_control"] < 0.2
        assert others["low"] < 0 < others["high"]
    surge = side_by_side.loc["before->gulch_cleared:surge_included"]
    apart = side_by_side.loc["before->gulch_cleared"]
    assert (
        surge.loc[("other_offences", "origin"), "before_per_day"]
        > apart.loc[("other_offences", "origin"), "before_per_day"]
    )


def test_2024_only_what_the_police_find_themselves_rose_around_the_avenue(side_by_side):
    step = side_by_side.loc["after_pandemic->kensington_cleared"]
    assert step.loc[("narcotics", "receivers"), "low"] > 0
    reactive = step[(step["route"] == "reactive") & (step.index.get_level_values("place") == "receivers")]
    assert (reactive["low"] < 0).all()
    assert step["text_en"].str.contains("Moved enforcement explains the figures as well as moved harm does").all()


def test_quiet_years_give_enough_pairs_for_every_declared_step(counted, city):
    _, days = counted
    until = end_day(days)
    pairs = {step.id: len(placebo_windows(city, step, days.first_day, data_until=until)) for step in city.steps}
    assert pairs["before->gulch_cleared"] == 4
    assert pairs["before->gulch_cleared:surge_included"] == 3
    assert pairs["gulch_cleared->bridges_cleared"] == 3
    assert pairs["after_pandemic->kensington_cleared"] == 4


def test_no_headline_is_said_to_have_moved_and_the_multiverse_has_its_choices(border, counted, city):
    laid, days = counted
    until = end_day(days)
    table = multiverse(
        study_area(border.tables, city), laid, border.tables, city, first_day=days.first_day, data_until=until
    )
    agreed = summaries(table)
    found = findings(days, laid, city, data_until=until, tried=agreed)
    own = {(f.step, f.series, f.kind): f for f in found if f.adjustment in ("control", "none")}
    assert list(dict.fromkeys(step for step, _, _ in agreed)) == [step.id for step in city.steps]
    assert len(agreed) == 5 * len(city.steps)
    for (step, series, kind), choices in agreed.items():
        tried = table[(table["step"] == step) & (table["series"] == series) & (table["finding"] == kind)]
        finding = own[step, series, kind]
        if finding.estimate is None:  # a ratio that nothing bounds
            continue
        assert tried["estimate"].iloc[0] == pytest.approx(finding.estimate, rel=1e-9)
        assert finding.multiverse == choices
        if finding.headline:
            assert finding.verdict in ("no practical change", "cannot be decided")
    first = table[table["step"] == city.steps[0].id]
    assert first["counts"].sum() >= 500
    moved = agreed[city.steps[0].id, "violence", "harm_moved_share"]
    assert moved["share_agreeing_in_sign"] < 0.9
