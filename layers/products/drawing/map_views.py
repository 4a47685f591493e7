"""The maps of a release: density of a period, change between two, districts by deprivation. Lays out no page.

Geometry is drawn once; words, which differ by language, are added by `MapView.svg`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from layers.city import Words
from layers.disclosure.release import Release, Surface
from layers.findings.numbers import Language
from layers.products.drawing.contours import crop, filled, level_rings
from layers.products.drawing.svgmap import (
    PT_PER_MM,
    Frame,
    Label,
    clipped,
    document,
    frame_around,
    hatch,
    labels,
    north_arrow,
    path_of,
    path_of_rings,
    round_down,
    scale_bar,
    shape,
    stamp,
)
from layers.products.numbers import decimal_mark
from layers.style import LineName, Style

FONT = "Source Sans Pro"
_MAJOR_WAYS = ("motorway", "trunk", "primary", "secondary", "tertiary")
_MINOR_WAYS_FROM_PT_PER_KM = 35.0  # below this scale small streets run together into a grey sheet
_SMALL_MAP_PT = 300.0  # below this width lines are drawn finer
_HATCH = "#cbc5b7"
_HATCHED_SWATCH = "M0.5 3.7L3.7 0.5M0.5 6.9L6.9 0.5M2.1 8.5L10.1 0.5M5.3 8.5L13.3 0.5M8.5 8.5L15.5 1.5"
OUTLINE_PT = 1.5


@dataclass(frozen=True)
class LegendEntry:
    """A sign of a map and what it means."""

    words: str
    fill: str = "none"
    stroke: str = "none"
    width_pt: float = 0.0
    dashed: bool = False
    hatched: bool = False
    is_line: bool = False

    def swatch(self) -> str:
        """Return the sign as a small SVG of 16 x 9 points."""
        body = "M1 4.5H15" if self.is_line else "M0.5 0.5H15.5V8.5H0.5Z"
        drawn = shape(body, fill=self.fill, stroke=self.stroke, width_pt=self.width_pt, dashed=self.dashed)
        lines = shape(_HATCHED_SWATCH, stroke=_HATCH, width_pt=0.4) if self.hatched else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="16pt" height="9pt" viewBox="0 0 16 9">{drawn}{lines}</svg>'
        )


@dataclass(frozen=True)
class MapView:
    """A map without its words: drawn layers, and labels to set."""

    frame: Frame
    layers: tuple[str, ...]
    scenes: tuple[tuple[str, Words, tuple[float, float, float, float], str], ...]  # sign, name, bounds, colour

    def svg(self, style: Style, language: Language, *, stamped: Words | None, named: bool) -> str:
        """Return the finished map; `named` writes scene names beside their signs, else the key has them."""
        drawn = [*self.layers, *self.wording(style, language, stamped=stamped, named=named)]
        return document(self.frame, drawn, font=FONT, border=style.lines["frame"].colour, ground=style.paper)

    def wording(self, style: Style, language: Language, *, stamped: Words | None, named: bool) -> list[str]:
        """Return what differs by language: signs with names, north, scale, stamp."""
        arrow, arrow_box = north_arrow(self.frame, word=style.words["north"].model_dump()[language], ink=style.ink)
        bar, bar_box = scale_bar(self.frame, ink=style.ink, decimal=decimal_mark(language))
        taken, furniture = [arrow_box, bar_box], [arrow, bar]
        if stamped is not None:
            mark, box = stamp(in_language(stamped, language), colour=style.stamp, size_pt=8.0 if named else 6.5)
            furniture.append(mark)
            taken.append(box)
        wanted = [
            Label(sign, in_language(name, language) if named else "", around, colour)
            for sign, name, around, colour in self.scenes
        ]
        words = labels(self.frame, wanted, taken=taken, size_pt=7.5 if named else 6.5)
        return [words, *furniture]


def in_language(words: Words, language: Language) -> str:
    """Return the words in that language."""
    return words.nb if language == "nb" else words.en


@dataclass(frozen=True)
class Ground:
    """What lies under every map of one frame: drawn once, used by all of them."""

    release: Release
    style: Style
    frame: Frame
    land: str
    below: str  # land and water
    above: str  # streets, drawn over density so that one can find one's way

    def density(self, surface: Surface, breaks: tuple[float, ...]) -> MapView:
        """Density classes of one period, withheld ground hatched, the zones in force during the period."""
        values, grid = crop(surface.values, self.release.grid, self.frame.bounds)
        withheld, _ = crop(surface.masked, self.release.grid, self.frame.bounds)
        whole, edge = filled(values, withheld), self.style.lines["hotspot"]
        drawn = []
        for place, (level, colour) in enumerate(zip(breaks, self.style.density, strict=True)):
            path = path_of_rings(self.frame, level_rings(whole, grid, level))
            rim = {"stroke": edge.colour, "width_pt": edge.width_mm * PT_PER_MM} if place == 0 else {}
            drawn.append(shape(path, fill=colour, **rim))  # type: ignore[arg-type]  # stroke and width by name
        hatched = self._withheld(withheld, f"w-{surface.series}-{surface.period}")
        period = next(p for p in self.release.city.periods if p.id == surface.period)
        shown = in_force(decided(self.release.zones), period.start, period.end)
        layers = (
            self._on_land("".join(drawn), hatched, f"d-{surface.series}-{surface.period}"),
            self.line("zone", shown),
        )
        return MapView(self.frame, (self.below, *layers, self.above, *self.scene_outlines()), self.scene_signs())

    def change(
        self, before: Surface, after: Surface, *, outlined: GeoDataFrame | None = None
    ) -> tuple[MapView, tuple[float, float]]:
        """Change of density between two periods in five classes, and the two edges of the classes.

        Ground withheld in one of the two periods counts as zero in it; withheld in both, it is hatched. Areas that are
        `outlined` get a strong line.
        """
        earlier, _ = crop(before.values, self.release.grid, self.frame.bounds)
        later, _ = crop(after.values, self.release.grid, self.frame.bounds)
        hidden = [crop(s.masked, self.release.grid, self.frame.bounds)[0] for s in (before, after)]
        difference = filled(later, hidden[1]) - filled(earlier, hidden[0])
        edges = change_edges(difference)[::-1]
        on_land = self._differences(difference, hidden[0] & hidden[1], edges, f"change-{after.series}-{after.period}")
        beyond = "" if outlined is None else self._beyond_chance(outlined)
        layers = (self.below, on_land, self.above, beyond, *self.scene_outlines())
        return MapView(self.frame, layers, self.scene_signs()), edges

    def difference(self, values: np.ndarray, edges: tuple[float, float], *, name: str) -> MapView:
        """Differences known on the grid (NaN: withheld) in five classes by their edges, the smaller first; no signs.

        `name` must be unique in the document.
        """
        shown, _ = crop(values, self.release.grid, self.frame.bounds)
        land, _ = crop(np.isfinite(self.release.surfaces[0].values), self.release.grid, self.frame.bounds)
        held, _ = crop(self.release.surfaces[0].masked, self.release.grid, self.frame.bounds)
        withheld = np.isnan(shown) & (land | held)
        on_land = self._differences(np.nan_to_num(shown), withheld, edges, name)
        return MapView(self.frame, (self.below, on_land, self.above), ())

    def _differences(self, difference: np.ndarray, withheld: np.ndarray, edges: tuple[float, float], name: str) -> str:
        """Classes of rises and falls, and hatched ground, on the land."""
        _, grid = crop(self.release.surfaces[0].masked, self.release.grid, self.frame.bounds)
        small, large = edges
        drawn = []
        # falls have a dashed rim: printed in grey, purple and orange look alike
        falls_and_rises = ((-difference, self.style.change[1::-1], True), (difference, self.style.change[3:], False))
        for field_, (light, dark), is_fall in falls_and_rises:
            for level, colour in ((small, light), (large, dark)):
                path = path_of_rings(self.frame, level_rings(field_, grid, level))
                drawn.append(
                    shape(path, fill=colour, stroke=self.style.lines["hotspot"].colour, width_pt=0.5, dashed=is_fall)
                )
        return self._on_land("".join(drawn), self._withheld(withheld, f"w-{name}"), f"d-{name}")

    def _beyond_chance(self, outlined: GeoDataFrame) -> str:
        """Strong lines in ink on a white rim, dashed around falls."""
        drawn = []
        for direction, rows in outlined.groupby("direction"):
            path = path_of(self.frame, rows.geometry)
            drawn.append(shape(path, stroke="#ffffff", width_pt=OUTLINE_PT + 1.2))
            drawn.append(shape(path, stroke=self.style.ink, width_pt=OUTLINE_PT, dashed=direction == "fall"))
        return "".join(drawn)

    def districts(self) -> MapView:
        """Districts in fifths of deprivation rank, with the scenes."""
        districts, drawn = self.release.districts, []
        fifths = fifth_of(districts["deprivation_rank"].to_numpy(dtype=float))
        for fifth, colour in enumerate(self.style.deprivation, start=1):
            drawn.append(shape(path_of(self.frame, districts.geometry[fifths == fifth]), fill=colour))
        unranked = path_of(self.frame, districts.geometry[fifths == 0])
        drawn.append(shape(unranked, fill=self.style.paper))
        drawn.append(clipped(hatch(self.frame, stroke=_HATCH, gap_pt=4), unranked, name="unranked") if unranked else "")
        drawn.append(self.line("district", districts))
        return MapView(self.frame, (self.below, *drawn, *self.scene_outlines()), self.scene_signs())

    def _on_land(self, density: str, hatched: str, name: str) -> str:
        return clipped(density + hatched, self.land, name=name)

    def _withheld(self, withheld: np.ndarray, name: str) -> str:
        _, grid = crop(self.release.surfaces[0].masked, self.release.grid, self.frame.bounds)
        path = path_of_rings(self.frame, level_rings(withheld.astype(float), grid, 0.5))
        return (
            clipped(shape(path, fill=self.style.masked) + hatch(self.frame, stroke=_HATCH), path, name=name)
            if path
            else ""
        )

    def line(self, name: LineName, rows: GeoDataFrame) -> str:
        """Outlines of the rows in a line of the style, finer on small maps."""
        line = self.style.lines[name]
        width = line.width_mm * PT_PER_MM * (0.6 if self.frame.width_pt < _SMALL_MAP_PT else 1.0)
        return shape(path_of(self.frame, rows.geometry), stroke=line.colour, width_pt=width, dashed=line.dashed)

    def scene_outlines(self) -> list[str]:
        """Outlines of the scenes, each in its colour on a white rim."""
        width = self.style.lines["scene"].width_mm * PT_PER_MM
        return [
            shape(path_of(self.frame, [place]), stroke="#ffffff", width_pt=width + 1.2)
            + shape(path_of(self.frame, [place]), stroke=self.style.scene_colour(position), width_pt=width)
            for position, place in enumerate(self.release.scenes.geometry)
        ]

    def scene_signs(self) -> tuple[tuple[str, Words, tuple[float, float, float, float], str], ...]:
        """Sign, name, bounds and colour of each scene."""
        rows = self.release.scenes.itertuples()
        return tuple(
            (
                sign_of(position),
                Words(nb=row.name_nb, en=row.name_en),
                row.geometry.bounds,
                self.style.scene_colour(position),
            )
            for position, row in enumerate(rows)
        )


def ground(
    release: Release, style: Style, bounds: tuple[float, float, float, float], *, size_pt: tuple[float, float]
) -> Ground:
    """Draw what lies under the maps that show `bounds` (metres) on paper of that size."""
    frame = frame_around(bounds, width_pt=size_pt[0], height_pt=size_pt[1])
    coast = style.lines["coast"]
    land = path_of(frame, release.window.geometry)
    water = path_of(frame, release.water.geometry) if release.water is not None else ""
    below = shape(water, fill=style.water) + shape(
        land, fill=style.land, stroke=coast.colour, width_pt=coast.width_mm * PT_PER_MM
    )
    return Ground(release, style, frame, land, below, _streets(release, style, frame))


def focus_bounds(release: Release) -> tuple[float, float, float, float]:
    """Bounds (metres) around all scenes, with room for the density that spreads from them."""
    west, south, east, north = release.scenes.total_bounds.tolist()
    margin = max(5 * release.city.density.bandwidth_m, 0.25 * max(east - west, north - south))
    return west - margin, south - margin, east + margin, north + margin


def change_edges(difference: np.ndarray) -> tuple[float, float]:
    """Return the edges of the large and the small class of change: half and a fifth of the largest, rounded down."""
    largest = float(np.max(np.abs(difference)))
    return (round_down(largest / 2), round_down(largest / 5)) if largest > 0 else (2.0, 1.0)


def fifth_of(rank: np.ndarray) -> np.ndarray:
    """Fifth of deprivation of each district from its rank in [0, 1]: 1 least, 5 most deprived, 0 without a rank."""
    return np.where(np.isnan(rank), 0, np.clip(np.ceil(np.nan_to_num(rank) * 5), 1, 5)).astype(int)


def decided(zones: GeoDataFrame) -> GeoDataFrame:
    """Zones that somebody decided on; a zone of kind `place` only tells where something is."""
    return zones[zones["kind"] != "place"]


def in_force(zones: GeoDataFrame, start: date, end: date) -> GeoDataFrame:
    """Zones whose validity overlaps the half-open span of days; an open end is still in force."""
    rows = zip(zones["valid_from"], zones["valid_to"], strict=True)
    overlaps = [valid_from < end and (pd.isna(valid_to) or valid_to > start) for valid_from, valid_to in rows]
    return zones[np.array(overlaps, dtype=bool)]


def sign_of(position: int) -> str:
    """Return the letter of the scene at that position in the city's file."""
    return chr(ord("A") + position % 26)


def _streets(release: Release, style: Style, frame: Frame) -> str:
    if release.streets is None:
        return ""
    line, small = style.lines["street"], frame.pt_per_m * 1000 < _MINOR_WAYS_FROM_PT_PER_KM
    major = release.streets["highway"].isin(_MAJOR_WAYS).to_numpy()
    if not major.any():  # a file of the main roads alone, in classes of its own
        major = ~major
    width = line.width_mm * PT_PER_MM
    minor = "" if small else shape(path_of(frame, release.streets.geometry[~major]), stroke=line.colour, width_pt=width)
    return minor + shape(path_of(frame, release.streets.geometry[major]), stroke=line.colour, width_pt=width * 2)
