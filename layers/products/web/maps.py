"""The maps of the page, drawn once for both languages, each piece of drawing kept once. Words no caption."""

from dataclasses import dataclass, field

import numpy as np

from layers.city import Step
from layers.disclosure.release import Release, Surface
from layers.findings.numbers import Language
from layers.products.drawing.further import FurtherViews, draw_further
from layers.products.drawing.map_views import FONT, MapView, change_edges, focus_bounds, ground
from layers.products.drawing.svgmap import Box
from layers.products.drawing.views import Views, changes_beyond_chance, draw_views
from layers.style import Style

MAP_PT = (640.0, 440.0)
_LINE_UP_PT = (300.0, 206.0)


@dataclass
class Fragments:
    """Drawn pieces by id: maps of one frame share land and streets, and both languages share all but words."""

    drawn: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)

    def use(self, piece: str) -> str:
        """Return a reference to a piece, which is kept at its first use."""
        if not piece:
            return ""
        name = self._ids.setdefault(piece, f"g{len(self._ids)}")
        self.drawn[name] = piece
        return f'<use href="#{name}"/>'


@dataclass(frozen=True)
class Maps:
    """Every map of the page.

    Attributes
    ----------
    views : Views
        The atlas's, for charts, legends and words.
    densities : tuple of (Surface, MapView)
        Periods of the headline series, on one scale.
    changes : tuple of (Step, before, after, MapView, edges)
        Steps of the headline series that have both surfaces.
    districts : MapView
    line_up : tuple of MapView
        Eight, one of them real; empty where it was not computed.
    further : FurtherViews
        Least effort and help within reach, at the atlas's size.
    """

    views: Views
    densities: tuple[tuple[Surface, MapView], ...]
    changes: tuple[tuple[Step, Surface, Surface, MapView, tuple[float, float]], ...]
    districts: MapView
    line_up: tuple[MapView, ...]
    further: FurtherViews
    fragments: Fragments

    def svg(self, view: MapView, language: Language, *, alt: str, named: bool = True) -> str:
        """Return a map in a language for the page: an image to a screen reader, described by `alt`."""
        style, frame = self.views.style, view.frame
        words = view.wording(style, language, stamped=self.views.release.stamp, named=named)
        body = "".join(self.fragments.use(piece) for piece in view.layers) + "".join(words)
        box = f"0 0 {frame.width_pt:.1f} {frame.height_pt:.1f}"
        return (
            f'<svg role="img" aria-label="{_attribute(alt)}" viewBox="{box}" data-box="{box}" '
            f'font-family="{FONT}, sans-serif" preserveAspectRatio="xMidYMid slice">{body}</svg>'
        )


def draw_maps(release: Release, style: Style) -> Maps:
    """Draw every map of the page."""
    views = draw_views(release, style)
    bounds = focus_bounds(release)
    under = ground(release, style, bounds, size_pt=MAP_PT)
    surfaces = {s.period: s for s in release.surfaces if s.series == views.series.id}
    densities = tuple(
        (surfaces[p.id], under.density(surfaces[p.id], views.breaks)) for p in release.city.periods if p.id in surfaces
    )
    changes = []
    for step in release.city.steps:
        if step.from_period in surfaces and step.to_period in surfaces:
            before, after = surfaces[step.from_period], surfaces[step.to_period]
            beyond = changes_beyond_chance(release, series=views.series.id, step=step.id)
            view, edges = under.change(before, after, outlined=beyond)
            changes.append((step, before, after, view, edges))
    whole: Box = tuple(release.districts.total_bounds.tolist())
    districts = ground(release, style, whole, size_pt=MAP_PT).districts()
    return Maps(
        views, densities, tuple(changes), districts, _line_up(release, style, bounds), draw_further(views), Fragments()
    )


def _line_up(release: Release, style: Style, bounds: Box) -> tuple[MapView, ...]:
    if release.line_up is None:
        return ()
    under = ground(release, style, bounds, size_pt=_LINE_UP_PT)
    known = np.stack([np.nan_to_num(values) for values in release.line_up.values])
    large, small = change_edges(known)
    return tuple(
        under.difference(values, (small, large), name=f"line-up-{place}")
        for place, values in enumerate(release.line_up.values)
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
