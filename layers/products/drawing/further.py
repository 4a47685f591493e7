"""Maps beside the headlines: least effort, help within reach, each place close up. Words and lays out nothing."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from geopandas import GeoDataFrame
from shapely.geometry import LineString

from layers.city import Words
from layers.disclosure.release import Release, Surface
from layers.help import open_on
from layers.products.drawing.map_views import Ground, MapView, decided, ground, in_force
from layers.products.drawing.svgmap import Box, shape
from layers.products.drawing.views import Views

_MAP_PT = (340.0, 270.0)
_FLOW_MAP_PT = (356.0, 330.0)
_CLOSE_PT = (103.0, 78.0)
_CLOSE_MAPS = 3
_AROUND_M = 400.0  # ground shown around services and scenes
_MOST_FLOWS, _SHARE_SHOWN = 40, 0.9  # drawn: the largest flows, until they are so much of what changes place
_WIDEST_PT, _FINEST_PT = 4.5, 0.5


@dataclass(frozen=True)
class FlowMap:
    """The least-effort reading drawn: lines as wide as what they carry, the widest of `most_per_day`."""

    view: MapView
    drawn: GeoDataFrame
    left_out: int  # flows too small to draw
    most_per_day: float


@dataclass(frozen=True)
class FurtherViews:
    """The maps of the later pages; none where the release has nothing to show."""

    flows: FlowMap | None
    access: MapView | None
    services: GeoDataFrame  # open at the end of the data, in the order of their numbers on the map
    close: tuple[tuple[str, tuple[tuple[Surface, MapView], ...]], ...]  # by scene: periods


def draw_further(views: Views) -> FurtherViews:
    """Draw the maps of the later pages."""
    release = views.release
    services, day = release.services, release.run.data_until - timedelta(days=1)
    if not services.empty:
        services = services[open_on(services, day)]
    services = services.sort_values(["kind", "name", "service_id"], kind="stable").reset_index(drop=True)
    return FurtherViews(_flows(views), _access(views, services), services, _close(views))


# ---------------------------------------------------------------- least effort


def _flows(views: Views) -> FlowMap | None:
    flows = views.release.flows
    if flows is None or flows.empty:
        return None
    is_mine = (flows["step"] == views.step.id) & (flows["series"] == views.series.id) & (flows["reading"] == "open")
    moves = flows[is_mine & ~flows.geometry.isna()].copy()
    moves = moves[moves["from_place"] != moves["to_place"]]
    if moves.empty:
        return None
    moves = moves.sort_values(["incidents_per_day", "from_place", "to_place"], ascending=[False, True, True])
    reached = moves["incidents_per_day"].cumsum() / moves["incidents_per_day"].sum()
    count = min(int((reached < _SHARE_SHOWN).sum()) + 1, _MOST_FLOWS, len(moves))
    drawn = moves.iloc[:count]
    under = ground(views.release, views.style, _bounds(views.release, drawn), size_pt=_FLOW_MAP_PT)
    most = float(drawn["incidents_per_day"].max())
    carried = zip(drawn.geometry, drawn["incidents_per_day"], strict=True)
    lines = [_arrow(under, line, per_day / most) for line, per_day in carried]
    layers = (under.below, under.above, under.line("district", views.release.districts), *lines[::-1])
    view = MapView(under.frame, (*layers, *under.scene_outlines()), under.scene_signs())
    return FlowMap(view, drawn, len(moves) - count, most)


def _arrow(under: Ground, line: LineString, share: float) -> str:
    """Draw a straight arrow on a white rim, its width in proportion to what it carries."""
    width = max(_WIDEST_PT * share, _FINEST_PT)
    (x0, y0), (x1, y1) = under.frame.on_paper([line.coords[0], line.coords[-1]])
    length = float(np.hypot(x1 - x0, y1 - y0))
    if length < 2.0:
        return ""
    head = min(3.0 + 1.6 * width, 0.5 * length)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    bx, by = x1 - head * ux, y1 - head * uy
    shaft = f"M{x0:.1f} {y0:.1f}L{bx:.1f} {by:.1f}"
    side = 0.45 * head + 0.3 * width
    tip = f"M{x1:.1f} {y1:.1f}L{bx - side * uy:.1f} {by + side * ux:.1f}L{bx + side * uy:.1f} {by - side * ux:.1f}Z"
    colour = under.style.lines["flow"].colour
    rim = shape(shaft, stroke="#ffffff", width_pt=width + 1.0)
    return rim + shape(shaft, stroke=colour, width_pt=width) + shape(tip, fill=colour, stroke="#ffffff", width_pt=0.4)


# ---------------------------------------------------------------- help within reach


def _access(views: Views, services: GeoDataFrame) -> MapView | None:
    release, style = views.release, views.style
    if release.service_access is None or release.service_access.empty or services.empty:
        return None
    under = ground(release, style, _bounds(release, services), size_pt=_MAP_PT)
    last = release.city.periods[-1]
    zones = in_force(decided(release.zones), last.start, last.end)
    points = under.frame.on_paper([(point.x, point.y) for point in services.geometry])
    squares = [
        shape(f"M{x - 3:.1f} {y - 3:.1f}h6v6h-6Z", fill=style.service, stroke="#ffffff", width_pt=0.8)
        for x, y in points
    ]
    layers = (under.below, under.above, under.line("zone", zones), *under.scene_outlines(), *squares)
    margin_m = 4 / under.frame.pt_per_m
    numbered = tuple(
        (str(number), Words(nb=name, en=name), tuple(point.buffer(margin_m).bounds), style.service)
        for number, (name, point) in enumerate(zip(services["name"], services.geometry, strict=True), start=1)
    )
    return MapView(under.frame, layers, (*under.scene_signs(), *numbered))


# ---------------------------------------------------------------- places close up


def _close(views: Views) -> tuple[tuple[str, tuple[tuple[Surface, MapView], ...]], ...]:
    release = views.release
    surfaces = {s.period: s for s in release.surfaces if s.series == views.series.id}
    shown = [surfaces[period] for period in close_periods(views) if period in surfaces]
    drawn = []
    for scene_id, place in zip(release.scenes["scene_id"], release.scenes.geometry, strict=True):
        west, south, east, north = place.bounds
        half = max(0.75 * max(east - west, north - south), 2.5 * release.city.density.bandwidth_m)
        x, y = (west + east) / 2, (south + north) / 2
        under = ground(release, views.style, (x - half, y - half, x + half, y + half), size_pt=_CLOSE_PT)
        own = tuple(sign for sign in under.scene_signs() if sign[2] == place.bounds)  # others would pile up at the rim
        maps = ((s, under.density(s, views.breaks)) for s in shown)
        drawn.append((scene_id, tuple((s, replace(view, scenes=own)) for s, view in maps)))
    return tuple(drawn)


def close_periods(views: Views) -> list[str]:
    """Return up to three periods in order: both ends of the headline step and the last, then those between."""
    known = [p.id for p in views.release.city.periods if p.start < views.release.run.data_until]
    wanted = [views.step.from_period, views.step.to_period, known[-1], *known]
    chosen = list(dict.fromkeys(p for p in wanted if p in known))[:_CLOSE_MAPS]
    return sorted(chosen, key=known.index)


def _bounds(release: Release, rows: GeoDataFrame) -> Box:
    """Ground around rows and scenes, metres."""
    ends = np.vstack([rows.total_bounds, release.scenes.total_bounds])
    (west, south), (east, north) = ends[:, :2].min(axis=0).tolist(), ends[:, 2:].max(axis=0).tolist()
    margin = max(_AROUND_M, 0.04 * max(east - west, north - south))
    return west - margin, south - margin, east + margin, north + margin
