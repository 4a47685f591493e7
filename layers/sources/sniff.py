"""What a file really is, by its first bytes and its name. Owns telling and refusing formats, parses none."""

import gzip
from typing import Literal

from layers.errors import SourceError
from layers.sources.held import Readable

Format = Literal["geopackage", "geojson", "shapefile", "parquet", "csv"]
_HEAD_BYTES = 4096
_SUFFIXES: dict[str, Format] = {
    ".gpkg": "geopackage",
    ".geojson": "geojson",
    ".json": "geojson",
    ".shp": "shapefile",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
}
KNOWN = "GeoPackage (.gpkg), GeoJSON, Shapefile (.shp), Parquet and CSV (.csv, .csv.gz)"


def format_of(path: Readable, declared: str = "auto") -> Format:
    """Return the format of a file, where its bytes, its name and the declaration agree.

    Raises
    ------
    SourceError
        If the file is empty, cut short, an archive, an error page, of an unknown kind, or not what it is called.
    """
    head = _head(path)
    found = _by_bytes(path, head)
    called, how = (declared, "declared as") if declared != "auto" else (_by_name(path), "called")
    if found is None:
        found = _text(path, head, called, how)
    if called is not None and called != found:
        raise SourceError(f"{path.name} is {how} {called} but holds {found}; mend `format`, or the file's name.")
    return found


def _by_name(path: Readable) -> Format | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return _SUFFIXES.get(suffixes[-1]) if suffixes else None


def _head(path: Readable) -> bytes:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip():
        raise SourceError(f"{path.name} is empty ({len(head)} bytes); fetch it again.")
    if head.startswith(b"\x1f\x8b"):
        try:
            with path.open("rb") as packed, gzip.open(packed) as unpacked:
                head = unpacked.read(_HEAD_BYTES)
        except (OSError, EOFError) as error:
            raise SourceError(f"{path.name} is a damaged gzip file ({error}); fetch it again.") from error
        if not head.strip():
            raise SourceError(f"{path.name} is a gzip file of nothing; fetch it again.")
    return head


def _by_bytes(path: Readable, head: bytes) -> Format | None:
    if head.startswith(b"PAR1"):
        with path.open("rb") as file:
            file.seek(-4, 2)
            if file.read() != b"PAR1":
                raise SourceError(f"{path.name} is a Parquet file that was cut short; fetch or write it again.")
        return "parquet"
    if head.startswith(b"SQLite format 3\x00"):
        return "geopackage"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile"
    if head.startswith(b"PK\x03\x04"):
        raise SourceError(f"{path.name} is a ZIP archive; unpack it and give the file inside.")
    return None


def _text(path: Readable, head: bytes, called: str | None, how: str) -> Format:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise SourceError(f"{path.name} holds a web page (HTML), perhaps an error or login page; fetch the data again.")
    if start.startswith(b"<"):
        raise SourceError(f"{path.name} holds XML, which is not read here; use {KNOWN}.")
    if start.startswith((b"{", b"[")):
        if called == "csv":
            msg = f"{path.name} is {how} CSV but holds JSON, perhaps an error answer; fetch the data again."
            raise SourceError(msg)
        return "geojson"
    if called in ("parquet", "geopackage", "shapefile", "geojson"):
        raise SourceError(f"{path.name} is {how} {called} but its bytes are not; fetch the data again.")
    if b"\x00" in head or called is None:
        raise SourceError(f"{path.name} is of no known kind; use {KNOWN}, or say `format`.")
    return "csv"
