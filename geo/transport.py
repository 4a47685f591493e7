"""Least-effort transport between two distributions of harm: plan, cost, and what all equally cheap plans agree on.

It reads two maps, it does not observe movement. Balanced: shares, all mass arrives. Unbalanced: mass may also end or
arise, at a price per unit. Owns no distance; they must be a metric (geo/between.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.errors import GeoError

_TIGHT = 1e-7  # of the largest distance: reduced costs below it are ties
_MASS = 1e4  # what masses are scaled to: the solver's tolerance is absolute
_ROUNDING = 1e-9
_NEAREST = 8  # ways from and to each place that are tried first


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
    # every value's least and most are problems of their own; in one programme they cost one call
    n, copies = len(before), np.arange(2 * len(values))[:, None]
    both = np.concatenate([counted, -counted])
    masses = np.tile(before * (_MASS / before.sum()), len(both)), np.tile(after * (_MASS / after.sum()), len(both))
    mass = _solved(both.ravel(), (start + copies * n).ravel(), (end + copies * n).ravel(), *masses)[0]
    ends = (mass.reshape(both.shape) * np.concatenate([counted, counted])).sum(axis=1) * before.sum() / _MASS
    return tuple((float(low), float(high)) for low, high in ends.reshape(2, -1).T)


def _is_forest(start: np.ndarray, end: np.ndarray, places: int) -> bool:
    """Whether ways from rows to columns close no circle: masses then leave no choice, and the plan is the only one."""
    links = coo_array((np.ones(len(start)), (start, places + end)), shape=(2 * places, 2 * places))
    parts = connected_components(links, directed=False)[0]
    return bool(len(start) == 2 * places - parts)


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
    scale = _MASS / supply.sum()
    costs = distance_m[np.ix_(sources, sinks)]
    mass, prices = _by_columns(costs, supply * scale, demand * (_MASS / demand.sum()))
    flow[np.ix_(sources, sinks)] = np.where(mass > _ROUNDING * mass.max(), mass, 0.0) / scale
    # prices of the sinks, carried to every place by the shortest way: 1-Lipschitz, so a potential of the whole problem
    return flow, np.asarray((distance_m[:, sinks] - prices[None, :]).min(axis=1))


def _by_columns(costs: np.ndarray, supply: np.ndarray, demand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Solve on the shortest ways, then add ways that would be cheaper at the prices found, until there are none.

    With 800 places that takes under a second where all ways at once take 40.
    """
    largest = max(float(costs.max()), np.finfo(float).tiny)
    relative = costs / largest
    used = _some_plan(supply, demand)
    used |= _ranked(relative, axis=0) | _ranked(relative, axis=1)
    while True:
        start, end = np.nonzero(used)
        mass, prices = _solved(relative[start, end], start, end, supply, demand)
        saving = prices[: len(supply), None] + prices[None, len(supply) :] - relative
        saving[used] = 0.0
        cheaper = saving > _ROUNDING
        if not cheaper.any():
            found = np.zeros(costs.shape)
            found[start, end] = mass
            return found, prices[len(supply) :] * largest
        used |= cheaper & (_ranked(-saving, axis=0) | _ranked(-saving, axis=1))


def _ranked(costs: np.ndarray, *, axis: int) -> np.ndarray:
    """Tell which are among the least along an axis."""
    k = min(_NEAREST, costs.shape[axis])
    least = np.argpartition(costs, k - 1, axis=axis)
    chosen = np.zeros(costs.shape, dtype=bool)
    np.put_along_axis(chosen, least[:k] if axis == 0 else least[:, :k], values=True, axis=axis)
    return chosen


def _some_plan(supply: np.ndarray, demand: np.ndarray) -> np.ndarray:
    """Ways of one plan that works, cheap or not: what is first comes first."""
    edges = [np.concatenate([[0.0], np.cumsum(mass)]) for mass in (supply, demand)]
    cuts = np.unique(np.concatenate(edges))
    middle = (cuts[:-1] + cuts[1:]) / 2.0
    at = [np.clip(np.searchsorted(edge, middle) - 1, 0, len(edge) - 2) for edge in edges]
    ways = np.zeros((len(supply), len(demand)), dtype=bool)
    ways[at[0], at[1]] = True
    return ways


def _solved(
    cost: np.ndarray, start: np.ndarray, end: np.ndarray, supply: np.ndarray, demand: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Solve a transport problem on given ways by the dual simplex: mass on each way, prices of sources and sinks."""
    ways = np.arange(len(cost))
    rows, columns = np.concatenate([start, len(supply) + end]), np.concatenate([ways, ways])
    balance = coo_array((np.ones(2 * len(cost)), (rows, columns)), shape=(len(supply) + len(demand), len(cost)))
    masses = np.concatenate([supply, demand])
    found = linprog(  # type: ignore[call-overload]  # takes sparse tables, its stubs do not know
        cost,
        A_eq=balance.tocsr(),
        b_eq=masses,
        bounds=(0.0, None),
        method="highs-ds",
        options={"presolve": False},  # it finds nothing to take out of a transport problem
    )
    if found.status != 0:
        msg = f"the transport problem could not be solved ({found.message}); are masses of a like size?"
        raise GeoError(msg)
    return np.asarray(found.x), np.asarray(found.eqlin.marginals)
