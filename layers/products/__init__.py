"""Every kind of deliverable by name. A product reads a release and a style, writes files, and returns their paths."""

from collections.abc import Callable, Mapping
from pathlib import Path

from layers.disclosure.release import Release
from layers.products import atlas, cards, change_raster, findings_json, geopackage, raster, summary, tables, web
from layers.style import Style

Write = Callable[[Release, Style, Path], tuple[Path, ...]]

PRODUCTS: Mapping[str, Write] = {
    "rasters": raster.write,
    "change_rasters": change_raster.write,
    "geopackage": geopackage.write,
    "atlas": atlas.write,
    "cards": cards.write,
    "web": web.write,
    "tables": tables.write,
    "findings": findings_json.write,
    "summary": summary.write,
}
