"""Walls and fences on a grid: which steps between neighbouring cells a line cuts. Knows no land and no spreading."""

import numpy as np
import shapely

from geo.grid import Grid

# A line through a centre is taken to pass it by so many cells, or it would be on neither bank.
BESIDE = (1e-6, 0.618e-6)


def cut_edges(grid: Grid, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which steps to the east and to the south are cut by lines: `cut_east`, `cut_south` of `geo.ground`.

    A step is cut if the straight way between the two centres crosses a line. A line without a gap leaves none: every
    way along sides from one of its banks to the other has a step that is cut.

    Parameters
    ----------
    grid : Grid
    lines : n geometries
        In the grid's CRS: lines, or areas for their outlines.

    Returns
    -------
    two of rows x cols bool
    """
    east, south = np.zeros(grid.shape, dtype=bool), np.zeros(grid.shape, dtype=bool)
    parts = shapely.get_parts(shapely.get_parts(np.asarray(lines, dtype=object)))
    outlines = [ring for part in parts for ring in (shapely.get_rings(part) if part.geom_type == "Polygon" else [part])]
    points, line = shapely.get_coordinates(np.array(outlines, dtype=object), return_index=True)
    # In cells, with the centres on whole numbers.
    across = (points[:, 0] - grid.x_min) / grid.cell_m - 0.5 + BESIDE[0]
    down = (grid.y_max - points[:, 1]) / grid.cell_m - 0.5 + BESIDE[1]
    first = np.flatnonzero(np.diff(line) == 0)
    _cut(east, down, across, first)
    _cut(south.T, across, down, first)
    return east, south


def _cut(cuts: np.ndarray, along: np.ndarray, across: np.ndarray, first: np.ndarray) -> None:
    """Cut the step after each place where a segment crosses a line of centres: cuts[whole `along`, before `across`]."""
    low, high = (extreme(along[first], along[first + 1]) for extreme in (np.minimum, np.maximum))
    start = np.clip(np.ceil(low), 0, cuts.shape[0]).astype(np.int64)
    number = np.clip(np.ceil(high), 0, cuts.shape[0]).astype(np.int64) - start
    segment = np.repeat(first, number)
    place = np.arange(segment.size) - np.repeat(np.cumsum(number) - number, number) + np.repeat(start, number)
    part = (place - along[segment]) / (along[segment + 1] - along[segment])
    before = np.floor(across[segment] + part * (across[segment + 1] - across[segment])).astype(np.int64)
    inside = (before >= 0) & (before < cuts.shape[1] - 1)
    cuts[place[inside], before[inside]] = True
