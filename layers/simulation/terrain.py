"""The ground of Fjordby: land, fjord, lake, the park, and where its three scenes stand. Knows no people and no street.

Coordinates are EPSG:25832, with the town's corner in the open North Sea, so that no map can take it for a real town.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from layers.simulation.streams import stream

CRS = "EPSG:25832"
TOWN_SEED = 20070903  # the town never changes; a city's seed only changes what happens in it
CORNER = np.array([200_000.0, 6_800_000.0])
FRAME = (-700.0, -500.0, 7700.0, 6500.0)  # west, south, east, north of the mapped sea, metres from the corner
PRECISION_M = 0.01

PARK = (2650.0, 3700.0)
MARKET = (3750.0, 3420.0)
UNDERPASS = (3050.0, 1640.0)

_FJORD = np.array([[-900, 2650], [400, 2700], [1500, 2480], [2600, 2560], [3700, 2720], [4700, 2560], [5650, 2300]])
_FJORD_HALF_WIDTH_M = np.array([900, 620, 330, 270, 250, 190, 70])
_HARBOUR = np.array([[3330, 2750], [3360, 3000], [3430, 3230]])  # the inlet beside the market
_LAKE = (4520.0, 4330.0)


@dataclass(frozen=True)
class Terrain:
    """Land without lake and fjord, the water in the frame, and the park; polygons in EPSG:25832."""

    land: Polygon
    water: tuple[Polygon, ...]  # the sea with its fjord first, then the lake
    park: Polygon


def place(point: tuple[float, float]) -> np.ndarray:
    """Return the EPSG:25832 coordinates of a point given in metres from the town's corner."""
    return np.asarray(CORNER + np.asarray(point))


def warp(xy: np.ndarray) -> np.ndarray:
    """Shift points by a smooth field of at most some 90 m; it straightens nothing and folds nothing.

    Parameters
    ----------
    xy : array (n, 2)
        Metres in EPSG:25832.
    """
    x, y = ((xy - CORNER) / 1000.0).T
    east = 38 * np.sin(5.1 * y + 1.3 * x) + 26 * np.sin(9.7 * y - 4.1 * x + 1.0) + 14 * np.sin(17 * y + 6 * x + 2.0)
    north = 38 * np.sin(4.6 * x - 1.7 * y + 0.5) + 26 * np.sin(9.1 * x + 3.7 * y) + 14 * np.sin(16 * x - 7 * y + 4.0)
    return np.asarray(xy + np.column_stack([east, north]))


def terrain() -> Terrain:
    """Build the ground; no argument, always the same."""
    outer = _blob((3500, 3000), (3420, 2880), waviness=0.07, name="coast")
    fjord = shapely.union_all([_channel(_FJORD, _FJORD_HALF_WIDTH_M), _channel(_HARBOUR, np.array([95, 85, 60]))])
    lake = _blob(_LAKE, (330, 210), waviness=0.09, name="lake")
    land = shapely.set_precision(outer.difference(fjord).difference(lake), PRECISION_M)
    sea = shapely.box(*FRAME).difference(outer).union(fjord.intersection(shapely.box(*FRAME)))
    water = [*_parts(sea), lake]
    park = _blob(PARK, (160, 130), waviness=0.08, name="park")
    return Terrain(
        _moved(land), tuple(_moved(shapely.set_precision(part, PRECISION_M)) for part in water), _moved(park)
    )


def _parts(geometry: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]


def _moved(geometry: BaseGeometry) -> Polygon:
    """Move one polygon from the town's own metres to EPSG:25832, and refuse several."""
    moved = shapely.transform(geometry, lambda xy: xy + CORNER)
    if not isinstance(moved, Polygon):
        raise TypeError(f"the ground fell into a {moved.geom_type}; change the shore's constants")
    return moved


def _blob(centre: tuple[float, float], radii: tuple[float, float], *, waviness: float, name: str) -> Polygon:
    """Return an ellipse whose radius wavers by a seeded sum of harmonics; a rock of the coast, not a coin."""
    rng = stream(TOWN_SEED, name)
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    orders = np.arange(2, 14)
    amplitude = waviness * rng.normal(size=orders.size) / np.sqrt(orders)
    phase = rng.uniform(0, 2 * np.pi, orders.size)
    radius = 1 + (amplitude * np.cos(np.outer(angle, orders) + phase)).sum(axis=1)
    ring = np.column_stack(
        [centre[0] + radii[0] * radius * np.cos(angle), centre[1] + radii[1] * radius * np.sin(angle)]
    )
    return shapely.set_precision(Polygon(ring), PRECISION_M)


def _channel(line: np.ndarray, half_width_m: np.ndarray) -> BaseGeometry:
    """Return the water along a line whose half width changes from point to point and wavers a little."""
    rng = stream(TOWN_SEED, f"channel {len(line)}")
    length = np.r_[0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))]
    along = np.arange(0, length[-1], 40.0)
    middle = np.column_stack([np.interp(along, length, line[:, 0]), np.interp(along, length, line[:, 1])])
    waver = 1 + 0.10 * np.sin(along / 170 + rng.uniform(0, 6)) + 0.06 * np.sin(along / 67 + rng.uniform(0, 6))
    return shapely.union_all(shapely.buffer(shapely.points(middle), np.interp(along, length, half_width_m) * waver))
