"""Everything that lies in a published file, unpacked: archives, streams, pages of databases, pixels, hex and base64.

Also finds numbers that are the coordinates of a known place, in text and in binary. Owns no test.
"""

import base64
import gzip
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pikepdf
import rasterio
from pyproj import Transformer

_NUMBER = re.compile(rb"(?<![\d.])-?\d{1,7}(?:\.\d{1,12})?(?![\d.])")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{80,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){40,}")
# what is packed in these is read in their own way; pages of a database hold pieces of it
_OWN_CELLS = (b"%PDF", b"\x89PNG", b"SQLite format 3")


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield a file's bytes, and what is packed in them, each with where it lies."""
    content = path.read_bytes()
    yield from _inside(path.name, content)
    if path.suffix == ".gpkg":
        yield from _cells(path)
    if path.suffix in {".tif", ".tiff"}:
        with rasterio.open(path) as raster:
            tags = [raster.tags(), *(raster.tags(ns=name) for name in raster.tag_namespaces())]
            tags += [raster.tags(band) for band in raster.indexes]
            yield f"{path.name}: tags", repr([tags, raster.bounds, raster.descriptions]).encode()
            for level in (1, *(raster.overviews(1))):
                shape = (raster.count, raster.height // level or 1, raster.width // level or 1)
                yield f"{path.name}: pixels", raster.read(out_shape=shape).tobytes()


def _cells(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every cell of every table, as a database gives them; pages, free ones too, lie in the bytes."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        for (table,) in base.execute("select name from sqlite_master where type='table'").fetchall():
            for row in base.execute(f'select * from "{table}"'):
                for cell in row:
                    if isinstance(cell, str | bytes):
                        yield from _inside(f"{path.name}: {table}", cell.encode() if isinstance(cell, str) else cell)


def _inside(name: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if depth > 4:
        return
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield f"{name}/{member.filename}: about", repr((member, member.comment, member.extra)).encode()
                yield from _inside(f"{name}/{member.filename}", archive.read(member), depth + 1)
    elif content[:2] == b"\x1f\x8b":
        yield from _inside(f"{name}: gunzip", gzip.decompress(content), depth + 1)
    elif content[:4] == b"%PDF":
        yield from _streams(name, content)
    elif content[:8] == b"\x89PNG\r\n\x1a\n":
        yield from _chunks(name, content)
    for pattern, read in ((_BASE64, _from_base64), (_HEX, _from_hex)):
        for found in () if content.startswith(_OWN_CELLS) else pattern.findall(content):
            if packed := read(found):
                yield from _inside(f"{name}: {read.__name__}", packed, depth + 1)


def _from_base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text[: len(text) // 4 * 4])
    except ValueError:
        return None


def _from_hex(text: bytes) -> bytes | None:
    return bytes.fromhex(text.decode())


def _streams(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    with pikepdf.open(io.BytesIO(content)) as document:
        for number, one in enumerate(document.objects):
            if isinstance(one, pikepdf.Stream):
                try:
                    yield f"{name}: stream {number}", one.read_bytes()
                except pikepdf.PdfError:
                    yield f"{name}: stream {number}", one.read_raw_bytes()
            else:
                yield f"{name}: object {number}", repr(one).encode()


def _chunks(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    at = 8
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        chunk = content[at + 8 : at + 8 + length]
        if kind in (b"zTXt", b"iTXt", b"tEXt"):
            yield f"{name}: {kind.decode()}", chunk
            yield f"{name}: {kind.decode()} unpacked", _inflated(chunk)
        at += 12 + length


def _inflated(chunk: bytes) -> bytes:
    start = chunk.find(b"\x78")
    try:
        return zlib.decompress(chunk[start:]) if start >= 0 else b""
    except zlib.error:
        return b""


class Places:
    """Known places, and a search for their coordinates, metric and in degrees, in any of several spellings."""

    def __init__(self, points: Iterable[tuple[float, float]], crs: str) -> None:
        metric = np.asarray(list(points), dtype=float)
        lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(*metric.T)
        mercator = np.column_stack(Transformer.from_crs(crs, "EPSG:3857", always_xy=True).transform(*metric.T))
        self.systems = (metric, np.column_stack([lon, lat]), mercator)

    def in_text(self, content: bytes) -> list[bytes]:
        """Return pairs of neighbouring numbers that name a place: metres to the decimetre, degrees to five digits."""
        tokens = _NUMBER.findall(content)
        if len(tokens) < 2:
            return []
        values = np.array([float(token) for token in tokens])
        digits = np.array([len(token.partition(b".")[2]) for token in tokens])
        found: list[bytes] = []
        for system, least in zip(self.systems, (1, 5, 1), strict=True):
            for first, second in ((0, 1), (1, 0)):
                x, y = values[first : len(values) - second], values[second : len(values) - first]
                exact = np.minimum(digits[:-1], digits[1:])
                found += [tokens[k] for k in np.flatnonzero(self._named(system, x, y, exact, least))]
        return found

    @staticmethod
    def _named(system: np.ndarray, x: np.ndarray, y: np.ndarray, exact: np.ndarray, least: int) -> np.ndarray:
        low, high = system.min(axis=0) - 1e-3, system.max(axis=0) + 1e-3
        near = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]) & (exact >= least)
        hits = np.zeros(len(x), dtype=bool)
        for k in np.flatnonzero(near):
            half = 0.51 * 10.0 ** -min(int(exact[k]), 7)
            hits[k] = bool((np.abs(system - (x[k], y[k])) <= half).all(axis=1).any())
        return hits

    def in_binary(self, content: bytes) -> int:
        """Return how many neighbouring numbers in the bytes name a place: doubles or floats of either byte order."""
        found = 0
        for kind, width in (("<f8", 8), (">f8", 8), ("<f4", 4), (">f4", 4)):
            for system in self.systems[:: 1 if width == 8 else 2]:
                known = system.astype(kind)
                for offset in range(width):
                    usable = (len(content) - offset) // width * width
                    values = np.frombuffer(content[offset : offset + usable], dtype=kind)
                    near = np.flatnonzero((values[:-1] >= known[:, 0].min()) & (values[:-1] <= known[:, 0].max()))
                    at = near[np.isin(values[near], known[:, 0])]
                    found += sum(bool((known == (values[k], values[k + 1])).all(axis=1).any()) for k in at)
        return found
