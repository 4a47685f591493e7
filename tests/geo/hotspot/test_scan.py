"""The scan in circles and cylinders: against reference values, brute force, its own null, and what it refuses."""

import json
from itertools import combinations_with_replacement
from pathlib import Path

import dask
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from geo.errors import GeoError
from geo.hotspot.circles import circles
from geo.hotspot.scan import scan, scan_permuting

SHARED = Path(__file__).parents[3] / "../shared/data/reference/golden-trend-scan"
# Computed for this project: x, y, population, cases of 14 areas.
AREAS = np.array(
    [
        (7.81, 6.06, 273, 5), (7.1, 0.89, 200, 6), (6.31, 9.81, 68, 1), (4.23, 1.12, 116, 3), (9.58, 6.76, 90, 3),
        (1.97, 6.72, 324, 2), (9.93, 2.09, 88, 3), (8.54, 6.99, 115, 8), (2.22, 1.85, 129, 4), (9.54, 3.4, 303, 3),
        (4.41, 6.56, 159, 12), (4.4, 0.0, 224, 5), (2.6, 4.72, 288, 5), (7.61, 6.06, 243, 7),
    ]
)  # fmt: skip


def of_areas(areas, seed=1, **options):
    x, y, population, cases = areas.T
    return scan(x, y, cases=cases, expected=population, seed=seed, **options)


def test_reference_areas():
    found = of_areas(AREAS)
    best = found.clusters[0]
    assert best.areas.tolist() == [2, 7, 10]
    assert best.cases == 21
    assert best.expected == pytest.approx(8.745801526717557, rel=1e-12)
    assert best.llr == pytest.approx(7.530882811447507, abs=1e-9)
    assert best.relative_risk == pytest.approx(3.0408085430968725, rel=1e-12)
    assert best.p_value == pytest.approx(0.002, abs=0.01)
    assert found.smallest_p == 0.001
    assert np.median(found.null_llr) == pytest.approx(1.91678315089207)
    later = found.clusters[1:]
    assert all(cluster.llr <= best.llr for cluster in later)
    everywhere = np.concatenate([cluster.areas for cluster in found.clusters])
    assert np.unique(everywhere).size == everywhere.size


@pytest.mark.real
def test_shared_areas():
    if not SHARED.exists():
        pytest.skip("the reference data do not lie beside the checkout")
    table, truth = pd.read_csv(SHARED / "scan_areas.csv"), json.loads((SHARED / "scan_expected.json").read_text())
    found = of_areas(table[["x", "y", "pop", "cases"]].to_numpy())
    best = found.clusters[0]
    assert (best.areas + 1).tolist() == truth["areas"]
    assert best.areas[0] + 1 == truth["centre"]
    told = best.cases, best.expected, best.relative_risk
    assert told == pytest.approx((truth["cases"], truth["expected"], truth["relative_risk"]), rel=1e-9)
    told = np.array(truth["null_llr_quantiles_50_90_95_99"])
    np.testing.assert_allclose(np.quantile(found.null_llr, (0.5, 0.9, 0.95, 0.99)), told, rtol=0.1)  # other draws
    assert best.llr == pytest.approx(truth["llr"], abs=1e-9)
    assert best.p_value == pytest.approx(truth["p_mc_999"], abs=0.01)


def best_by_hand(x, y, cases, law, longest):
    """All circles and stretches, one by one."""
    total, best = cases.sum(), 0.0
    law = law / law.sum() * total
    for k in range(len(x)):
        distance = np.hypot(x - x[k], y - y[k])
        for radius in np.unique(distance):
            inside = distance <= radius
            if law[inside].sum() > total / 2:
                continue
            for first, last in combinations_with_replacement(range(cases.shape[1]), 2):
                c, e = cases[inside, first : last + 1].sum(), law[inside, first : last + 1].sum()
                if last - first < longest and c > e:
                    rest = (total - c) * np.log((total - c) / (total - e)) if c < total else 0
                    best = max(best, c * np.log(c / e) + rest)
    return best


@pytest.mark.parametrize("seed", range(6))
def test_cylinders_against_brute_force(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 4, (2, 12)).astype(float)  # many equal distances
    cases, law = rng.poisson(1.0, (12, 5)), rng.random((12, 5)) + 0.1
    found = scan(x, y, cases=cases, expected=law, simulations=0, seed=1)
    assert found.clusters[0].llr == pytest.approx(best_by_hand(x, y, cases, law, 2), rel=1e-12)
    assert np.isnan(found.clusters[0].p_value)


def test_a_burst_in_space_and_time_is_found():
    rng = np.random.default_rng(5)
    x, y = np.divmod(np.arange(36.0), 6)
    cases = rng.poisson(2.0, (36, 8))
    cases[np.ix_([14, 15, 20, 21], [3, 4])] += 9
    best = scan(x, y, cases=cases, expected=np.ones((36, 8)), simulations=99, seed=2).clusters[0]
    assert {14, 15, 20, 21} <= set(best.areas.tolist())
    assert (best.first_step, best.last_step) == (3, 4)
    assert best.p_value == 0.01


