"""What a step and a series offer as evidence: readings of harm, how weeks shake them, placebo pairs. No estimate."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geo import functionals, inference, weeks
from layers.city import City, Step, Window
from layers.findings.enforcement import enforced_share
from layers.frame.chain import matched_windows, placebo_windows
from layers.frame.exposure import Exposure, end_day
from layers.frame.units import Units

MIN_WEEKS = 2 * weeks.BLOCK  # in a shorter window weeks tell nothing of each other


@dataclass(frozen=True)
class Pair:
    """One pair of windows: harm per day of roles, of groups and of every unit, and the covariances of the groups'.

    `weekly` is what weeks show, `least` that of incidents that come one by one; a group without any counts as if it had
    one. `weekly` is None in windows too short to resample weeks.
    """

    harm: np.ndarray  # (2, 4, 4)
    unit_harm: np.ndarray  # (2, units)
    weekly: np.ndarray | None  # (2, groups * 4, groups * 4)
    least: np.ndarray  # (2, groups * 4, groups * 4)


@dataclass(frozen=True)
class Frame:
    """What all series of a step share: its windows and earlier ones, roles, groups and weights of units.

    `spans[0]` is the step's own pair of slices of days, the others are its placebo pairs. A group is a scene among
    origin or receivers, or all other units of a role: what records may change in, each for itself.
    """

    spans: tuple[tuple[slice, slice], ...]
    role: np.ndarray  # (units,)
    scene: np.ndarray  # (units,): a number for each scene and each ring of the step, -1 outside
    weights: np.ndarray  # (units, 4)
    area_of_unit: np.ndarray  # (units,)
    published: tuple[slice, ...]  # every span of days that something is published of: windows of all steps, periods
    enforced: np.ndarray | None = None  # (2, scenes and rings), where `inference.enforcement` is declared
    scenes: int | None = None  # how many of the numbers in `scene` are scenes; the others are rings; None: all

    @cached_property
    def group(self) -> np.ndarray:
        """The group of each unit, (units,): origin's scenes first, then the receivers', controls, rest."""
        key = self.role * (self.scene.max() + 2) + np.where(self._is_place, self.scene + 1, 0)
        return np.asarray(np.unique(key, return_inverse=True)[1])

    @property
    def _is_place(self) -> np.ndarray:
        return np.isin(self.role, (functionals.ORIGIN, functionals.RECEIVERS))

    @cached_property
    def role_of_group(self) -> np.ndarray:
        """The role of each group, (groups,)."""
        return self.role[np.unique(self.group, return_index=True)[1]]

    @cached_property
    def scene_of_group(self) -> np.ndarray:
        """The number of each group's scene, -1 for controls and rest, (groups,)."""
        return np.where(self._is_place, self.scene, -1)[np.unique(self.group, return_index=True)[1]]

    @cached_property
    def pattern(self) -> np.ndarray:
        """What one incident in a unit adds to a reading, (units, 4, 4)."""
        return functionals.collect(np.eye(len(self.role)), self.role, self.weights)

    @cached_property
    def group_pattern(self) -> np.ndarray:
        """What one incident in a unit adds to the functionals of its group, (units, groups * 4)."""
        member = (self.group[:, None] == np.arange(len(self.role_of_group))).astype(float)
        return np.asarray((member[:, :, None] * self.weights[:, None, :]).reshape(len(self.group), -1))

    @property
    def weekly_freedom(self) -> float:
        """Degrees of freedom behind weekly noise, from the weeks of both windows."""
        return weeks.freedom(sum(-(-(days.stop - days.start) // 7) for days in self.spans[0]))

    def shared(self, kept: np.ndarray) -> int:
        """Count ordered pairs that share a window, among the placebo pairs that are kept (bool, one for each)."""
        spans = [span for span, is_kept in zip(self.spans[1:], kept, strict=True) if is_kept]
        starts, ends = ({span[side].start for span in spans} for side in (0, 1))
        return 2 * len(starts & ends)

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
    """Return each unit's role in a step: origin, receivers (rings among them), control or rest.

    The rest are other scenes and near districts.
    """
    scene = units.pieces["scene_id"].to_numpy()
    role = np.where(units.pieces["is_control"].to_numpy(dtype=bool), functionals.CONTROL, functionals.REST)
    role[[s is not None for s in scene]] = functionals.REST
    role[np.isin(scene.astype(str), step.origin)] = functionals.ORIGIN
    role[np.isin(scene.astype(str), step.receivers)] = functionals.RECEIVERS
    role[units.ring_number(step) >= 0] = functionals.RECEIVERS
    return role


def places(units: Units, step: Step) -> np.ndarray:
    """Return a number for each scene, and for each ring of a step, that a unit lies in; -1 for neither."""
    ids = list(units.scenes["scene_id"])
    scene = np.array([-1 if name is None else ids.index(name) for name in units.pieces["scene_id"]])
    ring = units.ring_number(step)
    return np.where(ring >= 0, len(ids) + ring, scene)


def weights(units: Units) -> np.ndarray:
    """Return each unit's weights in the four functionals."""
    return functionals.unit_weights(units.pieces["rank"].to_numpy(), units.pieces["fifth"].to_numpy())


def reading(
    counts: np.ndarray, exposure: Exposure, windows: tuple[Window, Window], *, role: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return harm per day by window, role and functional, shape (2, 4, 4)."""
    rates = [counts[:, exposure.days(window)].mean(axis=1) for window in windows]
    return np.stack([functionals.collect(rate, role, weights) for rate in rates])


def frame(
    exposure: Exposure, units: Units, city: City, step: Step, *, interventions: GeoDataFrame | None = None
) -> Frame | None:
    """Lay out a step; None if its days are not all in the data."""
    until = end_day(exposure)
    windows = matched_windows(city, step, data_until=until)
    if not all(exposure.covers(window) for window in windows):
        return None
    earlier = placebo_windows(city, step, exposure.first_day, data_until=until)
    spans = tuple((exposure.days(before), exposure.days(after)) for before, after in (windows, *earlier))
    _, area = np.unique(units.pieces["district_id"].to_numpy().astype(str), return_inverse=True)
    scene = places(units, step)
    published = _published(exposure, city, until)
    declared, enforced = city.inference.enforcement, None
    if declared is not None and interventions is not None:
        areas = pd.concat([units.scenes[["geometry"]], units.rings[["geometry"]]])  # as `places` numbers them
        enforced = enforced_share(interventions, areas, windows, declared=declared)
    return Frame(spans, roles(units, step), scene, weights(units), area, published, enforced, scenes=len(units.scenes))


def _published(exposure: Exposure, city: City, until: date) -> tuple[slice, ...]:
    windows = [window for step in city.steps for window in matched_windows(city, step, data_until=until)]
    windows += [Window(start=period.start, end=period.end) for period in city.periods]
    return tuple(exposure.days(window) for window in windows)


def evidence(counts: np.ndarray, frame: Frame) -> Evidence:
    """Collect the evidence of a series about a step.

    Parameters
    ----------
    counts : ndarray, shape (units, days)
    """
    shape = weeks.seasonal_shape(counts.sum(axis=0))
    daily = _by_day(counts, frame)
    pairs = [_pair(counts, daily, frame, span=span, shape=shape) for span in frame.spans]
    before = frame.spans[0][0]
    dispersion, uncertain = _overdispersion(counts[:, before].T, shape[before])
    drift = _pooled(pairs[1:], frame, dispersion=(dispersion, uncertain), n_days=before.stop - before.start)
    return Evidence(frame, pairs[0], tuple(pairs[1:]), dispersion, drift, _smallest(counts, frame))


def _by_day(counts: np.ndarray, frame: Frame) -> np.ndarray:
    """Return the functionals of every group on every day, shape (days, groups * 4)."""
    return np.asarray(np.asarray(counts, dtype=float).T @ frame.group_pattern)


def _pair(counts: np.ndarray, daily: np.ndarray, frame: Frame, *, span: tuple[slice, slice], shape: np.ndarray) -> Pair:
    unit_harm = np.stack([counts[:, days].mean(axis=1) for days in span])
    harm = np.stack([functionals.collect(rate, frame.role, frame.weights) for rate in unit_harm])
    n_days = [days.stop - days.start for days in span]
    least = np.stack([_least(rate, frame, n_days=n) for rate, n in zip(unit_harm, n_days, strict=True)])
    if min(n_days) < MIN_WEEKS * 7:
        return Pair(harm, unit_harm, None, least)
    weekly = [
        weeks.count_covariance(weeks.week_residuals(daily[days], shape[days])) / n**2
        for days, n in zip(span, n_days, strict=True)
    ]
    return Pair(harm, unit_harm, np.stack(weekly), least)


def _least(rate: np.ndarray, frame: Frame, *, n_days: int) -> np.ndarray:
    """Return the covariance of the groups' functionals per day if incidents came one by one.

    No incident at all is as uncertain as one, anywhere in the group: none was seen, not that none can be.
    """
    n_groups = len(frame.role_of_group)
    total = np.bincount(frame.group, weights=rate, minlength=n_groups) * n_days
    size = np.bincount(frame.group, minlength=n_groups)
    counts = rate * n_days + (np.where(total == 0.0, 1.0, 0.0) / size)[frame.group]
    return np.asarray(frame.group_pattern.T @ (frame.group_pattern * counts[:, None])) / n_days**2


def _smallest(counts: np.ndarray, frame: Frame) -> dict[str, float]:
    """Return, by role and window, the least count above zero that its rate could give away, and the ranked ones' least.

    Of each scene and ring: its count in the window; of scenes also the difference to their count in every published
    span around or inside it. Of a ring alone nothing is published that could be subtracted.
    """
    found, scenes = {}, np.inf if frame.scenes is None else frame.scenes
    for name, role in (("origin", functionals.ORIGIN), ("receivers", functionals.RECEIVERS)):
        places = np.unique(frame.scene[frame.role == role])
        daily = [counts[frame.scene == p].sum(axis=0) for p in places]
        apart = [d for d, p in zip(daily, places, strict=True) if p < scenes]
        for window, days in zip(("before", "after"), frame.spans[0], strict=True):
            nested = [s for s in frame.published if _holds(s, days) or _holds(days, s)]
            told = [d[days].sum() for d in daily] + [abs(d[days].sum() - d[s].sum()) for d in apart for s in nested]
            found[f"smallest_{name}_{window}"] = float(min((count for count in told if count > 0), default=0.0))
    is_ranked = frame.weights[:, functionals.RANKED] > 0
    found["smallest_window"] = float(min(counts[is_ranked, days].sum() for days in frame.spans[0]))
    return found


def _holds(outer: slice, inner: slice) -> bool:
    return bool(outer.start <= inner.start and inner.stop <= outer.stop)


def _pooled(
    placebos: list[Pair], frame: Frame, *, dispersion: tuple[float, float], n_days: int
) -> inference.PooledDrift:
    """Pool the drift of districts over the placebo pairs."""
    member = frame.area_of_unit == np.unique(frame.area_of_unit)[:, None]
    by_area = np.array([pair.unit_harm @ member.T for pair in placebos]).reshape(-1, 2, len(member)) * n_days
    kept = (by_area.sum(axis=2) > 0).all(axis=1)  # a window without any incident tells of no district
    return inference.pooled_drift(
        by_area[kept, 0],
        by_area[kept, 1],
        dispersion=dispersion[0],
        dispersion_variance=dispersion[1],
        shared=frame.shared(kept),
    )


def _overdispersion(counts: np.ndarray, shape: np.ndarray) -> tuple[float, float]:
    """Return variance over mean of weekly counts of units, shape (days, units), around the season, and its variance."""
    if len(counts) < MIN_WEEKS * 7:
        return float("nan"), 0.0
    by_week = np.add.reduceat(counts, np.arange(0, len(counts), 7), axis=0)
    return weeks.corrected_overdispersion(weeks.week_residuals(counts, shape), by_week)
