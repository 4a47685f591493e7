"""From evidence to a figure: estimate, interval, detection band, tipping point, agreement of choices. No verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq

from geo.displacement import fieller_set
from geo.functionals import CONTROL, ORIGIN, RECEIVERS, rescale_after
from geo.inference import Placebos, Spread, covariance, drift_of, drift_sensitivity, gradient, spread
from layers.city import Inference
from layers.findings.evidence import Evidence
from layers.findings.kinds import Quantity

INNER_LEVEL = 0.90  # of the interval that must lie inside the band of no practical change
_GRID = 5  # detection ratios tried at each place
_FAR = np.log(100.0)  # a detection ratio beyond 1:100 is no explanation

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
class Figure:
    """An estimate and what is known of its error, in the finding's unit. None where it cannot be computed."""

    value: float | None
    interval: Interval | None = None
    inner: Interval | None = None  # at INNER_LEVEL
    detection_band: Interval | None = None
    tipping_point: float | Literal["none"] | None = None
    p_value: float | None = None
    placebo_pairs: int = 0  # 0: the interval holds weekly noise alone
    movement: Movement | None = None  # of the ratio of gain and loss


def figure(quantity: Quantity, evidence: Evidence, settings: Inference) -> Figure:
    """Estimate a quantity with its interval, over the declared detection ratios."""
    value = float(quantity.figure(evidence.pair.harm))
    if not np.isfinite(value):
        return Figure(None)
    ratios = detection_ratios(*settings.detection_ratios)
    placebos = _placebos(quantity, evidence, settings.min_placebo_pairs)
    pairs = 0 if placebos is None else len(placebos.effects)
    estimates, errors = _errors(quantity, evidence, placebos, ratios)
    estimate, error = estimates[0], errors[0]
    if error is None:
        return Figure(value, placebo_pairs=pairs)
    every = list(zip(estimates, errors, strict=True))
    return Figure(
        value=value,
        interval=_interval(quantity, estimate, error, settings.level),
        inner=_interval(quantity, estimate, error, INNER_LEVEL),
        detection_band=_union([_interval(quantity, v, e, settings.level) for v, e in every]),
        tipping_point=_tipping_point(quantity, evidence.pair.harm),
        p_value=error.p_value(float(estimate[0])) if pairs and not quantity.is_ratio else None,
        placebo_pairs=pairs,
        movement=_movement(every, settings.level) if quantity.is_ratio else None,
    )


def _movement(every: list[tuple[np.ndarray, Spread | None]], level: float) -> Movement:
    """Return the intervals of gain and loss, which a ratio is made of."""
    gains, losses = (
        [None if e is None else e.interval(float(v[i]), level, component=i) for v, e in every] for i in (0, 1)
    )
    return Movement(gain=gains[0], loss=losses[0], loss_band=_union(losses))


def _union(intervals: list[Interval | None]) -> Interval | None:
    """Return the least interval that holds all; None if one is unbounded."""
    known = [i for i in intervals if i is not None]
    if len(known) < len(intervals):
        return None
    return min(low for low, _ in known), max(high for _, high in known)


def _placebos(quantity: Quantity, evidence: Evidence, least: int) -> Placebos | None:
    """Return the statistic in every placebo pair where it is defined; None if they are too few to learn from."""
    effects, weekly, pairs = [], [], []
    for pair in evidence.placebos:
        effect, noise = quantity.statistic(pair.harm), covariance(quantity.statistic(pair.draws))
        if np.isfinite(effect).all() and noise is not None:
            effects.append(effect)
            weekly.append(noise)
            pairs.append(pair)
    if len(pairs) < least:
        return None
    harm, unit_harm = np.stack([p.harm for p in pairs]), np.stack([p.unit_harm for p in pairs])
    shaken = _sensitivity(quantity, harm, unit_harm, evidence)
    return Placebos(np.stack(effects), np.stack(weekly), shaken, quantity.is_centred, evidence.frame.shared)


def _sensitivity(quantity: Quantity, harm: np.ndarray, unit_harm: np.ndarray, evidence: Evidence) -> np.ndarray:
    frame = evidence.frame
    slope = gradient(quantity.statistic, harm)
    return drift_sensitivity(slope, unit_harm=unit_harm, unit_pattern=frame.pattern, area_of_unit=frame.area_of_unit)


def _errors(
    quantity: Quantity, evidence: Evidence, placebos: Placebos | None, ratios: np.ndarray
) -> tuple[np.ndarray, list[Spread | None]]:
    """Return the statistic and its error if detection changed by each row of `ratios`; None with too few incidents."""
    pair, frame = evidence.pair, evidence.frame
    harm = rescale_after(pair.harm, ratios)
    unit_harm = np.repeat(pair.unit_harm[None], len(ratios), axis=0)
    unit_harm[:, 1] /= ratios[:, frame.role]
    shaken = _sensitivity(quantity, harm, unit_harm, evidence)
    drift = None if placebos is None else drift_of(placebos, evidence.drift)
    errors: list[Spread | None] = []
    for ratio, sensitivity in zip(ratios, shaken, strict=True):
        weekly = covariance(quantity.statistic(rescale_after(pair.draws, ratio)))
        if weekly is None:
            errors.append(None)
            continue
        errors.append(spread(weekly, weekly_freedom=frame.weekly_freedom, sensitivity=sensitivity, drift=drift))
    return quantity.statistic(harm), errors


def _interval(quantity: Quantity, estimate: np.ndarray, error: Spread | None, level: float) -> Interval | None:
    """Return the interval in the finding's unit; None if it is unbounded or its error unknown."""
    if error is None:
        return None
    if quantity.is_ratio:
        found = fieller_set(estimate, error.scaled_covariance(level), quantile=1.0)
        return (found.low, found.high) if found.kind == "interval" else None
    low, high = error.interval(float(estimate[0]), level)
    ends = float(quantity.on_figure_scale(low)), float(quantity.on_figure_scale(high))
    return ends if np.isfinite(ends).all() else None


def detection_ratios(lowest: float, highest: float) -> np.ndarray:
    """Return the detection ratios tried, shape (n, 4): every pair at origin and receivers, no change first.

    At each place even on the log scale, with 1 among them; everywhere else records are taken to be alike.
    """
    grid = np.unique(np.append(np.round(np.exp(np.linspace(np.log(lowest), np.log(highest), _GRID)), 12), 1.0))
    both = [(a, b) for a in grid for b in grid if (a, b) != (1.0, 1.0)]
    ratios = np.ones((len(both) + 1, 4))
    ratios[1:, [ORIGIN, RECEIVERS]] = np.array(both).reshape(-1, 2)
    return ratios


def _tipping_point(quantity: Quantity, harm: np.ndarray) -> float | Literal["none"]:
    """Return the detection ratio at which the estimate's sign turns, between 1:100 and 100:1.

    Of the receivers, with all else at 1; for the total, of the whole city but for its controls where they adjust.
    """
    places = np.array([True] * 4) if quantity.kind == "harm_total_change" else np.arange(4) == RECEIVERS
    places[CONTROL] &= quantity.adjustment == "crude"

    def numerator(log_ratio: np.ndarray) -> np.ndarray:
        ratios = np.where(places, np.exp(log_ratio)[..., None], 1.0)
        return np.asarray(quantity.statistic(rescale_after(harm, ratios))[..., 0])

    ends = numerator(np.array([-_FAR, _FAR]))
    if not np.isfinite(ends).all() or ends[0] * ends[1] >= 0:
        return "none"
    return float(np.exp(brentq(lambda x: float(numerator(np.array(x))), -_FAR, _FAR, xtol=1e-12)))


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
