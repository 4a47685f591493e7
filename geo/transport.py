"""Least-effort transport between two distributions of harm: plan, cost, and what all equally cheap plans agree on.

It reads two maps, it does not observe movement. Balanced: shares, all mass arrives. Unbalanced: mass may also end or
arise, at a price per unit. Owns no distance; they must be a metric (geo/between.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import ot
from scipy.sparse import coo_array, coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.errors import GeoError

_TIGHT = 1e-9  # of the largest distance: reduced costs below it are ties; others begin at 1e-8 in cities tried
_ROUNDING = 1e-9
_STEPS = 10_000_000  # of the network simplex: far more than it takes


@dataclass(frozen=True)
class Plan:
    """One cheapest plan. Mass that can stay stays, so flows have no diagonal.

    Attributes
    ----------
    flow : ndarray, shape (places, places)
        Mass from each place (row) to each other (column).
    ended, arisen : ndarray, shape (places,)
        Mass that the plan ends or lets arise; zeros in a balanced plan.
    cost : float
        Mass times metres, prices of ended and arisen mass included.
    potential : ndarray, shape (places,)
        Dual prices in metres: a move is part of some cheapest plan only if its distance is the fall of the price.
    """

    flow: np.ndarray
    ended: np.ndarray
    arisen: np.ndarray
    cost: float
    potential: np.ndarray

    @property
    def moved(self) -> float:
        """Mass that moves."""
        return float(self.flow.sum())

    def mean_distance_m(self, distance_m: np.ndarray) -> float:
        """Mean distance of the mass that moves; NaN if none does."""
        moved = self.moved
        return float((self.flow * distance_m).sum() / moved) if moved > 0 else float("nan")


def require_metric_distances(distance_m: np.ndarray) -> None:
    """Raise if distances are no metric: without it, mass that could stay might be cheaper to move.

    Raises
    ------
    GeoError
        If they are not square, finite, symmetric, zero on the diagonal, or a detour is shorter than the way.
    """
    d = np.asarray(distance_m, dtype=float)
    cure = "join separate parts, measure both ways alike, and take shortest ways"
    if d.ndim != 2 or d.shape[0] != d.shape[1] or not np.isfinite(d).all():
        msg = f"distances between places must be a square table of finite metres, not of shape {d.shape}; {cure}"
        raise GeoError(msg)
    slack = _ROUNDING * max(float(d.max(initial=0.0)), 1.0)
    is_measure = (d >= 0).all() and not np.diag(d).any() and np.abs(d - d.T).max(initial=0.0) <= slack
    if not is_measure or (d > shortest_ways(d) + slack).any():
        msg = f"distances between places are no metric; {cure}"
        raise GeoError(msg)


def shortest_ways(distance_m: np.ndarray) -> np.ndarray:
    """Return the shortest way between places over any others (Floyd-Warshall); inf where no way leads.

    scipy's takes two places at one point for places that no way joins.

    Parameters
    ----------
    distance_m : ndarray, shape (places, places)
    """
    shortest = np.array(distance_m, dtype=float)
    for k in range(len(shortest)):
        np.minimum(shortest, shortest[:, k, None] + shortest[k], out=shortest)
    return shortest


def transport(before: np.ndarray, after: np.ndarray, distance_m: np.ndarray) -> Plan:
    """Cheapest plan that turns one distribution into another; `cost` is the earth mover's distance W1 in metres.

    min sum G d with row sums `before`, column sums `after`, G >= 0.

    Parameters
    ----------
    before, after : ndarray, shape (places,)
        Shares, or masses of the same total.
    distance_m : ndarray, shape (places, places)
        A metric.

    Raises
    ------
    GeoError
        If masses are negative, have different totals, or none.

    References
    ----------
    G. Peyre & M. Cuturi (2019), Computational optimal transport, ch. 2 and 3.
    """
    a, b = _masses(before, after, distance_m)
    if abs(a.sum() - b.sum()) > _ROUNDING * a.sum():
        msg = f"masses before ({a.sum():g}) and after ({b.sum():g}) differ; give shares, or use unbalanced_transport"
        raise GeoError(msg)
    flow, potential = _cheapest(a, b, distance_m)
    none = np.zeros(len(a))
    return Plan(flow, none, none, float((flow * distance_m).sum()), potential)


def unbalanced_transport(before: np.ndarray, after: np.ndarray, distance_m: np.ndarray, *, price_m: float) -> Plan:
    """Cheapest plan when mass may also end or arise, each unit at a price of `price_m` metres.

    min sum G d + price (ended + arisen), with row sums plus ended = before and column sums plus arisen = after. Nothing
    moves farther than twice the price: there, ending here and arising there is as cheap.

    Parameters
    ----------
    before, after : ndarray, shape (places,)
        Masses, e.g. incidents per day; totals may differ.
    distance_m : ndarray, shape (places, places)
    price_m : float
        Positive.

    Raises
    ------
    GeoError
        If masses are negative or none, or the price is not positive.
    """
    a, b = _masses(before, after, distance_m)
    if not price_m > 0:
        msg = f"ending or arising must cost something, not {price_m:g} m; give a positive price_m"
        raise GeoError(msg)
    n = len(a)
    whole = np.full((n + 1, n + 1), float(price_m))  # the last place is nowhere
    whole[:n, :n], whole[n, n] = np.minimum(distance_m, 2.0 * price_m), 0.0
    flow, potential = _cheapest(np.append(a, b.sum()), np.append(b, a.sum()), whole)
    inner = flow[:n, :n]
    far = np.where(distance_m >= 2.0 * price_m, inner, 0.0)
    ended, arisen = flow[:n, n] + far.sum(axis=1), flow[n, :n] + far.sum(axis=0)
    return Plan(inner - far, ended, arisen, float((flow * whole).sum()), potential[:n])


def moved_share(before: np.ndarray, after: np.ndarray) -> float:
    """Share of mass that is elsewhere after: 1 - sum min(a, b) of the shares, half the total variation."""
    return float(1.0 - np.minimum(before / before.sum(), after / after.sum()).sum())


def ranges_over_plans(
    plan: Plan, before: np.ndarray, after: np.ndarray, distance_m: np.ndarray, values: Sequence[np.ndarray]
) -> tuple[tuple[float, float], ...]:
    """Least and most of sum G value over all cheapest balanced plans, for each value.

    Where all ways between two parts of a city lead over one bridge, who is matched with whom beyond it costs the same.

    Parameters
    ----------
    plan : Plan
        From `transport` of the same masses and distances.
    values : sequence of ndarray, shape (places, places)
        What a unit of mass from row to column counts; mass that stays counts as nothing.
    """
    slack = distance_m - (plan.potential[:, None] - plan.potential[None, :])
    tight = slack <= _TIGHT * max(float(distance_m.max(initial=0.0)), 1.0)
    np.fill_diagonal(tight, val=True)
    start, end = np.nonzero(tight & (before > 0)[:, None] & (after > 0)[None, :])
    counted = np.array([np.where(start == end, 0.0, value[start, end]) for value in values])
    if _is_forest(start, end, len(before)):
        only = [float((plan.flow * value).sum()) for value in values]
        return tuple((value, value) for value in only)
    ways = start, end
    return tuple((_least(one, ways, before, after), -_least(-one, ways, before, after)) for one in counted)


def _is_forest(start: np.ndarray, end: np.ndarray, places: int) -> bool:
    """Whether ways from rows to columns close no circle: masses then leave no choice, and the plan is the only one."""
    links = coo_array((np.ones(len(start)), (start, places + end)), shape=(2 * places, 2 * places))
    parts = connected_components(links, directed=False)[0]
    return bool(len(start) == 2 * places - parts)


def _least(value: np.ndarray, ways: tuple[np.ndarray, np.ndarray], before: np.ndarray, after: np.ndarray) -> float:
    """Least of sum G value over plans that use some ways alone; those of a cheapest plan, so there is one.

    Parameters
    ----------
    value : ndarray, shape (ways,)
    ways : pair of ndarray of int, shape (ways,)
        Row and column of each.
    """
    rows, columns = np.flatnonzero(before > 0), np.flatnonzero(after > 0)
    at = np.searchsorted(rows, ways[0]), np.searchsorted(columns, ways[1])
    level = 1.0 - value.min(initial=0.0)  # a sparse table forgets zeros; a level adds the same to every plan
    costs = coo_matrix((value + level, at), shape=(len(rows), len(columns)))
    told = _simplex(before[rows], after[columns], costs)[1]
    return float(told["cost"] - level) * float(before.sum())


def _masses(before: np.ndarray, after: np.ndarray, distance_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if distance_m.shape != (len(a), len(b)):
        msg = f"{len(a)} places before and {len(b)} after, but distances of shape {distance_m.shape}; give all alike"
        raise GeoError(msg)
    if not (np.isfinite(a).all() and np.isfinite(b).all()) or (a < 0).any() or (b < 0).any():
        msg = "a mass is negative or unknown; give counts or shares of every place"
        raise GeoError(msg)
    if not (a.sum() > 0 and b.sum() > 0):
        msg = "there is no mass before, or none after, so nothing can be compared; take a longer time"
        raise GeoError(msg)
    return a, b


def _cheapest(a: np.ndarray, b: np.ndarray, distance_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Flow and potential of the cheapest plan; what two places have in common stays, as distances are a metric."""
    flow, surplus = np.zeros(distance_m.shape), a - b
    least = 1e-12 * a.sum()
    sources, sinks = np.flatnonzero(surplus > least), np.flatnonzero(-surplus > least)
    if not (len(sources) and len(sinks)):
        return flow, np.zeros(len(a))
    supply, demand = surplus[sources], -surplus[sinks]
    mass, prices = _solved(distance_m[np.ix_(sources, sinks)], supply, demand)
    flow[np.ix_(sources, sinks)] = np.where(mass > _ROUNDING * mass.max(), mass, 0.0)
    # prices of the sinks, carried to every place by the shortest way: 1-Lipschitz, so a potential of the whole problem
    return flow, np.asarray((distance_m[:, sinks] - prices[None, :]).min(axis=1))


def _solved(costs: np.ndarray, supply: np.ndarray, demand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Solve a transport problem over all ways: mass on each way, prices of the sinks."""
    largest = max(float(costs.max()), np.finfo(float).tiny)
    mass, told = _simplex(supply, demand, np.ascontiguousarray(costs / largest))
    return np.asarray(mass * supply.sum()), np.asarray(told["v"] * largest)


def _simplex(supply: np.ndarray, demand: np.ndarray, costs: np.ndarray | coo_matrix) -> tuple[Any, dict[str, Any]]:
    """Solve by the network simplex, masses as shares; of a sparse table only the ways it holds may be used.

    References
    ----------
    N. Bonneel et al. (2011), Displacement interpolation using Lagrangian mass transport, ACM TOG 30:158; R. Flamary et
    al. (2021), POT: Python Optimal Transport, JMLR 22:78.
    """
    shares = supply / supply.sum(), demand / demand.sum()
    mass, told = ot.emd(*shares, costs, numItermax=_STEPS, log=True)
    if told["warning"] is not None:
        raise GeoError(f"the transport problem could not be solved ({told['warning']}); are masses of a like size?")
    return mass, told
