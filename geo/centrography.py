"""Where the middle of many points lies, how far they scatter and along which axis, from sums of their coordinates.

Everything is a function of six sums (weight, x, y, x2, xy, y2), so that days add up and
their errors follow. Owns no point and no period. A middle can lie in the fjord: it is a summary, not a place.
"""

from dataclasses import dataclass

import numpy as np

from geo.errors import GeoError

WEIGHT, X, Y, XX, XY, YY = range(6)
_ROUNDS = 1000


def moments(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the six sums of each point, shape (points, 6); add them up over any axis.

    Parameters
    ----------
    x, y : ndarray, shape (points,)
        Metres, best from an origin nearby: squares of large coordinates lose digits.
    weight : ndarray, shape (points,), optional
    """
    w = np.ones(len(x)) if weight is None else np.asarray(weight, dtype=float)
    return np.column_stack([w, w * x, w * y, w * x * x, w * x * y, w * y * y])


def centre(sums: np.ndarray) -> np.ndarray:
    """Mean centre, shape (..., 2); NaN without weight."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[..., [X, Y]] / sums[..., WEIGHT, None])


def covariance(sums: np.ndarray) -> np.ndarray:
    """Covariance of coordinates around the mean centre, divided by the whole weight; shape (..., 2, 2), m2."""
    middle = centre(sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = sums[..., [XX, XY, XY, YY]] / sums[..., WEIGHT, None]
    squares = squares.reshape(*sums.shape[:-1], 2, 2)
    return np.asarray(squares - middle[..., :, None] * middle[..., None, :])


def standard_distance(sums: np.ndarray) -> np.ndarray:
    """Root mean square distance from the mean centre, divided by the whole weight (not n - 2); shape (...), metres."""
    return np.asarray(np.sqrt(np.maximum(np.trace(covariance(sums), axis1=-2, axis2=-1), 0.0)))


@dataclass(frozen=True)
class Ellipse:
    """Standard deviational ellipse.

    Attributes
    ----------
    major_m, minor_m : standard deviations along the two axes, covariance divided by the whole weight
    azimuth_deg : the major axis, counter-clockwise from east, in [0, 180)
    weight : of all points
    """

    major_m: float
    minor_m: float
    azimuth_deg: float
    weight: float

    @property
    def yuill(self) -> tuple[float, float]:
        """Axes times sqrt(2), as Yuill drew them and ArcGIS draws them."""
        return self.major_m * np.sqrt(2.0), self.minor_m * np.sqrt(2.0)

    @property
    def crimestat(self) -> tuple[float, float]:
        """Axes times sqrt(2 W / (W - 2)), as CrimeStat draws them.

        Raises
        ------
        GeoError
            If the weight is 2 or less.
        """
        if not self.weight > 2:
            msg = f"CrimeStat's axes need a weight above 2; this ellipse has {self.weight:g}"
            raise GeoError(msg)
        factor = np.sqrt(2.0 * self.weight / (self.weight - 2.0))
        return self.major_m * factor, self.minor_m * factor


def ellipse(sums: np.ndarray) -> Ellipse:
    """Return the ellipse of points whose moments sum to `sums`, shape (6,).

    Raises
    ------
    GeoError
        If the weight is not positive.

    References
    ----------
    R. S. Yuill (1971), The standard deviational ellipse, Geografiska Annaler B 53:28-39.
    """
    if not sums[WEIGHT] > 0:
        msg = "an ellipse needs points with positive weight; there are none"
        raise GeoError(msg)
    values, axes = np.linalg.eigh(covariance(sums))
    minor, major = np.sqrt(np.maximum(values, 0.0))
    azimuth = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])) % 180.0)
    return Ellipse(float(major), float(minor), azimuth, float(sums[WEIGHT]))


