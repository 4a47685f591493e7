"""The pieces findings are computed on: districts cut by scenes, with rank and role. Counts nothing.

A unit is the part of one district inside one scene, or outside all of them, so that harm can be summed to districts
and to scenes alike.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo.equity import fractional_rank, share_in_most_deprived
from layers.city import City
from layers.errors import ConfigError
from layers.places import geometry_of
from layers.tables import Tables

_SLIVER_M2 = 1.0  # pieces below one square metre come from rounding, not from places
_SHORE_M = 50.0  # how far outside every district a point may lie and still belong to the nearest


@dataclass(frozen=True)
class Units:
    """Units, and the districts and scenes they were cut from, all in the city's CRS.

    `pieces`: unit_id, district_id, scene_id (or None), is_control, rank, fifth (NaN when unranked), geometry.
    `districts`: district_id, name, population, indicator, deprivation_rank, is_control, geometry.
    `scenes`: scene_id, name_nb, name_en, geometry.
    """

    pieces: GeoDataFrame
    districts: GeoDataFrame
    scenes: GeoDataFrame


def units(tables: Tables, city: City) -> Units:
    """Cut districts by scenes and rank them.

    Raises
    ------
    ConfigError
        If a scene has no area, or lies in no district.
    ContractError
        If a scene names an unknown place, or one without geometry.
    """
    scenes = scene_areas(tables, city)
    districts = ranked_districts(tables, city, scenes=scenes)
    pieces = _pieces(districts, scenes)
    return Units(pieces=pieces, districts=districts.drop(columns="in_most_deprived_fifth"), scenes=scenes)


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


def _pieces(districts: GeoDataFrame, scenes: GeoDataFrame) -> GeoDataFrame:
    areas, rows = districts.geometry.to_numpy(), []
    outside = shapely.difference(areas, shapely.union_all(scenes.geometry.to_numpy()))
    found = {None: outside}
    for scene_id, area in zip(scenes["scene_id"], scenes.geometry, strict=True):
        found[scene_id] = shapely.intersection(areas, area)
        if shapely.area(found[scene_id]).sum() < _SLIVER_M2:
            msg = f"scenes, {scene_id}: lies in no district. Correct its place, or the CRS of the districts."
            raise ConfigError(msg)
    for d, district in enumerate(districts.itertuples(index=False)):
        for scene_id, parts in found.items():
            if shapely.area(parts[d]) >= _SLIVER_M2:
                name = district.district_id if scene_id is None else f"{district.district_id}/{scene_id}"
                rows.append((name, district.district_id, scene_id, d, shapely.make_valid(parts[d])))
    frame = pd.DataFrame(rows, columns=["unit_id", "district_id", "scene_id", "d", "geometry"])
    row = frame.pop("d").to_numpy()
    frame.insert(3, "is_control", districts["is_control"].to_numpy()[row])
    frame.insert(4, "rank", districts["deprivation_rank"].to_numpy()[row])
    frame.insert(5, "fifth", districts["in_most_deprived_fifth"].to_numpy()[row])
    frame["scene_id"] = frame["scene_id"].astype(object).where(frame["scene_id"].notna(), None)
    return GeoDataFrame(frame, geometry="geometry", crs=districts.crs)


def unit_of(units: Units, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the position of the unit each point lies in, -1 for none.

    On a border the first unit in order wins. A point in no district belongs to the nearest unit within 50 m (quays,
    bridges), again the first of equally near ones.

    Parameters
    ----------
    x, y : ndarray, shape (points,)
        In the CRS of the units.
    """
    polygons = units.pieces.geometry.to_numpy()
    # records share coordinates (hundred blocks): each place is looked up once; complex numbers sort as pairs
    where, inverse = np.unique(np.asarray(x, dtype=float) + 1j * np.asarray(y, dtype=float), return_inverse=True)
    points = np.asarray(shapely.points(where.real, where.imag))
    found = np.full(len(points), len(polygons))
    polygon, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    np.minimum.at(found, point, polygon)
    lost = np.flatnonzero(found == len(polygons))
    near, polygon = shapely.STRtree(polygons).query_nearest(points[lost], max_distance=_SHORE_M, all_matches=True)
    np.minimum.at(found, lost[near], polygon)
    return np.where(found == len(polygons), -1, found)[inverse]
