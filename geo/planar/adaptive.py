"""Adaptive densities (Abramson 1982): wide kernels where points are few, narrow ones where they are many.

Owns the bandwidth of each point and the sum over many bandwidths. The sum goes by groups: each point is shared out to
the four nearest of a geometric row of bandwidths, so that cubics in log h are reproduced, and all groups are added
before the one inverse transform. Edge masses are read by the same shares, so `diggle` keeps mass to rounding.
"""

from dataclasses import dataclass, replace

import numpy as np

from geo.errors import GeoError
from geo.grid import Grid
from geo.planar.binning import HALO, binned, gathered, shares
from geo.planar.density import LEAST_CELLS, LEAST_EDGE_MASS, Area, Edge, edge_raster, share_of
from geo.planar.fft import Spectrum, lengths, quarter_of
from geo.planar.kernels import Kernel
from geo.planar.points import Points, require_on_grid, require_smoothable
from geo.threads import each

TRIM = 5.0
GROUP_RATIO = 1.1  # of neighbouring bandwidths; 4e-5 of the peak remains


@dataclass(frozen=True)
class Groups:
    """A geometric row of bandwidths and each point's shares in it.

    Attributes
    ----------
    bandwidths_m : g
    first : n, the first of the four groups of each point
    parts : 4 x n, its share in each
    """

    bandwidths_m: np.ndarray
    first: np.ndarray
    parts: np.ndarray

    def of(self, group: int) -> np.ndarray:
        """Share of each point in one group."""
        place = group - self.first
        inside = (place >= 0) & (place < 4)
        share: np.ndarray = np.where(inside, self.parts[np.clip(place, 0, 3), np.arange(place.size)], 0.0)
        return share


def abramson_bandwidths_m(
    pilot: np.ndarray,
    *,
    bandwidth_m: float,
    trim: float = TRIM,
    weights: np.ndarray | None = None,
    at: np.ndarray | None = None,
) -> np.ndarray:
    """Return ``h_i = h0 min(b_i, trim G) / G`` with ``b = pilot^(-1/2)`` and G its geometric mean.

    Parameters
    ----------
    pilot : n
        Density or intensity at each point, from a fixed bandwidth.
    bandwidth_m : float
        The global bandwidth h0: the geometric mean of all h_i that are not trimmed.
    weights : n, optional
        Of the points in G.
    at : any shape, optional
        The pilot elsewhere, at cells say: bandwidths are then those of these places, the widest where it is 0 or less.

    Raises
    ------
    GeoError
        If a pilot value is not positive.
    """
    low = int(np.count_nonzero(~(pilot > 0)))
    if low:
        msg = f"the pilot density is not positive at {low} points; use a wider pilot bandwidth or smaller cells"
        raise GeoError(msg)
    factor = pilot**-0.5
    mean = np.exp(np.average(np.log(factor), weights=weights))
    if at is not None:
        factor = np.maximum(at, np.finfo(np.float64).tiny) ** -0.5
    bandwidths: np.ndarray = bandwidth_m * np.minimum(factor, trim * mean) / mean
    return bandwidths


def adaptive_intensity(
    points: Points,
    grid: Grid,
    kernel: Kernel,
    *,
    bandwidths_m: np.ndarray,
    window: Area | None = None,
    edge: Edge = "none",
    bandwidths_at_m: np.ndarray | None = None,
    ratio: float = GROUP_RATIO,
) -> np.ndarray:
    """Return ``sum_i w_i k_{h_i}(u - x_i)`` at all cell centres, with the window's edge put right.

    With `uniform` that over e_{h(u)}(u); with `diggle`, which keeps mass, ``w_i / e_{h_i}(x_i)`` for ``w_i``.

    Parameters
    ----------
    bandwidths_m : n
        One of each point, as `abramson_bandwidths_m` has them.
    window : polygon or shares of cells; needed for `uniform` and `diggle`
    bandwidths_at_m : rows x cols, needed for `uniform`
        The bandwidth that a point at each cell would have.
    ratio : float
        Of neighbouring groups' bandwidths; the error goes with the fourth power of its logarithm.

    Returns
    -------
    columns x rows x cols float64, weight per square metre; nan where no part of the cell is in the window

    Raises
    ------
    CrsError, GeoError
        If the grid does not suit the bandwidths, points lie outside it, or an edge correction lacks what it needs.
    """
    require_smoothable(grid, bandwidth_m=float(np.min(bandwidths_m)), least_cells=LEAST_CELLS)
    require_on_grid(points, grid)
    groups = groups_of(np.asarray(bandwidths_m, dtype=np.float64), ratio=ratio)
    spectra = _spectra(groups, grid, kernel)
    share = None if window is None else share_of(window, grid)
    if edge != "none" and share is None:
        msg = f"the {edge} edge correction needs a window; give one, or take edge='none'"
        raise GeoError(msg)
    if edge == "diggle" and share is not None:
        points = replace(points, weights=points.weights / _edge_mass(points, groups, spectra, share, grid))

    def one(column: int) -> np.ndarray:
        return _inverse_of_sum(points, column, groups, spectra, grid)

    planes = np.stack(each(one, range(len(points.weights))))
    if edge == "uniform" and share is not None:
        planes /= _edge_mass_of_cells(bandwidths_at_m, kernel, share, grid, ratio=ratio)
    if share is not None:
        planes[:, share == 0] = np.nan
    return planes


