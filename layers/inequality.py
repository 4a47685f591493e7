"""Measures of how harm lies along deprivation, before, after and changed, with intervals; and its curves. No verdict.

With residents as denominator all of them are functions of the mean rank of harm: other scales for one fact, not more
evidence for it. What is new is other denominators.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd
from pandas import DataFrame

from geo import equity
from geo.functionals import AFTER, BEFORE, RANK, RANKED, unit_weights
from layers.city import City, FindingKind
from layers.disclosure.openness import shown_as_published
from layers.disclosure.release import Finding
from layers.findings.coarse import STEP, nearest, outwards
from layers.findings.estimate import Figure, figure
from layers.findings.evidence import Evidence, Frame, evidence
from layers.findings.kinds import Quantity
from layers.frame.denominators import Denominator

MEASURES = ("concentration_index", "slope_index", "relative_index", "most_deprived_fifth")
UNITS = {
    "concentration_index": "index points",
    "slope_index": "incidents per 100,000 people and year",
    "relative_index": "ratio",
    "most_deprived_fifth": "per cent",
}
COLUMNS = ("step", "series", "denominator", "measure", "unit", "when", "estimate", "low", "high")
CURVE_COLUMNS = ("step", "series", "denominator", "window", "people_share", "harm_share")
_TOTAL = "incidents"  # of the window, for the gate alone
_CURVE_STEP = 0.05  # of people, between points of a curve that is not of open data
_INDEX = "index points"
_SHOWN = {_INDEX: 3, "per cent": 1}  # decimals of measures that are not of open data; others have two digits
_PER_YEAR = 100_000 * 365.2425
_Reading = Callable[[np.ndarray], np.ndarray]
Levels = Mapping[str, _Reading]  # each measure of a reading in both windows


@dataclass(frozen=True)
class Told:
    """A measure's estimates with intervals, by when: before, after, change."""

    measure: str
    figures: dict[str, Figure]


def against(frame: Frame, denominator: Denominator) -> Frame:
    """Return the frame of a step with ranks over other people."""
    return replace(frame, weights=unit_weights(denominator.unit_rank, denominator.unit_fifth))


def measured(
    counts: np.ndarray, frame: Frame, denominator: Denominator, levels: Levels, city: City
) -> tuple[Told, ...]:
    """Estimate every measure of a series against a denominator.

    Parameters
    ----------
    counts : ndarray, shape (units, days)
    levels : mapping
        From `levels`, of the same denominator.
    """
    proof = evidence(counts, against(frame, denominator))
    return tuple(Told(name, _figures(name, levels[name], proof, city)) for name in MEASURES)


def levels(denominator: Denominator) -> Levels:
    """Return each measure as a function of a reading, (..., 2, 4, 4) to (..., 2); the relative index by its log."""
    ranked = np.isfinite(denominator.rank)
    rank, people = denominator.rank[ranked], denominator.people[ranked]
    share = people / people.sum()
    spread = float((share * (rank - 0.5) ** 2).sum())
    relative = equity.RelativeIndex.of(rank, people) if spread > 0 else None

    def slope(harm: np.ndarray) -> np.ndarray:
        tilt = (harm[..., RANKED] / 2.0 - harm[..., RANK]).sum(axis=-1)
        return np.asarray(_PER_YEAR * tilt / (people.sum() * spread))

    def log_ratio(harm: np.ndarray) -> np.ndarray:
        mean = equity.mean_rank(harm) / 100.0
        return np.full(mean.shape, np.nan) if relative is None else relative.log_ratio(mean)

    return {
        "concentration_index": lambda harm: 1.0 - equity.mean_rank(harm) / 50.0,
        "slope_index": slope,
        "relative_index": log_ratio,
        "most_deprived_fifth": equity.fifth_share,
    }


def _figures(name: str, level: _Reading, proof: Evidence, city: City) -> dict[str, Figure]:
    ways: dict[str, tuple[_Reading, bool]] = {
        "before": (lambda harm: level(harm)[..., [BEFORE]], True),
        "after": (lambda harm: level(harm)[..., [AFTER]], True),
        "change": (lambda harm: level(harm)[..., [AFTER]] - level(harm)[..., [BEFORE]], False),
    }
    unchanged = np.ones((1, len(proof.frame.role_of_group)))
    found = {}
    for when, (statistic, is_level) in ways.items():
        # no rule is looked up by this kind; a level is told against the mean of quiet years, a change against none
        quantity = Quantity(cast(FindingKind, name), "none", UNITS[name], statistic, is_centred=is_level)
        one = figure(quantity, proof, city.inference, ratios=unchanged)
        found[when] = _exponential(one) if name == "relative_index" else one
    return found


