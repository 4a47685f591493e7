"""Gaussian spreading over land cells that water and walls reflect. Knows no density, no unit of area and no place.

The operator is the nine-point Laplacian, put together from the squares between four cell centres. Where a square is
whole it adds 1/3 along its sides and 1/6 along its diagonals; where a side is cut off, by water or a wall, it adds 1/2
along the sides that remain and no diagonal. A straight wall then reflects exactly (the weights are those of the
mirrored field), and nothing passes between two cells that touch at a corner only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array

from geo.chebyshev import nodes, series, stack, sweep
from geo.compiled import compiled
from geo.errors import GeoError
from geo.threads import each

WHOLE, CUT, DIAGONAL = 1 / 3, 1 / 2, 1 / 6
# Four times the largest eigenvalue of a square with so many open sides bounds the spectrum of the sum of squares
# (every cell is in four of them). Three sides: a path of four cells; two: of three cells; four: the whole square.
LARGEST = {4: 16 / 3, 3: 2 * (2 + np.sqrt(2)), 2: 6.0, 1: 4.0, 0: 0.0}
TOLERANCE = 1e-7  # of the kernel's peak, for a Chebyshev coefficient to be left out


@dataclass(frozen=True)
class Ground:
    """Land cells and the links between them, as an averaging operator on a padded, flat raster.

    Attributes
    ----------
    shape : rows, cols of the raster, without the padding of one cell on each side
    runs : n x 2, first and last (exclusive) flat index of stretches of cells with all eight links whole
    rim, rim_start, rim_cell, rim_weight : the other land cells as a sparse matrix in rows
    largest : bound of the Laplacian's spectrum
    """

    shape: tuple[int, int]
    runs: np.ndarray
    rim: np.ndarray
    rim_start: np.ndarray
    rim_cell: np.ndarray
    rim_weight: np.ndarray
    largest: float

    def step(
        self, current: np.ndarray, previous: np.ndarray, scale: float, sums: np.ndarray, weights: np.ndarray
    ) -> None:
        """Do one step of the recurrence; see `geo.chebyshev.Operator`."""
        straight, diagonal = 2 / self.largest * 2 * WHOLE, 2 / self.largest * DIAGONAL
        stencil = np.array([1 - 4 * straight - 4 * diagonal, straight, diagonal]) * scale
        width = self.shape[1] + 2
        _step_runs(self.runs, width, stencil, scale - 1, (current, previous, sums, weights))
        rim = (self.rim, self.rim_start, self.rim_cell, self.rim_weight)
        _step_rim(rim, scale, current, previous, (sums, weights))


def ground_of(land: np.ndarray, *, cut_east: np.ndarray | None = None, cut_south: np.ndarray | None = None) -> Ground:
    """Link every land cell with its neighbours.

    Parameters
    ----------
    land : rows x cols bool
    cut_east, cut_south : rows x cols bool, optional
        True where a wall stands between a cell and its neighbour in the east, in the south.
    """
    padded = np.pad(np.asarray(land, dtype=bool), 1)
    east = padded[:, :-1] & padded[:, 1:]
    south = padded[:-1] & padded[1:]
    if cut_east is not None:
        east &= ~np.pad(np.asarray(cut_east, dtype=bool), 1)[:, :-1]
    if cut_south is not None:
        south &= ~np.pad(np.asarray(cut_south, dtype=bool), 1)[:-1]
    sides = east[:-1].astype(np.int8) + east[1:] + south[:, :-1] + south[:, 1:]
    whole = sides == 4
    inner = np.zeros_like(padded)
    inner[1:-1, 1:-1] = whole[:-1, :-1] & whole[:-1, 1:] & whole[1:, :-1] & whole[1:, 1:]
    largest = max(LARGEST[int(count)] for count in np.unique(sides))
    largest = largest or LARGEST[4]  # single cells only: nothing moves, any bound will do
    return Ground(
        (padded.shape[0] - 2, padded.shape[1] - 2),
        _runs(inner),
        *_rim(padded & ~inner, _links(east, south, whole), largest),
        largest=float(largest),
    )


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
    float64, the shape of `columns`
        Mass per cell. Its sum is kept to rounding; in open country it is the Gaussian to 2.5e-5 of its peak at four
        cells and 2.8e-6 at eight; up to as much, values may lie below zero far from any mass.

    Raises
    ------
    GeoError
        If mass lies off the land, a value is not finite, shapes differ, or the bandwidth is not positive.
    """
    only: np.ndarray = spread_each(ground, columns, bandwidths_cells=(bandwidth_cells,))[0]
    return only


