"""Kulldorff's scan: the circle, or the circle and stretch of time, with most cases beyond what was expected.

Owns the search and its Monte-Carlo test; where expectations come from is the caller's affair.
"""

from dataclasses import dataclass

import numpy as np

from geo.compiled import compiled
from geo.errors import GeoError
from geo.hotspot.circles import Circles, circles
from geo.threads import each

_TIE = 1e-9  # of a log likelihood ratio: closer ones are equal
_BATCH = 64  # simulations a thread takes at a time


@dataclass(frozen=True)
class Cluster:
    """A circle of areas over a stretch of steps.

    Attributes
    ----------
    areas : int
        Positions of the areas, by distance from the centre, the centre first.
    first_step, last_step : int
        Both inside; 0 and 0 without steps in time.
    cases, expected, relative_risk : float
        Inside; the relative risk is of inside against outside, infinite if all cases are inside.
    llr : float
        c ln(c/E) + (C-c) ln((C-c)/(C-E)).
    p_value : float
        Against the largest of every simulation: conservative for clusters after the first.
    """

    areas: np.ndarray
    first_step: int
    last_step: int
    cases: float
    expected: float
    relative_risk: float
    llr: float
    p_value: float


@dataclass(frozen=True)
class Scan:
    """The clusters, the most likely first, and the largest LLR of every simulation.

    Clusters after the first share no area with an earlier one. None where nowhere more was seen than expected.
    """

    clusters: tuple[Cluster, ...]
    null_llr: np.ndarray

    @property
    def smallest_p(self) -> float:
        """The smallest p that so many simulations can give."""
        return 1 / (self.null_llr.size + 1)


