"""How rare so many incidents within one moving window of time are: Naus' approximation. Finds no burst itself."""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln, pdtr, xlogy

from geo.errors import GeoError

Whole = int | np.ndarray


def window_p_value(count: int, mean: float, windows: float) -> float:
    """Chance that any window moved over a stretch of time holds `count` Poisson incidents or more.

    Looking at every window finds more than looking at one: 1 - Q2 (Q3 / Q2)^(windows - 2), Q2 and Q3 the chances that
    no window within two and three window lengths does, which are known exactly.

    Parameters
    ----------
    count : int
        Seen in the fullest window, 1 or more.
    mean : float
        Expected in one window, if nothing changes over time. Records in bursts of their own are no Poisson counts.
    windows : float
        Length of the stretch over that of the window, 2 or more.

    Raises
    ------
    GeoError
        If one of them is smaller than that, or the mean not positive.

    References
    ----------
    J. I. Naus (1982), Approximations for distributions of scan statistics, J. Am. Stat. Assoc. 77:177-183.
    """
    if count < 1 or count != int(count) or not mean > 0 or not windows >= 2:
        msg = f"{count} incidents, {mean} expected, {windows} windows; give 1 or more of a positive mean over 2 or more"
        raise GeoError(msg)
    two, three = none_in_two(count, mean), none_in_three(count, mean)
    return float(1.0 - two * (three / two) ** (windows - 2.0)) if two > 0 else 1.0


def none_in_two(n: int, mean: float) -> float:
    """Chance that no window within two window lengths holds n or more."""
    point, up_to = _law(mean)
    fewer = (n - 1) * point(n) * point(n - 2) + (n - 1 - mean) * point(n) * up_to(n - 3)
    return float(up_to(n - 1) ** 2 - fewer)


def none_in_three(n: int, mean: float) -> float:
    """Chance that no window within three window lengths holds n or more."""
    point, up_to = _law(mean)
    first = 2.0 * point(n) * up_to(n - 1) * ((n - 1) * up_to(n - 2) - mean * up_to(n - 3))
    second = (n - 1) * (n - 2) * up_to(n - 3) - 2.0 * (n - 2) * mean * up_to(n - 4) + mean**2 * up_to(n - 5)
    r = np.arange(1, n)
    third = (point(2 * n - r) * up_to(r - 1) ** 2).sum()
    fourth = (point(2 * n - r) * point(r) * ((r - 1) * up_to(r - 2) - mean * up_to(r - 3))).sum()
    return float(up_to(n - 1) ** 3 - first + 0.5 * point(n) ** 2 * second + third - fourth)


def _law(mean: float) -> tuple[Callable[[Whole], np.ndarray], Callable[[Whole], np.ndarray]]:
    """Return the Poisson chances of a count and of at most so many, 0 below none."""

    def point(count: Whole) -> np.ndarray:
        at = np.asarray(count, dtype=float)
        kept = np.maximum(at, 0.0)
        return np.where(at < 0, 0.0, np.exp(xlogy(kept, mean) - mean - gammaln(kept + 1.0)))

    def up_to(count: Whole) -> np.ndarray:
        at = np.asarray(count, dtype=float)
        return np.where(at < 0, 0.0, pdtr(np.maximum(at, 0.0), mean))

    return point, up_to
