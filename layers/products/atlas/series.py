"""The series beside the headline one, set apart by who bears them, as data for the template. Adds nothing up."""

from collections.abc import Mapping

from layers.city import Series
from layers.disclosure.release import Finding
from layers.products.atlas.parts import Block, verdict
from layers.products.drawing.views import Views
from layers.products.numbers import NO_BREAK, interval_words, lost_nothing, unit_words, value_of
from layers.products.words import Speaker


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
        "rows": [_row(s, found, kinds, speaker) for s in series if not _is_police(s)],
        "police_heading": speaker.say("police_rows"),
        "police_rows": [_row(s, found, kinds, speaker) for s in series if _is_police(s)],
    }


def _row(series: Series, found: Mapping[tuple[str, str], Finding], kinds: list[str], speaker: Speaker) -> Block:
    of_kinds = [found.get((series.id, kind)) for kind in kinds]
    return {
        "series": speaker.of(series.name),
        "borne_by": _bearer(series, speaker),
        "cells": [None if finding is None else _cell(finding, speaker) for finding in of_kinds],
    }


def _is_police(series: Series) -> bool:
    return series.recorded_by == "police_initiated"


def _bearer(series: Series, speaker: Speaker) -> str:
    borne = f"{speaker.say('column_borne_by')}: {speaker.say(series.borne_by)}."
    return borne if _is_police(series) else f"{borne} {speaker.say(series.recorded_by).capitalize()}."


def _cell(finding: Finding, speaker: Speaker) -> Block:
    return {
        "estimate": "–"
        if finding.estimate is None or lost_nothing(finding)
        else value_of(finding, finding.estimate, speaker.language, with_unit=False),
        "interval": interval_words(finding, speaker.language) or speaker.say("no_interval"),
        "verdict": verdict(finding, speaker),
    }


def _heading(found: list[Finding], kind: str, speaker: Speaker) -> str:
    unit = unit_words(next(f.unit for f in found if f.kind == kind), speaker.language).replace(NO_BREAK, "")
    return speaker.say(f"short_{kind}") + (f" ({unit})" if unit else "")
