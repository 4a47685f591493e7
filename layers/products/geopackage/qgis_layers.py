"""Layers of a QGIS project: their definitions, titles and relative paths. Owns no colour and no order of layers."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from layers.disclosure.release import ChangeSurface, Release, Surface
from layers.products.geopackage import qgis_xml as qx
from layers.products.geopackage.frames import Span
from layers.products.geopackage.qgis_raster import change_raster_parts, raster_parts
from layers.products.geopackage.qgis_style import look, vector_parts
from layers.products.raster import raster_name
from layers.products.records import both, credit_line, stamped
from layers.style import Style, density_breaks

_GEOMETRY = {"MultiPolygon": "Polygon", "MultiLineString": "Line", "Point": "Point", None: "No geometry"}


@dataclass(frozen=True)
class Leaf:
    """A layer in the tree of a project; `element` is its definition."""

    id: str  # ten characters or fewer are replaced by QGIS without a word
    title: str
    source: str
    element: ET.Element
    provider: str = "ogr"
    visible: bool = True


@dataclass(frozen=True)
class Group:
    """A group in the tree; in an exclusive one a single child is shown at a time."""

    title: str
    children: Sequence["Leaf | Group"]
    exclusive: bool = False
    visible: bool = True


@dataclass(frozen=True)
class Tables:
    """What the projects must know of the GeoPackage: columns and kind of geometry of each layer."""

    columns: Mapping[str, Sequence[str]]
    geometry: Mapping[str, str | None]


@dataclass(frozen=True)
class Maker:
    """Makes the layers of a project from a release."""

    release: Release
    style: Style
    tables: Tables
    srs: ET.Element = field(init=False)
    breaks: Mapping[str, tuple[float, ...]] = field(init=False)  # of the density of each series

    def __post_init__(self) -> None:
        series = {surface.series for surface in self.release.surfaces}
        object.__setattr__(self, "srs", qx.reference_system(self.release.city.crs))
        object.__setattr__(self, "breaks", {s: density_breaks(self.release.surfaces, s) for s in series})

    def vector(
        self,
        name: str,
        *,
        only: str = "",
        title: str = "",
        suffix: str = "",
        drawn_as: str = "",
        times: ET.Element | None = None,
        visible: bool = True,
    ) -> Leaf:
        """Return a layer of the GeoPackage, of all its rows or of those where `only` holds, drawn by the look named.

        `times` replaces when its rows are shown by the temporal controller.
        """
        words = self.style.layers[name]
        title = stamped(title or words.title.nb, self.release, layer=name)
        subset = f"|subset={only}" if only else ""
        source = f"./{self.release.city.city}.gpkg|layername={name}{subset}"
        drawn = look(drawn_as or name, self.release, self.style)
        if times is not None:
            drawn = replace(drawn, temporal=times)
        parts = vector_parts(name, self.tables.columns[name], drawn, self.style)
        made = self._layer(f"layer_{name}{suffix}_of_release", title, source, "ogr", parts)
        made.set("type", "vector")
        made.set("geometry", _GEOMETRY[self.tables.geometry[name]])
        made.set("readOnly", "1")
        made.set("labelsEnabled", str(int(drawn.labeling is not None)))
        made.append(metadata(title, both(words.about), self.release, layer=name))
        return Leaf(made.findtext("id", ""), title, source, made, visible=visible)

    def raster(self, surface: Surface, *, during: Span | None = None, visible: bool = True) -> Leaf:
        """Return the raster of a series in a period, shown by the temporal controller in the days of `during`."""
        period = next(p for p in self.release.city.periods if p.id == surface.period)
        series = next(s for s in self.release.city.harm.series if s.id == surface.series)
        title = stamped(f"{self.style.words['density'].nb}: {series.name.nb}, {period.name.nb}", self.release)
        source = f"./rasters/{raster_name(self.release, surface)}.tif"
        parts = raster_parts(self.breaks[surface.series], self.style)
        if during is not None:
            parts.append(qx.temporal_range(*during))
        made = self._layer(f"raster_{surface.series}_{surface.period}_of_release", title, source, "gdal", parts)
        made.set("type", "raster")
        density, unit = self.style.words["density"].en, both(self.style.words["density_unit"])
        about = f"{density}: {series.name.en}, {period.name.en}; {unit}"
        made.append(metadata(title, about, self.release))
        return Leaf(made.findtext("id", ""), title, source, made, provider="gdal", visible=visible)

    def change_raster(self, surface: ChangeSurface, *, visible: bool) -> Leaf:
        """Return the raster of a step's rate ratio."""
        city, words = self.release.city, self.style.words["rate_ratio"]
        names = {period.id: period.name.nb for period in city.periods}
        series = next(s for s in city.harm.series if s.id == surface.series)
        _, _, variant = surface.step.partition(":")
        span = f"{names[surface.from_period]} → {names[surface.to_period]}"
        span += f" ({variant.replace('_', ' ')})" if variant else ""
        title = stamped(f"{words.nb}: {series.name.nb}, {span}", self.release)
        id_ = f"raster_{surface.name.replace('-', '_')}_of_release"
        made = self._layer(id_, title, f"./rasters/{surface.name}.tif", "gdal", change_raster_parts(self.style))
        made.set("type", "raster")
        made.append(metadata(title, f"{both(words)}; {series.name.en}", self.release))
        return Leaf(id_, title, f"./rasters/{surface.name}.tif", made, provider="gdal", visible=visible)

    def _layer(self, id_: str, title: str, source: str, provider: str, parts: Sequence[ET.Element]) -> ET.Element:
        return qx.element(
            "maplayer",
            qx.element("id", text=id_),
            qx.element("datasource", text=source),
            qx.element("layername", text=title),
            qx.element("srs", self.srs),
            qx.element("provider", text=provider, encoding="UTF-8"),
            *parts,
        )


def metadata(title: str, about: str, release: Release, *, tag: str = "resourceMetadata", layer: str = "") -> ET.Element:
    """Return title, description and credits as QGIS keeps them for a layer or a project."""
    return qx.element(
        tag,
        qx.element("type", text="dataset"),
        qx.element("title", text=title),
        qx.element("abstract", text=stamped(about, release, layer=layer)),
        qx.element("rights", text=credit_line(release)),
    )
