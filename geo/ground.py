"""Gaussian spreading over land cells that water and walls reflect. Knows no density, no unit of area and no place.

The operator is the nine-point Laplacian, put together from the squares between four cell centres. Where a square is
whole it adds 1/3 along its sides and 1/6 along its diagonals; where a side is cut off, by water or a wall, it adds 1/2
along the sides that remain and no diagonal. A straight wall then reflects exactly (the weights are those of the
mirrored field), and nothing passes between two cells that touch at a corner only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from geo.chebyshev import nodes, series, stack
from geo.compiled import compiled
from geo.errors import GeoError
from geo.ground_rows import Rows, band, side_by_side
from geo.threads import each

WHOLE, CUT, DIAGONAL = 1 / 3, 1 / 2, 1 / 6
# Four times the largest eigenvalue of a square with so many open sides bounds the spectrum of the sum of squares
# (every cell is in four of them). Three sides: a path of four cells; two: of three cells; four: the whole square.
LARGEST = {4: 16 / 3, 3: 2 * (2 + np.sqrt(2)), 2: 6.0, 1: 4.0, 0: 0.0}
TOLERANCE = 1e-7  # of the kernel's peak, for a Chebyshev coefficient to be left out
# Rows that are worked on at a time: so many, or so many times the terms; the halo then costs a sixteenth at most.
LEAST_BAND_ROWS, BAND_TERMS = 1024, 16
WIDE = 2048  # cells of a row from which on it runs at full speed; narrower columns are laid side by side


@dataclass(frozen=True)
class Ground:
    """Land cells and the links between them, as an averaging operator.

    Attributes
    ----------
    land : rows x cols bool
    rows : Rows
        The operator.
    largest : bound of the Laplacian's spectrum
    """

    land: np.ndarray
    rows: Rows
    largest: float


def ground_of(land: np.ndarray, *, cut_east: np.ndarray | None = None, cut_south: np.ndarray | None = None) -> Ground:
    """Link every land cell with its neighbours.

    Parameters
    ----------
    land : rows x cols bool
    cut_east, cut_south : rows x cols bool, optional
        True where a wall stands between a cell and its neighbour in the east, in the south.
    """
    land = np.asarray(land, dtype=bool)
    padded = np.pad(land, 1)
    east = padded[:, :-1] & padded[:, 1:]
    south = padded[:-1] & padded[1:]
    if cut_east is not None:
        east &= ~np.pad(np.asarray(cut_east, dtype=bool), 1)[:, :-1]
    if cut_south is not None:
        south &= ~np.pad(np.asarray(cut_south, dtype=bool), 1)[:-1]
    sides = east[:-1].view(np.int8) + east[1:].view(np.int8) + south[:, :-1].view(np.int8) + south[:, 1:].view(np.int8)
    whole = sides == 4
    inner = np.zeros_like(padded)
    inner[1:-1, 1:-1] = whole[:-1, :-1] & whole[:-1, 1:] & whole[1:, :-1] & whole[1:, 1:]
    largest = float(max(LARGEST[int(count)] for count in np.flatnonzero(np.bincount(sides.ravel()))))
    largest = largest or LARGEST[4]  # single cells only: nothing moves, any bound will do
    straight, diagonal = 2 / largest * 2 * WHOLE, 2 / largest * DIAGONAL
    width = padded.shape[1]
    firsts = np.arange(1, padded.shape[0]) * width
    runs = _runs(inner)
    rim, rim_start, rim_cell, rim_weight = _rim(padded & ~inner, (east, south, whole), largest)
    rows = Rows(
        width=width,
        run_from=np.searchsorted(runs[:, 0], firsts),
        runs=runs,
        rim_from=np.searchsorted(rim, firsts),
        rim=rim,
        rim_start=rim_start,
        rim_cell=rim_cell,
        rim_weight=rim_weight,
        stencil=np.array([1 - 4 * straight - 4 * diagonal, straight, diagonal]),
    )
    return Ground(land, rows, largest)


def spread(ground: Ground, columns: np.ndarray, *, bandwidth_cells: float) -> np.ndarray:
    """Spread the mass in every cell by a Gaussian that walks round water and walls.

    Parameters
    ----------
    ground : Ground
    columns : (columns x) rows x cols
        Mass per cell; nothing off the land.
    bandwidth_cells : float
        Standard deviation along each axis, in cells.

    Returns
    -------
    the shape of `columns`, float32 if they are, otherwise float64
        Mass per cell. Its sum is kept to rounding; in open country it is the Gaussian to 2.5e-5 of its peak at four
        cells and 2.8e-6 at eight; up to as much, values may lie below zero far from any mass. float32 takes half the
        time and memory and adds 7e-7 of the largest value at four cells, 2e-6 at eight, 6e-6 at 16, 2e-5 at 30.

    Raises
    ------
    GeoError
        If mass lies off the land, a value is not finite, shapes differ, or the bandwidth is not positive.
    """
    only: np.ndarray = spread_each(ground, columns, bandwidths_cells=(bandwidth_cells,))[0]
    return only


def spread_each(ground: Ground, columns: np.ndarray, *, bandwidths_cells: Sequence[float]) -> np.ndarray:
    """As `spread`, for several bandwidths from one sweep; a leading axis for the bandwidths is added."""
    planes = np.asarray(columns)
    planes = planes.astype(np.float32 if planes.dtype == np.float32 else np.float64, copy=False)
    shape = ground.land.shape
    if planes.shape[-2:] != shape:
        msg = f"columns have {planes.shape[-2:]} rows and columns, the land {shape}; use one grid for both"
        raise GeoError(msg)
    coefficients = stack([_coefficients(bandwidth, ground.largest) for bandwidth in bandwidths_cells])
    if coefficients.shape[1] % 2:
        coefficients = np.pad(coefficients, ((0, 0), (0, 1)))
    flat = planes.reshape(-1, *shape)
    result = np.zeros((len(bandwidths_cells), *flat.shape), dtype=planes.dtype)
    height = max(LEAST_BAND_ROWS, BAND_TERMS * coefficients.shape[1])
    held = [_rows_with_mass(ground.land, plane) for plane in flat]
    width = ground.rows.width
    together = max(1, min(len(flat), -(-WIDE // width)))
    lots = [slice(k, min(k + together, len(flat))) for k in range(0, len(flat), together)]
    wide = {number: side_by_side(ground.rows, number) for number in {lot.stop - lot.start for lot in lots}}

    def one(item: tuple[slice, int]) -> None:
        lot, first = item
        # beyond the reach of any mass everything stays 0
        reach = coefficients.shape[1] - 1
        start = max(first, min(rows[0] for rows in held[lot]) - reach)
        stop = min(first + height, shape[0], max(rows[1] for rows in held[lot]) + reach)
        if start >= stop:
            return
        if together == 1:
            band(ground.rows, flat[lot.start], (start, stop), coefficients, result[:, lot.start, start:stop])
            return
        sums = np.zeros((len(coefficients), stop - start, (lot.stop - lot.start) * width - 2), dtype=planes.dtype)
        band(wide[lot.stop - lot.start], _laid(flat[lot]), (start, stop), coefficients, sums)
        for k in range(lot.stop - lot.start):
            result[:, lot.start + k, start:stop] = sums[:, :, k * width : k * width + shape[1]]

    each(one, product(lots, range(0, shape[0], height)))
    return result.reshape(len(bandwidths_cells), *planes.shape)


def _laid(columns: np.ndarray) -> np.ndarray:
    """Columns side by side, with the two cells of padding between them that `side_by_side` expects."""
    number, rows, cols = columns.shape
    laid = np.zeros((rows, number * (cols + 2) - 2), dtype=columns.dtype)
    for k, column in enumerate(columns):
        laid[:, k * (cols + 2) : k * (cols + 2) + cols] = column
    return laid


def _coefficients(bandwidth_cells: float, largest: float) -> np.ndarray:
    """Chebyshev series of exp(-s^2 k^2 / 2), with k^2 written in the stencil's own symbol mu.

    Along an axis k^2 = mu + mu^2/12 + mu^3/90 + ..., and the nine-point symbol is isotropic to fourth order: expanding
    in this sum, not in mu alone, takes the grid's own error away.
    """
    if not (np.isfinite(bandwidth_cells) and bandwidth_cells > 0):
        msg = f"the bandwidth is {bandwidth_cells} cells; it must be a positive number"
        raise GeoError(msg)
    points = max(256, 1 << int(np.ceil(np.log2(32 * (bandwidth_cells + 1)))))
    mu = largest / 2 * (1 - nodes(points))
    kernel = np.exp(-(bandwidth_cells**2) / 2 * (mu + mu**2 / 12 + mu**3 / 90))
    return series(kernel, tolerance=TOLERANCE / (2 * np.pi * max(bandwidth_cells, 1.0) ** 2))


def _links(east: np.ndarray, south: np.ndarray, whole: np.ndarray) -> list[tuple[int, int, np.ndarray]]:
    """Weight of the links of each cell to its east, south, south-east and south-west, as padded rasters."""
    rows, cols = east.shape[0], south.shape[1]
    side = np.where(whole, WHOLE, CUT)
    across, down, falling, rising = (np.zeros((rows, cols)) for _ in range(4))
    across[1:-1, :-1] = np.where(east[1:-1], side[:-1] + side[1:], 0.0)
    down[:-1, 1:-1] = np.where(south[:, 1:-1], side[:, :-1] + side[:, 1:], 0.0)
    falling[:-1, :-1] = np.where(whole, DIAGONAL, 0.0)
    rising[:-1, 1:] = falling[:-1, :-1]
    return [(0, 1, across), (1, 0, down), (1, 1, falling), (1, -1, rising)]


def _rim(
    cells: np.ndarray, links: tuple[np.ndarray, np.ndarray, np.ndarray], largest: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the averaging operator for `cells`: their flat index, and starts, columns and weights of the rows."""
    east, south, whole = links
    rim = np.flatnonzero(cells)
    row, col = np.divmod(rim, cells.shape[1])
    # The four squares round a cell; a link along a side lies in two of them, one across a corner in one.
    square = [whole[i, j] for i, j in ((row - 1, col - 1), (row - 1, col), (row, col - 1), (row, col))]
    north_west, north_east, south_west, south_east = (np.where(is_whole, WHOLE, CUT) for is_whole in square)
    moves = np.zeros((rim.size, 9))
    moves[:, 1] = east[row, col] * (north_east + south_east)
    moves[:, 2] = east[row, col - 1] * (north_west + south_west)
    moves[:, 3] = south[row, col] * (south_west + south_east)
    moves[:, 4] = south[row - 1, col] * (north_west + north_east)
    for k in range(4):
        moves[:, 5 + k] = square[k] * DIAGONAL
    moves *= 2 / largest
    moves[:, 0] = 1 - moves[:, 1:].sum(axis=1)
    used = moves != 0
    used[:, 0] = True
    width = cells.shape[1]
    offsets = np.array([0, 1, -1, width, -width, -width - 1, 1 - width, width - 1, width + 1])
    start = np.concatenate(([0], np.cumsum(used.sum(axis=1))))
    return rim, start, (rim[:, None] + offsets)[used], moves[used]


