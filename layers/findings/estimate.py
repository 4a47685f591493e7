"""From evidence to a figure: estimate, interval, detection band, tipping point, agreement of choices. No verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.displacement import fieller_set
from geo.inference import Drift, Placebos, Spread, drift_of, drift_sensitivity, gradient, spread
from geo.recording import e_value
from layers.city import Inference
from layers.findings.detection import tipping_places, turning_point
from layers.findings.evidence import Evidence, Frame, Pair
from layers.findings.kinds import Quantity

INNER_LEVEL = 0.90  # of the interval that must lie inside the band of no practical change

Interval = tuple[float, float]


@dataclass(frozen=True)
class Movement:
    """Intervals of the receivers' gain and the origin's loss per day, and of the loss over all detection ratios.

    None where they cannot be computed.
    """

    gain: Interval | None = None
    loss: Interval | None = None
    loss_band: Interval | None = None


@dataclass(frozen=True)
class Tipping:
    """The detection ratio at which the estimate's sign turns, and that at which its interval first holds zero.

    The second is 1 where the interval holds zero as it is. None where it cannot be computed.
    """

    point: float | Literal["none"] | None = None
    limit: float | Literal["none"] | None = None

    @property
    def e_values(self) -> dict[str, float]:
        """How strong an unrecorded cause must be to explain the estimate, and to let its interval hold zero."""
        both = {"e_value": self.point, "e_value_interval": self.limit}
        return {name: float(e_value(ratio)) for name, ratio in both.items() if isinstance(ratio, float)}


@dataclass(frozen=True)
class Figure:
    """An estimate and what is known of its error, in the finding's unit. None where it cannot be computed."""

    value: float | None
    interval: Interval | None = None
    inner: Interval | None = None  # at INNER_LEVEL
    detection_band: Interval | None = None
    p_value: float | None = None
    placebo_pairs: int = 0  # 0: the interval holds weekly noise alone
    movement: Movement | None = None  # of the ratio of gain and loss
    tipping: Tipping = Tipping()  # where it was asked for
    is_unbounded: bool = False  # a ratio without a value, as nothing bounds it


@dataclass(frozen=True)
class _Read:
    """A statistic of several readings of harm, and its error."""

    value: np.ndarray  # (n, m)
    error: Spread


def figure(quantity: Quantity, evidence: Evidence, settings: Inference, *, ratios: np.ndarray) -> Figure:
    """Estimate a quantity with its interval, over the declared detection ratios, at the published level.

    Parameters
    ----------
    ratios : ndarray, shape (n, groups)
        From `detection.detection_ratios`; the first row is no change.
    """
    return figures(quantity, evidence, settings, ratios=ratios, levels=(settings.level,))[0]


def figures(
    quantity: Quantity, evidence: Evidence, settings: Inference, *, ratios: np.ndarray, levels: tuple[float, ...]
) -> tuple[Figure, ...]:
    """Return the same figure with intervals at several levels."""
    value = float(quantity.figure(evidence.pair.harm))
    if not np.isfinite(value):
        return tuple(Figure(None) for _ in levels)
    drift, pairs = _drift(quantity, evidence, settings.min_placebo_pairs)
    read = _read(quantity, evidence, ratios, drift)
    if read is None:
        known = None if quantity.is_ratio else value
        return tuple(Figure(known, placebo_pairs=pairs, is_unbounded=quantity.is_ratio) for _ in levels)
    return tuple(_at_level(quantity, value, read, level=level, pairs=pairs) for level in levels)


def _at_level(quantity: Quantity, value: float, read: _Read, *, level: float, pairs: int) -> Figure:
    every = _intervals(quantity, read, level)
    movement = _movement(read, level) if quantity.is_ratio and quantity.is_movement else None
    if quantity.is_ratio and every[0] is None:  # what is divided by may be nothing: any figure would be noise
        return Figure(None, placebo_pairs=pairs, movement=movement, is_unbounded=True)
    return Figure(
        value=value,
        interval=every[0],
        inner=_intervals(quantity, read, INNER_LEVEL, first_only=True)[0],
        detection_band=_union(every),
        p_value=float(read.error.p_value(read.value[:, 0])[0]) if pairs and not quantity.is_ratio else None,
        placebo_pairs=pairs,
        movement=movement,
    )


def _movement(read: _Read, level: float) -> Movement:
    """Return the intervals of gain and loss, which a ratio is made of."""
    half = read.error.half_width(level)
    low, high = read.value - half, read.value + half
    gain, loss = ((float(low[0, i]), float(high[0, i])) for i in (0, 1))
    return Movement(gain=gain, loss=loss, loss_band=(float(low[:, 1].min()), float(high[:, 1].max())))


def _union(intervals: list[Interval | None]) -> Interval | None:
    """Return the least interval that holds all; None if one is unbounded."""
    known = [i for i in intervals if i is not None]
    if len(known) < len(intervals):
        return None
    return min(low for low, _ in known), max(high for _, high in known)


def _placebos(quantity: Quantity, evidence: Evidence, least: int) -> Placebos | None:
    """Return the statistic in every placebo pair where it is defined; None if they are too few to learn from."""
    kept = np.array([pair.weekly is not None for pair in evidence.placebos], dtype=bool)
    pairs = [pair for pair, is_kept in zip(evidence.placebos, kept, strict=True) if is_kept]
    if len(pairs) < least:
        return None
    effects, weekly, _, shaken = _noise(
        quantity, evidence.frame, pairs, np.ones((1, len(evidence.frame.role_of_group)))
    )
    known = np.isfinite(effects).all(axis=1) & np.isfinite(weekly).all(axis=(1, 2))
    if known.sum() < least:
        return None
    kept[kept] = known
    return Placebos(effects[known], weekly[known], shaken[known], quantity.is_centred, evidence.frame.shared(kept))


