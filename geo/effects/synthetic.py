"""Synthetic control: the mixture of untreated places that was most like the treated one before, and how it parts after.

Places that may receive what moved must not be donors.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from geo.effects.placebo import PlaceboTest, of_like_size, placebo_test
from geo.errors import GeoError


@dataclass(frozen=True)
class SyntheticControl:
    """Weights of the donors, the gap to their mixture, and where its ratio stands among those of the donors."""

    weights: np.ndarray  # (donors,), at least 0, sum 1
    gap: np.ndarray  # (times,), treated minus mixture
    effect: float  # mean gap after the event
    error_before: float  # root of the mean squared gap before
    test: PlaceboTest


def simplex_weights(donors: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Weights w >= 0 with sum 1 that minimise |target - w donors|^2.

    As sum w = 1, this is the point of least norm in the hull of the differences: one problem of non-negative least
    squares with a row of ones, whose solution, divided by its sum, is exact.

    Parameters
    ----------
    donors : ndarray, shape (donors, times)
    target : ndarray, shape (times,)

    References
    ----------
    C. L. Lawson & R. J. Hanson (1974), Solving least squares problems, chapter 23.
    """
    away = np.asarray(donors, dtype=float).T - np.asarray(target, dtype=float)[:, None]
    scale = max(float(np.abs(away).max()), 1e-300)
    found, _ = nnls(np.vstack([away / scale, np.ones(away.shape[1])]), np.r_[np.zeros(len(away)), 1.0])
    return np.asarray(found / found.sum())


def synthetic_control(counts: np.ndarray, treated: int, donors: np.ndarray, start: int) -> SyntheticControl:
    """Compare a place with its synthetic control, studentised by how well the two agreed before.

    Placebos are the donors of half to twice the treated place's size before, each against a mixture of the others.

    Parameters
    ----------
    counts : ndarray, shape (places, times)
        Counts or rates; the event is at time `start`.
    treated : int
        Number of the treated place.
    donors : ndarray of bool, shape (places,)

    Raises
    ------
    GeoError
        If fewer than two donors are left, the treated place is one, or a side of the event has no time.

    References
    ----------
    A. Abadie, A. Diamond & J. Hainmueller (2010), Synthetic control methods for comparative case studies, JASA 105.
    """
    counts, donors = np.asarray(counts, dtype=float), np.asarray(donors, dtype=bool)
    if donors[treated] or donors.sum() < 2 or not 0 < start < counts.shape[1]:
        msg = f"{int(donors.sum())} donors, event at {start} of {counts.shape[1]} times: give two donors or more that "
        raise GeoError(msg + "are not treated, and times on both sides")
    weights, gap = _gap(counts, treated, donors, start)
    size = counts[:, :start].mean(axis=1)
    alike = donors & of_like_size(size, float(size[treated]))
    strayed = []
    for number in np.flatnonzero(alike):
        others = donors & (np.arange(len(counts)) != number)
        if others.any():
            strayed.append(_studentised(_gap(counts, int(number), others, start)[1], start))
    error = float(np.sqrt((gap[:start] ** 2).mean()))
    test = placebo_test(_studentised(gap, start), np.array(strayed))
    return SyntheticControl(weights, gap, float(gap[start:].mean()), error, test)


def _gap(counts: np.ndarray, treated: int, donors: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray]:
    weights = simplex_weights(counts[donors, :start], counts[treated, :start])
    return weights, counts[treated] - weights @ counts[donors]


def _studentised(gap: np.ndarray, start: int) -> float:
    """Mean gap after over the root mean square before; NaN for a perfect fit, whose error is not known."""
    before = float(np.sqrt((gap[:start] ** 2).mean()))
    return float(gap[start:].mean() / before) if before > 0 else float("nan")
