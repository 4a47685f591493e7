"""The districts of Fjordby: an irregular tiling of the land, with people and two indicators. No incident."""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from layers.simulation.names import DISTRICTS
from layers.simulation.streams import stream
from layers.simulation.terrain import CORNER, CRS, MARKET, PARK, PRECISION_M, TOWN_SEED, UNDERPASS, Terrain, warp

COUNT = 32
_DAY_AWAY = 0.5
# The centres of the scenes' districts are fixed: the border beside the underpass must run some 110 m east of it.
_FIXED = np.array(
    [
        PARK,
        (MARKET[0] + 60, MARKET[1] + 60),
        (UNDERPASS[0] - 290, UNDERPASS[1] - 60),
        (UNDERPASS[0] + 590, UNDERPASS[1] + 60),
    ]
)
_FIXED_NAMES = ("Parkhaugen", "Torgkvartalet", "Straumsida", "Straumåsen")


def districts(ground: Terrain) -> GeoDataFrame:
    """Tile the land.

    Returns
    -------
    GeoDataFrame
        district_id, name, level, population, low_income_share, child_poverty_share (shares of residents, 0 to 1),
        daytime_population, geometry, in EPSG:25832; a coverage without gap or overlap, ordered by id.
    """
    seeds = _seeds(ground)
    cells = _cells(ground, seeds)
    middle = shapely.get_coordinates(shapely.centroid(cells)) - CORNER
    order = np.lexsort((middle[:, 0], -np.round(middle[:, 1] / 900)))  # reading order, in rows of 900 m
    return GeoDataFrame(
        {
            "district_id": [f"FJ{number:02d}" for number in range(1, COUNT + 1)],
            "name": np.array(_FIXED_NAMES + DISTRICTS[: COUNT - len(_FIXED_NAMES)], dtype=object)[order],
            "level": "district",
            "population": _population(cells, middle)[order],
            "low_income_share": _low_income(middle)[order],
            "child_poverty_share": _child_poverty(middle)[order],
            "daytime_population": _in_daytime(_population(cells, middle), cells, middle)[order],
        },
        geometry=np.asarray(cells)[order],
        crs=CRS,
    )


def district_of(table: GeoDataFrame, xy: np.ndarray) -> np.ndarray:
    """Return the row of the district each point lies in; a point on no district gets the nearest."""
    found = pd.Series(-1, index=range(len(xy)))
    point, row = table.sindex.query(shapely.points(xy), predicate="intersects")
    found.iloc[point[::-1]] = row[::-1]  # a point on a border belongs to the first of its districts
    missing = np.flatnonzero(found.to_numpy() < 0)
    if missing.size:
        found.iloc[missing] = table.sindex.nearest(shapely.points(xy[missing]), return_all=False)[1]
    return found.to_numpy()


def _seeds(ground: Terrain) -> np.ndarray:
    """Spread the districts' centres by weighted k-means on the land, finer towards the town's middle."""
    rng = stream(TOWN_SEED, "district seeds")
    west, south, east, north = ground.land.bounds
    x, y = np.meshgrid(np.arange(west, east, 60.0), np.arange(south, north, 60.0))
    land = np.column_stack([x.ravel(), y.ravel()])
    land = land[shapely.contains_xy(ground.land, *land.T)]
    weight = 1 / (0.35 + (np.hypot(*(land - CORNER - [3200, 3000]).T) / 3000) ** 2)
    free = rng.choice(land, COUNT - len(_FIXED), replace=False, p=weight / weight.sum())
    for _ in range(25):
        centres = np.vstack([_FIXED + CORNER, free])
        own = cKDTree(centres).query(land)[1]
        mass = np.bincount(own, weight, COUNT)
        mean = np.column_stack([np.bincount(own, weight * land[:, axis], COUNT) / mass for axis in (0, 1)])
        free = mean[len(_FIXED) :]
    return np.vstack([_FIXED + CORNER, free])


