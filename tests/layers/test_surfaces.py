"""Density per series and period: what is counted, in which unit, and what never matters."""

from datetime import date

import numpy as np
import pytest

from geo.errors import CrsError
from geo.kernel_peak import effective_number
from layers.density.surfaces import densities
from layers.frame.window import mass_of, places_of, study_area
from tests.layers.small_city import SOUTH, WEST, city, incidents, tables

ONE_YEAR = (("one", date(2013, 1, 1), date(2014, 1, 1)), ("two", date(2014, 1, 1), date(2015, 1, 1)))
UNTIL = date(2016, 1, 1)


def run(found, *, periods=ONE_YEAR, data_until=UNTIL):
    town = city(periods=periods)
    area = study_area(tables(), town)
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    return area, densities(area, found, places, town, data_until=data_until)


def map_of(area, xy):
    """The map of incidents that all fall in one period of 365.25 days' weight, and their mass per cell."""
    found = incidents(xy, ["2013-06-01"] * len(xy))
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    first = densities(area, found, places, city(periods=ONE_YEAR), data_until=UNTIL)[0]
    scaled = type(first)(first.period, first.series, first.values * (365 / 365.25), first.effective, first.incidents)
    return scaled, mass_of(area, places, [np.arange(len(xy))]).ravel()


def test_series_in_order_then_periods():
    _, found = run(incidents([(100, 100)], ["2013-06-01"]))
    assert [(d.series, d.period) for d in found] == [
        ("violence_public", "one"),
        ("violence_public", "two"),
        ("nuisance_resident", "one"),
        ("nuisance_resident", "two"),
    ]
    assert [d.incidents for d in found] == [1, 0, 0, 0]


def test_unit_is_incidents_per_km2_and_year():
    area, found = run(incidents([(500, 500)] * 7, ["2013-06-01"] * 7))
    per_year = np.nansum(found[0].values) * area.grid.cell_area_m2 / 1e6
    assert per_year == pytest.approx(7 * 365.25 / 365, rel=1e-12)
    peak = 7 * 365.25 / 365 / (2 * np.pi * 0.1**2)
    assert np.nanmax(found[0].values) == pytest.approx(peak, rel=0.02)  # a cell of sigma / 4 beside the point
    assert np.isnan(found[0].values[~area.land]).all()
    assert np.isfinite(found[0].values[area.land]).all()


@pytest.mark.parametrize(
    ("time", "counted"),
    [
        ("2012-12-31T22:59:59Z", [0, 0]),
        ("2012-12-31T23:00:00Z", [1, 0]),  # midnight in Oslo
        ("2013-12-31T22:59:59Z", [1, 0]),
        ("2013-12-31T23:00:00Z", [0, 1]),
        ("2014-06-30T21:59:59Z", [0, 1]),  # the last second before data_until, summer time
        ("2014-06-30T22:00:00Z", [0, 0]),
    ],
)
def test_periods_are_half_open_local_days_cut_where_data_end(time, counted):
    _, found = run(incidents([(500, 500)], [time]), data_until=date(2014, 7, 1))
    assert [d.incidents for d in found[:2]] == counted


def test_exposure_is_what_is_counted_of_a_period():
    whole = run(incidents([(500, 500)], ["2014-03-01"]))[1][1]
    part = run(incidents([(500, 500)], ["2014-03-01"]), data_until=date(2014, 7, 1))[1][1]
    np.testing.assert_allclose(part.values, whole.values * 365 / 181)


def test_a_period_that_has_not_begun_is_left_out():
    _, found = run(incidents([(500, 500)], ["2013-03-01"]), data_until=date(2014, 1, 1))
    assert [d.period for d in found] == ["one", "one"]


def test_other_harm_is_not_counted():
    _, found = run(incidents([(500, 500)], ["2013-06-01"], borne_by="user"))
    assert [d.incidents for d in found] == [0, 0, 0, 0]
    assert np.nansum(np.abs(found[0].values)) == 0


def test_order_of_incidents_changes_no_bit():
    rng = np.random.default_rng(1)
    found = incidents(rng.random((200, 2)) * (2000, 1000), ["2013-06-01"] * 200)
    _, straight = run(found)
    _, shuffled = run(found.iloc[rng.permutation(200)].reset_index(drop=True))
    np.testing.assert_array_equal(straight[0].values, shuffled[0].values)
    np.testing.assert_array_equal(straight[0].effective, shuffled[0].effective)


def test_harm_does_not_cross_the_fjord():
    area, found = run(incidents([(940, 500)], ["2013-06-01"]))
    x, _ = area.grid.centres()
    assert np.nanmax(np.abs(found[0].values[:, x > WEST + 1000])) == 0


def test_incidents_off_every_cell_are_not_counted():
    assert run(incidents([(500, 500), (-900, 500)], ["2013-06-01"] * 2))[1][0].incidents == 1


def test_effective_number_stands_behind_the_density():
    area, found = run(incidents([(500, 500)] * 12, ["2013-06-01"] * 12))
    assert 11 < found[0].effective.max() <= 12
    assert found[0].effective[~area.land].max() == 0
    assert effective_number(area.land, np.zeros(area.grid.shape), bandwidth_cells=4).max() == 0


def test_incidents_in_another_crs_are_refused():
    found = incidents([(500, 500)], ["2013-06-01"])
    town = city()
    area = study_area(tables(), town)
    with pytest.raises(CrsError, match="incidents is in"):
        densities(area, found.to_crs("EPSG:25833"), places_of(area, np.zeros(1), np.zeros(1)), town, data_until=UNTIL)


def test_the_corner_of_the_city_is_where_it_is():
    area = study_area(tables(), city())
    assert area.grid.bounds[:2] == (WEST - 25, SOUTH - 25)
