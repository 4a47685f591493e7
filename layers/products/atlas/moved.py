"""The page of least effort: the flow map, and its figures beside years without an event, as data. Follows nobody."""

from layers.disclosure.release import Finding
from layers.products.atlas.parts import Block, picture, titled
from layers.products.drawing import charts, legends
from layers.products.drawing.curves import beside_quiet_years
from layers.products.drawing.further import FlowMap, FurtherViews
from layers.products.drawing.map_views import LegendEntry
from layers.products.drawing.views import Views
from layers.products.numbers import NO_BREAK, scale_of, short, unit_words
from layers.products.words import Speaker

_STRIP_PT = 132.0
_KINDS = ("harm_moved_mean_distance_m", "total_variation", "burden_transfer", "centre_shift_m")


def moved_page(views: Views, further: FurtherViews, speaker: Speaker) -> Block | None:
    """Return map and figures of the headline step and series; none where nothing changed place."""
    flows = further.flows
    found = [f for f in views.release.findings if f.series == views.series.id and f.step == views.step.id]
    figures = [f for kind in _KINDS for f in found if f.kind == kind and f.estimate is not None]
    if flows is None or not figures:
        return None
    before, after = (speaker.of(views.period(p).name) for p in (views.step.from_period, views.step.to_period))
    name = speaker.say("moved_title")
    return {
        "title": titled("moved_title", views.release, speaker),
        "intro": speaker.say("moved_intro", series=speaker.of(views.series.name), before=before, after=after),
        "answer": _answer(figures, speaker),
        "map": picture(views, flows.view, _alt(views, flows, speaker), speaker, name=name, named=True),
        "legend": {"heading": speaker.say("moved_unit"), "entries": _legend(views, flows, speaker)},
        "places": {"heading": speaker.say("places"), "entries": legends.places(views, speaker)},
        "note": f"{_note(figures, speaker)} {speaker.say('flows_left_out', count=flows.left_out)}".strip(),
        "figures": {
            "heading": speaker.say("quiet_heading"),
            "intro": speaker.say("quiet_intro") + _truth(figures, speaker),
            "columns": [speaker.say(k) for k in ("column_question", "column_figure", "column_plot", "column_quiet")],
            "rows": [_row(views, f, speaker) for f in figures],
        },
    }


def _answer(figures: list[Finding], speaker: Speaker) -> str:
    """Say how many of the figures lie outside what quiet years give; nothing where there are no such years."""
    known = [f for f in figures if {"placebo_low", "placebo_high"} <= set(f.parts)]
    beyond = sum(not f.parts["placebo_low"] <= (f.estimate or 0.0) <= f.parts["placebo_high"] for f in known)
    return speaker.say("moved_answer", count=beyond, all=len(known)) if known else ""


def _alt(views: Views, flows: FlowMap, speaker: Speaker) -> str:
    """Name the widest arrow, how many are drawn, and what they are not."""
    names = {s.id: speaker.of(s.name) for s in views.release.city.scenes}
    names |= dict(zip(views.release.districts["district_id"], views.release.districts["name"].astype(str), strict=True))
    first = flows.drawn.iloc[0]
    ends = {key: names.get(first[f"{key}_place"], str(first[f"{key}_place"])) for key in ("from", "to")}
    per_day = short(flows.most_per_day, speaker.language)
    return speaker.say("alt_flows", count=len(flows.drawn), per_day=per_day, start=ends["from"], end=ends["to"])


def _legend(views: Views, flows: FlowMap, speaker: Speaker) -> legends.Entries:
    colour, unit = views.style.lines["flow"].colour, NO_BREAK + speaker.say("per_day")
    rows = [
        LegendEntry(
            short(share * flows.most_per_day, speaker.language) + unit,
            stroke=colour,
            width_pt=max(4.5 * share, 0.5),
            is_line=True,
        )
        for share in (1.0, 0.5, 0.1)
    ]
    return [{"svg": row.swatch(), "words": row.words} for row in rows]


def _note(figures: list[Finding], speaker: Speaker) -> str:
    said = next((f.parts for f in figures if "open_per_day" in f.parts), None)
    if said is None:
        return ""
    keys = {"moves": "open_per_day", "ends": "ended_per_day", "arises": "arisen_per_day", "price": "price_m"}
    return speaker.say("moved_note", **{key: short(said[part], speaker.language) for key, part in keys.items()})


def _truth(figures: list[Finding], speaker: Speaker) -> str:
    return f" {speaker.say('steps_truth')}" if any(f.truth is not None for f in figures) else ""


def _row(views: Views, finding: Finding, speaker: Speaker) -> Block:
    scale, unit = scale_of(finding.unit), unit_words(finding.unit, speaker.language)
    parts, estimate = finding.parts, (finding.estimate or 0.0) * scale
    known = all(f"placebo_{end}" in parts for end in ("low", "median", "high"))
    low, middle, high = (parts.get(f"placebo_{end}", 0.0) * scale for end in ("low", "median", "high"))
    quiet = (low, middle, high) if known else None
    truth = None if finding.truth is None else finding.truth * scale
    figures = [estimate, *(quiet or ()), *([] if truth is None else [truth])]
    axis = charts.axis_over(figures, width_pt=_STRIP_PT)
    shown = short(estimate, speaker.language) + unit
    words = speaker.say("no_quiet_years")
    if quiet is not None:
        side = "outside_quiet" if estimate > high or estimate < low else "inside_quiet"
        ends = speaker.say("from_to", low=short(low, speaker.language), high=short(high, speaker.language) + unit)
        words = speaker.say("quiet_years", pairs=short(parts["placebo_pairs"], speaker.language), ends=ends)
        words = f"{words} {speaker.say(side)}"
    return {
        "question": speaker.of(finding.question),
        "estimate": shown,
        "svg": beside_quiet_years(axis, views.look, estimate=estimate, quiet=quiet, truth=truth),
        "alt": f"{shown}. {words}",
        "quiet_years": words,
    }
