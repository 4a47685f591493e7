"""A system of sums that a reader knows, of unknown counts none of which is below zero; its bounds, by HiGHS."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse.csgraph import connected_components

EXACT = 1e-6


@dataclass(frozen=True)
class System:
    """Sums of unknown counts: `least` <= `weights` @ counts <= `most`, and counts >= 0.

    Attributes
    ----------
    weights : (sums, unknowns) csr
    least, most : sums float
    """

    weights: sparse.csr_array
    least: np.ndarray
    most: np.ndarray

    def without(self, hidden: np.ndarray) -> "System":
        """Return the system without the sums that are marked; a sum without bounds says nothing."""
        return replace(self, least=np.where(hidden, -np.inf, self.least), most=np.where(hidden, np.inf, self.most))


@dataclass(frozen=True)
class Extreme:
    """A point of the system at which something is least, and the marginal of each sum there; 0: it fixes nothing."""

    value: float
    counts: np.ndarray
    marginals: np.ndarray


@dataclass(frozen=True)
class _Part:
    """The sums and unknowns that a question depends on."""

    rows: np.ndarray
    columns: np.ndarray


def least_of(system: System, objective: np.ndarray, capped: sparse.csr_array | None = None) -> Extreme | None:
    """Return where an objective is least; None where that is not found, or has no end.

    Parameters
    ----------
    objective : unknowns float
    capped : (sums, unknowns) csr, optional
        Sums of which the part up to 1 is subtracted from the objective, each by itself: one programme then makes as
        many of them as it can as large as 1.
    """
    more = sparse.csr_array((0, len(objective))) if capped is None else capped
    part = _part(system, (objective != 0) | (abs(more).sum(axis=0) > 0))
    weights, least, most = system.weights[part.rows][:, part.columns], system.least[part.rows], system.most[part.rows]
    exact = least == most
    above, below = ~exact & np.isfinite(least), ~exact & np.isfinite(most)
    n = more.shape[0]
    limits = [_wider(-weights[above], n), _wider(weights[below], n)]
    limits.append(sparse.csr_array(sparse.hstack([-more[:, part.columns], sparse.csr_array(sparse.eye_array(n))])))
    done: OptimizeResult = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrix
        np.append(objective[part.columns], -np.ones(n)),
        A_ub=sparse.vstack(limits, format="csr"),
        b_ub=np.concatenate([-least[above], most[below], np.zeros(n)]),
        A_eq=_wider(weights[exact], n),
        b_eq=least[exact],
        bounds=np.column_stack([np.zeros(len(part.columns) + n), np.repeat([np.inf, 1.0], [len(part.columns), n])]),
        method="highs",
    )
    return None if done.status != 0 else _extreme(system, part, done, (exact, above, below))


def _wider(weights: sparse.csr_array, columns: int) -> sparse.csr_array:
    return sparse.csr_array(sparse.hstack([weights, sparse.csr_array((weights.shape[0], columns))]))


def _extreme(system: System, part: _Part, done: OptimizeResult, kinds: Sequence[np.ndarray]) -> Extreme:
    counts, marginals = np.zeros(system.weights.shape[1]), np.zeros(len(system.least))
    counts[part.columns] = done.x[: len(part.columns)]
    exact, above, below = (part.rows[kind] for kind in kinds)
    marginals[exact] = done.eqlin.marginals
    marginals[above] = done.ineqlin.marginals[: len(above)]
    marginals[below] += done.ineqlin.marginals[len(above) : len(above) + len(below)]
    return Extreme(float(done.fun), counts, marginals)


def _part(system: System, asked: np.ndarray) -> _Part:
    """Return the sums and unknowns that hang together with those asked for; unknowns that must be 0 are left out."""
    says = np.isfinite(system.least) | np.isfinite(system.most)
    nothing = says & (system.most <= 0)
    free = ~(abs(system.weights[nothing]).sum(axis=0) > 0)
    rows, columns = np.flatnonzero(says & ~nothing), np.flatnonzero(free)
    links = system.weights[rows][:, columns]
    empty = sparse.csr_array((len(rows), len(rows)))
    graph = sparse.vstack([sparse.hstack([empty, links]), sparse.csr_array((len(columns), len(rows) + len(columns)))])
    label = connected_components(graph, directed=False)[1]
    of_row, of_column = np.split(label, [len(rows)])
    needed = np.unique(of_column[asked[columns]])
    return _Part(rows[np.isin(of_row, needed)], columns[np.isin(of_column, needed)])
