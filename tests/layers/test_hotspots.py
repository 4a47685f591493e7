"""Hot spots: which areas, and how they keep their names through the periods."""

from datetime import date

import numpy as np
import pytest

from layers.density.hotspots import COLUMNS, Spot, followed, hotspots
from layers.density.surfaces import densities
from layers.frame.window import places_of, study_area
from tests.layers.small_city import city, incidents, tables

PERIODS = tuple((name, date(2012 + k, 1, 1), date(2013 + k, 1, 1)) for k, name in enumerate(("a", "b", "c")))
UNTIL = date(2014, 7, 1)


def spots(*ranges):
    return [Spot(np.arange(*r), share=0.1) for r in ranges]


def names(*periods):
    return [[(s.hotspot_id[2:], s.status) for s in period] for period in followed(periods, prefix="x")]


def ends(*periods):
    return [[s.afterwards for s in period] for period in followed(periods, prefix="x")]


def test_first_new_and_changes_of_area():
    found = names(
        spots((0, 20), (40, 60)),
        spots((0, 25), (100, 110)),  # 25 % more is the same; the second is gone
        spots((0, 26), (100, 113)),
        spots((0, 19), (100, 111)),
    )
    assert found == [
        [("h01", "first"), ("h02", "first")],
        [("h01", "same"), ("h03", "new")],
        [("h01", "same"), ("h03", "grown")],
        [("h01", "shrunk"), ("h03", "same")],
    ]


def test_the_largest_overlap_keeps_the_name_when_one_splits():
    assert names(spots((0, 30)), spots((0, 5), (10, 30)))[1] == [("h02", "split"), ("h01", "split")]


def test_a_merger_keeps_one_name_and_no_name_is_given_twice():
    both = spots((0, 10), (20, 28)), spots((0, 30))
    assert names(*both)[1] == [("h01", "merged")]
    assert ends(*both) == [[None, "merged"], [None]]
    ids = [name for name, _ in names(spots((0, 10), (10, 20)), spots((5, 15), (15, 25), (0, 5)))[1]]
    assert len(set(ids)) == 3


def test_a_spot_that_drifts_has_moved():
    assert names(spots((0, 20)), spots((14, 34)))[1] == [("h01", "moved")]


def test_a_name_is_taken_up_again_where_the_place_is_the_same():
    back = spots((0, 9)), [], spots((0, 9), (40, 49))
    assert names(*back) == [[("h01", "first")], [], [("h01", "returned"), ("h02", "new")]]
    assert ends(*back) == [["gone"], [], [None, None]]


def test_no_period_no_name():
    assert followed([], prefix="x") == []


def chain(*per_period):
    """Hot spots of a scene that moves: `per_period` holds (x, y, n) triples for each period."""
    xy, times = [], []
    for year, scenes in zip((2012, 2013, 2014), per_period, strict=True):
        for x, y, n in scenes:
            xy += [(x, y)] * n
            times += [f"{year}-03-01"] * n
    town = city(periods=PERIODS, hotspot_share=0.5)
    area = study_area(tables(), town)
    found = incidents(xy, times)
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    maps = densities(area, found, places, town, data_until=UNTIL)
    return area, hotspots(maps, area, town, data_until=UNTIL)


def test_a_scene_moves_and_comes_in_two():
    _, found = chain([(300, 500, 40)], [(300, 500, 20), (1600, 500, 21)], [(1600, 500, 50)])
    assert found["hotspot_id"].tolist() == [
        "violence_public-h01",
        "violence_public-h02",
        "violence_public-h01",
        "violence_public-h02",
    ]
    assert found["status"].tolist() == ["first", "new", "same", "same"]  # half of one scene, half of each of two
    assert found["period"].tolist() == ["a", "b", "b", "c"]
    assert found["afterwards"].fillna("").tolist() == ["", "", "gone", ""]
    assert tuple(found.columns[:-1]) == COLUMNS
    assert found.crs == "EPSG:25832"


def test_figures_of_a_hot_spot_belong_together():
    area, found = chain([(300, 500, 40)], [], [(300, 500, 10), (320, 500, 10)])
    first = found.iloc[0]
    assert first["share"] == pytest.approx(0.5, abs=0.01)
    assert first["incidents_per_km2_year"] * first["area_km2"] * 366 / 365.25 == pytest.approx(40 * first["share"])
    assert first.geometry.area / 1e6 == pytest.approx(first["area_km2"], abs=area.grid.cell_area_m2 / 1e6)
    # Half the mass of a Gaussian lies within 1.177 sigma.
    assert first["area_km2"] == pytest.approx(np.pi * (1.177 * 0.1) ** 2, rel=0.05)
    assert first["period_start"] == date(2012, 1, 1)
    assert found.iloc[-1]["period_end"] == UNTIL


def test_small_fragments_are_left_out():
    _, found = chain([(300, 500, 3000), (1600, 500, 30)], [], [])
    assert len(found) == 1


def test_without_incidents_the_table_has_its_columns():
    _, found = chain([], [], [])
    assert len(found) == 0
    assert tuple(found.columns[:-1]) == COLUMNS


def test_the_same_incidents_give_the_same_shapes():
    once, twice = (chain([(300, 500, 40), (1600, 500, 30)], [], [])[1] for _ in range(2))
    assert once.to_wkb().equals(twice.to_wkb())


def test_more_data_at_the_end_of_the_chain_changes_no_id_given_before():
    before = chain([(300, 500, 40)], [(300, 500, 20), (1600, 500, 30)], [(1600, 500, 20)])[1]
    after = chain([(300, 500, 40)], [(300, 500, 20), (1600, 500, 30)], [(1600, 500, 45), (600, 200, 44)])[1]
    known = after["period"].isin(["a", "b"])
    assert (
        after[known]
        .drop(columns="afterwards")
        .to_wkb()
        .equals(before[before["period"] != "c"].drop(columns="afterwards").to_wkb())
    )
    assert after[~known]["hotspot_id"].tolist() == ["violence_public-h02", "violence_public-h03"]
    assert before[before["period"] == "c"]["hotspot_id"].tolist() == ["violence_public-h02"]
