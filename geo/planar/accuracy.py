"""How far a gridded density is from the exact sum, measured on a seeded sample of cells. Mends nothing."""

from dataclasses import dataclass

import numpy as np

from geo.planar.density import Edge, Smoother
from geo.planar.exact import direct_sum
from geo.planar.points import Points

CUT = 90.0  # a Gaussian below exp(-45) counts as 0


@dataclass(frozen=True)
class SampledError:
    """Errors over the largest exact value of the sample, one per column.

    Attributes
    ----------
    largest, root_mean_square : columns
    peak_per_m2 : columns, the largest exact value
    cells : int, how many were compared
    """

    largest: np.ndarray
    root_mean_square: np.ndarray
    peak_per_m2: np.ndarray
    cells: int


def sampled_error(
    ready: Smoother,
    points: Points,
    intensity: np.ndarray,
    *,
    edge: Edge,
    generator: np.random.Generator,
    cells: int = 2000,
) -> SampledError:
    """Compare an intensity with direct sums at some cells.

    Parameters
    ----------
    intensity : columns x rows x cols
        What ``ready.intensity(points, edge=edge)`` returned.
    generator : numpy Generator
        Draws the cells, without repeats, from those inside the window.
    cells : int
        How many; cost is cells times points.

    Notes
    -----
    The binning, the transform and the rounding are measured; the window's raster is taken as it is.
    """
    grid = ready.grid
    inside = np.flatnonzero(np.isfinite(intensity[0]))
    drawn = np.sort(generator.choice(inside, size=min(cells, inside.size), replace=False))
    x, y = grid.centres()
    summed = ready.reweighted(points) if edge == "diggle" else points
    at = x[drawn % grid.cols], y[drawn // grid.cols]
    exact = direct_sum(at, summed, ready.kernel, bandwidth_m=ready.bandwidth_m, cut=CUT)
    if edge == "uniform":
        exact /= ready.edge_mass_of(Points(*at, np.ones((1, drawn.size))))
    apart = np.abs(intensity.reshape(len(exact), -1)[:, drawn] - exact)
    peak = exact.max(1)
    scale = np.where(peak > 0, peak, 1.0)
    return SampledError(apart.max(1) / scale, np.sqrt((apart**2).mean(1)) / scale, peak, int(drawn.size))
