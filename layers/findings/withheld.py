"""What of a finding gives a small count of a scene away, and the finding without it. Decides for no city."""

from dataclasses import replace

from layers.city import City
from layers.findings.sentences import told
from layers.findings.words import WITHHELD
from layers.release import Finding

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
    "origin": _ORIGIN | _RECEIVERS,
    "receivers": _ORIGIN | _RECEIVERS,
    "rest": _ORIGIN | _RECEIVERS,
    "local": _ORIGIN,
    "displaced": _RECEIVERS,
    "size_ratio": {"origin_before", "receivers_before"},
    "e_value": _ORIGIN | _RECEIVERS,
    "e_value_interval": _ORIGIN | _RECEIVERS,
}
_FIGURE_GIVEN_AWAY = {
    "displacement_wdd": _RECEIVERS | _ORIGIN,
    "displacement_wdq": _RECEIVERS | _ORIGIN,
    "harm_moved_share": _RECEIVERS | {"origin_before"},
    "deterrence_vs_displacement": _RECEIVERS | _ORIGIN,
}
_SHOWN_DIGITS = 2  # of detection bands, which weigh every place anew
# Sums over districts, weighed by rank or way: at full length they give the counts of withheld districts away, two or
# three at a time. They are as exact as their sentences.
_DECIMALS = {"percentile points": 1, "percentage points": 1, "index points": 3}
_RANKED = {"deprivation_of_harm_shift", "share_in_most_deprived_fifth_change"}
_DESCRIPTIVE = {
    "burden_transfer", "centre_shift_m", "concentration_index_change", "harm_moved_mean_distance_m", "total_variation",
}  # fmt: skip
_OF_DISTRICTS = {"origin", "receivers", "rest", "rank_before", "rank_after", "share_before", "share_after",
                 "share_left_out", "e_value", "e_value_interval"}  # fmt: skip
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
    small = {
        name.removeprefix(_MARK)
        for name, count in finding.parts.items()
        if name.startswith(_MARK) and 0 < count < below
    }
    hidden = {name for name, cells in _GIVEN_AWAY.items() if cells & small} | small
    kept = {n: v for n, v in finding.parts.items() if not n.startswith(_MARK) and n not in hidden}
    if below > 1:
        finding, kept = _as_exact_as_told(finding, kept)
    if not small:
        return replace(finding, parts=kept)
    if _FIGURE_GIVEN_AWAY.get(finding.kind, set()) & small:
        return told(_without_figure(replace(finding, parts=kept)), city)
    return told(_coarser(replace(finding, parts=kept), small), city)


def _as_exact_as_told(finding: Finding, parts: dict[str, float]) -> tuple[Finding, dict[str, float]]:
    """Shorten the figures that are sums over districts, and those of its parts that are."""
    if finding.kind not in _RANKED | _DESCRIPTIVE:
        return finding, parts
    names = set(parts) if finding.kind in _DESCRIPTIVE else _OF_DISTRICTS & set(parts)
    short = replace(
        finding,
        estimate=None if finding.estimate is None else _short(finding.estimate, finding.unit),
        interval=_short_ends(finding.interval, finding.unit),
        p_value=None if finding.p_value is None else _rounded(finding.p_value, _FIGURE_DIGITS),
        detection_band=_short_ends(finding.detection_band, finding.unit),
        tipping_point=_rounded(finding.tipping_point, _FIGURE_DIGITS)
        if isinstance(finding.tipping_point, float)
        else finding.tipping_point,
        multiverse=None
        if finding.multiverse is None
        else {name: _rounded(value, _FIGURE_DIGITS) for name, value in finding.multiverse.items()},
    )
    unit = finding.unit
    return short, {n: _short(v, unit) if n in names else v for n, v in parts.items()}


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
    tips = finding.kind == "harm_total_change" or not small & _RECEIVERS
    return replace(
        finding,
        tipping_point=finding.tipping_point if tips else None,
        detection_band=None if band is None else (_rounded(band[0], _SHOWN_DIGITS), _rounded(band[1], _SHOWN_DIGITS)),
    )


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
