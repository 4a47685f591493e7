"""Which hot spots are new and stay internal until two people release them. Draws and cuts none."""

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame

from layers.city import City

LEAST_OVERLAP = 0.5  # of a hot spot's ground: one that has since grown beyond twice its size is looked at again


@dataclass(frozen=True)
class Sorted:
    """Hot spots that may be shown, and those that are held back, with the same columns."""

    shown: GeoDataFrame
    held: GeoDataFrame


def held_back(hotspots: GeoDataFrame, city: City) -> Sorted:
    """Sort hot spots into those that may be shown and the new ones that nobody has released.

    New is what stands in the latest period and in none before it. Of cities whose sources are all open, or simulated,
    nothing is held back: what is found there, anyone can find.

    Parameters
    ----------
    hotspots : GeoDataFrame
        hotspot_id, period, series and further columns; polygons in the city's CRS, after the gate's masking.
    """
    order = [period.id for period in city.periods]
    known = [name for name in order if name in set(hotspots["period"])]
    if city.is_open or not known:
        return Sorted(hotspots, hotspots.iloc[:0])
    latest = hotspots["period"] == known[-1]
    before = set(hotspots.loc[~latest, "hotspot_id"])
    released = np.array([_is_released(row.geometry, str(row["series"]), city) for _, row in hotspots.iterrows()])
    hold = latest & ~hotspots["hotspot_id"].isin(before) & ~released
    return Sorted(hotspots[~hold].reset_index(drop=True), hotspots[hold].reset_index(drop=True))


def away_from(changes: GeoDataFrame, held: GeoDataFrame) -> GeoDataFrame:
    """Return areas of change without rises where a hot spot is held back: an area drawn there would show it.

    Parameters
    ----------
    changes : GeoDataFrame
        step, series, direction, and polygons in the CRS of the hot spots.
    """
    rises = (changes["direction"] == "rise").to_numpy(dtype=bool)
    ground = {series: shapely.union_all(spots.geometry.to_numpy()) for series, spots in held.groupby("series")}
    meets = [
        series in ground and bool(shapely.intersects(area, ground[series]))
        for series, area in zip(changes["series"], changes.geometry, strict=True)
    ]
    return changes[~(rises & np.array(meets, dtype=bool))].reset_index(drop=True)


def _is_released(ground: shapely.Geometry, series: str, city: City) -> bool:
    """Whether at least half of the ground lies where a hot spot of the same series was released."""
    areas = [shapely.from_wkt(one.area) for one in city.released if one.series == series]
    shared = [shapely.area(shapely.intersection(ground, area)) for area in areas]
    return bool(max(shared, default=-1.0) >= LEAST_OVERLAP * float(shapely.area(ground)))
