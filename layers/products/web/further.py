"""The page's parts on explanations, least effort and help: the atlas's words and figures, with tables that sort."""

import re
from typing import Any

from layers.products.atlas.explained import explained_page
from layers.products.atlas.moved import moved_page
from layers.products.atlas.parts import Block
from layers.products.atlas.reach import reach_page
from layers.products.drawing.further import FurtherViews
from layers.products.drawing.map_views import MapView
from layers.products.numbers import NO_BREAK, short, whole
from layers.products.web.maps import Maps
from layers.products.web.words import said
from layers.products.words import Speaker

_METRES = re.compile(rf"([\d\s]+){NO_BREAK}m\b")


def further_parts(maps: Maps, further: FurtherViews, speaker: Speaker) -> Block:
    """Return the parts as data for the template; none for a part that the release has nothing for."""
    return {
        "explained": explained_page(maps.views, speaker),
        "moved": _moved(maps, further, speaker),
        "reach": _reach(maps, further, speaker),
    }


def _moved(maps: Maps, further: FurtherViews, speaker: Speaker) -> Block | None:
    page = moved_page(maps.views, further, speaker)
    if page is None or further.flows is None:
        return None
    return {**_drawn(page, maps, further.flows.view, speaker, named=True), "table": _flows(maps, further, speaker)}


def _reach(maps: Maps, further: FurtherViews, speaker: Speaker) -> Block | None:
    page = reach_page(maps.views, further, speaker)
    if page is None or further.access is None:
        return None
    rows = [
        [_words(group["name"]), _words(row[0]), _words(row[1]), *(_way(cell) for cell in row[2:])]
        for group in page["groups"]
        for row in group["rows"]
    ]
    columns = [said("way_from", speaker), *page["columns"]]
    table = {"columns": columns, "rows": rows, "caption": page["title"]["words"]}
    return {**_drawn(page, maps, further.access, speaker, named=False), "table": table}


def _drawn(page: Block, maps: Maps, view: MapView, speaker: Speaker, *, named: bool) -> Block:
    """Put the page's own drawing in the place of the atlas's: the same map, its pieces kept once for both languages."""
    alt = page["map"]["alt"]
    return {**page, "map": {"svg": maps.svg(view, speaker.language, alt=alt, named=named), "alt": alt}}


def _flows(maps: Maps, further: FurtherViews, speaker: Speaker) -> Block:
    """Return the arrows that are drawn as a table."""
    release = maps.views.release
    names = {s.id: speaker.of(s.name) for s in release.city.scenes}
    names |= dict(zip(release.districts["district_id"], release.districts["name"].astype(str), strict=True))
    drawn = further.flows.drawn if further.flows is not None else release.scenes.iloc[:0]
    rows = [
        [
            _words(names.get(row["from_place"], str(row["from_place"]))),
            _words(names.get(row["to_place"], str(row["to_place"]))),
            _number(row["incidents_per_day"], short(row["incidents_per_day"], speaker.language)),
            _number(row["walk_m"], whole(row["walk_m"], speaker.language)),
        ]
        for row in drawn.to_dict("records")
    ]
    columns = [said(key, speaker) for key in ("flow_from", "flow_to", "flow_per_day", "flow_walk_m")]
    return {"columns": columns, "rows": rows, "caption": said("flow_table", speaker)}


def _words(words: str) -> dict[str, Any]:
    return {"words": words, "sort": words.casefold(), "is_number": False}


def _number(value: float, words: str) -> dict[str, Any]:
    return {"words": words, "sort": repr(float(value)), "is_number": True}


def _way(words: str) -> dict[str, Any]:
    """Return a way as the atlas says it, sorted by its metres; where there is none it stands last."""
    metres = _METRES.match(words)
    sort = re.sub(r"\s", "", metres[1]) if metres else ""
    return {"words": words, "sort": sort, "is_number": True}
