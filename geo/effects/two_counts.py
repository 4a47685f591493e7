"""Whether two Poisson counts differ: the exact-like E-test. Knows no place and no control."""

import numpy as np
from scipy.special import gammaln, xlogy

from geo.errors import GeoError

_FAR = 40.0  # standard deviations; beyond it no count adds 1e-15
_TIE = 1e-12  # of a statistic: closer ones are equal


def e_test(counts: tuple[int, int], lengths: tuple[float, float] = (1.0, 1.0)) -> float:
    """Two-sided p that two Poisson counts have one rate.

    All pairs of counts are weighed by their chance under the common rate, and those as far apart as the seen ones, by
    |x1/n1 - x2/n2| / sqrt(x1/n1^2 + x2/n2^2), are added up: no normal law, so it holds for a few incidents too. Records
    that come in bursts are no Poisson counts: p is too small for them.

    Parameters
    ----------
    counts : (int, int)
    lengths : (float, float)
        Time or area that each was counted over.

    Raises
    ------
    GeoError
        If a count is not whole or negative, or a length not positive.

    References
    ----------
    K. Krishnamoorthy & J. Thomson (2004), A more powerful test for comparing two Poisson means, J. Stat. Plan.
    Inference 119:23-35.
    """
    if any(count < 0 or count != int(count) for count in counts) or min(lengths) <= 0:
        msg = f"counts {counts} over {lengths}; give whole counts, 0 or more, and lengths above 0"
        raise GeoError(msg)
    rate = sum(counts) / sum(lengths)
    if rate == 0:
        return 1.0
    values = [np.arange(int(rate * n + _FAR * (np.sqrt(rate * n) + 1.0)) + 1) for n in lengths]
    law = [np.exp(xlogy(x, rate * n) - rate * n - gammaln(x + 1.0)) for x, n in zip(values, lengths, strict=True)]
    apart = _apart(values[0][:, None], values[1][None, :], lengths)
    seen = _apart(np.array([counts[0]]), np.array([counts[1]]), lengths)[0]
    return float(min(1.0, (np.outer(*law) * (apart >= seen * (1.0 - _TIE))).sum()))


def _apart(first: np.ndarray, second: np.ndarray, lengths: tuple[float, float]) -> np.ndarray:
    """Return how many standard errors two rates are apart; 0 where nothing was counted."""
    variance = first / lengths[0] ** 2 + second / lengths[1] ** 2
    return np.asarray(np.abs(first / lengths[0] - second / lengths[1]) / np.sqrt(np.where(variance > 0, variance, 1.0)))
