"""Ranks, the most deprived fifth and the shift of harm along them, against hand-made cases and published values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.displacement import control_ratio
from geo.equity import (
    concentration_index,
    fifth_share,
    fifth_share_change,
    fractional_rank,
    mean_rank,
    rank_shift,
    rank_shift_parts,
    share_in_most_deprived,
)
from geo.equity.gradient import relative_index, slope_index
from geo.errors import GeoError
from geo.functionals import ORIGIN, RECEIVERS, REST, collect, unit_weights

# Eight districts, most deprived first: population, counts before and after. Values computed for this project in R.
POPULATION = np.array([4200, 5100, 3900, 6100, 7200, 5600, 4800, 3100.0])
BEFORE = np.array([168, 153, 98, 122, 115, 73, 58, 22.0])
AFTER = np.array([295, 201, 109, 118, 86, 41, 30, 12.0])
DEPRIVATION = np.arange(8, 0, -1.0)
C_BEFORE, C_AFTER = -0.252790482077, -0.45139573991
FIFTH_BEFORE, FIFTH_AFTER = 0.348578491965, 0.498615141124


def reading(before: np.ndarray, after: np.ndarray, rank: np.ndarray, fifth: np.ndarray, role: np.ndarray) -> np.ndarray:
    return collect(np.column_stack([before, after]), role, unit_weights(rank, fifth))


def test_rank_of_four_equal_districts_is_the_middle_of_each_quarter():
    rank = fractional_rank(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 10.0))
    assert rank.tolist() == [0.125, 0.375, 0.625, 0.875]


def test_ties_share_a_mean_rank():
    rank = fractional_rank(np.array([1.0, 5.0, 5.0, 9.0]), np.array([10.0, 20.0, 30.0, 40.0]))
    assert rank == pytest.approx([0.05, 0.35, 0.35, 0.8])


def test_a_district_without_value_is_unranked_and_takes_no_place():
    rank = fractional_rank(np.array([1.0, np.nan, 2.0]), np.array([10.0, 1000.0, 10.0]))
    assert rank == pytest.approx([0.25, np.nan, 0.75], nan_ok=True)


def test_the_straddling_district_is_split():
    share = share_in_most_deprived(np.array([4.0, 3.0, 2.0, 1.0]), np.array([10.0, 30.0, 30.0, 30.0]))
    assert share == pytest.approx([1.0, 1 / 3, 0.0, 0.0])


def test_tied_districts_are_split_alike():
    share = share_in_most_deprived(np.array([4.0, 4.0, 1.0]), np.array([10.0, 30.0, 60.0]))
    assert share == pytest.approx([0.5, 0.5, 0.0])


def test_an_empty_district_counts_by_its_position():
    share = share_in_most_deprived(np.array([9.0, 4.0, 1.0, 0.0]), np.array([0.0, 20.0, 80.0, 0.0]))
    assert share == pytest.approx([1.0, 1.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("population", "said"), [([-1.0, 2.0], "population is negative"), ([0.0, 0.0], "nobody lives in the ranked areas")]
)
def test_populations_that_cannot_rank_are_refused(population, said):
    with pytest.raises(GeoError, match=said):
        fractional_rank(np.array([1.0, 2.0]), np.array(population))


def test_concentration_index_and_fifth_agree_with_published_values():
    rank = fractional_rank(DEPRIVATION, POPULATION)
    assert concentration_index(BEFORE, rank) == pytest.approx(C_BEFORE, abs=1e-9)
    assert concentration_index(AFTER, rank) == pytest.approx(C_AFTER, abs=1e-9)
    fifth = share_in_most_deprived(DEPRIVATION, POPULATION)
    harm = reading(BEFORE, AFTER, rank, fifth, np.full(8, REST))
    assert fifth_share(harm) == pytest.approx([100 * FIFTH_BEFORE, 100 * FIFTH_AFTER], abs=1e-7)
    assert float(fifth_share_change(harm)) == pytest.approx(100 * (FIFTH_AFTER - FIFTH_BEFORE), abs=1e-7)


def test_change_of_the_concentration_index_is_minus_twice_the_shift():
    rank = fractional_rank(DEPRIVATION, POPULATION)
    harm = reading(BEFORE, AFTER, rank, np.zeros(8), np.full(8, REST))
    assert -2 * float(rank_shift(harm)) / 100 == pytest.approx(C_AFTER - C_BEFORE, abs=1e-9)


def test_all_harm_going_from_the_least_to_the_most_deprived_of_four():
    rank = fractional_rank(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4))
    role = np.array([ORIGIN, REST, REST, RECEIVERS])
    harm = reading(np.array([4.0, 0, 0, 0]), np.array([0, 0, 0, 4.0]), rank, np.zeros(4), role)
    assert mean_rank(harm) == pytest.approx([12.5, 87.5])
    assert float(rank_shift(harm)) == pytest.approx(75.0)
    # measured from the mean rank before, which is the origin's, all of it is the receivers'
    assert rank_shift_parts(harm, kappa=1.0) == pytest.approx([0.0, 75.0, 0.0, 0.0])


def test_halving_the_origin_alone_shifts_the_rank_without_any_gain_in_the_receivers():
    rank = fractional_rank(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4))
    role = np.array([ORIGIN, REST, REST, RECEIVERS])
    harm = reading(np.array([4.0, 1, 1, 1]), np.array([2.0, 1, 1, 1]), rank, np.zeros(4), role)
    assert float(rank_shift(harm)) > 5
    parts = rank_shift_parts(harm, kappa=1.0)
    assert parts[RECEIVERS] == 0.0
    assert parts[ORIGIN] == pytest.approx(float(rank_shift(harm)))


positive = st.floats(0.01, 100.0)


@given(
    counts=arrays(float, (2, 12), elements=positive),
    deprivation=arrays(float, 12, elements=st.integers(0, 5).map(float)),
    role=arrays(int, 12, elements=st.integers(0, 3)),
    kappa=st.floats(0.1, 5.0),
)
def test_the_parts_add_up_to_the_shift_whatever_kappa(counts, deprivation, role, kappa):
    rank = fractional_rank(deprivation, np.ones(12))
    harm = reading(counts[0], counts[1], rank, np.zeros(12), role)
    assert rank_shift_parts(harm, kappa=kappa).sum() == pytest.approx(float(rank_shift(harm)), abs=1e-9)


@given(
    population=arrays(float, 7, elements=positive), deprivation=arrays(float, 7, elements=st.integers(0, 3).map(float))
)
def test_the_mean_rank_of_people_is_a_half_and_the_fifth_holds_a_fifth_of_them(population, deprivation):
    weight = population / population.sum()
    assert (weight * fractional_rank(deprivation, population)).sum() == pytest.approx(0.5)
    assert (weight * share_in_most_deprived(deprivation, population)).sum() == pytest.approx(0.2)


def test_harm_of_unranked_units_stays_out_of_rank_findings_but_in_totals():
    rank = np.array([0.25, np.nan, 0.75])
    harm = reading(np.array([1.0, 100.0, 1.0]), np.array([1.0, 5.0, 3.0]), rank, rank, np.full(3, REST))
    assert mean_rank(harm) == pytest.approx([50.0, 62.5])
    assert np.isnan(control_ratio(harm))


def test_units_and_roles_must_be_the_same():
    with pytest.raises(GeoError, match="3 units have counts, 2 a role"):
        collect(np.ones(3), np.zeros(2, dtype=int), np.ones((3, 4)))


@pytest.mark.parametrize("index", [slope_index, lambda rate, rank, people: relative_index(rate * people, rank, people)])
def test_an_area_without_rank_is_told_as_such_and_not_as_equal_deprivation(index):
    with pytest.raises(GeoError, match="1 of 3 areas have no rank of deprivation"):
        index(np.ones(3), np.array([0.2, np.nan, 0.8]), np.full(3, 10.0))
    with pytest.raises(GeoError, match="all areas are equally deprived"):
        index(np.ones(3), np.full(3, 0.5), np.full(3, 10.0))
