"""Ways and where their nodes are, out of an OpenStreetMap extract. Owns no tag's meaning; osmium owns the formats."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium

_ANY_ORDER = "sparse_mem_map"  # osmium's faster indexes lose nodes of extracts whose ids are not in order
_HEADER = 2 * (1 + 4 + 4)  # hexadecimal digits of byte order, kind and number of vertices
_BYTES_OF_A_PLACE = 16


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
    write = osmium.geom.WKBFactory().create_linestring
    ways = (way for way in _with_nodes(path, having) if isinstance(way, osmium.osm.Way))
    rows = [(way.id, [way.tags.get(key, "") for key in keys], _places(way, write)) for way in ways]
    values = np.array([row[1] for row in rows], dtype=object).reshape(len(rows), len(keys))
    lon_lat = np.frombuffer(b"".join(row[2] for row in rows)).reshape(-1, 2)
    sizes = [len(row[2]) // _BYTES_OF_A_PLACE for row in rows]
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


def _places(way: osmium.osm.Way, write: Callable[..., str]) -> bytes:
    """Return lon, lat of a way's nodes as doubles in a row.

    osmium writes them all at once as well-known binary, in hexadecimal and in this machine's byte order, and they are
    cut out of that. Asking for each node's place in turn takes several times as long: that is for ways that lack some.
    """
    try:
        return bytes.fromhex(write(way, osmium.geom.use_nodes.ALL)[_HEADER:])
    except (osmium.InvalidLocationError, RuntimeError):  # a node that is not known, or fewer than two
        places = (node.location for node in way.nodes)
        return np.array([(at.lon, at.lat) if at.valid() else (np.nan, np.nan) for at in places], dtype=float).tobytes()
