"""Tiles with a halo: how a raster is cut up for work that looks some cells around. Works on none."""

from collections.abc import Iterator
from dataclasses import dataclass

from geo.errors import GeoError

HALO_SIGMAS = 6.0  # leaves out 1.5e-8 of a Gaussian's mass; walls lengthen ways and so only make it less

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


def _spans(length: int, size: int, halo: int) -> Iterator[tuple[slice, slice]]:
    for start in range(0, length, size):
        stop = min(start + size, length)
        yield slice(start, stop), slice(max(0, start - halo), min(length, stop + halo))
