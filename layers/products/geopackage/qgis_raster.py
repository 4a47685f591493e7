"""How rasters look in QGIS, as QML and as part of a project. Owns no colour (style.py) and no value."""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from layers.products.geopackage import qgis_xml as qx
from layers.products.geopackage.qgis_look import class_labels
from layers.style import Style

HALF_A_STEP = 0.05  # rasters are written in steps of 0.1; QGIS counts a class's upper edge in, ours belongs above
RATIO_EDGES = (0.5, 0.8, 1.25, 2.0)  # the same up as down


def raster_qml(breaks: Sequence[float], style: Style) -> str:
    """Return the style of a series' rasters as QML, the same for all its periods."""
    root = qx.element("qgis", *raster_parts(breaks, style), version=qx.QGIS_VERSION)
    root.set("styleCategories", "AllStyleCategories")
    return qx.document(root)


def raster_parts(breaks: Sequence[float], style: Style) -> list[ET.Element]:
    """Return the pipe that colours a raster by the breaks of its series; below the lowest nothing is coloured."""
    unit = style.words["density_unit"].nb
    uppers = [f"{edge - min(HALF_A_STEP, edge / 1000):.10g}" for edge in breaks] + ["inf"]
    items = [
        qx.element("item", value=upper, label=label, color=colour, alpha=alpha)
        for upper, label, colour, alpha in zip(
            uppers, class_labels(breaks, unit), (style.density[0], *style.density), (0, 255, 255, 255, 255), strict=True
        )
    ]
    ramp = qx.element("colorrampshader", *items, colorRampType="DISCRETE", classificationMode=1, clip=0)
    ramp.set("minimumValue", "0")
    ramp.set("maximumValue", f"{breaks[-1]:g}")
    renderer = qx.element("rasterrenderer", qx.element("rastershader", ramp), type="singlebandpseudocolor", band=1)
    for key, value in {"opacity": "0.85", "alphaBand": "-1", "classificationMin": "0", "nodataColor": ""}.items():
        renderer.set(key, value)
    renderer.set("classificationMax", f"{breaks[-1]:g}")
    return [qx.element("pipe", renderer), qx.element("blendMode", text="0")]


def change_raster_qml(style: Style) -> str:
    """Return the style of rasters of change as QML, the same for all."""
    root = qx.element("qgis", *change_raster_parts(style), version=qx.QGIS_VERSION)
    root.set("styleCategories", "AllStyleCategories")
    return qx.document(root)


def change_raster_parts(style: Style) -> list[ET.Element]:
    """Return the pipe that colours the rate ratio: halved, lower, much the same, higher, doubled."""
    edges = [f"{edge:g}" for edge in RATIO_EDGES]
    labels = [f"< {edges[0]}", *(f"{low}–{high}" for low, high in itertools.pairwise(edges)), f"≥ {edges[-1]}"]
    items = [
        qx.element("item", value=upper, label=label.replace(".", ","), color=colour, alpha=255)
        for upper, label, colour in zip([*edges, "inf"], labels, style.change, strict=True)
    ]
    ramp = qx.element("colorrampshader", *items, colorRampType="DISCRETE", classificationMode=1, clip=0)
    ramp.set("minimumValue", "0")
    ramp.set("maximumValue", edges[-1])
    renderer = qx.element("rasterrenderer", qx.element("rastershader", ramp), type="singlebandpseudocolor", band=1)
    for key, value in {"opacity": "0.85", "alphaBand": "-1", "classificationMin": "0", "nodataColor": ""}.items():
        renderer.set(key, value)
    renderer.set("classificationMax", edges[-1])
    return [qx.element("pipe", renderer), qx.element("blendMode", text="0")]
