"""Descriptive figures as findings: estimate, parts, the same in year pairs without an event. No verdict.

Least effort, total variation and the middle have no interval: chance alone makes them larger than nothing, so an
interval around them would not hold what it says. Each stands beside its placebo pairs.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.transport import Plan
from layers.city import Words
from layers.description import words
from layers.description.about import About, beside_placebos
from layers.description.sentences import Told, statement
from layers.disclosure.openness import shown_as_published
from layers.disclosure.release import Finding
from layers.findings.carried import carried_said
from layers.findings.coarse import STEP, centre_unit_m, nearest, nearest_in, outwards, points_unit
from layers.findings.estimate import Figure
from layers.inequality import Told as Measured
from layers.movement.centres import Middle
from layers.movement.plans import Least

_RANKED = ("burden_transfer", "concentration_index_change")
_INDEX_PER_POINT = 0.02  # the index is minus twice the mean rank, which runs over a hundred points


def least_effort_findings(
    about: About,
    found: Least | None,
    placebos: Sequence[Least | None],
    *,
    opened: Plan | None,
    price_m: float,
    left_out: float,
) -> list[Finding]:
    """Tell mean distance, share elsewhere and burden.

    Parameters
    ----------
    placebos : the same of year pairs without an event
    opened : the plan in which harm may also end and arise at a price, in incidents per day
    left_out : share of harm in unranked units
    """
    quiet = [one for one in placebos if one is not None]
    parts = {} if found is None else _least_parts(found, opened, price_m) | {"share_left_out": left_out}
    distances = [one.mean_m for one in quiet if np.isfinite(one.mean_m)]
    mean_m = None if found is None or not np.isfinite(found.mean_m) else found.mean_m
    net = None if found is None else 50.0 * sum(found.net)
    few: dict[str, float] = {name: parts[name] for name in ("elsewhere", "share_left_out") if name in parts}
    return [
        _finding(about, "harm_moved_mean_distance_m", "metres", mean_m, parts | beside_placebos(distances)),
        _finding(
            about,
            "total_variation",
            "share",
            None if found is None else found.elsewhere,
            few | beside_placebos([one.elsewhere for one in quiet]),
        ),
        _finding(
            about, "burden_transfer", "percentage points", net,
            _burden_parts(found, few) | beside_placebos([50.0 * sum(one.net) for one in quiet]),
        ),
    ]  # fmt: skip


def centre_finding(about: About, found: Middle | None, placebos: Sequence[Middle | None]) -> Finding:
    """Tell the shift of the middle and the change of scatter.

    Of data that are not open, in whole tens or hundreds of metres and without axes: from two exact middles of one night
    and the next, the incident between them could be placed.
    """
    distances = [one.shift.distance_m for one in placebos if one is not None]
    if found is None:
        return _finding(about, "centre_shift_m", "metres", None, beside_placebos(distances))
    shift = found.shift
    parts = {
        "east_m": shift.east_m,
        "north_m": shift.north_m,
        "bearing_deg": shift.bearing_deg,
        "before": float(np.hypot(found.before.major_m, found.before.minor_m)),
        "after": float(np.hypot(found.after.major_m, found.after.minor_m)),
    } | beside_placebos(distances)
    if shift.covariance.any():
        parts["error_m"] = shift.error_m
    if not shown_as_published(about.city):
        unit_m = centre_unit_m(found.behind, fewest=about.city.disclosure.min_count)
        parts, distance_m = _coarse_middle(parts, unit_m)
        return _finding(about, "centre_shift_m", "metres", distance_m, parts)
    for when, one in (("before", found.before), ("after", found.after)):
        parts |= {f"major_m_{when}": one.major_m, f"minor_m_{when}": one.minor_m, f"azimuth_{when}": one.azimuth_deg}
    return _finding(about, "centre_shift_m", "metres", shift.distance_m, parts)


def _coarse_middle(parts: dict[str, float], unit_m: float) -> tuple[dict[str, float], float]:
    """Round the parts of a shift, and take way and distance from what is left of it."""
    coarse = nearest_in(parts, set(parts) - {"bearing_deg", "placebo_pairs", "error_m"}, unit=unit_m)
    east_m, north_m = coarse["east_m"], coarse["north_m"]
    coarse["bearing_deg"] = float(np.degrees(np.arctan2(east_m, north_m)) % 360.0)
    if "error_m" in coarse:  # upwards: chance alone never makes nothing
        coarse["error_m"] = float(np.ceil(coarse["error_m"] / unit_m) * unit_m)
    return coarse | {STEP: unit_m}, nearest(float(np.hypot(east_m, north_m)), unit_m)


def concentration_finding(about: About, told: Measured, *, denominator: str, left_out: float, behind: float) -> Finding:
    """Tell the change of the concentration index against a denominator, with its interval.

    Parameters
    ----------
    behind : number of incidents in the window that has fewer; of data that are not open it gives the rounding
    """
    change = told.figures["change"]
    parts = {"placebo_pairs": float(change.placebo_pairs), "share_left_out": left_out}
    for when in ("before", "after"):
        parts |= _ends(when, told.figures[when])
    made = _finding(
        about, "concentration_index_change", "index points", change.value, parts, adjustment=denominator, told=False
    )
    made = replace(made, interval=change.interval)
    return _told(about, made if shown_as_published(about.city) else _coarse_index(about, made, behind))


def _coarse_index(about: About, made: Finding, behind: float) -> Finding:
    """Round an index to what the least count weighs in it: it runs over -1 to 1, two hundred points of the rank."""
    unit = points_unit(behind, fewest=about.city.disclosure.min_count) * _INDEX_PER_POINT
    names = set(made.parts) - {"placebo_pairs", "share_left_out"}
    return replace(
        made,
        estimate=None if made.estimate is None else nearest(made.estimate, unit),
        interval=None if made.interval is None else outwards(made.interval, unit),
        parts=nearest_in(made.parts, names, unit=unit) | {STEP: unit},
    )


def _ends(when: str, figure: Figure) -> dict[str, float]:
    low, high = figure.interval or (np.nan, np.nan)
    value = np.nan if figure.value is None else figure.value
    named = {when: value, f"{when}_low": low, f"{when}_high": high}
    return {name: float(x) for name, x in named.items() if np.isfinite(x)}


def _least_parts(found: Least, opened: Plan | None, price_m: float) -> dict[str, float]:
    parts = {"elsewhere": found.elsewhere, "mean_of_all_m": found.plan.cost, "rank_shift": found.shift}
    if opened is not None:
        parts |= {
            "open_per_day": opened.moved,
            "price_m": price_m,
            "ended_per_day": float(opened.ended.sum()),
            "arisen_per_day": float(opened.arisen.sum()),
        }
    return parts


def _burden_parts(found: Least | None, shared: dict[str, float]) -> dict[str, float]:
    if found is None:
        return dict(shared)
    both = {"to_more": found.to_more, "to_less": found.to_less, "net": found.net}
    ranges = {f"{name}_{end}": 100.0 * value for name, span in both.items()
              for end, value in zip(("low", "high"), span, strict=True)}  # fmt: skip
    return shared | ranges | {"rank_shift": found.shift}


def _assumptions(kind: str) -> tuple[Words, ...]:
    said = {
        "harm_moved_mean_distance_m": (words.NOT_OBSERVED, words.ONE_POINT, words.NOISE),
        "total_variation": (words.NOISE,),
        "burden_transfer": (words.NOT_OBSERVED, words.ONE_POINT, words.SAME_RANK, words.NOISE),
        "centre_shift_m": (words.A_MIDDLE, words.NOISE),
        "concentration_index_change": (words.SAME_RANK,),
    }
    return said[kind]


def _finding(
    about: About,
    kind: str,
    unit: str,
    estimate: float | None,
    parts: dict[str, float],
    *,
    adjustment: str = "none",
    told: bool = True,
) -> Finding:
    made = about.finding(
        kind,
        adjustment=adjustment,
        question=words.QUESTIONS[kind],
        estimate=estimate,
        unit=unit,
        method=words.METHODS[kind],
        assumptions=(*(carried_said(about.city) if kind in _RANKED else ()), *_assumptions(kind)),
        parts=parts,
        statement=words.QUESTIONS[kind],  # until it is told
    )
    return _told(about, made) if told else made


def _told(about: About, made: Finding) -> Finding:
    return replace(made, statement=statement(Told(made, about.series, about.city, about.on_streets)))
