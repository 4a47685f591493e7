"""What a smoother is to the tests of change: any linear map from masses per cell to densities per cell.

Owns the contract, the two smoothers at hand, and how sharp a smoother is; no density method of its own.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import ndimage

from geo.errors import GeoError
from geo.ground import Ground, spread
from geo.planar import density
from geo.planar.binning import HALO

# k x rows x cols masses -> k x rows x cols densities, on one scale; linear, every plane by itself, 0 off the window.
Smoother = Callable[[np.ndarray], np.ndarray]

_REACH = 6  # bandwidths of the probes' own (wider) kernel between probes: they meet at 1e-4 of their height


def on_land(ground: Ground, *, bandwidth_cells: float) -> Smoother:
    """Return the smoother that walks round water and walls; see `geo.ground.spread`."""
    return partial(spread, ground, bandwidth_cells=bandwidth_cells)


def in_plane(plain: density.Smoother) -> Smoother:
    """Return the classical smoother of a grid, as the crow flies: edge correction "uniform" if it has a window.

    Parameters
    ----------
    plain : geo.planar.density.Smoother
        Made ready by `geo.planar.density.smoother`; its dtype is that of the densities.
    """
    rows, cols, width = plain.grid.rows, plain.grid.cols, plain.spectrum.width
    inner = np.s_[HALO : rows + HALO, HALO : cols + HALO]
    scale = np.full(plain.grid.shape, plain.grid.cell_area_m2)
    if plain.share is not None and plain.edge_mass is not None:
        edge = np.maximum(plain.edge_mass[inner], density.LEAST_EDGE_MASS)
        scale = np.where(plain.share > 0, scale / edge, 0.0)
    scale = scale.astype(plain.spectrum.dtype)

    def smooth(masses: np.ndarray) -> np.ndarray:
        raster = np.zeros((rows + 2 * HALO, width), dtype=plain.spectrum.dtype)
        result = np.empty(masses.shape, dtype=plain.spectrum.dtype)
        for k, mass in enumerate(masses):
            raster[inner] = mass
            np.multiply(plain.spectrum.convolve(raster, workers=1)[inner], scale, out=result[k])
        return result

    return smooth


def least_density(incidents: float, *, bandwidth_cells: float) -> float:
    """Return the pooled mass per cell at which so many incidents lie, in effect, under the Gaussian.

    A Gaussian average rests on the incidents of an area of 4 pi bandwidth^2: the inverse of the integral of its square.
    """
    if not (incidents >= 0 and bandwidth_cells > 0):
        msg = f"{incidents} incidents at a bandwidth of {bandwidth_cells} cells; 0 or more and above 0 are needed"
        raise GeoError(msg)
    return incidents / (4 * np.pi * bandwidth_cells**2)


def planar_sharpness(edge: np.ndarray, edge_narrow: np.ndarray, *, bandwidth_cells: float) -> np.ndarray:
    """Return the sum of the kernel's squares over the window, per cell, for uniform edge correction.

    q(h / sqrt 2) / (4 pi h^2 q(h)^2), with q the kernel's mass inside the window (Hazelton & Davies 2009).

    Parameters
    ----------
    edge, edge_narrow : rows x cols
        Mass inside the window of the Gaussian of the bandwidth, and of the bandwidth over sqrt 2.
    """
    squared = 4 * np.pi * bandwidth_cells**2 * np.square(edge)
    return np.asarray(np.divide(edge_narrow, squared, out=np.full(edge.shape, np.inf), where=edge > 0))


def sharpness(smoother: Smoother, land: np.ndarray, *, bandwidth_cells: float, step: int = 1) -> np.ndarray:
    """Measure the sum of the kernel's squares at every cell, for a self-adjoint smoother such as the land's.

    Smoothing twice, K K', has these sums on its diagonal. Probes far enough apart not to meet are smoothed together.

    Parameters
    ----------
    smoother : Smoother
        Self-adjoint and keeping mass: K' = K. (Uniform edge correction is not: use `planar_sharpness`.)
    land : rows x cols bool
    bandwidth_cells : float
    step : int
        Probe every so many cells and give the others the value of the nearest probe. At half the bandwidth the values
        are within 0.1 % in open country; in a corner of the shore they may be a third off.

    Returns
    -------
    rows x cols float64, NaN off the land
    """
    apart = step * int(np.ceil(_REACH * np.sqrt(2) * bandwidth_cells / step))
    rows, cols = land.shape
    found = np.full(land.shape, np.nan)
    for row in range(0, min(apart, rows), step):
        offsets = range(0, min(apart, cols), step)
        probes = np.zeros((len(offsets), rows, cols))
        for k, col in enumerate(offsets):
            probes[k, row::apart, col::apart] = land[row::apart, col::apart]
        twice = smoother(smoother(probes))
        found = np.where((probes > 0).any(axis=0), (twice * probes).sum(axis=0), found)
    return _filled(found, land)


def _filled(found: np.ndarray, land: np.ndarray) -> np.ndarray:
    """Give land cells without a probe the value of the nearest one."""
    nearest = ndimage.distance_transform_edt(np.isnan(found), return_distances=False, return_indices=True)
    return np.where(land, found[tuple(nearest)], np.nan)