def scan(
    x: np.ndarray,
    y: np.ndarray,
    *,
    cases: np.ndarray,
    expected: np.ndarray,
    simulations: int = 999,
    seed: int,
    largest_share: float = 0.5,
    most_steps: int | None = None,
) -> Scan:
    """Scan circles round every area, over every stretch of steps, for more cases than expected.

    Parameters
    ----------
    x, y : n
        Centres of the areas, in one metric CRS. Areas at equal distance enter a circle together.
    cases : n or n x steps, whole numbers
    expected : n or n x steps, not negative
        Population at risk or anything proportional to expected cases; scaled here to the number of cases.
    simulations : int
        Multinomial replicates; 0 for none (p is then NaN).
    seed : int
        Simulation k draws from ``SeedSequence((seed, k))``, whatever the number of threads.
    largest_share : float
        A circle holds at most so much of all that is expected; 0.5 as published.
    most_steps : int, optional
        Longest stretch; half of the steps, rounded down, if not given (one step: that step).

    Returns
    -------
    Scan

    Raises
    ------
    GeoError
        If sizes differ, cases are not whole numbers, nothing is expected where there are cases, or there are none.

    Notes
    -----
    Kulldorff 1997 (circles), Kulldorff et al. 1998 (cylinders). Recorded incidents are overdispersed, the Poisson law
    is not: p is too small wherever one event makes several records.
    """
    counts, law = _checked(cases, expected)
    steps = counts.shape[1]
    longest = max(1, steps // 2) if most_steps is None else most_steps
    if not 1 <= longest <= steps:
        msg = f"most_steps is {longest}; there are {steps} steps"
        raise GeoError(msg)
    search = _Search(circles(x, y, law.sum(axis=1), largest_share), law, longest, int(counts.sum()))
    null = _null(search, simulations, seed)
    return Scan(tuple(_clusters(search, counts, null)), null)


@dataclass(frozen=True)
class _Search:
    around: Circles
    law: np.ndarray  # areas x steps, sums to 1
    longest: int
    total: int

    def best(self, counts: np.ndarray, taken: np.ndarray) -> np.ndarray:
        """LLR, centre, areas, first and last step of the best cylinder that touches no taken area."""
        found: np.ndarray = _best(
            (self.around.centre_start, self.around.member, self.around.is_complete),
            counts,
            self.law * self.total,
            self.longest,
            taken,
        )
        return found


def _null(search: _Search, simulations: int, seed: int) -> np.ndarray:
    free = np.zeros(len(search.law), dtype=np.bool_)
    law = search.law.ravel()

    def batch(start: int) -> np.ndarray:
        found = []
        for k in range(start, min(start + _BATCH, simulations)):
            rng = np.random.default_rng(np.random.SeedSequence((seed, k)))
            drawn = rng.multinomial(search.total, law).reshape(search.law.shape)
            found.append(search.best(drawn, free)[0])
        return np.array(found)

    return np.concatenate([np.empty(0), *each(batch, range(0, simulations, _BATCH))])


def _clusters(search: _Search, counts: np.ndarray, null: np.ndarray) -> list[Cluster]:
    taken = np.zeros(len(counts), dtype=np.bool_)
    clusters: list[Cluster] = []
    while True:
        found = search.best(counts, taken)
        if found[0] <= _TIE:
            return clusters
        clusters.append(_cluster(search, counts, found, null))
        taken[clusters[-1].areas] = True


def _cluster(search: _Search, counts: np.ndarray, found: np.ndarray, null: np.ndarray) -> Cluster:
    llr = float(found[0])
    centre, size, first, last = found[1:].astype(int).tolist()
    start = search.around.centre_start[centre]
    areas = search.around.member[start : start + size].copy()
    inside = np.s_[areas, first : last + 1]
    c, e, total = float(counts[inside].sum()), float(search.law[inside].sum()) * search.total, search.total
    risk = (c / e) / ((total - c) / (total - e)) if c < total else np.inf
    p = (1 + np.count_nonzero(null >= llr - _TIE)) / (null.size + 1) if null.size else np.nan
    return Cluster(areas, first, last, c, e, risk, llr, float(p))


def _checked(cases: np.ndarray, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    given, law = np.asarray(cases), np.asarray(expected, dtype=np.float64)
    if given.shape != law.shape or given.ndim not in {1, 2}:
        msg = f"{given.shape} cases and {law.shape} expected; both need a row for each area, a column for each step"
        raise GeoError(msg)
    counts = given.astype(np.int64)
    if not np.array_equal(counts, given) or (counts < 0).any():
        msg = "cases must be whole numbers, 0 or more; weighted incidents do not follow a Poisson law"
        raise GeoError(msg)
    if not (np.isfinite(law).all() and (law >= 0).all() and law.sum() > 0) or counts[law == 0].any():
        msg = "expected must be finite, 0 or more, and above 0 wherever there are cases"
        raise GeoError(msg)
    if counts.sum() == 0:
        msg = "there are no cases to scan"
        raise GeoError(msg)
    rows = len(counts)
    return counts.reshape(rows, -1), law.reshape(rows, -1) / law.sum()


@compiled
def _best(
    around: tuple[np.ndarray, np.ndarray, np.ndarray],
    counts: np.ndarray,
    expected: np.ndarray,
    longest: int,
    taken: np.ndarray,
) -> np.ndarray:
    centre_start, member, is_complete = around
    total = counts.sum()
    steps = counts.shape[1]
    best = np.zeros(5)
    for centre in range(centre_start.size - 1):
        inside, law = np.zeros(steps), np.zeros(steps)
        start = centre_start[centre]
        for m in range(start, centre_start[centre + 1]):
            area = member[m]
            if taken[area]:
                break
            for t in range(steps):
                inside[t] += counts[area, t]
                law[t] += expected[area, t]
            if is_complete[m]:
                llr, first, last = _best_stretch(inside, law, total, longest, best[0])
                if llr > best[0] + 1e-9:  # as _TIE: of equal ones the first centre's smallest circle
                    best[0], best[1], best[2], best[3], best[4] = llr, centre, m - start + 1, first, last
    return best


@compiled
def _best_stretch(
    inside: np.ndarray, law: np.ndarray, total: float, longest: int, least: float
) -> tuple[float, int, int]:
    """LLR, first and last step of the best stretch above `least`."""
    best, best_first, best_last = least, 0, 0
    for first in range(inside.size):
        c, e = 0.0, 0.0
        for last in range(first, min(first + longest, inside.size)):
            c += inside[last]
            e += law[last]
            # Chi-square bounds the ratio from above (KL <= chi^2) and spares almost all logarithms.
            if c <= e or e <= 0.0 or (c - e) ** 2 * total <= best * e * (total - e):
                continue
            llr = c * np.log(c / e)
            if c < total:
                llr += (total - c) * np.log((total - c) / (total - e))
            if llr > best + 1e-9:
                best, best_first, best_last = llr, first, last
    return best, best_first, best_last
