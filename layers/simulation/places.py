"""Where things happen in Fjordby: its three scenes and the points harm is spread over. Knows no time and no rate."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from layers.simulation.districts import district_of, districts
from layers.simulation.streams import stream
from layers.simulation.streets import streets
from layers.simulation.terrain import MARKET, PRECISION_M, TOWN_SEED, UNDERPASS, Terrain, place, terrain, warp

PARK_ID, MARKET_ID, UNDERPASS_ID = "parken", "torgkvartalet", "undergangen"
SCENES = (PARK_ID, MARKET_ID, UNDERPASS_ID)
ELSEWHERE = "elsewhere"
SPREAD_FROM_M, SPREAD_TO_M = 200.0, 900.0  # how far from a closed scene the part goes that does not follow it


@dataclass(frozen=True)
class Support:
    """A finite spatial distribution: points, their weights (summing to 1) and the row of each point's district."""

    xy: np.ndarray  # (n, 2), EPSG:25832
    weight: np.ndarray  # (n,)
    district: np.ndarray  # (n,), int


class Site(Protocol):
    """What incidents are drawn on: districts, the land they lie on, and where things happen."""

    @property
    def districts(self) -> GeoDataFrame: ...

    @property
    def land(self) -> BaseGeometry: ...

    @property
    def supports(self) -> dict[str, Support]: ...


@dataclass(frozen=True)
class Town:
    """Fjordby itself, the same whatever the seed."""

    ground: Terrain
    districts: GeoDataFrame
    streets: GeoDataFrame
    scenes: dict[str, Polygon]
    supports: dict[str, Support]  # scene ids, 'around <scene id>', 'residents', 'shops'

    @property
    def land(self) -> BaseGeometry:
        return self.ground.land


@lru_cache(maxsize=1)
def town() -> Town:
    """Build the town once per process; callers must not change its tables."""
    ground = terrain()
    cells, ways = districts(ground), streets(ground)
    scenes = _scenes(ground)
    points = _at_scenes(scenes, ways)
    supports = {name: _support(cells, xy, np.ones(len(xy))) for name, xy in points.items()}
    fronts = _street_fronts(ground, ways)
    supports |= _background(cells, fronts)
    held = np.unique(np.concatenate([supports[name].district for name in SCENES]))
    supports |= {f"around {name}": _around(cells, fronts, scenes[name], held) for name in (PARK_ID, MARKET_ID)}
    return Town(ground, cells, ways, scenes, supports)


def _scenes(ground: Terrain) -> dict[str, Polygon]:
    east, north = place(MARKET)
    market = shapely.box(east - 190, north - 150, east + 190, north + 150)
    quarter = shapely.transform(shapely.segmentize(market, 30.0), warp)
    below = shapely.buffer(shapely.points(place(UNDERPASS)), 75.0)
    shapes = {PARK_ID: ground.park, MARKET_ID: quarter.intersection(ground.land), UNDERPASS_ID: below}
    return {name: shapely.set_precision(shape, PRECISION_M) for name, shape in shapes.items()}


def _at_scenes(scenes: dict[str, Polygon], ways: GeoDataFrame) -> dict[str, np.ndarray]:
    """Choose the points of each scene: the park's lawns, the market's streets, both mouths of the underpass."""
    rng = stream(TOWN_SEED, "scene points")
    middle = shapely.get_coordinates(scenes[PARK_ID].centroid)
    lawn = middle + rng.normal(0, 65, (400, 2))
    lawn = lawn[shapely.contains_xy(scenes[PARK_ID].buffer(-5), *lawn.T)][:200]
    market = _along(shapely.intersection(ways.geometry.to_numpy(), scenes[MARKET_ID].buffer(-5)), 15.0)
    below = place(UNDERPASS) + rng.normal(0, 26, (200, 2))
    below = below[np.hypot(*(below - place(UNDERPASS)).T) < 65][:100]
    return {PARK_ID: lawn.round(2), MARKET_ID: market.round(2), UNDERPASS_ID: below.round(2)}


def _along(lines: np.ndarray, step_m: float) -> np.ndarray:
    """Return points every `step_m` along lines, beginning half a step in."""
    parts = [part for part in shapely.get_parts(lines) if part.length >= step_m]
    at = [(part, np.arange(step_m / 2, part.length, step_m)) for part in parts]
    return np.vstack([shapely.get_coordinates(shapely.line_interpolate_point(part, along)) for part, along in at])


def _street_fronts(ground: Terrain, ways: GeoDataFrame) -> np.ndarray:
    """Return points some 8 m beside every street on land, every 70 m on both sides: where doors would be."""
    lived_in = ways[~ways["is_bridge"] & ~ways["is_tunnel"] & ~ways["highway"].eq("primary")].geometry
    left, right = (_along(shapely.offset_curve(lived_in.to_numpy(), side), 70.0) for side in (8.0, -8.0))
    fronts = np.vstack([left, right]).round(2)
    return np.asarray(fronts[shapely.contains_xy(ground.land.buffer(-1), *fronts.T)])


def _background(cells: GeoDataFrame, fronts: np.ndarray) -> dict[str, Support]:
    """Spread residents evenly over the street fronts of their district; shops crowd around the market."""
    district = district_of(cells, fronts)
    people = cells["population"].to_numpy()[district] / np.bincount(district, minlength=len(cells))[district]
    distance_m = np.hypot(*(fronts - place(MARKET)).T)
    trade = people * (1 + 2 * np.exp(-((distance_m / 500) ** 2) / 2))
    return {"residents": _support(cells, fronts, people), "shops": _support(cells, fronts, trade)}


def _around(cells: GeoDataFrame, fronts: np.ndarray, scene: Polygon, held: np.ndarray) -> Support:
    """Return the streets around a closed scene, in districts that hold no scene themselves.

    Thus what spreads reaches neither the receivers nor the controls, and the true moved share does not depend on
    whether places or districts are compared.
    """
    distance_m = np.asarray(shapely.distance(shapely.points(fronts), scene))
    ring = (distance_m > SPREAD_FROM_M) & (distance_m < SPREAD_TO_M) & ~np.isin(district_of(cells, fronts), held)
    return _support(cells, fronts[ring], np.exp(-distance_m[ring] / 400))


def _support(cells: GeoDataFrame, xy: np.ndarray, weight: np.ndarray) -> Support:
    return Support(xy, weight / weight.sum(), district_of(cells, xy))
