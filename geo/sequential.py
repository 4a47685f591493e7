"""Levels for looking at growing data more than once, so that all looks together err as rarely as one. No figure."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from geo.errors import GeoError

_NODES = 201  # of the integral over what earlier looks left undecided
_FARTHEST = 9.0  # standard errors; no level needs a bound beyond


def review_levels(fractions: np.ndarray, level: float) -> np.ndarray:
    """Levels of intervals at successive looks, of which on average at most 1 - level ever miss the truth.

    The error is spent as the data grow, little at first (Lan & DeMets, of the O'Brien-Fleming kind): by a share t of
    the data, 2 - 2 Phi(z / sqrt t) on either side, z the quantile of half of what a side may err. The bounds follow
    from the law of a sum that grows by independent parts, integrated look by look.

    Parameters
    ----------
    fractions : ndarray, shape (looks,)
        Share of the planned data at each look, increasing, above 0 and at most 1.
    level : float
        Of all looks together.

    Returns
    -------
    ndarray, shape (looks,)
        Decreasing towards `level`.

    Raises
    ------
    GeoError
        If the fractions do not increase within (0, 1].

    References
    ----------
    K. K. G. Lan & D. L. DeMets (1983), Discrete sequential boundaries for clinical trials, Biometrika 70:659-663.
    """
    share = np.asarray(fractions, dtype=float)
    if not (len(share) and share[0] > 0 and share[-1] <= 1 and (np.diff(share) > 0).all()):
        msg = f"looks at {share.tolist()} of the data; give shares that increase, above 0 and at most 1"
        raise GeoError(msg)
    spent = 4.0 * ndtr(ndtri((1.0 - level) / 4.0) / np.sqrt(share))
    place, mass, before, found = np.zeros(1), np.ones(1), 0.0, []
    for now, alpha in zip(share, np.diff(spent, prepend=0.0), strict=True):
        sd, step = np.sqrt(now), np.sqrt(now - before)
        bound = _bound(place, mass, alpha, sd=sd, step=step)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        there = nodes * bound * sd
        density = np.exp(-(((there[:, None] - place) / step) ** 2) / 2.0) @ mass / (step * np.sqrt(2.0 * np.pi))
        place, mass, before = there, density * weights * bound * sd, now
        found.append(2.0 * ndtr(bound) - 1.0)
    return np.array(found)


def _bound(place: np.ndarray, mass: np.ndarray, alpha: float, *, sd: float, step: float) -> float:
    """Return the bound, in standard errors, that what is undecided so far passes with probability alpha."""

    def beyond(bound: float) -> float:
        edge = bound * sd
        return float((mass * (ndtr((place - edge) / step) + ndtr((-place - edge) / step))).sum()) - alpha

    return _FARTHEST if beyond(_FARTHEST) >= 0 else float(brentq(beyond, 0.0, _FARTHEST, xtol=1e-10))
