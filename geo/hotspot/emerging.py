"""Hot and cold spots through a chain of periods: Gi* over space and time, its trend, and a word for its history.

Owns the seventeen classes of emerging hot-spot analysis, sixteen and none; decides nothing about publication.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from scipy import sparse

from geo.errors import GeoError
from geo.hotspot.gi_star import deviation_of, g_score, moments
from geo.hotspot.multiple_testing import Correction, adjusted
from geo.hotspot.neighbours import checked, with_self
from geo.hotspot.trend import Trend, mann_kendall

FEWEST_STEPS = 10  # for a trend worth a class of its own
MOSTLY = 0.9  # share of steps that makes a spot persistent
Reference = Literal["chain", "window"]


class History(IntEnum):
    """What a place has been; below zero the same in cold."""

    NONE = 0
    NEW = 1  # in the last step for the first time
    CONSECUTIVE = 2  # in an unbroken run of two or more last steps, never before
    INTENSIFYING = 3  # in nine of ten steps and the last, and rising
    PERSISTENT = 4  # as before, neither rising nor falling
    DIMINISHING = 5  # as before, falling
    SPORADIC = 6  # in the last step and, on and off, before; never cold
    OSCILLATING = 7  # as before, and cold at some time
    HISTORICAL = 8  # in nine of ten steps, but not the last


@dataclass(frozen=True)
class Emerging:
    """Classes of places over a chain of periods.

    Attributes
    ----------
    history : n int8
        A `History`; its negative for cold spots.
    z, p_two_sided : steps x n
        Gi* with space-time neighbours.
    state : steps x n int8
        1 hot, -1 cold, 0 neither, at the level and correction asked for.
    trend : Trend
        Mann-Kendall of each place's z.
    caveats : tuple of str
        What a reader must be told beside the classes; empty if nothing.
    """

    history: np.ndarray
    z: np.ndarray
    p_two_sided: np.ndarray
    state: np.ndarray
    trend: Trend
    caveats: tuple[str, ...]


def emerging(
    values: np.ndarray,
    weights: sparse.csr_array,
    *,
    level: float = 0.05,
    correction: Correction = "bh",
    steps_back: int = 1,
    reference: Reference = "chain",
) -> Emerging:
    """Classify places by the history of their hot and cold spots.

    Parameters
    ----------
    values : steps x n
        Counts, or rates where steps differ in length, in order of time; three steps or more.
    weights : n x n, without a diagonal
        Neighbours in space; a place is its own neighbour too, and so are its neighbours in earlier steps.
    level, correction
        Of Gi*, over all places and steps at once; and of the trend, uncorrected.
    steps_back : int
        Earlier steps that count as neighbours in time.
    reference : "chain" or "window"
        What a sum is compared with: all steps, or the steps it is made of. "chain" also turns hot when the whole city
        does; "window" sees the pattern of its time alone.

    Raises
    ------
    GeoError
        If there are fewer than three steps, or neighbours in time go back further than the chain.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2 or len(x) < 3 or not 0 <= steps_back < len(x):
        msg = f"values of shape {x.shape} with {steps_back} steps back; three steps or more, and fewer back, are needed"
        raise GeoError(msg)
    for step in x:
        checked(step, weights)
    z, p = _space_time_g(x, with_self(checked(x[0], weights)[1]), steps_back, reference)
    found = adjusted(np.where(np.isnan(z), np.nan, p), correction=correction) <= level
    state = np.where(found, np.sign(np.nan_to_num(z)), 0.0).astype(np.int8)
    trend = mann_kendall(np.nan_to_num(z).T)
    direction = np.where(trend.p_two_sided <= level, np.sign(trend.s), 0.0).astype(np.int8)
    return Emerging(classify(state, direction), z, p, state, trend, _caveats(len(x)))


def classify(state: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Return the history of every place.

    Parameters
    ----------
    state : steps x n, 1 hot, -1 cold, 0 neither
    direction : n, sign of a significant trend, 0 for none

    Returns
    -------
    n int8, a `History`, negative for cold
        What a place is in the last step comes before what it was: of a place hot in nine of ten steps and cold in the
        last, the cold is told. New and consecutive come before oscillating.
    """
    hot, cold = _history(state, direction), _history(-state, -direction)
    current = state[-1]
    past = np.where(hot == History.HISTORICAL, hot, -cold)
    return np.where(current > 0, hot, np.where(current < 0, -cold, past)).astype(np.int8)


def _history(state: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Return the hot classes alone."""
    is_hot = state > 0
    now, times = is_hot[-1], is_hot.sum(axis=0)
    mostly = times >= MOSTLY * len(state) - 1e-9
    run = np.cumprod(is_hot[::-1], axis=0).sum(axis=0)  # length of the unbroken stretch that ends in the last step
    trending = np.array([History.PERSISTENT, History.INTENSIFYING, History.DIMINISHING])[direction]
    return np.select(
        [mostly & now, mostly, now & (times == 1), now & (run == times), now & (state < 0).any(axis=0), now],
        [trending, History.HISTORICAL, History.NEW, History.CONSECUTIVE, History.OSCILLATING, History.SPORADIC],
        default=History.NONE,
    )


def _space_time_g(
    x: np.ndarray, weights: sparse.csr_array, steps_back: int, reference: Reference
) -> tuple[np.ndarray, np.ndarray]:
    """Gi* of every step and place, steps x n each; the neighbours are those of this step and of earlier ones."""
    lag = np.stack([moments(step, weights)[0] for step in x])
    _, total, squares = moments(x[0], weights)
    scores = []
    for t in range(len(x)):
        window = slice(max(0, t - steps_back), t + 1)
        depth = window.stop - window.start
        among = x if reference == "chain" else x[window]
        sums = lag[window].sum(axis=0), depth * total, depth * squares
        scores.append(g_score(sums, mean=among.mean(), deviation=deviation_of(among), n=among.size))
    return np.stack([z for z, _ in scores]), np.stack([p for _, p in scores])


def _caveats(steps: int) -> tuple[str, ...]:
    if steps >= FEWEST_STEPS:
        return ()
    return (
        f"{steps} steps: fewer than {FEWEST_STEPS}, so the trend test has little power and the classes rest on few "
        "states; read them as a list of states, not as trends",
    )
