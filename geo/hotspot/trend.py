"""Trends of short series without any model: Mann and Kendall's test with ties, tau, Sen's slope. Knows no place."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from geo.errors import GeoError


@dataclass(frozen=True)
class Trend:
    """Trend of every series; each field has the series' shape without its last axis.

    Attributes
    ----------
    s : float64
        Pairs that rise minus pairs that fall.
    variance : float64
        Of S without a trend, (n(n-1)(2n+5) - sum t(t-1)(2t+5)) / 18 over groups of t equal values.
    z, p_two_sided : float64
        With continuity correction; 0 and 1 where all values are equal.
    tau_a, tau_b : float64
        S over all pairs, and over the geometric mean of all pairs and the untied ones (NaN if all are equal).
    sen_slope : float64
        Median slope over pairs, per unit of `times`.
    """

    s: np.ndarray
    variance: np.ndarray
    z: np.ndarray
    p_two_sided: np.ndarray
    tau_a: np.ndarray
    tau_b: np.ndarray
    sen_slope: np.ndarray


def mann_kendall(series: np.ndarray, *, times: np.ndarray | None = None) -> Trend:
    """Test every series for a monotone trend.

    The test takes the values of a series as independent; those that follow each other closely in time are not, and p
    is then too small.

    Parameters
    ----------
    series : ... x n
        Values in order of time, three or more.
    times : n, optional
        Increasing; 0, 1, 2, ... if not given. Only the slope depends on it.

    Raises
    ------
    GeoError
        If a series is shorter than three, a value is not finite, or times do not increase.
    """
    x = np.asarray(series, dtype=np.float64)
    n = x.shape[-1] if x.ndim else 0
    if n < 3:
        msg = f"a series of {n} values has no trend to test; three or more are needed"
        raise GeoError(msg)
    if not np.isfinite(x).all():
        msg = f"{np.count_nonzero(~np.isfinite(x))} values are not finite; leave out those series, or those times"
        raise GeoError(msg)
    s, equal = _signs(x)
    ties = ((equal - 1) * (2 * equal + 5)).sum(axis=-1)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    scale = np.sqrt(variance)
    z = np.divide(s - np.sign(s), scale, out=np.zeros_like(s), where=scale > 0)
    pairs = n * (n - 1) / 2
    untied = pairs - (equal - 1).sum(axis=-1) / 2
    tau_b = np.divide(s, np.sqrt(pairs * untied), out=np.full_like(s, np.nan), where=untied > 0)
    return Trend(s, variance, z, 2 * stats.norm.sf(np.abs(z)), s / pairs, tau_b, _sen_slope(x, _checked(times, n)))


def _signs(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """S of every series, and of every value how many equal it (itself included)."""
    n = x.shape[-1]
    s = np.zeros(x.shape[:-1])
    equal = np.ones(x.shape)
    for lag in range(1, n):
        later, earlier = x[..., lag:], x[..., :-lag]
        s += (later > earlier).sum(axis=-1) - (later < earlier).sum(axis=-1)
        same = later == earlier
        equal[..., lag:] += same
        equal[..., :-lag] += same
    return s, equal


def _sen_slope(x: np.ndarray, times: np.ndarray) -> np.ndarray:
    earlier, later = np.triu_indices(times.size, 1)
    flat = x.reshape(-1, times.size)
    slopes = [np.median((row[later] - row[earlier]) / (times[later] - times[earlier])) for row in flat]
    return np.array(slopes).reshape(x.shape[:-1])


def _checked(times: np.ndarray | None, n: int) -> np.ndarray:
    if times is None:
        return np.arange(n, dtype=np.float64)
    given = np.asarray(times, dtype=np.float64)
    if given.shape != (n,) or not (np.diff(given) > 0).all():
        msg = f"times must be {n} increasing numbers, one for each value of a series"
        raise GeoError(msg)
    return given