def test_times_that_trade_places_by_hand():
    """Two far areas, two steps, two cases each: 2 0 / 0 2. Of the six ways to deal the times two are as uneven.

    Expected is 1 everywhere; the best of one area and one step has 2 of 4 cases: 2 ln 2 + 2 ln(2 / 3).
    """
    cases = np.array([[2, 0], [0, 2]])
    found = scan_permuting(np.array([0.0, 9]), np.zeros(2), cases=cases, simulations=3000, seed=1)
    best = found.clusters[0]
    assert (best.areas.tolist(), best.first_step, best.last_step, best.cases, best.expected) == ([0], 0, 0, 2, 1)
    assert best.llr == pytest.approx(2 * np.log(2) + 2 * np.log(2 / 3), rel=1e-12)
    assert best.p_value == pytest.approx(2 / 6, abs=0.03)
    assert (
        np.unique(found.null_llr.round(9)).size == 2
    )  # as uneven, or one case each and nothing beyond what is expected


def test_margins_alone_are_no_cluster_and_a_burst_is():
    rng = np.random.default_rng(5)
    x, y = np.divmod(np.arange(36.0), 6)
    cases = rng.poisson(np.outer(rng.uniform(0.5, 6, 36), [1, 1, 1, 3, 1, 1, 2, 1]))  # dense places, busy steps
    calm = scan_permuting(x, y, cases=cases, simulations=99, seed=2)
    assert calm.clusters[0].p_value > 0.05
    cases[np.ix_([14, 15, 20, 21], [3, 4])] += 14
    found = scan_permuting(x, y, cases=cases, simulations=99, seed=2)
    best = found.clusters[0]
    assert {14, 20, 21} <= set(best.areas.tolist())
    assert (best.last_step, best.p_value) == (4, 0.01)
    again = scan_permuting(x, y, cases=cases, simulations=99, seed=2)
    np.testing.assert_array_equal(again.null_llr, found.null_llr)
    law = np.outer(cases.sum(axis=1), cases.sum(axis=0))
    free = scan(x, y, cases=cases, expected=law, simulations=99, seed=2).clusters[0]
    assert free.llr == best.llr  # one likelihood
    assert free.p_value > 0.1  # margins that vary hide what is conditional on them


def test_permuted_p_is_uniform_or_larger_whatever_the_margins():
    rng = np.random.default_rng(6)
    p = []
    for seed in range(100):
        cases = rng.poisson(np.outer(AREAS[:, 2] / 100, [1, 2, 1, 4]))
        p.append(scan_permuting(*AREAS[:, :2].T, cases=cases, simulations=49, seed=seed).clusters[0].p_value)
    assert stats.kstest(p, "uniform", alternative="greater").pvalue > 0.05
    assert np.mean(np.array(p) <= 0.2) >= 0.08  # and not idle


def test_order_of_areas_and_threads_change_nothing():
    order = np.random.default_rng(3).permutation(14)
    one, other = of_areas(AREAS, simulations=0), of_areas(AREAS[order], simulations=0)
    assert set(order[other.clusters[0].areas]) == set(one.clusters[0].areas)
    with dask.config.set(num_workers=1):
        alone = of_areas(AREAS, simulations=150).null_llr
    np.testing.assert_array_equal(alone, of_areas(AREAS, simulations=150).null_llr)
    np.testing.assert_array_equal(alone[:70], of_areas(AREAS, simulations=70).null_llr)


def test_p_is_uniform_or_larger_when_cases_follow_the_population():
    rng = np.random.default_rng(8)
    areas, p = AREAS.copy(), []
    for seed in range(120):
        areas[:, 3] = rng.multinomial(200, AREAS[:, 2] / AREAS[:, 2].sum())
        p.append(of_areas(areas, seed, simulations=99).clusters[0].p_value)
    # Equal ratios are common among so few cases, and count as "as large": p may only be too large.
    assert 0.03 <= np.mean(np.array(p) <= 0.1) <= 0.17
    assert stats.kstest(p, "uniform", alternative="greater").pvalue > 0.05


def test_areas_at_one_distance_enter_together():
    x = np.array([0.0, 1, -1, 3])
    found = circles(x, np.zeros(4), np.ones(4), 1.0)
    of_first = slice(found.centre_start[0], found.centre_start[1])
    assert found.member[of_first].tolist() == [0, 1, 2, 3]
    assert found.is_complete[of_first].tolist() == [True, False, True, True]
    half = circles(x, np.zeros(4), np.ones(4), 0.5)
    assert half.member[: half.centre_start[1]].tolist() == [0]  # the pair would hold three of four


def test_refusals():
    x = np.arange(3.0)
    for cases, expected, message in (
        (np.array([1, 2, 0.5]), np.ones(3), "whole numbers"),
        (np.array([1, 0, 0]), np.array([0, 1, 1]), "above 0 wherever there are cases"),
        (np.zeros(3), np.ones(3), "no cases"),
        (np.ones(3), np.ones((3, 2)), "a row for each area"),
        (np.ones(4), np.ones(4), "3 centres and 4 areas"),
    ):
        with pytest.raises(GeoError, match=message):
            scan(x, x, cases=cases, expected=expected, seed=1)
    with pytest.raises(GeoError, match="no cases"):
        scan_permuting(x, x, cases=np.zeros((3, 2)), seed=1)
    with pytest.raises(GeoError, match="whole numbers"):
        scan_permuting(x, x, cases=np.full((3, 2), 0.5), seed=1)
    with pytest.raises(GeoError, match="largest_share is 0"):
        scan(x, x, cases=np.ones(3), expected=np.ones(3), seed=1, largest_share=0)
    with pytest.raises(GeoError, match="most_steps is 4; there are 2 steps"):
        scan(x, x, cases=np.ones((3, 2)), expected=np.ones((3, 2)), seed=1, most_steps=4)
