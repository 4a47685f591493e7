"""A private raster for criteria of many points: masses of places in cells, their transform, and their own share in it.

A place that is shared out to 4 x 4 cells and read back meets itself. How much of the kernel it meets depends on where
in its cell it lies, so it is computed, not taken as the kernel's height: only what others contribute is left.
"""

from dataclasses import dataclass

import numpy as np

from geo.bandwidth.places import Places
from geo.compiled import compiled
from geo.grid import Grid
from geo.planar.binning import binned, gathered, shares
from geo.planar.fft import Spectrum, lengths, quarter_of
from geo.planar.kernels import GAUSSIAN
from geo.planar.points import Points

CELLS_PER_BANDWIDTH = 3.0  # of the narrowest bandwidth: a criterion is right to 0.5 % there, 1e-4 at the next octave
MOST_CELLS = 2048  # along the longer side
LAGS = 4  # of cells that two shares of one place can be apart, 0 to 3


@dataclass(frozen=True)
class Raster:
    """Places on a grid fine enough for the narrowest bandwidth, with room round it for the widest.

    Attributes
    ----------
    transformed : height x (width / 2 + 1) complex128
    cells : 2 x m, where in its cell each place lies, from the centre left and above it
    """

    places: Places
    grid: Grid
    height: int
    width: int
    transformed: np.ndarray
    cells: np.ndarray

    def spectrum(self, bandwidth_m: float) -> Spectrum:
        """Return the Gaussian's transform on this raster."""
        quarter = quarter_of(GAUSSIAN, bandwidth_m, cell_m=self.grid.cell_m, height=self.height, width=self.width)
        return Spectrum(self.grid.rows, self.grid.cols, self.height, self.width, quarter)

    def transform(self, mass: np.ndarray) -> np.ndarray:
        """Return the transform of the places with other masses."""
        return _transform(self.places, mass, self.grid, self.height, self.width)

    def others(self, bandwidth_m: float, mass: np.ndarray, transformed: np.ndarray) -> np.ndarray:
        """Return, at each place, the kernels of all other places, per square metre."""
        spectrum = self.spectrum(bandwidth_m)
        summed = spectrum.inverse(spectrum.times(transformed.copy()))
        values = gathered(summed, self.places.columns, self.grid, binning="cubic")
        _take_self(self.cells, mass, lag_kernel(self.grid.cell_m, bandwidth_m), values)
        return values

    def self_lags(self, mass: np.ndarray) -> np.ndarray:
        """Return LAGS x LAGS sums of ``mass^2`` times the products of the shares that lie so many cells apart."""
        sums = np.zeros((LAGS, LAGS))
        _add_lags(self.cells, mass**2, sums)
        return sums


def raster_of(places: Places, *, narrowest_m: float, widest_m: float) -> Raster:
    """Bin the places on cells of a third of the narrowest bandwidth, or as fine as MOST_CELLS along a side allow."""
    west, south = places.x.min(), places.y.min()
    width_m, height_m = places.x.max() - west, places.y.max() - south
    cell_m = max(narrowest_m / CELLS_PER_BANDWIDTH, max(width_m, height_m) / MOST_CELLS)
    rows, cols = (int(extent // cell_m) + 2 for extent in (height_m, width_m))
    grid = Grid(float(west - cell_m / 2), float(south - cell_m / 2 + rows * cell_m), float(cell_m), rows, cols, "")
    height, width = lengths(grid, reach_m=GAUSSIAN.reach_m(widest_m))
    cells = np.stack((places.x - grid.x_min, grid.y_max - places.y)) / cell_m - 0.5
    cells -= np.floor(cells)
    return Raster(places, grid, height, width, _transform(places, places.mass, grid, height, width), cells)


def lag_kernel(cell_m: float, bandwidth_m: float) -> np.ndarray:
    """Return the Gaussian along one axis at lags 0 to 3, counted twice beyond 0, times its height along the axis."""
    lags = np.arange(LAGS) * cell_m
    values: np.ndarray = np.exp(-(lags**2) / (2 * bandwidth_m**2)) / (np.sqrt(2 * np.pi) * bandwidth_m)
    values[1:] *= 2
    return values


def _transform(places: Places, mass: np.ndarray, grid: Grid, height: int, width: int) -> np.ndarray:
    points = Points(places.x, places.y, mass[None])
    raster = binned(points, 0, grid, binning="cubic", width=width, dtype=np.float64)
    return Spectrum(grid.rows, grid.cols, height, width, np.zeros((1, 1))).forward(raster)


@compiled
def _lags(t: float) -> tuple[float, float, float, float]:
    """Products of the Lagrange shares of one place that are 0, 1, 2, 3 cells apart."""
    a, b, c, d = shares(t)
    return a * a + b * b + c * c + d * d, a * b + b * c + c * d, a * c + b * d, a * d


@compiled
def _take_self(cells: np.ndarray, mass: np.ndarray, kernel: np.ndarray, values: np.ndarray) -> None:
    for i in range(values.size):
        x0, x1, x2, x3 = _lags(cells[0, i])
        y0, y1, y2, y3 = _lags(cells[1, i])
        along = x0 * kernel[0] + x1 * kernel[1] + x2 * kernel[2] + x3 * kernel[3]
        across = y0 * kernel[0] + y1 * kernel[1] + y2 * kernel[2] + y3 * kernel[3]
        values[i] -= mass[i] * along * across


@compiled
def _add_lags(cells: np.ndarray, squares: np.ndarray, sums: np.ndarray) -> None:
    for i in range(squares.size):
        along, across = _lags(cells[0, i]), _lags(cells[1, i])
        for j in range(4):
            for k in range(4):
                sums[j, k] += squares[i] * across[j] * along[k]
