"""Stretches of street of a small town: mass, periods, and what is withheld."""

from datetime import date

import numpy as np
import pytest
from shapely.geometry import LineString

from geo.errors import CrsError
from layers.density.street_density import COLUMNS, street_map
from layers.frame.walk_network import walk_network
from tests.layers.small_city import SOUTH, WEST, city, frame, incidents

PERIODS = (("one", date(2013, 1, 1), date(2014, 1, 1)), ("two", date(2014, 1, 1), date(2015, 1, 1)))
UNTIL = date(2015, 1, 1)
TOWN = city(periods=PERIODS, street_bandwidth_m=50.0)


def street_density(*given, **named):
    return street_map(*given, **named).table


def streets(*lines, **columns):
    n = len(lines)
    given = {
        "osm_id": list(range(n)),
        "highway": ["residential"] * n,
        "name": [""] * n,
        "is_bridge": [False] * n,
        "is_tunnel": [False] * n,
        "layer": [0] * n,
    }
    moved = [LineString([(WEST + x, SOUTH + y) for x, y in line]) for line in lines]
    return frame(moved, **{**given, **columns})


STREETS = streets([(0, 0), (400, 0)], [(400, 0), (800, 0)], [(400, 0), (400, 300)])


def test_density_times_length_is_what_was_counted():
    found = incidents([(380, 8)] * 400 + [(380, 200)] * 100, ["2013-05-01"] * 400 + ["2014-05-01"] * 100)
    table = street_density(STREETS, found, TOWN, data_until=UNTIL)
    assert tuple(table.columns[:-1]) == COLUMNS
    assert set(table["series"]) == {"violence_public"}
    for period, count, years in (("one", 400, 365 / 365.25), ("two", 100, 365 / 365.25)):
        of = table[table["period"] == period]
        total = (of["incidents_per_km_year"] * of.length / 1000).sum() * years
        assert count * 0.8 < total < count  # the thin ends are withheld
        assert of["effective_incidents"].min() >= 10
        assert of.length.between(20, 30).all()


def test_few_incidents_are_shown_nowhere():
    table = street_density(STREETS, incidents([(380, 8)] * 9, ["2013-05-01"] * 9), TOWN, data_until=UNTIL)
    assert len(table) == 0
    assert tuple(table.columns[:-1]) == COLUMNS


def test_incidents_far_from_streets_are_not_on_one():
    found = incidents([(380, 8)] * 100 + [(100, 400)] * 500, ["2013-05-01"] * 600)
    near = street_density(STREETS, found.iloc[:100], TOWN, data_until=UNTIL)
    assert street_density(STREETS, found, TOWN, data_until=UNTIL).equals(near)


def test_harm_under_a_bridge_stays_under_it():
    lines = ([(0, 0), (200, 0), (400, 0)], [(200, -200), (200, 0), (200, 200)])
    crossing = streets(*lines, is_bridge=[False, True], layer=[0, 1])
    table = street_density(crossing, incidents([(200, 0)] * 100, ["2013-05-01"] * 100), TOWN, data_until=UNTIL)
    assert np.ptp(table.get_coordinates()["y"]) == 0


def test_motorways_and_what_is_not_built_are_no_place_to_walk():
    network = walk_network(STREETS.assign(highway=["motorway", "construction", "steps"]))
    assert network.lengths_m.tolist() == [300]


def test_without_a_street_or_a_period_the_table_has_its_columns():
    found = incidents([(380, 8)] * 50, ["2013-05-01"] * 50)
    for given, until in ((STREETS.assign(highway="motorway"), UNTIL), (STREETS, date(2012, 1, 1))):
        table = street_density(given, found, TOWN, data_until=until)
        assert len(table) == 0
        assert tuple(table.columns[:-1]) == COLUMNS


def test_order_of_incidents_does_not_matter():
    rng = np.random.default_rng(2)
    found = incidents(rng.random((900, 2)) * (800, 30), ["2013-05-01"] * 900)
    shuffled = found.iloc[rng.permutation(900)].reset_index(drop=True)
    tables = [street_density(STREETS, given, TOWN, data_until=UNTIL) for given in (found, shuffled)]
    assert len(tables[0]) > 0
    assert tables[0].equals(tables[1])


def test_streets_in_another_crs_are_refused():
    with pytest.raises(CrsError, match=r"streets is in EPSG:25833 .*the city in EPSG:25832"):
        street_density(STREETS.to_crs("EPSG:25833"), incidents([], []), TOWN, data_until=UNTIL)
