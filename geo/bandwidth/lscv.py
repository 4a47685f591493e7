"""Least-squares cross-validation for a Gaussian, all bandwidths from one transform. Corrects no edge.

``LSCV(h) = int f^2 - 2 mean f_{-i}(x_i)``; for a Gaussian both are sums over pairs of places, and both follow from the
power spectrum: the first with exp(-k^2 h^2), the second with exp(-k^2 h^2 / 2). The spectrum is read by rows and
columns, so a bandwidth costs two products with a vector.
"""

import numpy as np
import scipy.fft

from geo.bandwidth.places import Places
from geo.bandwidth.raster import Raster, damping, rasters_of
from geo.bandwidth.selection import Selection, candidates_m, selected


def lscv(places: Places, *, bandwidths_m: np.ndarray | None = None) -> Selection:
    """Return the least-squares criterion over bandwidths, the smaller the better.

    Parameters
    ----------
    places : Places
        Pairs on one spot are left out of the second term (not of the first), so snapped coordinates do not drive the
        optimum to 0. With weights, the pair (i, j) counts ``w_i w_j``.
    bandwidths_m : optional
        Standard deviations to try; from a geometric row round the oversmoothing bandwidth if not given.

    Notes
    -----
    Bowman (1984), Biometrika 71, 353. The criterion has the unit 1 / m^2.
    """
    candidates = candidates_m(places, bandwidths_m)
    parts = [_criterion(raster, candidates[part]) for part, raster in rasters_of(places, candidates, reach=2.0)]
    return selected("lscv", candidates, np.concatenate(parts), places=places, is_maximum=False)


def _criterion(raster: Raster, bandwidths_m: np.ndarray) -> np.ndarray:
    total, squares = raster.places.total, float((raster.places.mass**2).sum())
    wider = bandwidths_m * np.sqrt(2)
    sums = _pair_sums(raster, np.r_[bandwidths_m, wider])
    first = (sums[bandwidths_m.size :] + squares / (2 * np.pi * wider**2)) / total**2
    criterion: np.ndarray = first - 2 * sums[: bandwidths_m.size] / (total**2 - squares)
    return criterion


def _pair_sums(raster: Raster, bandwidths_m: np.ndarray) -> np.ndarray:
    """Sum of ``m_i m_j k_h(x_i - x_j)`` over all ordered pairs of different places, for each bandwidth."""
    cell_m = raster.grid.cell_m
    power = raster.transformed.real**2
    power += raster.transformed.imag**2
    power[:, 1 : raster.width // 2] *= 2  # the half of the spectrum that a real transform leaves out
    down = 2 * np.pi * scipy.fft.fftfreq(raster.height, cell_m)
    right = 2 * np.pi * scipy.fft.rfftfreq(raster.width, cell_m)
    power /= damping(raster.height)[:, None] * damping(raster.width)[: raster.width // 2 + 1]
    along, across = (np.exp(-(np.outer(axis, bandwidths_m) ** 2) / 2) for axis in (down, right))
    both = np.einsum("kh,kh->h", along, power @ across) / (raster.height * raster.width * cell_m**2)
    lags = raster.self_lags(raster.places.mass)
    kernels = [raster.lag_kernels(float(value)) for value in bandwidths_m]
    pairs: np.ndarray = both - np.array([across_y @ lags @ along_x for along_x, across_y in kernels])
    return pairs
