"""The atlas's map pages as data for its template: answer, periods, who bears it. Sets no type."""

import numpy as np

from layers.findings.numbers import number, percent
from layers.products.atlas.parts import Block, titled, verdict
from layers.products.atlas.series import other_series
from layers.products.drawing import alt_text, charts, legends
from layers.products.drawing.map_views import MapView, sign_of
from layers.products.drawing.svgmap import round_down
from layers.products.drawing.views import TEXT_WIDTH_PT, Views, fifth_shares, lacks_drift, scene_levels
from layers.products.numbers import NO_BREAK, day, estimate_words, interval_words, short, span, value_of
from layers.products.words import Speaker
from layers.release import Finding, Release, Surface

_BARS_PT = 235.0
_WARNINGS_SHOWN = 2


def answer_page(views: Views, speaker: Speaker) -> Block:
    """Page 1: the headline answers with verdicts, the change map, the state of the run."""
    before, after = (views.period(p) for p in (views.step.from_period, views.step.to_period))
    names = {"before": speaker.of(before.name), "after": speaker.of(after.name)}
    return {
        "title": titled("answer_title", views.release, speaker),
        "lede": speaker.say(
            "answer_lede",
            series=speaker.of(views.series.name),
            before_dates=span(before.start, before.end, speaker.language),
            after_dates=span(after.start, after.end, speaker.language),
            origin=_scene_names(views, views.step.origin, speaker),
            receivers=_scene_names(views, views.step.receivers, speaker),
            **names,
        ),
        "cards": [card(f, speaker) for f in views.release.findings if f.headline],
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
        "status": _status(views.release, speaker),
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
        "lines": {"svg": _lines(views, speaker), "alt": f"{said} {measures}".strip()},
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
            source=deprivation.source,
        ),
        "map": picture(
            views,
            views.districts,
            alt_text.districts_sentence(views.release, speaker),
            speaker,
            name=speaker.say("bearers_title"),
            named=True,
        ),
        "legend": {"heading": "", "entries": legends.fifths(views, speaker)},
        "places": {"heading": speaker.say("places"), "entries": legends.places(views, speaker)},
        "shares": _shares(views, speaker),
        "parts": _parts(views, speaker),
        "others": other_series(views, speaker),
    }


# ---------------------------------------------------------------- pieces shared by pages


def card(finding: Finding, speaker: Speaker) -> Block:
    """Return a headline: question, answer in short, figure with interval, verdict."""
    interval = interval_words(finding, speaker.language)
    level = percent(finding.level, speaker.language, decimals=0)
    truth = "" if finding.truth is None else value_of(finding, finding.truth, speaker.language)
    return {
        "question": speaker.of(finding.question),
        "answer": speaker.of(finding.short or finding.statement),
        "estimate": estimate_words(finding, speaker.language),
        "interval": speaker.say("interval_of", level=level, interval=interval)
        if interval
        else speaker.say("no_interval"),
        "caution": speaker.say("no_drift") if lacks_drift(finding) else "",
        "truth": speaker.say("truth_is", truth=truth) if truth else "",
        "verdict": verdict(finding, speaker),
    }


def picture(views: Views, view: MapView, alt: str, speaker: Speaker, *, name: str, named: bool) -> Block:
    """Return a map with its sentence, its place on the ground and its size on paper."""
    svg = view.svg(views.style, speaker.language, stamped=views.release.stamp, named=named)
    if views.release.stamp is not None:
        alt = f"{speaker.of(views.release.stamp)}. {alt}"
    size = {"width": view.frame.width_pt, "height": view.frame.height_pt}
    return {"svg": svg, "alt": alt, "bounds": list(view.frame.bounds), "frame_name": name, **size}


def _scene_names(views: Views, ids: tuple[str, ...], speaker: Speaker) -> str:
    return speaker.join([speaker.quoted(s.name) for s in views.release.city.scenes if s.id in ids])


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
        "dates": span(period.start, period.end, speaker.language),
        "new_heading": speaker.say("starts_in_period") if new else speaker.say("nothing_new"),
        "new": new,
    }


def _lines(views: Views, speaker: Speaker) -> str:
    counts = scene_levels(views.release, views.series.id)
    runs, highest = [], 0.0
    for position, scene_id in enumerate(views.release.scenes["scene_id"]):
        mine = counts[counts["scene_id"] == scene_id].set_index("period")["incidents_per_day"]
        levels = tuple((p.start, p.end, _known(mine.get(p.id))) for p in views.release.city.periods)
        highest = max([highest, *(level for _, _, level in levels if level is not None)])
        runs.append(charts.Run(sign_of(position), views.style.scene_colour(position), levels))
    step = round_down(highest / 2) if highest > 0 else 1.0
    marks = [step * place for place in range(int(np.ceil(highest / step)) + 1 if highest > 0 else 2)]
    words = [short(mark, speaker.language) for mark in marks]
    words[-1] += f"{NO_BREAK}{speaker.say('per_day')}"
    dated = [(m.start, str(m.number)) for m in views.measures]
    chart = charts.Levels(tuple(runs), tuple(marks), tuple(words), tuple(dict.fromkeys(dated)))
    return charts.level_lines(chart, views.look, size_pt=(TEXT_WIDTH_PT, 126.0))


