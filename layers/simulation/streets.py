"""The walk network of Fjordby: an irregular street grid with footways, steps, two bridges and one underpass."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from geopandas import GeoDataFrame
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from layers.simulation.crossings import bridges, main_road, park_paths, underpass
from layers.simulation.links import Link, free_of, straight
from layers.simulation.names import street_name
from layers.simulation.streams import stream
from layers.simulation.terrain import CORNER, CRS, MARKET, PRECISION_M, TOWN_SEED, Terrain, place, warp

_SPACING_M = 150.0
_TURN = np.deg2rad(-13)
_EVERY_ARTERIAL = 6
_FIRST_OSM_ID = 9_000_000_001  # far beyond any real way


@dataclass(frozen=True)
class _Lattice:
    xy: np.ndarray  # (n, 2) crossings on land
    row: np.ndarray
    col: np.ndarray


def streets(ground: Terrain) -> GeoDataFrame:
    """Build the network.

    Returns
    -------
    GeoDataFrame
        osm_id, highway, name, is_bridge, is_tunnel, layer, geometry (LineString, EPSG:25832). Ways meet only at their
        end points; where a bridge or the underpass crosses another way they share no point with it.
    """
    lattice = _lattice(ground)
    road = main_road()
    links = _grid(ground, lattice, keep_off=[link.line for link in road])
    xy = lattice.xy[_largest_part(links, lattice)]
    links = [link for link in links if _known(xy, link)]
    for part in (underpass(xy), bridges(ground, xy)):
        links = _added(links, part)
    links = _added(links, _junctions(ground, xy, road, links))
    links = _added(links, free_of(links, park_paths(ground, xy)))
    return _table(links)


def _lattice(ground: Terrain) -> _Lattice:
    rng = stream(TOWN_SEED, "street grid")
    row, col = (index.ravel() for index in np.mgrid[-40:41, -40:41])
    x, y = col * _SPACING_M, row * _SPACING_M
    turned = np.column_stack([x * np.cos(_TURN) - y * np.sin(_TURN), x * np.sin(_TURN) + y * np.cos(_TURN)])
    xy = warp(place((3500, 3000)) + turned + rng.normal(0, 11, turned.shape)).round(2)
    dry = shapely.contains_xy(ground.land.buffer(-25).difference(ground.park.buffer(12)), *xy.T)
    return _Lattice(xy[dry], row[dry], col[dry])


def _grid(ground: Terrain, lattice: _Lattice, *, keep_off: list[shapely.LineString]) -> list[Link]:
    """Link neighbouring crossings over dry land, with gaps that grow towards the edge of the town."""
    rng = stream(TOWN_SEED, "street gaps")
    at = {key: number for number, key in enumerate(zip(lattice.row.tolist(), lattice.col.tolist(), strict=True))}
    chance = rng.random((len(lattice.xy), 2))
    kind = rng.random((len(lattice.xy), 2))
    free = ground.land.buffer(-12).difference(ground.park.buffer(5)).difference(shapely.union_all(keep_off).buffer(6))
    shapely.prepare(free)
    links = []
    for (row, col), start in at.items():
        for axis, end in enumerate((at.get((row, col + 1)), at.get((row + 1, col)))):
            line_number = row if axis == 0 else col
            is_arterial = line_number % _EVERY_ARTERIAL == 0
            far_km = np.hypot(*(lattice.xy[start] - CORNER - [3300, 3000])) / 1000
            if end is None or (not is_arterial and chance[start, axis] < 0.05 + 0.09 * far_km):
                continue
            line = straight(lattice.xy[start], lattice.xy[end])
            if free.contains(line):
                highway = "tertiary" if is_arterial else _minor(lattice.xy[start], kind[start, axis])
                links.append(Link(line, highway, street_name(line_number % 64 + 64 * axis)))
    return links


def _minor(xy: np.ndarray, draw: float) -> str:
    """Choose what a street between arterials is: pedestrian in the market, steps and footways on the southern hill."""
    if np.hypot(*(xy - CORNER - MARKET)) < 300:
        return "pedestrian"
    on_the_hill = xy[1] - CORNER[1] < 1150
    if draw < (0.16 if on_the_hill else 0.03):
        return "steps"
    return "footway" if draw > 0.88 else "residential"


def _junctions(ground: Terrain, xy: np.ndarray, road: list[Link], links: list[Link]) -> list[Link]:
    """Join the main road to the grid on both sides at every second of its nodes, and nowhere near the underpass."""
    nodes = np.array([link.line.coords[0] for link in road] + [road[-1].line.coords[-1]])
    is_tunnel = np.array([shapely.get_coordinates(link.line).mean(axis=0) for link in links if link.is_tunnel])
    built = list(road)
    for number, node in enumerate(nodes):
        is_end = number in (0, len(nodes) - 1)
        if not is_end and (number % 2 or np.hypot(*(node - is_tunnel[0])) < 260):
            continue
        near = cKDTree(xy).query(node, k=8)
        wanted = [
            Link(straight(node, xy[other]), "residential", street_name(101 + number))
            for distance, other in zip(*near, strict=True)
            if distance < 230
        ]
        dry = [link for link in wanted if ground.land.contains(link.line)]
        built.extend(free_of([*links, *built], dry)[:3])
    return built


def _added(links: list[Link], more: Iterable[Link]) -> list[Link]:
    return [*links, *more]


def _largest_part(links: list[Link], lattice: _Lattice) -> np.ndarray:
    """Return the crossings of every connected part of at least twenty crossings."""
    number = {tuple(point): index for index, point in enumerate(lattice.xy.tolist())}
    ends = np.array([[number[link.line.coords[0]], number[link.line.coords[-1]]] for link in links])
    size = len(lattice.xy)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    part = connected_components(graph, directed=False)[1]
    return np.bincount(part)[part] >= 20


def _known(xy: np.ndarray, link: Link) -> bool:
    return bool((np.abs(xy - link.line.coords[0]).sum(axis=1) < 1e-6).any())


def _table(links: list[Link]) -> GeoDataFrame:
    named = [replace(link, name=link.name or "") for link in links]
    return GeoDataFrame(
        {
            "osm_id": np.arange(_FIRST_OSM_ID, _FIRST_OSM_ID + len(named)),
            "highway": [link.highway for link in named],
            "name": [link.name for link in named],
            "is_bridge": [link.is_bridge for link in named],
            "is_tunnel": [link.is_tunnel for link in named],
            "layer": np.array([link.layer for link in named], dtype=np.int64),
        },
        geometry=shapely.set_precision([link.line for link in named], PRECISION_M),
        crs=CRS,
    )
