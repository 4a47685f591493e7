"""Opens every file of a finished run as its reader would, before anyone may see it. Writes nothing."""

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from layers.errors import PublishError


def verify(directory: Path) -> None:
    """Check each file below `directory` by its kind.

    Raises
    ------
    PublishError
        Naming the file and what is wrong with it.
    """
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        check = CHECKS.get(path.suffix)
        if path.stat().st_size == 0:
            raise PublishError(f"{path.name}: the file is empty; nothing was published. Run again with --debug.")
        if check is not None:
            problem = check(path)
            if problem:
                raise PublishError(f"{path.name}: {problem}; nothing was published. Run again with --debug.")


def _geopackage(path: Path) -> str | None:
    if path.read_bytes()[18:20] != b"\x01\x01":
        return "it is in write-ahead-log mode, which readers of a share cannot open"
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        connection.close()
    return None if verdict == "ok" else f"SQLite says: {verdict}"


def _raster(path: Path) -> str | None:
    import rasterio

    with rasterio.open(path) as raster:
        raster.read(1, window=((0, 1), (0, 1)))
        return None if raster.crs else "it states no CRS"


def _pdf(path: Path) -> str | None:
    import pikepdf

    with pikepdf.open(path) as pdf:
        return None if len(pdf.pages) >= 3 else f"it has {len(pdf.pages)} pages, fewer than three"


def _json(path: Path) -> str | None:
    json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    return None


def _refuse(constant: str) -> None:
    raise PublishError(f"JSON holds {constant}, which readers other than Python refuse")


def _csv(path: Path) -> str | None:
    with path.open(encoding="utf-8", newline="") as lines:
        widths = {len(row) for row in csv.reader(lines)}
    return None if len(widths) == 1 else f"its rows have {sorted(widths)} columns"


CHECKS: dict[str, Callable[[Path], str | None]] = {
    ".gpkg": _geopackage,
    ".tif": _raster,
    ".pdf": _pdf,
    ".json": _json,
    ".csv": _csv,
}
