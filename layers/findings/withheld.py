"""What of a finding gives a small count of a scene away, and the finding without it. Decides for no city."""

from dataclasses import replace

from layers.city import City
from layers.disclosure.release import Finding
from layers.findings.coarse import STEP, nearest, nearest_in, outwards, points_unit, unit_of_digits
from layers.findings.sentences import told
from layers.findings.words import WITHHELD, WOULD_DECIDE

_MARK = "smallest_"  # parts that tell the gate what is small; they leave with it
_ORIGIN, _RECEIVERS = {"origin_before", "origin_after"}, {"receivers_before", "receivers_after"}
# What can be solved for a place's count, by what stands beside it: the excess is after - kappa x before.
_GIVEN_AWAY = {
    "G": _RECEIVERS,
    "G_low": _RECEIVERS,
    "G_high": _RECEIVERS,
    "L": _ORIGIN,
    "L_low": _ORIGIN,
    "L_high": _ORIGIN,
    "origin_fell": _ORIGIN,
    "origin": _ORIGIN | _RECEIVERS,
    "receivers": _ORIGIN | _RECEIVERS,
    "rest": _ORIGIN | _RECEIVERS,
    "local": _ORIGIN,
    "displaced": _RECEIVERS,
    "size_ratio": {"origin_before", "receivers_before"},
    "origin_change": _ORIGIN,
    "origin_low": _ORIGIN,
    "origin_high": _ORIGIN,
    "beside_before": _RECEIVERS,
    "beside_after": _RECEIVERS,
    "e_value": _ORIGIN | _RECEIVERS,
    "e_value_interval": _ORIGIN | _RECEIVERS,
}
_FIGURE_GIVEN_AWAY = {
    "displacement_wdd": _RECEIVERS | _ORIGIN,
    "displacement_wdq": _RECEIVERS | _ORIGIN,
    "harm_moved_share": _RECEIVERS | {"origin_before"},
    "deterrence_vs_displacement": _RECEIVERS | _ORIGIN,
    "negative_control": _RECEIVERS,
    "route_contrast": _RECEIVERS,
}
_SHOWN_DIGITS = 2  # of detection bands, which weigh every place anew
_WINDOW = _MARK + "window"  # the ranked incidents of the window that has fewer
# Sums over districts, weighed by rank or way: at full length they give the counts of withheld districts away, two or
# three at a time. Ranked ones are told in steps of what the least count weighs in them; others as their sentences are.
_DECIMALS = {"percentage points": 1, "index points": 3}
_RANKED = {"deprivation_of_harm_shift", "share_in_most_deprived_fifth_change"}
_DESCRIPTIVE = {
    "burden_transfer", "centre_shift_m", "concentration_index_change", "harm_moved_mean_distance_m", "total_variation",
}  # fmt: skip
_OF_DISTRICTS = {"origin", "receivers", "rest", "rank_before", "rank_after", "share_before", "share_after"}
_IN_DIGITS = ("e_value", "e_value_interval", "share_left_out")
_FIGURE_DIGITS = 3


def without_small_counts(finding: Finding, city: City, *, below: int) -> Finding:
    """Return the finding without what a count of a scene of 1 to `below` - 1 could be recomputed from.

    Counts of single scenes in the finding's windows count, and differences to other spans of days that are published.
    The sentences are told anew from what is left.

    Parameters
    ----------
    below : int
        The least count that may be known; 0 or 1 shows everything.
    """
    small = _small(finding, below)
    behind = finding.parts.get(_WINDOW)
    hidden = {name for name, cells in _GIVEN_AWAY.items() if cells & small} | small
    kept = {n: v for n, v in finding.parts.items() if not n.startswith(_MARK) and n not in hidden}
    is_stepped = below > 1 and finding.kind in _RANKED and behind is not None
    if is_stepped:
        finding, kept = _stepped(finding, kept, city, unit=points_unit(behind or 0.0, fewest=below))
    elif below > 1 and finding.kind in _DESCRIPTIVE and STEP not in finding.parts:
        finding, kept = _as_exact_as_told(finding, kept)
    if not small:
        short = replace(finding, parts=kept)
        return told(short, city) if is_stepped else short
    if is_withheld(finding, below=below):
        return told(_without_figure(replace(finding, parts=kept)), city)
    return told(_coarser(replace(finding, parts=kept), small), city)


