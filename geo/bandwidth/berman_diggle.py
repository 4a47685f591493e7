"""The mean-square-error criterion of Berman and Diggle, from Ripley's K function. Assumes a stationary Cox process."""

import numpy as np
import scipy.fft
import shapely

from geo.bandwidth.places import Places
from geo.bandwidth.selection import Selection, selected
from geo.compiled import compiled
from geo.errors import GeoError
from geo.grid import Grid
from geo.planar.window import area_shares
from geo.threads import each

STEPS = 512  # radii at which K is known
FAR_POINTS = 1000.0  # expected within the largest radius
WINDOW_CELLS = 256  # along its longer side; the covariance is smooth
BLOCKS = 64  # fixed, so that sums do not depend on the number of threads


def berman_diggle(
    places: Places,
    window: shapely.Polygon | shapely.MultiPolygon,
    *,
    largest_m: float | None = None,
) -> Selection:
    """Return ``M(s) = MSE(s) / lambda^2 - g(0)``, the smaller the better.

    Parameters
    ----------
    places : Places
        Pairs on one spot are left out. Weights multiply pairs.
    window : polygon the points were observed in
    largest_m : float, optional
        Largest bandwidth tried. If not given, so that 4 times it is a quarter of the window's shorter side, or holds
        1,000 points on average.

    Notes
    -----
    Berman and Diggle (1989), JRSS B 51, 81; Diggle's disc of radius 2 s stands for a Gaussian of standard deviation s.
    K has the translation correction (Ohser 1983). The cost is the number of pairs within 4 times the largest bandwidth.
    """
    west, south, east, north = window.bounds
    area, number = float(window.area), places.total**2 / float((places.mass**2).sum())
    reach = min(east - west, north - south) / 4
    reach = min(reach, float(np.sqrt(FAR_POINTS * area / number / np.pi))) if largest_m is None else 4 * largest_m
    if not reach > 0:
        msg = f"the largest bandwidth is {largest_m} m; it must be positive"
        raise GeoError(msg)
    radii = np.linspace(0, reach, STEPS)
    pairs = _pairs(places, window, reach)
    pairs *= area**2 / (places.total**2 - float((places.mass**2).sum()))
    k = np.r_[0.0, np.cumsum(pairs)]
    usable = radii[1 : (STEPS + 1) // 2]
    disc = np.pi * usable**2
    criterion = (area / number - 2 * k[1 : usable.size + 1]) / disc
    criterion += np.array([_overlap(radius, radii, pairs) for radius in usable]) / disc**2
    keep = usable / 2 >= places.rounding_m
    return selected("berman-diggle", usable[keep] / 2, criterion[keep], places=places, is_maximum=False)


def _overlap(radius: float, radii: np.ndarray, pairs: np.ndarray) -> float:
    """Integral of the overlap of two discs, by their distance, over K."""
    middles = (radii[1:] + radii[:-1]) / 2
    near = middles < 2 * radius
    y = middles[near] / (2 * radius)
    return float((2 * radius**2 * (np.arccos(y) - y * np.sqrt(1 - y**2))) @ pairs[near])


def _pairs(places: Places, window: shapely.Polygon | shapely.MultiPolygon, reach: float) -> np.ndarray:
    """Sum of ``m_i m_j / |W and W moved by x_i - x_j|`` over ordered pairs, by distance in STEPS - 1 bins."""
    west, south = places.x.min(), places.y.min()
    col = np.floor((places.x - west) / reach).astype(np.int64)
    row = np.floor((places.y - south) / reach).astype(np.int64)
    cols = int(col.max()) + 1
    key = row * cols + col
    order = np.argsort(key, kind="stable")
    starts = np.searchsorted(key[order], np.arange(cols * (int(row.max()) + 1) + 1))
    table = np.stack((places.x[order], places.y[order], places.mass[order]))
    overlap, cell_m = _set_covariance(window, reach)
    edges = np.linspace(0, order.size, BLOCKS + 1).astype(np.int64)

    def block(number: int) -> np.ndarray:
        counts = np.zeros(STEPS - 1)
        span = int(edges[number]), int(edges[number + 1]), cols
        _count((reach, 1 / cell_m), span, (table, key[order], starts), overlap, counts)
        return counts

    total: np.ndarray = 2 * np.sum(each(block, range(BLOCKS)), axis=0)
    return total


def _set_covariance(window: shapely.Polygon | shapely.MultiPolygon, reach: float) -> tuple[np.ndarray, float]:
    """Area of the window that remains in itself when moved by whole cells, and the cell.

    Row 0 is the move up by half the rows, column 0 none to the right; both end just beyond `reach`.
    """
    west, south, east, north = window.bounds
    cell_m = max(east - west, north - south) / WINDOW_CELLS
    rows, cols = (int(np.ceil(extent / cell_m)) + 1 for extent in (north - south, east - west))
    share = area_shares(window, Grid(west, south + rows * cell_m, cell_m, rows, cols, ""))
    size = tuple(int(scipy.fft.next_fast_len(2 * n, real=True)) for n in (rows, cols))
    power = np.abs(scipy.fft.rfft2(share, size)) ** 2
    covariance: np.ndarray = scipy.fft.irfft2(power, size) * cell_m**2
    most = int(reach / cell_m) + 2
    return covariance[np.arange(-most, most + 1)][:, : most + 1].copy(), cell_m


@compiled
def _count(
    scale: tuple[float, float],
    span: tuple[int, int, int],
    places: tuple[np.ndarray, np.ndarray, np.ndarray],
    overlap: np.ndarray,
    counts: np.ndarray,
) -> None:
    """Count each unordered pair once, from its place of the lower rank."""
    reach, per_cell = scale
    first, last, cols = span
    table, key, starts = places
    per_step = counts.size / reach
    boxes = starts.size - 1
    for i in range(first, last):
        row, col = key[i] // cols, key[i] % cols
        for down in range(2):
            left = max(0, col - 1) if down else col
            start = (row + down) * cols + left
            if start >= boxes:
                continue
            end = (row + down) * cols + min(cols - 1, col + 1)
            for j in range(max(i + 1, starts[start]), starts[end + 1]):
                dx, dy = table[0, j] - table[0, i], table[1, j] - table[1, i]
                distance = np.sqrt(dx * dx + dy * dy)
                if distance < reach:
                    area = _overlap_at(overlap, dx * per_cell, dy * per_cell)
                    counts[int(distance * per_step)] += table[2, i] * table[2, j] / area


@compiled
def _overlap_at(overlap: np.ndarray, right: float, up: float) -> float:
    """Bilinear reading; the window's covariance is even, so only the sign of the product matters."""
    if right < 0:
        right, up = -right, -up
    down = overlap.shape[0] // 2 - up
    col, row = int(right), int(down)
    s, t = right - col, down - row
    above = (1 - s) * overlap[row, col] + s * overlap[row, col + 1]
    below = (1 - s) * overlap[row + 1, col] + s * overlap[row + 1, col + 1]
    return float((1 - t) * above + t * below)
