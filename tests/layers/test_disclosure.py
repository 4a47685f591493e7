"""The gate: small counts, the gap that subtraction would fill, cells with too little behind them, sheltered places."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from geo.contours import outline
from geo.grid import Grid
from layers.city import Window
from layers.density.relative_risk import RelativeRisk
from layers.density.surfaces import Density
from layers.disclosure import gate as disclosure
from layers.disclosure.release import OUTSIDE, RATIO_WITHHELD, SHOWN, WITHHELD, Surface
from tests.example_release import example_release


@pytest.fixture(scope="module")
def city():
    return example_release().city


def table(key, values):
    """One period and series; `values` by district or scene."""
    counts = list(values.values())
    rates = [count / 10 for count in counts]
    columns = {key: list(values), "period": "p", "series": "s", "incidents": counts, "incidents_per_day": rates}
    return pd.DataFrame(columns)


def gated(city, *, pieces, districts, scenes):
    """Return what is withheld; `pieces` are (district, scene or None)."""
    ground = pd.DataFrame(pieces, columns=["district_id", "scene_id"])
    steps = [step.model_copy(update={"origin": ("o",), "receivers": ("r", "q")}) for step in city.steps[:1]]
    both = disclosure.gate_counts(
        table("district_id", districts),
        table("scene_id", scenes),
        ground,
        city.model_copy(update={"steps": tuple(steps)}),
    )
    return tuple("".join(frame[frame["withheld"]].iloc[:, 0]) for frame in both)


APART = [("a", None), ("b", None), ("c", None), ("d", None), ("e", "o"), ("f", "r"), ("g", "q")]
FAR = {"e": 90, "f": 90, "g": 90}
SCENES = {"o": 90, "r": 90, "q": 90}


def test_one_to_four_are_withheld_and_zero_is_not(city):
    small = {"a": 0, "b": 1, "c": 4, "d": 5}
    assert gated(city, pieces=APART, districts=small | FAR, scenes=SCENES) == ("bc", "")


def test_a_single_gap_is_covered_by_the_smallest_other_count(city):
    assert gated(city, pieces=APART, districts={"a": 3, "b": 50, "c": 7, "d": 0} | FAR, scenes=SCENES) == ("ac", "")


def test_two_gaps_whose_sum_is_small_are_covered_too(city):
    """The city's total less what is shown would say that both hold exactly one."""
    assert gated(city, pieces=APART, districts={"a": 1, "b": 1, "c": 7, "d": 60} | FAR, scenes=SCENES) == ("abc", "")


def test_nothing_small_nothing_withheld(city):
    assert gated(city, pieces=APART, districts={"a": 0, "b": 5, "c": 6, "d": 7} | FAR, scenes=SCENES) == ("", "")


def test_a_scene_that_leaves_a_small_rest_of_its_district_is_withheld_and_covered(city):
    """District e less scene o would give two. Findings tell o whatever is hidden, so e goes, and a, which covers it."""
    pieces = [*APART, ("e", None)]
    found = gated(city, pieces=pieces, districts={"a": 9, "b": 9, "c": 9, "d": 9} | FAR | {"e": 92}, scenes=SCENES)
    assert found == ("ae", "o")


def test_a_scene_in_two_districts_that_leaves_a_small_rest_of_both_is_withheld(city):
    pieces = [*APART, ("d", "o"), ("d", None)]
    districts = {"a": 9, "b": 9, "c": 9, "d": 20, "e": 72, "f": 90, "g": 90}
    assert gated(city, pieces=pieces, districts=districts, scenes=SCENES) == ("", "o")


def test_a_district_inside_a_scene_that_leaves_a_small_rest_is_withheld(city):
    pieces = [("a", "o"), ("b", "o"), ("b", None), ("c", None), ("f", "r"), ("g", "q")]
    districts = {"a": 88, "b": 30, "c": 9, "f": 90, "g": 90}
    found = gated(city, pieces=pieces, districts=districts, scenes=SCENES)
    assert "a" in found[0]


def test_a_side_of_a_step_gives_no_single_scene_away(city):
    """Findings give the receivers together: r alone hidden would be their sum less q."""
    pieces = [*APART, ("e", None), ("f", None), ("g", None)]
    found = gated(city, pieces=pieces, districts={"a": 9, **dict.fromkeys("efg", 300)}, scenes=SCENES | {"r": 3})
    assert found == ("", "rq")