def _cells(ground: Terrain, seeds: np.ndarray) -> np.ndarray:
    """Cut the land along the warped borders between nearest seeds, so that neighbours share every vertex."""
    around = shapely.box(*ground.land.bounds).buffer(3000)
    edges = np.array([shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=around, only_edges=True)])
    wiggled = shapely.transform(shapely.segmentize(edges, 45.0), warp)
    lines = shapely.union_all([*wiggled, ground.land.boundary], grid_size=PRECISION_M)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    on_land = shapely.contains_xy(ground.land, *inner.T)
    faces, inner = faces[on_land], inner[on_land]
    owner = cKDTree(seeds).query(_unwarped(inner))[1]
    return _joined(faces, np.asarray(owner))


def _unwarped(xy: np.ndarray) -> np.ndarray:
    guess = xy.copy()
    for _ in range(12):
        guess = xy - (warp(guess) - guess)
    return guess


def _joined(faces: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Unite each district's faces; a piece cut off by water joins the neighbour with the longest common border."""
    area = shapely.area(faces)
    main = {
        int(number): int(np.flatnonzero(owner == number)[np.argmax(area[owner == number])]) for number in set(owner)
    }
    pieces = {number: [faces[face]] for number, face in main.items()}
    for face in sorted(set(range(len(faces))) - set(main.values()), key=lambda face: -area[face]):
        borders = {number: _common_border_m(faces[face], part) for number, part in pieces.items()}
        pieces[max(borders, key=lambda number: (borders[number], -number))].append(faces[face])
    return np.array([shapely.union_all(pieces[number]) for number in sorted(pieces)], dtype=object)


def _common_border_m(face: BaseGeometry, pieces: list[BaseGeometry]) -> float:
    return sum(float(face.intersection(piece).length) for piece in pieces)


def _population(cells: np.ndarray, middle: np.ndarray) -> np.ndarray:
    rng = stream(TOWN_SEED, "population")
    per_km2 = 1100 + 7600 * np.exp(-np.hypot(*(middle - [3200, 3100]).T) / 1900)
    people = shapely.area(cells) / 1e6 * per_km2 * np.exp(rng.normal(0, 0.25, len(cells)))
    return np.asarray(np.clip(np.round(people, -1), 1000, 8000), dtype=float)


def _in_daytime(residents: np.ndarray, cells: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Half of all residents spend the day at home; the others where the shops, schools and offices are."""
    drawn = shapely.area(cells) * (0.04 + np.exp(-np.hypot(*(middle - MARKET).T) / 600))
    away = residents.sum() * _DAY_AWAY
    return np.asarray(np.round((1 - _DAY_AWAY) * residents + away * drawn / drawn.sum(), -1), dtype=float)


def _low_income(middle: np.ndarray) -> np.ndarray:
    """Lowest in the middle and on the north-west shore, highest across the fjord around the underpass."""
    poor = 0.15 * _bump(middle, (2600, 1400), 780) + 0.06 * _bump(middle, (5700, 1500), 1100)
    rich = 0.035 * _bump(middle, (2700, 3700), 1200) + 0.025 * _bump(middle, (1500, 4700), 1300)
    rng = stream(TOWN_SEED, "low income")
    return np.round(0.085 + poor - rich + rng.normal(0, 0.006, len(middle)), 4)


def _child_poverty(middle: np.ndarray) -> np.ndarray:
    """Follow low income in part; families with little also live in the north-east and around the park."""
    poor = (
        0.10 * _bump(middle, UNDERPASS, 900)
        + 0.09 * _bump(middle, (5600, 4700), 1100)
        + 0.05 * _bump(middle, PARK, 500)
    )
    rng = stream(TOWN_SEED, "child poverty")
    return np.round(0.07 + poor + 0.3 * (_low_income(middle) - 0.085) + rng.normal(0, 0.008, len(middle)), 4)


def _bump(xy: np.ndarray, centre: tuple[float, float], width_m: float) -> np.ndarray:
    return np.asarray(np.exp(-(((xy - np.asarray(centre)) / width_m) ** 2).sum(axis=1) / 2))
