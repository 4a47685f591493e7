"""The pages of what is known beside the records, as data for the template. Draws no map and computes no figure."""

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any

import pandas as pd

from layers.disclosure.context import by_year
from layers.disclosure.release import Release
from layers.findings.numbers import number
from layers.products.atlas.parts import IN_SENTENCES, Block, verdict_badge
from layers.products.drawing.views import Views
from layers.products.numbers import span
from layers.products.words import Speaker

_CRITERIA = {"all": "seen_all", "most": "seen_most", "visible use": "seen_use", "none": "seen_none"}
_COMPUTED = {
    "inside": "computed_inside",
    "within uncertainty": "computed_near",
    "none published": "computed_none",
    "not located": "computed_lost",
    "no period": "computed_undated",
}
_AGREEMENT = {
    "agrees": "agrees",
    "agrees within uncertainty": "agrees_near",
    "differs": "differs",
    "takes no side": "no_side",
    "cannot be told": "not_told",
}
_PRACTICE = {
    "zero tolerance": "practice_zero",
    "frequent": "practice_frequent",
    "reactive": "practice_reactive",
    "non-enforcement": "practice_none",
}
_BOUND = {"more than": "bound_more", "less than": "bound_nearly"}
_TABLES = {
    "mapped": (
        "mapped_heading",
        "mapped_intro",
        "mapped_column_1",
        "mapped_column_2",
        "mapped_column_3",
        "mapped_column_4",
    ),
    "practised": (
        "practised_heading",
        "practised_intro",
        "practised_column_1",
        "practised_column_2",
        "practised_column_3",
        "practised_column_4",
    ),
    "surveyed": (
        "surveyed_heading",
        "surveyed_intro",
        "surveyed_column_1",
        "surveyed_column_2",
        "surveyed_column_3",
        "surveyed_column_4",
    ),
    "context": (
        "context_heading",
        "context_intro",
        "context_column_1",
        "context_column_2",
        "context_column_3",
    ),
    "counted": (
        "counted_heading",
        "counted_intro",
        "counted_column_1",
        "counted_column_2",
        "counted_column_3",
        "counted_column_4",
    ),
}
_LATEST = 6  # years of a series that the page has room for
Row = Mapping[Any, Any]


def facts_page(views: Views, speaker: Speaker) -> Block | None:
    """Return what was expected, seen, practised, answered and told; none where the city names no facts."""
    release, facts = views.release, views.release.facts
    if facts is None:
        return None
    mapped = facts.mapping_rounds[facts.mapping_rounds["series"] == views.series.id]
    of_run = {3: speaker.say("mapped_column_4_simulated")} if release.stamp else {}
    cut_off = speaker.of(facts.help_cut_off) if facts.help_cut_off is not None else ""
    counts = [_count(row, speaker) for row in facts.published_counts.to_dict("records")]
    return {
        "title": {"words": speaker.say("facts_title"), "stamp": ""},
        "mark": speaker.say("facts_mark"),
        "intro": speaker.say("facts_intro"),
        "expected": {
            "heading": speaker.say("expected_heading"),
            "rows": [_expected(row, release, speaker) for row in facts.expectations.to_dict("records")],
        },
        "mapped": _table("mapped", [_mapped(r, speaker) for r in mapped.to_dict("records")], speaker, renamed=of_run),
        "practised": _table("practised", [_practised(r, speaker) for r in facts.practices.to_dict("records")], speaker),
        "cut_off": cut_off,
        "surveyed": _table(
            "surveyed", [_surveyed(r, speaker) for r in facts.survey_figures.to_dict("records")], speaker
        ),
        "counted": _table("counted", counts, speaker),
        "context": _table("context", _context(release.context, speaker), speaker),
        "told": {"heading": speaker.say("told_heading"), "topics": _told(release, speaker)},
        "size": _size(views, speaker),
    }


def _table(
    key: str, rows: list[list[str]], speaker: Speaker, *, renamed: Mapping[int, str] = MappingProxyType({})
) -> Block:
    heading, intro, *columns = (speaker.say(word) for word in _TABLES[key])
    columns = [renamed.get(number, column) for number, column in enumerate(columns)]
    return {"heading": heading, "intro": intro, "columns": columns, "rows": rows}


def _own(row: Row, name: str, speaker: Speaker) -> str:
    return str(row[f"{name}_{speaker.language}"])


def _expected(row: Row, release: Release, speaker: Speaker) -> Block:
    said = row[f"run_{speaker.language}"]
    run = "" if said is None or pd.isna(said) else speaker.say("expected_run", said=said)
    if run and release.stamp and IN_SENTENCES[speaker.language] not in run:
        run = f"{IN_SENTENCES[speaker.language]}{run}"
    return {
        "expected": _own(row, "expected", speaker),
        "by_whom": _own(row, "by_whom", speaker),
        "verdict": verdict_badge(row["verdict"], speaker),
        "why": _own(row, "why", speaker),
        "run": run,
    }


