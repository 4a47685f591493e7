"""All findings of a city in a stable order: by step, series and kind. What each one says is in its modules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import numpy as np
from geopandas import GeoDataFrame

from layers.city import City, Inference, Series, Step, Words
from layers.disclosure.release import Finding
from layers.errors import ConfigError
from layers.findings.breaks import breaks_said
from layers.findings.carried import carried_said
from layers.findings.detection import detection_ratios
from layers.findings.estimate import Figure, Movement, figures, multiverse, tipping
from layers.findings.evidence import Evidence, evidence, frame
from layers.findings.kinds import QUANTITIES, Quantity
from layers.findings.parts import parts
from layers.findings.records import of_records, qualified
from layers.findings.reviewed import cut, fell, kept, read_at
from layers.findings.sentences import told
from layers.findings.verdicts import Judgement, judge
from layers.findings.words import (
    ASSUMPTIONS,
    OTHERS_BEAR,
    QUESTIONS,
    RANKINGS_DISAGREE,
    RESIDENTS_BEAR,
    WOULD_DECIDE,
    method_of,
)
from layers.frame.exposure import Exposure, end_day
from layers.frame.units import Units
from layers.reviews import last_review, review_level

Smoothed = Mapping[float, Mapping[str, np.ndarray]]  # bandwidth_m -> series -> counts, units x days
Tried = Mapping[tuple[str, str, str], dict[str, float]]  # step, series, kind -> how its choices agree


def findings(
    exposure: Exposure,
    units: Units,
    city: City,
    *,
    data_until: date,
    smoothed: Smoothed | None = None,
    interventions: GeoDataFrame | None = None,
    tried: Tried | None = None,
) -> tuple[Finding, ...]:
    """Estimate, judge and tell every finding.

    Parameters
    ----------
    exposure : Exposure
        Counts by unit and day, up to `data_until`.
    smoothed : mapping, optional
        Counts spread by the map's operator at other bandwidths, for the multiverse; the same units and days.
    interventions : GeoDataFrame, optional
        What was done where and when, for detection ratios place by place.
    tried : mapping, optional
        The multiverse by step, series and kind; without it, and for all others, bandwidths alone are tried.

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
    of_step = partial(
        _of_step, units=units, city=city, smoothed=smoothed or {}, interventions=interventions, tried=tried or {}
    )
    found = [f for step in city.steps for f in of_step(exposure, step=step)]
    review = last_review(city, data_until)
    if review == data_until:
        return tuple(found)
    then = cut(exposure, review)
    earlier = [f for step in city.steps for f in _at_review(partial(of_step, then, step=step), found, step)]
    return tuple(kept(now, before, city, on=review) for now, before in zip(found, earlier, strict=True))


def _at_review(of_step: Callable[[], list[Finding]], found: list[Finding], step: Step) -> list[Finding]:
    """Return a step's findings at its last review; where it had no days to compare yet, nothing was decided."""
    try:
        return of_step()
    except ConfigError:
        record = WOULD_DECIDE["not computed"]
        return [
            f if f.verdict is None else replace(f, verdict="cannot be decided", would_decide=record)
            for f in found
            if f.step == step.id
        ]


def finding_id(quantity: Quantity, city: City, step: Step, series: Series) -> tuple[str, bool]:
    """Return a finding's id and whether it is a headline."""
    first = step == city.steps[0] and series == city.harm.series[0]
    headline = first and quantity.adjustment != "crude" and not quantity.is_beside
    return (quantity.kind if headline else f"{quantity.kind}:{step.id}"), headline


def _of_step(
    exposure: Exposure,
    units: Units,
    city: City,
    *,
    step: Step,
    smoothed: Smoothed,
    interventions: GeoDataFrame | None,
    tried: Tried,
) -> list[Finding]:
    laid = frame(exposure, units, city, step, interventions=interventions)
    found: list[Finding] = []
    proofs: dict[str, Evidence] = {}
    level = review_level(city, step, end_day(exposure)) if laid is not None else city.inference.level
    for series in city.harm.series:
        if laid is None:
            found += [_finding(q, _Seen(Figure(None)), city, step=step, series=series) for q in QUANTITIES]
            continue
        proof = proofs[series.id] = evidence(exposure.counts[series.id], laid)
        readings = [proof.pair.harm, *(laid.reading(counts[series.id]) for counts in smoothed.values())]
        choices = partial(_choices, readings=readings, tried=tried, step=step, series=series)
        found += _of_series(proof, choices, city, step=step, series=series, level=level)
    return qualified([*found, *of_records(proofs, city, step, level=level)], city)


