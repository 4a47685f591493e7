"""Places of the facts and the practice of enforcement at them, in the city's CRS. Keeps what is not public out."""

import geopandas as gpd
from geopandas import GeoDataFrame
from pandas import DataFrame
from shapely.geometry import Point

from layers.city.facts import Facts

PRACTICE = "practice"
_DEGREES = "EPSG:4326"


def fact_places(facts: Facts, *, crs: str) -> GeoDataFrame:
    """Return the public places, with their radius of uncertainty; those not located have no geometry.

    Returns
    -------
    GeoDataFrame
        place_id, name_nb, name_en, role, is_scene, uncertainty_m, source, confidence, note; Point in `crs` or None.
    """
    rows = [
        {
            "place_id": place.place_id,
            "name_nb": place.name_nb,
            "name_en": place.name_en,
            "role": place.role,
            "is_scene": place.is_scene,
            "uncertainty_m": place.uncertainty_m,
            "source": place.source_id,
            "confidence": place.confidence,
            "note": place.note,
            "geometry": Point(place.lon, place.lat) if place.lon is not None and place.lat is not None else None,
        }
        for place in facts.places
        if place.public
    ]
    columns = ["place_id", "name_nb", "name_en", "role", "is_scene", "uncertainty_m", "source", "confidence", "note"]
    table = DataFrame(rows, columns=[*columns, "geometry"])
    placed: GeoDataFrame = gpd.GeoDataFrame(table, geometry="geometry", crs=_DEGREES).to_crs(crs)
    return placed.astype({"uncertainty_m": float})


def practices(facts: Facts, places: GeoDataFrame) -> GeoDataFrame:
    """Return what the police did where and when: zero tolerance, frequent, reactive, non-enforcement.

    Parameters
    ----------
    places : GeoDataFrame
        From `fact_places`; a practice at any other place is left out.

    Returns
    -------
    GeoDataFrame
        One row per practice, at its place; dates are half-open, `end` missing where it goes on.
    """
    located = {str(row["place_id"]): row for _, row in places[places.geometry.notna()].iterrows()}
    rows = [
        {
            "practice_id": row.intervention_id,
            "place_id": row.place_id,
            "place_nb": located[row.place_id]["name_nb"],
            "place_en": located[row.place_id]["name_en"],
            "name_nb": row.name_nb,
            "name_en": row.name_en,
            "practice": row.intensity,
            "start": row.start,
            "end": row.end,
            "start_precision": row.start_precision,
            "uncertainty_m": located[row.place_id]["uncertainty_m"],
            "source": row.source_id,
            "confidence": row.confidence,
            "note": row.note,
            "geometry": located[row.place_id]["geometry"],
        }
        for row in facts.interventions
        if row.kind == PRACTICE and row.place_id is not None and row.place_id in located
    ]
    columns = list(rows[0]) if rows else ["practice_id", "practice", "start", "end", "uncertainty_m", "geometry"]
    return gpd.GeoDataFrame(DataFrame(rows, columns=columns), geometry="geometry", crs=places.crs)
