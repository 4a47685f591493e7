"""The densities by their definition: every point's kernel at every place asked for. For small cases and as a measure.

Cost is places times points; nothing is binned or cut, so a value is exact to rounding, in far tails too.
"""

import numpy as np

from geo.compiled import compiled
from geo.planar.kernels import NO_CUT, Kernel, shape_at
from geo.planar.points import Points
from geo.threads import each

BLOCK = 64  # places a task


def direct_sum(
    at: tuple[np.ndarray, np.ndarray],
    points: Points,
    kernel: Kernel,
    *,
    bandwidth_m: float | np.ndarray,
    leave_out: bool = False,
    cut: float = NO_CUT,
) -> np.ndarray:
    """Return ``sum_i w_i k_h(u - x_i)`` at each place u.

    Parameters
    ----------
    at : x, y of m places, metres
    bandwidth_m : float, or one of each point (then ``k_{h_i}``)
    leave_out : bool
        Places are the points themselves, in order; each leaves itself out.
    cut : float
        (distance / bandwidth)^2 from which on a Gaussian counts as 0.

    Returns
    -------
    columns x m float64, per square metre
    """
    east, north = (np.ascontiguousarray(axis, dtype=np.float64) for axis in at)
    bandwidths = np.broadcast_to(np.asarray(bandwidth_m, dtype=np.float64), points.x.shape)
    heights = np.array([kernel.peak_per_m2(1.0)]) / bandwidths**2
    table = np.stack((points.x, points.y, 1 / bandwidths**2))
    weights = points.weights * heights
    result = np.zeros((len(weights), east.size))

    def block(start: int) -> None:
        part = slice(start, start + BLOCK)
        own = np.arange(start, min(start + BLOCK, east.size)) if leave_out else np.full(BLOCK, -1)
        places = np.stack((east[part], north[part]))
        _sum((kernel.power, 1.0 if kernel.power else cut), places, own, (table, weights), result[:, part])

    each(block, range(0, east.size, BLOCK))
    return result


@compiled
def _sum(
    kernel: tuple[int, float],
    places: np.ndarray,
    own: np.ndarray,
    points: tuple[np.ndarray, np.ndarray],
    result: np.ndarray,
) -> None:
    power, cut = kernel
    table, weights = points
    x, y, narrowness = table[0], table[1], table[2]
    for p in range(places.shape[1]):
        u, v = places[0, p], places[1, p]
        for i in range(x.size):
            q = ((x[i] - u) ** 2 + (y[i] - v) ** 2) * narrowness[i]
            if q >= cut or i == own[p]:
                continue
            value = shape_at(power, q)
            for c in range(weights.shape[0]):
                result[c, p] += weights[c, i] * value
