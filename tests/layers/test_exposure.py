"""Incidents counted by unit and local day, and summed by district, scene and period."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from shapely.geometry import Point

from layers.city import Window
from layers.frame.exposure import district_counts, exposure, scene_counts, smoothed_counts
from tests.made_city import CRS, city, made_units

UNTIL = date(2016, 10, 1)


def incidents(*rows: tuple[str, float]) -> gpd.GeoDataFrame:
    """Return incidents of the only series at UTC times and x (y = 500)."""
    times = pd.to_datetime([t for t, _ in rows], utc=True)
    frame = gpd.GeoDataFrame(
        {"occurred_from": times, "harm_class": "violence", "borne_by": "resident", "recorded_by": "reactive"},
        geometry=[Point(x, 500) for _, x in rows],
        crs=CRS,
    )
    return frame.astype(dict.fromkeys(["harm_class", "borne_by", "recorded_by"], "category"))


def counted(table: gpd.GeoDataFrame, unit_index: list[int]):
    settings = city()
    return exposure(made_units(settings), table, settings, unit_index=np.array(unit_index), data_until=UNTIL)


def test_days_are_local_days_in_summer_winter_and_on_the_days_clocks_change():
    table = incidents(
        ("2009-01-01T00:30:00Z", 0.0),  # 01:30 local: the first day
        ("2009-01-01T23:00:00Z", 0.0),  # midnight local: the second day
        ("2009-03-28T22:59:59Z", 0.0),  # the last second before the day clocks go forward
        ("2009-03-29T21:59:59Z", 0.0),  # that day has 23 hours
        ("2009-03-29T22:00:00Z", 0.0),
        ("2009-10-25T22:59:59Z", 0.0),  # this one 25
    )
    counts = counted(table, [0] * 6).counts["violence"][0]
    days = {str(date(2009, 1, 1) + pd.Timedelta(days=int(d)))[:10]: int(counts[d]) for d in np.flatnonzero(counts)}
    assert days == {
        "2009-01-01": 1, "2009-01-02": 1, "2009-03-28": 1, "2009-03-29": 1, "2009-03-30": 1, "2009-10-25": 1,
    }  # fmt: skip


def test_what_has_no_unit_is_too_early_or_too_late_is_not_counted():
    table = incidents(
        ("2008-12-31T22:59:59Z", 0.0), ("2009-01-01T12:00:00Z", 0.0), ("2010-01-01T12:00:00Z", 0.0),
        ("2016-09-30T22:00:00Z", 0.0),
    )  # fmt: skip
    made = counted(table, [0, 0, -1, 0])
    assert made.counts["violence"].sum() == 1
    assert made.first_day == date(2009, 1, 1)
    assert made.counts["violence"].dtype == np.int32


def test_data_that_start_later_start_the_counts():
    made = counted(incidents(("2011-05-05T12:00:00Z", 0.0)), [0])
    assert made.first_day == date(2011, 5, 5)
    assert not made.covers(Window(start=date(2011, 5, 4), end=date(2012, 1, 1)))
    assert made.covers(Window(start=date(2011, 5, 5), end=UNTIL))


def test_other_routes_and_bearers_are_other_series():
    table = incidents(("2010-01-01T12:00:00Z", 0.0), ("2010-01-01T12:00:00Z", 0.0))
    table["recorded_by"] = pd.Categorical(["reactive", "police_initiated"])
    assert counted(table, [0, 0]).counts["violence"].sum() == 1


def test_order_of_incidents_does_not_matter():
    rng = np.random.default_rng(1)
    stamps = pd.Timestamp("2010-01-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 4 * 10**7, 300), unit="s")
    table = incidents(*[(t.isoformat(), 0.0) for t in stamps])
    unit, order = rng.integers(0, 11, 300), rng.permutation(300)
    one, other = counted(table, unit.tolist()), counted(table.iloc[order], unit[order].tolist())
    assert one.first_day == other.first_day
    assert (one.counts["violence"] == other.counts["violence"]).all()


def test_counts_by_district_and_scene():
    table = incidents(("2010-01-01T12:00:00Z", 0.0), ("2010-01-02T12:00:00Z", 0.0), ("2016-01-01T12:00:00Z", 0.0))
    settings, made = city(), made_units(city())
    count = exposure(made, table, settings, unit_index=np.array([0, 1, 1]), data_until=UNTIL)
    district = district_counts(count, made, settings).set_index(["district_id", "period"])
    assert list(district.columns) == ["series", "incidents", "incidents_per_day"]
    assert district.loc[("d1", "a"), "incidents"] == 2
    assert district.loc[("d1", "c"), "incidents"] == 1
    assert district.loc[("d1", "c"), "incidents_per_day"] == pytest.approx(1 / (UNTIL - date(2015, 6, 1)).days)
    scene = scene_counts(count, made, settings).set_index(["scene_id", "period"])
    assert scene["incidents"].to_dict()["park", "a"] == 1
    assert scene["incidents"].sum() == 2
    assert str(scene["incidents"].dtype) == "Int64"


def test_a_period_without_data_has_no_rate():
    settings, made = city(), made_units(city())
    count = exposure(made, incidents(("2010-01-01T12:00:00Z", 0.0)), settings, unit_index=np.array([0]),
                     data_until=date(2015, 6, 1))  # fmt: skip
    last = district_counts(count, made, settings).query("period == 'c'")
    assert last["incidents_per_day"].isna().all()


def test_smoothed_counts_spread_every_incident_by_its_cells():
    table = incidents(*[("2009-01-01T12:00:00Z", 0.0)] * 2, *[("2009-01-02T12:00:00Z", 0.0)] * 2)
    settings, made = city(), made_units(city())
    count = counted(table, [0, 0, 0, 0])
    masses = sparse.csr_array(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.0, 0.0]]))  # the last lies nowhere
    shares = sparse.csr_matrix(np.array([[0.7, 0.2, *[0.0] * 9, 0.1], [0.0, 1.0, *[0.0] * 9, 0.0]]))
    smooth = smoothed_counts(shares, table, settings, masses=masses, exposure=count)["violence"]
    assert smooth.shape == (len(made.pieces), count.n_days)
    np.testing.assert_allclose(smooth[:2, :2], [[0.7, 0.35], [1.2, 0.6]], rtol=1e-15)
