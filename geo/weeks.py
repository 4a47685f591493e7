"""Weeks of a count series: the season they follow, what is left of them, and how uncertain that makes their sums.

Rates are per day; a week is a block of 7 days from a window's start, so no day of the week weighs more than another.
"""

import numpy as np

from geo.errors import GeoError

DAYS_OF_YEAR = 365.2425
_LEAST_DISPERSION = 0.5  # incidents are not more even than that; what lies below is chance
BLOCK = 4  # weeks resampled together: what is out of the ordinary often lasts some weeks


def seasonal_shape(daily: np.ndarray, *, harmonics: int = 2) -> np.ndarray:
    """Fit the yearly wave of a daily count series.

    Poisson regression of weekly counts on one level per year of data and `harmonics` yearly waves; the waves alone are
    returned, so steps from year to year do not enter.

    Parameters
    ----------
    daily : ndarray, shape (days,)

    Returns
    -------
    ndarray, shape (days,)
        Relative level of each day, positive; all ones when there are under two years or on average less than one
        incident a week, where a season cannot be told from noise.
    """
    weeks = len(daily) // 7
    counts = np.asarray(daily[: weeks * 7], dtype=float).reshape(weeks, 7).sum(axis=1)
    if len(daily) < 2 * DAYS_OF_YEAR or counts.sum() < weeks:
        return np.ones(len(daily))
    middle = np.arange(weeks) * 7 + 3.0
    year = (middle / DAYS_OF_YEAR).astype(int)
    keep = np.bincount(year, weights=counts)[year] > 0
    level = (year[:, None] == np.unique(year[keep])).astype(float)
    design = np.hstack([level, _waves(middle, harmonics)])
    slope = _poisson_fit(design[keep], counts[keep])[level.shape[1] :]
    return np.asarray(np.exp(_waves(np.arange(len(daily), dtype=float), harmonics) @ slope))


def _waves(day: np.ndarray, harmonics: int) -> np.ndarray:
    angle = 2.0 * np.pi * day[:, None] * np.arange(1, harmonics + 1) / DAYS_OF_YEAR
    return np.hstack([np.cos(angle), np.sin(angle)])


def _poisson_fit(design: np.ndarray, counts: np.ndarray, *, rounds: int = 50) -> np.ndarray:
    """Coefficients of a log-linear Poisson regression, by iteratively reweighted least squares."""
    fitted = np.maximum(counts, 0.5)
    coefficients = np.zeros(design.shape[1])
    for _ in range(rounds):
        working = np.log(fitted) + (counts - fitted) / fitted
        weighted = design * fitted[:, None]
        update = np.linalg.solve(weighted.T @ design, weighted.T @ working)
        fitted = np.exp(np.clip(design @ update, -30.0, 30.0))
        if np.allclose(update, coefficients, rtol=1e-10, atol=1e-12):
            break
        coefficients = update
    return np.asarray(update)


def week_residuals(daily: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Weekly counts minus what the season expects of them in this window.

    Parameters
    ----------
    daily : ndarray, shape (days, ...)
        Any number of series, all of one window.
    shape : ndarray, shape (days,)
        Seasonal shape of those days.

    Returns
    -------
    ndarray, shape (weeks, ...)
        They sum to zero over the window. The last block holds what is left of a week.
    """
    if len(daily) != len(shape):
        msg = f"{len(daily)} days of counts, but {len(shape)} of season; both must be the same window"
        raise GeoError(msg)
    starts = np.arange(0, len(daily), 7)
    counts = np.add.reduceat(np.asarray(daily, dtype=float), starts, axis=0)
    expected = np.add.reduceat(shape, starts) / shape.sum()
    return np.asarray(counts - expected.reshape(-1, *[1] * (counts.ndim - 1)) * counts.sum(axis=0))


def count_covariance(residuals: np.ndarray, *, block: int = BLOCK) -> np.ndarray:
    """Covariance of window counts if runs of weeks are drawn with replacement, all series together.

    Runs of `block` weeks in a row, the last week followed by the first, keep together what belongs together: a bad
    month is one event. This is the exact covariance of that resampling, whose replicates need not be drawn: with S a
    run's sum of residuals, sum over all circular runs of S S' / block, scaled by n / (n - block) for the mean that
    residuals are taken from; with a block of one week that is the usual n / (n - 1).

    Parameters
    ----------
    residuals : ndarray, shape (weeks, series)
        From `week_residuals` (one window).

    Returns
    -------
    ndarray, shape (series, series)

    Raises
    ------
    GeoError
        If the window has fewer than two such runs.

    References
    ----------
    D. N. Politis & J. P. Romano (1992), A circular block-resampling procedure for stationary data.
    """
    weeks = len(residuals)
    if weeks < 2 * block:
        msg = (
            f"a window of {weeks} weeks has too few runs of {block} to resample; compare windows of {2 * block} or more"
        )
        raise GeoError(msg)
    runs = _run_sums(residuals, block)
    # not a BLAS product: sums would depend on its threads
    return np.asarray(np.einsum("wi,wj->ij", runs, runs) / block * weeks / (weeks - block))


def _run_sums(residuals: np.ndarray, block: int) -> np.ndarray:
    """Sum of every circular run of `block` weeks, shape (weeks, series)."""
    around = np.concatenate([residuals, residuals[: block - 1]]).cumsum(axis=0)
    return np.asarray(around[block - 1 :] - np.concatenate([np.zeros((1, *residuals.shape[1:])), around[:-block]]))


def freedom(weeks: int, *, block: int = BLOCK) -> float:
    """Degrees of freedom of a variance from resampled runs of weeks: 3 n / (2 block), as of a Bartlett window."""
    return 1.5 * weeks / block


def overdispersion(residuals: np.ndarray, counts: np.ndarray, *, block: int = BLOCK) -> float:
    """Variance over mean of counts around the season, seen over runs of weeks; 1 for Poisson.

    sum over runs (sum of e)^2 / block / sum of counts: what neighbouring weeks share counts in.

    Parameters
    ----------
    residuals, counts : ndarray, shape (weeks, units)
        Residuals of `week_residuals` (one year) and the counts of those weeks.
    """
    total = float(counts.sum())
    if total == 0.0:
        return float("nan")
    weeks = len(residuals)
    block = min(block, weeks // 2)
    return float((_run_sums(residuals, block) ** 2).sum() / block / total * weeks / (weeks - block))


def corrected_overdispersion(residuals: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """Variance over mean of counts around the season without the bias of short runs, and the variance of that figure.

    Runs miss what weeks share across their ends, in inverse proportion to their length: twice the figure of runs of two
    weeks less that of single weeks misses none of what two weeks in a row share. Longer runs would take steps inside
    the window, which are drift, for noise. The lag window has a sum of squares of 3, so as many weeks make one degree
    of freedom, times the effective number of units, (sum of counts)^2 / sum of squares.

    References
    ----------
    D. Vats & J. M. Flegal (2022), Lugsail lag windows for estimating time-average covariance matrices, Biometrika 109.
    """
    pairs = overdispersion(residuals, counts, block=2)
    if not np.isfinite(pairs):
        return pairs, 0.0
    found = max(2.0 * pairs - overdispersion(residuals, counts, block=1), _LEAST_DISPERSION)
    by_unit = counts.sum(axis=0)
    effective_units = float(by_unit.sum() ** 2 / (by_unit**2).sum())
    return found, 2.0 * found**2 / (len(residuals) / 3.0 * effective_units)
