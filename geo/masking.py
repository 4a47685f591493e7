"""Displacing points and counts at random so that single ones cannot be told, and the laws of that. Decides no release.

What the product publishes is summed and withheld, not displaced: of an open scene the place is known and what must be
kept is the group, which no noise on points keeps. These are for analysts who must hand on points, or must know what a
table that was handed on has gone through. Noise drawn anew averages out: draw once for each record, and keep it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import lambertw

from geo.errors import GeoError

_GRAIN = 2**20  # noisy counts are multiples of 1 / this, and so is their epsilon
_MOST_COUNTS = 2**12  # of one person; products of whole numbers stay below 2^63


@dataclass(frozen=True)
class Donut:
    """Displacement to a point uniform over the ring between two distances: never near, never far.

    Radii have the distribution function (r^2 - least^2) / (most^2 - least^2).
    """

    least_m: float
    most_m: float

    def __post_init__(self) -> None:
        if not 0 <= self.least_m < self.most_m:
            msg = f"a ring from {self.least_m} to {self.most_m} m has no area; give the inner distance first"
            raise GeoError(msg)

    def quantile_m(self, share: np.ndarray) -> np.ndarray:
        """Return the radius that a share of displacements stays below."""
        inner, outer = self.least_m**2, self.most_m**2
        return np.asarray(np.sqrt(inner + np.asarray(share, dtype=float) * (outer - inner)))

    def share_within(self, radius_m: np.ndarray) -> np.ndarray:
        """Return the share of displacements that stay below a radius."""
        inner, outer = self.least_m**2, self.most_m**2
        return np.clip((np.asarray(radius_m, dtype=float) ** 2 - inner) / (outer - inner), 0.0, 1.0)

    def people_hidden_among(self, people_per_m2: float) -> tuple[float, float]:
        """Return how many people live on the ring, and on the disc within its outer edge: k of k-anonymity."""
        disc = np.pi * self.most_m**2 * people_per_m2
        return float(disc - np.pi * self.least_m**2 * people_per_m2), float(disc)


@dataclass(frozen=True)
class PlanarLaplace:
    """Displacement with density falling as exp(-epsilon r): geo-indistinguishable by `epsilon_per_m`.

    References
    ----------
    M. E. Andres, N. E. Bordenabe, K. Chatzikokolakis & C. Palamidessi (2013), Geo-indistinguishability, CCS '13.
    """

    epsilon_per_m: float

    def __post_init__(self) -> None:
        if not self.epsilon_per_m > 0:
            msg = f"epsilon of {self.epsilon_per_m} per metre; give one above 0, smaller hides more"
            raise GeoError(msg)

    def quantile_m(self, share: np.ndarray) -> np.ndarray:
        """Return the radius that a share p of displacements stays below: -(W((p - 1) / e) + 1) / epsilon, W < -1."""
        given = np.asarray(share, dtype=float)
        lower = lambertw((given - 1.0) / np.e, -1).real
        return np.where(given > 0, -(lower + 1.0) / self.epsilon_per_m, 0.0)


def displaced(xy: np.ndarray, law: Donut | PlanarLaplace, generator: np.random.Generator) -> np.ndarray:
    """Displace points by a law, in any direction alike.

    Parameters
    ----------
    xy : ndarray, shape (n, 2)
        In a metric CRS.

    Returns
    -------
    ndarray, shape (n, 2)
    """
    radius_m = law.quantile_m(generator.random(len(xy)))
    bearing = generator.uniform(0.0, 2.0 * np.pi, len(xy))
    step = radius_m[:, None] * np.column_stack([np.cos(bearing), np.sin(bearing)])
    return np.asarray(np.asarray(xy, dtype=float) + step)


def noisy_counts(counts: np.ndarray, epsilon: float, generator: np.random.Generator, *, most: int = 1) -> np.ndarray:
    """Add Laplace noise of scale most / epsilon to counts, of which one person can be in `most`: epsilon-private.

    Noise that is rounded after it was drawn as a floating-point number gives counts away by its last bits. Here it is
    drawn on the multiples of 2^-20 by whole numbers alone, P(k 2^-20) proportional to exp(-|k| 2^-20 epsilon / most):
    every result can come from every count. Within a millionth that is the law of Laplace. Smoothing afterwards gives
    nothing away. Results may be negative and fractional; rounding them is free as well. Whoever can guess the
    generator's seed has the counts: draw it from the system, and keep it.

    Parameters
    ----------
    counts : ndarray of whole numbers
    epsilon : float
        Rounded down to a multiple of 2^-20.

    Raises
    ------
    GeoError
        If counts are not whole, or epsilon is below 2^-20, or nobody is in any count.

    References
    ----------
    C. L. Canonne, G. Kamath & T. Steinke (2020), The discrete Gaussian for differential privacy, NeurIPS 33, algorithms
    1 and 2; I. Mironov (2012), On significance of the least significant bits for differential privacy, CCS '12.
    """
    strength = int(epsilon * _GRAIN) if np.isfinite(epsilon) else 0
    if not (strength >= 1 and 1 <= most <= _MOST_COUNTS):
        msg = f"epsilon {epsilon} with {most} counts a person; give epsilon above 0 and at least one count"
        raise GeoError(msg)
    whole = np.asarray(counts)
    if (whole != np.rint(whole)).any():
        raise GeoError("noise is added to whole counts; scale and round what is not")
    noise = _discrete_laplace(strength, most * _GRAIN**2, whole.size, generator).reshape(whole.shape)
    return np.asarray((whole.astype(np.int64) * _GRAIN + noise) / _GRAIN)


def _discrete_laplace(strength: int, scale: int, size: int, generator: np.random.Generator) -> np.ndarray:
    """Draw whole numbers with P(k) proportional to exp(-|k| strength / scale), exactly."""
    drawn, left = np.empty(size, dtype=np.int64), np.arange(size)
    while left.size:
        below = generator.integers(0, scale, left.size)
        whole = np.zeros(left.size, dtype=np.int64)
        more = np.arange(left.size)
        while more.size:
            more = more[_happens(np.full(more.size, scale), scale, generator)]
            whole[more] += 1
        size_of = (below + scale * whole) // strength
        is_negative = generator.integers(0, 2, left.size) == 1
        held = _happens(below, scale, generator) & ~(is_negative & (size_of == 0))  # zero is not drawn twice
        drawn[left[held]] = np.where(is_negative, -size_of, size_of)[held]
        left = left[~held]
    return drawn


def _happens(part: np.ndarray, whole: int, generator: np.random.Generator) -> np.ndarray:
    """Draw events of probability exp(-part / whole), 0 <= part <= whole, by whole numbers alone.

    The series of exp: go on with probability part / (whole k), k = 1, 2, ...; whoever stops at an odd k has the event.
    """
    happened, left, k = np.zeros(len(part), dtype=bool), np.arange(len(part)), 1
    while left.size:
        goes_on = generator.integers(0, whole * k, left.size) < part[left]
        happened[left[~goes_on]] = k % 2 == 1
        left, k = left[goes_on], k + 1
    return happened
