"""Where in its cell an incident lies: its unit mass on nine cells, so that spreading sees the place, not the centre.

Weights (f^2 - f) / 2, 1 - f^2, (f^2 + f) / 2 along each axis, f the distance from the centre in cells, keep mass, mean
and variance: the error left is of third order in cell / bandwidth; that of putting all into the centre is of first. A
cell that cannot be stepped to gives its weight back to the cell before it, which is the mirror image that a shore or a
fence along the cell's side reflects; nothing is put across water or a fence.
"""

import numpy as np
from scipy.sparse import csr_array

from geo.compiled import compiled

# Weights are whole multiples of this, so their sums are exact and independent of order up to 2.7e8 incidents in a cell.
QUANTUM = 2.0**-25
ROUNDER = 1.5 * 2.0**52 * QUANTUM  # doubles of this size lie QUANTUM apart: added and taken away, it rounds to that
STRIP_ROWS = 16  # of cells that stay in a core's cache while the incidents in them are added
EAST, WEST, SOUTH, NORTH, SOUTH_EAST, SOUTH_WEST, NORTH_EAST, NORTH_WEST = (1 << k for k in range(8))


def doors(land: np.ndarray, *, cut_east: np.ndarray | None = None, cut_south: np.ndarray | None = None) -> np.ndarray:
    """Return to which of its eight neighbours each cell can step, as bits; corners only where all four ways are open.

    Parameters
    ----------
    land, cut_east, cut_south
        As `geo.ground.ground_of`.

    Returns
    -------
    rows x cols uint8
    """
    land = np.asarray(land, dtype=bool)
    east = land[:, :-1] & land[:, 1:]
    south = land[:-1] & land[1:]
    if cut_east is not None:
        east &= ~np.asarray(cut_east, dtype=bool)[:, :-1]
    if cut_south is not None:
        south &= ~np.asarray(cut_south, dtype=bool)[:-1]
    whole = east[:-1] & east[1:] & south[:, :-1] & south[:, 1:]
    found = np.zeros(land.shape, dtype=np.uint8)
    first, last, every = slice(None, -1), slice(1, None), slice(None)
    for opened, rows, cols, bit in (
        (east, every, first, EAST),
        (east, every, last, WEST),
        (south, first, every, SOUTH),
        (south, last, every, NORTH),
        (whole, first, first, SOUTH_EAST),
        (whole, first, last, SOUTH_WEST),
        (whole, last, first, NORTH_EAST),
        (whole, last, last, NORTH_WEST),
    ):
        found[rows, cols] |= opened * np.uint8(bit)
    return found


