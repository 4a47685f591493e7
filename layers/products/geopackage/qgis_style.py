"""How each layer looks in QGIS: renderer, labels, time, aliases, as QML. Owns no colour (style.py) and no project."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

import numpy as np

from layers.disclosure.release import Release
from layers.products.geopackage import qgis_xml as qx
from layers.products.geopackage.derived import STAMPS_ACROSS
from layers.products.geopackage.looks_by_period import districts_by_period, districts_by_role, rings, scenes_by_period
from layers.products.geopackage.qgis_look import Look, class_labels
from layers.products.records import both
from layers.style import Style, round_breaks

_DISTRICT_ALPHA = 130  # density must be read on top
_CHANGE_ALPHA = 190  # streets and districts stay legible below
_DISTRICT_NAMES_TO = 40_000  # beyond 1:40,000 names of districts would cover the map
_OTHER_NAMES_TO = 100_000
_VIEW_M = 0.2  # width of a small map on a screen
_FIFTH = 'CASE WHEN "deprivation_rank" IS NULL THEN 0 ELSE min(5, floor("deprivation_rank" * 5) + 1) END'


def look(name: str, release: Release, style: Style) -> Look:
    """Return how the layer `name` looks; a table looks like nothing."""
    makers: dict[str, Callable[[Release, Style], Look]] = {
        "hotspots": _hotspots,
        "hotspots_latest": _hotspots,
        "hotspot_outlines": _hotspot_outlines,
        "changes": _changes,
        "flows": lambda _, style: Look(qx.single(_line(style, "flow"))),
        "scenes": _scenes,
        "scenes_by_period": scenes_by_period,
        "districts": _districts,
        "districts_by_period": districts_by_period,
        "districts_by_role": districts_by_role,
        "rings": rings,
        "zones": _zones,
        "interventions": _interventions,
        "practices": _practices,
        "services": _services,
        "streets": lambda _, style: Look(qx.single(_line(style, "street"))),
        "street_density": _street_density,
        "withheld": lambda _, style: Look(qx.single(qx.fill(style.masked, outline=None))),
        "window": _window,
        "water": lambda _, style: Look(qx.single(qx.fill(style.water, outline=style.lines["coast"].colour))),
        "simulated": _simulated,
    }
    return makers[name](release, style) if name in makers else Look()


def qml(name: str, columns: Sequence[str], release: Release, style: Style) -> str:
    """Return the style of a vector layer as QML."""
    drawn = look(name, release, style)
    root = qx.element("qgis", *vector_parts(name, columns, drawn, style), version=qx.QGIS_VERSION)
    root.set("styleCategories", "AllStyleCategories")
    root.set("labelsEnabled", str(int(drawn.labeling is not None)))
    root.set("readOnly", "1")
    return qx.document(root)


def vector_parts(name: str, columns: Sequence[str], drawn: Look, style: Style) -> list[ET.Element]:
    """Return the elements that QML and a project's layer have in common."""
    aliases = [qx.element("alias", field=c, index=i, name=both(style.column(name, c))) for i, c in enumerate(columns)]
    parts = [drawn.temporal, drawn.renderer, drawn.labeling]
    return [
        *(part for part in parts if part is not None),
        qx.element("aliases", *aliases),
        qx.element("mapTip", text=_map_tip(name, columns, style)),
        qx.element("layerOpacity", text="1"),
    ]


def _line(style: Style, name: str) -> ET.Element:
    line = style.lines[name]  # type: ignore[index]  # names are literals of this module
    return qx.line(line.colour, width_mm=line.width_mm, dashed=line.dashed)


def _hotspots(_release: Release, style: Style) -> Look:
    edge = style.lines["hotspot"]
    area = qx.fill(style.density[2], outline=edge.colour, width_mm=edge.width_mm, alpha=60)
    return Look(qx.single(area), temporal=qx.temporal_fields("period_start", "period_end"))


def _hotspot_outlines(_release: Release, style: Style) -> Look:
    """Upon a raster a fill would shift the colours away from those of the legend."""
    edge = style.lines["hotspot"]
    area = qx.fill(None, outline=edge.colour, width_mm=edge.width_mm)
    return Look(qx.single(area), temporal=qx.temporal_fields("period_start", "period_end"))


def _changes(_release: Release, style: Style) -> Look:
    """Rises and falls; the dashed rim tells a fall without colour, and on districts as violet as it is."""
    strong_fall, fall, _, rise, strong_rise = style.change
    rim = style.lines["hotspot"].width_mm
    risen = qx.fill(rise, outline=strong_rise, width_mm=rim, alpha=_CHANGE_ALPHA)
    fallen = qx.fill(fall, outline=strong_fall, width_mm=1.5 * rim, alpha=_CHANGE_ALPHA, pattern="dash")
    words = style.words
    classes = [
        qx.Class(risen, both(words["rise"]), value="rise"),
        qx.Class(fallen, both(words["fall"]), value="fall"),
    ]
    return Look(qx.categorised("direction", classes))


def _scenes(release: Release, style: Style) -> Look:
    classes = []
    for position, row in enumerate(release.scenes.itertuples()):
        area = qx.fill(None, outline=style.scene_colour(position), width_mm=style.lines["scene"].width_mm)
        classes.append(qx.Class(area, f"{row.name_nb} / {row.name_en}", value=str(row.scene_id)))
    text = qx.Text(style.ink, size_pt=9, bold=True, place="outside", priority=10)
    return Look(qx.categorised("scene_id", classes), qx.labels('"name_nb"', text))


