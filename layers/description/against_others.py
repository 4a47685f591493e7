"""What happened at the places of a step beside untouched districts, judged by those districts. Writes no sentence.

With one to three places a standard error by place means nothing; the untouched districts of like size show what chance
does to such a place. Neither figure has an interval or a verdict.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from geo.effects.placebo import PlaceboTest, of_like_size
from geo.effects.synthetic import synthetic_control
from geo.effects.two_way import log_ratio_of, placebo_in_space
from geo.functionals import CONTROL, ORIGIN, RECEIVERS

FEWEST_DISTRICTS = 9  # p can then be 0.1; with fewer the test can say nothing
FEWEST_WEEKS = 2 * FEWEST_DISTRICTS  # before: a mixture of as many districts as weeks fits whatever was there
_WEEK = 7

Refusal = Literal["districts", "weeks", "count", "small"]


@dataclass(frozen=True)
class Beside:
    """A relative change beside untouched districts; `value` is None where it is refused.

    `p_value` is the share of untouched districts that strayed as far, the place itself counted in.
    """

    value: float | None
    p_value: float | None = None
    parts: dict[str, float] = field(default_factory=dict)
    refused: Refusal | None = None


def together(counts: np.ndarray, role: np.ndarray, district: np.ndarray, span: tuple[slice, slice]) -> Beside:
    """Two-way Poisson difference of origin and receivers, together and each, against untouched districts.

    exp(log(Ta / Tb) - log(Ca / Cb)) - 1, the coefficient of a Poisson regression with effects of places and windows.

    Parameters
    ----------
    counts : ndarray, shape (units, days)
    role : ndarray, shape (units,)
    district : ndarray of int, shape (units,)
    span : pair of slices of days
    """
    windows = np.stack([counts[:, days].sum(axis=1) for days in span], axis=1)
    untouched = _untouched(windows, role, district)
    parts: dict[str, float] = {}
    for name, of in _sides(role).items():
        told = _difference(windows[of].sum(axis=0), untouched)
        if told is None:
            if name == "together":
                return Beside(None, refused="count")
            continue
        value, test = told
        if name == "together":
            whole, donors = told, len(test.placebos)
            continue
        parts |= {f"{name}_change": value, f"{name}_p": test.p_value, f"{name}_districts": float(len(test.placebos))}
    parts |= {"districts": float(donors), "least_p": whole[1].smallest_p}
    if donors < FEWEST_DISTRICTS:
        return Beside(None, parts={"districts": float(donors)}, refused="districts")
    return Beside(whole[0], whole[1].p_value, parts)


def _sides(role: np.ndarray) -> dict[str, np.ndarray]:
    origin, receivers = role == ORIGIN, role == RECEIVERS
    return {"together": origin | receivers, "origin": origin, "receivers": receivers}


def _difference(treated: np.ndarray, untouched: np.ndarray) -> tuple[float, PlaceboTest] | None:
    panel = np.vstack([treated, untouched])
    first = np.arange(len(panel)) == 0
    change = log_ratio_of(panel, first, ~first, 1)
    if not np.isfinite(change.value):
        return None
    return float(np.expm1(change.value)), placebo_in_space(panel, first, ~first, 1)


def of_origin(counts: np.ndarray, role: np.ndarray, district: np.ndarray, span: tuple[slice, slice]) -> Beside:
    """Change at the origin beside the mixture of untouched districts that was most like it, week by week, before.

    As many districts as half the weeks before at most, of half to twice the origin's size, the nearest in size first:
    more could be mixed to follow mere chance.

    Parameters
    ----------
    As of `together`.
    """
    weeks = [_weekly(counts, span[0], from_end=True), _weekly(counts, span[1], from_end=False)]
    start = weeks[0].shape[1]
    if min(start, weeks[1].shape[1]) < FEWEST_WEEKS:
        return Beside(None, parts={"weeks": float(min(start, weeks[1].shape[1]))}, refused="weeks")
    panel = np.concatenate(weeks, axis=1)
    origin = panel[role == ORIGIN].sum(axis=0)
    donors = _nearest(_untouched(panel, role, district), origin, start)
    if not (origin[:start].any() and origin[start:].any()):
        return Beside(None, refused="count")
    if len(donors) < FEWEST_DISTRICTS:
        return Beside(None, parts={"districts": float(len(donors))}, refused="districts")
    whole = np.vstack([origin, donors])
    found = synthetic_control(whole, 0, np.arange(len(whole)) > 0, start)
    expected = float((origin - found.gap)[start:].mean())
    parts = {
        "districts": float(len(donors)),
        "mixed": float((found.weights > 0).sum()),
        "least_p": found.test.smallest_p,
        "after": float(origin[start:].mean()) / _WEEK,
        "expected": expected / _WEEK,
        "error_before": found.error_before / _WEEK,
    }
    return Beside(found.effect / expected, found.test.p_value, parts) if expected > 0 else Beside(None, refused="count")


def _untouched(values: np.ndarray, role: np.ndarray, district: np.ndarray) -> np.ndarray:
    """Add what is untouched of each district, (districts, columns)."""
    of = role == CONTROL
    names, row = np.unique(district[of], return_inverse=True)
    added = np.zeros((len(names), values.shape[1]))
    np.add.at(added, row, values[of])
    return added


def _nearest(untouched: np.ndarray, origin: np.ndarray, start: int) -> np.ndarray:
    size, own = untouched[:, :start].sum(axis=1), float(origin[:start].sum())
    alike = np.flatnonzero(of_like_size(size, own) & (size > 0))
    order = np.argsort(np.abs(np.log(size[alike] / max(own, 1.0))), kind="stable")
    return untouched[np.sort(alike[order[: start // 2]])]


def _weekly(counts: np.ndarray, days: slice, *, from_end: bool) -> np.ndarray:
    """Add days to whole weeks that lie in a window, counted from the event."""
    inside = counts[:, days]
    whole = inside.shape[1] // _WEEK * _WEEK
    kept = inside[:, inside.shape[1] - whole :] if from_end else inside[:, :whole]
    return np.asarray(kept.reshape(len(counts), -1, _WEEK).sum(axis=2))
