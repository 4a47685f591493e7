"""The page of places: each place of the chain close up, its line and what was done there, as data. Ranks nothing."""

from layers.disclosure.release import Surface
from layers.products.atlas.pages import lines
from layers.products.atlas.parts import Block, picture, titled
from layers.products.drawing import alt_text, legends
from layers.products.drawing.further import FurtherViews
from layers.products.drawing.map_views import MapView
from layers.products.drawing.views import Views, scene_levels
from layers.products.measures import Measure
from layers.products.numbers import whole
from layers.products.words import Speaker

_NEAR_M = 300.0  # measures as near as this to a place are told of there
_LINE_PT = 56.0


def close_page(views: Views, further: FurtherViews, speaker: Speaker) -> Block:
    """Return every place with the headline series around it, its rate through time, and measures near it."""
    signs = _signs(views, speaker)
    return {
        "title": titled("close_title", views.release, speaker),
        "intro": speaker.say("close_intro", series=speaker.of(views.series.name)),
        "places": [_place(views, scene_id, maps, signs[scene_id], speaker) for scene_id, maps in further.close],
        "legend": {"heading": speaker.say("density_unit"), "entries": legends.density(views, speaker)},
        "caption": speaker.say("close_caption", metres=whole(_NEAR_M, speaker.language)),
    }


def _signs(views: Views, speaker: Speaker) -> dict[str, dict[str, str]]:
    entries = legends.places(views, speaker)
    return dict(zip(views.release.scenes["scene_id"], entries, strict=True))


def _place(
    views: Views,
    scene_id: str,
    maps: tuple[tuple[Surface, MapView], ...],
    sign: dict[str, str],
    speaker: Speaker,
) -> Block:
    counts = scene_levels(views.release, views.series.id)
    mine = counts[counts["scene_id"] == scene_id].set_index("period")
    name = next(speaker.of(s.name) for s in views.release.city.scenes if s.id == scene_id)
    levels = ", ".join(alt_text.level_words(mine, p.id, speaker) for p in views.release.city.periods)
    done = [m.words(speaker) for m in measures_near(views, scene_id)]
    return {
        "sign": sign["svg"],
        "name": sign["words"],
        "maps": [_map(views, surface, view, name, speaker) for surface, view in maps],
        "done_heading": speaker.say("done_here" if done else "nothing_done_here"),
        "done": done,
        "lines": {
            "svg": lines(views, speaker, scenes=[scene_id], height_pt=_LINE_PT),
            "alt": speaker.say("alt_lines_of", name=name, levels=levels),
        },
    }


def measures_near(views: Views, scene_id: str) -> list[Measure]:
    """Return the dated measures whose ground lies at the place or within 300 m of it, in order."""
    scenes = views.release.scenes
    place = scenes.geometry[scenes["scene_id"] == scene_id].iloc[0]
    return [
        m
        for m in views.measures
        if m.ground is not None and not m.ground.is_empty and m.ground.distance(place) <= _NEAR_M
    ]


def _map(views: Views, surface: Surface, view: MapView, name: str, speaker: Speaker) -> Block:
    period = speaker.of(views.period(surface.period).name)
    title = speaker.say("close_map", name=name, period=period)
    return {**picture(views, view, title, speaker, name=title, named=False), "caption": period}
