"""Rings of walking distance around a place: which ground lies within so many metres on foot. Counts nothing.

On foot along the streets where a walkable network is at hand, else over the land; water, fences and the lack of a
bridge are walked around. The ground is cut into small squares, and a square belongs to the ring of its middle.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo.grid import Grid, cover
from geo.network.distances import Walk, distances
from geo.network.lines import Network, snap
from geo.walking import ground_distances
from layers.city import City
from layers.errors import ConfigError
from layers.frame.walk_network import walk_network
from layers.frame.window import centres_in, fence_cuts, land_polygon
from layers.tables import Tables

CELL_M = 10.0  # the edge of a ring is right to about this
OFF_STREET_M = 100.0  # ground farther than this from every street is on no walk along them


@dataclass(frozen=True)
class Ground:
    """What is walked on: the land, and the streets if people can walk them; in the city's CRS."""

    land: shapely.Geometry
    streets: Network | None
    zones: GeoDataFrame
    city: City


def ground(tables: Tables, city: City) -> Ground:
    """Return what people walk on in a city: its land, and its streets where they are known to be walkable."""
    streets = tables.streets
    known = city.has_walkable_streets and streets is not None and not streets.empty
    network = walk_network(streets) if known else None
    if network is not None and not len(network.lines):
        network = None
    return Ground(land_polygon(tables, city), network, tables.zones, city)


def rings(ground: Ground, place: shapely.Geometry, edges: tuple[tuple[float, float], ...]) -> list[shapely.Geometry]:
    """Return the ground beyond each inner and up to each outer edge, metres on foot from a place.

    Parameters
    ----------
    place : geometry in the city's CRS
        Where one sets out: from any point of it. It is in no ring.
    edges : tuple of (inner, outer)
        Metres; rings of one call do not overlap.

    Returns
    -------
    list of (Multi)Polygon
        Of land alone, one per pair of edges; empty where nothing is within reach.

    Raises
    ------
    ConfigError
        If the place lies off the land.
    """
    grid = cover(_around(place, max(outer for _, outer in edges)), cell_m=CELL_M, crs=ground.city.crs, max_cells=10**7)
    near = shapely.intersection(ground.land, shapely.box(*grid.bounds))
    on_land = centres_in(grid, np.array([near])) == 0
    within = centres_in(grid, np.array([place])) == 0
    if ground.streets is None:
        distance = _over_land(ground, place, grid, on_land)
    else:
        distance = _along_streets(distances(ground.streets, place), grid, on_land, land=ground.land)
    distance[within] = 0.0
    left = shapely.difference(near, place)
    return [_outlined(grid, (distance > inner) & (distance <= outer) & on_land, left) for inner, outer in edges]


def _around(place: shapely.Geometry, reach_m: float) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(place).tolist()
    return west - reach_m, south - reach_m, east + reach_m, north + reach_m


def _over_land(ground: Ground, place: shapely.Geometry, grid: Grid, on_land: np.ndarray) -> np.ndarray:
    start = on_land & (centres_in(grid, np.array([place])) == 0)
    if not start.any():  # smaller than a square
        middle = shapely.get_coordinates(shapely.point_on_surface(place))
        start.ravel()[grid.cell_of(middle[:, 0], middle[:, 1])] = True
    if not (start & on_land).any():
        raise ConfigError("rings: their origin lies off the land. Correct its place, or the land and water tables.")
    east, south = fences_on(ground, grid)
    return ground_distances(on_land, start, cell_m=CELL_M, cut_east=east, cut_south=south)


def fences_on(ground: Ground, grid: Grid) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the steps to the east and to the south on a grid that standing fences cut; None without any."""
    cuts = fence_cuts(ground.zones, grid, ground.city)
    return cuts.get("cut_east"), cuts.get("cut_south")


def _along_streets(walk: Walk, grid: Grid, on_land: np.ndarray, *, land: shapely.Geometry) -> np.ndarray:
    """Return how far it is from every square of land: over land to its nearest street, then along the streets."""
    found = np.full(grid.shape, np.inf)
    row, col = np.nonzero(on_land)
    x, y = grid.centres()
    found[row, col] = from_points(walk, np.asarray(shapely.points(x[col], y[row])), land=land)
    return found


def from_points(walk: Walk, points: np.ndarray, *, land: shapely.Geometry) -> np.ndarray:
    """Return how far it is on foot from each point: straight over land to the nearest street, then along.

    Parameters
    ----------
    walk : Walk
        From the place one walks to.
    points : n Points
    land : (Multi)Polygon
        A straight way to the street that leaves the land by more than a metre is none.

    Returns
    -------
    ndarray, shape (n,)
        Metres; inf where no street is within 100 m over land, or none leads there.
    """
    spots, off_m = snap(walk.network, points, within_m=OFF_STREET_M)
    distance = walk.at(spots) + off_m
    known = np.flatnonzero(spots.line >= 0)
    on_street = shapely.line_interpolate_point(walk.network.lines[spots.line[known]], spots.along_m[known])
    ends = np.stack([shapely.get_coordinates(points[known]), shapely.get_coordinates(on_street)], axis=1)
    wet = ~shapely.covers(_prepared(shapely.buffer(land, 1.0)), shapely.linestrings(ends))
    bridged = off_m[known] <= 1.0  # a point on a bridge is on its street
    distance[known[wet & ~bridged]] = np.inf
    return np.where(np.isfinite(distance), distance, np.inf)


def _prepared(land: shapely.Geometry) -> shapely.Geometry:
    shapely.prepare(land)
    return land


def _outlined(grid: Grid, cells: np.ndarray, left: shapely.Geometry) -> shapely.Geometry:
    """Squares as one shape, cut to the land that is left outside the place."""
    row, col = np.nonzero(cells)
    x, y, half = *grid.centres(), grid.cell_m / 2
    squares = shapely.box(x[col] - half, y[row] - half, x[col] + half, y[row] + half)
    return shapely.intersection(shapely.coverage_union_all(squares), left)
