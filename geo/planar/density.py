"""Kernel densities of points on a grid, by binning and FFT, with the edge of an irregular window put right.

Owns the plain estimator of one bandwidth. What depends on the grid, the kernel and the window is computed once, in
`smoother`; periods, classes and weights are columns and go through it at once. Distances are as the crow flies.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from geo.errors import GeoError
from geo.grid import Grid
from geo.planar.binning import HALO, Binning, binned, gathered
from geo.planar.fft import Spectrum, spectrum_of
from geo.planar.kernels import Kernel
from geo.planar.points import Points, require_on_grid, require_smoothable
from geo.planar.window import area_shares
from geo.threads import each

Edge = Literal["none", "uniform", "diggle"]
Area = np.ndarray | shapely.Polygon | shapely.MultiPolygon
LEAST_CELLS = 1.0  # a bandwidth below one cell is refused
LEAST_EDGE_MASS = 1e-6


@dataclass(frozen=True)
class Smoother:
    """One kernel, bandwidth, grid and window, made ready by `smoother`.

    Attributes
    ----------
    share : rows x cols, or None for the whole plane
        Share of each cell's area inside the window.
    edge_mass : (rows + 2 HALO) x width, or None
        Mass inside the window of the kernel put at each cell centre, on the raster of `geo.planar.binning`.
    """

    grid: Grid
    kernel: Kernel
    bandwidth_m: float
    binning: Binning
    spectrum: Spectrum
    share: np.ndarray | None
    edge_mass: np.ndarray | None

    def intensity(self, points: Points, *, edge: Edge = "diggle") -> np.ndarray:
        """Return the intensity at the centre of each cell.

        Parameters
        ----------
        points : Points
        edge : none, uniform or diggle
            ``sum w k(u - x)``, that over e(u) (Diggle 1985), or ``sum w k(u - x) / e(x)`` (Jones 1993), which alone
            keeps mass: summed over ``share * cell area`` it is the sum of weights, to rounding.

        Returns
        -------
        columns x rows x cols, weight per square metre; nan where no part of the cell is in the window
            Far from all points values may lie below 0 by the error of the binning; they are not clipped, so that sums
            stay right.

        Raises
        ------
        GeoError
            If points lie outside the grid or the window, or an edge correction is asked for without a window.
        """
        require_on_grid(points, self.grid)
        reweighted = self.reweighted(points) if edge == "diggle" else points
        columns = range(len(points.weights))
        workers = None if len(columns) == 1 else 1

        def one(column: int) -> np.ndarray:
            width, dtype = self.spectrum.width, self.spectrum.dtype
            bins = binned(reweighted, column, self.grid, binning=self.binning, width=width, dtype=dtype)
            return _inner(self.spectrum.convolve(bins, workers=workers), self.grid)

        planes = np.stack(each(one, columns))
        if edge == "uniform":
            planes /= np.maximum(_inner(self._edge_mass(), self.grid), LEAST_EDGE_MASS)
        if self.share is not None:
            planes[:, self.share == 0] = np.nan
        return planes

    def edge_mass_of(self, points: Points) -> np.ndarray:
        """Return e(x), the share of each point's kernel that falls inside the window.

        Raises
        ------
        GeoError
            If a point's cell has no part in the window; the message has their number.
        """
        raster = self._edge_mass()
        require_on_grid(points, self.grid)
        assert self.share is not None  # noqa: S101 # kept together with the edge mass; tells the type checker so
        outside = int(np.count_nonzero(self.share.ravel()[self.grid.cell_of(points.x, points.y)] == 0))
        if outside:
            msg = f"{outside} of {points.x.size} points lie outside the window; drop them and count them, or widen it"
            raise GeoError(msg)
        mass: np.ndarray = np.maximum(gathered(raster, points, self.grid, binning=self.binning), LEAST_EDGE_MASS)
        return mass

    def reweighted(self, points: Points) -> Points:
        """Return the points with weights over their edge mass: what `diggle` sums."""
        return Points(points.x, points.y, points.weights / self.edge_mass_of(points))

    def mass(self, intensity: np.ndarray) -> np.ndarray:
        """Return the integral of each column over the window (or the whole grid)."""
        share = np.ones(self.grid.shape) if self.share is None else self.share
        inside = np.where(share > 0, intensity, 0).reshape(-1, share.size)
        integral: np.ndarray = inside @ (share.ravel() * self.grid.cell_area_m2)
        return integral

    def _edge_mass(self) -> np.ndarray:
        if self.edge_mass is None:
            msg = "this edge correction needs a window; give one to smoother(), or take edge='none'"
            raise GeoError(msg)
        return self.edge_mass


def smoother(
    grid: Grid,
    kernel: Kernel,
    *,
    bandwidth_m: float,
    window: Area | None = None,
    binning: Binning = "cubic",
    dtype: type[np.floating] = np.float64,
) -> Smoother:
    """Make ready everything that does not depend on the points.

    Parameters
    ----------
    grid : Grid, in metres
    bandwidth_m : float
        Standard deviation of the Gaussian, radius of the others.
    window : polygon with lakes as holes, or rows x cols share of each cell's area, optional
    binning : linear or cubic
        Error of the sum about (cell / bandwidth)^2 or its fourth power; see `geo.planar.accuracy` to measure it.
    dtype : float32 or float64
        float32 is twice as fast and leaves 2e-7 of the peak.

    Raises
    ------
    CrsError, GeoError
        If the grid is not in metres, the bandwidth below a cell, or the window does not fit the grid.
    """
    require_smoothable(grid, bandwidth_m=bandwidth_m, least_cells=LEAST_CELLS)
    spectrum = spectrum_of(grid, kernel, bandwidth_m=bandwidth_m, dtype=dtype)
    if window is None:
        return Smoother(grid, kernel, bandwidth_m, binning, spectrum, None, None)
    share = share_of(window, grid)
    return Smoother(grid, kernel, bandwidth_m, binning, spectrum, share, edge_raster(share, spectrum, grid))


def share_of(window: Area, grid: Grid) -> np.ndarray:
    """Return the share of each cell's area inside the window, checked.

    Raises
    ------
    GeoError
        If shares do not fit the grid, lie outside [0, 1], or are all 0.
    """
    share = window.astype(np.float64) if isinstance(window, np.ndarray) else area_shares(window, grid)
    if share.shape != grid.shape:
        msg = f"the window has {share.shape} rows and columns, the grid {grid.shape}; use one grid for both"
        raise GeoError(msg)
    if not (share.max() <= 1 and share.min() >= 0 and share.any()):
        msg = "the window's shares must lie in [0, 1], and not all be 0; do window and grid overlap?"
        raise GeoError(msg)
    return share


def edge_raster(share: np.ndarray, spectrum: Spectrum, grid: Grid) -> np.ndarray:
    """Return the mass inside the window of the kernel at each cell centre, on the raster with halo."""
    raster = np.zeros((grid.rows + 2 * HALO, spectrum.width), dtype=spectrum.dtype)
    raster[HALO : grid.rows + HALO, HALO : grid.cols + HALO] = share * grid.cell_area_m2
    return spectrum.convolve(raster)


def _inner(raster: np.ndarray, grid: Grid) -> np.ndarray:
    return raster[HALO : grid.rows + HALO, HALO : grid.cols + HALO]
