"""The pieces findings are computed on: districts cut by scenes and rings, with rank and role. Counts nothing.

A unit is the part of one district inside one scene, or outside all of them and in the same rings of walking distance,
so that harm can be summed to districts, to scenes and to rings alike.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo.equity import fractional_rank, share_in_most_deprived
from layers.city import City, Step
from layers.errors import ConfigError
from layers.frame.places import geometry_of
from layers.frame.rings import ground, rings
from layers.frame.same_places import distinct
from layers.frame.unit_raster import UNKNOWN, UnitRaster, unit_raster
from layers.tables import Tables

_SLIVER_M2 = 1.0  # pieces below one square metre come from rounding, not from places
MANY_POINTS = 100_000  # from here on a raster is worth being made
_SHORE_M = 50.0  # how far outside every district a point may lie and still belong to the nearest


@dataclass(frozen=True)
class Units:
    """Units, and the districts and scenes they were cut from, all in the city's CRS.

    `pieces`: unit_id, district_id, scene_id (or None), ring_ids (a tuple), is_control, rank, fifth (NaN when unranked),
    geometry.
    `districts`: district_id, name, population, indicator, deprivation_rank, is_control, geometry.
    `scenes`: scene_id, name_nb, name_en, geometry.
    `rings`: ring_id, step, from_m, to_m, geometry; rings of one step do not overlap, and no scene lies in any.
    """

    pieces: GeoDataFrame
    districts: GeoDataFrame
    scenes: GeoDataFrame
    rings: GeoDataFrame

    @cached_property
    def raster(self) -> UnitRaster:
        """Where the pieces' ground is certain, for many points."""
        return unit_raster(self.pieces.geometry.to_numpy())

    def ring_number(self, step: Step) -> np.ndarray:
        """Return the position in `rings` of the ring of a step that each piece lies in, -1 for none."""
        found = np.full(len(self.pieces), -1)
        for position in np.flatnonzero(self.rings["step"].to_numpy() == step.id):
            ring_id = self.rings["ring_id"].iloc[position]
            found[[ring_id in held for held in self.pieces["ring_ids"]]] = position
        return found


def units(tables: Tables, city: City) -> Units:
    """Cut districts by scenes and by the rings that steps declare, and rank them.

    Raises
    ------
    ConfigError
        If a scene has no area, or lies in no district.
    ContractError
        If a scene names an unknown place, or one without geometry.
    """
    scenes = scene_areas(tables, city)
    around = ring_areas(tables, city, scenes=scenes)
    districts = ranked_districts(tables, city, scenes=scenes)
    pieces = _pieces(districts, scenes, around)
    return Units(pieces, districts.drop(columns="in_most_deprived_fifth"), scenes, around)


def scene_areas(tables: Tables, city: City) -> GeoDataFrame:
    """Return each scene's area: its places widened by their radius; overlaps go to the scene listed first."""
    rows: list[dict[str, object]] = []
    taken: shapely.Geometry = shapely.Polygon()
    for scene in city.scenes:
        place = geometry_of(scene.place, tables, named=f"scene {scene.id!r}")
        area = shapely.difference(shapely.buffer(place, scene.place.radius_m), taken)
        if area.area < _SLIVER_M2:
            msg = f"scenes, {scene.id}: has no area of its own. Give place.radius_m, or a place not yet covered."
            raise ConfigError(msg)
        taken = shapely.union(taken, area)
        rows.append({"scene_id": scene.id, "name_nb": scene.name.nb, "name_en": scene.name.en, "geometry": area})
    return GeoDataFrame(rows, geometry="geometry", crs=tables.districts.crs)


def ring_areas(tables: Tables, city: City, *, scenes: GeoDataFrame) -> GeoDataFrame:
    """Return the rings of every step: ground within so many metres on foot of its origin, outside all scenes."""
    with_rings = [step for step in city.steps if step.rings]
    rows: list[tuple[str, str, float, float, shapely.Geometry]] = []
    area = dict(zip(scenes["scene_id"], scenes.geometry, strict=True))
    for step in with_rings:
        walked = ground(tables, city)
        origin = shapely.union_all([area[name] for name in step.origin])
        for (inner, outer), ring in zip(step.ring_edges, rings(walked, origin, step.ring_edges), strict=True):
            left = shapely.difference(ring, shapely.union_all(list(area.values())))
            if shapely.area(left) < _SLIVER_M2:
                msg = f"steps, {step.id}: the ring of {inner:g} to {outer:g} m has no area. Take it out, or widen it."
                raise ConfigError(msg)
            rows.append((f"{step.id}:{inner:g}-{outer:g}m", step.id, inner, outer, left))
    columns = {name: [row[k] for row in rows] for k, name in enumerate(("ring_id", "step", "from_m", "to_m"))}
    return GeoDataFrame(columns, geometry=[row[-1] for row in rows], crs=tables.districts.crs)


