"""Spreading read backwards: which share of an incident in a cell falls to which unit. Knows no unit's name."""

from functools import partial

import numpy as np
from scipy.sparse import coo_array, csr_array

from geo.errors import GeoError
from geo.ground import ground_of, spread
from geo.threads import each_anywhere

REACH_SIGMAS = 5.0
SMALLEST_SHARE = 1e-6


def backward(
    land: np.ndarray,
    units: np.ndarray,
    *,
    unit_count: int,
    bandwidth_cells: float,
    reach_sigmas: float = REACH_SIGMAS,
    smallest_share: float = SMALLEST_SHARE,
    cut_east: np.ndarray | None = None,
    cut_south: np.ndarray | None = None,
) -> csr_array:
    """Return the share of each unit in the spread mass of each land cell.

    The operator of `geo.ground.spread` is self-adjoint, so spreading a unit's indicator and reading it in a cell gives
    what spreading that cell's mass and summing over the unit would give. Each unit is spread in its box, widened by
    `reach_sigmas`; shares below `smallest_share` are dropped and rows brought back to sum 1.

    Parameters
    ----------
    land : rows x cols bool
    units : rows x cols int
        The unit that each cell belongs to, 0 ... unit_count - 1, or -1.
    unit_count : int
    bandwidth_cells : float
        Standard deviation of the spreading, in cells; 0 gives the indicator itself.
    cut_east, cut_south : rows x cols bool, optional
        As `geo.ground.ground_of`.

    Returns
    -------
    land cells (in flat order) x (unit_count + 1), sparse
        The last column is what falls outside every unit. Rows sum to 1.

    Raises
    ------
    GeoError
        If shapes differ or a label is out of range.
    """
    if land.shape != units.shape:
        msg = f"land has {land.shape} rows and columns, units {units.shape}; use one grid for both"
        raise GeoError(msg)
    labels = np.where(units == -1, unit_count, units)[land]
    if labels.size and (labels.min() < 0 or labels.max() > unit_count):
        msg = f"units has labels from {units.min()} to {units.max()}; -1 to {unit_count - 1} are meant"
        raise GeoError(msg)
    if bandwidth_cells == 0:
        starts = np.arange(labels.size + 1)
        return csr_array((np.ones(labels.size), labels, starts), shape=(labels.size, unit_count + 1))
    everywhere = np.full(land.shape, -1)
    everywhere[land] = labels
    reach = int(np.ceil(min(reach_sigmas * bandwidth_cells, max(land.shape))))
    one = partial(_one_unit, bandwidth_cells=bandwidth_cells, reach=reach, least=smallest_share)
    parts = each_anywhere(one, (land, everywhere, cut_east, cut_south), _boxes(everywhere, unit_count + 1))
    return _normalised(parts, land, unit_count + 1)


def _boxes(labels: np.ndarray, count: int) -> list[tuple[int, tuple[slice, slice]]]:
    """Label and smallest box of every label that occurs."""
    rows, cols = np.nonzero(labels >= 0)
    found = labels[rows, cols]
    low, high = np.full((count, 2), max(labels.shape)), np.full((count, 2), -1)
    for axis, where in enumerate((rows, cols)):
        np.minimum.at(low[:, axis], found, where)
        np.maximum.at(high[:, axis], found, where)
    return [
        (int(label), (slice(low[label, 0], high[label, 0] + 1), slice(low[label, 1], high[label, 1] + 1)))
        for label in np.unique(found)
    ]


def _one_unit(
    rasters: tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray | None],
    item: tuple[int, tuple[slice, slice]],
    *,
    bandwidth_cells: float,
    reach: int,
    least: float,
) -> tuple[int, np.ndarray, np.ndarray]:
    """Flat cells and shares of one unit, from its widened box."""
    (land, labels, *cuts), (label, box) = rasters, item
    rows, cols = (slice(max(0, side.start - reach), side.stop + reach) for side in box)
    indicator = (labels[rows, cols] == label).astype(np.float64)
    cut_east, cut_south = (None if cut is None else cut[rows, cols] for cut in cuts)
    ground = ground_of(land[rows, cols], cut_east=cut_east, cut_south=cut_south)
    share = spread(ground, indicator, bandwidth_cells=bandwidth_cells)
    i, j = np.nonzero(share >= least if least > 0 else land[rows, cols])
    return label, (i + rows.start) * land.shape[1] + (j + cols.start), share[i, j]


def _normalised(parts: list[tuple[int, np.ndarray, np.ndarray]], land: np.ndarray, columns: int) -> csr_array:
    position = np.cumsum(land.ravel()) - 1
    row = np.concatenate([position[cells] for _, cells, _ in parts]) if parts else np.empty(0, dtype=np.int64)
    column = np.concatenate([np.full(cells.size, label) for label, cells, _ in parts]) if parts else row
    share = np.concatenate([values for _, _, values in parts]) if parts else np.empty(0)
    total = np.bincount(row, weights=share, minlength=int(land.sum()))
    return coo_array((share / total[row], (row, column)), shape=(total.size, columns)).tocsr()
