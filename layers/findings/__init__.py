"""All findings of a city in a stable order: by step, series and kind. What each one says is in its modules."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from layers.chain import matched_windows
from layers.city import City, Series, Step, Words
from layers.errors import ConfigError
from layers.exposure import Exposure, end_day
from layers.findings.estimate import Figure, Interval, figure, multiverse
from layers.findings.evidence import Evidence, evidence, reading, roles, weights
from layers.findings.kinds import GAIN, QUANTITIES, Quantity
from layers.findings.parts import parts
from layers.findings.sentences import Telling, statement
from layers.findings.verdicts import Judgement, judge
from layers.findings.words import ASSUMPTIONS, METHODS, QUESTIONS, WOULD_DECIDE
from layers.release import Finding
from layers.units import Units

Smoothed = Mapping[float, Mapping[str, np.ndarray]]  # bandwidth_m -> series -> counts, units x days


def findings(
    exposure: Exposure, units: Units, city: City, *, data_until: date, smoothed: Smoothed | None = None
) -> tuple[Finding, ...]:
    """Estimate, judge and tell every finding.

    Parameters
    ----------
    exposure : Exposure
        Counts by unit and day, up to `data_until`.
    smoothed : mapping, optional
        Counts spread by the map's operator at other bandwidths, for the multiverse; the same units and days.

    Returns
    -------
    tuple of Finding
        Headlines are the first step's, of the first series, against control where that is a choice; their ids are bare,
        all others name their step.

    Raises
    ------
    ConfigError
        If a step's periods have no comparable days, or `data_until` is not where the counts end.
    """
    if end_day(exposure) != data_until:
        msg = f"counts end {end_day(exposure)}, findings are asked for until {data_until}; count until the same day"
        raise ConfigError(msg)
    return tuple(
        finding
        for step in city.steps
        for series in city.harm.series
        for finding in _of_series(exposure, units, city, step=step, series=series, smoothed=smoothed or {})
    )


def finding_id(quantity: Quantity, city: City, step: Step, series: Series) -> tuple[str, bool]:
    """Return a finding's id and whether it is a headline."""
    first = step == city.steps[0] and series == city.harm.series[0]
    headline = first and quantity.adjustment != "crude"
    return (quantity.kind if headline else f"{quantity.kind}:{step.id}"), headline


def _of_series(
    exposure: Exposure, units: Units, city: City, *, step: Step, series: Series, smoothed: Smoothed
) -> list[Finding]:
    found = evidence(exposure, units, city, step, series=series.id)
    if found is None:
        return [_finding(q, Figure(None), city, step=step, series=series) for q in QUANTITIES]
    gain = figure(GAIN, found, city.inference).interval
    readings = _readings(found, exposure, units, city, step=step, others=[s[series.id] for s in smoothed.values()])
    return [
        _finding(
            quantity,
            figure(quantity, found, city.inference),
            city,
            step=step,
            series=series,
            evidence=found,
            gain=gain,
            choices=multiverse(quantity, readings),
        )
        for quantity in QUANTITIES
    ]


def _readings(
    found: Evidence, exposure: Exposure, units: Units, city: City, *, step: Step, others: list[np.ndarray]
) -> list[np.ndarray]:
    """Return the reading published and those of the other choices, in the same windows."""
    windows = matched_windows(city, step, data_until=end_day(exposure))
    role, weight = roles(units, step), weights(units)
    return [found.pair.harm, *(reading(counts, exposure, windows, role=role, weights=weight) for counts in others)]


def _finding(
    quantity: Quantity,
    figure: Figure,
    city: City,
    *,
    step: Step,
    series: Series,
    evidence: Evidence | None = None,
    gain: Interval | None = None,
    choices: dict[str, float] | None = None,
) -> Finding:
    judgement = judge(quantity, figure, series=series, settings=city.inference, gain=gain, choices=choices)
    inside = {} if evidence is None else _parts(quantity, evidence, figure, gain)
    telling = Telling(quantity, figure, judgement, inside, gain, series, step, city)
    name, headline = finding_id(quantity, city, step, series)
    return Finding(
        id=name,
        kind=quantity.kind,
        step=step.id,
        series=series.id,
        harm_class=series.harm_class,
        borne_by=series.borne_by,
        route=series.recorded_by,
        adjustment=quantity.adjustment,
        headline=headline,
        question=QUESTIONS[quantity.kind],
        estimate=figure.value,
        unit=quantity.unit,
        interval=figure.interval,
        level=city.inference.level,
        p_value=figure.p_value,
        method=METHODS[quantity.kind],
        assumptions=(*ASSUMPTIONS[quantity.kind, quantity.adjustment], judgement.rule),
        detection_band=figure.detection_band,
        tipping_point=figure.tipping_point,
        multiverse=choices,
        parts=inside,
        statement=statement(telling),
        verdict=judgement.verdict,
        would_decide=_would_decide(judgement),
    )


def _parts(quantity: Quantity, evidence: Evidence, figure: Figure, gain: Interval | None) -> dict[str, float]:
    noise = {"overdispersion": evidence.overdispersion, "drift_sd_log": evidence.drift.sd_log}
    known = {name: value for name, value in noise.items() if np.isfinite(value)}
    pairs = {"placebo_pairs": float(figure.placebo_pairs)}
    return parts(quantity, evidence.pair.harm, gain=gain) | known | pairs


def _would_decide(judgement: Judgement) -> Words | None:
    return WOULD_DECIDE[judgement.reason] if judgement.verdict == "cannot be decided" else None
