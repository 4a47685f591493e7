"""What someone who has only the published files can work out: bounds by linear programming, places by deconvolution."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

SMALL = range(1, 5)


def bounds_of(target: np.ndarray, equations: Sequence[tuple[np.ndarray, float]]) -> tuple[float, float]:
    """Return the least and the greatest value of a sum of unknown counts, given sums that are known.

    Parameters
    ----------
    target : n float
        Which unknowns are added.
    equations : (n float, float)
        Known sums: which unknowns, and what they add up to.
    """
    left = np.array([row for row, _ in equations])
    right = np.array([value for _, value in equations], dtype=float)
    found = []
    for sign in (1, -1):
        done = linprog(sign * target, A_eq=left, b_eq=right, bounds=(0, None), method="highs")
        found.append(np.inf if done.status == 3 else sign * done.fun)
    return round(found[0], 6), round(found[1] if np.isfinite(found[1]) else np.inf, 6)


def is_given_away(low: float, high: float) -> bool:
    """Whether bounds say that a count is one of 1 to 4: integers between them are all small, and none is zero."""
    return np.ceil(low) >= min(SMALL) and np.floor(high) <= max(SMALL)


def places_in(before: np.ndarray, after: np.ndarray, *, least: float) -> list[tuple[int, int]]:
    """Return the cells in which the difference of two maps has a peak of its own, higher than `least`."""
    change = np.nan_to_num(after - before)  # only where both show something
    inner = change[1:-1, 1:-1]
    around = np.array([change[1 + r : change.shape[0] - 1 + r, 1 + c : change.shape[1] - 1 + c]
                       for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)])  # fmt: skip
    rows, cols = np.nonzero((inner > around.max(axis=0)) & (inner > least))
    return [(int(r) + 1, int(c) + 1) for r, c in zip(rows, cols, strict=True)]