def _exponential(one: Figure) -> Figure:
    """Return a figure on the scale of ratios; of a change, the ratio of ratios."""
    if one.value is None:
        return one
    interval = None if one.interval is None else (float(np.exp(one.interval[0])), float(np.exp(one.interval[1])))
    return replace(one, value=float(np.exp(one.value)), interval=interval)


def rows(told: tuple[Told, ...], denominator: Denominator, *, step: str, series: str) -> DataFrame:
    """Return the measures as rows of `COLUMNS`; an interval that is not known is missing."""
    found = []
    for one in told:
        for when, a in one.figures.items():
            low, high = a.interval or (np.nan, np.nan)
            value = np.nan if a.value is None else a.value
            found.append((step, series, denominator.kind, one.measure, UNITS[one.measure], when, value, low, high))
    return DataFrame(found, columns=list(COLUMNS))


def curves(unit_counts: np.ndarray, denominator: Denominator, *, step: str, series: str) -> DataFrame:
    """Return the concentration curves of both windows, the most deprived people first, before the gate.

    Parameters
    ----------
    unit_counts : ndarray, shape (2, units)
        Incidents in each window.
    """
    n = len(denominator.people)
    parts = []
    for window, harm in zip(("before", "after"), unit_counts, strict=True):
        by_district = np.bincount(denominator.district_of_unit, weights=harm, minlength=n)
        ranked = np.isfinite(denominator.rank)
        if not by_district[ranked].sum() > 0:
            continue
        curve = equity.concentration_curve(by_district, denominator.deprivation, denominator.people)
        labels = {"step": step, "series": series, "denominator": denominator.kind, "window": window}
        points = {"people_share": curve.people, "harm_share": curve.harm, _TOTAL: by_district[ranked].sum()}
        parts.append(DataFrame({**labels, **points}))
    return pd.concat(parts) if parts else DataFrame(columns=[*CURVE_COLUMNS, _TOTAL])


def gate_measures(measures: DataFrame, city: City, findings: Sequence[Finding] = ()) -> DataFrame:
    """Return measures as they may be shown: of open data at full length, otherwise short.

    A measure is a sum over districts, weighed by their ranks: at full length the counts of two or three withheld
    districts could be solved for. Short ones tell the mean rank to about a tenth of a percentile, or in the step of
    the index among the findings.
    """
    if shown_as_published(city) or measures.empty:
        return measures
    steps = {(f.step, f.series, f.adjustment): f.parts[STEP] for f in findings if f.unit == _INDEX and STEP in f.parts}
    keys = zip(measures["step"], measures["series"], measures["denominator"], strict=True)
    of_row = [(steps.get(key), unit) for key, unit in zip(keys, measures["unit"], strict=True)]
    figures = {
        name: [_short(value, unit, step, name) for value, (step, unit) in zip(measures[name], of_row, strict=True)]
        for name in ("estimate", "low", "high")
    }
    return measures.assign(**figures)


def _short(value: float, unit: str, step: float | None, name: str) -> float:
    if step is not None and unit in _SHOWN and np.isfinite(value):
        whole = step if unit == _INDEX else step / 0.02  # the index runs over two hundred points
        low, high = outwards((value, value), whole)
        return {"low": low, "high": high}.get(name, nearest(value, whole))
    return round(value, _SHOWN[unit]) if unit in _SHOWN else float(f"{value:.2g}")


def gate_curves(curves: DataFrame, city: City) -> DataFrame:
    """Return curves as they may be shown: of open data point by point, otherwise coarsely.

    The steps of a curve are the counts of districts. It is therefore read at every twentieth of the people and
    rounded to hundredths, or to what `disclosure.min_count` incidents are if that is more.
    """
    if shown_as_published(city) or curves.empty:
        return curves[list(CURVE_COLUMNS)].reset_index(drop=True)
    return pd.concat(
        [_coarse(curve, city) for _, curve in curves.groupby(list(CURVE_COLUMNS[:4]), sort=False)], ignore_index=True
    )


def _coarse(curve: DataFrame, city: City) -> DataFrame:
    people = np.linspace(0.0, 1.0, round(1.0 / _CURVE_STEP) + 1)
    harm = np.interp(people, curve["people_share"], curve["harm_share"])
    unit = max(0.01, city.disclosure.min_count / float(curve[_TOTAL].iloc[0]))
    rounded = np.minimum(np.round(np.round(harm / unit) * unit, 6), 1.0)
    rounded[-1] = 1.0
    labels = {name: curve[name].iloc[0] for name in CURVE_COLUMNS[:4]}
    return DataFrame({**labels, "people_share": np.round(people, 6), "harm_share": rounded})
