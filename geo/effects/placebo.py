"""Where an effect stands among placebo effects: two-sided, studentised, with the smallest p it could have had."""

from dataclasses import dataclass

import numpy as np

SIZE = (0.5, 2.0)  # placebo units of half to twice the size tell what chance does to such a unit


@dataclass(frozen=True)
class PlaceboTest:
    """An effect in its own standard errors among those of placebos."""

    statistic: float
    placebos: np.ndarray
    p_value: float
    smallest_p: float  # attainable with so many placebos; no effect could have had a smaller one


def placebo_test(statistic: float, placebos: np.ndarray) -> PlaceboTest:
    """Rank a statistic: p = (1 + placebos at least as far from 0) / (placebos + 1); undefined placebos are left out."""
    known = np.asarray(placebos, dtype=float)
    known = known[np.isfinite(known)]
    smallest = 1.0 / (len(known) + 1.0)
    beyond = int((np.abs(known) >= abs(statistic)).sum())
    p_value = (1.0 + beyond) * smallest if np.isfinite(statistic) else float("nan")
    return PlaceboTest(float(statistic), known, p_value, smallest)


def of_like_size(size: np.ndarray, target: float) -> np.ndarray:
    """Tell which units have half to twice the target's size."""
    size = np.asarray(size, dtype=float)
    return np.asarray((size >= SIZE[0] * target) & (size <= SIZE[1] * target))