def ranked_districts(tables: Tables, city: City, *, scenes: GeoDataFrame) -> GeoDataFrame:
    """Return districts with their rank of deprivation and whether they are far enough from scenes to be controls."""
    source = tables.districts.sort_values("district_id", kind="stable").reset_index(drop=True)
    indicator = source[city.deprivation.indicator].to_numpy(dtype=float)
    population = source["population"].to_numpy(dtype=float)
    deprivation = indicator if city.deprivation.more_is == "more_deprived" else -indicator
    far = shapely.distance(source.geometry.to_numpy(), shapely.union_all(scenes.geometry.to_numpy()))
    columns = {
        "district_id": source["district_id"].astype(str),
        "name": source["name"].astype(str),
        "population": population,
        "indicator": indicator,
        "deprivation_rank": fractional_rank(deprivation, population),
        "in_most_deprived_fifth": share_in_most_deprived(deprivation, population),
        "is_control": far >= city.inference.control_beyond_m,
    }
    return GeoDataFrame(columns, geometry=source.geometry.to_numpy(), crs=source.crs)


def _pieces(districts: GeoDataFrame, scenes: GeoDataFrame, around: GeoDataFrame) -> GeoDataFrame:
    areas = districts.geometry.to_numpy()
    rows: list[tuple[str, str, str | None, tuple[str, ...], int, shapely.Geometry]] = []
    outside = shapely.difference(areas, shapely.union_all(scenes.geometry.to_numpy()))
    found: dict[str | None, np.ndarray] = {None: outside}
    for scene_id, area in zip(scenes["scene_id"], scenes.geometry, strict=True):
        found[scene_id] = shapely.intersection(areas, area)
        if shapely.area(found[scene_id]).sum() < _SLIVER_M2:
            msg = f"scenes, {scene_id}: lies in no district. Correct its place, or the CRS of the districts."
            raise ConfigError(msg)
    for d, district_id in enumerate(districts["district_id"]):
        for scene_id, parts in found.items():
            if scene_id is not None:
                rows.append((f"{district_id}/{scene_id}", district_id, scene_id, (), d, parts[d]))
                continue
            for ring_ids, part in _cut_by_rings(parts[d], around):
                rows.append(("/".join([district_id, *ring_ids]), district_id, None, ring_ids, d, part))
    rows = [(*row[:-1], shapely.make_valid(row[-1])) for row in rows if shapely.area(row[-1]) >= _SLIVER_M2]
    frame = pd.DataFrame(rows, columns=["unit_id", "district_id", "scene_id", "ring_ids", "d", "geometry"])
    row = frame.pop("d").to_numpy()
    frame.insert(4, "is_control", districts["is_control"].to_numpy()[row])
    frame.insert(5, "rank", districts["deprivation_rank"].to_numpy()[row])
    frame.insert(6, "fifth", districts["in_most_deprived_fifth"].to_numpy()[row])
    frame["scene_id"] = frame["scene_id"].astype(object).where(frame["scene_id"].notna(), None)
    return GeoDataFrame(frame, geometry="geometry", crs=districts.crs)


def _cut_by_rings(part: shapely.Geometry, around: GeoDataFrame) -> list[tuple[tuple[str, ...], shapely.Geometry]]:
    """Cut a piece by every ring: its parts, each with the rings it lies in; first what lies in none."""
    cut: list[tuple[tuple[str, ...], shapely.Geometry]] = [((), part)]
    for ring_id, ring in zip(around["ring_id"], around.geometry, strict=True):
        inside = [((*ids, ring_id), shapely.intersection(shape, ring)) for ids, shape in cut]
        cut = [(ids, shapely.difference(shape, ring)) for ids, shape in cut]
        cut += [(ids, shape) for ids, shape in inside if shapely.area(shape) >= _SLIVER_M2]
    return cut


def unit_of(units: Units, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the position of the unit each point lies in, -1 for none.

    On a border the first unit in order wins. A point in no district belongs to the nearest unit within 50 m (quays,
    bridges), again the first of equally near ones.

    Parameters
    ----------
    x, y : ndarray, shape (points,)
        In the CRS of the units.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(x) < MANY_POINTS:
        return _unit_by_geometry(units, x, y)
    found = units.raster.at(x, y)
    left = np.flatnonzero(found == UNKNOWN)
    found[left] = _unit_by_geometry(units, x[left], y[left])
    return found


def _unit_by_geometry(units: Units, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    polygons = units.pieces.geometry.to_numpy()
    x, y, which = distinct(x, y)
    points = np.asarray(shapely.points(x, y))
    found = np.full(len(points), len(polygons))
    polygon, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    np.minimum.at(found, point, polygon)
    lost = np.flatnonzero(found == len(polygons))
    near, polygon = shapely.STRtree(polygons).query_nearest(points[lost], max_distance=_SHORE_M, all_matches=True)
    np.minimum.at(found, lost[near], polygon)
    of_place = np.where(found == len(polygons), -1, found)
    return np.asarray(of_place[which])
