"""Gi, Gi*, local and global Moran: against spdep, by hand, by what must not change them, and what they refuse."""

from pathlib import Path

import dask
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from geo.errors import GeoError
from geo.hotspot import local_moran as moran
from geo.hotspot.gi_star import gi, gi_star
from geo.hotspot.local_moran import bivariate_local_moran, global_moran, local_moran
from geo.hotspot.multiple_testing import adjusted
from geo.hotspot.neighbours import grid_neighbours, row_standardised, with_self

HERE = Path(__file__).parent
SHARED = Path(__file__).parents[3] / "../shared/data/reference/golden-hotspots/expected.csv"
TABLES = [
    pytest.param(HERE / "golden/local_statistics.csv", id="carried"),
    pytest.param(SHARED, id="shared", marks=pytest.mark.real),
]


def read(path):
    if not path.exists():
        pytest.skip("the reference data do not lie beside the checkout")
    table = pd.read_csv(path)
    inside = np.zeros((table.row.max(), table.col.max()), dtype=bool)
    inside[table.row - 1, table.col - 1] = True
    return table, grid_neighbours(inside), grid_neighbours(inside, contiguity="rook")


def same(found, column, tolerance=1e-8):
    np.testing.assert_allclose(found, column, rtol=0, atol=tolerance)


@pytest.mark.parametrize("path", TABLES)
def test_gi_and_its_corrections_are_those_of_spdep(path):
    table, queen, rook = read(path)
    star = gi_star(table.x, queen)
    same(star.z, table.gistar_queen_B)
    same(star.p_two_sided, table.gistar_p2)
    same(gi(table.x, queen).z, table.gi_queen_W)
    same(gi(table.x, rook).z, table.gi_rook_B)
    for column, correction in (("gistar_fdr_BH", "bh"), ("gistar_by", "by"), ("gistar_bonf", "bonferroni")):
        same(adjusted(star.p_two_sided, correction=correction), table[column])
    assert np.count_nonzero(star.significant(level=0.05)) == 7


@pytest.mark.parametrize("path", TABLES)
def test_moran_is_that_of_spdep(path):
    table, queen, _ = read(path)
    weights = row_standardised(queen)
    local = local_moran(table.x, weights)
    same(local.statistic, table.local_moran_Ii)
    same(local.expected, table.local_moran_E)
    same(local.variance, table.local_moran_Var)
    same(local.z, table.local_moran_Z)
    if "local_moran_p" in table:
        same(local.p_two_sided, table.local_moran_p)
    same(bivariate_local_moran(table.x, table.y, weights).statistic, table.blisa_x_Wy_popsd)
    overall = global_moran(table.x, weights)
    found = overall.statistic, overall.expected, overall.variance, overall.z
    same(found, (0.2683694209391, -0.01470588235294, 0.00449319623353, 4.223031182382))
    assert local.statistic.mean() == pytest.approx(overall.statistic)