def _runs(inner: np.ndarray) -> np.ndarray:
    """Stretches of True in the flat raster, n x 2; the padding keeps rows apart."""
    flat = inner.ravel()
    change = np.flatnonzero(flat[1:] != flat[:-1]) + 1  # the padding begins and ends with False
    return change.reshape(-1, 2)


def _rows_with_mass(land: np.ndarray, plane: np.ndarray) -> tuple[int, int]:
    """First and last (exclusive) row that holds mass; all of it must be on land and finite."""
    unknown, astray, first, last = _surveyed(land, plane)
    if unknown:
        msg = "a column holds values that are not finite; put 0 where there is no mass"
        raise GeoError(msg)
    if astray:
        msg = f"{astray} cells off the land hold mass; move it to land cells first, or widen the land"
        raise GeoError(msg)
    return first, last


@compiled
def _surveyed(land: np.ndarray, plane: np.ndarray) -> tuple[int, int, int, int]:
    """How many values are not finite, how many are not 0 off the land; the first row with any, and the last plus 1."""
    unknown, astray, first, last = 0, 0, plane.shape[0], 0
    for i in range(land.shape[0]):
        held = 0
        for j in range(land.shape[1]):
            value = plane[i, j]
            unknown += not np.isfinite(value)
            astray += value != 0.0 and not land[i, j]
            held += value != 0.0
        if held:
            first, last = min(first, i), i + 1
    return unknown, astray, first, last
