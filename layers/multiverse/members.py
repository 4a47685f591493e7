"""Sums of membership without spreading: who lies in which role and rank, in few passes over incidents.

Incidents are added up by unit first; only those near scenes and rings, which other layouts move, are read by place.
"""

import numpy as np
import shapely

from layers.multiverse.views import ROLES, Views


def sum_members(
    views: Views, x: np.ndarray, y: np.ndarray, unit: np.ndarray, *, weight: np.ndarray, found: np.ndarray
) -> None:
    """Add up what `Views.at` tells of points, by group.

    Parameters
    ----------
    views : Views
    x, y : n float64
        In the CRS of the units, metres.
    unit : n int
        The unit of each, -1 for none, which counts nowhere.
    weight : n x groups float64
    found : groups x columns float64
        Is filled.
    """
    units = len(views.role)
    by_unit = _added(unit, weight, minlength=units)
    found[:, views.role_columns(0)] = by_unit @ _is_role(views.role)
    _sum_layouts(views, x, y, unit, weight=weight, found=found)
    district, known = np.append(views.district_of_unit, -1)[unit], unit >= 0
    by_square: dict[float, np.ndarray] = {}
    for number, ranking in enumerate(views.rankings):
        if not ranking.square_m:
            summed = by_unit @ ranking.weights[views.district_of_unit]
        else:
            if ranking.square_m not in by_square:
                area = np.where(known, ranking.areas(x, y, district), -1)
                by_square[ranking.square_m] = _added(area, weight, minlength=len(ranking.weights))
            summed = by_square[ranking.square_m] @ ranking.weights
        found[:, views.rank_columns(number)] = summed


def _sum_layouts(
    views: Views, x: np.ndarray, y: np.ndarray, unit: np.ndarray, *, weight: np.ndarray, found: np.ndarray
) -> None:
    """Add up the roles of every layout but the declared one: of points far from all of them once."""
    others = views.layouts[1:]
    if not others:
        return
    west, south, east, north = shapely.total_bounds(np.concatenate([layout.shapes for layout in others]))
    known = unit >= 0
    is_near = known & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    near = np.flatnonzero(is_near)
    far = _added(np.where(is_near, -1, unit), weight, minlength=len(views.role)) @ _is_role(views.role_outside)
    beyond, points = views.role_outside[unit[near]], shapely.STRtree(np.asarray(shapely.points(x[near], y[near])))
    for number, layout in enumerate(others, start=1):
        role = layout.role_in(points, beyond)
        found[:, views.role_columns(number)] = far + weight[near].T @ _is_role(role)


def _is_role(role: np.ndarray) -> np.ndarray:
    return np.asarray(role[:, None] == np.array(ROLES), dtype=float)


def _added(at: np.ndarray, weight: np.ndarray, *, minlength: int) -> np.ndarray:
    """Add up each group's weights by where they are, -1 for nowhere: groups x places."""
    of = np.where(at < 0, minlength, at)
    summed: np.ndarray = np.array([np.bincount(of, group, minlength + 1)[:-1] for group in weight.T])
    return summed
