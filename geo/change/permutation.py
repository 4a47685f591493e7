"""Monte-Carlo tests of change: p-values of every cell, of the map as a whole, and the smallest there can be.

Incidents are dealt as if independent; they come in bursts, so p is too small where one event makes several records. The
test is diagnostic: it says what pattern labels alone would make. Simulations are in `geo.change.simulation`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geo.change.simulation import Experiment, Prepared, Tally, prepared, simulate
from geo.errors import GeoError
from geo.threads import each


@dataclass(frozen=True)
class Permutation:
    """p-values of a change.

    Attributes
    ----------
    p_upper, p_lower : rows x cols
        (1 + simulations as high, as low) / (simulations + 1), each cell by itself; NaN where not shown.
    p_upper_anywhere, p_lower_anywhere : rows x cols
        The same against each simulation's highest, lowest value on the whole map, every cell in units of its own
        deviation: at or below 0.05 anywhere, with probability 0.05 if nothing changed.
    global_p_upper, global_p_lower : float
        The smallest of these: is there a rise, a fall, anywhere?
    global_p : float
        The maximum test of both sides: that of the largest |value| against each simulation's.
    simulations : int
    """

    p_upper: np.ndarray
    p_lower: np.ndarray
    p_upper_anywhere: np.ndarray
    p_lower_anywhere: np.ndarray
    global_p_upper: float
    global_p_lower: float
    global_p: float
    simulations: int

    @property
    def smallest_p(self) -> float:
        """The smallest p that so many simulations can give."""
        return 1 / (self.simulations + 1)


def permutation_test(
    experiment: Experiment, *, simulations: int = 999, seed: int, batch: int = 8, batches_in_threads: bool = False
) -> Permutation:
    """Test where a change is more than labels dealt at random would show.

    Parameters
    ----------
    experiment : Experiment
    simulations : int
        999 or more for anything that is to be published.
    seed : int
        Simulation k draws from ``SeedSequence((seed, k))``: neither batches nor threads change a p-value.
    batch : int
        Simulations smoothed at a time; memory grows with it.
    batches_in_threads : bool
        Run batches side by side, for a smoother that itself runs in one thread.

    Raises
    ------
    GeoError
        If there are no simulations, no cell is shown, or a period's length is not positive.
    """
    if simulations < 1 or batch < 1:
        msg = f"{simulations} simulations in batches of {batch}; at least one of each is needed"
        raise GeoError(msg)
    ready = prepared(experiment, seed=seed, batch=batch)
    ranges = [range(k, min(k + batch, simulations)) for k in range(0, simulations, batch)]
    if batches_in_threads:
        return p_values(ready, each(lambda some: simulate(ready, some, batch=batch), ranges))
    return p_values(ready, [simulate(ready, some, batch=batch) for some in ranges])


def p_values(ready: Prepared, tallies: Iterable[Tally]) -> Permutation:
    """Turn what simulations gave into p-values; the order of the tallies does not matter."""
    parts = list(tallies)
    extremes = np.concatenate([(part.highest, part.lowest) for part in parts], axis=1)
    n = extremes.shape[1]
    score, slack = (ready.observed - 0.5) * ready.weight, ready.tie * ready.weight
    counts = (
        sum(part.as_high for part in parts),
        sum(part.as_low for part in parts),
        n - np.searchsorted(np.sort(extremes[0]), score - slack),
        np.searchsorted(np.sort(extremes[1]), score + slack, side="right"),
    )
    high, low, highest, lowest = ((1 + count) / (n + 1) for count in counts)
    shown = ready.experiment.shown
    return Permutation(
        _plane(high, shown),
        _plane(low, shown),
        _plane(highest, shown),
        _plane(lowest, shown),
        float(highest.min()),
        float(lowest.min()),
        float((1 + np.count_nonzero(np.maximum(extremes[0], -extremes[1]) >= (np.abs(score) - slack).max())) / (n + 1)),
        n,
    )


def _plane(values: np.ndarray, shown: np.ndarray) -> np.ndarray:
    plane = np.full(shown.shape, np.nan)
    plane[shown] = values
    return plane
