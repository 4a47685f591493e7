"""The kernels of all other places at each place, for one bandwidth after the other: what likelihoods are made of.

Few places are summed directly. Many go by one transform back and forth a bandwidth; where a place stands so alone that
the raster cannot tell its value from 0, its nearest neighbours are summed directly instead.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo.bandwidth.places import Places
from geo.bandwidth.raster import Raster, rasters_of
from geo.errors import GeoError
from geo.planar.binning import gathered
from geo.planar.density import LEAST_EDGE_MASS, Edge, edge_raster
from geo.planar.edge_mass import edge_mass_at
from geo.planar.exact import direct_sum
from geo.planar.kernels import GAUSSIAN
from geo.planar.points import Points
from geo.planar.window import area_shares

FEW = 1000  # places that are summed directly
LEAST = float(np.finfo(np.float64).tiny)  # of an intensity, so that its logarithm is a number
ALONE = 1e-3  # of the kernel's peak
NEIGHBOURS = 32

Window = shapely.Polygon | shapely.MultiPolygon


def others_at_places(
    places: Places, bandwidths_m: np.ndarray, *, window: Window | None = None, edge: Edge = "none"
) -> Iterator[np.ndarray]:
    """Yield, for each bandwidth, the intensity of all other places at each place, per square metre.

    Parameters
    ----------
    bandwidths_m : ascending
    window : polygon, needed unless `edge` is none
    edge : none, uniform or diggle, as in `geo.planar.density`

    Raises
    ------
    GeoError
        If an edge correction is asked for without a window, or places lie outside it.
    """
    if edge != "none":
        _require_inside(places, window)
    if places.x.size <= FEW:
        return (_direct(places, float(bandwidth), window, edge) for bandwidth in bandwidths_m)
    return _by_transforms(places, bandwidths_m, window, edge)


def _direct(places: Places, bandwidth_m: float, window: Window | None, edge: Edge) -> np.ndarray:
    at = places.x, places.y
    mass = np.ones(places.x.size)
    if edge != "none" and window is not None:
        mass = np.maximum(edge_mass_at(window, at, GAUSSIAN, bandwidth_m=bandwidth_m), LEAST_EDGE_MASS)
    weights = places.mass / mass if edge == "diggle" else places.mass
    points = Points(places.x, places.y, weights[None])
    values: np.ndarray = np.maximum(direct_sum(at, points, GAUSSIAN, bandwidth_m=bandwidth_m, leave_out=True)[0], LEAST)
    return values / mass if edge == "uniform" else values


def _by_transforms(places: Places, bandwidths_m: np.ndarray, window: Window | None, edge: Edge) -> Iterator[np.ndarray]:
    alone: _Alone | None = None
    for part, raster in rasters_of(places, bandwidths_m):
        share = None if edge == "none" or window is None else area_shares(window, raster.grid)
        for bandwidth in (float(value) for value in bandwidths_m[part]):
            inside = _inside(raster, share, bandwidth)
            mass = places.mass / inside if edge == "diggle" else places.mass
            transformed = raster.transform(mass) if edge == "diggle" else raster.transformed
            values = raster.others(bandwidth, mass, transformed)
            low = values < ALONE * GAUSSIAN.peak_per_m2(bandwidth)
            if low.any():
                alone = alone or _Alone(places, np.flatnonzero(low))
                alone.mend(values, mass, bandwidth)
            yield values / inside if edge == "uniform" else values


def _inside(raster: Raster, share: np.ndarray | None, bandwidth_m: float) -> np.ndarray:
    """Share of each place's kernel inside the window; 1 without one."""
    places = raster.places
    if share is None:
        return np.ones(places.x.size)
    edges = edge_raster(share, raster.spectrum(bandwidth_m, undamped=False), raster.grid)
    mass: np.ndarray = np.maximum(gathered(edges, places.columns, raster.grid, binning="cubic"), LEAST_EDGE_MASS)
    return mass


class _Alone:
    """Nearest neighbours of the places that stand alone at the narrowest bandwidth, and so at all wider ones."""

    def __init__(self, places: Places, which: np.ndarray) -> None:
        table = np.column_stack((places.x, places.y))
        number = min(NEIGHBOURS + 1, len(table))
        distance, neighbour = cKDTree(table).query(table[which], k=list(range(2, number + 1)))
        self.which, self.distance, self.neighbour = which, np.asarray(distance), np.asarray(neighbour)

    def mend(self, values: np.ndarray, mass: np.ndarray, bandwidth_m: float) -> None:
        peak = GAUSSIAN.peak_per_m2(bandwidth_m)
        low = values[self.which] < ALONE * peak
        shape = GAUSSIAN.shape((self.distance[low] / bandwidth_m) ** 2)
        values[self.which[low]] = peak * (mass[self.neighbour[low]] * shape).sum(1)
        np.maximum(values, LEAST, out=values)


def _require_inside(places: Places, window: Window | None) -> None:
    if window is None:
        msg = "this edge correction needs a window; give one, or take edge='none'"
        raise GeoError(msg)
    outside = int(np.count_nonzero(~shapely.intersects_xy(window, places.x, places.y)))
    if outside:
        msg = f"{outside} of {places.x.size} places lie outside the window; drop them and count them, or widen it"
        raise GeoError(msg)