def _mapped(row: Row, speaker: Speaker) -> list[str]:
    seen = speaker.say(_CRITERIA[row["criteria_met"]])
    return [
        _own(row, "name", speaker),
        span(row["round_start"], row["round_end"], speaker.language),
        seen if row["scored"] else f"{seen} {speaker.say('read_from_words')}",
        f"{speaker.say(_COMPUTED[row['computed']])}: {speaker.say(_AGREEMENT[row['agreement']])}",
    ]


def _practised(row: Row, speaker: Speaker) -> list[str]:
    start = row["start"]
    end = row["end"]
    year = f"{start:%Y}" if row["start_precision"] == "year" else f"{start:%m.%Y}"
    until = "" if end is None or pd.isna(end) else f"{end:%m.%Y}"
    what = f"{speaker.say(_PRACTICE[row['practice']])}: {_own(row, 'name', speaker)}"
    return [
        _own(row, "place", speaker),
        what,
        f"{year}–{until}",
        f"± {number(row['uncertainty_m'], 'nb', decimals=0)} m",
    ]


def _surveyed(row: Row, speaker: Speaker) -> list[str]:
    bound = f"{speaker.say(_BOUND[row['bound']])} " if row["bound"] in _BOUND else ""
    share = number(row["percent"], speaker.language, decimals=0) + {"nb": "\u00a0%", "en": "%"}[speaker.language]
    return [
        _own(row, "statement", speaker),
        _own(row, "population", speaker),
        f"{bound}{share}",
        _own(row, "interval", speaker),
    ]


def _count(row: Row, speaker: Speaker) -> list[str]:
    low, high = row["low"], row["high"]
    decimals = 0 if float(high).is_integer() else 1
    ends = [number(end, speaker.language, decimals=decimals) for end in (low, high) if not pd.isna(end)]
    shown = "–".join(dict.fromkeys(ends)) if len(ends) == 2 else f"{speaker.say('bound_nearly')} {ends[0]}"
    when = str(row["start"].year) if row["start"].month == row["start"].day == 1 else f"{row['start']:%m.%Y}"
    return [
        _own(row, "metric", speaker),
        _own(row, "area", speaker),
        when,
        f"{shown} {_own(row, 'unit', speaker)}".strip(),
    ]


def _context(context: pd.DataFrame | None, speaker: Speaker) -> list[list[str]]:
    """Return a row per series of other registers: what it counts, who keeps it, and its latest years."""
    if context is None or context.empty:
        return []
    yearly = by_year(context)
    rows = []
    for _, own in yearly.groupby("series_id", sort=False):
        first: Row = own.iloc[0].to_dict()
        shown = "; ".join(_year(row, speaker) for row in own.tail(_LATEST).to_dict("records"))
        rows.append(
            [
                f"{_own(first, 'name', speaker)} ({_own(first, 'unit', speaker)})",
                _own(first, "kept_by", speaker),
                shown,
            ]
        )
    return rows


def _year(row: Row, speaker: Speaker) -> str:
    """Return a year and its figure; a year of which the register has some months only says how many."""
    start, end = row["start"], row["end"]
    months = (end.year - start.year) * 12 + end.month - start.month
    last = end.year if end.month > 1 else end.year - 1
    when = f"{start.year}" if last == start.year else f"{start.year}–{last}"
    part = speaker.say("context_months", months=months) if months < 12 else ""
    if pd.isna(row["value"]):
        return f"{when}{part}: {speaker.say('context_withheld')}"
    value = number(row["value"], speaker.language, decimals=0 if row["counted"] else 1)
    return f"{when}{part}: {value}"


def _told(release: Release, speaker: Speaker) -> list[Block]:
    if release.facts is None:
        return []
    rows = release.facts.statements.to_dict("records")
    return [
        {"heading": topic, "lines": [_own(row, "text", speaker) for row in mine]}
        for topic, mine in groupby(rows, key=lambda row: _own(row, "topic", speaker))
    ]


def _size(views: Views, speaker: Speaker) -> Block:
    """Return the sentences on how dense and how scattered scenes are, of the headline step and series."""
    kinds = ("harm_intensity_of_scene", "scene_fragmentation")
    found = [
        finding
        for finding in views.release.findings
        if finding.kind in kinds and finding.step == views.step.id and finding.series == views.series.id
    ]
    lines = [*(speaker.of(finding.statement) for finding in found), speaker.say("size_people")]
    return {"heading": speaker.say("size_heading"), "lines": lines}
