"""Findings of a series against its own course, month by month: the city's total, and help taken up. Knows no district.

Months that a change was anticipated in, that a break settled in, or that lie between the two periods are left out. What
happens elsewhere at the same time is not known to such a series; its total has no verdict, it stands beside the one
against the controls.
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from geopandas import GeoDataFrame

from geo.effects.interrupted import Interrupted, interrupted
from geo.errors import GeoError
from layers.city import City, HelpSeries, Period, Series, Step, Window, Words
from layers.disclosure.release import Finding, Verdict
from layers.findings import texts_displacement as displacement
from layers.findings.estimate import INNER_LEVEL, Figure
from layers.findings.kinds import TRENDS, Measure
from layers.findings.reviewed import read_at
from layers.findings.sentences import told
from layers.findings.verdicts import by_interval
from layers.findings.words import ASSUMPTIONS, QUESTIONS, method_of
from layers.frame.exposure import Exposure
from layers.frame.left_out import overlap, pieces, spans_left_out
from layers.reviews import course_level, last_review

_TOTAL, _HELP = TRENDS


@dataclass(frozen=True)
class Months:
    """Counts of whole calendar months in a row; NaN where a month is not known."""

    first: np.datetime64  # month
    counts: np.ndarray  # (months,)

    @property
    def starts(self) -> np.ndarray:
        """First day of every month and of the one after them, (months + 1,)."""
        return np.asarray((self.first + np.arange(len(self.counts) + 1)).astype("datetime64[D]"))


def trends(
    exposure: Exposure, city: City, *, uptake: GeoDataFrame | None = None, data_until: date
) -> tuple[Finding, ...]:
    """Estimate, judge and tell every step's series against their own course, as of the last review of verdicts.

    Parameters
    ----------
    uptake : GeoDataFrame, optional
        The help_uptake table; without `help_series` in the settings nothing is said of help.
    """
    until = last_review(city, data_until)
    found = []
    for step in city.steps:
        for series in city.harm.series:
            months = months_of_days(exposure.counts[series.id].sum(axis=0), exposure.first_day, until=until)
            found.append(_finding(_TOTAL, months, city, step=step, series=series))
        level = course_level(city, step, until) if city.help_series else city.inference.level
        for helped in city.help_series:
            registered = months_of_rows(uptake, helped.id, until=until)
            found.append(_finding(_HELP, registered, city, step=step, series=helped, level=level))
    return tuple(found)


def months_of_days(daily: np.ndarray, first_day: date, *, until: date) -> Months:
    """Add days up to whole months that end by `until`."""
    last = np.datetime64(until, "M")
    start = np.datetime64(first_day, "D")
    first = start.astype("datetime64[M]") + (start != start.astype("datetime64[M]").astype("datetime64[D]"))
    edges = np.arange(first, last + 1).astype("datetime64[D]")
    at = (edges - start).astype(int)
    known = at[at <= len(daily)]
    total = np.r_[0.0, np.cumsum(daily)]
    return Months(first, np.diff(total[known]))


def months_of_rows(uptake: GeoDataFrame | None, series_id: str, *, until: date) -> Months:
    """Return the months of one series of the table, those that end by `until`."""
    rows = None if uptake is None else uptake[uptake["series_id"] == series_id]
    if rows is None or rows.empty:
        return Months(np.datetime64(until, "M"), np.zeros(0))
    month = rows["month"].to_numpy().astype("datetime64[M]")
    counts = np.full(max(int((np.datetime64(until, "M") - month.min()).astype(int)), 0), np.nan)
    at = (month - month.min()).astype(int)
    inside = at < len(counts)
    counts[at[inside]] = rows["people"].to_numpy(dtype=float)[inside]
    return Months(month.min(), counts)


def course(months: Months, city: City, step: Step) -> Interrupted | None:
    """Fit the months of a step's two periods; None where they are too few."""
    periods = {period.id: period for period in city.periods}
    first, second = periods[step.from_period], periods[step.to_period]
    held = np.isfinite(months.counts) & (_inside(months, first, city) | _inside(months, second, city))
    starts = months.starts[:-1]
    event, *breaks = (
        int(np.searchsorted(starts, np.datetime64(day))) for day in (second.start, *(b.start for b in city.breaks))
    )
    days = np.diff(months.starts).astype(int)
    try:
        return interrupted(np.nan_to_num(months.counts), event, days=days, held=held, breaks=tuple(breaks))
    except GeoError:  # too few months, or months without any count
        return None


def _inside(months: Months, period: Period, city: City) -> np.ndarray:
    """Tell the months that lie whole in a period and meet no day left out."""
    spans = spans_left_out(city)
    parts = pieces(Window(start=period.start, end=period.end), spans)
    edges = months.starts.astype(object)
    whole = [Window(start=a, end=b) for a, b in pairwise(edges)]
    return np.array(
        [any(p.start <= m.start and m.end <= p.end for p in parts if overlap(p, m)) for m in whole], dtype=bool
    )


def _figure(fit: Interrupted | None, level: float) -> Figure:
    if fit is None:
        return Figure(None)

    def ends(at: float) -> tuple[float, float]:
        low, high = fit.interval(at)
        return float(np.expm1(low)), float(np.expm1(high))

    return Figure(float(np.expm1(fit.log_effect)), ends(level), ends(INNER_LEVEL), p_value=fit.p_value)


def _finding(
    measure: Measure,
    months: Months,
    city: City,
    *,
    step: Step,
    series: Series | HelpSeries,
    level: float | None = None,
) -> Finding:
    """Return a finding; `level`, where it has a verdict, is that of the interval which the verdict is read from."""
    fit, published = course(months, city, step), city.inference.level
    figure = _figure(fit, published)
    verdict = None if level is None else judged(_figure(fit, level), city)
    rule = displacement.DESCRIPTIVE if measure.is_descriptive else displacement.HELP_RULE
    of = ("help", "user", "help") if isinstance(series, HelpSeries) else _keys(series)
    untold = Finding(
        id=f"{measure.kind}:{step.id}",
        kind=measure.kind,
        step=step.id,
        series=series.id,
        harm_class=of[0],
        borne_by=of[1],
        route=of[2],
        adjustment=measure.adjustment,
        headline=False,
        question=QUESTIONS[measure.kind],
        estimate=figure.value,
        unit=measure.unit,
        interval=figure.interval,
        level=published,
        p_value=figure.p_value,
        method=method_of(measure.kind, measure.adjustment),
        assumptions=(*ASSUMPTIONS[measure.kind, measure.adjustment], *read_at(level or published, published), rule),
        detection_band=None,
        tipping_point=None,
        multiverse=None,
        parts=_parts(fit),
        statement=QUESTIONS[measure.kind],  # until it is told
        verdict=verdict,
        would_decide=_would_decide(verdict),
    )
    return told(untold, city)


def _keys(series: Series) -> tuple[str, str, str]:
    return series.harm_class, series.borne_by, series.recorded_by


def _parts(fit: Interrupted | None) -> dict[str, float]:
    """Return how long the series was on each side, and how its years differ."""
    if fit is None:
        return {}
    after = float(fit.is_after.sum())
    return {"months_before": len(fit.is_after) - after, "months_after": after, "drift_sd_log": fit.drift_sd_log}


def _would_decide(verdict: Verdict | None) -> Words | None:
    return displacement.LONGER_HELP if verdict == "cannot be decided" else None


def judged(figure: Figure, city: City) -> Verdict:
    """Judge a series on help by its interval alone: what is registered there is not found by anybody's looking."""
    return by_interval("exit_into_help", figure, city.inference)
