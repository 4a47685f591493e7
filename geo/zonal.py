"""Sums of rasters over areas, every cell counted by the exact part of it that the area covers. Draws no area.

A raster that is constant in each cell has, along each row, a running total that is piecewise linear. By Green's theorem
the sum over an area is the integral of that total along the area's outline: the cost is one pass over the raster and
one walk along the outlines, whatever the areas hold.
"""

import numpy as np
import shapely

from geo.compiled import compiled
from geo.errors import GeoError
from geo.grid import Grid


def zonal_sums(values: np.ndarray, grid: Grid, areas: np.ndarray) -> np.ndarray:
    """Return the sum of each raster over each area.

    Parameters
    ----------
    values : (planes x) rows x cols
        Amount per cell, spread evenly over it; NaN is none.
    grid : Grid
    areas : n polygons or multipolygons
        Valid, in the grid's CRS. What lies beyond the grid holds nothing: the sum of a raster of ones, times the area
        of a cell, is what is covered.

    Returns
    -------
    (planes x) n float64
        Exact up to rounding: about 1e-16 of the largest total of a row, times the rows an area crosses.

    Raises
    ------
    GeoError
        If a raster has another shape than the grid.
    """
    planes = np.asarray(values, dtype=np.float64)
    if planes.shape[-2:] != grid.shape:
        msg = f"values have {planes.shape[-2:]} rows and columns, the grid {grid.shape}"
        raise GeoError(msg)
    of_area, is_hole, of_ring, across, down = _outlines(grid, areas)
    totals = _running_totals(planes.reshape(-1, *grid.shape))
    by_ring = _along(totals, np.searchsorted(of_ring, np.arange(of_area.size + 1)), across, down)
    sums = np.zeros((len(totals), len(areas)))
    for plane, signed in enumerate(np.where(is_hole, -by_ring, by_ring)):
        sums[plane] = np.bincount(of_area, weights=signed, minlength=len(areas))
    return sums.reshape(*planes.shape[:-2], len(areas))


def _outlines(grid: Grid, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rings: their area and whether they are holes; their points: ring, and place in cells from the north-west."""
    parts, of_part = shapely.get_parts(np.asarray(areas, dtype=object), return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    is_hole = np.diff(part_of_ring, prepend=-1) == 0
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    across, down = (points[:, 0] - grid.x_min) / grid.cell_m, (grid.y_max - points[:, 1]) / grid.cell_m
    return of_part[part_of_ring], is_hole, of_ring, across, down


@compiled
def _running_totals(planes: np.ndarray) -> np.ndarray:
    """Total of each row up to each cell's western side: planes x rows x (cols + 1)."""
    count, rows, cols = planes.shape
    totals = np.empty((count, rows, cols + 1))
    for p in range(count):
        for i in range(rows):
            total = 0.0
            totals[p, i, 0] = 0.0
            for j in range(cols):
                value = planes[p, i, j]
                if value == value:  # noqa: PLR0124 - not NaN
                    total += value
                totals[p, i, j + 1] = total
    return totals


@compiled
def _along(totals: np.ndarray, start: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Integral of the running totals along each ring, as if it ran so that what it encloses is positive."""
    count, rows = totals.shape[0], totals.shape[1]
    sums = np.zeros((count, start.size - 1))
    found = np.zeros(count)
    for ring in range(start.size - 1):
        found[:] = 0.0
        doubled_area = 0.0
        x_origin, y_origin = across[start[ring]], down[start[ring]]
        for k in range(start[ring], start[ring + 1] - 1):
            x0, x1, y0, y1 = across[k], across[k + 1], down[k], down[k + 1]
            doubled_area += (x0 - x_origin) * (y1 - y_origin) - (x1 - x_origin) * (y0 - y_origin)
            if y0 == y1:
                continue
            sign = 1.0 if y1 > y0 else -1.0
            if y1 < y0:
                x0, x1, y0, y1 = x1, x0, y1, y0
            slope = (x1 - x0) / (y1 - y0)
            for row in range(max(0, int(np.floor(y0))), min(rows, int(np.ceil(y1)))):
                top, bottom = max(y0, float(row)), min(y1, row + 1.0)
                _through_row(
                    totals[:, row], (x0 + (top - y0) * slope, x0 + (bottom - y0) * slope), sign * (bottom - top), found
                )
        for p in range(count):
            sums[p, ring] = found[p] if doubled_area > 0 else -found[p]
    return sums


@compiled
def _through_row(totals: np.ndarray, ends: tuple[float, float], height: float, found: np.ndarray) -> None:
    """Add the integral of the running totals of one row along a straight line through it."""
    west, east = min(ends), max(ends)
    cols = totals.shape[1] - 1
    x = west
    cell = int(np.floor(min(max(west, -1.0), float(cols))))
    while True:
        cell_end = np.inf if cell >= cols else cell + 1.0
        end = min(east, cell_end)
        part = height * ((end - x) / (east - west)) if east > west else height
        for p in range(totals.shape[0]):
            if cell >= cols:
                found[p] += part * totals[p, cols]
            elif cell >= 0:
                here = totals[p, cell]
                found[p] += part * (here + (totals[p, cell + 1] - here) * (0.5 * (x + end) - cell))
        if end >= east:
            return
        x, cell = end, cell + 1
