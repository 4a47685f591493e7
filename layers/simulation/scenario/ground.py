"""Where a scenario's incidents may lie: around scenes, and where people live. Knows no rate and no time."""

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame
from shapely.geometry.base import BaseGeometry

from layers.city import City, ScenarioSource
from layers.simulation.districts import district_of
from layers.simulation.places import ELSEWHERE, Support
from layers.simulation.streams import stream

_AT_SCENE = 200
_PER_DISTRICT = 8
_CENTRE_M = 1500.0  # how far the busier middle of the city reaches
_BUSIER = 4.0


@dataclass(frozen=True)
class Given:
    """What a scenario is made from: the city's ground in its CRS, and the declared tables, all text."""

    districts: GeoDataFrame  # district_id, geometry; ordered by id
    land: BaseGeometry
    scenes: dict[str, BaseGeometry]  # the middle of each scene: points, or the area it is known by
    rates: DataFrame
    published: DataFrame | None
    hierarchy: DataFrame
    areas: DataFrame
    people: DataFrame


@dataclass(frozen=True)
class Ground:
    """Districts, their land and where things happen on it: what incidents are drawn on."""

    districts: GeoDataFrame
    land: BaseGeometry
    supports: dict[str, Support]


def ground(source: ScenarioSource, city: City, given: Given, *, people: np.ndarray) -> Ground:
    """Return the points that harm is spread over: by scene, and `elsewhere` where people live and meet.

    Parameters
    ----------
    people : ndarray, shape (districts,)
        Residents; incidents elsewhere follow them, and are denser towards the scenes' common middle.
    """
    dry = _dry(given.districts, given.land)
    shapely.prepare(given.land)
    supports = {
        scene.id: _at_scene(source, scene.id, given.scenes[scene.id], given, city=city) for scene in city.scenes
    }
    supports[ELSEWHERE] = _elsewhere(source, given, dry, people=people)
    return Ground(given.districts, given.land, supports)


def land_m2(given: Given) -> np.ndarray:
    """Return the land of each district in square metres; at least one, so that everyone lives somewhere."""
    return np.maximum(shapely.area(_dry(given.districts, given.land)), 1.0)


def _dry(districts: GeoDataFrame, land: BaseGeometry) -> np.ndarray:
    whole = districts.geometry.to_numpy()
    dry = shapely.intersection(whole, land)
    return np.asarray(np.where(shapely.area(dry) > 1.0, dry, whole))


def _at_scene(source: ScenarioSource, name: str, middle: BaseGeometry, given: Given, *, city: City) -> Support:
    """Scatter points around a scene's middle, on land and inside the scene as the settings widen it."""
    radius_m = next(scene.place.radius_m for scene in city.scenes if scene.id == name)
    rng = stream(source.seed, f"scene {name}")
    centre = shapely.get_coordinates(shapely.centroid(middle))[0]
    xy = (centre + rng.normal(0, source.spread_m, (40 * _AT_SCENE, 2))).round(2)
    inside = shapely.buffer(middle, max(radius_m - 3 * source.geocoding_error_m, source.spread_m))
    xy = xy[shapely.contains_xy(inside, *xy.T) & shapely.contains_xy(given.land, *xy.T)][:_AT_SCENE]
    if not len(xy):
        xy = centre[None, :]
    return Support(xy, np.full(len(xy), 1 / len(xy)), district_of(given.districts, xy))


def _elsewhere(source: ScenarioSource, given: Given, dry: np.ndarray, *, people: np.ndarray) -> Support:
    rng = stream(source.seed, "elsewhere")
    middle = np.mean([shapely.get_coordinates(shapely.centroid(shape))[0] for shape in given.scenes.values()], axis=0)
    xy = np.vstack([_within(shape, rng) for shape in dry])
    district = np.repeat(np.arange(len(dry)), _PER_DISTRICT)
    busy = 1 + _BUSIER * np.exp(-((np.hypot(*(xy - middle).T) / _CENTRE_M) ** 2) / 2)
    weight = np.repeat(people / _PER_DISTRICT, _PER_DISTRICT) * busy
    return Support(xy, weight / weight.sum(), district)


def _within(shape: BaseGeometry, rng: np.random.Generator) -> np.ndarray:
    """Return points inside a shape, drawn evenly from its box; its own inner point where few fall inside."""
    west, south, east, north = shapely.bounds(shape)
    tried = np.column_stack([rng.uniform(west, east, 400), rng.uniform(south, north, 400)]).round(2)
    found = tried[shapely.contains_xy(shape, *tried.T)][:_PER_DISTRICT]
    inner = shapely.get_coordinates(shapely.point_on_surface(shape))
    return np.vstack([found, np.repeat(inner, _PER_DISTRICT - len(found), axis=0)])
