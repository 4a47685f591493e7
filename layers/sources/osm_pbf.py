"""Ways and their nodes out of an OpenStreetMap extract in Protocol Buffers. Owns the format, not what a street is.

Format: wiki.openstreetmap.org/wiki/PBF_Format. Relations, nodes' tags and metadata are passed over.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo.compiled import compiled

_PER_DEGREE = 1e9
_KNOWN_FEATURES = (b"OsmSchema-V0.6", b"DenseNodes", b"HistoricalInformation")


_NodesOfGroup = tuple[np.ndarray, np.ndarray, np.ndarray]
_WaysOfGroup = tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]


class PbfError(ValueError):
    """Something in the file is not as the format has it."""


@dataclass(frozen=True)
class Ways:
    """The ways that carry one tag.

    Attributes
    ----------
    osm_id : n int64
    tags : for every key asked for, n strings, empty where a way lacks it
    start : n + 1; vertices ``start[k]:start[k + 1]`` are those of way k
    lon_lat : vertices x 2, degrees; NaN for nodes that the extract does not hold
    """

    osm_id: np.ndarray
    tags: dict[str, np.ndarray]
    start: np.ndarray
    lon_lat: np.ndarray


def read_ways(path: Path, *, having: str, keys: tuple[str, ...]) -> Ways:
    """Read all ways with a tag, the values of some keys, and where their nodes are.

    Raises
    ------
    PbfError
        If the file is cut short, compressed otherwise than by zlib, or needs features unknown here.
    """
    ways: list[_WaysOfGroup] = []
    nodes: list[_NodesOfGroup] = []
    for block in _blocks(path):
        strings, groups, scale = _parts(block)
        for start, stop in groups:
            nodes.extend(_nodes_of(block, start, stop, scale))
            ways.extend(_ways_of(block, (start, stop), strings, (having, *keys)))
    refs = _joined([way[2] for way in ways], np.int64)
    counts = _joined([way[1] for way in ways], np.int64)
    tags = {key: _joined([way[3][i] for way in ways], object) for i, key in enumerate((having, *keys))}
    lon_lat = _located(refs, nodes)
    return Ways(_joined([way[0] for way in ways], np.int64), tags, np.r_[0, np.cumsum(counts)], lon_lat)


def _joined(parts: list[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _blocks(path: Path) -> Iterator[np.ndarray]:
    """Yield the inflated data blocks of a file."""
    data = path.read_bytes()
    at = 0
    while at < len(data):
        start = at + 4 + int.from_bytes(data[at : at + 4], "big")
        texts, numbers = _message(data[at + 4 : start])
        at = start + numbers.get(3, 0)
        if at > len(data) or at == start:
            raise PbfError("it ends in the middle of a block")
        raw = _inflated(_message(data[start:at])[0])
        if texts.get(1) == b"OSMHeader":
            _check_features(raw)
        elif texts.get(1) == b"OSMData":
            yield np.frombuffer(raw, dtype=np.uint8)


def _inflated(blob: dict[int, bytes]) -> bytes:
    if 1 in blob:
        return blob[1]
    if 3 not in blob:
        raise PbfError("a block is compressed otherwise than by zlib")
    try:
        return zlib.decompress(blob[3])
    except zlib.error as error:
        raise PbfError(f"a block cannot be inflated ({error})") from error


def _check_features(raw: bytes) -> None:
    buffer = np.frombuffer(raw, dtype=np.uint8)
    number, first, stop = _fields(buffer, 0, buffer.size)
    for i in np.flatnonzero(number == 4):
        feature = raw[first[i] : stop[i]]
        if feature not in _KNOWN_FEATURES:
            raise PbfError(f"it needs the feature {feature.decode(errors='replace')!r}")


def _message(raw: bytes) -> tuple[dict[int, bytes], dict[int, int]]:
    """Return the last value of each field that holds bytes, and of each that holds a number."""
    buffer = np.frombuffer(raw, dtype=np.uint8)
    rows = list(zip(*(column.tolist() for column in _fields(buffer, 0, buffer.size)), strict=True))
    return {n: raw[a:b] for n, a, b in rows if b >= 0}, {n: a for n, a, b in rows if b < 0}


def _parts(block: np.ndarray) -> tuple[list[bytes], list[tuple[int, int]], tuple[int, int, int]]:
    """Return strings, bounds of groups, and (granularity, latitude offset, longitude offset) of a block."""
    number, first, stop = _fields(block, 0, block.size)
    given = dict(zip(number[stop < 0].tolist(), first[stop < 0].tolist(), strict=True))
    table = int(np.flatnonzero(number == 1)[0])
    _, begin, end = _fields(block, first[table], stop[table])
    raw = block.tobytes()
    strings = [raw[a:b] for a, b in zip(begin.tolist(), end.tolist(), strict=True)]
    groups = [(int(first[i]), int(stop[i])) for i in np.flatnonzero(number == 2)]
    return strings, groups, (given.get(17, 100), given.get(19, 0), given.get(20, 0))


def _nodes_of(
    block: np.ndarray, start: int, stop: int, scale: tuple[int, int, int]
) -> Iterator[_NodesOfGroup]:
    """Yield id, longitude and latitude of the nodes of a group."""
    grain, lat_offset, lon_offset = scale
    number, first, last = _fields(block, start, stop)
    for i in np.flatnonzero(number == 2):
        inner = {int(n): (a, b) for n, a, b in zip(*_fields(block, first[i], last[i]), strict=True)}
        ids, lat, lon = (np.cumsum(_signed(block, *inner[field])) for field in (1, 8, 9))
        yield ids, (lon_offset + grain * lon) / _PER_DEGREE, (lat_offset + grain * lat) / _PER_DEGREE
    single = np.flatnonzero(number == 1)
    if single.size:
        rows = _plain_nodes(block, first[single], last[single])
        yield rows[0], (lon_offset + grain * rows[2]) / _PER_DEGREE, (lat_offset + grain * rows[1]) / _PER_DEGREE


def _ways_of(
    block: np.ndarray, bounds: tuple[int, int], strings: list[bytes], keys: tuple[str, ...]
) -> Iterator[_WaysOfGroup]:
    """Yield id, number of vertices, node ids and values of the ways that have the first of the keys."""
    wanted = np.zeros(len(strings), dtype=np.int64)
    for k, key in enumerate(keys):
        for i in (i for i, text in enumerate(strings) if text == key.encode()):
            wanted[i] = k + 1
    number, first, last = _fields(block, *bounds)
    way = number == 3
    if not way.any() or not (wanted == 1).any():
        return
    ids, counts, value = _way_heads(block, first[way], last[way], wanted, len(keys))
    chosen = value[:, 0] >= 0
    refs = _way_refs(block, first[way][chosen], last[way][chosen], counts[chosen])
    texts = np.array([*(text.decode(errors="replace") for text in strings), ""], dtype=object)
    yield ids[chosen], counts[chosen], refs, [texts[value[chosen, k]] for k in range(len(keys))]


def _located(refs: np.ndarray, nodes: list[_NodesOfGroup]) -> np.ndarray:
    lon_lat = np.full((refs.size, 2), np.nan)
    if nodes and refs.size:
        ids, lon, lat = (np.concatenate(column) for column in zip(*nodes, strict=True))
        if (np.diff(ids) < 0).any():
            order = np.argsort(ids, kind="stable")
            ids, lon, lat = ids[order], lon[order], lat[order]
        at = np.minimum(np.searchsorted(ids, refs), ids.size - 1)
        held = ids[at] == refs
        lon_lat[held] = np.column_stack((lon, lat))[at[held]]
    return lon_lat


@compiled
def _varint(buffer: np.ndarray, at: int) -> tuple[np.int64, int]:
    value, shift = np.uint64(0), np.uint64(0)
    while at < buffer.size:
        byte = np.uint64(buffer[at])
        at += 1
        value |= (byte & np.uint64(127)) << shift
        if byte < 128:
            break
        shift += np.uint64(7)
    return np.int64(value), at


@compiled
def _zigzag(value: int | np.int64) -> int:
    return int(np.int64(np.uint64(value) >> np.uint64(1)) ^ -(np.int64(value) & 1))


@compiled
def _fields(buffer: np.ndarray, start: int, stop: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return number, first byte and end of every field; a number's value stands for the first, -1 for the end."""
    count = 0
    found = np.empty((3, 64), np.int64)
    at = start
    while at < stop:
        tag, at = _varint(buffer, at)
        first, last = np.int64(at), np.int64(-1)
        if tag & 7 == 0:
            first, at = _varint(buffer, at)
        elif tag & 7 == 2:
            size, at = _varint(buffer, at)
            first, last = np.int64(at), np.int64(at + size)
            at += int(size)
        else:
            at += 8 if tag & 7 == 1 else 4
        if count == found.shape[1]:
            longer = np.empty((3, 2 * count), np.int64)
            longer[:, :count] = found
            found = longer
        found[0, count], found[1, count], found[2, count] = tag >> 3, first, last
        count += 1
    return found[0, :count], found[1, :count], found[2, :count]


