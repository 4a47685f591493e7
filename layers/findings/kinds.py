"""The kinds of findings: which statistic each one is, in which unit, and what it needs. Computes no interval."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np

from geo import displacement, equity
from geo.effects import of_readings
from geo.functionals import RECEIVERS
from layers.city import FindingKind

Adjustment = Literal["crude", "control", "none", "absolute", "log ratio", "as published", "trend"]


@dataclass(frozen=True)
class Measure:
    """What a finding is of: its kind, adjustment and unit, and how it is judged and told.

    `is_log` says that the figure is exp(statistic) - 1; `is_beside` that it answers by another method what a headline
    answers, and is none.
    """

    kind: FindingKind
    adjustment: Adjustment
    unit: str
    is_log: bool = field(default=False, kw_only=True)
    is_ratio: bool = field(default=False, kw_only=True)
    is_movement: bool = field(default=False, kw_only=True)  # supported only with a gain in the receivers
    is_ranked: bool = field(default=False, kw_only=True)  # leaves out districts without a deprivation value
    # what quiet years have in common, a trend, is part of the figure, not of its error
    is_centred: bool = field(default=False, kw_only=True)
    is_descriptive: bool = field(default=False, kw_only=True)  # has no verdict
    is_beside: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Quantity(Measure):
    """One statistic of a reading of harm, on the scale its interval is computed on.

    `statistic` maps harm (..., 2, 4, 4) to (..., m), m = 2 for a ratio; `refused` tells the readings whose figure would
    say nothing although it can be computed.
    """

    statistic: Callable[[np.ndarray], np.ndarray]
    refused: Callable[[np.ndarray], np.ndarray] | None = field(default=None, kw_only=True)

    def figure(self, harm: np.ndarray) -> np.ndarray:
        """Return the figure itself, without interval, NaN or infinite where undefined or refused; shape (...)."""
        found = self._figure(harm)
        return found if self.refused is None else np.where(self.refused(harm), np.nan, found)

    def _figure(self, harm: np.ndarray) -> np.ndarray:
        value = self.statistic(harm)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.is_ratio:
                return np.asarray(value[..., 0] / value[..., 1])
            return self.on_figure_scale(value[..., 0])

    def on_figure_scale(self, value: np.ndarray | float) -> np.ndarray:
        """Map the statistic to the figure; monotone, so it maps interval ends too."""
        return np.asarray(np.expm1(value) if self.is_log else value)


def _one(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda harm: function(harm)[..., None]


QUANTITIES = (
    Quantity("harm_total_change", "control", "share", _one(displacement.log_total_ratio_to_control), is_log=True),
    Quantity(
        "harm_total_change", "crude", "share", _one(displacement.log_total_ratio), is_log=True, is_centred=True
    ),
    Quantity(
        "deprivation_of_harm_shift", "none", "percentile points", _one(equity.rank_shift), is_ranked=True
    ),
    Quantity(
        "harm_moved_share", "control", "share of the origin's harm before", _one(displacement.moved_share),
        is_movement=True,
    ),
    Quantity(
        "share_in_most_deprived_fifth_change", "none", "percentage points", _one(equity.fifth_share_change),
        is_ranked=True,
    ),
    Quantity(
        "deterrence_vs_displacement", "control", "gain per loss", displacement.gain_and_loss,
        is_ratio=True, is_movement=True,
    ),
    Quantity(
        "displacement_wdd", "log ratio", "share", _one(of_readings.log_ratio), is_log=True, is_beside=True,
    ),
    # a band in incidents per day would mean another thing for each series: the ratio form alone is judged
    Quantity(
        "displacement_wdd", "absolute", "incidents per day", _one(of_readings.absolute_difference),
        refused=of_readings.is_of_unlike_size, is_descriptive=True, is_beside=True,
    ),
    Quantity(
        "displacement_wdq", "as published", "change per loss", of_readings.quotient_parts,
        refused=of_readings.has_no_success, is_ratio=True, is_descriptive=True, is_beside=True,
    ),
)  # fmt: skip
# Of a series against its own course, month by month: not of two windows.
TRENDS = (
    Measure("harm_total_change", "trend", "share", is_log=True, is_descriptive=True, is_beside=True),
    Measure("exit_into_help", "trend", "share", is_log=True, is_beside=True),
)


def change_of(role: int) -> Quantity:
    """Return the change of one role against the controls: after / (kappa before) - 1."""
    statistic = _one(partial(displacement.log_role_ratio_to_control, role=role))
    return Quantity("negative_control", "control", "share", statistic, is_log=True, is_beside=True)


# Of the records at the receivers, where a city declares series for it.
NEGATIVE_CONTROL = change_of(RECEIVERS)
ROUTE_CHANGE = Quantity(
    "route_contrast", "none", "share", _one(partial(displacement.log_role_ratio, role=RECEIVERS)),
    is_log=True, is_centred=True, is_beside=True,
)  # fmt: skip
ROUTE_CONTRAST = Measure("route_contrast", "none", "share", is_log=True, is_beside=True)
OF_RECORDS = (NEGATIVE_CONTROL, ROUTE_CONTRAST)
