"""Building blocks of QGIS's XML: options, symbols, renderers, labels, CRS. Knows no layer and no colour of its own.

Written for QGIS 3.22 and later without PyQGIS: the same bytes on every machine.
"""

import warnings
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pyproj import CRS

QGIS_VERSION = "3.22.16"
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


_PLACES = {"over": 1, "beside": 6, "outside": 8}


@dataclass(frozen=True)
class Text:
    """How labels are written, and where: over the centre, beside a point, outside an area."""

    colour: str
    size_pt: float = 8
    bold: bool = False
    opacity: float = 1.0
    halo: bool = True
    always: bool = False  # even where they collide
    place: Literal["over", "beside", "outside"] = "over"
    priority: int = 5  # 0 to 10, who stays where labels collide
    smallest_scale: int = 0  # denominator beyond which labels are left out; 0: never


@dataclass(frozen=True)
class Class:
    """One class of a renderer: the symbol, its name in the legend and the values it stands for."""

    symbol: ET.Element
    label: str
    lower: float = 0.0
    upper: float = 0.0
    value: str = ""


def element(tag: str, *children: ET.Element, text: str | None = None, **attributes: object) -> ET.Element:
    """Return an element; underscores at the end of attribute names are dropped (`type_` is `type`)."""
    made = ET.Element(tag, {name.rstrip("_"): str(value) for name, value in attributes.items()})
    made.extend(children)
    made.text = text
    return made


def document(root: ET.Element) -> str:
    """Return the XML with the document type that QGIS writes."""
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def options(values: Mapping[str, object]) -> ET.Element:
    """Return a map of options as symbol layers hold them."""
    return element(
        "Option", *(element("Option", name=k, value=v, type="QString") for k, v in values.items()), type="Map"
    )


def rgba(colour: str, alpha: int = 255) -> str:
    """Return #rrggbb as QGIS writes colours: r,g,b,a."""
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + f",{alpha}"


def symbol(kind: str, *layers: tuple[str, Mapping[str, object]], name: str = "0") -> ET.Element:
    """Return a symbol (fill, line, marker) of layers (class, properties), drawn from the first to the last."""
    made = [element("layer", options(properties), class_=cls, enabled=1, locked=0) for cls, properties in layers]
    for each in made:
        each.set("pass", "0")
    return element("symbol", *made, type=kind, name=name, alpha=1, clip_to_extent=1, force_rhr=0)


def fill(
    colour: str | None, *, outline: str | None, width_mm: float = 0.2, alpha: int = 255, pattern: str = "solid"
) -> ET.Element:
    """Return a polygon symbol; None draws no fill, or no outline.

    `pattern` is one of QGIS's fills, e.g. b_diagonal, or dash: a solid fill with a dashed outline.
    """
    dashed = pattern == "dash"
    properties = {
        "color": rgba(colour or "#000000", alpha if colour else 0),
        "style": ("solid" if dashed else pattern) if colour else "no",
        "outline_color": rgba(outline or "#000000"),
        "outline_style": ("dash" if dashed else "solid") if outline else "no",
        "outline_width": width_mm,
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }
    return symbol("fill", ("SimpleFill", properties))


def line(colour: str, *, width_mm: float, dashed: bool = False) -> ET.Element:
    """Return a line symbol."""
    properties = {
        "line_color": rgba(colour),
        "line_style": "dash" if dashed else "solid",
        "line_width": width_mm,
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }
    return symbol("line", ("SimpleLine", properties))


def marker(shape: str, colour: str, *, size_mm: float, outline: str = "#ffffff") -> ET.Element:
    """Return a point symbol; `shape` is one of QGIS's, e.g. circle, square, diamond."""
    properties = {
        "name": shape,
        "color": rgba(colour),
        "outline_color": rgba(outline),
        "outline_width": 0.3,
        "size": size_mm,
        "size_unit": "MM",
    }
    return symbol("marker", ("SimpleMarker", properties))


def nothing() -> ET.Element:
    """Return the renderer of a layer that shows only its labels."""
    return element("renderer-v2", type="nullSymbol")


def single(symbol_: ET.Element) -> ET.Element:
    """Return a renderer with one symbol for all."""
    return element("renderer-v2", element("symbols", symbol_), type="singleSymbol", symbollevels=0)


