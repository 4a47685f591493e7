"""The atlas's map pages as data for its template: answer, periods, who bears it. Sets no type."""

from collections.abc import Iterable

import numpy as np

from layers.disclosure.release import Finding, Release, Surface
from layers.findings.numbers import percent
from layers.products.atlas.parts import Block, picture, scene_names, titled, unstamped, verdict
from layers.products.atlas.series import other_series
from layers.products.atlas.shares import curves, parts, shares
from layers.products.atlas.status import status
from layers.products.drawing import alt_text, charts, legends
from layers.products.drawing.map_views import MapView, sign_of
from layers.products.drawing.svgmap import round_down
from layers.products.drawing.views import TEXT_WIDTH_PT, Views, lacks_drift, scene_levels
from layers.products.numbers import NO_BREAK, estimate_words, interval_words, lost_nothing, short, span, value_of
from layers.products.words import Speaker


def answer_page(views: Views, speaker: Speaker) -> Block:
    """Page 1: the headline answers with verdicts, the change map, the state of the run."""
    before, after = (views.period(p) for p in (views.step.from_period, views.step.to_period))
    names, until = {"before": speaker.of(before.name), "after": speaker.of(after.name)}, views.release.run.data_until
    return {
        "title": titled("answer_title", views.release, speaker),
        "lede": speaker.say(
            "answer_lede",
            series=speaker.of(views.series.name),
            before_dates=span(before.start, min(before.end, until), speaker.language),
            after_dates=span(after.start, min(after.end, until), speaker.language),
            origin=scene_names(views, views.step.origin, speaker),
            receivers=scene_names(views, views.step.receivers, speaker),
            **names,
        ),
        "cards": [card(f, views.release, speaker) for f in views.release.findings if f.headline],
        "map_heading": speaker.say("answer_map_heading"),
        "map": picture(
            views,
            views.change,
            f"{alt_text.change_sentence(views.release, *views.ends, speaker)} {beyond_chance(views, speaker)}".strip(),
            speaker,
            name=speaker.say("answer_map", **names),
            named=True,
        ),
        "legend": {"heading": speaker.say("density_unit"), "entries": legends.change(views, speaker)},
        "note": f"{speaker.say('change_note')} {beyond_chance(views, speaker) or speaker.say('change_untested')}",
        "places": {"heading": speaker.say("places"), "entries": legends.places(views, speaker)},
        "status": status(views.release, speaker),
    }


def periods_page(views: Views, speaker: Speaker) -> Block:
    """Page 2: every period of the headline series on one scale, what was new in it, and the lines per scene."""
    counts = scene_levels(views.release, views.series.id)
    signs = legends.signs(views, speaker)
    said = alt_text.lines_sentence(views.release, counts, speaker)
    dated = "; ".join(m.words(speaker) for m in views.measures)
    measures = speaker.say("alt_measures", measures=dated) if dated else ""
    return {
        "title": titled("periods_title", views.release, speaker),
        "intro": speaker.say("periods_intro", series=speaker.of(views.series.name), unit=speaker.say("density_unit")),
        "columns": views.columns,
        "maps": [_period(views, surface, view, speaker) for surface, view in views.densities],
        "legend": {"heading": speaker.say("density_unit"), "entries": legends.density(views, speaker)},
        "lines_heading": speaker.say("lines_heading"),
        "lines": {"svg": lines(views, speaker), "alt": f"{said} {measures}".strip()},
        "lines_caption": speaker.say("lines_caption", signs=signs),
    }


def bearers_page(views: Views, speaker: Speaker) -> Block:
    """Page 3: districts by deprivation with the scenes, shares by fifth, and what the shift comes from."""
    deprivation = views.release.city.deprivation
    return {
        "title": titled("bearers_title", views.release, speaker),
        "intro": speaker.say(
            "bearers_intro",
            indicator=speaker.of(deprivation.name).lower(),
            year=deprivation.year,
            source=speaker.glossed("source", deprivation.source),
        ),
        "map": picture(
            views,
            views.districts,
            alt_text.districts_sentence(views.release, speaker),
            speaker,
            name=speaker.say("bearers_title"),
            named=True,
        ),
        "answer": _most_deprived(views, speaker),
        "legend": {"heading": "", "entries": legends.fifths(views, speaker)},
        "places": {"heading": speaker.say("places"), "entries": legends.places(views, speaker)},
        "shares": shares(views, speaker),
        "parts": parts(views, speaker),
        "curves": curves(views, speaker),
        "others": other_series(views, speaker),
    }


