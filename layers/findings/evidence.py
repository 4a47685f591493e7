"""What one step and one series offer as evidence: readings of harm, their replicates, placebo pairs. No estimate."""

from dataclasses import dataclass

import numpy as np

from geo import functionals, inference, weeks
from layers.chain import matched_windows, placebo_windows
from layers.city import City, Step, Window
from layers.exposure import Exposure, end_day
from layers.units import Units


@dataclass(frozen=True)
class Pair:
    """One pair of windows: harm per day, its replicates, and harm per day of every unit."""

    harm: np.ndarray  # (2, 4, 4)
    draws: np.ndarray  # (replicates, 2, 4, 4)
    unit_harm: np.ndarray  # (2, units)


@dataclass(frozen=True)
class Evidence:
    """The pair of a step, its placebo pairs, and how noisy the series is."""

    pair: Pair
    placebos: tuple[Pair, ...]
    pattern: np.ndarray  # (units, 4, 4): what one incident in a unit adds to the reading
    overdispersion: float
    drift: inference.PooledDrift


def roles(units: Units, step: Step) -> np.ndarray:
    """Return each unit's role in a step: origin, receivers, control or rest (other scenes and near districts)."""
    scene = units.pieces["scene_id"].to_numpy()
    role = np.where(units.pieces["is_control"].to_numpy(dtype=bool), functionals.CONTROL, functionals.REST)
    role[[s is not None for s in scene]] = functionals.REST
    role[np.isin(scene.astype(str), step.origin)] = functionals.ORIGIN
    role[np.isin(scene.astype(str), step.receivers)] = functionals.RECEIVERS
    return role


def weights(units: Units) -> np.ndarray:
    """Return each unit's weights in the four functionals."""
    return functionals.unit_weights(units.pieces["rank"].to_numpy(), units.pieces["fifth"].to_numpy())


def reading(
    counts: np.ndarray, exposure: Exposure, windows: tuple[Window, Window], *, role: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return harm per day by window, role and functional, shape (2, 4, 4)."""
    rates = [counts[:, exposure.days(window)].mean(axis=1) for window in windows]
    return np.stack([functionals.collect(rate, role, weights) for rate in rates])


def evidence(exposure: Exposure, units: Units, city: City, step: Step, *, series: str) -> Evidence | None:
    """Collect the evidence of a series about a step; None if the step's days are not all in the data.

    The random draws depend on seed, step and windows alone, so that all series and kinds meet the same weeks.
    """
    until = end_day(exposure)
    windows = matched_windows(city, step, data_until=until)
    if not all(exposure.covers(window) for window in windows):
        return None
    counts, role = exposure.counts[series], roles(units, step)
    shape = weeks.seasonal_shape(counts.sum(axis=0))
    daily = functionals.collect(counts, role, weights(units))
    earlier = placebo_windows(city, step, exposure.first_day, data_until=until)
    step_no = city.steps.index(step)
    pairs = []
    for number, pair in enumerate((windows, *earlier)):
        generator = np.random.default_rng([city.inference.seed, step_no, number])
        days = exposure.days(pair[0]), exposure.days(pair[1])
        draws = [
            weeks.resampled_rates(daily[d], shape[d], replicates=city.inference.replicates, generator=generator)
            for d in days
        ]
        harm = np.stack([daily[d].mean(axis=0) for d in days])
        unit_harm = np.stack([counts[:, d].mean(axis=1) for d in days])
        pairs.append(Pair(harm, np.stack(draws, axis=1), unit_harm))
    before = exposure.days(windows[0])
    dispersion = _overdispersion(counts[:, before].T, shape[before])
    unit_pairs = np.array([pair.unit_harm for pair in pairs[1:]]).reshape(-1, 2, len(role)) * (
        before.stop - before.start
    )
    drift = inference.pooled_drift(unit_pairs[:, 0], unit_pairs[:, 1], dispersion=dispersion)
    pattern = functionals.collect(np.eye(len(role)), role, weights(units))
    return Evidence(pairs[0], tuple(pairs[1:]), pattern, dispersion, drift)


def _overdispersion(counts: np.ndarray, shape: np.ndarray) -> float:
    """Return variance over mean of weekly counts of units, shape (days, units), around the season of a window."""
    by_week = np.add.reduceat(counts, np.arange(0, len(counts), 7), axis=0)
    return weeks.overdispersion(weeks.week_residuals(counts, shape), by_week)
