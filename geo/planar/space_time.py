"""Densities in space and time at once: a kernel in space times a Gaussian in time, each with its edge put right.

Owns the weights in time alone. At one moment they are a column of weights of the points, so space is smoothed by
`geo.planar.density` or summed by `geo.planar.exact`, all moments in one pass.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from geo.errors import GeoError
from geo.planar.density import Edge, Smoother
from geo.planar.points import Points


@dataclass(frozen=True)
class Span:
    """Days from `start` to `end` and the Gaussian's standard deviation in time; nothing is smoothed beyond them.

    Where something happened that smoothing must not bridge, take one span before and one after.
    """

    start: float
    end: float
    bandwidth_days: float

    def mass(self, days: np.ndarray) -> np.ndarray:
        """Return the share of the kernel at each day that falls inside the span."""
        inside = ndtr((self.end - days) / self.bandwidth_days) - ndtr((self.start - days) / self.bandwidth_days)
        return np.asarray(inside)


def weighted_in_time(
    points: Points, days: np.ndarray, span: Span, *, at_days: np.ndarray, edge: Edge = "diggle"
) -> Points:
    """Return the points with a column of weights for each of their columns and each moment.

    Parameters
    ----------
    points : Points, k columns of weights
    days : n, when each point happened
    at_days : m, the moments asked for
    edge : none, uniform or diggle
        In time: ``w L(t - t_i)``, that over the kernel's mass q(t) inside the span, or over q(t_i), which keeps mass.

    Returns
    -------
    Points, (k m) columns per day, the moments of one column together

    Raises
    ------
    GeoError
        If days are not one of each point, or a day or moment lies outside the span, or its bandwidth is not positive.
    """
    when, at = np.asarray(days, dtype=np.float64), np.atleast_1d(np.asarray(at_days, dtype=np.float64))
    _check(points, when, at, span)
    apart = (at[:, None] - when) / span.bandwidth_days
    kernel = np.exp(-np.square(apart) / 2) / (np.sqrt(2 * np.pi) * span.bandwidth_days)
    if edge == "uniform":
        kernel /= span.mass(at)[:, None]
    elif edge == "diggle":
        kernel /= span.mass(when)
    weights = points.weights[:, None, :] * kernel
    return Points(points.x, points.y, weights.reshape(-1, when.size))


def space_time_intensity(
    smoother: Smoother,
    points: Points,
    days: np.ndarray,
    span: Span,
    *,
    at_days: np.ndarray,
    edge: Edge = "diggle",
) -> np.ndarray:
    """Return the intensity at the centre of each cell at each moment.

    Parameters
    ----------
    smoother : geo.planar.density.Smoother
        Kernel, bandwidth, grid and window in space.
    points : Points, k columns of weights
    days : n
    at_days : m
    edge : none, uniform or diggle, in space and in time
        "diggle" keeps mass: over window and span the intensity integrates to the sum of weights. "uniform", over that
        sum, is the joint density of Davies, Marshall & Hazelton 2018 (Statistics in Medicine 37, 1191).

    Returns
    -------
    k x m x rows x cols, weight per square metre and day; nan off the window
        Over the same moment's sum of weights in time it is the density in space *given* the time.

    Raises
    ------
    GeoError
        As `weighted_in_time` and `Smoother.intensity`.
    """
    weighted = weighted_in_time(points, days, span, at_days=at_days, edge=edge)
    found = smoother.intensity(weighted, edge=edge)
    return found.reshape(len(points.weights), -1, *found.shape[1:])


def _check(points: Points, days: np.ndarray, at_days: np.ndarray, span: Span) -> None:
    if not (span.bandwidth_days > 0 and span.end > span.start):
        msg = f"the span runs from day {span.start:g} to {span.end:g} at {span.bandwidth_days:g} days; both need length"
        raise GeoError(msg)
    if days.shape != points.x.shape:
        msg = f"{days.size} days of {points.x.size} points; each point needs one"
        raise GeoError(msg)
    for what, some in (("points", days), ("moments", at_days)):
        outside = int(np.count_nonzero(~((some >= span.start) & (some <= span.end))))
        if outside:
            msg = f"{outside} of {some.size} {what} lie outside the span of days; leave them out and say how many"
            raise GeoError(msg)
