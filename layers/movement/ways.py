"""How far the units of a city are from each other on foot. Counts nothing, moves nothing."""

from dataclasses import dataclass

import numpy as np
import shapely

from geo.between import along_streets, over_land
from geo.transport import require_metric_distances
from layers.city import City
from layers.frame.rings import ground
from layers.frame.units import Units
from layers.tables import Tables


@dataclass(frozen=True)
class Ways:
    """Distances between units.

    Attributes
    ----------
    points : ndarray of Points, shape (units,) : a point inside each
    distance_m : ndarray, shape (units, units) : on foot, a metric
    on_streets : bool : along streets, or else the shortest way over land
    """

    points: np.ndarray
    distance_m: np.ndarray
    on_streets: bool


def ways(units: Units, tables: Tables, city: City) -> Ways:
    """Measure between a point inside each unit: along streets that people can walk, or without such, over land."""
    points = np.asarray(shapely.point_on_surface(units.pieces.geometry.to_numpy()))
    walked = ground(tables, city)
    streets = walked.streets
    distance_m = over_land(walked.land, points) if streets is None else along_streets(streets, points)
    require_metric_distances(distance_m)
    return Ways(points, distance_m, streets is not None)
