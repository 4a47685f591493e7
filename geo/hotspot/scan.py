"""Kulldorff's scans: the circle, or the circle and stretch of time, with most cases beyond what was expected.

Owns two Monte-Carlo tests: `scan` against the caller's expectations, `scan_permuting` against place and time that have
nothing to do with each other. The search itself is in `geo.hotspot.cylinders`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geo.errors import GeoError
from geo.hotspot.circles import circles
from geo.hotspot.cylinders import TIE, Search
from geo.threads import each

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
    total = int(counts.sum())

    def drawn(rng: np.random.Generator) -> np.ndarray:
        return rng.multinomial(total, law.ravel()).reshape(law.shape)

    search = _search(x, y, counts, law, largest_share=largest_share, most_steps=most_steps)
    return _scanned(search, counts, _null(search, simulations, seed, drawn))


def scan_permuting(
    x: np.ndarray,
    y: np.ndarray,
    *,
    cases: np.ndarray,
    simulations: int = 999,
    seed: int,
    largest_share: float = 0.5,
    most_steps: int | None = None,
) -> Scan:
    """Scan for places and times with more cases than both margins explain: the space-time permutation scan.

    ``mu(z, t) = (cases of z) (cases at t) / C``; the likelihood ratio is that of `scan`. For a simulation the times of
    all cases are shuffled among them, so that every area and every step keeps the cases it has. The draws of `scan`
    would let both margins vary, which they cannot where expectations are made of them.

    Parameters
    ----------
    x, y, simulations, seed, largest_share, most_steps
        As `scan`.
    cases : n x steps, whole numbers

    Returns
    -------
    Scan

    Raises
    ------
    GeoError
        As `scan`.

    Notes
    -----
    Source: Kulldorff et al. 2005, PLoS Medicine 2, e59. It needs no population, and takes for a cluster whatever trends
    apart from the rest, new houses among them.
    """
    given = np.asarray(cases)
    margins = np.outer(given.sum(axis=1), given.sum(axis=0)) if given.ndim == 2 else given
    counts, law = _checked(given, margins)
    areas, steps = (np.repeat(np.arange(size), counts.sum(axis=1 - axis)) for axis, size in enumerate(counts.shape))

    def drawn(rng: np.random.Generator) -> np.ndarray:
        flat = areas * counts.shape[1] + rng.permutation(steps)
        return np.bincount(flat, minlength=counts.size).reshape(counts.shape)

    search = _search(x, y, counts, law, largest_share=largest_share, most_steps=most_steps)
    return _scanned(search, counts, _null(search, simulations, seed, drawn))


def _search(
    x: np.ndarray,
    y: np.ndarray,
    counts: np.ndarray,
    law: np.ndarray,
    *,
    largest_share: float,
    most_steps: int | None,
) -> Search:
    steps = counts.shape[1]
    longest = max(1, steps // 2) if most_steps is None else most_steps
    if not 1 <= longest <= steps:
        msg = f"most_steps is {longest}; there are {steps} steps"
        raise GeoError(msg)
    return Search(circles(x, y, law.sum(axis=1), largest_share), law, longest, int(counts.sum()))


def _null(
    search: Search, simulations: int, seed: int, drawn: Callable[[np.random.Generator], np.ndarray]
) -> np.ndarray:
    free = np.zeros(len(search.law), dtype=np.bool_)

    def batch(start: int) -> np.ndarray:
        found = []
        for k in range(start, min(start + _BATCH, simulations)):
            rng = np.random.default_rng(np.random.SeedSequence((seed, k)))
            found.append(search.best(drawn(rng), free)[0])
        return np.array(found)

    return np.concatenate([np.empty(0), *each(batch, range(0, simulations, _BATCH))])


def _scanned(search: Search, counts: np.ndarray, null: np.ndarray) -> Scan:
    """Take the best cluster, then the best that shares no area with those taken, until none has more than expected."""
    taken = np.zeros(len(counts), dtype=np.bool_)
    clusters: list[Cluster] = []
    while True:
        found = search.best(counts, taken)
        if found[0] <= TIE:
            return Scan(tuple(clusters), null)
        clusters.append(_cluster(search, counts, found, null))
        taken[clusters[-1].areas] = True


def _cluster(search: Search, counts: np.ndarray, found: np.ndarray, null: np.ndarray) -> Cluster:
    llr = float(found[0])
    centre, size, first, last = found[1:].astype(int).tolist()
    start = search.around.centre_start[centre]
    areas = search.around.member[start : start + size].copy()
    inside = np.s_[areas, first : last + 1]
    c, e, total = float(counts[inside].sum()), float(search.law[inside].sum()) * search.total, search.total
    risk = (c / e) / ((total - c) / (total - e)) if c < total else np.inf
    p = (1 + np.count_nonzero(null >= llr - TIE)) / (null.size + 1) if null.size else np.nan
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
    if counts.sum() == 0:
        msg = "there are no cases to scan"
        raise GeoError(msg)
    if not (np.isfinite(law).all() and (law >= 0).all() and law.sum() > 0) or counts[law == 0].any():
        msg = "expected must be finite, 0 or more, and above 0 wherever there are cases"
        raise GeoError(msg)
    rows = len(counts)
    return counts.reshape(rows, -1), law.reshape(rows, -1) / law.sum()
