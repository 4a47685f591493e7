"""A fine raster of where one polygon alone can be meant, so that most points need no geometry. Decides no border."""

from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from rasterio.features import rasterize
from scipy.ndimage import binary_dilation

FINE_CELLS = 1 << 23
UNKNOWN = -1


@dataclass(frozen=True)
class UnitRaster:
    """Cells that lie wholly inside a polygon, at least one cell from every border, with the first polygon in order.

    `index` is rows x cols int32, `UNKNOWN` elsewhere; `west`, `north` in metres, `cell_m` the side of a cell.
    """

    west: float
    north: float
    cell_m: float
    index: np.ndarray

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the polygon of each point, `UNKNOWN` where the raster cannot tell; n int64."""
        rows, cols = self.index.shape
        across, down = (x - self.west) / self.cell_m, (self.north - y) / self.cell_m
        inside = (across >= 0) & (across < cols) & (down >= 0) & (down < rows)  # false of what is not finite
        found = np.full(len(x), UNKNOWN, dtype=np.int64)
        found[inside] = self.index[down[inside].astype(np.int64), across[inside].astype(np.int64)]
        return found


def unit_raster(polygons: np.ndarray, *, cells: int = FINE_CELLS) -> UnitRaster:
    """Lay a raster of about so many cells over polygons.

    Where borders pass is taken one cell wider than the raster of them: a line along a side, or through a corner,
    touches cells on both sides.
    """
    west, south, east, north = shapely.total_bounds(polygons).tolist()
    cell_m = max(np.sqrt((east - west) * (north - south) / cells), (east - west) / 32_000, (north - south) / 32_000)
    shape = int((north - south) / cell_m) + 1, int((east - west) / cell_m) + 1
    transform = Affine(cell_m, 0.0, west, 0.0, -cell_m, north)
    numbered = [(polygon, number) for number, polygon in enumerate(polygons) if not polygon.is_empty]
    # of overlapping ones the last drawn stays: the first in order
    index = rasterize(numbered[::-1], out_shape=shape, transform=transform, fill=UNKNOWN, dtype="int32")
    edges = [(shapely.boundary(polygon), 1) for polygon, _ in numbered]
    touched = rasterize(edges, out_shape=shape, transform=transform, all_touched=True, dtype="uint8")
    index[binary_dilation(touched, structure=np.ones((3, 3), dtype=bool))] = UNKNOWN
    return UnitRaster(west, north, cell_m, index)