@compiled
def _signed(buffer: np.ndarray, start: int, stop: int) -> np.ndarray:
    """Packed signed numbers."""
    values = np.empty(stop - start, np.int64)
    count, at = 0, start
    while at < stop:
        value, at = _varint(buffer, at)
        values[count] = _zigzag(value)
        count += 1
    return values[:count]


@compiled
def _plain_nodes(buffer: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Id, latitude and longitude of nodes that are not packed together: 3 x nodes."""
    rows = np.zeros((3, first.size), np.int64)
    for i in range(first.size):
        number, value, _ = _fields(buffer, first[i], last[i])
        for k in range(number.size):
            row = 0 if number[k] == 1 else 1 if number[k] == 8 else 2 if number[k] == 9 else -1
            if row >= 0:
                rows[row, i] = _zigzag(value[k])
    return rows


@compiled
def _way_heads(
    buffer: np.ndarray, first: np.ndarray, last: np.ndarray, wanted: np.ndarray, keys: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Id, number of vertices, and the string of each wanted key (-1 for none) of every way."""
    ids, counts = np.zeros(first.size, np.int64), np.zeros(first.size, np.int64)
    value = np.full((first.size, keys), -1)
    for i in range(first.size):
        number, start, stop = _fields(buffer, first[i], last[i])
        key_at = value_at = key_end = 0
        for k in range(number.size):
            if number[k] == 1:
                ids[i] = start[k]
            elif number[k] == 2:
                key_at, key_end = start[k], stop[k]
            elif number[k] == 3:
                value_at = start[k]
            elif number[k] == 8:
                for at in range(start[k], stop[k]):
                    counts[i] += buffer[at] < 128
        while key_at < key_end:
            key, key_at = _varint(buffer, key_at)
            text, value_at = _varint(buffer, value_at)
            if wanted[key] > 0:
                value[i, wanted[key] - 1] = text
    return ids, counts, value


@compiled
def _way_refs(buffer: np.ndarray, first: np.ndarray, last: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Node ids of the ways, one after the other."""
    refs = np.empty(counts.sum(), np.int64)
    done = 0
    for i in range(first.size):
        number, start, stop = _fields(buffer, first[i], last[i])
        for k in range(number.size):
            if number[k] == 8:
                node, at = 0, start[k]
                while at < stop[k]:
                    step, at = _varint(buffer, at)
                    node += _zigzag(step)
                    refs[done] = node
                    done += 1
    return refs
