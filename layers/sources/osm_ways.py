"""Ways and where their nodes are, out of an OpenStreetMap extract. Owns no tag's meaning; osmium owns the formats."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import osmium

_ANY_ORDER = "sparse_mem_map"  # osmium's faster indexes lose nodes of extracts whose ids are not in order


@dataclass(frozen=True)
class Ways:
    """The ways that carry one tag.

    Attributes
    ----------
    osm_id : n int64
    tags : for the tag and every key asked for, n strings, empty where a way lacks it
    start : n + 1; vertices ``start[k]:start[k + 1]`` are those of way k
    lon_lat : vertices x 2, degrees; NaN for nodes the extract does not hold, or that an editor never saved (id < 0)
    """

    osm_id: np.ndarray
    tags: dict[str, np.ndarray]
    start: np.ndarray
    lon_lat: np.ndarray


def read_ways(path: Path, *, having: str, keys: tuple[str, ...]) -> Ways:
    """Read all ways with a tag from .osm.pbf or .osm, its value and those of some other keys, and the nodes' places.

    Raises
    ------
    RuntimeError
        If osmium cannot read the file.
    """
    keys = (having, *keys)
    rows = [_row(way, keys) for way in _with_nodes(path, having) if isinstance(way, osmium.osm.Way)]
    values = np.array([row[1] for row in rows], dtype=object).reshape(len(rows), len(keys))
    lon_lat = np.fromiter(chain.from_iterable(row[2] for row in rows), dtype=float).reshape(-1, 2)
    sizes = [len(row[2]) // 2 for row in rows]
    return Ways(
        osm_id=np.array([row[0] for row in rows], dtype=np.int64),
        tags={key: values[:, column] for column, key in enumerate(keys)},
        start=np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64),
        lon_lat=lon_lat,
    )


def _with_nodes(path: Path, having: str) -> osmium.FileProcessor:
    ways = osmium.filter.EntityFilter(osmium.osm.WAY)
    tagged = osmium.filter.KeyFilter(having)
    return osmium.FileProcessor(str(path)).with_locations(_ANY_ORDER).with_filter(ways).with_filter(tagged)


def _row(way: osmium.osm.Way, keys: tuple[str, ...]) -> tuple[int, tuple[str, ...], list[float]]:
    coordinates: list[float] = []
    for node in way.nodes:
        place = node.location
        coordinates += (place.lon, place.lat) if place.valid() else (np.nan, np.nan)
    return way.id, tuple(way.tags.get(key) or "" for key in keys), coordinates
