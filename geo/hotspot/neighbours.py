"""Who is whose neighbour, as sparse matrices: cells of a grid with holes. Owns the links, no statistic."""

from typing import Literal

import numpy as np
from scipy import sparse

from geo.errors import GeoError

Contiguity = Literal["queen", "rook"]
_OFFSETS = {"rook": ((0, 1), (1, 0)), "queen": ((0, 1), (1, 0), (1, 1), (1, -1))}


def grid_neighbours(inside: np.ndarray, *, contiguity: Contiguity = "queen") -> sparse.csr_array:
    """Link the cells of a grid that touch.

    Parameters
    ----------
    inside : rows x cols bool
        Cells of the study area; holes (water, no data) are False and have no row in the result.
    contiguity : "queen" or "rook"
        Sides and corners, or sides alone.

    Returns
    -------
    n x n float64 csr, symmetric, weight 1, nothing on the diagonal
        n cells of `inside` in row-major order.
    """
    if contiguity not in _OFFSETS:
        msg = f"contiguity is {contiguity!r}; choose 'queen' (sides and corners) or 'rook' (sides)"
        raise GeoError(msg)
    cells = np.asarray(inside, dtype=bool)
    number = np.full((cells.shape[0] + 2, cells.shape[1] + 2), -1, dtype=np.int64)
    number[1:-1, 1:-1][cells] = np.arange(np.count_nonzero(cells))
    starts, ends = [], []
    for down, right in _OFFSETS[contiguity]:
        here = number[1:-1, 1:-1]
        there = number[1 + down : number.shape[0] - 1 + down, 1 + right : number.shape[1] - 1 + right]
        linked = (here >= 0) & (there >= 0)
        starts.append(here[linked])
        ends.append(there[linked])
    start, end = np.concatenate(starts), np.concatenate(ends)
    n = int(np.count_nonzero(cells))
    ones = np.ones(2 * start.size)
    return sparse.csr_array((ones, (np.r_[start, end], np.r_[end, start])), shape=(n, n))


def row_standardised(weights: sparse.csr_array) -> sparse.csr_array:
    """Scale every row to sum 1; areas without neighbours keep an empty row."""
    sums = weights.sum(axis=1)
    scale = np.divide(1.0, sums, out=np.zeros_like(sums, dtype=np.float64), where=sums != 0)
    return sparse.csr_array(sparse.diags_array(scale) @ weights)


def with_self(weights: sparse.csr_array) -> sparse.csr_array:
    """Add every area to its own neighbours, with the largest weight of its row; 1 where it has no neighbour.

    Binary weights get a 1; a row that is scaled stays the same row, scaled.
    """
    largest = weights.max(axis=1).toarray().ravel()
    return sparse.csr_array(weights + sparse.diags_array(np.where(largest > 0, largest, 1.0)))


def checked(values: np.ndarray, weights: sparse.csr_array) -> tuple[np.ndarray, sparse.csr_array]:
    """Return values as float64 and weights in rows with sorted columns, or say what is wrong with them.

    Raises
    ------
    GeoError
        If sizes differ, there are fewer than three areas, values are not finite, weights are negative, not finite or
        link an area with itself.
    """
    x = np.asarray(values, dtype=np.float64)
    links = sparse.csr_array(weights).astype(np.float64)
    links.eliminate_zeros()
    links.sort_indices()
    if x.ndim != 1 or links.shape != (x.size, x.size):
        msg = f"{x.shape} values and {links.shape} weights; a row and a column of weights is needed for every area"
        raise GeoError(msg)
    if x.size < 3:
        msg = f"{x.size} areas; local statistics need three or more"
        raise GeoError(msg)
    if not np.isfinite(x).all():
        msg = f"{np.count_nonzero(~np.isfinite(x))} values are not finite; leave those areas out, with their links"
        raise GeoError(msg)
    if not (np.isfinite(links.data).all() and (links.data > 0).all()):
        msg = "weights must be finite and not negative"
        raise GeoError(msg)
    if links.diagonal().any():
        msg = "the weights link an area with itself; take the diagonal out (Gi* puts it back by itself)"
        raise GeoError(msg)
    return x, links
