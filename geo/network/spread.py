"""Spreading along streets: incidents onto pieces, kernels as polynomials of their averaging, values back.

T_m(P), the Chebyshev polynomials of the operator, stand m steps away, split 2/d onwards and 2/d - 1 back at every
junction of d streets. The equal-split continuous kernel of any shape K is therefore ``K(0) dx + 2 sum_m K(m dx) dx
T_m(P)``: its coefficients are its own samples. A Gaussian gives the heat kernel (Kirchhoff junctions).

What is not exact: an incident is shared by the two ends of its piece, and values are read between them.
"""

import numpy as np

from geo.chebyshev import stack, sweep
from geo.errors import GeoError
from geo.network.kernels import Kernel, gaussian
from geo.network.lines import Spots, components
from geo.network.pieces import Pieces
from geo.threads import each

COARSEST_PER_SUPPORT = 20.0
LONGEST_PIECE = 2.0  # steps; a street of nearly two steps is one piece


def deposit(pieces: Pieces, spots: Spots, weights: np.ndarray | None = None) -> np.ndarray:
    """Share each incident between the two slots beside it, so that its place is kept on average.

    Returns
    -------
    slots float64, summing to the weights
    """
    before, towards = pieces.beside(spots)
    given = np.ones(spots.size) if weights is None else np.asarray(weights, dtype=np.float64)
    mass = np.bincount(before, given * (1 - towards), minlength=pieces.size)
    mass += np.bincount(before + 1, given * towards, minlength=pieces.size)
    return np.asarray(mass)


def read(pieces: Pieces, density: np.ndarray, spots: Spots) -> np.ndarray:
    """Return values between slots at places: (columns x) places."""
    before, towards = pieces.beside(spots)
    values: np.ndarray = density[..., before] * (1 - towards) + density[..., before + 1] * towards
    return values


def spread_along(pieces: Pieces, mass: np.ndarray, series: np.ndarray, *, single: bool = False) -> np.ndarray:
    """Spread mass along the streets.

    Parameters
    ----------
    pieces : Pieces
    mass : columns x slots
    series : terms
    single : bool
        Compute in single precision: half the time, errors up to 1e-5 of the peak after some hundred steps, mass kept
        to 1e-7.

    Returns
    -------
    columns x slots
        Density per metre; times `control_m` it sums to the mass times the series' sum.
    """
    ready = pieces.in_single() if single else pieces
    columns = [ready.per_metre(column) for column in np.asarray(mass, dtype=np.float64)]
    return np.stack(each(lambda column: sweep(ready, column, series[None])[0], columns))


def spread_bands(pieces: Pieces, mass: np.ndarray, series: list[np.ndarray]) -> np.ndarray:
    """Spread one mass by many kernels, or many widths of one, in one sweep: series x slots."""
    return sweep(pieces, pieces.per_metre(np.asarray(mass, dtype=np.float64)), stack(series))


def error_bound(pieces: Pieces, kernel: Kernel) -> float:
    """Return a bound of the error at any place, relative to the peak of one incident's kernel on an endless street.

    ``(2 p^2 / 8) max|K''|`` for sharing an incident between the ends of a piece p and reading between them, plus
    ``(p^2 - dx^2) / 24 max|x K'''|`` for the string's stiffness where pieces are longer than the step dx. Streets
    shorter than one step, counted in `Pieces.added_m`, come on top where there are any.
    """
    form, width = kernel.form, kernel.support_m
    length_m = pieces.network.lengths_m + pieces.added_m
    longest = float((length_m / pieces.per_line).max(initial=pieces.step_m))
    smeared = longest**2 / 4 * form.most_curved
    stiff = (longest**2 - pieces.step_m**2) / 24 * form.stretched
    return float((smeared + stiff) / width**2 / form.density(np.zeros(1))[0])


def step_for(kernel: Kernel, error: float) -> float:
    """Return the step whose bound, on streets of many pieces, is `error`; at most a twentieth of the support."""
    form = kernel.form
    curved = form.most_curved / 4 / form.density(np.zeros(1))[0]
    return float(kernel.support_m * min(np.sqrt(error / curved), 1 / COARSEST_PER_SUPPORT))


def piece_length_m(bandwidth_m: float, tolerance: float) -> float:
    """Return the longest step at which the Gaussian of a bandwidth (its standard deviation) is right to a tolerance.

    Like `step_for`, but for any street of at least one step: such a street's pieces are shorter than two steps, and the
    bound is that of `error_bound` for pieces of two. Streets shorter than one step are not in it; see `Pieces.added_m`.

    Parameters
    ----------
    bandwidth_m : standard deviation
    tolerance : largest error at any place, relative to the peak of one incident's kernel on an endless street

    Raises
    ------
    GeoError
        If either is not above 0.
    """
    if not (bandwidth_m > 0 and tolerance > 0):
        msg = f"a bandwidth of {bandwidth_m} m and a tolerance of {tolerance} give no length; both must be above 0"
        raise GeoError(msg)
    kernel = gaussian(bandwidth_m)
    form = kernel.form
    worst = (LONGEST_PIECE**2 / 4 * form.most_curved + (LONGEST_PIECE**2 - 1) / 24 * form.stretched) / form.density(
        np.zeros(1)
    )[0]
    return float(kernel.support_m * min(np.sqrt(tolerance / worst), 1 / COARSEST_PER_SUPPORT))


def largest_kernel(pieces: Pieces, *, sigma_m: float) -> np.ndarray:
    """Return a bound, per metre, of what one incident can leave at each slot, wherever it happened.

    An endless street has the peak k0 = 1 / (sqrt(2 pi) sigma) and its dead end twice that; junctions only lower it; a
    separate network of length L adds at most 1 / L by what its ends throw back.
    """
    component = components(pieces.network)
    length = np.bincount(component, weights=pieces.network.lengths_m + pieces.added_m)
    bound = 2 / (np.sqrt(2 * np.pi) * sigma_m) + 1 / length[component]
    return np.asarray(bound[pieces.line])
