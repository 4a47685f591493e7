"""The figures a finding is made of: before and after, contributions by role, gain and loss. No interval of its own."""

import numpy as np

from geo import displacement, equity
from geo.effects.of_readings import local_and_displaced, together
from geo.functionals import AFTER, BEFORE, CONTROL, ORIGIN, RANKED, RECEIVERS, REST, TOTAL
from layers.findings.estimate import Movement
from layers.findings.kinds import Quantity


def parts(quantity: Quantity, harm: np.ndarray, *, movement: Movement | None = None) -> dict[str, float]:
    """Return the parts of a finding by name; rates are per day, undefined ones are left out.

    `before` and `after` are the whole city's. Of the rank shift, `origin`, `receivers` and `rest` (all other units,
    controls among them) add up to the estimate.
    """
    total = harm[:, :, TOTAL]
    found = {"before": total[BEFORE].sum(), "after": total[AFTER].sum()}
    found |= _places(harm, movement or Movement())
    if quantity.kind == "displacement_wdd":
        found |= _difference_parts(harm)
    if quantity.kind == "deprivation_of_harm_shift":
        found |= _rank_parts(harm)
    if quantity.kind == "share_in_most_deprived_fifth_change":
        share = equity.fifth_share(harm)
        found |= {"share_before": share[BEFORE], "share_after": share[AFTER]}
    if quantity.is_ranked:
        both = harm.sum(axis=(0, 1))
        found["share_left_out"] = 1.0 - both[RANKED] / both[TOTAL] if both[TOTAL] > 0 else np.nan
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}


def _places(harm: np.ndarray, movement: Movement) -> dict[str, float]:
    total = harm[:, :, TOTAL]
    found = {f"{name}_{when}": total[window, role]
             for name, role in (("origin", ORIGIN), ("receivers", RECEIVERS))
             for when, window in (("before", BEFORE), ("after", AFTER))}  # fmt: skip
    ratio = displacement.control_ratio(harm)
    gained, lost = displacement.gain_and_loss(harm)
    found |= {"control_ratio": ratio, "G": gained, "L": lost}
    for name, interval in (("G", movement.gain), ("L", movement.loss)):
        if interval is not None:
            found |= {f"{name}_low": interval[0], f"{name}_high": interval[1]}
    return found


def _difference_parts(harm: np.ndarray) -> dict[str, float]:
    """Return the origin's and the receivers' part of the absolute difference, and their size beside the controls."""
    local, displaced = local_and_displaced(harm)
    control = harm[BEFORE, CONTROL, TOTAL]
    size = together(harm)[BEFORE] / control if control > 0 else np.nan
    return {"local": local, "displaced": displaced, "size_ratio": size}


def _rank_parts(harm: np.ndarray) -> dict[str, float]:
    """Split the shift by role; without controls, against an unchanged level."""
    kappa = float(displacement.control_ratio(harm))
    by_role = equity.rank_shift_parts(harm, kappa=kappa if np.isfinite(kappa) else 1.0)
    mean = equity.mean_rank(harm)
    return {
        "origin": by_role[ORIGIN],
        "receivers": by_role[RECEIVERS],
        "rest": by_role[REST] + by_role[CONTROL],
        "rank_before": mean[BEFORE],
        "rank_after": mean[AFTER],
    }