def _choices(
    quantity: Quantity, *, readings: list[np.ndarray], tried: Tried, step: Step, series: Series
) -> dict[str, float] | None:
    """Return the agreement of choices: of the whole multiverse where it was computed, else of bandwidths."""
    is_tried = quantity.adjustment != "crude" and not quantity.is_beside
    known = tried.get((step.id, series.id, quantity.kind)) if is_tried else None
    return multiverse(quantity, readings) if known is None else known


def _of_series(
    evidence: Evidence,
    choices: Callable[[Quantity], dict[str, float] | None],
    city: City,
    *,
    step: Step,
    series: Series,
    level: float,
) -> list[Finding]:
    """Return the findings of a series; `level` is that of the intervals which verdicts are read from."""
    settings = city.inference
    ratios = detection_ratios(evidence.frame, settings, series.recorded_by)
    levels = settings.level, level
    every = [figures(q, evidence, settings, ratios=ratios, levels=levels) for q in QUANTITIES]
    moved = [next((f.movement for f in at if f.movement is not None), Movement()) for at in zip(*every, strict=True)]
    return [
        _finding(
            quantity,
            _Seen(_tipped(quantity, published, evidence, settings), moved[0]),
            city,
            step=step,
            series=series,
            evidence=evidence,
            judged=_Seen(judged, moved[1], level),
            choices=None if published.is_unbounded else choices(quantity),
        )
        for quantity, (published, judged) in zip(QUANTITIES, every, strict=True)
    ]


def _tipped(quantity: Quantity, published: Figure, evidence: Evidence, settings: Inference) -> Figure:
    """Add what change of recording would turn a figure, where there is one."""
    if published.is_unbounded:
        return published
    return replace(published, tipping=tipping(quantity, evidence, settings))


@dataclass(frozen=True)
class _Seen:
    """A figure at one level, beside the movement of its series."""

    figure: Figure
    movement: Movement = field(default_factory=Movement)
    level: float | None = None  # None: the published one


def _finding(
    quantity: Quantity,
    published: _Seen,
    city: City,
    *,
    step: Step,
    series: Series,
    evidence: Evidence | None = None,
    judged: _Seen | None = None,
    choices: dict[str, float] | None = None,
) -> Finding:
    seen, figure = judged or published, published.figure
    level = seen.level or city.inference.level
    judgement = judge(
        quantity, seen.figure, series=series, settings=city.inference, movement=seen.movement, choices=choices
    )
    name, headline = finding_id(quantity, city, step, series)
    untold = Finding(
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
        method=method_of(quantity.kind, quantity.adjustment),
        assumptions=(
            *breaks_said(city, step),
            *(carried_said(city) if quantity.is_ranked else ()),
            *_assumptions(quantity, series, judgement, level=level, published=city.inference.level),
        ),
        detection_band=figure.detection_band,
        tipping_point=figure.tipping.point,
        multiverse=choices,
        parts={}
        if evidence is None
        else _parts(quantity, evidence, figure, published.movement) | fell(quantity.kind, seen.movement.loss),
        statement=QUESTIONS[quantity.kind],  # until it is told
        verdict=judgement.verdict,
        would_decide=_would_decide(judgement, quantity),
    )
    return told(untold, city)


def _assumptions(
    quantity: Quantity, series: Series, judgement: Judgement, *, level: float, published: float
) -> tuple[Words, ...]:
    said = list(ASSUMPTIONS[quantity.kind, quantity.adjustment])
    if quantity.is_ranked:
        said.append(RESIDENTS_BEAR if series.borne_by == "resident" else OTHERS_BEAR)
    return (*said, *read_at(level, published), judgement.rule)


def _parts(quantity: Quantity, evidence: Evidence, figure: Figure, movement: Movement) -> dict[str, float]:
    noise = {"overdispersion": evidence.overdispersion, "drift_sd_log": evidence.drift.sd_log}
    known = {name: value for name, value in noise.items() if np.isfinite(value)}
    pairs = {"placebo_pairs": float(figure.placebo_pairs)}
    return (
        parts(quantity, evidence.pair.harm, movement=movement)
        | known
        | pairs
        | figure.tipping.e_values
        | evidence.smallest
    )


def _would_decide(judgement: Judgement, quantity: Quantity) -> Words | None:
    if judgement.verdict != "cannot be decided":
        return None
    is_of_ranks = judgement.reason == "choices" and quantity.is_ranked
    return RANKINGS_DISAGREE if is_of_ranks else WOULD_DECIDE[judgement.reason]