def _districts(_release: Release, style: Style) -> Look:
    edge = style.lines["district"]
    least, most, none = (both(style.words[word]) for word in ("least_deprived", "most_deprived", "unranked"))
    names = [f"1 ({least})", "2", "3", "4", f"5 ({most})"]
    unranked = qx.fill(edge.colour, outline=edge.colour, width_mm=edge.width_mm, alpha=90, pattern="b_diagonal")
    classes = [qx.Class(unranked, none, value="0")]
    for fifth, (label, colour) in enumerate(zip(names, style.deprivation, strict=True), start=1):
        area = qx.fill(colour, outline=edge.colour, width_mm=edge.width_mm, alpha=_DISTRICT_ALPHA)
        classes.append(qx.Class(area, label, value=str(fifth)))
    text = qx.Text(style.ink, size_pt=7, opacity=0.7, priority=0, smallest_scale=_DISTRICT_NAMES_TO)
    return Look(qx.categorised(_FIFTH, classes), qx.labels('"name"', text))


def _zones(_release: Release, style: Style) -> Look:
    edge = style.lines["zone"]
    area = qx.fill(edge.colour, outline=edge.colour, width_mm=edge.width_mm, alpha=20, pattern="dash")
    # a zone of kind `place` only tells where something is: nobody decided on it, and its day is none
    decided = f"{_kind_in_words(style)} || ' ' || format_date(\"valid_from\", 'yyyy-MM-dd')"
    said = f"CASE WHEN \"kind\" <> 'place' THEN {decided} END"
    text = qx.Text(edge.colour, size_pt=7, place="outside", priority=4, smallest_scale=_OTHER_NAMES_TO)
    return Look(qx.single(area), qx.labels(said, text), qx.temporal_fields("valid_from", "valid_to"))


def _kind_in_words(style: Style) -> str:
    """Return an expression that says the kind of a zone in words, or as it stands where there are none."""
    known = {key.removeprefix("kind "): words.nb for key, words in style.words.items() if key.startswith("kind ")}
    cases = " ".join(f"WHEN \"kind\" = '{kind.replace(' ', '_')}' THEN '{words}'" for kind, words in known.items())
    return f"CASE {cases} ELSE replace(\"kind\", '_', ' ') END"


def _interventions(_release: Release, style: Style) -> Look:
    edge = style.lines["intervention"]
    area = qx.fill(None, outline=edge.colour, width_mm=edge.width_mm)
    said = "replace(\"name\", '_', ' ') || ' ' || format_date(\"start\", 'yyyy-MM-dd')"
    text = qx.Text(style.ink, size_pt=7, place="outside", priority=6, smallest_scale=_OTHER_NAMES_TO)
    return Look(qx.single(area), qx.labels(said, text), qx.temporal_fields("start", "end"))


def _practices(_release: Release, style: Style) -> Look:
    edge = style.lines["intervention"]
    area = qx.fill(None, outline=edge.colour, width_mm=edge.width_mm)
    text = qx.Text(style.ink, size_pt=7, place="outside", priority=5, smallest_scale=_OTHER_NAMES_TO)
    return Look(qx.single(area), qx.labels('"name_nb"', text), qx.temporal_fields("start", "end"))


def _services(_release: Release, style: Style) -> Look:
    point = qx.marker("square", style.service, size_mm=2.6)
    text = qx.Text(style.service, size_pt=7, place="beside")
    return Look(qx.single(point), qx.labels('"name"', text))


def _street_density(release: Release, style: Style) -> Look:
    table = release.streets_density
    breaks = round_breaks(np.empty(0) if table is None else table["incidents_per_km_year"].to_numpy(float))
    labels = class_labels(breaks, style.words["street_density_unit"].nb)[1:]
    classes = [
        qx.Class(qx.line(colour, width_mm=0.5 + 0.35 * n), label, lower=low, upper=high)
        for n, (colour, label, low, high) in enumerate(
            zip(style.density, labels, breaks, (*breaks[1:], 1e12), strict=True)
        )
    ]
    column = "incidents_per_km_year"
    return Look(qx.graduated(column, classes), temporal=qx.temporal_fields("period_start", "period_end"))


def _window(release: Release, style: Style) -> Look:
    """Land; of an invented city with the stamp in the middle of a view too near to hold a point that carries it."""
    ground = qx.single(qx.fill(style.land, outline=None))
    if not release.stamp:
        return Look(ground)
    west, south, east, north = release.window.total_bounds
    nearer_than = round(max(east - west, north - south) / STAMPS_ACROSS / _VIEW_M)
    text = qx.Text(
        style.stamp, size_pt=14, bold=True, opacity=0.35, halo=False, always=True, smallest_scale=nearer_than
    )
    return Look(ground, qx.labels(f"'{release.stamp.nb} / {release.stamp.en}'", text))


def _simulated(_release: Release, style: Style) -> Look:
    text = qx.Text(style.stamp, size_pt=10, bold=True, opacity=0.5, halo=False, always=True)
    return Look(qx.nothing(), qx.labels('"text"', text))


def _map_tip(name: str, columns: Sequence[str], style: Style) -> str:
    """Return what hovering shows: the first columns in words."""
    rows = (f'<tr><td>{style.column(name, c).nb}</td><td>[% "{c}" %]</td></tr>' for c in columns[:9] if c != "fid")
    return f"<table>{''.join(rows)}</table>"
