"""The page of explanations: five readings of the same fall, and harm beside enforcement, as data. Judges nothing."""

import math
from collections.abc import Mapping
from typing import Any

from layers.disclosure.release import Reading
from layers.findings.numbers import percent
from layers.products.atlas.parts import Block, scene_names, titled, unstamped, verdict_badge
from layers.products.drawing.views import Views
from layers.products.words import Speaker

_EVIDENCE_SHOWN = 3


def explained_page(views: Views, speaker: Speaker) -> Block | None:
    """Return the readings of the headline step and series with what speaks for each; none without readings."""
    mine = [r for r in views.release.readings if r.step == views.step.id and r.series == views.series.id]
    if not mine:
        return None
    ratio = views.findings(series=views.series.id, kind="deterrence_vs_displacement", step=views.step.id)
    fell = any(f.parts.get("L", 0.0) > 0 for f in ratio)
    return {
        "title": titled("explained_title", views.release, speaker),
        "intro": speaker.say(
            "explained_intro" if fell else "explained_no_fall",
            origin=scene_names(views, views.step.origin, speaker),
            series=speaker.of(views.series.name),
        ),
        "answer": _answer(mine, speaker),
        "columns": [speaker.say(k) for k in ("column_reading", "column_evidence", "column_verdict")],
        "rows": [_row(views, reading, speaker) for reading in mine],
        "routes": _routes(views, speaker),
    }


def _answer(found: list[Reading], speaker: Speaker) -> str:
    """Name the readings that are supported, or say that none is."""
    names = [speaker.of(reading.name).lower() for reading in found if reading.verdict == "supported"]
    return speaker.say("explained_answer", names=speaker.join(names)) if names else speaker.say("explained_none")


def _row(views: Views, reading: Reading, speaker: Speaker) -> Block:
    decides = reading.would_decide
    return {
        "name": speaker.of(reading.name),
        "needs": speaker.say("needs", what=speaker.of(reading.needs)),
        "evidence": [unstamped(e, views.release, speaker) for e in reading.evidence[:_EVIDENCE_SHOWN]],
        "decides": "" if decides is None else speaker.say("would_decide", what=speaker.of(decides)),
        "verdict": verdict_badge(reading.verdict, speaker),
    }


def _routes(views: Views, speaker: Speaker) -> Block | None:
    """Return the change at origin and receivers of every series, by who recorded it; none where not computed."""
    table = views.release.routes
    mine = None if table is None or table.empty else table[table["step"] == views.step.id]
    if mine is None or mine.empty:
        return None
    cells = {(row["series"], row["place"]): _cell(row, speaker) for row in mine.to_dict("records")}
    return {
        "heading": speaker.say("routes_heading"),
        "answer": str(mine[f"text_{speaker.language}"].iloc[0]),
        "intro": speaker.say("routes_intro"),
        "columns": [speaker.say(k) for k in ("column_series", "column_recorded", "origin_column", "receivers_column")],
        "rows": [
            {
                "series": speaker.of(series.name),
                "route": speaker.say(series.recorded_by),
                "cells": [cells[series.id, place] for place in ("origin", "receivers")],
            }
            for series in views.release.city.harm.series
            if (series.id, "origin") in cells
        ],
    }


def _cell(row: Mapping[Any, Any], speaker: Speaker) -> Block:
    change, low, high = (float(row[key]) for key in ("change_to_control", "low", "high"))
    if math.isnan(change):
        return {"change": speaker.say("withheld"), "interval": ""}
    shown = percent(change, speaker.language, decimals=0, signed=True)
    if math.isnan(low) or math.isnan(high):
        return {"change": shown, "interval": speaker.say("no_interval")}
    ends = [percent(end, speaker.language, decimals=0, signed=True) for end in (low, high)]
    return {"change": shown, "interval": speaker.say("from_to", low=ends[0], high=ends[1])}
