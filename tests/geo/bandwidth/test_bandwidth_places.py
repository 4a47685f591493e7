"""Places, rules of thumb and the range of candidates: by hand, against golden values, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.bandwidth.places import places_of
from geo.bandwidth.rules import effective_number, oversmoothing_m, scott_isotropic_m, scott_m, silverman_m
from geo.bandwidth.selection import candidates_m, selected
from geo.errors import CrsError, GeoError

METRIC = "EPSG:25832"
CHORLEY = Path(__file__).parents[3] / "../shared/data/reference/golden-relative-risk"


def test_shared_coordinates_are_gathered_and_counted():
    places = places_of([5.5, 1.25, 5.5, 1.25, 9], [2, 7, 2, 7.5, 2], [1, 2, 4, 8, 16], crs=METRIC)
    np.testing.assert_array_equal(
        np.stack((places.x, places.y, places.mass)).T, [[5.5, 2, 5], [9, 2, 16], [1.25, 7, 2], [1.25, 7.5, 8]]
    )
    assert (places.points, places.duplicated_share, places.total) == (5, 0.4, 31)


def test_without_shared_coordinates_nothing_is_duplicated():
    places = places_of([3.0, 1.0], [4.0, 2.0], crs=METRIC)
    assert places.duplicated_share == 0
    np.testing.assert_array_equal(places.y, [2, 4])


@pytest.mark.parametrize(("step", "found"), [(50.0, 50.0), (1.0, 1.0), (0.1, 0.1), (np.pi / 7, 0.0)])
def test_rounded_coordinates_are_seen(step, found):
    draw = np.random.default_rng(1)
    x, y = draw.integers(10_000, 90_000, (2, 200)) * step
    assert places_of(x, y, crs=METRIC).rounding_m == found


def test_golden_rules(golden_places):
    assert scott_m(golden_places) == pytest.approx((103.210971521153, 120.563232465147), rel=1e-12)
    assert scott_isotropic_m(golden_places) == pytest.approx(111.550205524053, rel=1e-12)
    assert oversmoothing_m(golden_places) == pytest.approx(78.183142249819, rel=1e-12)
    assert silverman_m(golden_places) == pytest.approx(72.086674140988, rel=1e-12)


@pytest.mark.real
def test_golden_rules_of_the_chorley_cases():
    """Sparr's rule for both kinds together takes the geometric mean of their numbers for the number."""
    if not CHORLEY.exists():
        pytest.skip("the reference data do not lie beside the checkout")
    table, told = pd.read_csv(CHORLEY / "points.csv"), json.loads((CHORLEY / "summary.json").read_text())
    is_case = table["type"] == "larynx"
    every, case, control = (
        places_of(some["x"].to_numpy(), some["y"].to_numpy(), crs="EPSG:27700")
        for some in (table, table[is_case], table[~is_case])
    )
    wanted = told["bandwidths"]
    assert oversmoothing_m(case) == pytest.approx(wanted["OS_case"], rel=1e-9)
    assert oversmoothing_m(control) == pytest.approx(wanted["OS_control"], rel=1e-9)
    assert silverman_m(case) == pytest.approx(wanted["NS_case"], rel=1e-9)
    assert scott_m(case) == pytest.approx(wanted["bw_scott_case"], rel=1e-9)
    assert scott_isotropic_m(case) == pytest.approx(wanted["bw_scott_iso_case"], rel=1e-9)
    number = np.sqrt(told["n_case"] * told["n_control"])
    assert oversmoothing_m(every) * (len(table) / number) ** (1 / 6) == pytest.approx(wanted["OS"], rel=1e-9)


def test_equal_weights_are_no_weights(golden_places):
    x, y = golden_places.x, golden_places.y
    weighted = places_of(x, y, np.full(x.size, 3.0), crs=METRIC)
    assert effective_number(weighted) == pytest.approx(80)
    assert scott_m(weighted) == pytest.approx(scott_m(golden_places))
    assert oversmoothing_m(weighted) == pytest.approx(oversmoothing_m(golden_places), rel=0.05)


def test_points_on_one_spot_count_in_the_rules():
    twice = places_of([0, 0, 4, 4], [0, 0, 4, 4], crs=METRIC)
    assert scott_m(twice)[0] == pytest.approx(np.std([0, 0, 4, 4], ddof=1) * 4 ** (-1 / 6))


def test_candidates_are_never_below_the_rounding(golden_places):
    draw = np.random.default_rng(2)
    rounded = places_of(*(draw.integers(0, 40, (2, 300)) * 50.0), crs=METRIC)
    assert candidates_m(rounded, None)[0] == 50
    np.testing.assert_array_equal(candidates_m(rounded, np.array([80.0, 20.0, 60.0])), [60, 80])
    with pytest.raises(GeoError, match="all bandwidths are below 50 m, to which the coordinates are rounded"):
        candidates_m(rounded, np.array([10.0]))
    with pytest.raises(GeoError, match="must be positive"):
        candidates_m(golden_places, np.array([0.0, 10.0]))


def test_the_optimum_is_the_vertex_and_an_end_is_told(golden_places):
    h = np.geomspace(10, 160, 9)
    curve = (np.log(h) - np.log(47.0)) ** 2
    found = selected("test", h, curve, places=golden_places, is_maximum=False)
    assert found.bandwidth_m == pytest.approx(47)
    assert not found.is_at_end
    upside = selected("test", h, -curve, places=golden_places, is_maximum=True)
    assert upside.bandwidth_m == pytest.approx(47)
    end = selected("test", h, h, places=golden_places, is_maximum=True)
    assert (end.bandwidth_m, end.is_at_end) == (160, True)


def test_what_is_refused():
    with pytest.raises(CrsError, match="in degrees"):
        places_of([5.3, 5.4], [60.4, 60.5], crs="EPSG:4326")
    with pytest.raises(GeoError, match="none of them negative"):
        places_of([0, 1], [0, 1], [1, -1], crs=METRIC)
    with pytest.raises(GeoError, match="1 distinct places"):
        places_of([7, 7], [7, 7], crs=METRIC)
