"""The Chebyshev recurrence over rows of land, many terms while a row is in cache. Knows no kernel and no bandwidth.

Term k of a row needs term k - 1 of the rows beside it, so a wave can run down the rows with each term one row behind
the one before. A band of rows needs the terms of as many rows beyond its edges as there are terms to come, and no more:
a band with that halo gives the same bytes as the whole raster, so bands run side by side.
"""

from dataclasses import dataclass

import numpy as np

from geo.compiled import compiled

CACHE_BYTES = 1 << 20  # of a core's second level, for the rows that one wave keeps in use


@dataclass(frozen=True)
class Rows:
    """An averaging operator on a padded, flat raster, row by row.

    Attributes
    ----------
    width : columns of the raster with the padding of one cell on each side
    run_from, runs : rows + 1; n x 2
        Of each row the stretches of cells with all eight links whole: first and last (exclusive) flat index.
    rim_from, rim, rim_start, rim_cell, rim_weight : rows + 1; ...
        Of each row the other land cells, and the operator's rows for them as a sparse matrix.
    stencil : 3
        Weight of a cell, of each neighbour along a side, of each across a corner, within the stretches.
    """

    width: int
    run_from: np.ndarray
    runs: np.ndarray
    rim_from: np.ndarray
    rim: np.ndarray
    rim_start: np.ndarray
    rim_cell: np.ndarray
    rim_weight: np.ndarray
    stencil: np.ndarray

    @property
    def count(self) -> int:
        return self.run_from.size - 1


def side_by_side(rows: Rows, times: int) -> Rows:
    """Return the operator of so many copies of the raster in a row, each with its padding: wide rows run faster.

    The raster is then rows x (times * width - 2), a copy every `width` columns; every cell meets the same numbers in
    the same order as alone.
    """

    def moved(flat: np.ndarray, copy: np.ndarray | int) -> np.ndarray:
        row, col = np.divmod(flat, rows.width)
        return np.asarray((row * times + copy) * rows.width + col)

    run, run_copy = _copies(rows.run_from, times)
    cell, cell_copy = _copies(rows.rim_from, times)
    size = np.diff(rows.rim_start)[cell]
    start = np.concatenate(([0], np.cumsum(size)))
    link = np.arange(start[-1]) + np.repeat(rows.rim_start[cell] - start[:-1], size)
    return Rows(
        width=rows.width * times,
        run_from=rows.run_from * times,
        runs=moved(rows.runs[run], run_copy[:, None]),
        rim_from=rows.rim_from * times,
        rim=moved(rows.rim[cell], cell_copy),
        rim_start=start,
        rim_cell=moved(rows.rim_cell[link], np.repeat(cell_copy, size)),
        rim_weight=rows.rim_weight[link],
        stencil=rows.stencil,
    )


def _copies(first: np.ndarray, times: int) -> tuple[np.ndarray, np.ndarray]:
    """Which item, and of which copy, where each row holds its items once for each copy."""
    row = np.repeat(np.arange(first.size - 1), np.diff(first) * times)
    place = np.arange(row.size) - first[row] * times
    number = np.diff(first)[row]
    return first[row] + place % number, place // number


