"""Points as distinct places with how many incidents each: finds coordinates that were rounded or put on one spot.

Records snapped to a corner or a house share coordinates. A criterion that leaves one point out then finds its twin at
distance 0 and asks for a bandwidth of 0. So every selector here works on places, and leaves out whole places.
"""

from dataclasses import dataclass

import numpy as np

from geo.crs import AnyCrs, require_metric
from geo.errors import GeoError
from geo.planar.points import Points, points_of

ROUNDINGS_M = (1000.0, 500.0, 250.0, 200.0, 100.0, 50.0, 25.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.01)
TOLERANCE_M = 1e-6
FINE_SHARE = 0.999  # of coordinates that must be multiples; a few exact ones do not undo a rounding


@dataclass(frozen=True)
class Places:
    """Distinct places and what lies on them.

    Attributes
    ----------
    x, y : m float64, metres, from south to north
    mass : m float64
        Sum of the weights at each place; without weights the number of points.
    points : int
        Points there were.
    duplicated_share : float
        Share of points that share their coordinates with another.
    rounding_m : float
        Largest step that (nearly) all coordinates are multiples of; 0 where none of a centimetre or more is found.
    is_weighted : bool
    """

    x: np.ndarray
    y: np.ndarray
    mass: np.ndarray
    points: int
    duplicated_share: float
    rounding_m: float
    is_weighted: bool

    @property
    def total(self) -> float:
        return float(self.mass.sum())

    @property
    def columns(self) -> Points:
        """The places as points with one column, their mass."""
        return Points(self.x, self.y, self.mass[None])


def places_of(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None, *, crs: AnyCrs) -> Places:
    """Gather points with the same coordinates.

    Parameters
    ----------
    x, y : n, metres
    weights : n, optional, not negative
    crs : of the coordinates; metres are needed

    Raises
    ------
    CrsError, GeoError
        If the CRS is not metric, values are not finite, a weight is negative, or there are fewer than two places.
    """
    require_metric(crs, "the points of a bandwidth")
    points = points_of(x, y, weights)
    mass = points.weights[0]
    if len(points.weights) != 1 or (mass < 0).any():
        msg = "a bandwidth needs one column of weights, none of them negative; one bandwidth serves all periods"
        raise GeoError(msg)
    rounding = _rounding_m(points.x, points.y)
    where_x, where_y, mass, duplicated = _gathered(points.x, points.y, mass)
    if where_x.size < 2:
        msg = f"there are {where_x.size} distinct places; a bandwidth needs at least two"
        raise GeoError(msg)
    share = duplicated / points.x.size
    return Places(where_x, where_y, mass, points.x.size, share, rounding, weights is not None)


def _gathered(x: np.ndarray, y: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Return distinct places from south to north, their mass, and how many points share theirs with another.

    In this order, cells that lie together are visited together, which makes the raster's sums three times quicker.
    """
    order = np.argsort(y)
    if (np.diff(y[order]) > 0).all():
        return x[order], y[order], mass[order], 0
    order = np.lexsort((x, y))
    x, y, mass = x[order], y[order], mass[order]
    starts = np.flatnonzero(np.r_[True, (x[1:] != x[:-1]) | (y[1:] != y[:-1])])
    counts = np.diff(np.r_[starts, x.size])
    return x[starts], y[starts], np.add.reduceat(mass, starts), int(counts[counts > 1].sum())


def _rounding_m(x: np.ndarray, y: np.ndarray) -> float:
    """Return the largest step that nearly all coordinates are multiples of; a sample says no first."""
    for step in ROUNDINGS_M:
        if all(_is_rounded(axis[:1000], step) and _is_rounded(axis, step) for axis in (x, y)):
            return step
    return 0.0


def _is_rounded(axis: np.ndarray, step: float) -> bool:
    off = np.abs(axis - np.round(axis / step) * step)
    return axis.size > 1 and bool(np.mean(off < TOLERANCE_M) >= FINE_SHARE)
