"""The page of help: what can be reached on foot from each place, with and without entering zones, as data."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.products.atlas.parts import Block, picture, titled
from layers.products.drawing import legends
from layers.products.drawing.further import FurtherViews
from layers.products.drawing.map_views import LegendEntry, decided, in_force
from layers.products.drawing.svgmap import PT_PER_MM, text
from layers.products.drawing.views import Views
from layers.products.measures import plain_name, sentence_case
from layers.products.numbers import NO_BREAK, short, whole
from layers.products.words import Speaker

Row = Mapping[Any, Any]


def reach_page(views: Views, further: FurtherViews, speaker: Speaker) -> Block | None:
    """Return map and table of help within reach; none where the city declares no services."""
    table = views.release.service_access
    if further.access is None or table is None or table.empty:
        return None
    known = [p.id for p in views.release.city.periods if p.id in set(table["period"])]
    first = views.step.from_period if views.step.from_period in known else known[0]
    before, now = table[table["period"] == first], table[table["period"] == known[-1]]
    barred = int((~now["reachable"].astype(bool) & (now["open_services"] > 0)).sum())
    scenes = [(s.id, speaker.of(s.name)) for s in views.release.city.scenes]
    name = speaker.say("reach_title")
    alt = speaker.say("alt_reach", count=len(further.services), names=speaker.join([n for _, n in scenes]))
    speed = short(views.release.city.help.walking_kmh, speaker.language)
    days = {"before": speaker.of(views.period(first).name), "now": speaker.of(views.period(known[-1]).name)}
    keys = ("column_help", "column_nearest", "column_reach_before", "column_reach_now", "column_reach_around")
    return {
        "title": titled("reach_title", views.release, speaker),
        "intro": speaker.say("reach_intro", speed=speed),
        "answer": _barred(barred, speaker),
        "map": picture(views, further.access, alt, speaker, name=name, named=False),
        "legend": {"heading": "", "entries": _legend(views, further, speaker)},
        "places": {"heading": speaker.say("places"), "entries": legends.places(views, speaker)},
        "columns": [speaker.say(key, **days) for key in keys],
        "groups": [
            {"name": speaker.say("from_place", name=name), "rows": _rows(before, now, scene_id, speaker)}
            for scene_id, name in scenes
        ],
        "note": speaker.say("reach_note"),
    }


def _barred(count: int, speaker: Speaker) -> str:
    return speaker.say("reach_barred", count=count) if count else speaker.say("reach_none_barred")


def _rows(before: pd.DataFrame, now: pd.DataFrame, scene_id: str, speaker: Speaker) -> list[list[str]]:
    earlier = before[before["scene_id"] == scene_id].set_index("kind").to_dict("index")
    later = now[now["scene_id"] == scene_id].set_index("kind").to_dict("index")
    return [
        [
            sentence_case(speaker.kind(str(kind))),
            "–" if pd.isna(row["service"]) else plain_name(str(row["service"]), speaker),
            _walk(earlier.get(kind), "walk_m", "minutes", speaker),
            _walk(row, "walk_m", "minutes", speaker),
            _walk(row, "walk_avoiding_zones_m", "minutes_avoiding_zones", speaker),
        ]
        for kind, row in later.items()
    ]


def _walk(row: Row | None, metres: str, minutes: str, speaker: Speaker) -> str:
    """Metres and minutes on foot, or why there are none."""
    if row is None or not row["open_services"]:
        return speaker.say("none_open")
    if pd.isna(row[metres]):
        return speaker.say("out_of_reach")
    far, long = (whole(float(row[key]), speaker.language) for key in (metres, minutes))
    return f"{far}{NO_BREAK}m ({long}{NO_BREAK}min)"


def _legend(views: Views, further: FurtherViews, speaker: Speaker) -> legends.Entries:
    style, last = views.style, views.release.city.periods[-1]
    entries = [
        {"svg": _disc(str(number), style.service), "words": _service(plain_name(row.name_, speaker), row.kind, speaker)}
        for number, row in enumerate(further.services.rename(columns={"name": "name_"}).itertuples(), start=1)
    ]
    kinds = sorted(set(in_force(decided(views.release.zones), last.start, last.end)["kind"]))
    if kinds:
        words = speaker.say("zone_now", kinds=", ".join(speaker.kind(kind) for kind in kinds))
        line = style.lines["zone"]
        row = LegendEntry(words, stroke=line.colour, width_pt=line.width_mm * PT_PER_MM, dashed=True, is_line=True)
        entries.append({"svg": row.swatch(), "words": words})
    return entries


def _service(name: str, kind: str, speaker: Speaker) -> str:
    """Name and kind of a service, once where they are the same."""
    said = speaker.kind(kind)
    return name if name.lower() == said.lower() else f"{name}: {said}"


def _disc(number: str, colour: str) -> str:
    inside = text(number, x=8, y=7.1, size_pt=7, colour="#ffffff", weight=600, anchor="middle")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="16pt" height="9.6pt" viewBox="0 0 16 9.6" '
        f'font-family="Source Sans Pro"><circle cx="8" cy="4.8" r="4.8" fill="{colour}"/>{inside}</svg>'
    )
