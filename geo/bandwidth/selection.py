"""The answer of a bandwidth selector: the whole curve, its optimum, and what speaks against trusting it."""

from dataclasses import dataclass

import numpy as np

from geo.bandwidth.places import Places
from geo.bandwidth.rules import oversmoothing_m
from geo.errors import GeoError

NARROWEST, WIDEST, CANDIDATES = 1 / 40, 3.0, 48  # of the oversmoothing bandwidth


@dataclass(frozen=True)
class Selection:
    """A criterion over bandwidths and where it is best.

    Attributes
    ----------
    rule : str
    bandwidth_m : float
        Standard deviation of a Gaussian: the optimum, by a parabola in log h through the best three.
    bandwidths_m, criterion : k float64
        The curve, as the literature has it; `is_maximum` says which end is good.
    is_at_end : bool
        The optimum is the first or last candidate: the range, not the data, decided.
    duplicated_share, rounding_m : float
        Of the points, from `geo.bandwidth.places`.
    """

    rule: str
    bandwidth_m: float
    bandwidths_m: np.ndarray
    criterion: np.ndarray
    is_maximum: bool
    is_at_end: bool
    duplicated_share: float
    rounding_m: float


def candidates_m(places: Places, bandwidths_m: np.ndarray | None) -> np.ndarray:
    """Return the bandwidths to try, ascending: those given, or a geometric row round the oversmoothing one.

    None is below the rounding of the coordinates, which would fit the grid they were rounded to.

    Raises
    ------
    GeoError
        If one is not positive, or none is left.
    """
    if bandwidths_m is None:
        widest = oversmoothing_m(places)
        low, high = max(NARROWEST * widest, places.rounding_m), WIDEST * widest
        bandwidths_m = np.geomspace(low, max(high, 2 * low), CANDIDATES)
    given = np.unique(np.asarray(bandwidths_m, dtype=np.float64))
    if given.size == 0 or not (np.isfinite(given).all() and given[0] > 0):
        msg = "bandwidths must be positive, finite numbers of metres"
        raise GeoError(msg)
    usable = given[given >= places.rounding_m]
    if usable.size == 0:
        msg = (
            f"all bandwidths are below {places.rounding_m:g} m, to which the coordinates are rounded. "
            "Try wider ones, or take finer coordinates."
        )
        raise GeoError(msg)
    return usable


def selected(
    rule: str, bandwidths_m: np.ndarray, criterion: np.ndarray, *, places: Places, is_maximum: bool
) -> Selection:
    """Return the curve with its optimum; of equal values the narrower bandwidth is taken."""
    towards = -criterion if is_maximum else criterion
    best = int(np.argmin(np.where(np.isnan(towards), np.inf, towards)))
    is_at_end = best in {0, bandwidths_m.size - 1}
    optimum = float(bandwidths_m[best]) if is_at_end else _vertex(bandwidths_m, towards, best)
    return Selection(
        rule, optimum, bandwidths_m, criterion, is_maximum, is_at_end, places.duplicated_share, places.rounding_m
    )


def _vertex(bandwidths_m: np.ndarray, towards: np.ndarray, best: int) -> float:
    """Lowest point of the parabola in log h through a minimum and its neighbours."""
    near = slice(best - 1, best + 2)
    if not np.isfinite(towards[near]).all():
        return float(bandwidths_m[best])
    steps = np.log(bandwidths_m[near] / bandwidths_m[best])
    curvature, slope, _ = np.polyfit(steps, towards[near] - towards[best], 2)
    return float(bandwidths_m[best] * np.exp(-slope / (2 * curvature))) if curvature > 0 else float(bandwidths_m[best])
