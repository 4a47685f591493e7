"""Streets from an OpenStreetMap extract, through GDAL's OSM driver. Owns which ways can be walked, builds no graph."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
from geopandas import GeoDataFrame
from pandas import Series
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from layers.city import OsmSource
from layers.errors import SourceError

# ways that are no ways yet or no longer, or on which nobody may walk; "steps", "corridor" and "cycleway" can be walked
_NOT_WALKED = (
    *("motorway", "motorway_link", "raceway", "bus_guideway", "busway", "escape", "elevator", "platform"),
    *("construction", "proposed", "planned", "abandoned", "razed", "disused", "rest_area", "services", "no"),
)
_NOT_ALLOWED = ("no", "private", "use_sidepath")
_ALLOWED = ("yes", "designated", "permissive", "official")
_TAGS = ("bridge", "tunnel", "layer", "foot", "access", "area", "motorroad")


def parse(path: Path, source: OsmSource) -> dict[str, Any]:
    """Read the walkable ways of an extract.

    Parameters
    ----------
    path : Path
        A .osm.pbf or .osm file; extracts cut at their edge are taken as they are.
    source : OsmSource
        What the YAML says of it.

    Returns
    -------
    dict
        "streets" -> GeoDataFrame in EPSG:4326 with osm_id, highway, name, is_bridge, is_tunnel, layer, geometry,
        by osm_id.

    Raises
    ------
    SourceError
        If the file is no OpenStreetMap extract or holds no walkable way.
    """
    _check_kind(path, source.id)
    ways = _read(path, source.id)
    tags = {tag: _tag(ways["other_tags"], tag) for tag in _TAGS}
    walked = ~ways["highway"].isin(_NOT_WALKED) & (tags["area"] != "yes")
    closed = tags["access"].isin(_NOT_ALLOWED) | (tags["motorroad"] == "yes")
    walked &= tags["foot"].isin(_ALLOWED) | ~(closed | tags["foot"].isin(_NOT_ALLOWED))
    if not walked.any():
        raise SourceError(f"source {source.id!r}: {path.name} holds no walkable way; is it the right extract?")
    streets = GeoDataFrame(
        {
            "osm_id": ways["osm_id"].astype("int64"),
            "highway": ways["highway"],
            "name": ways["name"],
            "is_bridge": ~tags["bridge"].isin(["", "no"]),
            # a passage through a building lies at street level and joins the streets it meets
            "is_tunnel": ~tags["tunnel"].isin(["", "no", "building_passage"]),
            "layer": _layers(tags["layer"]),
        },
        geometry=ways.geometry,
        crs=ways.crs,
    )
    return {"streets": streets[walked].sort_values("osm_id", kind="stable", ignore_index=True)}


def _check_kind(path: Path, source_id: str) -> None:
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise SourceError(f"source {source_id!r}: {path.name} is empty; fetch it again.")
    if b"OSMHeader" not in head and b"<osm" not in head:
        msg = f"source {source_id!r}: {path.name} is no OpenStreetMap extract (.osm.pbf or .osm); fetch it again."
        raise SourceError(msg)


def _read(path: Path, source_id: str) -> GeoDataFrame:
    try:
        return pyogrio.read_dataframe(
            path,
            layer="lines",
            columns=["osm_id", "name", "highway", "other_tags"],
            where="highway IS NOT NULL",
            USE_CUSTOM_INDEXING="NO",  # clipped extracts may hold nodes out of order, which the quick index refuses
        )
    except (DataSourceError, DataLayerError, FeatureError) as error:
        said = str(error).replace(str(path), path.name).rstrip(".")
        raise SourceError(f"source {source_id!r}: {path.name} cannot be read: {said}. Fetch it again.") from error


def _tag(other_tags: Series, tag: str) -> Series:
    """One tag out of GDAL's `"key"=>"value","key"=>"value"`; empty where a way lacks it."""
    found = other_tags.astype("str").str.extract(rf'(?:^|,)"{re.escape(tag)}"=>"([^"]*)"', expand=False)
    return found.fillna("").str.lower()


def _layers(text: Series) -> np.ndarray:
    """Return the level of a way; what is no whole number ("1;2") counts as ground."""
    levels = pd.to_numeric(text, errors="coerce")
    return levels.where(levels == np.floor(levels), 0).to_numpy(dtype="int64")
