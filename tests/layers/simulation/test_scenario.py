"""A scenario on a city small enough to check by hand: rates, published totals, recording, figures, mistakes."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame
from shapely import box

from layers.city import ScenarioSource
from layers.errors import ConfigError
from layers.simulation.scenario import Given, scenario
from tests.border_city import CRS, EAST, NORTH, OWN, at, border_city

PERIODS = ["before", "after"]
SOURCE = ScenarioSource.model_validate(
    {"kind": "scenario", "id": "s", **OWN, "story": "moved", "rates": "r.csv", "hierarchy": "h.csv", "areas": "a.csv",
     "people": "p.csv", "trend_per_year": 0, "season_amplitude": 0, "drift_sd": 0, "overdispersion": 1}
)  # fmt: skip


def rates(*rows: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["story", "category", "place", "what", *PERIODS, "basis"])


MOVED = (
    ("moved", "noise", "one", "per_day", "4", "1", ""),
    ("moved", "noise", "two", "per_day", "1", "4", ""),
    ("other", "noise", "one", "per_day", "4", "4", ""),
    ("all", "noise", "two", "per_day", "2", "2", ""),
    ("all", "noise", "elsewhere", "per_day", "1", "1", ""),
    ("all", "noise", "two", "recorded", "0.5", "1", ""),
)
PUBLISHED = pd.DataFrame(
    [("y", "2014-01-01", "2015-01-01", "", "730"), ("z", "2015-01-01", "2016-01-01", "1000", "1190")],
    columns=["count_id", "start", "end", "low", "high"],
)


def given(*rows: tuple[str, ...], published: pd.DataFrame | None = None, **more: pd.DataFrame) -> Given:
    shapes = [box(EAST + x, NORTH, EAST + x + 1000, NORTH + 1000) for x in (0, 1000, 2000)]
    whole = {
        "hierarchy": pd.DataFrame(
            [("D1", "A", "U"), ("D2", "A", "U"), ("D3", "B", "V")], columns=["district_id", "area", "upper_area"]
        ),
        "areas": pd.DataFrame(
            [("A", "10", "x"), ("B", "40", "x"), ("D2", "90", "x")], columns=["area", "poor", "basis"]
        ),
        "people": pd.DataFrame([("U", "300"), ("V", "80")], columns=["district", "population"]),
    }
    return Given(
        districts=GeoDataFrame({"district_id": ["D1", "D2", "D3"]}, geometry=shapes, crs=CRS),
        land=box(EAST, NORTH, EAST + 1500, NORTH + 1000).union(box(EAST + 2000, NORTH, EAST + 3000, NORTH + 1000)),
        scenes={"one": at(500, 500), "two": at(2500, 500)},
        rates=rates(*(rows or MOVED)),
        published=published,
        **(whole | more),
    )


def expected_of(made, place: str) -> pd.Series:
    rows = made.expected.rates
    return rows[rows["component"].str.endswith(f"/{place}")].set_index("day")["incidents_per_day"]


def mean_of(made, place: str, year: int) -> float:
    daily = expected_of(made, place)
    return float(daily[[day.year == year for day in daily.index]].mean())


def test_the_story_goes_before_what_holds_in_every_story():
    city = border_city()
    moved = scenario(SOURCE, city, given())
    assert (round(mean_of(moved, "two", 2014), 2), round(mean_of(moved, "two", 2015), 2)) == (1.0, 4.0)
    other = scenario(SOURCE, city.model_copy(update={"story": "other"}), given())
    assert (round(mean_of(other, "two", 2014), 2), round(mean_of(other, "two", 2015), 2)) == (2.0, 2.0)


def test_recording_thins_the_records_and_not_the_truth():
    made = scenario(SOURCE, border_city(), given())
    incidents = made.tables["incidents"]
    of_two = incidents[incidents.geometry.x > EAST + 2000]
    near = of_two[np.hypot(of_two.geometry.x - EAST - 2500, of_two.geometry.y - NORTH - 500) < 400]
    first, second = ((near["occurred_from"].dt.tz_convert("Europe/Oslo").dt.year == y).sum() for y in (2014, 2015))
    assert 0.5 * 365 * 0.8 < first < 0.5 * 365 * 1.5  # one a day, half of it recorded; some of elsewhere lies there
    assert 4 * 365 * 0.9 < second < 4 * 365 * 1.2
    assert mean_of(made, "two", 2014) == pytest.approx(1.0, rel=0.01)


def test_published_totals_are_met_by_what_is_expected_to_be_recorded():
    source = SOURCE.model_copy(update={"totals": {"noise": ("z", "y")}})
    made = scenario(source, border_city(), given(published=PUBLISHED))
    daily = {place: expected_of(made, place) for place in ("one", "two", "elsewhere")}
    share = {"one": 1.0, "elsewhere": 1.0}
    for year, wanted in ((2014, 730), (2015, 1095)):
        held = [day.year == year for day in daily["one"].index]
        seen = sum(daily[p][held].sum() * share.get(p, 0.5 if year == 2014 else 1.0) for p in daily)
        assert seen == pytest.approx(wanted, rel=1e-9)


def test_residents_are_spread_by_land_and_a_district_goes_before_its_area():
    figures = scenario(SOURCE, border_city(), given()).figures
    assert figures["population"].tolist() == [200.0, 100.0, 80.0]  # half of D2 is water
    poor = figures["poor"].to_numpy()
    assert np.abs(poor - [10, 90, 40]).max() <= 3


def test_same_seed_same_records_another_seed_same_truth():
    city, made = border_city(), scenario(SOURCE, border_city(), given())
    again = scenario(SOURCE, city, given())
    assert again.tables["incidents"].equals(made.tables["incidents"])
    other = scenario(SOURCE.model_copy(update={"seed": 2}), city, given())
    assert not other.tables["incidents"]["occurred_from"].equals(made.tables["incidents"]["occurred_from"])
    assert other.expected.rates.equals(made.expected.rates)
    assert made.tables["incidents"]["incident_id"].str.startswith("SIM-").all()


def test_help_is_registered_with_its_truth():
    city = border_city(help_series=[{"id": "homes", "name": {"nb": "a", "en": "b"}, "kind": "housing"}])
    made = scenario(SOURCE, city, given(*MOVED, ("moved", "homes", "", "people", "100", "150", "")))
    truth = made.expected.help.set_index("month")
    assert truth.loc[date(2015, 3, 1), ["people", "without"]].tolist() == [150.0, 100.0]
    assert len(made.tables["help_uptake"]) == 24


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((("other", "noise", "one", "per_day", "1", "1", ""),), "tell no story 'moved'. Known: other"),
        ((("moved", "cheer", "one", "per_day", "1", "1", ""),), r"r\.csv: unknown to the city: cheer \(per_day\)"),
        ((("moved", "noise", "moon", "per_day", "1", "1", ""),), "unknown to the city: moon"),
    ],
)
def test_what_the_city_does_not_have_is_named(rows, words):
    with pytest.raises(ConfigError, match=words):
        scenario(SOURCE, border_city(), given(*rows))


def test_a_missing_period_and_a_missing_area_are_named():
    lacking = given()
    short = Given(**{**vars(lacking), "rates": lacking.rates.drop(columns="after")})
    with pytest.raises(ConfigError, match="no column for period after"):
        scenario(SOURCE, border_city(), short)
    areas = pd.DataFrame([("A", "10", "x")], columns=["area", "poor", "basis"])
    with pytest.raises(ConfigError, match=r"a\.csv says nothing of B\. Add a row"):
        scenario(SOURCE, border_city(), given(areas=areas))