def categorised(column: str, classes: Sequence[Class]) -> ET.Element:
    """Return a renderer with one symbol per value of a column."""
    rows = (element("category", symbol=i, value=c.value, label=c.label, render="true") for i, c in enumerate(classes))
    return element(
        "renderer-v2",
        element("categories", *rows),
        _symbols(classes),
        type="categorizedSymbol",
        attr=column,
        symbollevels=0,
    )


def graduated(column: str, classes: Sequence[Class]) -> ET.Element:
    """Return a renderer with one symbol per range of a column."""
    rows = (
        element("range", symbol=i, lower=f"{c.lower:.10g}", upper=f"{c.upper:.10g}", label=c.label, render="true")
        for i, c in enumerate(classes)
    )
    return element(
        "renderer-v2", element("ranges", *rows), _symbols(classes), type="graduatedSymbol", attr=column, symbollevels=0
    )


def _symbols(classes: Sequence[Class]) -> ET.Element:
    for number, each in enumerate(classes):
        each.symbol.set("name", str(number))
    return element("symbols", *(each.symbol for each in classes))


def labels(expression: str, text: Text) -> ET.Element:
    """Return labels by an expression.

    No font is named: where QGIS does not find a named one it greets the reader with a warning for every layer.
    """
    buffer = element(
        "text-buffer",
        bufferDraw=int(text.halo),
        bufferSize=0.8,
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
        bufferOpacity=0.8,
    )
    style = element(
        "text-style",
        buffer,
        fieldName=expression,
        isExpression=1,
        fontSize=text.size_pt,
        fontSizeUnit="Point",
        fontWeight=75 if text.bold else 50,  # without it QGIS takes the thinnest
        textColor=rgba(text.colour),
        textOpacity=text.opacity,
    )
    placing = element("placement", placement=_PLACES[text.place], dist=1, distUnits="MM", centroidInside=1)
    placing.set("priority", str(text.priority))
    placing.set("quadOffset", "4")
    placing.set("predefinedPositionOrder", "R,L,T,B,TR,TL,BR,BL")
    drawing = element("rendering", drawLabels=1, displayAll=int(text.always), obstacle=0)
    drawing.set("scaleVisibility", str(int(text.smallest_scale > 0)))
    drawing.set("scaleMax", str(text.smallest_scale))
    return element("labeling", element("settings", style, placing, drawing), type="simple")


def temporal_fields(start: str, end: str) -> ET.Element:
    """Return the time of features from two columns, half-open."""
    blank = element("fixedRange", element("start"), element("end"))
    return element(
        "temporal",
        blank,
        enabled=1,
        mode=2,
        limitMode=0,
        startField=start,
        endField=end,
        durationUnit="d",
        accumulate=0,
    )


def temporal_cases(column: str, spans: Mapping[str, tuple[date, date]]) -> ET.Element:
    """Return the time of features from what a column says: a half-open span for each of its values."""

    def days(place: int) -> str:
        cases = (
            f"WHEN \"{column}\" = '{value}' THEN to_datetime('{span[place].isoformat()}')"
            for value, span in spans.items()
        )
        return f"CASE {' '.join(cases)} END"

    blank = element("fixedRange", element("start"), element("end"))
    return element("temporal", blank, enabled=1, mode=4, limitMode=0, startExpression=days(0), endExpression=days(1))


def temporal_range(start: date, end: date) -> ET.Element:
    """Return the fixed time of a raster layer, half-open.

    QGIS counts both ends in, and the end of a frame too, at which the next one begins; so a second is taken off either.
    """
    last = end - timedelta(days=1)
    spans = (
        element("start", text=f"{start.isoformat()}T00:00:01Z"),
        element("end", text=f"{last.isoformat()}T23:59:59Z"),
    )
    return element("temporal", element("fixedRange", *spans), enabled=1, mode=0, fetchMode=0)


def reference_system(code: str) -> ET.Element:
    """Return a CRS in full: an authority's code alone opens as unknown in QGIS 3.22."""
    crs = CRS.from_user_input(code)
    authority, _, number = code.partition(":")
    return element(
        "spatialrefsys",
        element("wkt", text=crs.to_wkt()),
        element("proj4", text=_proj4(crs)),
        element("srid", text=number),
        element("authid", text=f"{authority.upper()}:{number}"),
        element("description", text=crs.name),
        element("geographicflag", text="false"),
    )


def _proj4(crs: CRS) -> str:
    with warnings.catch_warnings():  # PROJ warns that the old notation loses the datum; WKT stands beside it
        warnings.simplefilter("ignore", UserWarning)
        return crs.to_proj4()
