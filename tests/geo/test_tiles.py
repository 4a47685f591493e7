"""Tiles with a halo give what the whole gives, and cover it once."""

import numpy as np
import pytest

from geo.errors import GeoError
from geo.ground import ground_of, spread
from geo.tiles import spread_in_tiles, tiles

RNG = np.random.default_rng(4)
LAND = RNG.random((150, 170)) < 0.97
LAND[:, 80:83] = False
MASS = RNG.poisson(0.05, LAND.shape) * LAND


def in_tiles(bandwidth_cells, tile_cells):
    found = np.full(LAND.shape, np.nan)

    def write(window, values):
        assert np.isnan(found[window]).all()
        found[window] = values

    spread_in_tiles(
        LAND.shape,
        lambda window: (LAND[window], MASS[window]),
        write,
        bandwidth_cells=bandwidth_cells,
        tile_cells=tile_cells,
    )
    return found


@pytest.mark.parametrize("tile_cells", [40, 64, 500])
def test_tiles_are_the_whole_to_three_in_ten_million(tile_cells):
    whole = spread(ground_of(LAND), MASS, bandwidth_cells=4.0)
    found = in_tiles(4.0, tile_cells)
    assert np.abs(found - whole).max() < 3e-7 * whole.max()
    assert found.sum() == pytest.approx(MASS.sum(), rel=1e-7)


def test_a_single_place_at_the_corner_of_four_tiles():
    mass = np.zeros((120, 120))
    mass[59, 60] = 1
    land = np.ones((120, 120), bool)
    found = np.empty((120, 120))
    spread_in_tiles((120, 120), lambda w: (land[w], mass[w]), found.__setitem__, bandwidth_cells=5.0, tile_cells=60)
    whole = spread(ground_of(land), mass, bandwidth_cells=5.0)
    assert np.abs(found - whole).max() < 3e-7 * whole.max()


def test_tiles_and_halos_by_hand():
    first, second = tiles((4, 7), tile_cells=4, halo_cells=2)
    assert first.window == (slice(0, 4), slice(0, 4))
    assert first.with_halo == (slice(0, 4), slice(0, 6))
    assert second.window == (slice(0, 4), slice(4, 7))
    assert second.with_halo == (slice(0, 4), slice(2, 7))
    assert second.inner == (slice(0, 4), slice(2, 5))


def test_a_tile_without_cells_is_refused():
    with pytest.raises(GeoError, match="a tile has 0 cells a side"):
        next(tiles((4, 4), tile_cells=0, halo_cells=1))