def band(rows: Rows, plane: np.ndarray, span: tuple[int, int], coefficients: np.ndarray, sums: np.ndarray) -> None:
    """Add ``sum_k c_k T_k(P) v`` to `sums`, in the rows of a span only.

    Parameters
    ----------
    rows : Rows
    plane : rows x cols
        The vector v, 0 off the land; its precision is that of the computation.
    span : first and last (exclusive) row
    coefficients : bandwidths x terms
        An even number of terms.
    sums : bandwidths x rows of the span x cols
    """
    reach = coefficients.shape[1] - 1
    top, bottom = max(0, span[0] - reach), min(rows.count, span[1] + reach)
    current = np.pad(plane[top:bottom], 1).ravel()
    previous = np.zeros_like(current)
    kind = current.dtype
    terms = max(2, min(32, CACHE_BYTES // (3 * rows.width * kind.itemsize)) // 2 * 2)
    _waves(
        (rows.run_from, rows.runs),
        (rows.rim_from, rows.rim, rows.rim_start, rows.rim_cell, rows.rim_weight.astype(kind, copy=False)),
        np.array([rows.count, rows.width, top, *span, terms]),
        (rows.stencil.astype(kind), np.ascontiguousarray(coefficients.T.astype(kind))),
        (previous, current, sums.reshape(len(sums), -1)),
    )


@compiled
def _waves(
    stretches: tuple[np.ndarray, np.ndarray],
    rim: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    place: np.ndarray,
    numbers: tuple[np.ndarray, np.ndarray],
    vectors: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Compute the terms from 1, `place[5]` to a wave; odd terms lie in the first vector, even ones in the second."""
    count, first, stop, wave = place[0], place[3], place[4], place[5]
    stencil, weights = numbers
    odd, even, sums = vectors
    terms = weights.shape[0]
    for begin in range(1, terms, wave):
        n = min(wave, terms - begin)
        low, high = max(0, first - (terms - 1 - begin)), min(count, stop + (terms - 1 - begin))
        for lead in range(low, high + n - 1):
            for behind in range(n):
                k, row = begin + behind, lead - behind
                if row < max(0, first - (terms - 1 - k)) or row >= min(count, stop + (terms - 1 - k)):
                    continue
                current, previous = (even, odd) if k % 2 == 1 else (odd, even)
                _step_row(row, (place, stencil, k), stretches, current, previous)
                _step_rim(row, (place, k), rim, current, previous)
                if k % 2 == 1 and first <= row < stop:
                    _add_row(row, (place, weights[k - 1], weights[k]), current, previous, sums)


@compiled
def _step_row(
    row: int,
    numbers: tuple[np.ndarray, np.ndarray, int],
    stretches: tuple[np.ndarray, np.ndarray],
    current: np.ndarray,
    previous: np.ndarray,
) -> None:
    """Overwrite a row of term k - 2 (0 for k = 1) by term k; all numbers are in the vectors' precision."""
    place, stencil, k = numbers
    run_from, runs = stretches
    width, offset = place[1], place[1] * place[2]
    centre, straight, diagonal = stencil[0], stencil[1], stencil[2]
    if k > 1:
        centre, straight, diagonal = centre + centre, straight + straight, diagonal + diagonal
    for r in range(run_from[row], run_from[row + 1]):
        start, stop = runs[r, 0] - offset, runs[r, 1] - offset
        above = current[start - width - 1 : stop - width + 1]
        here = current[start - 1 : stop + 1]
        below = current[start + width - 1 : stop + width + 1]
        old = previous[start:stop]
        for j in range(stop - start):
            sides = above[j + 1] + below[j + 1] + (here[j] + here[j + 2])
            corners = (above[j] + above[j + 2]) + (below[j] + below[j + 2])
            old[j] = centre * here[j + 1] + straight * sides + diagonal * corners - old[j]


@compiled
def _step_rim(
    row: int,
    numbers: tuple[np.ndarray, int],
    rim: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    current: np.ndarray,
    previous: np.ndarray,
) -> None:
    """As `_step_row`, for the cells whose links are not whole."""
    place, k = numbers
    rim_from, cells, start, neighbour, link = rim
    offset = place[1] * place[2]
    for i in range(rim_from[row], rim_from[row + 1]):
        cell = cells[i] - offset
        moved = -previous[cell]  # 0 for k = 1
        for e in range(start[i], start[i + 1]):
            step = link[e] * current[neighbour[e] - offset]
            moved += step if k == 1 else step + step
        previous[cell] = moved


@compiled
def _add_row(
    row: int,
    numbers: tuple[np.ndarray, np.ndarray, np.ndarray],
    even: np.ndarray,
    odd: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Add an even term and the odd one after it, both complete in this row."""
    place, even_weights, odd_weights = numbers
    cols = place[1] - 2
    start = (row - place[2] + 1) * place[1] + 1
    here, there = even[start : start + cols], odd[start : start + cols]
    target = (row - place[3]) * cols
    for b in range(even_weights.size):
        a, o = even_weights[b], odd_weights[b]
        total = sums[b, target : target + cols]
        for j in range(cols):
            total[j] += a * here[j] + o * there[j]
