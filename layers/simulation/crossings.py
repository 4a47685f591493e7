"""The ways of Fjordby that decide who can walk where: two bridges, the main road, the underpass, the park's paths."""

from itertools import pairwise

import numpy as np
import shapely
from scipy.spatial import cKDTree

from layers.simulation.links import Link, straight
from layers.simulation.terrain import PARK, UNDERPASS, Terrain, place

TUNNEL_HALF_M = 17.0  # the main road with its slopes is some 34 m wide
_MAIN_ROAD = (
    (800, 1800),
    (1750, 1560),
    (2450, 1530),
    UNDERPASS,
    (3600, 1730),
    (4500, 1560),
    (5450, 1600),
    (5900, 1980),
)
_BRIDGES = ((2450, "secondary", "Straumbrua"), (4650, "footway", "Gangbrua"))  # metres east of the corner


def main_road() -> list[Link]:
    """Return the main road along the southern shore, in links of about 170 m; the underpass lies between two nodes."""
    line = straight(*(place(point) for point in _MAIN_ROAD))
    below = line.project(shapely.Point(place(UNDERPASS)))
    before = np.linspace(0, below - 85, round(below / 170))
    after = np.linspace(below + 85, line.length, round((line.length - below) / 170))
    nodes = shapely.get_coordinates(shapely.line_interpolate_point(line, np.r_[before, after])).round(2)
    middle = place(UNDERPASS)
    links = []
    for start, end in pairwise(nodes):
        is_above = np.hypot(*((start + end) / 2 - middle)) < 60
        points = (start, middle, end) if is_above else (start, end)
        links.append(Link(straight(*points), "primary", "Sørstrandveien"))
    return links


def underpass(xy: np.ndarray) -> list[Link]:
    """Return the footway below the main road: the tunnel and its two approaches to the nearest crossings `xy`."""
    middle, across = place(UNDERPASS), _across()
    mouths = (middle + np.outer([-1, 1], across * TUNNEL_HALF_M)).round(2)
    links = [Link(straight(*mouths), "footway", "Undergangen", is_tunnel=True, layer=-1)]
    for mouth, side in zip(mouths, (-1, 1), strict=True):
        beyond = xy[(xy - mouth) @ across * side > 5]
        nearest = beyond[cKDTree(beyond).query(mouth)[1]]
        links.append(Link(straight(mouth, nearest), "footway", "Undergangen"))
    return links


def bridges(ground: Terrain, xy: np.ndarray) -> list[Link]:
    """Return the two bridges: each from a crossing on one shore to a crossing on the other."""
    fjord = ground.water[0]
    links = []
    for east_m, highway, name in _BRIDGES:
        shore = straight(place((east_m, 1600)), place((east_m, 3900))).intersection(fjord)
        widest = max(shapely.get_parts(shore), key=shapely.length)
        feet = shapely.get_coordinates(widest)[[0, -1]]
        south, north = feet[np.argsort(feet[:, 1])]
        ends = [_landing(xy, south, direction=-1), _landing(xy, north, direction=1)]
        links.append(Link(straight(*ends), highway, name, is_bridge=True, layer=1))
    return links


def park_paths(ground: Terrain, xy: np.ndarray) -> list[Link]:
    """Return paths from the park's middle to the crossings around it, nearest first."""
    near = xy[shapely.contains_xy(ground.park.buffer(130), *xy.T)]
    middle = place(PARK)
    order = np.argsort(np.hypot(*(near - middle).T), kind="stable")
    return [Link(straight(middle, near[number]), "footway", "Parkstien") for number in order[:9]]


def _across() -> np.ndarray:
    """Return the unit vector across the main road at the underpass, pointing north."""
    before, after = (np.array(point) for point in (_MAIN_ROAD[2], _MAIN_ROAD[4]))
    along = (after - before) / np.hypot(*(after - before))
    return np.array([-along[1], along[0]])


def _landing(xy: np.ndarray, foot: np.ndarray, *, direction: int) -> np.ndarray:
    """Return the crossing nearest to a bridge's foot on its own side of the water."""
    ashore = xy[(xy[:, 1] - foot[1]) * direction > -40]
    return np.asarray(ashore[cKDTree(ashore).query(foot)[1]])
