"""How much of each cell lies inside a polygon, exactly. Smooths nothing.

Each edge is walked once through the cells it crosses and leaves there the area on its right; a running sum along the
row does the rest (Green's theorem, as glyphs are filled). Cost: cells of the border, then one pass over the raster.
"""

import numpy as np
import shapely

from geo.compiled import compiled
from geo.errors import GeoError
from geo.grid import Grid

ROUNDING = 1e-9  # of a cell


def area_shares(polygon: shapely.Polygon | shapely.MultiPolygon, grid: Grid) -> np.ndarray:
    """Return the share of each cell's area inside `polygon`; lakes are its holes.

    Parameters
    ----------
    polygon : valid, in the CRS of the grid; parts beyond the grid are left out

    Returns
    -------
    rows x cols float64 in [0, 1]

    Raises
    ------
    GeoError
        If it is no polygon, empty or invalid.
    """
    if not isinstance(polygon, shapely.Polygon | shapely.MultiPolygon) or polygon.is_empty:
        msg = f"the window is {'empty' if polygon.is_empty else 'a ' + polygon.geom_type}; give a polygon with area"
        raise GeoError(msg)
    if not polygon.is_valid:
        msg = "the window crosses itself; repair it (shapely.make_valid) and look at the result on a map"
        raise GeoError(msg)
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(polygon)))
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    cells = np.column_stack(
        ((coordinates[:, 0] - grid.x_min) / grid.cell_m, (grid.y_max - coordinates[:, 1]) / grid.cell_m)
    )
    covered = np.zeros((grid.rows, grid.cols + 1))
    _walk(cells, ring, covered)
    shares: np.ndarray = np.cumsum(covered, axis=1)[:, :-1]
    shares[shares < ROUNDING] = 0.0
    shares[shares > 1 - ROUNDING] = 1.0
    return shares


@compiled
def _walk(corners: np.ndarray, ring: np.ndarray, covered: np.ndarray) -> None:
    """Leave in `covered`, of every edge, the change of the area on its right from cell to cell."""
    rows, cols = covered.shape[0], covered.shape[1] - 1
    for i in range(ring.size - 1):
        if ring[i] != ring[i + 1] or corners[i, 1] == corners[i + 1, 1]:
            continue
        sign = 1.0 if corners[i, 1] < corners[i + 1, 1] else -1.0
        upper, lower = (corners[i], corners[i + 1]) if sign > 0 else (corners[i + 1], corners[i])
        slope = (lower[0] - upper[0]) / (lower[1] - upper[1])
        for row in range(max(0, int(np.floor(upper[1]))), min(rows, int(np.ceil(lower[1])))):
            top, bottom = max(upper[1], float(row)), min(lower[1], row + 1.0)
            if bottom > top:
                ends = upper[0] + slope * (top - upper[1]), upper[0] + slope * (bottom - upper[1])
                _leave(covered[row], cols, sign * (bottom - top), min(ends), max(ends))


@compiled
def _leave(line: np.ndarray, cols: int, height: float, west: float, east: float) -> None:
    """Share the height of an edge's piece between `west` and `east` out to the cells of one row."""
    span = east - west
    if east <= 0.0:
        line[0] += height
    elif span < 1e-12:
        _add(line, min(max(0, int(west)), cols), height, west)
    else:
        line[0] += height * max(0.0, -west) / span
        for col in range(max(0, int(np.floor(west))), min(cols, int(np.ceil(east)))):
            start, stop = max(west, float(col)), min(east, col + 1.0)
            _add(line, col, height * (stop - start) / span, 0.5 * (start + stop))


@compiled
def _add(line: np.ndarray, col: int, height: float, middle: float) -> None:
    if col < line.size - 1:
        line[col] += height * (1.0 - (middle - col))
        line[col + 1] += height * (middle - col)
