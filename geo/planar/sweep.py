"""Exact densities of the quartic and the Epanechnikov kernel on a grid, row by row. No binning, no transform.

On one row a point's kernel is a polynomial in x between two columns. It is opened at the first and closed after the
last, and one running polynomial, moved from column to column by Taylor's formula, is the sum of all that are open:
work per row is its columns plus the points within reach (the complexity of Chan et al. 2022, SIGMOD, "SLAM").
Coefficients are relative to the current column in units of the radius, which keeps eleven digits with eastings of 5e5.
"""

import numpy as np

from geo.compiled import compiled
from geo.errors import GeoError
from geo.grid import Grid
from geo.planar.kernels import Kernel
from geo.planar.points import Points, require_smoothable
from geo.threads import each

BLOCK_ROWS = 16
FEW_CELLS = 1 / 8  # cell over radius above which adding cell by cell is quicker, and exact without care


def exact_grid(points: Points, grid: Grid, kernel: Kernel, *, bandwidth_m: float) -> np.ndarray:
    """Return ``sum_i w_i k_h(u - x_i)`` at all cell centres u.

    Parameters
    ----------
    points : Points, on the grid or beyond it
    kernel : quartic or Epanechnikov
    bandwidth_m : radius

    Returns
    -------
    columns x rows x cols float64, weight per square metre; about 1e-11 of the peak exact

    Raises
    ------
    CrsError, GeoError
        If the grid is not in metres, the bandwidth not positive, or the kernel has no edge.
    """
    require_smoothable(grid, bandwidth_m=bandwidth_m, least_cells=0.0)
    if kernel.power == 0:
        msg = "the exact sweep needs a kernel with an edge (quartic, epanechnikov); sum a Gaussian by direct_sum"
        raise GeoError(msg)
    step = grid.cell_m / bandwidth_m
    across = (points.x - grid.x_min) / bandwidth_m - 0.5 * step
    down = (grid.y_max - points.y) / bandwidth_m - 0.5 * step
    row = np.clip(np.floor(down / step), -1, grid.rows).astype(np.int64)
    order = np.argsort(row, kind="stable")
    starts = np.searchsorted(row[order], np.arange(-1, grid.rows + 2))
    table = np.stack((across[order], down[order]))
    result = np.zeros((len(points.weights), *grid.shape))
    for column, weights in enumerate(points.weights):
        ordered = weights[order]

        def block(first: int, column: int = column, ordered: np.ndarray = ordered) -> None:
            _sweep(kernel.power, step, first, (table, ordered, starts), result[column, first : first + BLOCK_ROWS])

        each(block, range(0, grid.rows, BLOCK_ROWS))
    result *= kernel.peak_per_m2(bandwidth_m)
    return result


@compiled
def _sweep(
    power: int, step: float, first: int, points: tuple[np.ndarray, np.ndarray, np.ndarray], plane: np.ndarray
) -> None:
    table, weights, starts = points
    rows, cols = starts.size - 3, plane.shape[1]
    reach = int(np.ceil(1 / step)) + 1
    opened = np.zeros((cols + 1, 5))
    for r in range(plane.shape[0]):
        centre = (first + r) * step
        opened[:] = 0.0
        near = slice(starts[max(0, first + r - reach)], starts[min(rows, first + r + reach) + 2])
        if step > FEW_CELLS:
            _add_stencils(power, step, centre, (table[:, near], weights[near]), plane[r])
        elif power == 2:
            _open_quartics(step, centre, table[:, near], weights[near], opened)
            _run_quartic(step, opened, plane[r])
        else:
            _open_parabolas(step, centre, table[:, near], weights[near], opened)
            _run_parabola(step, opened, plane[r])


@compiled
def _columns(across: float, half: float, per_step: float, cols: int) -> tuple[int, int]:
    """First column within `half` of a point, and the first one after it."""
    # Truncation is floor here: the offset keeps both above 0, and is taken off again.
    start = min(max(int((across - half) * per_step + (cols + 1.0)) - cols, 0), cols)
    stop = min(max(int((across + half) * per_step + (cols + 1.0)) - cols, 0), cols)
    return start, stop


@compiled
def _open_quartics(step: float, centre: float, table: np.ndarray, weights: np.ndarray, opened: np.ndarray) -> None:
    """Add each point's polynomial where it starts, and take it away where it ends."""
    cols, per_step = opened.shape[0] - 1, 1.0 / step
    for i in range(weights.size):
        rest = 1.0 - (table[1, i] - centre) ** 2
        if rest <= 0.0:
            continue
        across, weight = table[0, i], weights[i]
        start, stop = _columns(across, np.sqrt(rest), per_step, cols)
        if stop <= start:
            continue
        for col, sign in ((start, weight), (stop, -weight)):
            offset = col * step - across
            level, slope = rest - offset * offset, -2.0 * offset
            signed = sign * level
            opened[col, 0] += signed * level
            opened[col, 1] += 2.0 * signed * slope
            opened[col, 2] += sign * (slope * slope) - 2.0 * signed
            opened[col, 3] -= 2.0 * sign * slope
            opened[col, 4] += sign


@compiled
def _open_parabolas(step: float, centre: float, table: np.ndarray, weights: np.ndarray, opened: np.ndarray) -> None:
    """As `_open_quartics`, for ``level + slope z - z^2`` itself."""
    cols, per_step = opened.shape[0] - 1, 1.0 / step
    for i in range(weights.size):
        rest = 1.0 - (table[1, i] - centre) ** 2
        if rest <= 0.0:
            continue
        across, weight = table[0, i], weights[i]
        start, stop = _columns(across, np.sqrt(rest), per_step, cols)
        if stop <= start:
            continue
        for col, sign in ((start, weight), (stop, -weight)):
            offset = col * step - across
            opened[col, 0] += sign * (rest - offset * offset)
            opened[col, 1] -= 2.0 * sign * offset
            opened[col, 2] -= sign


@compiled
def _add_stencils(
    power: int, step: float, centre: float, points: tuple[np.ndarray, np.ndarray], line: np.ndarray
) -> None:
    """Add each point to the few columns it reaches."""
    table, weights = points
    for i in range(weights.size):
        rest = 1.0 - (table[1, i] - centre) ** 2
        if rest <= 0.0:
            continue
        start, stop = _columns(table[0, i], np.sqrt(rest), 1.0 / step, line.size)
        for col in range(start, stop):
            level = max(0.0, rest - (col * step - table[0, i]) ** 2)
            line[col] += weights[i] * (level * level if power == 2 else level)


@compiled
def _run_quartic(step: float, opened: np.ndarray, line: np.ndarray) -> None:
    p0 = p1 = p2 = p3 = p4 = 0.0
    for col in range(line.size):
        p0 += step * (p1 + step * (p2 + step * (p3 + step * p4))) + opened[col, 0]
        p1 += step * (2 * p2 + step * (3 * p3 + step * 4 * p4)) + opened[col, 1]
        p2 += step * (3 * p3 + step * 6 * p4) + opened[col, 2]
        p3 += step * 4 * p4 + opened[col, 3]
        p4 += opened[col, 4]
        line[col] = p0


@compiled
def _run_parabola(step: float, opened: np.ndarray, line: np.ndarray) -> None:
    p0 = p1 = p2 = 0.0
    for col in range(line.size):
        p0 += step * (p1 + step * p2) + opened[col, 0]
        p1 += step * 2 * p2 + opened[col, 1]
        p2 += opened[col, 2]
        line[col] = p0
