"""Small inputs for the tests of change: a land with a fjord, incidents on it, an exact Gaussian in a window."""

import numpy as np

from geo.change.incidents import pooled


def fjord_land(rows=30, cols=32):
    """Two shores, a fjord between them, a bridge-less gap of two columns."""
    land = np.ones((rows, cols), dtype=bool)
    land[:, cols // 2 - 1 : cols // 2 + 1] = False
    return land


def incidents_on(land, before, after, seed=0, moved=0.0, **masses):
    """As many incidents before and after, anywhere on land; a share of those after in one corner."""
    rng = np.random.default_rng(seed)
    cells = np.flatnonzero(land)
    later = rng.choice(cells, after)
    hot = rng.random(after) < moved
    rows, cols = rng.integers(3, 9, (2, after))
    later[hot] = (rows * land.shape[1] + cols)[hot]
    return pooled(rng.choice(cells, before), later, shape=land.shape, **masses)


def gaussian_matrix(centres, bandwidth, step):
    """Masses at `centres` to the Gaussian's mass in cells of size `step`, on one axis."""
    away = (centres[:, None] - centres) / bandwidth
    return np.exp(-(away**2) / 2) / (np.sqrt(2 * np.pi) * bandwidth) * step


def window_smoother(window, down, across):
    """Separable Gaussian with uniform edge correction in a window, exact at cell centres; and its edge masses."""
    edge = down @ window @ across.T

    def smooth(masses):
        return np.where(window, down @ masses @ across.T / np.where(window, edge, 1.0), 0.0)

    return smooth, edge
