"""The classical kernels: their shape, height, reach and spread. Sums nothing.

A bandwidth is the kernel's own parameter, as its users know it: the standard deviation along an axis of the Gaussian,
the radius of the quartic and of the Epanechnikov kernel. `bandwidth_of_sd_m` converts.
"""

from dataclasses import dataclass

import numpy as np

from geo.compiled import compiled
from geo.errors import GeoError

GAUSSIAN_REACH = 6.0  # standard deviations; beyond, the kernel is below 1.6e-8 of its peak
NO_CUT = 1400.0  # (distance / bandwidth)^2 where exp(-q / 2) leaves the range of float64


@dataclass(frozen=True)
class Kernel:
    """A radial kernel of integral 1, ``c (1 - d^2 / h^2)^power`` inside h, or the Gaussian where `power` is 0."""

    name: str
    power: int

    def peak_per_m2(self, bandwidth_m: float) -> float:
        """Value at distance 0."""
        if self.power == 0:
            return float(1 / (2 * np.pi * bandwidth_m**2))
        return float((self.power + 1) / (np.pi * bandwidth_m**2))

    def reach_m(self, bandwidth_m: float) -> float:
        """Distance from which on the kernel counts as 0 on a raster."""
        return bandwidth_m * (GAUSSIAN_REACH if self.power == 0 else 1.0)

    def shape(self, q: np.ndarray) -> np.ndarray:
        """Value over the peak at ``q = (distance / bandwidth)^2``."""
        if self.power == 0:
            gaussian: np.ndarray = np.exp(-q / 2)
            return gaussian
        inside: np.ndarray = np.maximum(1 - q, 0.0) ** self.power
        return inside

    def bandwidth_of_sd_m(self, sd_m: float) -> float:
        """Bandwidth whose kernel has this standard deviation along each axis (h = sqrt(8) sd for the quartic)."""
        return sd_m * (1.0 if self.power == 0 else float(np.sqrt(2 * (self.power + 2))))


GAUSSIAN = Kernel("gaussian", 0)
QUARTIC = Kernel("quartic", 2)
EPANECHNIKOV = Kernel("epanechnikov", 1)
KERNELS = {kernel.name: kernel for kernel in (GAUSSIAN, QUARTIC, EPANECHNIKOV)}


def kernel_of(name: str) -> Kernel:
    """Return the kernel of this name.

    Raises
    ------
    GeoError
        If there is none; the message lists those there are.
    """
    if name not in KERNELS:
        msg = f"there is no kernel {name!r}; use one of {', '.join(KERNELS)}"
        raise GeoError(msg)
    return KERNELS[name]


@compiled
def shape_at(power: int, q: float) -> float:
    """Value over the peak of one distance, for compiled loops; `q` is (distance / bandwidth)^2."""
    if power == 0:
        return float(np.exp(-0.5 * q))
    if q >= 1.0:
        return 0.0
    left = 1.0 - q
    return left * left if power == 2 else left
