"""Help within reach on foot of each scene, before and now, for people who may not enter the zones. Counts nobody.

Only services that are declared public and shelter nobody take part; the caller hands over no others.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.grid import cover
from geo.network.barriers import leaving
from geo.network.distances import distances
from geo.walking import ground_distances
from layers.city import City
from layers.frame.places import geometry_of
from layers.frame.rings import Ground, fences_on, from_points, ground
from layers.frame.window import centres_in
from layers.tables import Tables

COLUMNS = (
    "period", "day", "scene_id", "kind", "open_services", "inside_zones", "service", "walk_m", "minutes", "inside_zone",
    "reachable", "service_avoiding_zones", "walk_avoiding_zones_m", "minutes_avoiding_zones", "hours", "capacity",
    "referral", "text_nb", "text_en",
)  # fmt: skip
_CELL_M = 20.0  # of walks over land, where no walkable streets are known
_AROUND_M = 1000.0  # how far beyond scenes and services such a walk may lead


@dataclass(frozen=True)
class _Reach:
    """Distances on foot from one scene on one day to every service, metres; inf where there is no way."""

    free_m: np.ndarray
    avoiding_m: np.ndarray


def service_access(tables: Tables, services: GeoDataFrame, city: City, *, data_until: date) -> DataFrame:
    """Return how far it is from every scene to the nearest open help of every kind, at the end of every period.

    Parameters
    ----------
    services : GeoDataFrame
        Public services: service_id, name, kind, opened, closed, hours, capacity, referral; Point.
    data_until : date
        First local day that is not counted; later days are not looked at.

    Returns
    -------
    DataFrame, `COLUMNS`
        By period, scene (in the order of the settings) and kind (by name). `walk_m` is the shortest way to the nearest
        open service, `walk_avoiding_zones_m` that to the nearest one outside the zones which enters none of them; a
        zone the scene lies in is left by the shortest way. Hours, capacity and referral are those of the service that
        is reached without entering, or else of the nearest. Missing where no open service can be walked to.

    Raises
    ------
    ContractError
        If a scene stands on a place that is not there.
    """
    if services.empty:
        return DataFrame(columns=list(COLUMNS))
    walked = ground(tables, city)
    rows: list[dict[str, object]] = []
    for period in city.periods:
        day = min(period.end, data_until) - timedelta(days=1)
        if day < period.start:
            continue
        zone = barred_on(tables.zones, day, city)
        inside = np.asarray(shapely.intersects(services.geometry.to_numpy(), zone))
        is_open = open_on(services, day)
        for scene in city.scenes:
            place = geometry_of(scene.place, tables, named=f"scene {scene.id!r}")
            reach = _reach(walked, place, zone, services.geometry.to_numpy(), inside=inside)
            for kind in sorted(services["kind"].unique()):
                chosen = np.flatnonzero(is_open & (services["kind"] == kind).to_numpy())
                row = _row(services, chosen, reach, inside=inside, speed_kmh=city.help.walking_kmh)
                head = {"period": period.id, "day": day.isoformat(), "scene_id": scene.id, "kind": kind}
                rows.append({**head, **row, **_texts(row, kind, scene.name.nb, scene.name.en)})
    return DataFrame(rows, columns=list(COLUMNS))


def barred_on(zones: GeoDataFrame, day: date, city: City) -> shapely.Geometry:
    """Return the ground that a person sent away may not enter on a day; empty where no such zone is valid."""
    if zones.empty or "kind" not in zones.columns:
        return shapely.Polygon()
    starts, ends, now = pd.to_datetime(zones["valid_from"]), pd.to_datetime(zones["valid_to"]), pd.Timestamp(day)
    valid = zones["kind"].isin(city.help.barred_by) & (starts <= now) & (ends.isna() | (ends > now))
    return shapely.union_all(zones.geometry[valid].to_numpy())


def open_on(services: GeoDataFrame, day: date) -> np.ndarray:
    """Tell which services exist on a day: opened, or without a date of it, and not closed."""
    opened, closed, now = pd.to_datetime(services["opened"]), pd.to_datetime(services["closed"]), pd.Timestamp(day)
    found: np.ndarray = ((opened.isna() | (opened <= now)) & (closed.isna() | (closed > now))).to_numpy(dtype=bool)
    return found


def _reach(
    walked: Ground, place: shapely.Geometry, zone: shapely.Geometry, points: np.ndarray, *, inside: np.ndarray
) -> _Reach:
    if walked.streets is None:
        free, avoiding = _over_land(walked, place, zone, points)
    else:
        free = from_points(distances(walked.streets, place), points, land=walked.land)
        avoiding = from_points(leaving(walked.streets, place, zone), points, land=walked.land)
    # a way around is never shorter than the free one, whatever the rounding at the edge of a zone
    return _Reach(free, np.where(inside, np.inf, np.maximum(avoiding, free)))


def _over_land(
    walked: Ground, place: shapely.Geometry, zone: shapely.Geometry, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    all_of = shapely.union_all([place, *points])
    west, south, east, north = shapely.bounds(all_of).tolist()
    bounds = west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M
    grid = cover(bounds, cell_m=_CELL_M, crs=walked.city.crs, max_cells=10**7)
    land = centres_in(grid, np.array([walked.land])) == 0
    start = centres_in(grid, np.array([shapely.buffer(place, _CELL_M)])) == 0
    barred = centres_in(grid, np.array([zone])) == 0
    cell = grid.cell_of(shapely.get_x(points), shapely.get_y(points))
    cuts = fences_on(walked, grid)
    found = [
        ground_distances(land, start, cell_m=_CELL_M, barred=barrier, cut_east=cuts[0], cut_south=cuts[1]).ravel()[cell]
        for barrier in (None, barred)
    ]
    return found[0], found[1]


def _row(
    services: GeoDataFrame, chosen: np.ndarray, reach: _Reach, *, inside: np.ndarray, speed_kmh: float
) -> dict[str, object]:
    """Describe the nearest of the chosen services, with and without crossing zones."""
    free, avoiding = _nearest(chosen, reach.free_m), _nearest(chosen, reach.avoiding_m)
    told = avoiding if avoiding is not None else free
    name, per_minute = services["name"].astype(str).to_numpy(), speed_kmh * 1000 / 60

    def walk(position: int | None, distance_m: np.ndarray) -> tuple[object, float, float]:
        if position is None:
            return None, np.nan, np.nan
        return name[position], float(np.rint(distance_m[position])), float(np.rint(distance_m[position] / per_minute))

    service, walk_m, minutes = walk(free, reach.free_m)
    around, around_m, around_minutes = walk(avoiding, reach.avoiding_m)
    return {
        "open_services": len(chosen),
        "inside_zones": int(inside[chosen].sum()),
        "service": service,
        "walk_m": walk_m,
        "minutes": minutes,
        "inside_zone": None if free is None else bool(inside[free]),
        "reachable": avoiding is not None,
        "service_avoiding_zones": around,
        "walk_avoiding_zones_m": around_m,
        "minutes_avoiding_zones": around_minutes,
        **{
            column: None if told is None else services[column].iloc[told]
            for column in ("hours", "capacity", "referral")
        },
    }


def _nearest(chosen: np.ndarray, distance_m: np.ndarray) -> int | None:
    """Return the first of the nearest, or None if none can be walked to."""
    if not np.isfinite(distance_m[chosen]).any():
        return None
    return int(chosen[np.argmin(distance_m[chosen])])


def _texts(row: dict[str, object], kind: str, scene_nb: str, scene_en: str) -> dict[str, str]:
    """Say a row in both languages."""
    if not row["open_services"]:
        return {
            "text_nb": f"Ingen åpen hjelp av slaget «{kind}».",
            "text_en": f"No help of the kind “{kind}” is open.",
        }
    if row["service"] is None:
        return {
            "text_nb": f"Fra «{scene_nb}» fører ingen gangvei til åpen hjelp av slaget «{kind}».",
            "text_en": f"From “{scene_en}” no way on foot leads to open help of the kind “{kind}”.",
        }
    nb = f"Fra «{scene_nb}» er det {row['walk_m']:.0f} m ({row['minutes']:.0f} min) å gå til {row['service']}"
    en = f"From “{scene_en}” it is {row['walk_m']:.0f} m ({row['minutes']:.0f} min) on foot to {row['service']}"
    if not row["reachable"]:
        return {
            "text_nb": f"{nb}; den som er bortvist, når ingen åpen hjelp av slaget uten å gå inn i en sone.",
            "text_en": f"{en}; a person sent away reaches no open help of the kind without entering a zone.",
        }
    if (row["service_avoiding_zones"], row["walk_avoiding_zones_m"]) == (row["service"], row["walk_m"]):
        return {"text_nb": f"{nb}; ingen sone ligger i veien.", "text_en": f"{en}; no zone is in the way."}
    around = f"{row['walk_avoiding_zones_m']:.0f} m ({row['minutes_avoiding_zones']:.0f} min)"
    return {
        "text_nb": f"{nb}; uten å gå inn i en sone {around} til {row['service_avoiding_zones']}.",
        "text_en": f"{en}; without entering a zone {around} to {row['service_avoiding_zones']}.",
    }
