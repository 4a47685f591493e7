"""Least-effort plans: hand-made cases, identities, agreement with the plain linear programme, the reference set."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.equity import concentration_index, fractional_rank
from geo.errors import GeoError
from geo.transport import (
    moved_share,
    ranges_over_plans,
    require_metric_distances,
    transport,
    unbalanced_transport,
)

GOLDEN = Path(__file__).parents[2] / "../shared/data/reference/golden-transport"
LINE = np.abs(np.arange(4.0)[:, None] - np.arange(4.0)) * 100.0  # four places in a row, 100 m apart


def apart(xy: np.ndarray) -> np.ndarray:
    return np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))


def made(seed: int, n: int = 9) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(4.0, (2, n)) + rng.integers(0, 2, (2, n)) * 3.0 + np.array([[1.0], [0.5]])
    return counts[0] / counts[0].sum(), counts[1] / counts[1].sum(), apart(rng.integers(0, 6, (n, 2)) * 100.0)


def plain(cost: np.ndarray, a: np.ndarray, b: np.ndarray, *, within: float | None = None, base=None) -> float:
    """Solve over every way at once, the diagonal too; `within` keeps `base` at its least cost."""
    n = len(a)
    balance = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    more = {} if within is None else {"A_ub": base.ravel()[None], "b_ub": [within]}
    return linprog(cost.ravel(), A_eq=balance, b_eq=np.concatenate([a, b]), bounds=(0, None), **more).fun


def test_a_quarter_goes_from_one_end_to_the_other():
    before, after = np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.25, 0.25, 0.25, 0.25])
    plan = transport(before, after, LINE)
    assert plan.cost == pytest.approx(75.0)
    assert plan.moved == pytest.approx(0.25) == pytest.approx(moved_share(before, after))
    assert plan.flow[0, 3] == pytest.approx(0.25)
    assert plan.mean_distance_m(LINE) == pytest.approx(300.0)


def test_equally_cheap_plans_may_pass_the_places_between():
    # a row of places: each could also push its neighbour's share on, so more may go to place 1 than one plan shows
    before, after = np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.25, 0.25, 0.25, 0.25])
    plan = transport(before, after, LINE)
    into_second = np.zeros((4, 4))
    into_second[:, 1] = 1.0
    assert ranges_over_plans(plan, before, after, LINE, [into_second])[0] == pytest.approx((0.0, 0.25))
    assert ranges_over_plans(plan, before, after, LINE, [np.ones((4, 4))])[0] == pytest.approx((0.25, 0.75))


def test_nothing_changed_moves_nothing():
    plan = transport(np.ones(4), np.ones(4), LINE)
    assert (plan.cost, plan.moved) == (0.0, 0.0)
    assert np.isnan(plan.mean_distance_m(LINE))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_cost_and_every_range_are_those_of_the_plain_programme(seed):
    before, after, distance = made(seed)
    plan = transport(before, after, distance)
    assert plan.cost == pytest.approx(plain(distance, before, after), abs=1e-7)
    assert before - plan.flow.sum(axis=1) + plan.flow.sum(axis=0) == pytest.approx(after)
    value = np.sign(np.random.default_rng(seed).uniform(-1, 1, distance.shape))
    np.fill_diagonal(value, 0.0)
    least = plain(value, before, after, within=plan.cost + 1e-9, base=distance)
    most = -plain(-value, before, after, within=plan.cost + 1e-9, base=distance)
    assert ranges_over_plans(plan, before, after, distance, [value])[0] == pytest.approx((least, most), abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_goes_up_the_ranks_is_the_shift_whatever_the_plan(seed):
    before, after, distance = made(seed)
    people = np.random.default_rng(seed).integers(1, 9, len(before)) * 100.0
    rank = fractional_rank(np.arange(len(before)) % 4.0, people)
    plan = transport(before, after, distance)
    climb = rank[None, :] - rank[:, None]
    shift = float(after @ rank - before @ rank)
    assert (plan.flow * climb).sum() == pytest.approx(shift, abs=1e-12)
    assert ranges_over_plans(plan, before, after, distance, [climb])[0] == pytest.approx((shift, shift), abs=1e-9)
    change = concentration_index(after, rank) - concentration_index(before, rank)
    assert change == pytest.approx(-2.0 * shift)  # with residents as denominator


def test_harm_may_end_where_moving_costs_more():
    before, after = np.array([4.0, 0.0, 0.0, 1.0]), np.array([1.0, 2.0, 0.0, 2.0])
    plan = unbalanced_transport(before, after, LINE, price_m=120.0)
    assert plan.flow[0, 1] == pytest.approx(2.0)
    assert plan.ended == pytest.approx([1.0, 0, 0, 0])  # 300 m exceed 2 x 120 m
    assert plan.arisen == pytest.approx([0, 0, 0, 1.0])
    assert plan.cost == pytest.approx(2 * 100 + 120 + 120)
    near = unbalanced_transport(before, after, LINE, price_m=200.0)
    assert near.flow[0, 3] == pytest.approx(1.0)
    assert (near.ended.sum(), near.arisen.sum()) == (0.0, 0.0)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), price_m=st.floats(20.0, 400.0), factor=st.floats(0.3, 3.0))
def test_an_unbalanced_plan_accounts_for_all_mass_at_the_least_price(seed, price_m, factor):
    before, after, distance = made(seed, 6)
    after = after * factor
    plan = unbalanced_transport(before, after, distance, price_m=price_m)
    arrived = before - plan.flow.sum(axis=1) - plan.ended + plan.flow.sum(axis=0) + plan.arisen
    assert arrived == pytest.approx(after, abs=1e-9)
    priced = (plan.flow * distance).sum() + price_m * (plan.ended.sum() + plan.arisen.sum())
    assert plan.cost == pytest.approx(priced)
    n = len(before)
    balance = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    full = np.hstack([balance, np.eye(2 * n)])  # plain: every way, and one slack of each place each way
    cost = np.concatenate([distance.ravel(), np.full(2 * n, price_m)])
    least = linprog(cost, A_eq=full, b_eq=np.concatenate([before, after]), bounds=(0, None)).fun
    assert plan.cost == pytest.approx(least, abs=1e-6)


def test_many_places_are_solved_as_all_ways_at_once_would_be():
    rng = np.random.default_rng(3)
    before, after = rng.poisson(20.0, (2, 60)) / 1.0
    distance = apart(rng.uniform(0, 5000, (60, 2)))
    before, after = before / before.sum(), after / after.sum()
    assert transport(before, after, distance).cost == pytest.approx(plain(distance, before, after), rel=1e-9)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([1.0, 0, 0, 0], [0.5, 0, 0, 0], "differ; give shares"),
        ([-1.0, 2, 0, 0], [1.0, 0, 0, 0], "negative or unknown"),
        ([0.0, 0, 0, 0], [1.0, 0, 0, 0], "no mass before"),
        ([1.0, 0, 0], [1.0, 0, 0], "give all alike"),
    ],
)
def test_masses_that_cannot_be_compared_are_refused(before, after, said):
    with pytest.raises(GeoError, match=said):
        transport(np.array(before), np.array(after), LINE)


def test_a_price_of_nothing_is_refused():
    with pytest.raises(GeoError, match="positive price_m"):
        unbalanced_transport(np.ones(4), np.ones(4), LINE, price_m=0.0)


@pytest.mark.parametrize(
    "distance",
    [
        np.array([[0.0, 1.0], [2.0, 0.0]]),
        np.array([[0.0, 1.0, 5.0], [1.0, 0.0, 1.0], [5.0, 1.0, 0.0]]),
        np.array([[0.0, np.inf], [np.inf, 0.0]]),
    ],
)
def test_distances_that_are_no_metric_are_refused(distance):
    with pytest.raises(GeoError, match="distances between places"):
        require_metric_distances(distance)


@pytest.mark.real
@pytest.mark.skipif(not GOLDEN.exists(), reason="the reference set is not beside")
def test_the_reference_set():
    want, zones = json.loads((GOLDEN / "expected.json").read_text()), pd.read_csv(GOLDEN / "zones.csv")
    before, after = (zones[f"count_{when}"].to_numpy(float) for when in ("pre", "post"))
    before, after, distance = before / before.sum(), after / after.sum(), apart(zones[["x", "y"]].to_numpy(float))
    plan = transport(before, after, distance)
    assert plan.cost == pytest.approx(want["W1_m"], rel=1e-9)
    assert plan.moved == pytest.approx(want["moved_mass_share"], rel=1e-9)
    assert plan.mean_distance_m(distance) == pytest.approx(want["mean_distance_of_moved_mass_m"], rel=1e-9)
    theirs = pd.read_csv(GOLDEN / "plan.csv").to_numpy()
    assert (theirs * distance).sum() == pytest.approx(plan.cost, rel=1e-8)  # the plan itself need not be the same
    assert blurred_cost(before, after, distance, blur_m=50.0) == pytest.approx(want["sinkhorn_reg50_cost"], rel=1e-9)


def blurred_cost(before: np.ndarray, after: np.ndarray, distance: np.ndarray, *, blur_m: float) -> float:
    """Cost of the entropic plan (Sinkhorn), which the product does not use: it moves what stays in the exact one."""
    kernel, into = np.exp(-distance / blur_m), np.ones(len(after))
    for _ in range(5000):
        out = before / (kernel @ into)
        into = after / (kernel.T @ out)
    return float((out[:, None] * kernel * into * distance).sum())
