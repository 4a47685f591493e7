"""Circles of areas round every area, up to a share of all that is expected. Counts no case."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from geo.errors import GeoError

_SAME_DISTANCE = 1e-9  # relative: areas closer than that in distance enter a circle together


@dataclass(frozen=True)
class Circles:
    """Members of the largest circle round each centre, by distance; every complete prefix is a circle.

    Attributes
    ----------
    centre_start : n + 1 int
        Where each centre's members begin in `member`.
    member : int
        Areas by distance from their centre, of equal distances by number; the centre first.
    is_complete : bool
        True where the areas so far are a whole circle: the next one is farther away.
    """

    centre_start: np.ndarray
    member: np.ndarray
    is_complete: np.ndarray


def circles(x: np.ndarray, y: np.ndarray, expected: np.ndarray, largest_share: float) -> Circles:
    """Grow a circle round every area until it would hold more than a share of all that is expected.

    Parameters
    ----------
    x, y, expected : n
    largest_share : float
        Above 0, at most 1.

    Raises
    ------
    GeoError
        If sizes differ, coordinates are not finite, or the share is not above 0 and at most 1.
    """
    points = np.column_stack((np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)))
    if points.shape != (expected.size, 2) or not np.isfinite(points).all():
        msg = f"{len(points)} centres and {expected.size} areas; every area needs one centre with finite coordinates"
        raise GeoError(msg)
    if not 0 < largest_share <= 1:
        msg = f"largest_share is {largest_share}; it must be above 0 and at most 1"
        raise GeoError(msg)
    limit = largest_share * expected.sum() * (1 + 1e-12)
    tree = KDTree(points)
    members = [_members(tree, point, expected, limit) for point in points]
    sizes = [area.size for area, _ in members]
    return Circles(
        np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        np.concatenate([area for area, _ in members]).astype(np.int64),
        np.concatenate([complete for _, complete in members]),
    )


def _members(tree: KDTree, point: np.ndarray, expected: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    distance = np.hypot(*(tree.data - point).T)
    order = np.argsort(distance, kind="stable")
    apart = np.diff(distance[order]) > _SAME_DISTANCE * distance.max()
    ends = np.flatnonzero(np.r_[apart, True])  # the last area of every group at one distance
    held = np.cumsum(expected[order])[ends]
    whole = ends[held <= limit]
    size = int(whole[-1]) + 1 if whole.size else 0
    complete = np.zeros(size, dtype=np.bool_)
    complete[whole] = True
    return order[:size], complete