def spread_each(ground: Ground, columns: np.ndarray, *, bandwidths_cells: Sequence[float]) -> np.ndarray:
    """As `spread`, for several bandwidths from one sweep; a leading axis for the bandwidths is added."""
    planes = np.asarray(columns, dtype=np.float64)
    if planes.shape[-2:] != ground.shape:
        msg = f"columns have {planes.shape[-2:]} rows and columns, the land {ground.shape}; use one grid for both"
        raise GeoError(msg)
    coefficients = stack([_coefficients(bandwidth, ground.largest) for bandwidth in bandwidths_cells])
    flat = planes.reshape(-1, *ground.shape)
    result = np.empty((len(bandwidths_cells), *flat.shape))
    on_land = _land_cells(ground)

    def one(column: int) -> None:
        work = np.pad(flat[column], 1).ravel()
        _require_on_land(work, on_land)
        padded = sweep(ground, work, coefficients).reshape(-1, ground.shape[0] + 2, ground.shape[1] + 2)
        result[:, column] = padded[:, 1:-1, 1:-1]

    each(one, range(len(flat)))
    return result.reshape(len(bandwidths_cells), *planes.shape)


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
    cells: np.ndarray, links: list[tuple[int, int, np.ndarray]], largest: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the averaging operator for `cells`: their flat index, and starts, columns and weights of the rows."""
    width = cells.shape[1]
    rim = np.flatnonzero(cells)
    rows, targets, weights = [], [], []
    for down, right, weight in links:
        offset = down * width + right
        for neighbour, link in ((rim + offset, weight.ravel()[rim]), (rim - offset, weight.ravel()[rim - offset])):
            used = np.flatnonzero(link)
            rows.append(used)
            targets.append(neighbour[used])
            weights.append(link[used] * (2 / largest))
    row, moved = np.concatenate(rows), np.concatenate(weights)
    stays = 1 - np.bincount(row, weights=moved, minlength=rim.size)
    matrix = coo_array(
        (np.r_[stays, moved], (np.r_[np.arange(rim.size), row], np.r_[rim, np.concatenate(targets)])),
        shape=(rim.size, cells.size),
    ).tocsr()
    return rim, matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data


def _runs(inner: np.ndarray) -> np.ndarray:
    """Stretches of True in the flat raster, n x 2; the padding keeps rows apart."""
    change = np.diff(np.r_[False, inner.ravel(), False].astype(np.int8))
    return np.column_stack((np.flatnonzero(change == 1), np.flatnonzero(change == -1)))


def _land_cells(ground: Ground) -> np.ndarray:
    change = np.zeros((ground.shape[0] + 2) * (ground.shape[1] + 2), dtype=np.int8)
    change[ground.runs[:, 0]] = 1
    change[ground.runs[:, 1]] -= 1  # a run is always ended by a cell of the rim or the sea
    land = np.cumsum(change, dtype=np.int8).astype(bool)
    land[ground.rim] = True
    return land


def _require_on_land(work: np.ndarray, land: np.ndarray) -> None:
    if not np.isfinite(work).all():
        msg = "a column holds values that are not finite; put 0 where there is no mass"
        raise GeoError(msg)
    astray = np.count_nonzero(work[~land])
    if astray:
        msg = f"{astray} cells off the land hold mass; move it to land cells first, or widen the land"
        raise GeoError(msg)


@compiled
def _step_runs(
    runs: np.ndarray,
    width: int,
    stencil: np.ndarray,
    keep: float,
    vectors: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    current, previous, sums, weights = vectors
    centre, straight, diagonal = stencil[0], stencil[1], stencil[2]
    for r in range(runs.shape[0]):
        start, stop = runs[r, 0], runs[r, 1]
        n = stop - start
        above = current[start - width - 1 : stop - width + 1]
        here = current[start - 1 : stop + 1]
        below = current[start + width - 1 : stop + width + 1]
        old = previous[start:stop]
        for j in range(n):
            sides = above[j + 1] + below[j + 1] + (here[j] + here[j + 2])
            corners = (above[j] + above[j + 2]) + (below[j] + below[j + 2])
            old[j] = centre * here[j + 1] + straight * sides + diagonal * corners - keep * old[j]
        for b in range(weights.size):
            weight = weights[b]
            total = sums[b, start:stop]
            for j in range(n):
                total[j] += weight * old[j]


@compiled
def _step_rim(
    rim: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    scale: float,
    current: np.ndarray,
    previous: np.ndarray,
    sums_weights: tuple[np.ndarray, np.ndarray],
) -> None:
    cells, start, neighbour, link = rim
    sums, weights = sums_weights
    for i in range(cells.size):
        moved = 0.0
        for e in range(start[i], start[i + 1]):
            moved += link[e] * current[neighbour[e]]
        value = scale * moved - (scale - 1) * previous[cells[i]]
        previous[cells[i]] = value
        for b in range(weights.size):
            sums[b, cells[i]] += weights[b] * value
