"""Legends and keys of the maps: each sign with its words in one language. Draws no map."""

from layers.products.drawing.map_views import OUTLINE_PT, LegendEntry, decided, sign_of
from layers.products.drawing.svgmap import PT_PER_MM, text
from layers.products.drawing.views import Views
from layers.products.numbers import short
from layers.products.words import Speaker

Entries = list[dict[str, str]]
_THIN_PT = 0.5


def density(views: Views, speaker: Speaker) -> Entries:
    """Density classes from the highest down, withheld ground, zones in force, outlines of the scenes."""
    style, edge = views.style, views.style.lines["hotspot"]
    edges = [short(level, speaker.language) for level in views.breaks]
    rows = [LegendEntry(speaker.say("class_above", low=edges[-1]), fill=style.density[-1])]
    for place in range(len(edges) - 2, -1, -1):
        rim = {"stroke": edge.colour, "width_pt": edge.width_mm * PT_PER_MM} if place == 0 else {}
        words = speaker.say("class_between", low=edges[place], high=edges[place + 1])
        rows.append(LegendEntry(words, fill=style.density[place], **rim))  # type: ignore[arg-type]  # named arguments
    rows.append(
        LegendEntry(speaker.say("below_classes", low=edges[0]), fill=style.land, stroke="#bbb6aa", width_pt=_THIN_PT)
    )
    zone, scene = style.lines["zone"], style.lines["scene"]
    rows.append(LegendEntry(speaker.say("withheld_cells"), fill=style.masked, hatched=True))
    kinds = [speaker.kind(kind) for kind in sorted(set(decided(views.release.zones)["kind"]))]
    if kinds:
        words, width = speaker.say("zone_in_force", kinds=", ".join(kinds)), zone.width_mm * PT_PER_MM
        rows.append(LegendEntry(words, stroke=zone.colour, width_pt=width, dashed=zone.dashed, is_line=True))
    letters = ", ".join(sign_of(place) for place in range(len(views.release.scenes)))
    outline = LegendEntry(
        speaker.say("scene_outline", signs=letters), stroke=style.scene_colour(0), width_pt=scene.width_mm * PT_PER_MM
    )
    return _drawn([*rows, outline])


def change(views: Views, speaker: Speaker, *, edges: tuple[float, float] | None = None) -> Entries:
    """Classes of change from the largest rise to the largest fall, and withheld ground; by default of the headline."""
    style = views.style
    low, high = (short(edge, speaker.language) for edge in edges or views.change_edges)
    keys = ("fall_large", "fall_small", "little_change", "rise_small", "rise_large")
    between = ({"edge": high}, {"low": low, "high": high}, {"edge": low}, {"low": low, "high": high}, {"edge": high})
    rim = style.lines["hotspot"].colour
    colours = (*style.change[:2], style.land, *style.change[3:])
    rows = [
        LegendEntry(speaker.say(key, **said), fill=colour, stroke=rim, width_pt=_THIN_PT, dashed=key.startswith("fall"))
        for key, said, colour in zip(keys, between, colours, strict=True)
    ]
    rows = [*rows[::-1], LegendEntry(speaker.say("withheld_change"), fill=style.masked, hatched=True)]
    directions = set() if views.beyond_chance is None else set(views.beyond_chance["direction"])
    for direction in sorted(directions, reverse=True):  # rise, fall
        words, is_fall = speaker.say(f"outlined_{direction}"), direction == "fall"
        rows.append(LegendEntry(words, stroke=style.ink, width_pt=OUTLINE_PT, dashed=is_fall))
    return _drawn(rows)


def fifths(views: Views, speaker: Speaker) -> Entries:
    """Fifths of deprivation, most deprived first, and districts without a rank if there are any."""
    style, line = views.style, views.style.lines["district"].colour
    rows = [
        LegendEntry(speaker.say(f"fifth_{fifth}"), fill=style.deprivation[fifth - 1], stroke=line, width_pt=_THIN_PT)
        for fifth in range(5, 0, -1)
    ]
    if views.release.districts["deprivation_rank"].isna().any():
        rows.append(
            LegendEntry(speaker.say("unranked"), fill=style.paper, stroke=line, width_pt=_THIN_PT, hatched=True)
        )
    return _drawn(rows)


def places(views: Views, speaker: Speaker) -> Entries:
    """Return the scenes' signs with their names and their role in the headline step."""
    rows = []
    for place, scene in enumerate(views.release.scenes.itertuples()):
        name = scene.name_nb if speaker.language == "nb" else scene.name_en
        role = _role(views, scene.scene_id)
        words = f"{name}: {speaker.say(role)}" if role else name
        rows.append({"svg": _disc(sign_of(place), views.style.scene_colour(place)), "words": words})
    return rows


def signs(views: Views, speaker: Speaker) -> str:
    """Return the scenes' signs with their names, in a row."""
    names = views.release.scenes["name_nb" if speaker.language == "nb" else "name_en"]
    return ", ".join(f"{sign_of(place)} {name}" for place, name in enumerate(names))


def _role(views: Views, scene_id: str) -> str:
    if scene_id in views.step.origin:
        return "origin"
    return "receiver" if scene_id in views.step.receivers else ""


def _disc(sign: str, colour: str) -> str:
    letter = text(sign, x=8, y=7.1, size_pt=7, colour="#ffffff", weight=600, anchor="middle")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="16pt" height="9.6pt" viewBox="0 0 16 9.6" '
        f'font-family="Source Sans Pro"><circle cx="8" cy="4.8" r="4.8" fill="{colour}"/>{letter}</svg>'
    )


def _drawn(rows: list[LegendEntry]) -> Entries:
    return [{"svg": row.swatch(), "words": row.words} for row in rows]
