"""The kinds of findings: which statistic each one is, in which unit, and what it needs. Computes no interval."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo import displacement, equity
from layers.city import FindingKind

Adjustment = Literal["crude", "control", "none"]


@dataclass(frozen=True)
class Quantity:
    """One statistic of a reading of harm, on the scale its interval is computed on.

    `statistic` maps harm (..., 2, 4, 4) to (..., m), m = 2 for a ratio of gain and loss; `is_log` says that the figure
    is exp(statistic) - 1.
    """

    kind: FindingKind
    adjustment: Adjustment
    unit: str
    statistic: Callable[[np.ndarray], np.ndarray]
    is_log: bool = False
    is_ratio: bool = False
    is_movement: bool = False  # supported only with a gain in the receivers
    is_ranked: bool = False  # leaves out districts without a deprivation value
    is_centred: bool = False  # what quiet years have in common, a trend, is part of the figure, not of its error

    def figure(self, harm: np.ndarray) -> np.ndarray:
        """Return the figure itself, without interval, NaN or infinite where undefined; shape (...)."""
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
)  # fmt: skip
