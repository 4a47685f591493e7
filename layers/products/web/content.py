"""What the page says in one language, as data for its template: the atlas's answers, and what only a screen can do."""

from functools import partial
from typing import Any

import pandas as pd

from layers.disclosure.release import Release
from layers.findings.numbers import number
from layers.products.atlas import atlas_content
from layers.products.atlas.pages import beyond_chance
from layers.products.atlas.parts import Block
from layers.products.drawing import alt_text, legends
from layers.products.drawing.map_views import sign_of
from layers.products.numbers import short, span
from layers.products.web.choices import choices
from layers.products.web.further import further_parts
from layers.products.web.maps import Maps
from layers.products.web.words import said
from layers.products.words import Speaker


def page_content(release: Release, maps: Maps, speaker: Speaker) -> Block:
    """Return everything the template sets in this language."""
    views = maps.views
    return {
        **atlas_content(views, speaker),
        "said": partial(said, speaker=speaker),
        "city": speaker.of(release.city.name),
        "files": _files(release, speaker),
        "density": _densities(maps, speaker),
        "changes": _changes(maps, speaker),
        "districts": _districts(release, maps, speaker),
        "scene_table": _scene_table(release, speaker),
        "line_up": _line_up(maps, speaker),
        "choices": choices(release, speaker),
        **further_parts(maps, maps.further, speaker),
    }


def _densities(maps: Maps, speaker: Speaker) -> Block:
    views, release = maps.views, maps.views.release
    shown = []
    for surface, view in maps.densities:
        period = views.period(surface.period)
        alt = alt_text.density_sentence(views.release, surface, views.breaks[0], speaker)
        shown.append(
            {
                "name": speaker.of(period.name),
                "dates": span(period.start, min(period.end, release.run.data_until), speaker.language),
                "svg": maps.svg(view, speaker.language, alt=alt),
                "alt": alt,
                "new": [m.words(speaker) for m in views.measures if period.start <= m.start < period.end],
            }
        )
    return {"maps": shown, "legend": legends.density(views, speaker), "unit": speaker.say("density_unit")}


def _changes(maps: Maps, speaker: Speaker) -> Block:
    views, shown = maps.views, []
    for step, before, after, view, edges in maps.changes:
        names = {
            "before": speaker.of(views.period(before.period).name),
            "after": speaker.of(views.period(after.period).name),
        }
        alt = alt_text.change_sentence(views.release, before, after, speaker)
        shown.append(
            {
                "name": speaker.say("answer_map", **names),
                "svg": maps.svg(view, speaker.language, alt=alt),
                "alt": alt,
                "legend": legends.change(views, speaker, edges=edges),
                "note": beyond_chance(views, speaker) if step.id == views.step.id else "",
            }
        )
    return {"maps": shown, "unit": speaker.say("density_unit")}


def _districts(release: Release, maps: Maps, speaker: Speaker) -> Block:
    alt = alt_text.districts_sentence(release, speaker)
    return {
        "svg": maps.svg(maps.districts, speaker.language, alt=alt),
        "alt": alt,
        "legend": legends.fifths(maps.views, speaker),
        "table": _district_table(release, speaker),
    }


def _district_table(release: Release, speaker: Speaker) -> Block:
    """Return registered incidents a day of the headline series, by district and period; withheld ones say so."""
    series = release.city.harm.series[0]
    counts = release.district_counts[release.district_counts["series"] == series.id]
    keys = zip(counts["district_id"], counts["period"], strict=True)
    rates = dict(zip(keys, counts["incidents_per_day"], strict=True))
    rows = []
    for _, row in release.districts.sort_values("district_id").iterrows():
        rank = row["deprivation_rank"]
        head = [_cell(str(row["name"]), speaker), _cell(None if pd.isna(rank) else float(rank), speaker, decimals=2)]
        rows.append(head + [_rate(rates.get((row["district_id"], p.id)), speaker) for p in _counted(release)])
    columns = [said("district", speaker), said("rank", speaker), *(speaker.of(p.name) for p in _counted(release))]
    return {"columns": columns, "rows": rows, "caption": said("district_table", speaker)}


def _scene_table(release: Release, speaker: Speaker) -> Block:
    rows = []
    for place, scene in enumerate(release.scenes.itertuples()):
        name = scene.name_nb if speaker.language == "nb" else scene.name_en
        for series in release.city.harm.series:
            counts = release.scene_counts
            mine = counts[(counts["series"] == series.id) & (counts["scene_id"] == scene.scene_id)]
            rates = mine.set_index("period")["incidents_per_day"]
            head = [_cell(f"{sign_of(place)} {name}", speaker), _cell(speaker.of(series.name), speaker)]
            rows.append(head + [_rate(rates.get(p.id), speaker) for p in _counted(release)])
    columns = [said("place", speaker), said("series", speaker), *(speaker.of(p.name) for p in _counted(release))]
    return {"columns": columns, "rows": rows, "caption": said("scene_table", speaker)}


def _counted(release: Release) -> list[Any]:
    return [p for p in release.city.periods if p.start < release.run.data_until]


def _cell(value: str | float | None, speaker: Speaker, *, decimals: int = 1) -> dict[str, Any]:
    """Return a cell: its words, and what it is sorted by."""
    if value is None:
        return {"words": "–", "sort": "", "is_number": True}
    if isinstance(value, str):
        return {"words": value, "sort": value.casefold(), "is_number": False}
    return {"words": number(value, speaker.language, decimals=decimals), "sort": repr(value), "is_number": True}


def _rate(value: float | None, speaker: Speaker) -> dict[str, Any]:
    if value is None or pd.isna(value):
        return {"words": speaker.say("withheld"), "sort": "", "is_number": True}
    return {"words": short(float(value), speaker.language), "sort": repr(float(value)), "is_number": True}


def _line_up(maps: Maps, speaker: Speaker) -> Block | None:
    """Return eight maps without names; which one is real is told only when asked."""
    line_up = maps.views.release.line_up
    if line_up is None:
        return None
    letters = [sign_of(place) for place in range(len(maps.line_up))]
    return {
        "maps": [
            {
                "sign": letter,
                "svg": maps.svg(view, speaker.language, alt=said("line_up_map", speaker, sign=letter), named=False),
            }
            for letter, view in zip(letters, maps.line_up, strict=True)
        ],
        "real": letters[line_up.real],
        "right": said("line_up_right", speaker, sign=letters[line_up.real]),
    }


def _files(release: Release, speaker: Speaker) -> list[tuple[str, str]]:
    city = release.city.city
    return [
        (f"maps/atlas-{speaker.language}.pdf", said("file_atlas", speaker)),
        (f"{city}.gpkg", said("file_gpkg", speaker)),
        ("tables/districts.csv", said("file_tables", speaker)),
        ("findings.json", said("file_findings", speaker)),
        ("manifest.json", said("file_manifest", speaker)),
    ]