def test_no_subtraction_gives_a_small_count(city):
    """Whatever is counted: no shown count or known sum, less what is shown inside it, leaves one to four."""
    rng = np.random.default_rng(1)
    pieces = [*APART, ("e", None), ("f", "q"), ("f", None), ("g", None)]
    keys, inside = pd.DataFrame(pieces, columns=["district_id", "scene_id"]), [{"e": "o"}, {"f": "r"}]
    for _ in range(200):
        n = rng.poisson(rng.choice([0.5, 2, 6], len(pieces)))
        districts = {k: int(n[keys["district_id"] == k].sum()) for k in "abcdefg"}
        scenes = {k: int(n[keys["scene_id"] == k].sum()) for k in "orq"}
        hide_districts, hide_scenes = gated(city, pieces=pieces, districts=districts, scenes=scenes)
        shown = {k: v for k, v in districts.items() if k not in hide_districts}
        seen = {k: v for k, v in scenes.items() if k not in hide_scenes}
        assert not {1, 2, 3, 4} & {*shown.values(), *seen.values()}
        if any(shown.values()):
            assert sum(districts.values()) - sum(shown.values()) not in range(1, 5)
        for pair in inside:
            for district, scene in pair.items():
                if district in shown and seen.get(scene):
                    assert shown[district] - seen[scene] not in range(1, 5)


def test_open_counts_stay_as_published(city):
    source = example_release(simulated=False).city
    assert disclosure.shown_as_published(source)
    assert gated(source, pieces=APART, districts={"a": 3} | FAR, scenes=SCENES) == ("", "")


def place_table(*rows):
    """Rows of category, from_m, to_m, end, count, from 2015 on, all of one place."""
    columns = ["category", "from_m", "to_m", "end", "count"]
    counts = pd.DataFrame(rows, columns=columns).assign(place_id="place", start=date(2015, 1, 1))
    return counts.assign(end=[date(year, 1, 1) for year in counts["end"]])


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (("noise", 0, 150, 2016, 40), ("noise", 0, 650, 2016, 43)),
        (("noise", 0, 150, 2016, 40), ("noise", 0, 150, 2017, 43)),
        (("noise", 0, 150, 2016, 40), ("all", 0, 150, 2016, 43)),
    ],
)
def test_a_place_count_that_leaves_a_small_rest_of_another_is_withheld(city, part, whole):
    found = disclosure.gate_place_counts(place_table(part, whole), city, data_until=date(2019, 1, 1))
    assert found["count"].isna().tolist() == [True, False]
    apart = disclosure.gate_place_counts(place_table(part, (*whole[:-1], 45)), city, data_until=date(2019, 1, 1))
    assert not apart["count"].isna().any()


def test_a_place_count_of_recent_days_is_withheld(city):
    rows = place_table(("noise", 0, 150, 2016, 40), ("noise", 0, 150, 2017, 80))
    assert disclosure.gate_place_counts(rows, city, data_until=date(2016, 7, 1))["count"].isna().tolist() == [
        False,
        True,
    ]


GRID = Grid(x_min=0, y_max=500, cell_m=50, rows=10, cols=10, crs="EPSG:25832")


def spot_of(cells):
    columns = {"hotspot_id": "s-h01", "period": "p", "series": "s", "share": 0.5, "area_km2": 1.0}
    end = {"period_start": date(2015, 1, 1), "period_end": date(2016, 1, 1)}
    frame = pd.DataFrame([{**columns, "incidents_per_km2_year": 9.0, "status": "new", **end}])
    return gpd.GeoDataFrame(frame, geometry=[outline(GRID, cells)], crs=GRID.crs)


def cut(cells, shown):
    values = np.ones(GRID.shape)
    values[:, 5:] = 3.0
    density = Density("p", "s", values, np.full(GRID.shape, 20.0), 100)
    surface = Surface("p", "s", np.where(shown, values, np.nan), ~shown, 200.0)
    return disclosure.gate_hotspots(spot_of(cells), (density,), (surface,), GRID)


def test_a_hot_spot_is_cut_to_cells_that_are_shown():
    flat = np.arange(100).reshape(GRID.shape)
    shown = np.zeros(GRID.shape, dtype=bool)
    shown[:, 5:] = True
    spot = cut(flat[2:6, 2:8].ravel(), shown).iloc[0]
    assert spot.geometry.bounds[0] >= 250  # nothing of it where cells are hidden
    assert spot["area_km2"] == pytest.approx(12 * 2500 / 1e6)
    assert spot["share"] == pytest.approx(36 / 200)
    assert spot["incidents_per_km2_year"] == 3.0


