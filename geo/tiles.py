"""Spreading over land too large for memory: in tiles, each read with a halo of land around it. Keeps no raster."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from geo.errors import GeoError
from geo.ground import ground_of, spread
from geo.threads import each_anywhere

HALO_SIGMAS = 6.0

Window = tuple[slice, slice]


@dataclass(frozen=True)
class Tile:
    """A part of a raster and the part with its halo, as slices of rows and columns; `inner`: the one in the other."""

    window: Window
    with_halo: Window

    @property
    def inner(self) -> Window:
        (rows, cols), (all_rows, all_cols) = self.window, self.with_halo
        return (
            slice(rows.start - all_rows.start, rows.stop - all_rows.start),
            slice(cols.start - all_cols.start, cols.stop - all_cols.start),
        )


def tiles(shape: tuple[int, int], *, tile_cells: int, halo_cells: int) -> Iterator[Tile]:
    """Yield the tiles of a raster in the order of their rows; those at its ends may be smaller.

    Raises
    ------
    GeoError
        If a tile would have no cell.
    """
    if tile_cells < 1:
        msg = f"a tile has {tile_cells} cells a side; it needs at least one"
        raise GeoError(msg)
    rows, cols = (list(_spans(length, tile_cells, halo_cells)) for length in shape)
    for row, row_halo in rows:
        for col, col_halo in cols:
            yield Tile((row, col), (row_halo, col_halo))


def spread_in_tiles(
    shape: tuple[int, int],
    read: Callable[[Window], tuple[np.ndarray, np.ndarray]],
    write: Callable[[Window, np.ndarray], None],
    *,
    bandwidth_cells: float,
    tile_cells: int = 4096,
) -> None:
    """Spread mass over land as `geo.ground.spread` does, holding a few tiles at a time.

    Parameters
    ----------
    shape : rows, cols of the whole raster
    read : callable
        Gives land (bool) and mass of a window. It and `write` are called from several threads, or on a Dask cluster
        from several processes, and must be safe there.
    write : callable
        Takes a window and its spread mass; windows do not overlap.
    bandwidth_cells : float

    Notes
    -----
    A halo of six bandwidths leaves out 1.5e-8 of a kernel's mass. With what the series leaves out, tiles differ from
    the whole by less than 3e-7 of the highest value; walls lengthen ways and so only make it less.
    """
    halo_cells = int(np.ceil(HALO_SIGMAS * bandwidth_cells))
    laid = list(tiles(shape, tile_cells=tile_cells, halo_cells=halo_cells))
    each_anywhere(_spread_tile, (read, write, bandwidth_cells), laid)


def _spans(length: int, size: int, halo: int) -> Iterator[tuple[slice, slice]]:
    for start in range(0, length, size):
        stop = min(start + size, length)
        yield slice(start, stop), slice(max(0, start - halo), min(length, stop + halo))


def _spread_tile(job: tuple[Callable, Callable, float], tile: Tile) -> None:
    read, write, bandwidth_cells = job
    land, mass = read(tile.with_halo)
    if not land[tile.inner].any() or not mass.any():
        write(tile.window, np.zeros_like(mass[tile.inner]))
        return
    write(tile.window, spread(ground_of(land), mass, bandwidth_cells=bandwidth_cells)[tile.inner])
