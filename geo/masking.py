"""Displacing points and counts at random so that single ones cannot be told, and the laws of that. Decides no release.

What the product publishes is summed and withheld, not displaced: of an open scene the place is known and what must be
kept is the group, which no noise on points keeps. These are for analysts who must hand on points, or must know what a
table that was handed on has gone through. Noise drawn anew averages out: draw once for each record, and keep it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import lambertw

from geo.errors import GeoError


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

    Smoothing afterwards gives nothing away. Results may be negative and fractional; rounding them is free as well.
    """
    if not (epsilon > 0 and most >= 1):
        msg = f"epsilon {epsilon} with {most} counts a person; give epsilon above 0 and at least one count"
        raise GeoError(msg)
    return np.asarray(np.asarray(counts, dtype=float) + generator.laplace(0.0, most / epsilon, np.shape(counts)))
