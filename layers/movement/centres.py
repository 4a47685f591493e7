"""The middle of registered incidents before and after, from their own positions. Publishes sums, never a point."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo import weeks
from geo.centrography import Ellipse, Shift, centre_shift, ellipse, moments
from layers.city import City
from layers.frame.exposure import Exposure, in_series, local_days

_SUMS = 6


@dataclass(frozen=True)
class Middle:
    """How the middle of a series shifted between two windows, and how far it scattered in each.

    `behind` is the number of incidents in the window that has fewer.
    """

    shift: Shift
    before: Ellipse
    after: Ellipse
    behind: float


def daily_moments(
    incidents: GeoDataFrame, city: City, *, unit_index: np.ndarray, exposure: Exposure
) -> dict[str, np.ndarray]:
    """Sum the moments of each series' incidents by day, shape (days, 6); the same incidents as in the exposure.

    Coordinates are taken from a corner near the incidents, so that squares keep their digits.
    """
    _, day = local_days(incidents, city, first_day=exposure.first_day)
    usable = (unit_index >= 0) & (day >= 0) & (day < exposure.n_days)
    shapes = incidents.geometry.to_numpy()
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    found = {}
    for series in city.harm.series:
        of = np.flatnonzero(usable & in_series(incidents, series))
        found[series.id] = np.zeros((exposure.n_days, _SUMS))
        if len(of):
            each, days = moments(x[of] - x[of].min(), y[of] - y[of].min()), day[of]
            sums = [np.bincount(days, weights=column, minlength=exposure.n_days) for column in each.T]
            found[series.id] = np.stack(sums, axis=1)
    return found


def middle(daily: np.ndarray, span: tuple[slice, slice], shape: np.ndarray) -> Middle | None:
    """Compare two windows; None if one has fewer than three incidents.

    Parameters
    ----------
    daily : ndarray, shape (days, 6)
    span : pair of slices of days
    shape : ndarray, shape (days,)
        The season; the error is that of whole weeks, without drift between years.
    """
    totals = [daily[days].sum(axis=0) for days in span]
    behind = float(min(total[0] for total in totals))
    if behind < 3:
        return None
    long_enough = all(days.stop - days.start >= 2 * weeks.BLOCK * timedelta(weeks=1).days for days in span)
    errors = None
    if long_enough:
        before, after = (weeks.count_covariance(weeks.week_residuals(daily[days], shape[days])) for days in span)
        errors = before, after
    return Middle(centre_shift(totals[0], totals[1], errors), ellipse(totals[0]), ellipse(totals[1]), behind)
