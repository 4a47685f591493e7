"""What changed recording may explain: E-values, two routes into the records, capture and recapture. No figure's error.

Observed = true x detection, by place, time and route. One route alone identifies only the product; two routes that see
the same harm identify how the ratio of their detection changed, never which of the two changed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from geo.errors import GeoError


def e_value(ratio: np.ndarray | float) -> np.ndarray:
    """Return the E-value of a risk ratio: RR + sqrt(RR (RR - 1)), ratios below 1 inverted.

    How strongly, on the ratio scale, something not in the data would have to go with both the event and the outcome to
    make the whole ratio; 1 where there is nothing to explain.

    Parameters
    ----------
    ratio : float or ndarray, positive

    References
    ----------
    T. J. VanderWeele & P. Ding (2017), Sensitivity analysis in observational research: introducing the E-value, Annals
    of Internal Medicine 167:268-274.
    """
    given = np.asarray(ratio, dtype=float)
    if not (given > 0).all():
        msg = "an E-value needs ratios above 0; give after / before, not a difference"
        raise GeoError(msg)
    above = np.maximum(given, 1.0 / given)
    return np.asarray(above + np.sqrt(above * (above - 1.0)))


def true_ratio(observed: np.ndarray | float, detection: np.ndarray | float) -> np.ndarray:
    """Return the true after / before if detection changed by a ratio: observed / detection.

    The tipping point, where nothing truly changed, is detection = observed.
    """
    return np.asarray(np.asarray(observed, dtype=float) / np.asarray(detection, dtype=float))


@dataclass(frozen=True)
class Recapture:
    """Cases in a population that two lists tell of, each missing some."""

    lincoln_petersen: float  # infinite without a case on both lists
    chapman: float
    variance: float  # of Chapman's, by Seber
    interval: tuple[float, float]


def recapture(first: int, second: int, both: int, *, level: float = 0.95) -> Recapture:
    """Estimate how many cases there are from two lists: n1 n2 / m, and Chapman's (n1 + 1)(n2 + 1) / (m + 1) - 1.

    Holds for lists that miss cases independently, in a closed population, with cases matched without error. Lists that
    tend to miss the same cases make it too low.

    Parameters
    ----------
    first, second, both : int
        Cases on either list and on both.

    Raises
    ------
    GeoError
        If more cases are on both lists than on one of them.

    References
    ----------
    D. G. Chapman (1951); variance: G. A. F. Seber (1970), Biometrics 26.
    """
    if not 0 <= both <= min(first, second):
        msg = f"{both} cases on both lists of {first} and {second}; it must lie between 0 and the shorter list"
        raise GeoError(msg)
    chapman = (first + 1) * (second + 1) / (both + 1) - 1.0
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    half = float(ndtri(0.5 + level / 2.0)) * variance**0.5
    return Recapture(
        first * second / both if both else float("inf"), chapman, float(variance), (chapman - half, chapman + half)
    )


@dataclass(frozen=True)
class RouteContrast:
    """How recording by one route changed relative to another, after over before, as a ratio with its interval.

    What both routes would show alike, a change of harm, has dropped out. `explained`: the interval holds 1, so both may
    have recorded as before; or both may have changed alike, which no pair of routes can tell.
    """

    ratio: float
    interval: tuple[float, float]

    @property
    def explained(self) -> bool:
        return self.interval[0] <= 1.0 <= self.interval[1]


def route_contrast(
    one: np.ndarray, other: np.ndarray, *, dispersion: tuple[float, float] = (1.0, 1.0), level: float = 0.95
) -> RouteContrast:
    """Compare how counts by two routes changed: (one after / before) / (other after / before), log scale.

    With a harm that both routes see, this is the ratio of their detection changes: the only thing two routes identify.
    With a negative-control outcome as the other, one that the event cannot change but the same recording would, it is
    the change that recording does not explain.

    Parameters
    ----------
    one, other : ndarray, shape (2,)
        Counts before and after, in the same days for both.
    dispersion : (float, float)
        Variance over mean of counts, by route.

    Raises
    ------
    GeoError
        If a count is 0, where no ratio exists.
    """
    counts = np.array([one, other], dtype=float)
    if not (counts > 0).all():
        msg = "a count of 0 has no ratio; compare longer windows or wider places"
        raise GeoError(msg)
    variance = (1.0 / counts).sum(axis=1) * np.asarray(dispersion)
    return contrast(np.log(counts[:, 1] / counts[:, 0]), float(ndtri(0.5 + level / 2.0)) * np.sqrt(variance))


def contrast(log_changes: np.ndarray, half_widths: np.ndarray) -> RouteContrast:
    """Compare two changes, log(after / before) each with the half-width of its interval; errors add up as squares.

    Weeks that shake both routes alike are in both errors, so the interval is rather too wide than too narrow.

    Parameters
    ----------
    log_changes, half_widths : ndarray, shape (2,)
    """
    log_ratio, half = float(log_changes[0] - log_changes[1]), float(np.hypot(*half_widths))
    return RouteContrast(float(np.exp(log_ratio)), (float(np.exp(log_ratio - half)), float(np.exp(log_ratio + half))))
