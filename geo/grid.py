"""The grid: one raster of square cells with a fixed origin. Owns cells and coordinates, nothing of what is in them."""

from dataclasses import dataclass

import numpy as np

from geo.errors import GeoError


@dataclass(frozen=True)
class Grid:
    """A raster of square cells, row 0 in the north, edges on whole multiples of the cell size.

    Attributes
    ----------
    x_min, y_max : float
        West and north edge, metres, multiples of `cell_m`.
    cell_m : float
        Side of a cell, metres.
    rows, cols : int
        Shape.
    crs : str
        The metric CRS, e.g. ``EPSG:25832``.
    """

    x_min: float
    y_max: float
    cell_m: float
    rows: int
    cols: int
    crs: str

    @property
    def shape(self) -> tuple[int, int]:
        return self.rows, self.cols

    @property
    def cell_area_m2(self) -> float:
        return self.cell_m**2

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.x_min, self.y_max - self.rows * self.cell_m, self.x_min + self.cols * self.cell_m, self.y_max

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """Affine coefficients a, b, c, d, e, f of cell corner (col, row) -> (x, y)."""
        return self.cell_m, 0.0, self.x_min, 0.0, -self.cell_m, self.y_max

    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of cell centres: x of each column, y of each row."""
        x = self.x_min + (np.arange(self.cols) + 0.5) * self.cell_m
        y = self.y_max - (np.arange(self.rows) + 0.5) * self.cell_m
        return x, y

    def cell_of(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Flat index (row-major) of the cell each point lies in; -1 outside the grid."""
        col = np.floor((np.asarray(x) - self.x_min) / self.cell_m).astype(np.int64)
        row = np.floor((self.y_max - np.asarray(y)) / self.cell_m).astype(np.int64)
        inside = (col >= 0) & (col < self.cols) & (row >= 0) & (row < self.rows)
        return np.where(inside, row * self.cols + col, -1)


def cover(bounds: tuple[float, float, float, float], *, cell_m: float, crs: str, max_cells: int) -> Grid:
    """Return the grid that covers `bounds` (west, south, east, north) with a one-cell margin.

    The origin is fixed at (0, 0) of the CRS, so grids of different runs and periods fall on each other.

    Raises
    ------
    GeoError
        If the grid would have more than `max_cells` cells.
    """
    west, south, east, north = bounds
    col0, row0 = np.floor(west / cell_m) - 1, np.ceil(north / cell_m) + 1
    cols, rows = int(np.ceil(east / cell_m) + 1 - col0), int(row0 - (np.floor(south / cell_m) - 1))
    if cols * rows > max_cells:
        msg = (
            f"the grid would have {cols} x {rows} = {cols * rows:,} cells of {cell_m:g} m, more than {max_cells:,}. "
            "Widen density.bandwidth_m, or look for stray geometries in land or districts."
        )
        raise GeoError(msg)
    return Grid(float(col0 * cell_m), float(row0 * cell_m), float(cell_m), rows, cols, crs)
