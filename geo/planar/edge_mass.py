"""The share of a kernel that falls inside a polygon, in closed form. No grid, no sampling; holes count as outside.

A polygon is the signed sum of the triangles between a place and the polygon's edges. In a triangle the kernel's mass is
an integral over the angle alone, ``(1 / 2 pi) int F(d / cos t) dt``, with d the distance to the edge's line and F the
mass within a radius. For the Gaussian that is Owen's T function; for ``(1 - r^2 / h^2)^p`` a polynomial in tan t.
"""

import numpy as np
import shapely
from scipy.special import owens_t

from geo.planar.kernels import Kernel

PAIRS = 1 << 20  # places times edges handled at once


def edge_mass_at(
    polygon: shapely.Polygon | shapely.MultiPolygon,
    at: tuple[np.ndarray, np.ndarray],
    kernel: Kernel,
    *,
    bandwidth_m: float | np.ndarray,
) -> np.ndarray:
    """Return ``int_W k_h(v - u) dv`` at each place u.

    Parameters
    ----------
    polygon : the window W, metres, with lakes as holes
    at : x, y of m places
    bandwidth_m : float, or one of each place

    Returns
    -------
    m float64 in [0, 1]; about 1e-14 exact

    Notes
    -----
    Owen (1956), Annals of Mathematical Statistics 27, 1075: T(h, a).
    """
    starts, ends = _edges(polygon)
    places = np.column_stack(at).astype(np.float64)
    bandwidths = np.broadcast_to(np.asarray(bandwidth_m, dtype=np.float64), len(places))
    step = max(1, PAIRS // max(len(starts), 1))
    parts = [
        _mass(starts, ends, places[i : i + step], bandwidths[i : i + step, None], kernel)
        for i in range(0, len(places), step)
    ]
    return np.clip(np.concatenate(parts), 0.0, 1.0) if parts else np.zeros(0)


def _edges(polygon: shapely.Polygon | shapely.MultiPolygon) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of every edge, land on the left."""
    oriented = shapely.orient_polygons(polygon)
    rings = shapely.get_rings(shapely.get_parts(oriented))
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[1:] == ring[:-1]
    return coordinates[:-1][follows], coordinates[1:][follows]


def _mass(
    starts: np.ndarray, ends: np.ndarray, places: np.ndarray, bandwidth: np.ndarray, kernel: Kernel
) -> np.ndarray:
    sides = ends - starts
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    keep = lengths > 0
    starts, along = starts[keep], sides[keep] / lengths[keep, None]
    to_x, to_y = (starts[:, axis] - places[:, axis, None] for axis in (0, 1))
    signed = (to_x * along[:, 1] - to_y * along[:, 0]) / bandwidth
    first = (to_x * along[:, 0] + to_y * along[:, 1]) / bandwidth
    last = first + lengths[keep] / bandwidth
    apart = np.abs(signed)
    apart = np.where(apart < 1e-13, np.inf, apart)  # a place on the edge's line: the triangle is empty
    turned = np.arctan(last / apart) - np.arctan(first / apart)
    outside = _beyond(last / apart, apart, kernel) - _beyond(first / apart, apart, kernel)
    mass: np.ndarray = (np.sign(signed) * (turned - outside)).sum(1) / (2 * np.pi)
    return mass


def _beyond(slope: np.ndarray, apart: np.ndarray, kernel: Kernel) -> np.ndarray:
    """Integral over the angle, up to arctan(slope), of the kernel's mass beyond the edge's line, times 2 pi."""
    if kernel.power == 0:
        gaussian: np.ndarray = 2 * np.pi * owens_t(apart, slope)
        return gaussian
    near = np.where(apart < 1, apart, 1.0)
    q = near**2
    t = np.clip(slope, -np.sqrt(1 / q - 1), np.sqrt(1 / q - 1))
    cube = t + t**3 / 3
    if kernel.power == 1:
        total = np.arctan(t) - 2 * q * t + q**2 * cube
    else:
        total = np.arctan(t) - 3 * q * t + 3 * q**2 * cube - q**3 * (t + 2 * t**3 / 3 + t**5 / 5)
    return np.where(apart < 1, total, 0.0)
