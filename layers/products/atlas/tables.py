"""The atlas's pages of tables as data for its template: every step, certainty, sources. Draws nothing, sets no type."""

from layers.disclosure.openness import shown_as_published
from layers.disclosure.release import Finding
from layers.findings.numbers import number, percent
from layers.products.atlas.parts import Block, titled, verdict
from layers.products.drawing import charts
from layers.products.drawing.views import Views, lacks_drift
from layers.products.numbers import (
    NO_BREAK,
    estimate_words,
    interval_words,
    lost_nothing,
    range_words,
    scale_of,
    short,
    unit_words,
    value_of,
    whole,
)
from layers.products.words import Speaker

_STRIP_PT = 132.0


def steps_page(views: Views, speaker: Speaker) -> Block:
    """Page 4: every step of the headline series on one scale per question, and the other series apart."""
    mine = views.findings(series=views.series.id)
    kinds = list(dict.fromkeys(f.kind for f in mine))
    intro = speaker.say("steps_intro", series=speaker.of(views.series.name))
    if any(lacks_drift(f) for f in mine):
        intro += " " + speaker.say("steps_no_drift")
    has_truth = any(f.truth is not None for f in mine)
    return {
        "title": titled("steps_title", views.release, speaker),
        "intro": f"{intro} {speaker.say('steps_truth')}" if has_truth else intro,
        "columns": [speaker.say(k) for k in ("column_step", "column_estimate", "column_plot", "column_verdict")],
        "groups": [_group(views, [f for f in mine if f.kind == kind], speaker) for kind in kinds],
    }


def certainty_page(views: Views, speaker: Speaker) -> Block:
    """Page 5: headlines in full, with recording and other choices; assumptions, what the figures are not."""
    low, high = (short(ratio, speaker.language) for ratio in views.release.city.inference.detection_ratios)
    headlines = [f for f in views.release.findings if f.headline]
    decided = sum(f.verdict not in (None, "cannot be decided") for f in headlines)
    smoothed = speaker.say("smoothing_note", metres=whole(views.release.city.density.bandwidth_m, speaker.language))
    assumptions = list(dict.fromkeys(speaker.of(words) for f in headlines for words in f.assumptions))
    small = "not_small_cells" if shown_as_published(views.release.city) else "not_small"
    nots = ("not_people", "not_recording", "not_movement", small, "not_forecast")
    police = [s for s in views.release.city.harm.series if s.recorded_by == "police_initiated"]
    names = speaker.join([speaker.quoted(s.name) for s in police])
    fall = {"heading": speaker.say("fall_heading"), "words": speaker.say("fall_reasons")}
    here = speaker.say("police_series", names=names) if police else speaker.say("police_none")
    return {
        "title": titled("certainty_title", views.release, speaker),
        "intro": speaker.say("certainty_intro", low=low, high=high),
        "answer": speaker.say("certainty_answer", decided=decided, count=len(headlines)),
        "columns": [
            speaker.say(k)
            for k in (
                "column_figure",
                "column_band",
                "column_tipping",
                "column_choices",
                "column_p",
            )
        ],
        "rows": [_certainty(f, speaker) for f in headlines],
        "lists": [
            {"heading": speaker.say("assumptions_heading"), "lines": assumptions},
            {"heading": speaker.say("what_it_is_not"), "lines": [*(speaker.say(k) for k in nots), smoothed]},
        ],
        "texts": [  # in two columns
            [{"heading": speaker.say("police_heading"), "words": f"{speaker.say('police_explained')} {here}"}],
            [
                *([] if views.release.readings else [fall]),  # else on a page of its own
                {
                    "heading": speaker.say("ethics_heading"),
                    "words": f"{speaker.say('ethics_1')} {speaker.say('ethics_2')}",
                },
            ],
        ],
    }


# ---------------------------------------------------------------- rows


