"""Spreading along streets: pieces of street, their averaging operator, and kernels as its polynomials.

T_m(P), the Chebyshev polynomials of the operator, stand m pieces away, split 2/d onwards and 2/d - 1 back at every
junction of d streets. The equal-split continuous kernel of any shape K is therefore ``K(0) dx + 2 sum_m K(m dx) dx
T_m(P)``: its coefficients are its own samples. A Gaussian gives the heat kernel (Kirchhoff junctions).

What is not exact: each street is taken as a whole number of pieces, so its length errs by at most half a piece, and an
incident is moved by at most half a piece along its street.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from geo.chebyshev import sweep
from geo.compiled import compiled
from geo.errors import GeoError
from geo.street import Network
from geo.threads import each

REACH_SIGMAS = 5.0


@dataclass(frozen=True)
class Pieces:
    """A network cut into pieces of about `piece_m`, with a grid node at each of their ends.

    Attributes
    ----------
    average : nodes x nodes, rows sum to 1
    control_m : length that each node stands for, in whole half pieces
    per_line : number of pieces of each line
    first : the grid node after the first piece of each line; the others follow
    """

    network: Network
    piece_m: float
    average: csr_array
    control_m: np.ndarray
    per_line: np.ndarray
    first: np.ndarray

    def step(
        self, current: np.ndarray, previous: np.ndarray, scale: float, sums: np.ndarray, weights: np.ndarray
    ) -> None:
        """Do one step of the recurrence; see `geo.chebyshev.Operator`."""
        matrix = self.average.indptr, self.average.indices, self.average.data
        _step(matrix, scale, current, previous, (sums, weights))

    def node(self, line: np.ndarray, piece: np.ndarray) -> np.ndarray:
        """Return the grid node after `piece` pieces of a line: 0 is its first end, per_line its last."""
        inner: np.ndarray = self.first[line] + piece - 1
        ends = np.where(piece == 0, self.network.ends[line, 0], self.network.ends[line, 1])
        return np.where((piece > 0) & (piece < self.per_line[line]), inner, ends)

    def node_at(self, line: np.ndarray, along_m: np.ndarray) -> np.ndarray:
        """Return the grid node nearest to a distance along a line."""
        share = along_m / self.network.lengths_m[line]
        return self.node(line, np.rint(share * self.per_line[line]).astype(np.int64))


def pieces_of(network: Network, *, piece_m: float) -> Pieces:
    """Cut every line into the whole number of pieces nearest to its length, at least one."""
    if not piece_m > 0:
        msg = f"a piece is {piece_m} m long; it must be longer than 0"
        raise GeoError(msg)
    count = np.maximum(1, np.rint(network.lengths_m / piece_m).astype(np.int64))
    first = network.nodes + np.r_[0, np.cumsum(count - 1)[:-1]].astype(np.int64)
    line = np.repeat(np.arange(count.size), count)
    piece = np.arange(line.size) - np.repeat(np.cumsum(count) - count, count)
    total = network.nodes + int((count - 1).sum())
    cut = Pieces(network, piece_m, csr_array((0, 0)), np.empty(0), count, first)
    a, b = cut.node(line, piece), cut.node(line, piece + 1)
    links = coo_array((np.ones(2 * a.size), (np.r_[a, b], np.r_[b, a])), shape=(total, total)).tocsr()
    degree = np.asarray(links.sum(axis=1), dtype=np.float64)
    links.data /= np.repeat(degree, np.diff(links.indptr))
    return Pieces(network, piece_m, links, degree * piece_m / 2, count, first)


def gaussian(sigma_m: float, piece_m: float) -> np.ndarray:
    """Return the series of the Gaussian, cut at five sigma and brought to sum 1: mass is kept to rounding."""
    reach = int(np.ceil(REACH_SIGMAS * sigma_m / piece_m))
    series = series_of(np.exp(-((np.arange(reach + 1) * piece_m) ** 2) / (2 * sigma_m**2)), piece_m)
    return np.asarray(series / series.sum())


def series_of(samples: np.ndarray, piece_m: float) -> np.ndarray:
    """Return the Chebyshev series of a kernel from its values per metre at 0, 1, 2, ... pieces."""
    series: np.ndarray = 2 * piece_m * np.asarray(samples, dtype=np.float64)
    series[0] /= 2
    return series


def spread_along(pieces: Pieces, mass: np.ndarray, series: np.ndarray) -> np.ndarray:
    """Spread mass along the streets.

    Parameters
    ----------
    pieces : Pieces
    mass : columns x nodes
    series : terms

    Returns
    -------
    columns x nodes
        Density per metre; times `control_m` it sums to the mass times the series' sum.
    """
    density = np.asarray(mass, dtype=np.float64) / pieces.control_m
    return np.stack(each(lambda column: sweep(pieces, column, series[None])[0], density))


def largest_kernel(pieces: Pieces, *, sigma_m: float) -> np.ndarray:
    """Return a bound, per metre, of what one incident can leave at each node, wherever it happened.

    An endless street has the peak k0 = 1 / (sqrt(2 pi) sigma) and its dead end twice that; junctions only lower it; a
    separate network of length L adds at most 1 / L by what its ends throw back.
    """
    component = connected_components(pieces.average, directed=False)[1]
    length = np.bincount(component, weights=pieces.control_m)
    return np.asarray(2 / (np.sqrt(2 * np.pi) * sigma_m) + 1 / length[component])


@compiled
def _step(
    matrix: tuple[np.ndarray, np.ndarray, np.ndarray],
    scale: float,
    current: np.ndarray,
    previous: np.ndarray,
    sums_weights: tuple[np.ndarray, np.ndarray],
) -> None:
    start, neighbour, link = matrix
    sums, weights = sums_weights
    for i in range(current.size):
        moved = 0.0
        for e in range(start[i], start[i + 1]):
            moved += link[e] * current[neighbour[e]]
        value = scale * moved - (scale - 1) * previous[i]
        previous[i] = value
        for b in range(weights.size):
            sums[b, i] += weights[b] * value