def is_withheld(finding: Finding, *, below: int) -> bool:
    """Tell whether a finding that still bears its least counts is withheld, as one of them is below `below`."""
    return bool(_FIGURE_GIVEN_AWAY.get(finding.kind, set()) & _small(finding, below))


def _small(finding: Finding, below: int) -> set[str]:
    counts = {name.removeprefix(_MARK): n for name, n in finding.parts.items() if name.startswith(_MARK)}
    return {name for name, count in counts.items() if _MARK + name != _WINDOW and 0 < count < below}


def _stepped(finding: Finding, parts: dict[str, float], city: City, *, unit: float) -> tuple[Finding, dict[str, float]]:
    """Round a ranked figure and what it is made of; a verdict that the rounded figure no longer shows is not said."""
    choices, band = finding.multiverse, finding.detection_band
    rounded = replace(
        finding,
        estimate=None if finding.estimate is None else nearest(finding.estimate, unit),
        interval=None if finding.interval is None else outwards(finding.interval, unit),
        p_value=None if finding.p_value is None else _rounded(finding.p_value, _FIGURE_DIGITS),
        detection_band=None if band is None else outwards(band, unit),
        tipping_point=_rounded(finding.tipping_point, _FIGURE_DIGITS)
        if isinstance(finding.tipping_point, float)
        else finding.tipping_point,
        multiverse=None if choices is None else nearest_in(choices, {"min", "median", "max"} & set(choices), unit=unit),
    )  # fmt: skip
    if not _shows(rounded, city):
        rounded = replace(rounded, verdict="cannot be decided", would_decide=WOULD_DECIDE["noise"])
    in_digits = {name: _rounded(parts[name], _FIGURE_DIGITS) for name in _IN_DIGITS if name in parts}
    return rounded, nearest_in(parts, _OF_DISTRICTS & set(parts), unit=unit) | in_digits | {STEP: unit}


def _shows(finding: Finding, city: City) -> bool:
    """Tell whether the figure as it is written lies where its verdict says."""
    at = finding.estimate or 0.0
    if finding.verdict in {"supported", "refuted"}:
        low, high = finding.interval or (at, at)
        return low > 0 or high < 0
    if finding.verdict == "no practical change":
        bands = {str(kind): half_width for kind, half_width in city.inference.no_practical_change.items()}
        return abs(at) <= bands[finding.kind]
    return True


def _as_exact_as_told(finding: Finding, parts: dict[str, float]) -> tuple[Finding, dict[str, float]]:
    """Shorten a descriptive figure and its parts."""
    short = replace(
        finding,
        estimate=None if finding.estimate is None else _short(finding.estimate, finding.unit),
        interval=_short_ends(finding.interval, finding.unit),
    )
    return short, {name: _short(value, finding.unit) for name, value in parts.items()}


def _short(value: float, unit: str) -> float:
    return round(value, _DECIMALS[unit]) if unit in _DECIMALS else _rounded(value, _FIGURE_DIGITS)


def _short_ends(ends: tuple[float, float] | None, unit: str) -> tuple[float, float] | None:
    return None if ends is None else (_short(ends[0], unit), _short(ends[1], unit))


def _without_figure(finding: Finding) -> Finding:
    return replace(
        finding,
        estimate=None,
        interval=None,
        p_value=None,
        detection_band=None,
        tipping_point=None,
        multiverse=None,
        verdict="cannot be decided" if finding.verdict else None,
        would_decide=WITHHELD,
    )


def _coarser(finding: Finding, small: set[str]) -> Finding:
    """Drop the tipping point where it weighs a small count, and round the band over detection ratios."""
    band = finding.detection_band
    low, high = (unit_of_digits(end, _SHOWN_DIGITS) for end in band or (0.0, 0.0))
    tips = finding.kind == "harm_total_change" or not small & _RECEIVERS
    return replace(
        finding,
        tipping_point=finding.tipping_point if tips else None,
        detection_band=None
        if band is None
        else (outwards((band[0], band[0]), low)[0], outwards((band[1], band[1]), high)[1]),
    )


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