def _known(level: float | None) -> float | None:
    return None if level is None or np.isnan(level) else float(level)


def _shares(views: Views, speaker: Speaker) -> Block:
    """Bars by fifth where districts allow it, else the most deprived fifth alone from its finding."""
    names = {k: speaker.of(views.period(p).name) for k, p in zip(("before", "after"), _ends(views), strict=True)}
    shares = fifth_shares(views.release, series=views.series.id, periods=_ends(views))
    block: Block = {
        "heading": speaker.say("shares_heading"),
        "svg": "",
        "alt": "",
        "caption": speaker.say("shares_missing"),
    }
    rows: list[tuple[str, float, float, str, str]] = []
    if shares is not None:
        triples = enumerate(zip(shares.before, shares.after, shares.districts, strict=True), start=1)
        rows = [_bar(speaker.say(f"fifth_{n}"), b, a, speaker, empty=not behind) for n, (b, a, behind) in triples]
        block["caption"] = speaker.say("shares_caption", **names)
        if shares.left_out:
            block["caption"] += " " + speaker.say("shares_withheld", count=shares.left_out)
    else:
        found = views.findings(series=views.series.id, kind="share_in_most_deprived_fifth_change", step=views.step.id)
        if found and {"share_before", "share_after"} <= set(found[0].parts):
            pair = (found[0].parts["share_before"] / 100, found[0].parts["share_after"] / 100)
            rows = [_bar(speaker.say("fifth_5"), *pair, speaker)]
            block["caption"] = speaker.say("shares_of_fifth_caption", **names)
    if rows:
        said = " ".join(speaker.say("alt_shares_of", name=n, before=b, after=a) for n, _, _, b, a in rows)
        block |= {
            "svg": charts.share_bars(rows, views.look, width_pt=_BARS_PT),
            "alt": speaker.say("alt_shares", rows=said),
        }
    return block


def _bar(
    name: str, before: float, after: float, speaker: Speaker, *, empty: bool = False
) -> tuple[str, float, float, str, str]:
    if empty:
        return name, 0.0, 0.0, speaker.say("no_districts"), ""
    return (
        name,
        before,
        after,
        percent(before, speaker.language, decimals=0),
        percent(after, speaker.language, decimals=0),
    )


def _ends(views: Views) -> tuple[str, str]:
    return views.step.from_period, views.step.to_period


def _parts(views: Views, speaker: Speaker) -> Block | None:
    """Return the shift's contributions from origin, receivers and the rest; none if the finding does not split it."""
    found = views.findings(series=views.series.id, kind="deprivation_of_harm_shift", step=views.step.id)
    if not found or not {"origin", "receivers", "rest"} <= set(found[0].parts):
        return None
    parts = found[0].parts
    rows = [
        (speaker.say(key), parts[key], number(parts[key], speaker.language, decimals=1, signed=True))
        for key in ("origin", "receivers", "rest")
    ]
    said = "; ".join(f"{name} {words}" for name, _, words in rows) + "."
    return {
        "heading": speaker.say("parts_heading"),
        "svg": charts.signed_bars(rows, views.look, width_pt=_BARS_PT),
        "alt": speaker.say("alt_parts", rows=said),
        "caption": speaker.say("parts_caption"),
    }


def _status(release: Release, speaker: Speaker) -> Block:
    dates = [s.upstream_date for s in release.snapshots if s.upstream_date is not None]
    until, as_of = day(release.run.data_until, speaker.language), day(release.run.as_of, speaker.language)
    lines = [speaker.say("status_dates", until=until, as_of=as_of)]
    lines.append(speaker.say("status_sources", count=len(release.snapshots)))
    if dates:
        lines.append(speaker.say("status_oldest", oldest=day(min(dates), speaker.language)))
    lines.append(speaker.say("status_run", run=release.run.run_id))
    warnings = [speaker.of(w) for w in release.warnings] or [speaker.say("no_warnings")]
    if len(warnings) > _WARNINGS_SHOWN:
        warnings = [speaker.say("warnings_elsewhere", count=len(warnings), page=speaker.say("sources_title"))]
    said = [*lines, *warnings, speaker.say("status_contact", contact=release.city.contact)]
    return {"heading": speaker.say("status"), "lines": said}