def test_a_hot_spot_keeps_its_figures_where_every_cell_is_shown():
    cells = np.arange(100).reshape(GRID.shape)[2:6, 2:8].ravel()
    kept = cut(cells, np.ones(GRID.shape, dtype=bool))
    assert kept["share"].tolist() == [0.5]
    assert kept.geometry.iloc[0].equals(outline(GRID, cells))


def test_a_hot_spot_of_three_shown_cells_is_dropped():
    shown = np.zeros(GRID.shape, dtype=bool)
    shown[4, 4:7] = True
    left = cut(np.arange(100).reshape(GRID.shape)[2:8, 2:8].ravel(), shown)
    assert left.empty
    assert list(left.columns) == list(spot_of(np.arange(4)).columns)


def changed(city, **columns):
    """One area of change after the gate; six cells, thirty incidents behind the weakest, fourteen in each window."""
    row = {"step": "a->b", "series": "s", "direction": "rise", "q_max": 0.04, "rate_ratio": 3.0, "area_km2": 0.015}
    row |= {"cells": 6, "least_incidents": 30.0, "fewer_incidents": 14.0} | columns
    return disclosure.gate_changes(gpd.GeoDataFrame([row], geometry=[Point(0, 0).buffer(60)], crs=25832), city)


def test_an_area_of_change_keeps_its_ratio_where_both_windows_are_shown(city):
    found = changed(city)
    assert list(found.columns) == ["step", "series", "direction", "q_max", "rate_ratio", "area_km2", "geometry"]
    assert found["rate_ratio"].tolist() == [3.0]


@pytest.mark.parametrize("column", [{"cells": 3}, {"least_incidents": 9.9}])
def test_small_and_weak_areas_of_change_are_dropped(city, column):
    assert changed(city, **column).empty


def test_a_ratio_that_would_give_a_withheld_density_is_withheld(city):
    found = changed(city, fewer_incidents=9.9)
    assert found["direction"].tolist() == ["rise"]
    assert found["rate_ratio"].isna().all()
    assert changed(example_release(simulated=False).city, fewer_incidents=9.9)["rate_ratio"].tolist() == [3.0]


def test_housing_and_undeclared_services_are_on_no_map():
    services = gpd.GeoDataFrame(
        {"service_id": ["a", "b", "c"], "kind": ["housing", "drop-in", "drop-in"], "public": [True, False, True]},
        geometry=[Point(0, 0)] * 3,
        crs=25832,
    )
    assert disclosure.gate_services(services)["service_id"].tolist() == ["c"]


def risk_of(before, after):
    """One row of cells with these effective incidents; the last cell lies off the land."""
    behind = np.array([[before], [after]], dtype=float)
    ratio = np.where(behind.sum(axis=0) >= 10, 2.0, np.nan)
    window = Window(start=date(2013, 1, 1), end=date(2014, 1, 1))
    evidence = np.full(ratio.shape, 3, dtype=np.int8)
    return RelativeRisk("a->b", "x", "a", "b", (window, window), ratio, ratio, evidence, behind, 0.5, "maximum")


def test_a_ratio_of_change_is_shown_only_where_enough_stand_behind_both_windows(city):
    land = np.array([[True, True, True, False]])
    (gated,) = disclosure.gate_relative_risks([risk_of([12, 30, 4, 30], [11, 4, 4, 30])], land, city)
    assert gated.status.tolist() == [[SHOWN, RATIO_WITHHELD, WITHHELD, OUTSIDE]]
    assert np.isfinite(gated.rate_ratio).tolist() == [[True, False, False, False]]
    assert np.isfinite(gated.relative_risk).tolist() == [[True, False, False, False]]
    assert gated.evidence.tolist() == [[3, 3, 0, 0]]


def test_of_open_data_a_ratio_is_shown_wherever_it_was_tested():
    land = np.array([[True, True, True, False]])
    open_city = example_release(simulated=False).city
    (gated,) = disclosure.gate_relative_risks([risk_of([12, 30, 4, 30], [11, 4, 4, 30])], land, open_city)
    assert gated.status.tolist() == [[SHOWN, SHOWN, WITHHELD, OUTSIDE]]


def test_a_surface_says_of_an_empty_cell_why_it_is_empty():
    surface = Surface("a", "x", np.array([[1.0, np.nan, np.nan]]), np.array([[False, True, False]]), 100.0)
    assert surface.status.tolist() == [[SHOWN, WITHHELD, OUTSIDE]]
