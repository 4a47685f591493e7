"""Areas drawn from a raster: the smallest set that holds a share of its mass, its connected parts, their outlines."""

from itertools import pairwise

import numpy as np
import shapely
from affine import Affine
from rasterio import features
from scipy import ndimage
from shapely.geometry import shape

from geo.errors import GeoError
from geo.grid import Grid


def smallest_set(mass: np.ndarray, share: float) -> np.ndarray:
    """Return the fewest cells that together hold at least `share` of the mass (a volume contour).

    Parameters
    ----------
    mass : rows x cols
        Mass per cell; NaN is no cell. Values below zero, which spreading leaves far from all mass, are taken as 0.
    share : float
        0 to 1.

    Returns
    -------
    rows x cols bool
        Of equal cells those first in the grid's order are taken. Empty where there is no mass.
    """
    if not 0 <= share <= 1:
        msg = f"the share is {share}; it must lie between 0 and 1"
        raise GeoError(msg)
    flat = np.maximum(np.nan_to_num(mass.ravel()), 0.0)
    filled = np.flatnonzero(flat)
    order = filled[np.argsort(-flat[filled], kind="stable")]
    held = np.cumsum(flat[order])
    chosen = np.zeros(flat.size, dtype=bool)
    if order.size and share > 0:
        # A share of 1 must not fail by the rounding of the sum.
        enough = int(np.searchsorted(held, min(share * held[-1], held[-1])))
        chosen[order[: enough + 1]] = True
    return chosen.reshape(mass.shape)


def connected_parts(cells: np.ndarray) -> list[np.ndarray]:
    """Return the flat cells of each part connected by sides (not corners), by the order of its first cell."""
    labels, count = ndimage.label(cells)
    flat = labels.ravel()
    order = np.argsort(flat, kind="stable")
    bounds = np.searchsorted(flat[order], np.arange(1, count + 2))
    return [order[start:stop] for start, stop in pairwise(bounds)]


def outline(grid: Grid, cells: np.ndarray, *, smooth: bool = True) -> shapely.Geometry:
    """Return the area of some cells as a polygon in the grid's CRS.

    Parameters
    ----------
    grid : Grid
    cells : n int
        Flat indices.
    smooth : bool
        Cut corners, so that the outline does not show a precision the cells do not have. No point moves by more than
        half a cell; the area of a part without holes becomes smaller by less than one cell, whatever its shape.

    Returns
    -------
    Polygon, or MultiPolygon if the cells are not connected by sides
    """
    rows, cols = np.divmod(np.asarray(cells), grid.cols)
    top, left = rows.min(), cols.min()
    mask = np.zeros((rows.max() - top + 1, cols.max() - left + 1), dtype=np.uint8)
    mask[rows - top, cols - left] = 1
    corner = (grid.cell_m, 0.0, grid.x_min + left * grid.cell_m, 0.0, -grid.cell_m, grid.y_max - top * grid.cell_m)
    drawn = features.shapes(mask, mask=mask.astype(bool), connectivity=4, transform=Affine(*corner))
    area = shapely.union_all(shapely.make_valid([shape(polygon) for polygon, _ in drawn]))
    if not smooth:
        return shapely.normalize(shapely.simplify(area, 0))
    parts = [_smoothed(part, grid.cell_m) for part in shapely.get_parts(area)]
    return shapely.normalize(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))


def _smoothed(polygon: shapely.Polygon, cell_m: float) -> shapely.Polygon:
    outer, *inner = [_cut_corners(ring, cell_m) for ring in shapely.get_rings(polygon)]
    return shapely.simplify(shapely.Polygon(outer, inner), 0)


def _cut_corners(ring: shapely.Geometry, cell_m: float) -> np.ndarray:
    """Middle of every cell side along the ring, then one round of Chaikin's corner cutting."""
    corners = shapely.get_coordinates(shapely.segmentize(ring, cell_m))
    middle = (corners[:-1] + corners[1:]) / 2
    following = np.roll(middle, -1, axis=0)
    return np.stack((0.75 * middle + 0.25 * following, 0.25 * middle + 0.75 * following), axis=1).reshape(-1, 2)