def land_cells(land: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Return the flat cell each place lies in; -1 off the land, off the grid, and where a place is not known.

    Parameters
    ----------
    land : rows x cols bool
    across, down : n float64
        As in `placed`; not finite if unknown.

    Returns
    -------
    n int64
    """
    found: np.ndarray = _land_cells(np.asarray(land, dtype=bool), across, down)
    return found


def placed(open_doors: np.ndarray, cells: np.ndarray, across: np.ndarray, down: np.ndarray) -> csr_array:
    """Return the mass that each incident puts on each cell.

    Parameters
    ----------
    open_doors : rows x cols uint8
        From `doors`.
    cells : n int
        The flat land cell each incident belongs to; -1 for none.
    across, down : n float64
        Its place in cells from the north-west corner of the grid. A place outside its cell counts as the nearest place
        on the cell's edge.

    Returns
    -------
    n x cells, sparse
        Rows sum to 1, those without a cell are empty. Weights may lie below zero, at least -1/8.
    """
    used = np.flatnonzero(cells >= 0)
    columns, weights = _nine_each(open_doors, cells[used], across[used], down[used])
    kept = weights != 0
    number = np.zeros(cells.size + 1, dtype=np.int64)
    number[used + 1] = kept.sum(axis=1)
    return csr_array((weights[kept], columns[kept], np.cumsum(number)), shape=(cells.size, open_doors.size))


def add_placed(
    counts: np.ndarray, open_doors: np.ndarray, cells: np.ndarray, across: np.ndarray, down: np.ndarray
) -> None:
    """Add the mass of many incidents to `counts`, rows x cols float64: column sums of `placed` without the matrix.

    They are added strip by strip of the grid, which a random walk over all of it takes five times as long for; sums are
    exact, so the order changes no bit.
    """
    rows, cols = open_doors.shape
    in_strips = _by_strip(cells, across, down, STRIP_ROWS * cols, -(-rows // STRIP_ROWS))
    _add_nine(counts.ravel(), open_doors, *in_strips)


@compiled
def _land_cells(land: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    rows, cols = land.shape
    cells = np.full(across.size, -1, dtype=np.int64)
    for i in range(across.size):
        if 0 <= across[i] < cols and 0 <= down[i] < rows:  # never true of what is not finite
            row, col = int(down[i]), int(across[i])
            if land[row, col]:
                cells[i] = row * cols + col
    return cells


@compiled
def _by_strip(
    cells: np.ndarray, across: np.ndarray, down: np.ndarray, strip: int, strips: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the same without incidents that have no cell, those of one strip of `strip` cells together."""
    place = np.zeros(strips + 1, dtype=np.int64)
    for i in range(cells.size):
        if cells[i] >= 0:
            place[cells[i] // strip + 1] += 1
    place = np.cumsum(place)
    sorted_cells = np.empty(place[strips], dtype=np.int64)
    sorted_across, sorted_down = np.empty(place[strips]), np.empty(place[strips])
    for i in range(cells.size):
        if cells[i] >= 0:
            k = place[cells[i] // strip]
            sorted_cells[k], sorted_across[k], sorted_down[k] = cells[i], across[i], down[i]
            place[cells[i] // strip] += 1
    return sorted_cells, sorted_across, sorted_down


@compiled
def _along(offset: float) -> tuple[float, float, float]:
    f = min(max(offset, -0.5), 0.5)
    return (f * f - f) / 2, 1 - f * f, (f * f + f) / 2


@compiled
def _rounded(weight: float) -> float:
    return (weight + ROUNDER) - ROUNDER


@compiled
def _nine(doors_here: int, across: float, down: float) -> tuple[float, ...]:
    """Weights of the three by three cells round a cell, in the grid's order; `across`, `down` from its centre."""
    west, centre, east = _along(across)
    north, middle, south = _along(down)
    if not doors_here & EAST:
        centre, east = centre + east, 0.0
    if not doors_here & WEST:
        centre, west = centre + west, 0.0
    if not doors_here & SOUTH:
        middle, south = middle + south, 0.0
    if not doors_here & NORTH:
        middle, north = middle + north, 0.0
    north_west = _rounded(north * west) if doors_here & NORTH_WEST else 0.0
    north_east = _rounded(north * east) if doors_here & NORTH_EAST else 0.0
    south_west = _rounded(south * west) if doors_here & SOUTH_WEST else 0.0
    south_east = _rounded(south * east) if doors_here & SOUTH_EAST else 0.0
    above, below = _rounded(north * centre), _rounded(south * centre)
    left, right = _rounded(middle * west), _rounded(middle * east)
    rest = 1.0 - (north_west + above + north_east) - (left + right) - (south_west + below + south_east)
    return north_west, above, north_east, left, rest, right, south_west, below, south_east


@compiled
def _nine_each(
    open_doors: np.ndarray, cells: np.ndarray, across: np.ndarray, down: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    cols = open_doors.shape[1]
    columns, weights = np.empty((cells.size, 9), dtype=np.int64), np.empty((cells.size, 9))
    for i in range(cells.size):
        row, col = cells[i] // cols, cells[i] % cols
        nine = _nine(open_doors[row, col], across[i] - col - 0.5, down[i] - row - 0.5)
        for k in range(9):
            weights[i, k] = nine[k]
            columns[i, k] = cells[i] + (k // 3 - 1) * cols + k % 3 - 1
    return columns, weights


@compiled
def _add_nine(
    counts: np.ndarray, open_doors: np.ndarray, cells: np.ndarray, across: np.ndarray, down: np.ndarray
) -> None:
    cols = open_doors.shape[1]
    for i in range(cells.size):
        row, col = cells[i] // cols, cells[i] % cols
        nine = _nine(open_doors[row, col], across[i] - col - 0.5, down[i] - row - 0.5)
        for k in range(9):
            if nine[k] != 0.0:
                counts[cells[i] + (k // 3 - 1) * cols + k % 3 - 1] += nine[k]
