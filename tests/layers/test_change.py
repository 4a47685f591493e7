"""Change along the chain: a rise that is there is found, one that is not is not, and what never matters."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import CrsError
from layers.city import Step
from layers.density.bursts import dispersion
from layers.density.change import COLUMNS, changes
from layers.density.compared import compared
from layers.frame.window import places_of, study_area
from tests.layers.small_city import SOUTH, WEST, city, incidents, tables

PERIODS = (("one", date(2013, 1, 1), date(2014, 1, 1)), ("two", date(2014, 1, 1), date(2015, 1, 1)))
UNTIL = date(2015, 1, 1)
ROSE, FELL = (400.0, 500.0), (1500.0, 500.0)


def town(**given):
    step = Step.model_validate({"from": "one", "to": "two", "origin": ["park"], "receivers": ["market"], **given})
    return city(periods=PERIODS).model_copy(update={"steps": (step,)})


def of_year(rng, year, number, *scenes):
    """Background over the whole town, and (x, y, number) scenes of 60 m."""
    parts = [rng.random((number, 2)) * (2000, 1000)]
    parts += [np.array([x, y]) + rng.normal(0, 60, (n, 2)) for (x, y), n in scenes]
    xy = np.concatenate(parts)
    days = pd.Timestamp(f"{year}-01-01 12:00") + pd.to_timedelta(rng.integers(0, 365, len(xy)), unit="D")
    days = days.where(np.arange(len(xy)) > 0, pd.Timestamp(f"{year}-01-01 12:00"))  # data begin with the year
    return xy, [str(day) for day in days]


def town_of(seed, *years):
    """Incidents of years, each (number of background, scenes ...)."""
    rng = np.random.default_rng(seed)
    parts = [of_year(rng, 2013 + k, *year) for k, year in enumerate(years)]
    return incidents(np.concatenate([xy for xy, _ in parts]), [time for _, times in parts for time in times])


def run(found, given=None, *, data_until=UNTIL):
    given = given or town()
    area = study_area(tables(), given)
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    return changes(compared(area, found, places, given, data_until=data_until), area, given)


def moved(seed=1):
    return town_of(seed, (600, (FELL, 80)), (600, (ROSE, 80)))


def test_a_rise_and_a_fall_are_found_where_they_are():
    found = run(moved())
    assert tuple(found.columns[:-1]) == tuple(COLUMNS)
    assert found.crs == "EPSG:25832"
    main = found.sort_values("area_km2", ascending=False, kind="stable").groupby("direction").head(1)
    main = main.set_index("direction")
    for direction, (x, y) in (("rise", ROSE), ("fall", FELL)):
        row = main.loc[direction]
        assert row.geometry.contains(shapely.Point(WEST + x, SOUTH + y))
        assert row.geometry.within(shapely.Point(WEST + x, SOUTH + y).buffer(350))
        assert row["q_max"] <= 0.05
        assert (row["step"], row["series"]) == ("one->two", "violence_public")
        assert row["least_incidents"] >= 10
    assert main.loc["rise", "rate_ratio"] > 2
    assert main.loc["fall", "rate_ratio"] < 0.5
    assert found["area_km2"].sum() < 0.5
    assert (found["p_anywhere"] == 0.001).all()  # the least that 999 draws can give


def test_the_ratio_is_that_of_incidents_a_day():
    """All incidents in one spot, thrice as many in half the days: six times as many a day, wherever it is measured."""
    xy = [(500.0, 500.0)] * 160
    spread = np.random.default_rng(1)
    before, after = spread.permutation(365)[:39], np.sort(spread.integers(0, 182, 120))
    times = [f"{day:%Y-%m-%d}" for day in pd.Timestamp("2013-01-01") + pd.to_timedelta([0, *before], unit="D")]
    times += [f"{day:%Y-%m-%d}" for day in pd.Timestamp("2014-01-01") + pd.to_timedelta(after, unit="D")]
    given = town(
        before={"start": date(2013, 1, 1), "end": date(2014, 1, 1)},
        after={"start": date(2014, 1, 1), "end": date(2014, 7, 2)},
    )
    found = run(incidents(xy, times), given)
    assert found["rate_ratio"].tolist() == [pytest.approx(3 * 365 / 182)]
    assert found["direction"].tolist() == ["rise"]


def test_nothing_is_found_where_nothing_changed():
    """In one map of ten at most, where 5 % are expected."""
    with_areas = [seed for seed in range(12) if len(run(town_of(seed, (700, (FELL, 60)), (700, (FELL, 60)))))]
    assert len(with_areas) <= 1


def in_bursts(seed, size):
    """Two unchanged years of incidents that come `size` at a time, on one day and in one place."""
    rng = np.random.default_rng(seed)
    events = 700 // size
    xy = np.repeat(rng.random((2 * events, 2)) * (2000, 1000), size, axis=0)
    day = np.repeat(np.r_[0, rng.integers(0, 730, 2 * events - 1)], size)
    return incidents(xy, [str(time) for time in pd.Timestamp("2013-01-01 12:00") + pd.to_timedelta(day, unit="D")])


def test_bursts_are_no_change():
    assert sum(len(run(in_bursts(seed, 4))) > 0 for seed in range(12)) <= 1


def test_the_dispersion_is_that_of_the_bursts_and_of_no_other_series():
    rng = np.random.default_rng(3)
    events = rng.integers(0, 728, 6_000)
    day, block = np.repeat(events, 3), np.repeat(rng.integers(0, 4, 6_000), 3)
    windows, all_of_it = [slice(0, 364), slice(364, 728)], np.ones(18_000, dtype=bool)
    assert dispersion(day, block, windows, all_of_it) == pytest.approx(3, rel=0.25)
    single = np.arange(18_000) % 3 == 0
    assert dispersion(day, block, windows, single) == pytest.approx(1, abs=0.3)
    assert dispersion(day, block, [slice(0, 40), slice(40, 60)], all_of_it) == 1  # too few weeks to tell
    assert dispersion(day, block, windows, np.zeros(18_000, dtype=bool)) == 1
    earlier = np.r_[day, -np.arange(1, 400)], np.r_[block, np.zeros(399, dtype=int)]  # before the first period
    assert dispersion(*earlier, windows, np.ones(18_399, dtype=bool)) == dispersion(day, block, windows, all_of_it)


def test_more_days_are_no_rise():
    """The later window is half as long and holds half as many."""
    found = town_of(3, (800,), (800,))
    given = town(
        before={"start": date(2013, 1, 1), "end": date(2014, 1, 1)},
        after={"start": date(2014, 1, 1), "end": date(2014, 7, 2)},
    )
    assert run(found, given).empty


def test_few_incidents_are_not_told_of():
    found = run(incidents([FELL] * 4 + [ROSE] * 9, ["2013-01-01"] * 4 + ["2014-06-01"] * 9))
    assert found.empty
    assert tuple(found.columns[:-1]) == tuple(COLUMNS)
    assert found["rate_ratio"].dtype == float


def test_order_of_incidents_changes_no_bit():
    straight = moved()
    shuffled = straight.iloc[np.random.default_rng(1).permutation(len(straight))].reset_index(drop=True)
    one, other = run(straight), run(shuffled)
    assert len(one) >= 2
    assert one.to_wkb().equals(other.to_wkb())


def test_periods_swapped_swap_rise_and_fall():
    found = moved()
    year = found["occurred_from"].dt.year
    swapped = found.copy()
    swapped["occurred_from"] = found["occurred_from"] + pd.to_timedelta(np.where(year == 2013, 365, -365), unit="D")
    one, other = run(found), run(swapped)
    rises, falls = one[one["direction"] == "rise"], other[other["direction"] == "fall"]
    assert rises.geometry.to_wkt().tolist() == falls.geometry.to_wkt().tolist()
    np.testing.assert_allclose(rises["rate_ratio"], 1 / falls["rate_ratio"].to_numpy())


def test_rises_come_before_falls_and_steps_in_their_order():
    given = town()
    other = Step.model_validate({"from": "two", "to": "one", "origin": ["park"], "receivers": ["market"]})
    found = run(moved(), given.model_copy(update={"steps": (other, *given.steps)}))
    assert list(dict.fromkeys(zip(found["step"], found["direction"], strict=True))) == [
        ("two->one", "rise"),
        ("two->one", "fall"),
        ("one->two", "rise"),
        ("one->two", "fall"),
    ]


def test_a_step_with_days_outside_the_data_has_no_areas():
    given = town(
        before={"start": date(2013, 1, 1), "end": date(2014, 1, 1)},
        after={"start": date(2014, 1, 1), "end": date(2015, 1, 1)},
    )
    assert run(moved(), given, data_until=date(2014, 12, 31)).empty


def test_incidents_in_another_crs_are_refused():
    found = moved()
    area = study_area(tables(), town())
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    with pytest.raises(CrsError, match="incidents is in"):
        compared(area, found.to_crs("EPSG:25833"), places, town(), data_until=UNTIL)
