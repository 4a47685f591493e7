"""Shares of harm recorded in a cell that fall to each unit, by the operator of the map. Counts no incident."""

import numpy as np
from geopandas import GeoDataFrame
from scipy.sparse import csr_matrix

from geo.crs import require_same
from geo.shares import backward
from layers.frame.window import StudyArea, centres_in


def unit_shares(area: StudyArea, unit_polygons: GeoDataFrame, *, bandwidth_m: float) -> csr_matrix:
    """Return S: the share of every unit in harm recorded in every cell.

    Parameters
    ----------
    area : StudyArea
    unit_polygons : GeoDataFrame
        One row per unit; a cell belongs to the first unit its centre lies in.
    bandwidth_m : float
        Standard deviation of the spreading; 0 gives each cell to its own unit.

    Returns
    -------
    csr matrix, (rows * cols) x (units + 1)
        Row: flat cell of the grid, empty off the land. Last column: outside every unit. Rows of land sum to 1, so the
        harm in units is ``S.T @ w`` for w incidents per cell, and equals the map's sum over the unit's cells.

    Raises
    ------
    CrsError
        If the units are not in the CRS of the area.
    """
    require_same(unit_polygons.crs, area.grid.crs, what_a="units", what_b="the grid")
    shares = backward(
        area.land,
        centres_in(area.grid, unit_polygons.geometry.to_numpy()),
        unit_count=len(unit_polygons),
        bandwidth_cells=bandwidth_m / area.grid.cell_m,
        cut_east=area.cut_east,
        cut_south=area.cut_south,
    )
    filled = np.zeros(area.land.size, dtype=shares.indptr.dtype)
    filled[area.land.ravel()] = np.diff(shares.indptr)
    starts = np.concatenate(([0], np.cumsum(filled)))
    return csr_matrix((shares.data, shares.indices, starts), shape=(area.land.size, shares.shape[1]))