def test_gi_star_by_hand():
    """Three in a row with 0, 0, 3: mean 1, variance 2; round the last area lie 0 and 3, z = (3 - 2) / sqrt 2."""
    row = sparse.csr_array(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    z = gi_star(np.array([0, 0, 3]), row).z
    assert z[[0, 2]] == pytest.approx([-2 / np.sqrt(2), 1 / np.sqrt(2)])
    assert np.isnan(z[1])  # its neighbourhood is everything: nothing could differ


maps = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@settings(max_examples=30, deadline=None)
@given(maps, st.floats(0.1, 1e6), st.floats(-1e3, 1e3))
def test_scaling_rows_values_and_order_change_nothing(rng, factor, shift):
    inside = rng.random((5, 6)) < 0.8
    inside[0, :4] = True
    weights = grid_neighbours(inside)
    x = rng.poisson(2.0, weights.shape[0]) + 0.5 * rng.random(weights.shape[0])
    scaled = sparse.csr_array(sparse.diags_array(rng.uniform(0.1, 5, x.size)) @ weights)
    order = rng.permutation(x.size)
    for statistic in (gi, gi_star):
        z = statistic(x, weights).z
        np.testing.assert_allclose(statistic(x, scaled).z, z, atol=1e-9)
        np.testing.assert_allclose(statistic(factor * x + shift, weights).z, z, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(statistic(-x, weights).z, -z, atol=1e-9)
        np.testing.assert_allclose(statistic(x[order], weights[order][:, order]).z, z[order], atol=1e-9)


def test_permutation_agrees_with_the_law_where_values_are_normal():
    rng = np.random.default_rng(4)
    weights = grid_neighbours(np.ones((20, 20), dtype=bool))
    x = rng.normal(size=400)
    found = gi(x, weights, simulations=999, seed=1)
    assert np.abs(found.permuted.p_upper - stats.norm.sf(found.z)).max() < 0.06
    assert found.permuted.smallest_p == 0.001
    local = local_moran(x, row_standardised(weights), simulations=999, seed=1)
    assert np.abs(local.permuted.p_two_sided - local.p_two_sided).max() < 0.1


def test_permuted_p_is_uniform_without_pattern():
    rng = np.random.default_rng(7)
    weights = grid_neighbours(np.ones((40, 40), dtype=bool))
    permuted = gi_star(rng.normal(size=1600), weights, simulations=199, seed=3).permuted
    # Neighbouring sums overlap: take cells whose neighbourhoods do not.
    apart = permuted.p_upper.reshape(40, 40)[1::3, 1::3].ravel()
    assert stats.kstest(apart, "uniform").pvalue > 0.01
    ties = gi_star(np.r_[1.0, np.zeros(1599)], weights, simulations=99, seed=3).permuted
    assert ties.p_upper[800] == 1  # zeros among zeros count as "as large"
    assert ties.p_lower[800] == 1


def test_threads_and_blocks_change_no_bit():
    x = np.random.default_rng(1).poisson(1.0, 70 * 70).astype(float)
    weights = grid_neighbours(np.ones((70, 70), dtype=bool))
    with dask.config.set(num_workers=1):
        one = gi_star(x, weights, simulations=19, seed=5).permuted
    with dask.config.set(num_workers=4):
        four = gi_star(x, weights, simulations=19, seed=5).permuted
    np.testing.assert_array_equal(one.p_upper, four.p_upper)
    assert (one.p_upper != gi_star(x, weights, simulations=19, seed=6).permuted.p_upper).any()


def test_quadrants_of_a_hot_corner():
    values = np.zeros((6, 6))
    values[:3, :3] = 10 + np.arange(9).reshape(3, 3) / 10
    values[5, 5] = 9  # alone among low ones
    weights = row_standardised(grid_neighbours(np.ones((6, 6), dtype=bool)))
    found = local_moran(values.ravel(), weights, simulations=999, seed=1)
    quadrant = found.quadrant.reshape(6, 6)
    assert (quadrant[1, 1], quadrant[5, 0], quadrant[5, 5]) == (moran.HIGH_HIGH, moran.LOW_LOW, moran.HIGH_LOW)
    told = found.significant(level=0.05).reshape(6, 6)
    assert told[1, 1] == moran.HIGH_HIGH
    assert told[5, 5] == moran.NONE


def test_areas_without_neighbours_and_without_variation():
    weights = grid_neighbours(np.array([[1, 1, 0, 1], [1, 1, 0, 0]], dtype=bool))
    assert np.isnan(gi(np.arange(5.0), weights).z[2])
    assert np.isfinite(gi_star(np.arange(5.0), weights).z).all()
    flat = gi_star(np.full(5, 0.1), weights)
    assert np.isnan(flat.z).all()
    assert not flat.significant(level=0.05).any()


def test_neighbours_of_a_grid_with_a_hole():
    inside = np.array([[1, 1, 1], [1, 0, 1]], dtype=bool)
    rook = np.array([[0, 1, 0, 1, 0], [1, 0, 1, 0, 0], [0, 1, 0, 0, 1], [1, 0, 0, 0, 0], [0, 0, 1, 0, 0]])
    np.testing.assert_array_equal(grid_neighbours(inside, contiguity="rook").toarray(), rook)
    queen = grid_neighbours(inside).toarray()
    assert queen[1, 3] == queen[1, 4] == 1
    assert queen[3, 4] == 0
    np.testing.assert_array_equal(with_self(grid_neighbours(inside)).diagonal(), 1)


@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([1, 2, 3], np.zeros((2, 2)), r"\(3,\) values and \(2, 2\) weights"),
        ([1, 2], np.zeros((2, 2)), "2 areas; local statistics need three"),
        ([1, np.nan, 3], np.zeros((3, 3)), "1 values are not finite"),
        ([1, 2, 3], np.eye(3), "link an area with itself"),
        ([1, 2, 3], -np.eye(3, k=1), "finite and not negative"),
    ],
)
def test_refusals(values, weights, message):
    with pytest.raises(GeoError, match=message):
        gi_star(np.array(values, dtype=float), sparse.csr_array(weights))


def test_refusals_of_moran_and_simulations():
    weights = grid_neighbours(np.ones((2, 2), dtype=bool))
    with pytest.raises(GeoError, match="all values are equal"):
        local_moran(np.ones(4), weights)
    with pytest.raises(GeoError, match="simulations need a seed"):
        gi_star(np.arange(4.0), weights, simulations=9)
    with pytest.raises(GeoError, match="contiguity is 'bishop'"):
        grid_neighbours(np.ones((2, 2), dtype=bool), contiguity="bishop")