def _drift(quantity: Quantity, evidence: Evidence, least: int) -> tuple[Drift | None, int]:
    placebos = _placebos(quantity, evidence, least)
    return (None, 0) if placebos is None else (drift_of(placebos, evidence.drift), len(placebos.effects))


def _rescaled(frame: Frame, pairs: list[Pair], ratios: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return harm of units and of roles, of one pair with n detection ratios or of n pairs with one."""
    unit_harm = np.stack([pair.unit_harm for pair in pairs]) * np.ones((len(ratios), 1, 1))
    unit_harm[:, 1] /= ratios[:, frame.group]
    return unit_harm, np.einsum("nwu,urf->nwrf", unit_harm, frame.pattern)


def _noise(
    quantity: Quantity, frame: Frame, pairs: list[Pair], ratios: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return a statistic, its weekly covariance, the least one and its sensitivity to drift, of every pair and ratio.

    One pair with n ratios or n pairs with one; covariances go through the statistic by its slopes.
    """
    unit_harm, harm = _rescaled(frame, pairs, ratios)
    slope = gradient(quantity.statistic, harm)
    by_group = slope.reshape(*slope.shape[:2], 4, 4, -1)[:, :, frame.role_of_group]
    by_group[:, 1] /= ratios[:, :, None, None]
    by_group = by_group.reshape(*by_group.shape[:2], -1, by_group.shape[-1])
    both = [pair.weekly for pair in pairs if pair.weekly is not None], [pair.least for pair in pairs]
    weekly, least = ((by_group.swapaxes(-1, -2) @ np.stack(c) @ by_group).sum(axis=1) for c in both)
    shaken = drift_sensitivity(slope, unit_harm=unit_harm, unit_pattern=frame.pattern, area_of_unit=frame.area_of_unit)
    return quantity.statistic(harm), weekly, least, shaken


def _read(quantity: Quantity, evidence: Evidence, ratios: np.ndarray, drift: Drift | None) -> _Read | None:
    """Return the statistic and its error if detection changed by each row of `ratios`; None with too few incidents."""
    if evidence.pair.weekly is None:
        return None
    value, weekly, least, shaken = _noise(quantity, evidence.frame, [evidence.pair], ratios)
    if not (np.isfinite(value).all() and np.isfinite(weekly).all() and np.isfinite(shaken).all()):
        return None
    freedom = evidence.frame.weekly_freedom
    return _Read(value, spread(weekly, least=least, weekly_freedom=freedom, sensitivity=shaken, drift=drift))


def _intervals(quantity: Quantity, read: _Read, level: float, *, first_only: bool = False) -> list[Interval | None]:
    """Return the intervals in the finding's unit; None where one is unbounded."""
    n = 1 if first_only else len(read.value)
    if quantity.is_ratio:
        scaled = read.error.scaled_covariance(level)
        sets = [fieller_set(read.value[i], scaled[i], quantile=1.0) for i in range(n)]
        return [(found.low, found.high) if found.kind == "interval" else None for found in sets]
    half = read.error.half_width(level)[:n, 0]
    ends = quantity.on_figure_scale(np.stack([read.value[:n, 0] - half, read.value[:n, 0] + half], axis=1))
    return [(float(low), float(high)) if np.isfinite(low) and np.isfinite(high) else None for low, high in ends]


def tipping(quantity: Quantity, evidence: Evidence, settings: Inference) -> Tipping:
    """Return the changes of recording that would explain the estimate, and what of it is certain."""
    if not np.isfinite(quantity.figure(evidence.pair.harm)):
        return Tipping()
    frame, places = evidence.frame, tipping_places(quantity, evidence.frame)
    drift, _ = _drift(quantity, evidence, settings.min_placebo_pairs)

    def ratios(log_ratio: np.ndarray) -> np.ndarray:
        return np.where(places, np.exp(log_ratio)[:, None], 1.0)

    def estimate(log_ratio: np.ndarray) -> np.ndarray:
        _, harm = _rescaled(frame, [evidence.pair], ratios(log_ratio))
        return quantity.statistic(harm)[:, 0]

    def nearer_end(log_ratio: np.ndarray) -> np.ndarray:
        found = _read(quantity, evidence, ratios(log_ratio), drift)
        if found is None:
            return np.full(len(log_ratio), np.nan)
        return np.asarray(np.abs(found.value[:, 0]) - found.error.half_width(settings.level)[:, 0])

    point = turning_point(estimate)
    if not nearer_end(np.zeros(1))[0] > 0:
        limit: float | None = 1.0
    else:
        limit = turning_point(nearer_end, beyond=point)
    return Tipping("none" if point is None else point, "none" if limit is None else limit)


def multiverse(quantity: Quantity, readings: Iterable[np.ndarray]) -> dict[str, float] | None:
    """Summarise the estimate over choices; the first reading is the one published. A veto, no evidence by itself."""
    values = np.array([float(quantity.figure(harm)) for harm in readings])
    if len(values) < 2 or not np.isfinite(values).all():
        return None
    return {
        "min": float(values.min()),
        "median": float(np.median(values)),
        "max": float(values.max()),
        "share_agreeing_in_sign": float((np.sign(values) == np.sign(values[0])).mean()),
        "choices": float(len(values)),
    }
