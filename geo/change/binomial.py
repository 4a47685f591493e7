"""The test of a change of rates by the binomial law of an effective number of incidents. Simulates and smooths nothing.

If nothing changed, each pooled incident falls in the later period with the probability of its length, as in
`geo.change.permutation` under "same_rate". The later period's share of a smoothed cell is then a mean of such coins
weighted by the kernel; its expectation and variance are those of ``N = (sum k)^2 / sum k^2`` equal coins, and their law
is taken for it (as Korn & Graubard 1998 do for weighted samples). It knows how skewed few incidents are, where the
normal law of the log ratio calls nine of ten against one a thing of one in 4,000 (it is one in 93); and it has no
smallest p, where 999 simulations end at 1/1000, and Benjamini-Hochberg over many cells could find no small place.

Incidents come in bursts: counts of a week vary by a dispersion d > 1 times their mean. The difference of the periods
then varies by d times as much as dealt coins would make it, as much as N / d of them (the quasi-binomial law of
McCullagh & Nelder 1989, 4.5).
"""

import numpy as np
from scipy.special import betainc

from geo.errors import GeoError


def equal_incidents(pooled: np.ndarray, narrow: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """Return how many equal incidents vary as much as the weighted ones behind each cell: (sum k)^2 / sum k^2.

    The square of a Gaussian is the Gaussian of bandwidth / sqrt 2, half as high as its own peak, so
    ``sum k^2 = peak / 2 * narrow``. That is exact in open country and on a straight shore. With the bound
    `geo.kernel_peak.largest_kernel` for the peak the number is too low on broken shores, and up to a quarter too high
    in long passages narrower than the bandwidth.

    Parameters
    ----------
    pooled, narrow : rows x cols
        Mass of both periods per cell, unit mass an incident, smoothed with the bandwidth and with bandwidth / sqrt 2.
    largest : rows x cols
        The largest mass that one incident can leave in each cell.

    Returns
    -------
    rows x cols, 0 where there is nothing
    """
    squares = np.maximum(narrow, 0.0) * largest / 2
    number = np.divide(np.square(pooled), squares, out=np.zeros(np.shape(pooled)), where=(squares > 0) & (pooled > 0))
    return np.asarray(number)


def binomial_p(
    later: np.ndarray,
    pooled: np.ndarray,
    number: np.ndarray,
    *,
    days_before: float,
    days_after: float,
    dispersion: float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return upper and lower p of the rate ratio, each cell by itself: P(X >= x) and P(X <= x), x counted in.

    Parameters
    ----------
    later, pooled : any shape
        Smoothed mass of the later period and of both; what lies outside 0 to `pooled` by a smoother's error is cut.
    number : as `later`
        From `equal_incidents`; p is 1 where it is 0.
    days_before, days_after : float
        Lengths of the periods.
    dispersion : float
        Variance over mean of the counts, from 1 (independent incidents) on; `geo.weeks.overdispersion` measures it.

    Raises
    ------
    GeoError
        If a length is not positive, the dispersion below 1, or a number is negative or not known.
    """
    if not (days_before > 0 and days_after > 0):
        msg = f"periods of {days_before} and {days_after} days; both must be above 0"
        raise GeoError(msg)
    if not (np.asarray(number) >= 0).all():
        msg = "the number of incidents is negative or not known in some cell; put 0 where nothing is tested"
        raise GeoError(msg)
    if not dispersion >= 1:
        msg = f"the dispersion is {dispersion}; it must be 1 or more, where 1 is independent incidents"
        raise GeoError(msg)
    number = np.asarray(number) / dispersion
    share = np.divide(later, pooled, out=np.zeros(np.shape(later)), where=np.asarray(pooled) > 0)
    x = np.clip(share, 0.0, 1.0) * number
    chance = days_after / (days_before + days_after)
    return _tail(x, number - x, chance), _tail(number - x, x, 1 - chance)


def _tail(successes: np.ndarray, failures: np.ndarray, chance: float) -> np.ndarray:
    """P(X >= successes), in between whole numbers by the incomplete beta function."""
    some = successes > 0
    p = np.ones(np.shape(successes))
    p[some] = betainc(successes[some], failures[some] + 1, chance)
    return p
