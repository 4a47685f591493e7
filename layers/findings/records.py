"""Findings about the records themselves: negative controls and two routes to the same harm, at the receivers.

Only of series that a city declares for it. A negative control that changed holds back verdicts by the same route; it is
no correction of any figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from geo.functionals import AFTER, BEFORE, ORIGIN, RECEIVERS, TOTAL
from geo.recording import contrast
from layers.city import City, Series, Step, Words
from layers.disclosure.openness import least_known
from layers.disclosure.release import Finding
from layers.findings import texts_records as texts
from layers.findings.estimate import Figure, figures
from layers.findings.evidence import Evidence
from layers.findings.kinds import NEGATIVE_CONTROL, ROUTE_CHANGE, ROUTE_CONTRAST, Measure, Quantity, change_of
from layers.findings.parts import parts
from layers.findings.reviewed import read_at
from layers.findings.sentences import told
from layers.findings.verdicts import by_interval
from layers.findings.withheld import is_withheld
from layers.findings.words import method_of

_NONE = Figure(None)
_CHANGED = ("supported", "refuted")


@dataclass(frozen=True)
class _Made:
    """A figure at the published level and at that of the review, and what it is made of."""

    published: Figure = _NONE
    judged: Figure = _NONE
    parts: dict[str, float] | None = None


def of_records(proofs: Mapping[str, Evidence], city: City, step: Step, *, level: float) -> list[Finding]:
    """Estimate, judge and tell the declared negative controls and pairs of routes of a step.

    Parameters
    ----------
    proofs : mapping
        The evidence of each series; empty where the step's days are not all in the data.
    level : float
        Of the intervals that verdicts are read from.
    """
    series, declared = {s.id: s for s in city.harm.series}, city.inference
    found = []
    for name in declared.negative_controls:
        made = _control(proofs[name], city, level) if name in proofs else _Made()
        found.append(_finding(NEGATIVE_CONTROL, made, city, step=step, series=series[name], level=level))
    for pair in declared.route_contrasts:
        both = [proofs[name] for name in (pair.series, pair.beside) if name in proofs]
        made = _contrast(both[0], both[1], city, level) if len(both) == 2 else _Made()
        found.append(_finding(ROUTE_CONTRAST, made, city, step=step, series=series[pair.series], level=level))
    return found


def _control(proof: Evidence, city: City, level: float) -> _Made:
    published, judged = _figures(NEGATIVE_CONTROL, proof, city, level)[:2]
    origin = _figures(change_of(ORIGIN), proof, city, level)[0]
    known = {"origin_change": origin.value, "origin_low": (origin.interval or (None, None))[0],
             "origin_high": (origin.interval or (None, None))[1]}  # fmt: skip
    made = parts(NEGATIVE_CONTROL, proof.pair.harm) | {name: x for name, x in known.items() if x is not None}
    return _Made(published, judged, made | proof.smallest)


def _contrast(one: Evidence, other: Evidence, city: City, level: float) -> _Made:
    both = [_figures(ROUTE_CHANGE, proof, city, level) for proof in (one, other)]
    published, judged = (_ratio(a, b) for a, b in zip(*both, strict=True))
    made = {}
    for name, proof in (("receivers", one), ("beside", other)):
        for when, window in (("before", BEFORE), ("after", AFTER)):
            made[f"{name}_{when}"] = float(proof.pair.harm[window, RECEIVERS, TOTAL])
    counts = [proof.smallest[f"smallest_receivers_{when}"] for proof in (one, other) for when in ("before", "after")]
    made["smallest_receivers_before"] = min((count for count in counts if count > 0), default=0.0)
    return _Made(published, judged, made)


def _figures(quantity: Quantity, proof: Evidence, city: City, level: float) -> tuple[Figure, ...]:
    unchanged = np.ones((1, len(proof.frame.role_of_group)))
    return figures(quantity, proof, city.inference, ratios=unchanged, levels=(city.inference.level, level))


def _ratio(one: Figure, other: Figure) -> Figure:
    """Return one change over the other, errors added up as squares on the log scale."""
    if one.value is None or other.value is None:
        return Figure(None)
    logs = np.log1p([one.value, other.value])
    ends = []
    for a, b in ((one.interval, other.interval), (one.inner, other.inner)):
        half = None if a is None or b is None else np.array([np.log1p(x[1]) - np.log1p(x[0]) for x in (a, b)]) / 2
        ends.append(None if half is None else contrast(logs, half).interval)
    interval, inner = (None if span is None else (span[0] - 1.0, span[1] - 1.0) for span in ends)
    pairs = min(one.placebo_pairs, other.placebo_pairs)
    return Figure(float(np.expm1(logs[0] - logs[1])), interval, inner, placebo_pairs=pairs)


def _finding(measure: Measure, made: _Made, city: City, *, step: Step, series: Series, level: float) -> Finding:
    kind, adjustment, settings = measure.kind, measure.adjustment, city.inference
    verdict = by_interval(kind, made.judged, settings) if made.judged.placebo_pairs else "cannot be decided"
    untold = Finding(
        id=f"{kind}:{step.id}",
        kind=kind,
        step=step.id,
        series=series.id,
        harm_class=series.harm_class,
        borne_by=series.borne_by,
        route=series.recorded_by,
        adjustment=adjustment,
        headline=False,
        question=texts.QUESTIONS[kind],
        estimate=made.published.value,
        unit=measure.unit,
        interval=made.published.interval,
        level=settings.level,
        p_value=made.published.p_value,
        method=method_of(kind, adjustment),
        assumptions=(*texts.ASSUMPTIONS[kind, adjustment], *read_at(level, settings.level), texts.RULE),
        detection_band=None,
        tipping_point=None,
        multiverse=None,
        parts=(made.parts or {}) | {"placebo_pairs": float(made.published.placebo_pairs)},
        statement=texts.QUESTIONS[kind],  # until it is told
        verdict=verdict,
        would_decide=texts.WOULD_DECIDE[kind] if verdict == "cannot be decided" else None,
    )
    return told(untold, city)


def qualified(found: list[Finding], city: City) -> list[Finding]:
    """Name each negative control beside the judged findings of its step by the same route; one that changed vetoes.

    What is supported, refuted or no practical change then cannot be decided: recording changed where nothing else can
    have, and changed recording may hide a change as well as make one. A control that the gate withholds takes no part,
    and the note says so: both what it showed and its veto would tell of a count below the least that may be known.
    """
    controls = [f for f in found if f.kind == "negative_control"]
    return [_qualified(f, [c for c in controls if c.route == f.route and c.series != f.series], city) for f in found]


def _qualified(finding: Finding, controls: list[Finding], city: City) -> Finding:
    if not controls or finding.verdict is None or finding.kind in texts.KINDS:
        return finding
    names = {series.id: series.name for series in city.harm.series}
    fewest = least_known(city)
    shown = [control for control in controls if not is_withheld(control, below=fewest)]
    notes = tuple(_note(control, names[control.series], is_shown=control in shown) for control in controls)
    named = replace(finding, assumptions=(*finding.assumptions, *notes))
    if finding.verdict != "cannot be decided" and any(control.verdict in _CHANGED for control in shown):
        held = replace(named, verdict="cannot be decided", would_decide=texts.RECORDING_CHANGED)
        return told(held, city)
    return named


def _note(control: Finding, name: Words, *, is_shown: bool) -> Words:
    said = texts.SHOWED[control.verdict or "cannot be decided"] if is_shown else texts.CONTROL_WITHHELD
    return Words(nb=said.nb.format(name=name.nb), en=said.en.format(name=name.en))
