"""Figures carried from areas to areas: hand-made squares, mass kept, bounds that hold, the reference set."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.areal import (
    by_ancillary,
    by_area,
    extensive,
    extensive_bounds,
    intensive,
    intensive_bounds,
)
from geo.errors import GeoError

GOLDEN = Path(__file__).parents[2] / "../shared/data/reference/golden-areal"


def boxes(*bounds: tuple[float, float, float, float]) -> np.ndarray:
    return shapely.box(*np.array(bounds, dtype=float).T)


HALVES = boxes((0, 0, 10, 10), (10, 0, 20, 10))
THIRDS = boxes((0, 0, 5, 10), (5, 0, 15, 10), (15, 0, 20, 10))


def test_counts_are_split_by_area_and_rates_are_means():
    laid = by_area(HALVES, THIRDS)
    assert extensive(np.array([100.0, 40.0]), laid) == pytest.approx([50, 70, 20])
    assert intensive(np.array([0.2, 0.6]), laid) == pytest.approx([0.2, 0.4, 0.6])
    assert laid.covered == pytest.approx([1.0, 1.0])


def test_bounds_hold_however_people_live():
    laid = by_area(HALVES, boxes((-1, -1, 12, 11)))
    assert [x.tolist() for x in extensive_bounds(np.array([100.0, 40.0]), laid)] == [[100.0], [140.0]]
    assert [x.tolist() for x in intensive_bounds(np.array([0.2, 0.6]), laid)] == [[0.2], [0.6]]


def test_people_live_where_the_houses_are():
    houses = boxes((1, 1, 3, 3), (8, 1, 10, 3), (12, 1, 13, 2))
    laid = by_ancillary(HALVES, THIRDS, houses, np.array([1.0, 3.0, 1.0]))
    assert extensive(np.array([100.0, 40.0]), laid) == pytest.approx([25, 115, 0])


def test_streets_are_measured_by_their_length():
    street = shapely.linestrings([[[0.0, 5.0], [20.0, 5.0]], [[2.0, 0.0], [2.0, 10.0]]])
    laid = by_ancillary(HALVES, THIRDS, street, np.ones(2))
    assert extensive(np.array([20.0, 10.0]), laid) == pytest.approx([15, 10, 5])


def test_a_street_along_a_border_counts_once():
    street = np.array([shapely.LineString([(10, 0), (10, 10)])])
    whole = boxes((0, 0, 20, 10))
    onto_halves = by_ancillary(whole, HALVES, street, np.ones(1))
    assert extensive(np.array([10.0]), onto_halves) == pytest.approx([5, 5])
    assert onto_halves.covered == pytest.approx([1.0])
    from_halves = by_ancillary(HALVES, whole, street, np.ones(1))
    assert from_halves.measured == pytest.approx([10.0])
    assert extensive(np.array([10.0, 4.0]), from_halves) == pytest.approx([14.0])


def test_what_sticks_out_is_kept_outside_or_given_to_the_targets():
    part = boxes((0, 0, 5, 10))
    laid = by_area(HALVES, part)
    assert extensive(np.array([100.0, 40.0]), laid) == pytest.approx([50])
    assert extensive(np.array([100.0, 40.0]), laid, allocate_all=True) == pytest.approx([100])


def test_missing_rates_do_not_count_and_empty_targets_are_unknown():
    laid = by_area(HALVES, boxes((5, 0, 15, 10), (30, 0, 40, 10)))
    assert intensive(np.array([np.nan, 0.6]), laid) == pytest.approx([0.6, np.nan], nan_ok=True)
    assert intensive_bounds(np.array([np.nan, 0.6]), laid)[0] == pytest.approx([0.6, np.nan], nan_ok=True)


def test_people_without_houses_are_said():
    with pytest.raises(GeoError, match="1 of 2 areas hold something but nothing to spread it by"):
        extensive(np.array([100.0, 40.0]), by_ancillary(HALVES, THIRDS, boxes((1, 1, 3, 3)), np.ones(1)))


@pytest.mark.parametrize(
    ("shapes", "density", "said"),
    [
        ([shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])], [1.0, 1.0], "all be polygons, or all lines"),
        ([shapely.box(0, 0, 1, 1)], [-1.0], "negative"),
    ],
)
def test_ancillary_shapes_that_cannot_be_measured_are_refused(shapes, density, said):
    with pytest.raises(GeoError, match=said):
        by_ancillary(HALVES, THIRDS, np.array(shapes), np.array(density))


@given(
    cuts=st.lists(st.integers(1, 39), min_size=1, max_size=6, unique=True),
    values=st.lists(st.floats(0, 1000), min_size=4, max_size=4),
    seed=st.integers(0, 999),
)
def test_mass_is_kept_and_lies_between_its_bounds(cuts, values, seed):
    sources = boxes(*((10.0 * i, 0, 10.0 * i + 10, 10) for i in range(4)))
    edges = [0, *sorted(cuts), 40]
    targets = boxes(*((a, 0, b, 10) for a, b in pairwise(edges)))
    xy = np.random.default_rng(seed).uniform(0, 9, (40, 2)) + np.repeat(np.arange(4), 10)[:, None] * [10.0, 0.0]
    houses = shapely.box(xy[:, 0], xy[:, 1], xy[:, 0] + 0.1, xy[:, 1] + 0.1)
    count = np.array(values)
    for laid in (by_area(sources, targets), by_ancillary(sources, targets, houses, np.ones(40))):
        carried = extensive(count, laid)
        assert carried.sum() == pytest.approx(count.sum())
        least, most = extensive_bounds(count, laid)
        assert (carried >= least - 1e-6).all() and (carried <= most + 1e-6).all()


@pytest.mark.real
@pytest.mark.skipif(not GOLDEN.exists(), reason="the reference set is not beside")
def test_the_reference_set():
    source, target, houses = (pd.read_csv(GOLDEN / f"{name}.csv") for name in ("source", "target", "buildings"))
    want = pd.read_csv(GOLDEN / "expected.csv")
    shapes = [shapely.from_wkt(table["wkt"].to_numpy()) for table in (source, target, houses)]
    laid = by_area(shapes[0], shapes[1])
    people = source["pop"].to_numpy(float)
    assert extensive(people, laid) == pytest.approx(want["pop_awi_nototal"].to_numpy(), rel=1e-6)
    assert extensive(people, laid, allocate_all=True) == pytest.approx(want["pop_awi_total"].to_numpy(), rel=1e-6)
    for column in ("rate_awi_nototal", "rate_awi_total"):  # a mean of rates knows no total
        assert intensive(source["rate"].to_numpy(), laid) == pytest.approx(want[column].to_numpy(), rel=1e-6)
    built = by_ancillary(shapes[0], shapes[1], shapes[2], houses["floors"].to_numpy(float))
    assert extensive(people, built) == pytest.approx(want["pop_dasymetric_floor_area"].to_numpy(), rel=1e-6)
