"""Andresen's spatial point pattern test by its exact law: how alike two spreads over areas are. Knows no geometry.

The test draws a share of the test points without replacement many times; a count of such a draw is hypergeometric, so
its quantiles need no draws. It is not symmetric, ignores that the base is a sample too, and at thousands of points
finds tiny differences: read it beside a test of proportions.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from geo.errors import GeoError


@dataclass(frozen=True)
class Similarity:
    """Result by area and in all.

    `direction`: 1 where the test pattern has more than the base would give, -1 where less, 0 where they are alike.
    """

    lower: np.ndarray  # (areas,) share of the test points, 2.5 % quantile
    upper: np.ndarray
    base_share: np.ndarray
    direction: np.ndarray  # int
    index: float  # share of areas that are alike
    robust_index: float  # of the areas that hold a point of either


def similarity(base: np.ndarray, test: np.ndarray, *, sample: float = 0.85, level: float = 0.95) -> Similarity:
    """Compare the base's shares with intervals of the test's.

    Parameters
    ----------
    base, test : ndarray of int, shape (areas,)
        Points of each pattern by area.
    sample : float
        Share of the test points drawn without replacement.

    Raises
    ------
    GeoError
        If a pattern has no points, a count is negative or the numbers of areas differ.

    References
    ----------
    M. A. Andresen (2009), Testing similarity in area-based spatial patterns, Applied Geography 29:333-345.
    """
    base, test = (np.asarray(counts, dtype=np.int64) for counts in (base, test))
    if base.shape != test.shape or min(base.min(initial=0), test.min(initial=0)) < 0:
        msg = f"patterns over {base.size} and {test.size} areas: give the same areas, and no negative counts"
        raise GeoError(msg)
    if base.sum() == 0 or test.sum() == 0:
        msg = f"the base has {base.sum()} points and the test {test.sum()}; shares need points in both"
        raise GeoError(msg)
    drawn = round(sample * int(test.sum()))
    tail = (1.0 - level) / 2.0
    lower, upper = (count / drawn for count in _quantiles(test, drawn, (tail, 1.0 - tail)))
    share = base / base.sum()
    direction = np.where(share < lower, 1, np.where(share > upper, -1, 0))
    held = (base + test) > 0
    alike = direction == 0
    return Similarity(lower, upper, share, direction, float(alike.mean()), float(alike[held].mean()))


def _quantiles(points: np.ndarray, drawn: int, at: tuple[float, ...]) -> list[np.ndarray]:
    """Quantiles of how many of each area's points are among those drawn: hypergeometric.

    Every area's whole law is written out, one term for each count from 0 to its points: as many terms as there are
    points and areas, where a search by the distribution function sums anew at every step.
    """
    whole, length = int(points.sum()), points + 1
    first = np.cumsum(length) - length
    mine = np.repeat(points, length)
    count = np.arange(length.sum()) - np.repeat(first, length)
    possible = (count <= drawn) & (drawn - count <= whole - mine)
    x, of = count[possible], mine[possible]
    law = np.zeros(len(count))
    log_ways = _log_choose(of, x) + _log_choose(whole - of, drawn - x) - _log_choose(whole, drawn)
    law[possible] = np.exp(log_ways)
    summed = np.cumsum(law)
    below = summed - np.repeat(summed[first] - law[first], length)
    return [np.add.reduceat((below < q).astype(np.int64), first).astype(float) for q in at]


def _log_choose(n: np.ndarray | int, k: np.ndarray | int) -> np.ndarray:
    return np.asarray(gammaln(np.add(n, 1.0)) - gammaln(np.add(k, 1.0)) - gammaln(np.subtract(n, k) + 1.0))
