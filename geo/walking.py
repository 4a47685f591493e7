"""How far it is on foot over open ground: distances over land cells around water, fences and barriers. No streets.

A step goes to one of sixteen neighbours (sides, corners, and the knight's moves between them), so a way in the open is
at most 2.8 % longer than the straight line, and never shorter.
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo.errors import GeoError

LONGER_AT_MOST = 1.028  # of ways in the open: 1 / cos of half the widest angle between two steps, rounded up
_KNIGHTS = ((1, 2), (2, 1))


def ground_distances(
    land: np.ndarray,
    start: np.ndarray,
    *,
    cell_m: float,
    limit_m: float = np.inf,
    cut_east: np.ndarray | None = None,
    cut_south: np.ndarray | None = None,
    barred: np.ndarray | None = None,
) -> np.ndarray:
    """Return the walking distance from the nearest start cell to every cell, between centres.

    Parameters
    ----------
    land : rows x cols bool
        Cells that can be walked.
    start : rows x cols bool
        Where one sets out; cells off the land are not set out from.
    cell_m : float
    limit_m : float
        Farther cells are given as unreachable.
    cut_east, cut_south : rows x cols bool, optional
        Steps to the next cell in the east, in the south, that a fence cuts.
    barred : rows x cols bool, optional
        Cells that may be left but not entered, nor crossed a corner of: an exclusion zone seen by a person expelled.

    Returns
    -------
    rows x cols float64
        Metres; 0 at the start, inf where no way leads.

    Raises
    ------
    GeoError
        If shapes differ or no start cell is on land.
    """
    if land.shape != start.shape:
        msg = f"land has {land.shape} rows and columns, start {start.shape}; use one grid for both"
        raise GeoError(msg)
    begin = np.flatnonzero(start & land)
    if not begin.size:
        raise GeoError("no start cell is on land; widen the place, or use smaller cells")
    east, south = _doors(land, cut_east, cut_south)
    inside = np.zeros(land.shape, dtype=bool) if barred is None else barred & land
    tail, head, steps = _links(east, south, inside)
    size = land.size
    graph = coo_array((steps * cell_m, (tail, head)), shape=(size, size)).tocsr()
    found: np.ndarray = dijkstra(graph, directed=True, indices=begin, min_only=True, limit=limit_m)
    return found.reshape(land.shape)


def _doors(land: np.ndarray, cut_east: np.ndarray | None, cut_south: np.ndarray | None) -> tuple[np.ndarray, ...]:
    """Tell which steps to the east and to the south are open; the last column and row have none."""
    east, south = np.zeros((2, *land.shape), dtype=bool)
    east[:, :-1] = land[:, :-1] & land[:, 1:]
    south[:-1] = land[:-1] & land[1:]
    if cut_east is not None:
        east &= ~cut_east
    if cut_south is not None:
        south &= ~cut_south
    return east, south


def _links(east: np.ndarray, south: np.ndarray, barred: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tail, head and length in cells of every step; a slanting one needs all steps of its block to be open."""
    number = np.arange(east.size).reshape(east.shape)
    tails, heads, lengths = [], [], []
    for down, across in ((0, 1), (1, 0), (1, 1), *_KNIGHTS):
        rows, cols = east.shape[0] - down, east.shape[1] - across
        if rows <= 0 or cols <= 0:
            continue
        open_block = _all_open(east, south, down, across)
        held = [barred[r : r + rows, c : c + cols] for r in range(down + 1) for c in range(across + 1)]
        none_barred, all_barred = ~np.any(held, axis=0), np.all(held, axis=0)
        # along a diagonal and against it: the same block, mirrored
        for mirrored in (False, True) if down and across else (False,):
            a, b = number[:rows, :cols], number[down:, across:]
            in_a, in_b = held[0], held[-1]
            if mirrored:
                a, b = number[:rows, across:], number[down:, :cols]
                in_a, in_b = held[across], held[-1 - across]
            for tail, head, from_barred, to_barred in ((a, b, in_a, in_b), (b, a, in_b, in_a)):
                # out of the zone, or with no corner of it on either side: never into it
                allowed = open_block & (none_barred | all_barred | (from_barred & ~to_barred))
                tails.append(tail[allowed])
                heads.append(head[allowed])
                lengths.append(np.full(int(allowed.sum()), np.hypot(down, across)))
    return np.concatenate(tails), np.concatenate(heads), np.concatenate(lengths)


def _all_open(east: np.ndarray, south: np.ndarray, down: int, across: int) -> np.ndarray:
    """Tell for each block of (down + 1) x (across + 1) cells, by its north-west corner, whether no step is closed."""
    rows, cols = east.shape[0] - down, east.shape[1] - across
    open_block = np.ones((rows, cols), dtype=bool)
    for r in range(down + 1):
        for c in range(across + 1):
            if c < across:
                open_block &= east[r : r + rows, c : c + cols]
            if r < down:
                open_block &= south[r : r + rows, c : c + cols]
    return open_block
