"""Kernels along a street: their shapes, how wide other tools mean them, and their Chebyshev series. Knows no network.

Every kernel has integral 1 over both directions of an endless street. Its width is given here as the *support* (where
it ends); other tools give the standard deviation, or divide once more by the width. `support_of_sd` and
`from_spnetwork` convert.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geo.chebyshev import nodes, series
from geo.errors import GeoError

REACH_SIGMAS = 5.0
SERIES_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Shape:
    """A kernel of support 1, even, integral 1.

    Attributes
    ----------
    density : of the distance from 0 to 1
    sd : standard deviation
    steepest, most_curved : the largest absolute first and second derivative
    stretched : the largest absolute distance times third derivative
    """

    density: Callable[[np.ndarray], np.ndarray]
    sd: float
    steepest: float
    most_curved: float
    stretched: float


def _gaussian(u: np.ndarray) -> np.ndarray:
    return np.asarray(REACH_SIGMAS / np.sqrt(2 * np.pi) * np.exp(-((REACH_SIGMAS * u) ** 2) / 2))


_PEAK = REACH_SIGMAS / np.sqrt(2 * np.pi)

SHAPES: dict[str, Shape] = {
    "epanechnikov": Shape(lambda u: 0.75 * (1 - u**2), 1 / np.sqrt(5), 1.5, 1.5, 0.0),
    "quartic": Shape(lambda u: 15 / 16 * (1 - u**2) ** 2, 1 / np.sqrt(7), 1.4434, 7.5, 22.5),
    "gaussian": Shape(
        _gaussian,
        1 / REACH_SIGMAS,
        0.6066 * REACH_SIGMAS * _PEAK,
        REACH_SIGMAS**2 * _PEAK,
        1.13 * REACH_SIGMAS**2 * _PEAK,
    ),
}


@dataclass(frozen=True)
class Kernel:
    """A shape of a given width.

    Attributes
    ----------
    shape : a name of `SHAPES`
    support_m : where it ends; five standard deviations for the Gaussian
    """

    shape: str
    support_m: float

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            msg = f"there is no kernel {self.shape!r}; there are {', '.join(SHAPES)}"
            raise GeoError(msg)
        if not self.support_m > 0:
            msg = f"a kernel's support is {self.support_m} m; it must be wider than 0"
            raise GeoError(msg)

    @property
    def form(self) -> Shape:
        return SHAPES[self.shape]

    def density(self, distance_m: np.ndarray) -> np.ndarray:
        """Return the kernel per metre at distances."""
        u = np.abs(np.asarray(distance_m, dtype=np.float64)) / self.support_m
        return np.where(u < 1, self.form.density(np.minimum(u, 1.0)), 0.0) / self.support_m


def gaussian(sigma_m: float) -> Kernel:
    """Return the Gaussian of a standard deviation, cut at five of them."""
    return Kernel("gaussian", REACH_SIGMAS * sigma_m)


def support_of_sd(shape: str, sd_m: float) -> float:
    """Return the support of a kernel given by its standard deviation, as spatstat's `sigma` does.

    sqrt(5) sd for Epanechnikov, sqrt(7) sd for the quartic.
    """
    return sd_m / SHAPES[shape].sd


def from_spnetwork(values: np.ndarray, bw_m: float, *, method: str, div: str = "bw") -> np.ndarray:
    """Return spNetwork's densities (0.4.4) as events per metre.

    Its kernels hold 1 / bw already; ``div="bw"`` (its default) divides by bw again, and ``method="discontinuous"``
    divides by bw once more whatever `div` says.
    """
    times = (div == "bw") + (method == "discontinuous")
    return np.asarray(values, dtype=np.float64) * bw_m**times


def series_of(kernel: Kernel, step_m: float, *, keep_mass: bool = True) -> np.ndarray:
    """Return the Chebyshev series of a kernel: twice its own samples, one step apart.

    Parameters
    ----------
    kernel : Kernel
    step_m : float
        What one step travels.
    keep_mass : bool
        Scale the series to sum 1. The samples alone sum to 1 up to ``(step / support)^2`` or better.
    """
    count = int(np.ceil(kernel.support_m / step_m))
    found: np.ndarray = 2 * step_m * kernel.density(np.arange(count + 1) * step_m)
    found[0] /= 2
    return found / found.sum() if keep_mass else found


def heat_series(sigma_m: float, step_m: float) -> np.ndarray:
    """Return the series of the heat kernel of the pieces' own Laplacian, ``exp(-(sigma / step)^2 (1 - P))``.

    An independent way to the Gaussian: its coefficients are Bessel functions, not the kernel's samples.
    """
    width = (sigma_m / step_m) ** 2
    points = max(32, int(8 * (sigma_m / step_m + 2)))
    return series(np.exp(-width * (1 - nodes(points))), tolerance=SERIES_TOLERANCE)
