"""Many tests at once: p-values adjusted so that few of the places called significant are so by chance.

Owns the corrections, not the tests.
"""

from typing import Literal

import numpy as np

from geo.errors import GeoError

Correction = Literal["none", "bh", "by", "bonferroni"]


def adjusted(p_values: np.ndarray, *, correction: Correction) -> np.ndarray:
    """Return p-values adjusted for the number of tests; below a level they are significant at that level.

    Parameters
    ----------
    p_values : any shape, 0 to 1
        NaN is no test: it is not counted and stays NaN. Leave out places where nothing could be found.
    correction : "bh", "by", "bonferroni" or "none"
        Benjamini & Hochberg 1995 (false discovery rate, for tests that are independent or positively dependent, as
        those of overlapping neighbourhoods are), Benjamini & Yekutieli 2001 (any dependence), Bonferroni (any error
        at all).

    Returns
    -------
    float64, the shape of `p_values`

    Raises
    ------
    GeoError
        If a p-value lies outside 0 to 1, or the correction is unknown.
    """
    p = np.asarray(p_values, dtype=np.float64)
    tested = ~np.isnan(p)
    known = p[tested]
    if ((known < 0) | (known > 1)).any():
        msg = "p-values must lie between 0 and 1; NaN where there is no test"
        raise GeoError(msg)
    result = np.full(p.shape, np.nan)
    result[tested] = _adjusted(known, correction)
    return result


def _adjusted(p: np.ndarray, correction: Correction) -> np.ndarray:
    n = p.size
    if correction == "none" or n == 0:
        return np.array(p)
    if correction == "bonferroni":
        return np.asarray(np.minimum(p * n, 1.0))
    if correction not in {"bh", "by"}:
        msg = f"correction is {correction!r}; choose 'bh', 'by', 'bonferroni' or 'none'"
        raise GeoError(msg)
    factor = n if correction == "bh" else n * float((1 / np.arange(1, n + 1)).sum())
    order = np.argsort(p, kind="stable")
    stepped = p[order] * factor / np.arange(1, n + 1)
    result = np.empty(n)
    result[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return result
