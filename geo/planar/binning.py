"""Sharing points out to the cells around them, and reading a raster back at the points. Smooths nothing.

Each point goes to 2 x 2 cell centres so that straight lines are reproduced ("linear"), or to 4 x 4 so that cubics are
("cubic", 4-point Lagrange): the error of a smooth kernel falls from (cell / bandwidth)^2 to its fourth power. Cubic
shares may be negative; they are never clipped before a sum. Reading uses the very same shares, so that spreading and
reading are transposes of each other and mass can be kept to rounding.
"""

from typing import Literal

import numpy as np

from geo.compiled import compiled
from geo.grid import Grid
from geo.planar.points import Points

Binning = Literal["linear", "cubic"]
HALO = 2  # cells that a cubic share may lie beyond the grid's edge
FLOAT32_POINTS = 1 << 22  # beyond, a float32 cell could stop growing


def binned(
    points: Points, column: int, grid: Grid, *, binning: Binning, width: int, dtype: type[np.floating]
) -> np.ndarray:
    """Return the mass of one column of weights shared out to cells.

    Parameters
    ----------
    width : int
        Columns of the raster, at least ``grid.cols + 2 * HALO``; more leaves room for a transform.

    Returns
    -------
    (grid.rows + 2 HALO) x width, `dtype`
        Cell (row, col) of the grid stands at (row + HALO, col + HALO).
    """
    sums = np.float64 if points.x.size > FLOAT32_POINTS else dtype
    raster = np.zeros((grid.rows + 2 * HALO, width), dtype=sums)
    add = _add_cubic if binning == "cubic" else _add_linear
    add(points.x, points.y, points.weights[column], _origin(grid), raster)
    return raster.astype(dtype, copy=False)


def gathered(raster: np.ndarray, points: Points, grid: Grid, *, binning: Binning) -> np.ndarray:
    """Return the value of a raster with HALO (as `binned` makes it) at each point, float64."""
    values = np.empty(points.x.size)
    read = _read_cubic if binning == "cubic" else _read_linear
    read(points.x, points.y, _origin(grid), raster, values)
    return values


def _origin(grid: Grid) -> np.ndarray:
    """First cell centre with halo, x and y, and cells per metre."""
    shift = (HALO - 0.5) * grid.cell_m
    return np.array([grid.x_min - shift, grid.y_max + shift, 1 / grid.cell_m])


@compiled
def shares(t: float) -> tuple[float, float, float, float]:
    """Lagrange weights of the nodes -1, 0, 1, 2 at `t` in [0, 1)."""
    before, after, beyond = t + 1.0, t - 1.0, t - 2.0
    return (
        -t * after * beyond / 6.0,
        before * after * beyond / 2.0,
        -before * t * beyond / 2.0,
        before * t * after / 6.0,
    )


@compiled
def _add_cubic(x: np.ndarray, y: np.ndarray, weights: np.ndarray, origin: np.ndarray, raster: np.ndarray) -> None:
    for i in range(x.size):
        weight = weights[i]
        if weight == 0.0:
            continue
        u, v = (x[i] - origin[0]) * origin[2], (origin[1] - y[i]) * origin[2]
        col, row = int(u), int(v)
        a0, a1, a2, a3 = shares(u - col)
        down = shares(v - row)
        for k in range(4):
            part = weight * down[k]
            line = raster[row - 1 + k]
            line[col - 1] += part * a0
            line[col] += part * a1
            line[col + 1] += part * a2
            line[col + 2] += part * a3


@compiled
def _add_linear(x: np.ndarray, y: np.ndarray, weights: np.ndarray, origin: np.ndarray, raster: np.ndarray) -> None:
    for i in range(x.size):
        weight = weights[i]
        if weight == 0.0:
            continue
        u, v = (x[i] - origin[0]) * origin[2], (origin[1] - y[i]) * origin[2]
        col, row = int(u), int(v)
        right, down = u - col, v - row
        raster[row, col] += weight * (1 - right) * (1 - down)
        raster[row, col + 1] += weight * right * (1 - down)
        raster[row + 1, col] += weight * (1 - right) * down
        raster[row + 1, col + 1] += weight * right * down


@compiled
def _read_cubic(x: np.ndarray, y: np.ndarray, origin: np.ndarray, raster: np.ndarray, values: np.ndarray) -> None:
    for i in range(x.size):
        u, v = (x[i] - origin[0]) * origin[2], (origin[1] - y[i]) * origin[2]
        col, row = int(u), int(v)
        a0, a1, a2, a3 = shares(u - col)
        down = shares(v - row)
        value = 0.0
        for k in range(4):
            line = raster[row - 1 + k]
            value += down[k] * (a0 * line[col - 1] + a1 * line[col] + a2 * line[col + 1] + a3 * line[col + 2])
        values[i] = value


@compiled
def _read_linear(x: np.ndarray, y: np.ndarray, origin: np.ndarray, raster: np.ndarray, values: np.ndarray) -> None:
    for i in range(x.size):
        u, v = (x[i] - origin[0]) * origin[2], (origin[1] - y[i]) * origin[2]
        col, row = int(u), int(v)
        right, down = u - col, v - row
        above = (1 - right) * raster[row, col] + right * raster[row, col + 1]
        below = (1 - right) * raster[row + 1, col] + right * raster[row + 1, col + 1]
        values[i] = (1 - down) * above + down * below
