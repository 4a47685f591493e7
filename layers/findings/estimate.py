"""From evidence to a figure: estimate, interval, detection band, tipping point, agreement of choices. No verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq

from geo.displacement import fieller_set
from geo.functionals import ORIGIN, RECEIVERS, rescale_after
from geo.inference import Placebo, Spread, covariance, drift_sensitivity, spread
from layers.city import Inference
from layers.findings.evidence import Evidence, Pair
from layers.findings.kinds import Quantity

INNER_LEVEL = 0.90  # of the interval that must lie inside the band of no practical change
_GRID = 5  # detection ratios tried at each place
_FAR = np.log(100.0)  # a detection ratio beyond 1:100 is no explanation

Interval = tuple[float, float]


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


def figure(quantity: Quantity, evidence: Evidence, settings: Inference) -> Figure:
    """Estimate a quantity with its interval, over the declared detection ratios."""
    value = float(quantity.figure(evidence.pair.harm))
    if not np.isfinite(value):
        return Figure(None)
    placebos = _placebos(quantity, evidence, settings.min_placebo_pairs)
    error = _spread(quantity, evidence, placebos, np.ones(4))
    if error is None:
        return Figure(value, placebo_pairs=len(placebos))
    estimate = quantity.statistic(evidence.pair.harm)
    return Figure(
        value=value,
        interval=_interval(quantity, estimate, error, settings.level),
        inner=_interval(quantity, estimate, error, INNER_LEVEL),
        detection_band=_detection_band(quantity, evidence, placebos, settings),
        tipping_point=_tipping_point(quantity, evidence.pair.harm),
        p_value=None if quantity.is_ratio else error.p_value(float(estimate[0])),
        placebo_pairs=len(placebos),
    )


def _placebos(quantity: Quantity, evidence: Evidence, least: int) -> tuple[Placebo, ...]:
    """Return the statistic in every placebo pair where it is defined; none at all if they are too few to learn from."""
    found = []
    for pair in evidence.placebos:
        effect, weekly = quantity.statistic(pair.harm), covariance(quantity.statistic(pair.draws))
        if np.isfinite(effect).all() and weekly is not None:
            found.append(Placebo(effect, weekly, _sensitivity(quantity, pair, evidence.pattern)))
    return tuple(found) if len(found) >= least else ()


def _sensitivity(quantity: Quantity, pair: Pair, pattern: np.ndarray) -> np.ndarray:
    return drift_sensitivity(quantity.statistic, pair.harm, unit_harm=pair.unit_harm, unit_pattern=pattern)


def _spread(quantity: Quantity, evidence: Evidence, placebos: tuple[Placebo, ...], ratio: np.ndarray) -> Spread | None:
    """Return the error of the statistic if detection changed by `ratio` per role; None with too few incidents."""
    pair = evidence.pair
    weekly = covariance(quantity.statistic(rescale_after(pair.draws, ratio)))
    if weekly is None:
        return None
    role = evidence.pattern[:, :, 0].argmax(axis=1)
    unit_harm = np.stack([pair.unit_harm[0], pair.unit_harm[1] / ratio[role]])
    rescaled = Pair(rescale_after(pair.harm, ratio), pair.draws, unit_harm)
    return spread(
        weekly, sensitivity=_sensitivity(quantity, rescaled, evidence.pattern), placebos=placebos, pooled=evidence.drift
    )


def _interval(quantity: Quantity, estimate: np.ndarray, error: Spread, level: float) -> Interval | None:
    """Return the interval in the finding's unit; None if it is unbounded."""
    if quantity.is_ratio:
        found = fieller_set(estimate, error.squared_half_widths(level), quantile=1.0)
        return (found.low, found.high) if found.kind == "interval" else None
    low, high = error.interval(float(estimate[0]), level)
    ends = float(quantity.on_figure_scale(low)), float(quantity.on_figure_scale(high))
    return ends if np.isfinite(ends).all() else None


def detection_grid(lowest: float, highest: float) -> np.ndarray:
    """Return the detection ratios tried at each place: even on the log scale, with 1 among them."""
    grid = np.exp(np.linspace(np.log(lowest), np.log(highest), _GRID))
    return np.unique(np.append(np.round(grid, 12), 1.0))


def _detection_band(
    quantity: Quantity, evidence: Evidence, placebos: tuple[Placebo, ...], settings: Inference
) -> Interval | None:
    """Return the union of the intervals over all pairs of detection ratios at origin and receivers."""
    grid, ends = detection_grid(*settings.detection_ratios), []
    for at_origin in grid:
        for at_receivers in grid:
            ratio = _ratio(at_origin, at_receivers)
            error = _spread(quantity, evidence, placebos, ratio)
            estimate = quantity.statistic(rescale_after(evidence.pair.harm, ratio))
            found = None if error is None else _interval(quantity, estimate, error, settings.level)
            if found is None:
                return None
            ends.append(found)
    return min(low for low, _ in ends), max(high for _, high in ends)


def _ratio(at_origin: float, at_receivers: float) -> np.ndarray:
    ratio = np.ones(4)
    ratio[ORIGIN], ratio[RECEIVERS] = at_origin, at_receivers
    return ratio


def _tipping_point(quantity: Quantity, harm: np.ndarray) -> float | Literal["none"]:
    """Return the detection ratio at which the estimate's sign turns, between 1:100 and 100:1.

    Of the receivers with the origin at 1; for the total, of the whole city (its controls kept at 1 where they adjust).
    """
    if quantity.kind == "harm_total_change":
        return float(np.exp(quantity.statistic(harm)[0]))

    def numerator(log_ratio: float) -> float:
        return float(quantity.statistic(rescale_after(harm, _ratio(1.0, np.exp(log_ratio))))[0])

    low, high = numerator(-_FAR), numerator(_FAR)
    if not np.isfinite([low, high]).all() or low * high >= 0:
        return "none"
    return float(np.exp(brentq(numerator, -_FAR, _FAR, xtol=1e-12)))


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