def _group(views: Views, found: list[Finding], speaker: Speaker) -> Block:
    """All steps of one question on one axis."""
    unit, scale = found[0].unit, scale_of(found[0].unit)
    band = views.release.city.inference.no_practical_change.get(found[0].kind)  # type: ignore[call-overload]  # kind is a plain str
    known = [figure * scale for f in found for figure in _figures(f)]
    figures = known + ([band * scale, -band * scale] if band else [])
    axis = charts.axis_over(figures, width_pt=_STRIP_PT)
    suffix = unit_words(unit, speaker.language)
    labels = [(tick, short(tick, speaker.language)) for tick in axis.ticks()]
    strip = charts.axis_strip(axis, views.look, labels=labels)
    return {
        "question": speaker.of(found[0].question),
        "unit": suffix.replace(NO_BREAK, ""),
        "axis": strip if known else "",  # where nothing could be computed there is nothing to draw
        "rows": [_step_row(views, f, axis if known else None, speaker, band=band) for f in found],
        "decided_by": _deciding(found, speaker),
    }


def _step_row(
    views: Views, finding: Finding, axis: charts.Axis | None, speaker: Speaker, *, band: float | None
) -> Block:
    interval = interval_words(finding, speaker.language)
    shown = estimate_words(finding, speaker.language)
    return {
        "step": _step_words(views, finding, speaker),
        "basis": "" if finding.adjustment == "none" else speaker.say(finding.adjustment),
        "estimate": shown,
        "interval": interval or speaker.say("no_interval"),
        "svg": "" if axis is None else _strip(views, finding, axis, band=band),
        "alt": speaker.say("alt_strip", estimate=shown, interval=interval or speaker.say("no_interval")),
        "verdict": verdict(finding, speaker),
    }


def _strip(views: Views, finding: Finding, axis: charts.Axis, *, band: float | None) -> str:
    scale = scale_of(finding.unit)
    return charts.interval_strip(
        axis,
        views.look,
        estimate=None if finding.estimate is None or lost_nothing(finding) else finding.estimate * scale,
        interval=None if finding.interval is None else (finding.interval[0] * scale, finding.interval[1] * scale),
        band=None if band is None else band * scale,
        truth=None if finding.truth is None else finding.truth * scale,
    )


def _deciding(found: list[Finding], speaker: Speaker) -> str:
    """Name the records that would decide what is open, each once."""
    records = list(dict.fromkeys(speaker.of(f.would_decide) for f in found if f.would_decide is not None))
    return speaker.say("would_decide", what="; ".join(records)) if records else ""


def _figures(finding: Finding) -> list[float]:
    estimate = None if lost_nothing(finding) else finding.estimate
    known = (estimate, *(finding.interval or ()), finding.truth)
    return [figure for figure in known if figure is not None]


def _step_words(views: Views, finding: Finding, speaker: Speaker) -> str:
    step = next((s for s in views.release.city.steps if s.id == finding.step), None)
    if step is None:
        return ""
    before, after = (speaker.of(views.period(p).name) for p in (step.from_period, step.to_period))
    said = speaker.say("step_of", before=before, after=after)
    return f"{said} ({speaker.glossed('variant', step.variant)})" if step.variant else said


def _certainty(finding: Finding, speaker: Speaker) -> Block:
    missing = speaker.say("not_computed")
    tipping = finding.tipping_point
    if tipping is None:
        tipping_words = missing
    else:
        tipping_words = speaker.say("no_tipping") if tipping == "none" else short(float(tipping), speaker.language)
    return {
        "question": speaker.of(finding.question),
        "cells": [
            estimate_words(finding, speaker.language),
            range_words(finding, finding.detection_band, speaker.language) or missing,
            tipping_words,
            _choices(finding, speaker) if finding.multiverse and not lost_nothing(finding) else missing,
            _p_value(finding.p_value, speaker),
        ],
        "statement": speaker.of(finding.statement),
    }


def _p_value(p_value: float | None, speaker: Speaker) -> str:
    if p_value is None:
        return "–"
    return ("<" if p_value < 0.001 else "") + number(max(p_value, 0.001), speaker.language, decimals=3)


def _choices(finding: Finding, speaker: Speaker) -> str:
    said = finding.multiverse or {}
    return speaker.say(
        "choices_of",
        low=value_of(finding, said["min"], speaker.language, with_unit=False),
        high=value_of(finding, said["max"], speaker.language, with_unit=False),
        share=percent(said["share_agreeing_in_sign"], speaker.language, decimals=0),
        count=whole(said["choices"], speaker.language),
    )
