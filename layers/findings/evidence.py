"""What one step and one series offer as evidence: readings of harm, their replicates, placebo pairs. No estimate."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

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
class Frame:
    """What all series of a step share: its windows and earlier ones, the resampled weeks, roles and weights of units.

    `spans[0]` is the step's own pair of slices of days, the others are its placebo pairs; `extra` are the weeks' extra
    multiplicities in the same order.
    """

    spans: tuple[tuple[slice, slice], ...]
    extra: tuple[tuple[np.ndarray, np.ndarray], ...]
    role: np.ndarray  # (units,)
    scene: np.ndarray  # (units,): a number for each scene, -1 outside
    weights: np.ndarray  # (units, 4)
    area_of_unit: np.ndarray  # (units,)
    published: tuple[slice, ...]  # every span of days that something is published of: windows of all steps, periods

    @cached_property
    def pattern(self) -> np.ndarray:
        """What one incident in a unit adds to a reading, (units, 4, 4)."""
        return functionals.collect(np.eye(len(self.role)), self.role, self.weights)

    @property
    def weekly_freedom(self) -> float:
        """Degrees of freedom behind weekly noise, from the weeks of both windows."""
        return weeks.freedom(sum(extra.shape[1] for extra in self.extra[0]))

    @property
    def shared(self) -> int:
        """Ordered pairs of placebo pairs that share a window."""
        starts, ends = ([span[side].start for span in self.spans[1:]] for side in (0, 1))
        return 2 * len(set(starts) & set(ends))

    def reading(self, counts: np.ndarray) -> np.ndarray:
        """Return harm per day by window, role and functional, shape (2, 4, 4)."""
        rates = [counts[:, days].mean(axis=1) for days in self.spans[0]]
        return np.stack([functionals.collect(rate, self.role, self.weights) for rate in rates])


@dataclass(frozen=True)
class Evidence:
    """The pair of a step, its placebo pairs, and how noisy the series is."""

    frame: Frame
    pair: Pair
    placebos: tuple[Pair, ...]
    overdispersion: float
    drift: inference.PooledDrift
    smallest: dict[str, float]  # smallest_<role>_<window>: the least count that its rate could give away, for the gate


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


def frame(exposure: Exposure, units: Units, city: City, step: Step) -> Frame | None:
    """Lay out a step; None if its days are not all in the data.

    The random draws depend on seed, step and windows alone, so that all series and kinds meet the same weeks.
    """
    until = end_day(exposure)
    windows = matched_windows(city, step, data_until=until)
    if not all(exposure.covers(window) for window in windows):
        return None
    earlier = placebo_windows(city, step, exposure.first_day, data_until=until)
    spans = tuple((exposure.days(before), exposure.days(after)) for before, after in (windows, *earlier))
    seeds = [city.inference.seed, city.steps.index(step)]
    _, area = np.unique(units.pieces["district_id"].to_numpy().astype(str), return_inverse=True)
    extra = tuple(_extra(pair, [*seeds, number], city.inference.replicates) for number, pair in enumerate(spans))
    scene = np.array([-1 if s is None else list(units.scenes["scene_id"]).index(s) for s in units.pieces["scene_id"]])
    return Frame(spans, extra, roles(units, step), scene, weights(units), area, _published(exposure, city, until))


def _published(exposure: Exposure, city: City, until: date) -> tuple[slice, ...]:
    windows = [window for step in city.steps for window in matched_windows(city, step, data_until=until)]
    windows += [Window(start=period.start, end=period.end) for period in city.periods]
    return tuple(exposure.days(window) for window in windows)


def _extra(pair: tuple[slice, slice], seed: list[int], replicates: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    n_weeks = [-(-(days.stop - days.start) // 7) for days in pair]
    before, after = (weeks.extra_weeks(n, replicates=replicates, generator=generator) for n in n_weeks)
    return before, after


def evidence(counts: np.ndarray, frame: Frame) -> Evidence:
    """Collect the evidence of a series about a step.

    Parameters
    ----------
    counts : ndarray, shape (units, days)
    """
    shape = weeks.seasonal_shape(counts.sum(axis=0))
    daily = functionals.collect(counts, frame.role, frame.weights)
    pairs = []
    for days, extra in zip(frame.spans, frame.extra, strict=True):
        draws = [weeks.resampled_rates(daily[d], shape[d], x) for d, x in zip(days, extra, strict=True)]
        harm = np.stack([daily[d].mean(axis=0) for d in days])
        unit_harm = np.stack([counts[:, d].mean(axis=1) for d in days])
        pairs.append(Pair(harm, _stacked(draws), unit_harm))
    before = frame.spans[0][0]
    dispersion = _overdispersion(counts[:, before].T, shape[before])
    drift = _pooled(pairs[1:], frame, dispersion=dispersion, n_days=before.stop - before.start)
    return Evidence(frame, pairs[0], tuple(pairs[1:]), dispersion, drift, _smallest(counts, frame))


def _smallest(counts: np.ndarray, frame: Frame) -> dict[str, float]:
    """Return, by role and window, the least count above zero that the rate of that role could give away.

    Of each scene: its count in the window, and the difference to its count in every published span around or inside it.
    """
    found = {}
    for name, role in (("origin", functionals.ORIGIN), ("receivers", functionals.RECEIVERS)):
        daily = [counts[frame.scene == s].sum(axis=0) for s in np.unique(frame.scene[frame.role == role])]
        for window, days in zip(("before", "after"), frame.spans[0], strict=True):
            nested = [s for s in frame.published if _holds(s, days) or _holds(days, s)]
            told = [d[days].sum() for d in daily] + [abs(d[days].sum() - d[s].sum()) for d in daily for s in nested]
            found[f"smallest_{name}_{window}"] = float(min((count for count in told if count > 0), default=0.0))
    return found


def _holds(outer: slice, inner: slice) -> bool:
    return bool(outer.start <= inner.start and inner.stop <= outer.stop)


def _stacked(draws: list[np.ndarray]) -> np.ndarray:
    """Stack windows behind the replicates; in memory the replicates stay innermost, where sums over roles are fast."""
    return np.moveaxis(np.stack([np.moveaxis(d, 0, -1) for d in draws]), -1, 0)


def _pooled(placebos: list[Pair], frame: Frame, *, dispersion: float, n_days: int) -> inference.PooledDrift:
    """Pool the drift of districts over the placebo pairs."""
    member = frame.area_of_unit == np.unique(frame.area_of_unit)[:, None]
    by_area = np.array([pair.unit_harm @ member.T for pair in placebos]).reshape(-1, 2, len(member)) * n_days
    return inference.pooled_drift(by_area[:, 0], by_area[:, 1], dispersion=dispersion, shared=frame.shared)


def _overdispersion(counts: np.ndarray, shape: np.ndarray) -> float:
    """Return variance over mean of weekly counts of units, shape (days, units), around the season of a window."""
    by_week = np.add.reduceat(counts, np.arange(0, len(counts), 7), axis=0)
    return weeks.overdispersion(weeks.week_residuals(counts, shape), by_week)
