"""Convolution with a kernel by real FFT: the spectrum once per grid and bandwidth, then any number of columns.

Owns transforms and their padding, not what is convolved. A kernel is even along both axes, so its spectrum is real and
one quarter of it says all: two cosine transforms of the kernel's own corner. Rows that hold only padding are never
transformed.
"""

import os
from dataclasses import dataclass

import dask.config
import numpy as np
import scipy.fft

from geo.compiled import compiled
from geo.grid import Grid
from geo.planar.binning import HALO
from geo.planar.kernels import Kernel


@dataclass(frozen=True)
class Spectrum:
    """The transform of one kernel on one grid.

    Attributes
    ----------
    rows, cols : of the grid, without halo
    height, width : even lengths of the transforms, long enough that nothing wraps round into the grid
    quarter : (height / 2 + 1) x (width / 2 + 1)
        Real transform of the kernel sampled at cell centres, per square metre.
    """

    rows: int
    cols: int
    height: int
    width: int
    quarter: np.ndarray

    @property
    def dtype(self) -> type[np.floating]:
        return np.float32 if self.quarter.dtype == np.float32 else np.float64

    def convolve(self, raster: np.ndarray, *, workers: int | None = None) -> np.ndarray:
        """Return the kernel sums at all cells and the halo, from one raster of `geo.planar.binning.binned`."""
        return self.inverse(self.times(self.forward(raster, workers=workers)), workers=workers)

    def forward(self, raster: np.ndarray, *, workers: int | None = None) -> np.ndarray:
        """Return the transform of a raster (rows + 2 HALO) x width."""
        many = workers or threads()
        along = scipy.fft.rfft(raster.astype(self.dtype, copy=False), n=self.width, axis=1, workers=many)
        transformed: np.ndarray = scipy.fft.fft(along, n=self.height, axis=0, workers=many, overwrite_x=True)
        return transformed

    def times(self, transformed: np.ndarray) -> np.ndarray:
        """Multiply a transform by the spectrum, in place."""
        _multiply(transformed, self.quarter)
        return transformed

    def inverse(self, transformed: np.ndarray, *, workers: int | None = None) -> np.ndarray:
        """Return the raster with halo that a transform stands for; the transform is used up."""
        many = workers or threads()
        along = scipy.fft.ifft(transformed, axis=0, workers=many, overwrite_x=True)[: self.rows + 2 * HALO]
        raster: np.ndarray = scipy.fft.irfft(along, n=self.width, axis=1, workers=many, overwrite_x=True)
        return raster


def spectrum_of(grid: Grid, kernel: Kernel, *, bandwidth_m: float, dtype: type[np.floating]) -> Spectrum:
    """Transform the kernel for one grid.

    Parameters
    ----------
    dtype : float32 or float64
        Of this and of every convolution: float32 leaves about 2e-7 of the peak.
    """
    height, width = lengths(grid, reach_m=kernel.reach_m(bandwidth_m))
    quarter = quarter_of(kernel, bandwidth_m, cell_m=grid.cell_m, height=height, width=width)
    return Spectrum(grid.rows, grid.cols, height, width, np.ascontiguousarray(quarter, dtype=dtype))


def threads() -> int:
    """Return how many threads a transform may use: Dask's number, or all cores. It changes no value."""
    return int(dask.config.get("num_workers", None) or os.cpu_count() or 1)


def lengths(grid: Grid, *, reach_m: float) -> tuple[int, int]:
    """Return the height and width of transforms that leave `reach_m` free round the grid."""
    reach = int(np.ceil(reach_m / grid.cell_m))
    return _even_length(grid.rows + 2 * HALO + reach), _even_length(grid.cols + 2 * HALO + reach)


def quarter_of(kernel: Kernel, bandwidth_m: float, *, cell_m: float, height: int, width: int) -> np.ndarray:
    """Return the real transform of the sampled kernel at frequencies 0 ... height / 2, 0 ... width / 2."""
    down, right = ((np.arange(length // 2 + 1) * cell_m / bandwidth_m) ** 2 for length in (height, width))
    peak = kernel.peak_per_m2(bandwidth_m)
    if kernel.power == 0:
        along, across = (scipy.fft.dct(kernel.shape(q), type=1) for q in (down, right))
        return peak * along[:, None] * across
    down, right = down[down < 1], right[right < 1]
    corner = peak * kernel.shape(down[:, None] + right)
    along = scipy.fft.dct(_padded(corner, height // 2 + 1, axis=0), type=1, axis=0, overwrite_x=True)
    both: np.ndarray = scipy.fft.dct(_padded(along, width // 2 + 1, axis=1), type=1, axis=1, overwrite_x=True)
    return both


def _padded(array: np.ndarray, length: int, *, axis: int) -> np.ndarray:
    shape = list(array.shape)
    shape[axis] = length
    padded = np.zeros(shape)
    padded[: array.shape[0], : array.shape[1]] = array[: shape[0], : shape[1]]
    return padded


def _even_length(least: int) -> int:
    """Return a length that is fast to transform, even so that a cosine transform fits it."""
    length = int(scipy.fft.next_fast_len(least, real=True))
    while length % 2:
        length = int(scipy.fft.next_fast_len(length + 1, real=True))
    return length


@compiled
def _multiply(transformed: np.ndarray, quarter: np.ndarray) -> None:
    height = transformed.shape[0]
    for row in range(height):
        factors = quarter[min(row, height - row)]
        line = transformed[row]
        for col in range(line.size):
            line[col] *= factors[col]
