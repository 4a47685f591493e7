"""New hot spots: held back in the latest period until two people let that very place out."""

from datetime import date

import pytest
from geopandas import GeoDataFrame
from pydantic import ValidationError
from shapely import Point, box

from layers.city.released import ReleasedHotspot
from layers.disclosure.unreleased import away_from, held_back
from tests.example_release import example_release

OLD, NEW = box(0, 0, 200, 200), box(1000, 0, 1200, 200)


def closed_city(**changes):
    city = example_release(simulated=False).city
    sources = [source.model_copy(update={"open": False}) for source in city.sources]
    return city.model_copy(update={"sources": tuple(sources), **changes})


def spots(city):
    first, *_, last = [period.id for period in city.periods]
    rows = [("s-h01", first, OLD), ("s-h01", last, OLD), ("s-h02", last, NEW)]
    columns = {"hotspot_id": [r[0] for r in rows], "period": [r[1] for r in rows], "series": "s"}
    return GeoDataFrame(columns, geometry=[r[2] for r in rows], crs=25832)


def released(area=NEW, **changes):
    said = {"hotspot_id": "s-h02", "series": "s", "area": area.wkt, "by": ("Kari Nord", "Ola Sør")}
    said |= {"reason": "known to everyone already", "released_on": date(2020, 1, 1), "run_id": "2020-01-01-0123abcd"}
    return ReleasedHotspot(**(said | changes))


def test_what_is_new_in_the_latest_period_is_held_back():
    city = closed_city()
    found = held_back(spots(city), city)
    assert found.shown["hotspot_id"].tolist() == ["s-h01", "s-h01"]
    assert found.held["hotspot_id"].tolist() == ["s-h02"]


def test_two_people_let_it_out():
    city = closed_city(released=(released(),))
    found = held_back(spots(city), city)
    assert len(found.shown) == 3
    assert found.held.empty


@pytest.mark.parametrize(
    "other",
    [
        released(area=OLD),  # the id was given to another place
        released(series="t"),
        released(area=box(1000, 0, 1090, 200)),  # it has since grown beyond twice its size
    ],
)
def test_a_release_of_another_place_lets_nothing_out(other):
    city = closed_city(released=(other,))
    assert held_back(spots(city), city).held["hotspot_id"].tolist() == ["s-h02"]


@pytest.mark.parametrize("simulated", [True, False])
def test_of_open_and_simulated_data_nothing_is_held_back(simulated):
    city = example_release(simulated=simulated).city
    assert held_back(spots(city), city).held.empty


def test_no_hot_spot_none_held():
    city = closed_city()
    assert held_back(spots(city).iloc[:0], city).shown.empty


@pytest.mark.parametrize("by", [("Kari Nord",), ("Kari Nord", "kari  nord "), ("Kari Nord", " ")])
def test_one_person_releases_nothing(by):
    with pytest.raises(ValidationError, match="two different people"):
        released(by=by)


def test_a_point_overlaps_no_half():
    city = closed_city(released=(released(area=Point(1100, 100)),))
    assert len(held_back(spots(city), city).held) == 1


def test_a_rise_is_not_drawn_where_a_hot_spot_waits():
    city = closed_city()
    held = held_back(spots(city), city).held
    rows = [("s", "rise", NEW), ("s", "fall", NEW), ("t", "rise", NEW), ("s", "rise", OLD)]
    columns = {name: [row[k] for row in rows] for k, name in enumerate(("series", "direction"))}
    changes = GeoDataFrame(columns, geometry=[row[2] for row in rows], crs=25832)
    left = away_from(changes, held)
    assert list(zip(left["series"], left["direction"], strict=True)) == [("s", "fall"), ("t", "rise"), ("s", "rise")]
    assert len(away_from(changes, held.iloc[:0])) == len(changes)
