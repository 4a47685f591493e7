"""E-values, two routes and two lists: published and hand-made values, laws, and what cannot be told."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.recording import (
    e_value,
    recapture,
    route_contrast,
    true_ratio,
)

GOLDEN = Path(__file__).parents[2] / "../shared/data/reference/golden-recording-bias"
real = [pytest.mark.real, pytest.mark.skipif(not GOLDEN.is_dir(), reason="no reference data beside the checkout")]


def rows(name: str) -> list[dict[str, float]]:
    with (GOLDEN / name).open(encoding="utf-8") as lines:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]


class TestAgainstReferenceValues:
    pytestmark = real

    def test_e_values(self):
        for row in rows("e_values.csv"):
            assert e_value(row["rr"]) == pytest.approx(row["e_value"], abs=1e-8)

    def test_recapture(self):
        for row in rows("chapman.csv"):
            found = recapture(int(row["n1"]), int(row["n2"]), int(row["m"]))
            assert found.lincoln_petersen == pytest.approx(row["lincoln_petersen"], abs=1e-8)
            assert found.chapman == pytest.approx(row["chapman"], abs=1e-8)
            assert found.variance == pytest.approx(row["var"], abs=1e-8)
            assert np.sqrt(found.variance) == pytest.approx(row["se"], abs=1e-8)
            # relative: the table's normal quantile is rounded to 1.959963985, 5e-10 off, which is 2e-8 of 417
            assert found.interval == pytest.approx((row["lo95"], row["hi95"]), rel=1e-8)

    def test_detection_bounds(self):
        for row in rows("detection_bounds.csv"):
            observed = row["count_post"] / row["count_pre"]
            assert observed == pytest.approx(row["observed_rr"], abs=1e-8)
            found = true_ratio(observed, row["detection_ratio_post_over_pre"])
            assert found == pytest.approx(row["adjusted_rr"], abs=1e-8)


def test_e_values_by_hand():
    assert e_value(3.9) == pytest.approx(7.263, abs=5e-4)  # the published example
    assert e_value(np.array([1.8, 1.0, 0.5])) == pytest.approx([3.0, 1.0, 2 + 2**0.5])


@given(st.floats(0.01, 100.0))
def test_an_e_value_is_that_of_the_inverse_and_never_weaker_than_its_ratio(ratio):
    assert e_value(ratio) == pytest.approx(e_value(1 / ratio))
    assert e_value(ratio) >= max(ratio, 1 / ratio) - 1e-12


def test_mistakes_are_told():
    with pytest.raises(GeoError, match="ratios above 0"):
        e_value(-0.5)
    with pytest.raises(GeoError, match="between 0 and the shorter list"):
        recapture(10, 20, 11)
    with pytest.raises(GeoError, match="has no ratio"):
        route_contrast(np.array([0, 3]), np.array([1, 1]))


def test_lists_without_a_common_case_have_no_ratio_but_a_bound():
    found = recapture(9, 9, 0)
    assert found.lincoln_petersen == float("inf")
    assert found.chapman == 99.0


def test_recapture_finds_the_population_when_lists_miss_independently():
    rng, true = np.random.default_rng(1), 500
    found, held = [], 0
    for _ in range(400):
        first, second = rng.random((2, true)) < np.array([[0.4], [0.3]])
        one = recapture(first.sum(), second.sum(), (first & second).sum())
        found.append(one.chapman)
        held += one.interval[0] <= true <= one.interval[1]
    assert np.mean(found) == pytest.approx(true, rel=0.01)
    assert 0.9 < held / 400 < 0.98


def test_two_routes_tell_the_ratio_of_their_changes_and_nothing_else():
    """Harm triples; the police record half as often as before: only the half is seen, whatever the harm did."""
    for harm in (1.0, 3.0, 0.2):
        police, health = np.array([400.0, 400.0 * harm * 0.5]), np.array([200.0, 200.0 * harm])
        found = route_contrast(police, health)
        assert found.ratio == pytest.approx(0.5)
    both = route_contrast(np.array([400.0, 100.0]), np.array([200.0, 50.0]))
    assert both.ratio == pytest.approx(1.0)
    assert both.explained  # both fell alike: harm fell, or both record less; two routes cannot tell


def test_the_contrast_holds_the_true_ratio_as_often_as_it_says():
    rng, held = np.random.default_rng(2), 0
    for _ in range(600):
        one, other = rng.negative_binomial([60, 120], 0.4), rng.poisson([80, 160])
        found = route_contrast(one, other, dispersion=(2.5, 1.0))
        held += found.interval[0] <= 1.0 <= found.interval[1]
    assert 0.93 < held / 600 < 0.97
