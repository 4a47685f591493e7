"""A private raster for criteria of many points: masses of places in cells, their transform, and their own share in it.

A place that is shared out to 4 x 4 cells and read back meets itself. How much of the kernel it meets depends on where
in its cell it lies, so it is computed, not taken as the kernel's height: only what others contribute is left.

Sharing out and reading back damp a wave, on the average over where points lie in their cells, by a factor that is
known; the kernel is divided by it. What remains has no preferred sign and averages out in a criterion's sums.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.fft

from geo.bandwidth.places import Places
from geo.compiled import compiled
from geo.grid import Grid
from geo.planar.binning import binned, gathered, shares
from geo.planar.fft import Spectrum, lengths, quarter_of
from geo.planar.kernels import GAUSSIAN
from geo.planar.points import Points

CELLS_PER_BANDWIDTH = 3.0  # of the narrowest bandwidth
MOST_CELLS = 2048  # along the longer side
SPAN = 4.0  # widest over narrowest bandwidth on one raster: wider ones get coarser cells
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

    def spectrum(self, bandwidth_m: float, *, undamped: bool) -> Spectrum:
        """Return the Gaussian's transform on this raster, divided by the damping of sharing and reading or not."""
        quarter = quarter_of(GAUSSIAN, bandwidth_m, cell_m=self.grid.cell_m, height=self.height, width=self.width)
        if undamped:
            quarter /= damping(self.height)[: self.height // 2 + 1, None] * damping(self.width)[: self.width // 2 + 1]
        return Spectrum(self.grid.rows, self.grid.cols, self.height, self.width, quarter)

    def transform(self, mass: np.ndarray) -> np.ndarray:
        """Return the transform of the places with other masses."""
        return _transform(self.places, mass, self.grid, self.height, self.width)

    def others(self, bandwidth_m: float, mass: np.ndarray, transformed: np.ndarray) -> np.ndarray:
        """Return, at each place, the kernels of all other places, per square metre."""
        spectrum = self.spectrum(bandwidth_m, undamped=True)
        summed = spectrum.inverse(spectrum.times(transformed.copy()))
        values = gathered(summed, self.places.columns, self.grid, binning="cubic")
        _take_self(self.cells, mass, np.stack(self.lag_kernels(bandwidth_m)), values)
        return values

    def lag_kernels(self, bandwidth_m: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the undamped Gaussian along x and y at 0 to 3 cells, counted twice beyond 0, per metre."""
        along, across = (_lag_kernel(length, self.grid.cell_m, bandwidth_m) for length in (self.width, self.height))
        return along, across

    def self_lags(self, mass: np.ndarray) -> np.ndarray:
        """Return LAGS x LAGS sums of ``mass^2`` times the products of the shares that lie so many cells apart."""
        sums = np.zeros((LAGS, LAGS))
        _add_lags(self.cells, mass**2, sums)
        return sums


def rasters_of(places: Places, bandwidths_m: np.ndarray, *, reach: float = 1.0) -> Iterator[tuple[slice, Raster]]:
    """Yield stretches of the ascending bandwidths, each with the raster it is computed on.

    Parameters
    ----------
    reach : float
        Times the bandwidth is the widest Gaussian asked of the raster.
    """
    start = 0
    while start < bandwidths_m.size:
        stop = int(np.searchsorted(bandwidths_m, SPAN * bandwidths_m[start], side="right"))
        narrowest_m, widest_m = float(bandwidths_m[start]), reach * float(bandwidths_m[stop - 1])
        yield slice(start, stop), raster_of(places, narrowest_m=narrowest_m, widest_m=widest_m)
        start = stop


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


def damping(length: int) -> np.ndarray:
    """Return, for each frequency of a transform of this length, how sharing out and reading back damp it together.

    The square of ``(sin(w/2) / (w/2))^4 (1 + w^2 / 6)``, the transform of 4-point Lagrange interpolation (Schafer and
    Rabiner 1973, Proceedings of the IEEE 61, 692).
    """
    turn = 2 * np.pi * scipy.fft.fftfreq(length)
    both: np.ndarray = (np.sinc(turn / (2 * np.pi)) ** 4 * (1 + turn**2 / 6)) ** 2
    return both


def _lag_kernel(length: int, cell_m: float, bandwidth_m: float) -> np.ndarray:
    turn = 2 * np.pi * scipy.fft.fftfreq(length)
    spectrum = np.exp(-((turn * bandwidth_m / cell_m) ** 2) / 2) / damping(length)
    values: np.ndarray = np.cos(np.outer(np.arange(LAGS), turn)) @ spectrum / (length * cell_m)
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
def _take_self(cells: np.ndarray, mass: np.ndarray, kernels: np.ndarray, values: np.ndarray) -> None:
    right, down = kernels[0], kernels[1]
    for i in range(values.size):
        x0, x1, x2, x3 = _lags(cells[0, i])
        y0, y1, y2, y3 = _lags(cells[1, i])
        along = x0 * right[0] + x1 * right[1] + x2 * right[2] + x3 * right[3]
        across = y0 * down[0] + y1 * down[1] + y2 * down[2] + y3 * down[3]
        values[i] -= mass[i] * along * across


@compiled
def _add_lags(cells: np.ndarray, squares: np.ndarray, sums: np.ndarray) -> None:
    for i in range(squares.size):
        along, across = _lags(cells[0, i]), _lags(cells[1, i])
        for j in range(4):
            for k in range(4):
                sums[j, k] += squares[i] * across[j] * along[k]
