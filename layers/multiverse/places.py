"""Where origin, receivers and controls lie, also if scenes lay somewhat elsewhere. Counts nothing."""

from dataclasses import dataclass

import numpy as np
import shapely
import shapely.affinity
from geopandas import GeoDataFrame

from geo.functionals import ORIGIN, RECEIVERS, REST
from layers.city import City, Scene, Step
from layers.columns import TABLES
from layers.frame.units import Units
from layers.tables import Tables


@dataclass(frozen=True)
class Layout:
    """One position of the scenes and rings of a step: shapes and their roles, earlier ones first where they overlap."""

    shapes: np.ndarray
    roles: np.ndarray

    def role_of(self, x: np.ndarray, y: np.ndarray, elsewhere: np.ndarray) -> np.ndarray:
        """Return the role of each point; `elsewhere` is its role outside of all scenes and rings."""
        box = shapely.total_bounds(self.shapes)  # most of a city's points lie far from the scenes
        near = np.flatnonzero((x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3]))
        found = np.array(elsewhere)
        found[near] = self.role_in(shapely.STRtree(np.asarray(shapely.points(x[near], y[near]))), found[near])
        return found

    def role_in(self, points: shapely.STRtree, elsewhere: np.ndarray) -> np.ndarray:
        """Return the role of each point of a tree, which serves many layouts."""
        found = np.full(len(elsewhere), len(self.shapes))
        shape, point = points.query(self.shapes, predicate="intersects")
        np.minimum.at(found, point, shape)
        return np.where(found < len(self.shapes), np.append(self.roles, -1)[found], elsewhere)


def uncertainties_m(tables: Tables, city: City) -> np.ndarray:
    """Return how far off each scene's position may be, in the order of the settings; 0 where it is exact."""
    return np.array([_uncertainty_m(scene, tables) for scene in city.scenes])


def _uncertainty_m(scene: Scene, tables: Tables) -> float:
    if scene.uncertainty_m is not None:
        return scene.uncertainty_m
    frame = getattr(tables, scene.place.table)
    if "uncertainty_m" not in frame.columns:
        return 0.0
    said = frame.loc[frame[TABLES[scene.place.table].id].isin(scene.place.ids), "uncertainty_m"].max()
    return float(said) if said > 0 else 0.0


def layouts(
    units: Units, city: City, step: Step, *, within_m: np.ndarray, generator: np.random.Generator
) -> list[Layout]:
    """Return the declared position of a step's scenes and rings, then drawn ones.

    Each scene is moved by itself, anywhere within its uncertainty with equal chance; rings move with the first scene of
    the origin.
    """
    draws = city.multiverse.place_draws if within_m.any() else 0
    offsets = np.zeros((draws + 1, len(city.scenes), 2))
    angle, part = generator.random((2, draws, len(city.scenes)))
    reach = np.sqrt(part) * within_m
    offsets[1:, :, 0], offsets[1:, :, 1] = reach * np.cos(2 * np.pi * angle), reach * np.sin(2 * np.pi * angle)
    first = [scene.id for scene in city.scenes].index(step.origin[0])
    around = units.rings[units.rings["step"].to_numpy() == step.id]
    role = dict.fromkeys(step.origin, ORIGIN) | dict.fromkeys(step.receivers, RECEIVERS)
    roles = np.array([role.get(name, REST) for name in units.scenes["scene_id"]] + [RECEIVERS] * len(around))
    return [Layout(_moved(units.scenes, around, offset, first), roles) for offset in offsets]


def _moved(scenes: GeoDataFrame, around: GeoDataFrame, offset: np.ndarray, first: int) -> np.ndarray:
    shapes = [*scenes.geometry, *around.geometry]
    by = [*offset, *([offset[first]] * len(around))]
    moved = [shapely.affinity.translate(shape, *d.tolist()) for shape, d in zip(shapes, by, strict=True)]
    return np.array(moved, dtype=object)
