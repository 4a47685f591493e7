"""Points and their columns of weights, checked once before they are summed. Bins and smooths nothing."""

from dataclasses import dataclass

import numpy as np

from geo.crs import require_metric
from geo.errors import GeoError
from geo.grid import Grid


@dataclass(frozen=True)
class Points:
    """Places in metres with one or more columns of weights (periods, harm classes, replicates).

    Attributes
    ----------
    x, y : n float64, metres
    weights : columns x n float64
    """

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray


def points_of(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> Points:
    """Return checked points; without weights, one column of ones.

    Parameters
    ----------
    x, y : n, metres
    weights : (columns x) n, optional

    Raises
    ------
    GeoError
        If lengths differ, or a coordinate or weight is not finite.
    """
    east, north = (np.ascontiguousarray(axis, dtype=np.float64) for axis in (x, y))
    n = east.size
    given = np.ones((1, n)) if weights is None else np.atleast_2d(np.asarray(weights, dtype=np.float64))
    if east.ndim != 1 or north.shape != east.shape or given.ndim != 2 or given.shape[1] != n:
        msg = f"x has shape {east.shape}, y {north.shape}, weights {given.shape}; a point needs one of each"
        raise GeoError(msg)
    for what, values in (("coordinates", east), ("coordinates", north), ("weights", given)):
        odd = values.size - np.count_nonzero(np.isfinite(values))
        if odd:
            msg = f"{odd} {what} are not finite; drop those points and count them"
            raise GeoError(msg)
    return Points(east, north, np.ascontiguousarray(given))


def require_on_grid(points: Points, grid: Grid) -> None:
    """Refuse points outside the grid, which would be dropped in silence.

    Raises
    ------
    GeoError
        If a point lies outside; the message has their number, never a coordinate.
    """
    west, south, east, north = grid.bounds
    x, y = points.x, points.y
    if not x.size or (x.min() >= west and x.max() < east and y.min() > south and y.max() <= north):
        return
    outside = int(np.count_nonzero((x < west) | (x >= east) | (y <= south) | (y > north)))
    msg = f"{outside} of {x.size} points lie outside the grid; drop them and count them, or widen the grid"
    raise GeoError(msg)


def require_smoothable(grid: Grid, *, bandwidth_m: float, least_cells: float) -> None:
    """Refuse a grid in degrees and a bandwidth that its cells cannot show.

    Raises
    ------
    CrsError
        If the grid is not in metres.
    GeoError
        If the bandwidth is not a positive number, or below `least_cells` cells.
    """
    require_metric(grid.crs, "the grid of the density")
    if not (np.isfinite(bandwidth_m) and bandwidth_m > 0):
        msg = f"the bandwidth is {bandwidth_m} m; it must be a positive number"
        raise GeoError(msg)
    if bandwidth_m < least_cells * grid.cell_m:
        msg = (
            f"the bandwidth of {bandwidth_m:g} m is below {least_cells:g} cells of {grid.cell_m:g} m: the map would "
            "show the grid, not the density. Take smaller cells or a wider bandwidth."
        )
        raise GeoError(msg)