def _most_deprived(views: Views, speaker: Speaker) -> str:
    """Say in short whether the most deprived fifth bears more; nothing where that was not computed."""
    found = views.findings(series=views.series.id, kind="share_in_most_deprived_fifth_change", step=views.step.id)
    return unstamped(found[0].short, views.release, speaker) if found and found[0].short is not None else ""


# ---------------------------------------------------------------- pieces shared by pages


def card(finding: Finding, release: Release, speaker: Speaker) -> Block:
    """Return a headline: question, answer in short, figure with interval, verdict; its page carries the stamp."""
    interval = interval_words(finding, speaker.language)
    level = percent(finding.level, speaker.language, decimals=0)
    truth = "" if finding.truth is None else value_of(finding, finding.truth, speaker.language)
    return {
        "question": speaker.of(finding.question),
        "answer": unstamped(finding.short or finding.statement, release, speaker),
        "estimate": estimate_words(finding, speaker.language),
        "interval": speaker.say("interval_of", level=level, interval=interval)
        if interval
        else speaker.say("nothing_lost" if lost_nothing(finding) else "no_interval"),
        "decides": speaker.say("would_decide", what=speaker.of(finding.would_decide)) if finding.would_decide else "",
        "caution": speaker.say("no_drift") if lacks_drift(finding) else "",
        "truth": speaker.say("truth_is", truth=truth) if truth else "",
        "verdict": verdict(finding, speaker),
    }


def beyond_chance(views: Views, speaker: Speaker) -> str:
    """Say how many areas stand out from shuffled incidents, or that none does; nothing where it was not tested."""
    if views.beyond_chance is None:
        return ""
    directions = views.beyond_chance["direction"].tolist()
    if not directions:
        return speaker.say("none_beyond_chance")
    return speaker.say("beyond_chance", rises=directions.count("rise"), falls=directions.count("fall"))


def _period(views: Views, surface: Surface, view: MapView, speaker: Speaker) -> Block:
    period = views.period(surface.period)
    new = [m.words(speaker) for m in views.measures if period.start <= m.start < period.end]
    alt = alt_text.density_sentence(views.release, surface, views.breaks[0], speaker)
    return {
        **picture(views, view, alt, speaker, name=speaker.of(period.name), named=False),
        "name": speaker.of(period.name),
        "dates": span(period.start, min(period.end, views.release.run.data_until), speaker.language),
        "new_heading": speaker.say("starts_in_period") if new else speaker.say("nothing_new"),
        "new": new,
    }


def lines(views: Views, speaker: Speaker, *, scenes: Iterable[str] | None = None, height_pt: float = 126.0) -> str:
    """Return the headline series at the scenes (all, or those named) through time, on one scale for all of them."""
    counts, wanted = scene_levels(views.release, views.series.id), None if scenes is None else set(scenes)
    runs, highest = [], 0.0
    for position, scene_id in enumerate(views.release.scenes["scene_id"]):
        mine = counts[counts["scene_id"] == scene_id].set_index("period")["incidents_per_day"]
        levels = tuple((p.start, p.end, _known(mine.get(p.id))) for p in views.release.city.periods)
        highest = max([highest, *(level for _, _, level in levels if level is not None)])
        if wanted is None or scene_id in wanted:
            runs.append(charts.Run(sign_of(position), views.style.scene_colour(position), levels))
    step = round_down(highest / 2) if highest > 0 else 1.0
    marks = [step * place for place in range(int(np.ceil(highest / step)) + 1 if highest > 0 else 2)]
    words = [short(mark, speaker.language) for mark in marks]
    words[-1] += f"{NO_BREAK}{speaker.say('per_day')}"
    dated = [(m.start, str(m.number)) for m in views.measures] if wanted is None else []
    chart = charts.Levels(tuple(runs), tuple(marks), tuple(words), tuple(dict.fromkeys(dated)))
    return charts.level_lines(chart, views.look, size_pt=(TEXT_WIDTH_PT, height_pt))


def _known(level: float | None) -> float | None:
    return None if level is None or np.isnan(level) else float(level)
