"""Level curves of a surface on the grid as closed rings in metres. Draws nothing and chooses no level."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import distance_transform_edt

from geo.grid import Grid

# Marching squares: corners above the level as bits (8 upper left, 4 upper right, 2 lower right, 1 lower left) ->
# directed segments between sides of the square, the high ground on the left as seen on a map with north up.
# The two saddles (10, 5) are cut apart, so that no ring touches another.
_SEGMENTS: dict[int, tuple[tuple[str, str], ...]] = {
    8: (("left", "top"),),
    4: (("top", "right"),),
    2: (("right", "bottom"),),
    1: (("bottom", "left"),),
    12: (("left", "right"),),
    6: (("top", "bottom"),),
    3: (("right", "left"),),
    9: (("bottom", "top"),),
    14: (("left", "bottom"),),
    13: (("bottom", "right"),),
    11: (("right", "top"),),
    7: (("top", "left"),),
    10: (("left", "top"), ("right", "bottom")),
    5: (("top", "right"), ("bottom", "left")),
}


def level_rings(values: ArrayLike, grid: Grid, level: float) -> list[np.ndarray]:
    """Return the closed rings that bound where `values` reach `level`, for filling by the even-odd rule.

    Values are taken at cell centres and interpolated linearly between them (marching squares). Ground beyond the grid
    counts as below every level, so every ring closes.

    Parameters
    ----------
    values
        rows x cols, finite; use `filled` first where a surface has gaps.
    grid
        The grid of `values`.
    level
        In the unit of `values`; must be above zero, since ground beyond the grid counts as zero.

    Returns
    -------
    list of ndarray
        Each n x 2, coordinates in the grid's CRS, first point not repeated; in a stable order.
    """
    field = np.pad(np.asarray(values, dtype=float), 1, constant_values=0.0)
    following = _following(field >= level)
    x, y = _crossings(field, level, grid)
    rings = []
    while following:
        first = next(iter(following))
        ring, side = [], first
        while side in following:
            ring.append(side)
            side = following.pop(side)
        rings.append(np.column_stack([x[ring], y[ring]]))
    return rings


def filled(values: ArrayLike, withheld: ArrayLike) -> np.ndarray:
    """Return `values` with withheld cells at zero and every other gap filled from the nearest known cell.

    Filling beyond the land lets a contour run on to the shore, where the map clips it, instead of stopping half a
    cell short of it.
    """
    known = np.where(np.asarray(withheld, dtype=bool), 0.0, np.asarray(values, dtype=float))
    gaps = np.isnan(known)
    if gaps.all() or not gaps.any():
        return np.nan_to_num(known)
    nearest = distance_transform_edt(gaps, return_distances=False, return_indices=True)
    return np.asarray(known[tuple(nearest)])


def _following(above: np.ndarray) -> dict[int, int]:
    """Map each crossed side to the next one along its ring; sides are numbered horizontal first, then vertical."""
    rows, cols = above.shape
    corners = above.astype(np.int8)
    case = 8 * corners[:-1, :-1] + 4 * corners[:-1, 1:] + 2 * corners[1:, 1:] + corners[1:, :-1]
    following: dict[int, int] = {}
    for number, segments in _SEGMENTS.items():
        row, col = np.nonzero(case == number)
        at = row * cols + col
        sides = {"top": at, "bottom": at + cols, "left": rows * cols + at, "right": rows * cols + at + 1}
        for start, end in segments:
            following.update(zip(sides[start].tolist(), sides[end].tolist(), strict=True))
    return dict(sorted(following.items()))


def _crossings(field: np.ndarray, level: float, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Where the level crosses each side: x and y, indexed by the side's number; nonsense where it does not."""
    rows, cols = field.shape
    col, row = np.meshgrid(np.arange(cols, dtype=float), np.arange(rows, dtype=float))
    across, down = np.zeros_like(field), np.zeros_like(field)
    with np.errstate(divide="ignore", invalid="ignore"):
        across[:, :-1] = (level - field[:, :-1]) / (field[:, 1:] - field[:, :-1])
        down[:-1, :] = (level - field[:-1, :]) / (field[1:, :] - field[:-1, :])
    # index 1 of the padded field is the first cell, whose centre lies half a cell inside the grid's edge
    x = grid.x_min + (np.concatenate([(col + across).ravel(), col.ravel()]) - 0.5) * grid.cell_m
    y = grid.y_max - (np.concatenate([row.ravel(), (row + down).ravel()]) - 0.5) * grid.cell_m
    return x, y


def crop(values: np.ndarray, grid: Grid, bounds: tuple[float, float, float, float]) -> tuple[np.ndarray, Grid]:
    """Return the part of `values` (rows x cols) that covers `bounds` (metres) and two cells around it, and its grid."""
    west, south, east, north = bounds
    left = int(np.clip((west - grid.x_min) // grid.cell_m - 2, 0, grid.cols - 1))
    right = int(np.clip((east - grid.x_min) // grid.cell_m + 3, left + 1, grid.cols))
    top = int(np.clip((grid.y_max - north) // grid.cell_m - 2, 0, grid.rows - 1))
    bottom = int(np.clip((grid.y_max - south) // grid.cell_m + 3, top + 1, grid.rows))
    part = Grid(
        grid.x_min + left * grid.cell_m,
        grid.y_max - top * grid.cell_m,
        grid.cell_m,
        bottom - top,
        right - left,
        grid.crs,
    )
    return values[top:bottom, left:right], part