def median_centre(points: np.ndarray, weight: np.ndarray | None = None, *, tolerance_m: float = 1e-6) -> np.ndarray:
    """Return the point with the least sum of distances to all points, shape (2,).

    Weiszfeld's iteration with Vardi and Zhang's step where it meets a point. With all points on one line and an even
    number of them it is one of many.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
    weight : ndarray, shape (n,), optional
    tolerance_m : float
        The iteration ends when a step is shorter.

    Raises
    ------
    GeoError
        If there is no point.

    References
    ----------
    Y. Vardi & C.-H. Zhang (2000), The multivariate L1-median, PNAS 97:1423-1426.
    """
    if not len(points):
        msg = "a median centre needs at least one point; there is none"
        raise GeoError(msg)
    w = np.ones(len(points)) if weight is None else np.asarray(weight, dtype=float)
    at = np.asarray((w[:, None] * points).sum(axis=0) / w.sum())
    for _ in range(_ROUNDS):
        after = _weiszfeld(at, points, w)
        if np.hypot(*(after - at)) < tolerance_m:
            return after
        at = after
    return at


def _weiszfeld(at: np.ndarray, points: np.ndarray, w: np.ndarray) -> np.ndarray:
    away = np.hypot(*(points - at).T)
    here = away == 0.0
    pull = w[~here] / away[~here]
    target = (pull[:, None] * points[~here]).sum(axis=0) / pull.sum() if pull.size else at
    if not here.any():
        return np.asarray(target)
    strength = float(np.hypot(*(pull[:, None] * (points[~here] - at)).sum(axis=0)))
    stays = 1.0 if strength == 0.0 else min(1.0, float(w[here].sum()) / strength)
    return np.asarray((1.0 - stays) * target + stays * at)


@dataclass(frozen=True)
class Shift:
    """How a mean centre moved.

    Attributes
    ----------
    east_m, north_m : the shift
    covariance : ndarray, shape (2, 2) : of the shift; zeros where it was not asked for
    """

    east_m: float
    north_m: float
    covariance: np.ndarray

    @property
    def distance_m(self) -> float:
        """Length of the shift."""
        return float(np.hypot(self.east_m, self.north_m))

    @property
    def bearing_deg(self) -> float:
        """Compass bearing, clockwise from north, in [0, 360)."""
        return float(np.degrees(np.arctan2(self.east_m, self.north_m)) % 360.0)

    @property
    def error_m(self) -> float:
        """Standard deviation of the shift along its own direction."""
        length = self.distance_m
        along = np.array([self.east_m, self.north_m]) / length if length > 0 else np.array([1.0, 0.0])
        return float(np.sqrt(max(along @ self.covariance @ along, 0.0)))


def centre_shift(
    before: np.ndarray, after: np.ndarray, covariances: tuple[np.ndarray, np.ndarray] | None = None
) -> Shift:
    """Shift of the mean centre from one period to another.

    Parameters
    ----------
    before, after : ndarray, shape (6,)
        Sums of moments.
    covariances : pair of ndarray, shape (6, 6), optional
        Covariance of the sums of each period, for the error by the delta method. A length cannot be negative, so noise
        alone gives a shift: compare it with its error, and with periods between which nothing happened.

    Raises
    ------
    GeoError
        If one period has no weight.
    """
    moved = centre(after) - centre(before)
    if not np.isfinite(moved).all():
        msg = "a shift of the centre needs points in both periods; one has none"
        raise GeoError(msg)
    spread = np.zeros((2, 2))
    for sums, covariance_of in zip((before, after), covariances or (), strict=False):
        slope = _slope_of_centre(sums)
        spread = spread + slope @ covariance_of @ slope.T
    return Shift(float(moved[0]), float(moved[1]), spread)


def _slope_of_centre(sums: np.ndarray) -> np.ndarray:
    """Return d centre / d sums, shape (2, 6)."""
    slope = np.zeros((2, 6))
    slope[:, WEIGHT] = -centre(sums)
    slope[0, X] = slope[1, Y] = 1.0
    return np.asarray(slope / sums[WEIGHT])
