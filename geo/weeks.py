"""Weeks of a count series: the season they follow, what is left of them, and their resampling. No estimator.

Rates are per day; a week is a block of 7 days from a window's start, so no day of the week weighs more than another.
"""

import numpy as np

from geo.errors import GeoError

DAYS_OF_YEAR = 365.2425
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
        root = np.sqrt(fitted)
        update = np.linalg.lstsq(design * root[:, None], working * root, rcond=None)[0]
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


def extra_weeks(weeks: int, *, replicates: int, generator: np.random.Generator, block: int = BLOCK) -> np.ndarray:
    """Draw how often each week is taken beyond once when runs of weeks are drawn with replacement.

    Runs of `block` weeks in a row, the last week followed by the first, keep together what belongs together: a bad
    month is one event. Scaled so that the sum over weeks of these and residuals that sum to 0 has the variance of the
    window's count; with a block of one week, and as many weeks drawn as there are, that is the usual n / (n - 1).

    Returns
    -------
    ndarray, shape (replicates, weeks)
        Whatever is resampled by the same rows meets the same weeks.

    Raises
    ------
    GeoError
        If the window has fewer than two such runs.

    References
    ----------
    D. N. Politis & J. P. Romano (1992), A circular block-resampling procedure for stationary data.
    """
    if weeks < 2 * block:
        msg = (
            f"a window of {weeks} weeks has too few runs of {block} to resample; compare windows of {2 * block} or more"
        )
        raise GeoError(msg)
    runs = round(weeks / block)
    first = generator.integers(weeks, size=(replicates, runs))
    taken = (first[..., None] + np.arange(block)) % weeks + np.arange(replicates)[:, None, None] * weeks
    times = np.bincount(taken.ravel(), minlength=replicates * weeks).reshape(replicates, weeks)
    scale = np.sqrt(weeks / (runs * block) * weeks / (weeks - block))
    # the replicates of one week lie together, as they are summed
    return np.asarray(np.asfortranarray((times - runs * block / weeks) * scale))


def freedom(weeks: int, *, block: int = BLOCK) -> float:
    """Degrees of freedom of a variance from resampled runs of weeks: 3 n / (2 block), as of a Bartlett window."""
    return 1.5 * weeks / block


def resampled_rates(daily: np.ndarray, shape: np.ndarray, extra: np.ndarray) -> np.ndarray:
    """Return the window's rate per day as whole weeks are resampled, all series together.

    Rate* = rate + sum_w m_w e_w / days with extra multiplicities m of the weeks and their residuals e.

    Parameters
    ----------
    daily : ndarray, shape (days, ...)
    shape : ndarray, shape (days,)
        Seasonal shape of those days.
    extra : ndarray, shape (replicates, weeks)
        From `extra_weeks`.

    Returns
    -------
    ndarray, shape (replicates, ...)
        Laid out so that the replicates of one series lie together in memory.
    """
    residuals = week_residuals(daily, shape)
    weeks = len(residuals)
    if extra.shape[1] != weeks:
        msg = f"multiplicities are of {extra.shape[1]} weeks, but the window has {weeks}; draw them for this window"
        raise GeoError(msg)
    # not a BLAS product: on so small a matrix its threads cost more than they give, and sums would depend on them
    noise = np.einsum("wf,rw->fr", residuals.reshape(weeks, -1), extra) / len(daily)
    rate = np.asarray(daily, dtype=float).mean(axis=0)
    return np.moveaxis(noise.reshape(*rate.shape, len(extra)) + rate[..., None], -1, 0)


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
    around = np.concatenate([residuals, residuals[: block - 1]]).cumsum(axis=0)
    runs = around[block - 1 :] - np.concatenate([np.zeros((1, *residuals.shape[1:])), around[:-block]])
    return float((runs**2).sum() / block / total * weeks / (weeks - block))
