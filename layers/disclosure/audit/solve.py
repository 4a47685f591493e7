"""Which small counts a system of published sums gives away, and which sums are withheld so that it gives none away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from layers.disclosure.audit.system import EXACT, Extreme, System, least_of

PAIRS = 100  # of programmes for targets one by one; beyond, sums are withheld without a proof that they must be
_FEW = 0.8  # of targets left by a round, and there is no further one


@dataclass(frozen=True)
class Targets:
    """Small counts that nobody may learn, as sums of unknowns.

    Attributes
    ----------
    least, most : (targets, unknowns) csr of 0 and 1
        What a target holds at least, and at most: of an unknown that it holds in part, nothing, or all.
    """

    least: sparse.csr_array
    most: sparse.csr_array

    def unsafe(self, which: np.ndarray, points: Sequence[Extreme | None], fewest: int) -> np.ndarray:
        """Return those that neither may be zero nor `fewest` in any of some possible sets of counts."""
        for point in points:
            if point is not None:
                least, most = self.least[which] @ point.counts, self.most[which] @ point.counts
                which = which[(least > EXACT) & (most < fewest - EXACT)]
        return which


@dataclass(frozen=True)
class Withheld:
    """Which sums are withheld; whether some are without a proof that they must be; targets that stay known."""

    hidden: np.ndarray
    is_cut_short: bool
    told: tuple[int, ...]


def withheld(system: System, targets: Targets, cost: np.ndarray, *, fewest: int, pairs: int = PAIRS) -> Withheld:
    """Return the sums to withhold, until the least and greatest value of no target leave 1 to `fewest` - 1 alone.

    Few programmes first, which make many targets as large, or as small, as they can be at once: a target that may be
    0 or `fewest` in one possible set of counts is safe, and stays safe when more is withheld. Then two programmes for
    each target that is left, and one of the sums that fix its bounds is withheld, until it is safe. When `pairs` of
    programmes are used up, every sum around a target is withheld.

    Parameters
    ----------
    cost : sums float
        The order in which sums are withheld, the least first; inf: this one cannot be.
    """
    hidden, told = np.zeros(len(cost), dtype=bool), []
    left = _doubtful(system, targets, fewest)
    while len(left) and pairs > 0:
        pairs -= 1
        points, fixing = _fixing(system.without(hidden), targets, int(left[0]), fewest)
        able = np.flatnonzero(fixing & ~hidden & np.isfinite(cost))
        if len(able):
            hidden[able[np.argmin(cost[able])]] = True
        elif fixing.any():
            told.append(int(left[0]))
        left = targets.unsafe(left if len(able) else left[1:], points, fewest)
    around = abs(system.weights) @ targets.least[left].sum(axis=0) > 0
    return Withheld(hidden | (around & np.isfinite(cost)), bool(len(left)), tuple(told))


def _doubtful(system: System, targets: Targets, fewest: int) -> np.ndarray:
    """Return the positions of targets that no programme for many of them at once shows to be safe."""
    left = np.flatnonzero(np.diff(targets.least.indptr) > 0)  # what holds no unknown whole may be zero
    before = np.inf
    while 0 < len(left) < _FEW * before:
        before = len(left)
        nothing = np.zeros(targets.least.shape[1])
        left = targets.unsafe(left, [least_of(system, nothing, sparse.csr_array(targets.most[left] / fewest))], fewest)
        if len(left):
            left = targets.unsafe(left, [least_of(system, targets.least[left].sum(axis=0))], fewest)
    return left


def _fixing(system: System, targets: Targets, which: int, fewest: int) -> tuple[tuple[Extreme | None, ...], np.ndarray]:
    """Return possible counts, and which sums give a target away: none if it is safe, all around it if unsolved."""
    least, most = targets.least[[which]], targets.most[[which]]
    low = least_of(system, least.sum(axis=0))
    safe = np.zeros(len(system.least), dtype=bool)
    if low is not None and np.ceil(low.value - EXACT) < 1:
        return (low,), safe  # it may be zero: nothing is known of it
    # never without an end: it need not be told how far above `fewest` it may be
    high = least_of(system, np.zeros(most.shape[1]), sparse.csr_array(most / fewest))
    if high is not None and np.floor(-high.value * fewest + EXACT) >= fewest:
        return (low, high), safe
    if low is None or high is None:
        return (low, high), np.asarray(system.weights @ most.sum(axis=0) > 0)
    fixing = (np.abs(low.marginals) > EXACT) | (np.abs(high.marginals) > EXACT / fewest)
    return (low, high), fixing