def groups_of(bandwidths_m: np.ndarray, *, ratio: float) -> Groups:
    """Share points out to a geometric row of bandwidths with a spare group at each end."""
    step = np.log(ratio)
    low, high = np.log(bandwidths_m.min()), np.log(bandwidths_m.max())
    count = int(np.ceil((high - low) / step)) + 3
    position = (np.log(bandwidths_m) - low) / step
    whole = np.clip(np.floor(position).astype(np.int64), 0, count - 4)
    parts = np.array([shares(t) for t in position - whole]).T
    return Groups(np.exp(low + (np.arange(count) - 1) * step), whole, parts)


def _spectra(groups: Groups, grid: Grid, kernel: Kernel) -> list[Spectrum]:
    """One spectrum a group, all of one size, so that their products may be added."""
    height, width = lengths(grid, reach_m=kernel.reach_m(float(groups.bandwidths_m.max())))

    def one(bandwidth_m: float) -> Spectrum:
        quarter = quarter_of(kernel, bandwidth_m, cell_m=grid.cell_m, height=height, width=width)
        return Spectrum(grid.rows, grid.cols, height, width, quarter)

    return each(one, [float(bandwidth) for bandwidth in groups.bandwidths_m])


def _inverse_of_sum(points: Points, column: int, groups: Groups, spectra: list[Spectrum], grid: Grid) -> np.ndarray:
    total = np.zeros((spectra[0].height, spectra[0].width // 2 + 1), dtype=np.complex128)
    for group, spectrum in enumerate(spectra):
        part = replace(points, weights=points.weights[column : column + 1] * groups.of(group))
        raster = binned(part, 0, grid, binning="cubic", width=spectrum.width, dtype=np.float64)
        total += spectrum.times(spectrum.forward(raster))
    return spectra[0].inverse(total)[HALO : grid.rows + HALO, HALO : grid.cols + HALO]


def _edge_mass(points: Points, groups: Groups, spectra: list[Spectrum], share: np.ndarray, grid: Grid) -> np.ndarray:
    mass = np.zeros(points.x.size)
    for group, spectrum in enumerate(spectra):
        part = groups.of(group)
        if part.any():
            mass += part * gathered(edge_raster(share, spectrum, grid), points, grid, binning="cubic")
    return np.maximum(mass, LEAST_EDGE_MASS)


def _edge_mass_of_cells(
    bandwidths_m: np.ndarray | None, kernel: Kernel, share: np.ndarray, grid: Grid, *, ratio: float
) -> np.ndarray:
    """Mass inside the window of each cell's own kernel; 1 where the cell has no part in the window."""
    if bandwidths_m is None or bandwidths_m.shape != grid.shape:
        msg = "the uniform edge correction needs a bandwidth at each cell of the grid; see abramson_bandwidths_m(at=)"
        raise GeoError(msg)
    inside = share > 0
    groups = groups_of(bandwidths_m[inside].astype(np.float64), ratio=ratio)
    mass = np.zeros(groups.first.size)
    for group, spectrum in enumerate(_spectra(groups, grid, kernel)):
        part = groups.of(group)
        if part.any():
            mass += part * edge_raster(share, spectrum, grid)[HALO : grid.rows + HALO, HALO : grid.cols + HALO][inside]
    whole = np.ones(grid.shape)
    whole[inside] = np.maximum(mass, LEAST_EDGE_MASS)
    return whole
