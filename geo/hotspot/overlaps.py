"""What areas of two periods share: in cells of one grid. Gives no area a name."""

from collections.abc import Sequence

import numpy as np

from geo.errors import GeoError
from geo.hotspot.identity import Overlaps


def cell_overlaps(before: Sequence[np.ndarray], now: Sequence[np.ndarray]) -> Overlaps:
    """Count the cells that areas share.

    Parameters
    ----------
    before, now : flat cell numbers of each area
        Areas of one period share no cell.

    Raises
    ------
    GeoError
        If areas of one period share a cell, or an area has none.
    """
    old, new = _labelled(before), _labelled(now)
    _, in_old, in_new = np.intersect1d(old[0], new[0], assume_unique=True, return_indices=True)
    shared = np.zeros((len(before), len(now)))
    np.add.at(shared, (old[1][in_old], new[1][in_new]), 1.0)
    return Overlaps(_sizes(before), _sizes(now), shared)


def _labelled(areas: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """All cells of a period, and the area each belongs to."""
    cells = np.concatenate([np.empty(0, dtype=np.int64), *areas])
    labels = np.repeat(np.arange(len(areas)), [area.size for area in areas])
    if any(area.size == 0 for area in areas) or np.unique(cells).size != cells.size:
        msg = "an area has no cell, or a cell belongs twice to areas of one period"
        raise GeoError(msg)
    return cells, labels


def _sizes(areas: Sequence[np.ndarray]) -> np.ndarray:
    return np.array([area.size for area in areas], dtype=np.float64)
