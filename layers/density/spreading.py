"""Spreading the incidents of many series over a study area: in lots, in tiles, here or on a Dask cluster.

Owns how the work is cut up; what is counted is said by `layers/density/surfaces.py`.
"""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array

from geo.ground import ground_of, spread
from geo.kernel_peak import REACH_SIGMAS, effective_number
from geo.placing import add_placed, doors
from geo.threads import each_anywhere, total_anywhere
from geo.tiles import HALO_SIGMAS, Tile, tiles
from layers.frame.window import Places, StudyArea, mass_of

LOT = 1_000_000  # incidents that are placed at a time: bounds what is held beside the grid and the incidents
TILED_FROM = 20_000_000  # cells of a grid that is spread in tiles: the largest that a city has without asking for more
TILE_CELLS = 2048  # a side, halo not counted
# An effective number looks two reaches far: to land in sight of land that is near.
_HALO_SIGMAS = max(HALO_SIGMAS, 2 * REACH_SIGMAS + 1)


def lots(number: int, *, size: int = LOT) -> Iterator[slice]:
    """Yield slices of at most `size` that together are all of a number of rows; one empty slice of none."""
    for start in range(0, max(number, 1), size):
        yield slice(start, min(start + size, number))


def binned(area: StudyArea, places: Places, group: np.ndarray, *, groups: int, lot: int = LOT) -> np.ndarray:
    """Return the mass that each group of incidents puts on each cell, by where in their cell they lie.

    Lots, if more than one, are binned side by side, in threads or on the Dask cluster of this process. Weights are
    whole multiples of a power of two, so that sums are exact: no order, no lot and no worker changes a bit.

    Parameters
    ----------
    area : StudyArea
    places : Places
        Of n incidents.
    group : n int
        The group of each; -1 for none.
    groups : int
    lot : int
        Incidents at a time.

    Returns
    -------
    groups x rows x cols float64
    """
    if group.size <= lot:
        return mass_of(area, places, [np.flatnonzero(group == number) for number in range(groups)])
    open_doors = doors(area.land, **area.cuts)
    used = np.flatnonzero((group >= 0) & (places.cells >= 0))
    pieces = [
        (group[rows], places.cells[rows], places.across[rows], places.down[rows])
        for rows in (used[cut] for cut in lots(used.size, size=lot))
    ]
    total = total_anywhere(_bin_lot, (open_doors, groups), pieces, add=_added)
    return np.asarray(total.toarray().reshape(groups, *area.grid.shape))


def spread_and_weigh(
    area: StudyArea,
    mass: np.ndarray,
    *,
    bandwidth_cells: float,
    tiled_from: int = TILED_FROM,
    tile_cells: int = TILE_CELLS,
) -> tuple[np.ndarray, np.ndarray]:
    """Spread masses over land and tell how many incidents stand behind each cell.

    A grid of more than `tiled_from` cells is done in tiles with a halo, side by side, here or on the cluster. Tiles
    differ from the whole by less than 3e-7 of the highest value.

    Parameters
    ----------
    area : StudyArea
    mass : k x rows x cols
    bandwidth_cells : float
    tiled_from, tile_cells : int

    Returns
    -------
    mass, effective : k x rows x cols float64 each
    """
    if area.land.size <= tiled_from:
        return _spread((area.land, area.cut_east, area.cut_south, mass), bandwidth_cells)
    halo_cells = int(np.ceil(_HALO_SIGMAS * bandwidth_cells))
    laid = list(tiles(area.land.shape, tile_cells=tile_cells, halo_cells=halo_cells))
    jobs = [(tile, _part(area, mass, tile)) for tile in laid]
    spread_mass, behind = np.zeros(mass.shape), np.zeros(mass.shape)
    for tile, (some_mass, some_behind) in zip(laid, each_anywhere(_spread_tile, bandwidth_cells, jobs), strict=True):
        spread_mass[:, *tile.window], behind[:, *tile.window] = some_mass, some_behind
    return spread_mass, behind


_Ground = tuple[np.ndarray, np.ndarray | None, np.ndarray | None, np.ndarray]  # land, cuts, mass


def _part(area: StudyArea, mass: np.ndarray, tile: Tile) -> _Ground:
    rows, cols = tile.with_halo
    east, south = (None if cut is None else cut[rows, cols] for cut in (area.cut_east, area.cut_south))
    return area.land[rows, cols], east, south, mass[:, rows, cols]


def _spread(part: _Ground, bandwidth_cells: float) -> tuple[np.ndarray, np.ndarray]:
    land, east, south, mass = part
    if not land.any():
        return np.zeros(mass.shape), np.zeros(mass.shape)
    ground = ground_of(land, cut_east=east, cut_south=south)
    found = spread(ground, np.ascontiguousarray(mass), bandwidth_cells=bandwidth_cells)
    behind = effective_number(land, found, bandwidth_cells=bandwidth_cells, cut_east=east, cut_south=south)
    return found, behind


def _spread_tile(bandwidth_cells: float, job: tuple[Tile, _Ground]) -> tuple[np.ndarray, np.ndarray]:
    tile, part = job
    found, behind = _spread(part, bandwidth_cells)
    inner = (slice(None), *tile.inner)
    return found[inner].copy(), behind[inner].copy()


def _bin_lot(shared: tuple[np.ndarray, int], lot: tuple[np.ndarray, ...]) -> csr_array:
    """Masses of a lot as a sparse matrix, groups x flat cells: a lot touches few cells of a large grid."""
    open_doors, groups = shared
    group, cells, across, down = lot
    rows = []
    for number in range(groups):
        of = group == number
        counts = np.zeros(open_doors.shape)
        add_placed(counts, open_doors, cells[of], across[of], down[of])
        rows.append(csr_array(counts.reshape(1, -1)))
    data = np.concatenate([row.data for row in rows])
    columns = np.concatenate([row.indices for row in rows])
    starts = np.cumsum([0, *(row.nnz for row in rows)])
    return csr_array((data, columns, starts), shape=(groups, open_doors.size))


def _added(one: csr_array, other: csr_array) -> csr_array:
    return csr_array(one + other)
