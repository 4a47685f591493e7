"""Centres, scatter and ellipses: hand-made cases, moves and turns, and the reference set."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.centrography import centre, centre_shift, ellipse, median_centre, moments, standard_distance
from geo.errors import GeoError

GOLDEN = Path(__file__).parents[2] / "../shared/data/reference/golden-centrography"
SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])


def sums(points: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    return moments(*points.T, weight).sum(axis=0)


def test_a_square():
    assert centre(sums(SQUARE)).tolist() == [1.0, 1.0]
    assert float(standard_distance(sums(SQUARE))) == pytest.approx(np.sqrt(2))
    assert median_centre(SQUARE) == pytest.approx([1.0, 1.0])


def test_a_line_of_points_has_an_axis_and_no_width():
    found = ellipse(sums(np.array([[0.0, 0.0], [3.0, 3.0], [6.0, 6.0]])))
    assert found.azimuth_deg == pytest.approx(45.0)
    assert found.minor_m == pytest.approx(0.0, abs=1e-6)
    assert found.major_m == pytest.approx(np.sqrt(12.0))


def test_the_median_stays_on_a_point_that_outweighs_the_rest():
    points = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    assert median_centre(points, np.array([5.0, 1.0, 1.0])) == pytest.approx([0.0, 0.0], abs=1e-5)


def test_the_median_of_a_triangle_sees_its_sides_alike():
    at = median_centre(np.array([[0.0, 0.0], [4.0, 0.0], [1.0, 3.0]]))
    toward = np.array([[0.0, 0.0], [4.0, 0.0], [1.0, 3.0]]) - at
    unit = toward / np.hypot(*toward.T)[:, None]
    assert unit.sum(axis=0) == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_shift_north_east_and_its_error():
    before, after = sums(SQUARE), sums(SQUARE + 3.0)
    spread = np.zeros((6, 6))
    spread[1, 1] = 16.0  # the sum of x of four points has sd 4 m, so their centre has 1 m
    shift = centre_shift(before, after, (np.zeros((6, 6)), spread))
    assert shift.distance_m == pytest.approx(np.sqrt(18))
    assert shift.bearing_deg == pytest.approx(45.0)
    assert shift.error_m == pytest.approx(np.sqrt(0.5))  # half of the variance lies along the way


def test_the_error_is_that_of_repeated_samples():
    rng = np.random.default_rng(2)
    apart = np.array([sums(rng.normal(0.0, 5.0, (40, 2))) for _ in range(3000)])
    shift = centre_shift(
        apart.mean(axis=0), apart.mean(axis=0) + np.array([0, 40.0, 0, 0, 0, 0]), (np.cov(apart.T),) * 2
    )
    seen = np.hypot(*np.std(centre(apart[:1500]) - centre(apart[1500:]), axis=0))
    assert np.sqrt(np.trace(shift.covariance)) == pytest.approx(seen, rel=0.05)


def test_nothing_to_summarise_is_said():
    with pytest.raises(GeoError, match="points in both periods"):
        centre_shift(sums(SQUARE), np.zeros(6))
    with pytest.raises(GeoError, match="positive weight"):
        ellipse(np.zeros(6))
    with pytest.raises(GeoError, match="at least one point"):
        median_centre(np.empty((0, 2)))


@given(angle=st.floats(0.0, 6.2), seed=st.integers(0, 99))
def test_turning_the_points_turns_the_ellipse_and_keeps_its_size(angle, seed):
    points = np.random.default_rng(seed).normal(0.0, [5.0, 1.0], (12, 2))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    one, other = ellipse(sums(points)), ellipse(sums(points @ turn))
    assert [other.major_m, other.minor_m] == pytest.approx([one.major_m, one.minor_m])
    gap = (other.azimuth_deg - one.azimuth_deg - np.degrees(angle)) % 180.0
    assert min(gap, 180.0 - gap) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.real
@pytest.mark.skipif(not GOLDEN.exists(), reason="the reference set is not beside")
def test_the_reference_set():
    table = pd.read_csv(GOLDEN / "points.csv")
    for want in pd.read_csv(GOLDEN / "expected.csv").to_dict("records"):
        rows = table[table["period"] == want["period"]]
        summed = sums(rows[["x", "y"]].to_numpy(), rows["weight"].to_numpy() if want["weighted"] else None)
        assert centre(summed) == pytest.approx([want["mean_x"], want["mean_y"]], rel=1e-9)
        assert float(standard_distance(summed)) == pytest.approx(want["standard_distance_n"], rel=1e-9)
        found = ellipse(summed)
        got = [found.major_m, found.minor_m, *found.yuill, *found.crimestat]
        names = ["cov", "sqrt2", "crimestat"]
        assert got == pytest.approx([want[f"sd_{axis}_{n}"] for n in names for axis in ("major", "minor")], rel=1e-9)
        assert found.azimuth_deg == pytest.approx(want["major_axis_azimuth_from_east_ccw_deg"] % 180, rel=1e-9)
    before, after = (sums(table[table["period"] == p][["x", "y"]].to_numpy()) for p in ("pre", "post"))
    shift = centre_shift(before, after)
    told = json.loads((GOLDEN / "shift.json").read_text(encoding="utf-8"))
    assert shift.distance_m == pytest.approx(told["shift_distance"], rel=1e-9)
    assert shift.bearing_deg == pytest.approx(told["bearing_from_north_cw_deg"], rel=1e-9)


def test_crimestat_draws_no_ellipse_of_two_points():
    found = ellipse(moments(np.array([0.0, 1.0]), np.array([0.0, 0.0])).sum(axis=0))
    with pytest.raises(GeoError, match="weight above 2"):
        _ = found.crimestat
