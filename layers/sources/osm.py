"""Streets from an OpenStreetMap extract. Owns which ways can be walked, builds no graph."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import Series

from layers.city import OsmSource
from layers.errors import SourceError
from layers.sources.osm_ways import Ways, read_ways

# ways that are no ways yet or no longer, or on which nobody may walk; "steps", "corridor" and "cycleway" can be walked
_NOT_WALKED = (
    *("motorway", "motorway_link", "raceway", "bus_guideway", "busway", "escape", "elevator", "platform"),
    *("construction", "proposed", "planned", "abandoned", "razed", "disused", "rest_area", "services", "no"),
)
_NOT_ALLOWED = ("no", "private", "use_sidepath")
_ALLOWED = ("yes", "designated", "permissive", "official")
_log = logging.getLogger(__name__)
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
        by osm_id. A way that an extract cut is there with the parts that are left; ``attrs["ways_cut"]`` counts such
        ways, and the border carries it to the notices of the run.

    Raises
    ------
    SourceError
        If the file is no OpenStreetMap extract or holds no walkable way.
    """
    ways = _read(path, source.id)
    tags = {tag: ways[tag] for tag in _TAGS}
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
    streets = streets[walked].sort_values("osm_id", kind="stable", ignore_index=True)
    cut = int(ways.loc[walked & ways["cut"], "osm_id"].nunique())
    streets.attrs["ways_cut"] = cut
    if cut:
        _log.warning("source %r: %d walkable ways lead out of the extract and were cut there", source.id, cut)
    return {"streets": streets}


def _refuse_other_formats(path: Path, source_id: str) -> None:
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise SourceError(f"source {source_id!r}: {path.name} is empty; fetch it again.")
    if b"OSMHeader" not in head and b"<osm" not in head:
        msg = f"source {source_id!r}: {path.name} is no OpenStreetMap extract (.osm.pbf or .osm); fetch it again."
        raise SourceError(msg)


def _read(path: Path, source_id: str) -> GeoDataFrame:
    _refuse_other_formats(path, source_id)
    try:
        ways = read_ways(path, having="highway", keys=("name", *_TAGS))
    except (RuntimeError, ValueError) as error:  # what osmium raises for files it cannot follow
        raise SourceError(f"source {source_id!r}: {path.name} cannot be read: {error}. Fetch it again.") from error
    way, lines, cut = _lines(ways)
    columns: dict[str, Any] = {key: pd.Series(values[way], dtype="str") for key, values in ways.tags.items()}
    for tag in _TAGS:
        columns[tag] = columns[tag].str.lower()
    columns["name"] = columns["name"].where(columns["name"] != "", None)
    return GeoDataFrame({"osm_id": ways.osm_id[way], **columns, "cut": cut[way]}, geometry=lines, crs="EPSG:4326")


def _lines(ways: Ways) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for every unbroken run of known vertices, its way and its line; and which ways lack vertices."""
    way = np.repeat(np.arange(ways.osm_id.size), np.diff(ways.start))
    known = ~np.isnan(ways.lon_lat[:, 0])
    starts = known & ~(np.r_[False, known[:-1]] & np.r_[False, way[1:] == way[:-1]])
    run = np.cumsum(starts)[known] - 1
    size = np.bincount(run, minlength=int(starts.sum()))
    long_enough = (size > 1)[run]
    lines = shapely.linestrings(ways.lon_lat[known][long_enough], indices=(np.cumsum(size > 1) - 1)[run[long_enough]])
    cut = np.bincount(way[~known], minlength=ways.osm_id.size) > 0
    return way[starts][size > 1], lines, cut


def _layers(text: Series) -> np.ndarray:
    """Return the level of a way; what is no whole number ("1;2") counts as ground."""
    levels = pd.to_numeric(text, errors="coerce")
    return levels.where(levels == np.floor(levels), 0).to_numpy(dtype="int64")
