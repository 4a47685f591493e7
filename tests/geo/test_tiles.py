"""Tiles with a halo cover a raster once; what is spread in them is tested with `layers.density.spreading`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.tiles import tiles


def test_tiles_and_halos_by_hand():
    first, second = tiles((4, 7), tile_cells=4, halo_cells=2)
    assert first.window == (slice(0, 4), slice(0, 4))
    assert first.with_halo == (slice(0, 4), slice(0, 6))
    assert second.window == (slice(0, 4), slice(4, 7))
    assert second.with_halo == (slice(0, 4), slice(2, 7))
    assert second.inner == (slice(0, 4), slice(2, 5))


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 25), st.integers(0, 9))
def test_every_cell_is_in_one_tile_and_its_halo_around_it(rows, cols, tile_cells, halo_cells):
    seen = np.zeros((rows, cols), dtype=int)
    for tile in tiles((rows, cols), tile_cells=tile_cells, halo_cells=halo_cells):
        seen[tile.window] += 1
        near = np.zeros((rows, cols), dtype=bool)
        near[tile.with_halo] = True
        for part, whole, length in zip(tile.window, tile.with_halo, (rows, cols), strict=True):
            assert (whole.start, whole.stop) == (max(0, part.start - halo_cells), min(length, part.stop + halo_cells))
        np.testing.assert_array_equal(np.argwhere(near[tile.with_halo][tile.inner]).shape[0], seen[tile.window].size)
    assert (seen == 1).all()


def test_a_tile_without_cells_is_refused():
    with pytest.raises(GeoError, match="a tile has 0 cells a side"):
        next(tiles((4, 4), tile_cells=0, halo_cells=1))
