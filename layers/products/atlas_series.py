"""The series beside the headline one, set apart by who bears them, as data for the template. Adds nothing up."""

from layers.city import Series
from layers.products.atlas_parts import Block, verdict
from layers.products.atlas_views import Views
from layers.products.atlas_words import Speaker
from layers.products.numbers import NO_BREAK, interval_words, unit_words, value_of
from layers.release import Finding


def other_series(views: Views, speaker: Speaker) -> Block:
    """Set the other series apart, in the headline step: a row for each, a column for each question."""
    apart = [f for f in views.findings(step=views.step.id) if f.series != views.series.id and f.adjustment != "crude"]
    kinds = list(dict.fromkeys(f.kind for f in apart))
    found = {(f.series, f.kind): f for f in apart}
    series = [s for s in views.release.city.harm.series if any(key[0] == s.id for key in found)]
    before, after = (speaker.of(views.period(p).name) for p in (views.step.from_period, views.step.to_period))
    step = speaker.say("step_of", before=before, after=after)
    return {
        "heading": speaker.say("others_heading"),
        "intro": speaker.say("others_intro", step=step) if series else speaker.say("no_other_series"),
        "columns": [speaker.say("column_series"), *(_heading(apart, kind, speaker) for kind in kinds)],
        "rows": [
            {
                "series": speaker.of(s.name),
                "borne_by": _bearer(s, speaker),
                "cells": [_cell(found[s.id, kind], speaker) if (s.id, kind) in found else None for kind in kinds],
            }
            for s in series
        ],
    }


def _bearer(series: Series, speaker: Speaker) -> str:
    route = speaker.say(series.recorded_by).capitalize()
    return f"{speaker.say('column_borne_by')}: {speaker.say(series.borne_by)}. {route}."


def _cell(finding: Finding, speaker: Speaker) -> Block:
    return {
        "estimate": "–"
        if finding.estimate is None
        else value_of(finding, finding.estimate, speaker.language, with_unit=False),
        "interval": interval_words(finding, speaker.language) or speaker.say("no_interval"),
        "verdict": verdict(finding, speaker),
    }


def _heading(found: list[Finding], kind: str, speaker: Speaker) -> str:
    unit = unit_words(next(f.unit for f in found if f.kind == kind), speaker.language).replace(NO_BREAK, "")
    return speaker.say(f"short_{kind}") + (f" ({unit})" if unit else "")
