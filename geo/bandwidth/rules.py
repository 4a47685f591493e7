"""Rules of thumb: a bandwidth from the spread and the number of points alone. They oversmooth where points cluster.

All are standard deviations of a Gaussian. With weights, spreads are weighted and the number of points is the effective
one, ``(sum w)^2 / sum w^2``; without, places with several points count as so many points.
"""

import numpy as np

from geo.bandwidth.places import Places

QUARTILES = 1.34  # interquartile range of a Gaussian in standard deviations, as Silverman rounds it


def scott_m(places: Places) -> tuple[float, float]:
    """Return ``sd_j n^(-1/6)`` along x and y (Scott 1992)."""
    factor = float(effective_number(places) ** (-1 / 6))
    return _sd(places.x, places) * factor, _sd(places.y, places) * factor


def scott_isotropic_m(places: Places) -> float:
    """Return the geometric mean of Scott's two bandwidths."""
    along, across = scott_m(places)
    return float(np.sqrt(along * across))


def silverman_m(places: Places) -> float:
    """Return the normal scale bandwidth ``scale n^(-1/6)``, scale the smaller of mean sd and mean IQR / 1.34.

    In two dimensions Silverman's (1986) factor ``(4 / (d + 2))^(1 / (d + 4))`` is 1.
    """
    return float(_scale(places) * effective_number(places) ** (-1 / 6))


def oversmoothing_m(places: Places) -> float:
    """Return Terrell's (1990) upper bound of what any density with this spread can want.

    ``scale (R d / (n V))^(1/6)``, R = 1 / 4 pi, d = 2, ``V = 16 Gamma(5) d (d + 2) / (10^4 pi)``.
    """
    dimensions, roughness = 2, 1 / (4 * np.pi)
    curvature = 16 * 24 * dimensions * (dimensions + 2) / (1e4 * np.pi)
    return float(_scale(places) * (roughness * dimensions / (effective_number(places) * curvature)) ** (1 / 6))


def effective_number(places: Places) -> float:
    """Return the number of points, or with weights the effective one."""
    if not places.is_weighted:
        return float(places.points)
    return float(places.total**2 / (places.mass**2).sum())


def _scale(places: Places) -> float:
    spread = (_sd(places.x, places) + _sd(places.y, places)) / 2
    middle = (_quartile_range(places.x, places.mass) + _quartile_range(places.y, places.mass)) / 2 / QUARTILES
    return float(min(spread, middle) if middle > 0 else spread)


def _sd(axis: np.ndarray, places: Places) -> float:
    """Return the standard deviation with n - 1 below, n the effective number."""
    centre = np.average(axis, weights=places.mass)
    variance = np.average((axis - centre) ** 2, weights=places.mass)
    number = effective_number(places)
    return float(np.sqrt(variance * number / (number - 1)))


def _quartile_range(axis: np.ndarray, mass: np.ndarray) -> float:
    """Interquartile range; with equal masses of 1 that of the usual interpolation between order statistics."""
    order = np.argsort(axis, kind="stable")
    ordered, weights = axis[order], mass[order]
    if np.array_equal(weights, np.round(weights)) and weights.sum() < 10 * weights.size + 1000:
        lower, upper = np.quantile(np.repeat(ordered, weights.astype(np.int64)), [0.25, 0.75])
    else:
        position = (np.cumsum(weights) - weights / 2) / weights.sum()
        lower, upper = np.interp([0.25, 0.75], position, ordered)
    return float(upper - lower)
