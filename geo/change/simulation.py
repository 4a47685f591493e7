"""Labels of pooled incidents dealt anew, smoothed and compared with what was observed. Turns nothing into a p-value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from geo.change.incidents import Incidents
from geo.change.smoothing import Smoother
from geo.compiled import compiled
from geo.errors import GeoError

Null = Literal["same_shape", "same_rate"]
_PILOTS = 50  # simulations that only measure how much each cell varies
_TIE = {4: 1e-5, 8: 1e-9}  # by bytes of a value: shares closer than that are equal, and count for both tails


@dataclass(frozen=True)
class Experiment:
    """What is simulated.

    Attributes
    ----------
    incidents : Incidents
    smoother : Smoother
    shown : rows x cols bool
        Cells that are tested; `geo.change.relative_risk.Change.shown`.
    null : "same_shape" or "same_rate"
        Labels are dealt so that both periods keep their numbers (tests the log relative risk), or every incident falls
        in the later period with the probability of its length (tests the log rate ratio).
    days_before, days_after : float
        Lengths of the periods; of no account for "same_shape".
    dtype : float64 or float32
        Of the masses handed to the smoother; float32 is faster where the smoother follows it.
    """

    incidents: Incidents
    smoother: Smoother
    shown: np.ndarray
    null: Null = "same_shape"
    days_before: float = 1.0
    days_after: float = 1.0
    dtype: type[np.floating] = np.float64


@dataclass(frozen=True)
class Tally:
    """What some simulations gave: counts per shown cell, and the extremes of each simulation in its order."""

    as_high: np.ndarray
    as_low: np.ndarray
    highest: np.ndarray
    lowest: np.ndarray


@dataclass(frozen=True)
class Prepared:
    """What all simulations of an experiment share; arrays hold shown cells only.

    Attributes
    ----------
    experiment : Experiment
    seed : int
    cells : flat cells
    together : smoothed mass of both periods
    total : float, the sum of that everywhere
    observed : share of the later period, both periods made equal in size: 1/2 is no change
    weight : one over the deviation of that share if nothing changed; 0 where it cannot vary
    tie : float
    """

    experiment: Experiment
    seed: int
    cells: np.ndarray
    together: np.ndarray
    total: float
    observed: np.ndarray
    weight: np.ndarray
    tie: float


def prepared(experiment: Experiment, *, seed: int, batch: int = 8) -> Prepared:
    """Smooth what was observed, and measure how each cell varies by some simulations of its own."""
    if not experiment.shown.any() or not (experiment.days_before > 0 and experiment.days_after > 0):
        msg = "no cell is shown, or a period has no length; lower the floor, or give the days"
        raise GeoError(msg)
    incidents = experiment.incidents
    everything = np.ones(incidents.is_after.size, dtype=bool)
    smooth = experiment.smoother(incidents.planes((everything, incidents.is_after), dtype=experiment.dtype))
    cells = np.flatnonzero(experiment.shown)
    together = smooth[0].ravel()[cells].astype(np.float64)
    if not (together > 0).all():
        msg = "a shown cell has no pooled density; raise the floor"
        raise GeoError(msg)
    total = float(smooth[0].sum(dtype=np.float64))
    nothing = np.zeros(cells.size)
    ready = Prepared(experiment, seed, cells, together, total, nothing, nothing, _TIE[smooth.dtype.itemsize])
    observed = _share(ready, smooth[1], is_later=True)
    return replace(ready, observed=observed, weight=_weight(ready, batch))


def simulate(ready: Prepared, simulations: range, *, batch: int = 8) -> Tally:
    """Run some of the simulations, here or on another machine; `p_values` puts them together."""
    tally = Tally(*np.zeros((2, ready.cells.size), dtype=np.int64), *np.empty((2, len(simulations))))
    dealt = _dealt(ready.experiment, [(ready.seed, k) for k in simulations], batch)
    for k, (smooth, is_later) in enumerate(dealt):
        factor = _balance(ready, _mass(ready, smooth, is_later=is_later))
        law = ready.together, ready.observed, ready.weight
        terms = factor, ready.tie, is_later
        tally.highest[k], tally.lowest[k] = _compare(
            smooth.ravel(), ready.cells, law, terms, (tally.as_high, tally.as_low)
        )
    return tally


def _dealt(experiment: Experiment, seeds: Sequence[tuple[int, ...]], batch: int) -> Iterator[tuple[np.ndarray, bool]]:
    """Smoothed masses of the smaller period of every simulation, and whether that is the later one."""
    for start in range(0, len(seeds), batch):
        rngs = [np.random.default_rng(np.random.SeedSequence(words)) for words in seeds[start : start + batch]]
        labels = [_labels(experiment, rng) for rng in rngs]
        masses = experiment.incidents.planes([chosen for chosen, _ in labels], dtype=experiment.dtype)
        smooth = experiment.smoother(masses)
        yield from zip(smooth, (is_later for _, is_later in labels), strict=True)


def _labels(experiment: Experiment, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
    """Incidents of the smaller period, and whether that is the later one."""
    n = experiment.incidents.is_after.size
    later = int(np.count_nonzero(experiment.incidents.is_after))
    if experiment.null == "same_rate":
        later = int(rng.binomial(n, experiment.days_after / (experiment.days_before + experiment.days_after)))
    smaller = min(later, n - later)
    return rng.choice(n, size=smaller, replace=False, shuffle=False), smaller == later


def _mass(ready: Prepared, smooth: np.ndarray, *, is_later: bool) -> float:
    """Smoothed mass of the later period, everywhere; the smoother need not keep mass."""
    mass = float(smooth.sum(dtype=np.float64))
    return mass if is_later else ready.total - mass


def _balance(ready: Prepared, later: float) -> float:
    """Odds that turn the share that is no change into 1/2."""
    if ready.experiment.null == "same_rate":
        return ready.experiment.days_before / ready.experiment.days_after
    return (ready.total - later) / later


def _share(ready: Prepared, smooth: np.ndarray, *, is_later: bool) -> np.ndarray:
    """Share of the later period in every shown cell, both periods made equal in size."""
    part = np.clip(smooth.ravel()[ready.cells].astype(np.float64), 0.0, ready.together)
    later = part if is_later else ready.together - part
    scaled = later * _balance(ready, _mass(ready, smooth, is_later=is_later))
    return np.asarray(scaled / (scaled + (ready.together - later)))


def _weight(ready: Prepared, batch: int) -> np.ndarray:
    """One over the root mean square of share - 1/2, from simulations that are used for nothing else."""
    squares = np.zeros(ready.cells.size)
    for smooth, is_later in _dealt(ready.experiment, [(ready.seed, k, 1) for k in range(_PILOTS)], batch):
        squares += np.square(_share(ready, smooth, is_later=is_later) - 0.5)
    deviation = np.sqrt(squares / _PILOTS)
    return np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > ready.tie)


@compiled
def _compare(
    smooth: np.ndarray,
    cells: np.ndarray,
    law: tuple[np.ndarray, np.ndarray, np.ndarray],
    terms: tuple[float, float, bool],
    counts: tuple[np.ndarray, np.ndarray],
) -> tuple[float, float]:
    together, observed, weight = law
    factor, tie, is_later = terms
    as_high, as_low = counts
    highest, lowest = -np.inf, np.inf
    for i in range(cells.size):
        part = min(max(smooth[cells[i]], 0.0), together[i])
        later = part if is_later else together[i] - part
        share = later * factor / (later * factor + (together[i] - later))
        as_high[i] += share >= observed[i] - tie
        as_low[i] += share <= observed[i] + tie
        score = (share - 0.5) * weight[i]
        highest = max(highest, score)
        lowest = min(lowest, score)
    return highest, lowest
