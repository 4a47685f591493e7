"""Shapes mended once, at the border, and reported: parts, polygons, lines. Moves no point and knows no meaning."""

import numpy as np
import shapely
from geopandas.array import from_shapely

from layers.border.lots import Lot
from layers.columns import TABLES
from layers.frame.same_places import distinct

Repair = dict[str, str | int | float]
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_WANTED = {
    "Point": (shapely.GeometryType.POINT,),
    "Line": (shapely.GeometryType.LINESTRING,),
    "Polygon": _POLYGONS,
}
_SHARED_SHARE, _SHARED_ROWS = 0.002, 30  # a note needs both: few rows share a corner by chance


def mended(lot: Lot) -> tuple[Lot, list[Repair]]:
    """Return the lot with valid, two-dimensional shapes of the table's kind, and what was mended.

    Polygons are repaired by `make_valid` with method "structure" (outlines kept, areas counted once). What cannot
    be mended is put aside.
    """
    lot, repairs = _simple_parts(lot)
    wanted = TABLES[lot.table].geometry
    if wanted in _WANTED:
        types = shapely.get_type_id(lot.frame.geometry.to_numpy())
        for kind in sorted({int(t) for t in types} - {int(t) for t in _WANTED[wanted]}):
            name = shapely.GeometryType(kind).name.title()
            lot = lot.refuse(shapely.get_type_id(lot.frame.geometry.to_numpy()) == kind, f"{name} instead of {wanted}")
    if wanted == "Line":
        lot = lot.refuse(shapely.length(lot.frame.geometry.to_numpy()) == 0, "line without length")
    lot, more = _valid_polygons(lot)
    return lot, repairs + more


def cut_ways(lot: Lot) -> list[Repair]:
    """Return how many ways an extract of a map cut at its edge, as its parser counted them."""
    number = int(lot.frame.attrs.get("ways_cut", 0))
    return [_repair(lot, "ways cut at the edge", number, 0.0)] if number else []


def _simple_parts(lot: Lot) -> tuple[Lot, list[Repair]]:
    """Drop heights; take single parts out of collections; split streets of several parts."""
    shapes = given = lot.frame.geometry.to_numpy()
    if shapely.has_z(shapes).any():
        shapes = shapely.force_2d(shapes)
    if TABLES[lot.table].geometry in ("Point", "Line"):
        single = (shapely.get_num_geometries(shapes) == 1) & (shapely.get_type_id(shapes) >= 4)
        if single.any():
            shapes = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    if shapes is not given:  # millions of points are not copied for nothing
        lot = _with_shapes(lot, shapes)
    several = shapely.get_type_id(shapes) == shapely.GeometryType.MULTILINESTRING
    if lot.table != "streets" or not several.any():
        return lot, []
    split = lot.with_frame(lot.frame.explode(index_parts=False))
    return split, [_repair(lot, "lines of several parts split", int(several.sum()), 0.0)]


def _valid_polygons(lot: Lot) -> tuple[Lot, list[Repair]]:
    shapes = lot.frame.geometry.to_numpy()
    invalid = np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_valid(shapes)
    if not invalid.any():
        return lot, []
    better = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    usable = np.isin(shapely.get_type_id(better), _POLYGONS) & (shapely.area(better) > 0)
    change = np.abs(shapely.area(better) - shapely.area(shapes[invalid]))[usable].sum()
    all_shapes = shapes.copy()
    all_shapes[invalid] = better
    lot = _with_shapes(lot, all_shapes)
    unusable = invalid.copy()
    unusable[invalid] = ~usable
    lot = lot.refuse(unusable, "polygon that cannot be repaired")
    return lot, [_repair(lot, "polygon made valid", int(usable.sum()), float(change))] if usable.any() else []


def _with_shapes(lot: Lot, shapes: np.ndarray) -> Lot:
    frame = lot.frame.copy(deep=False)
    frame["geometry"] = from_shapely(shapes, crs=lot.frame.crs)
    return lot.with_frame(frame)


def shared_points(lot: Lot) -> list[Repair]:
    """Report coordinates that so many incidents share that they may stand for something else; nothing is changed."""
    shapes = lot.frame.geometry.to_numpy()
    rows = np.bincount(distinct(shapely.get_x(shapes), shapely.get_y(shapes))[2])
    many = rows[(rows > _SHARED_SHARE * lot.rows_read) & (rows >= _SHARED_ROWS)]
    return [_repair(lot, "shared coordinate", int(n), 0.0) for n in sorted(many, reverse=True)]


def _repair(lot: Lot, repair: str, rows: int, area_change_m2: float) -> Repair:
    return {
        "source_id": lot.source.id,
        "table": lot.table,
        "repair": repair,
        "rows": rows,
        "area_change_m2": area_change_m2,
    }
