"""What makes a run the run it is: the hash of code, configuration and snapshots. Touches nothing but source files."""

import hashlib
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from layers.tables import Snapshot

PACKAGES = ("geo", "layers", "flows")
LIBRARIES = ("geopandas", "numba", "numpy", "pandas", "pyogrio", "pyproj", "rasterio", "scipy", "shapely", "typst")


def code_version() -> str:
    """Return the package version and eight hex digits of all its source files."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return f"{version('harmshift')}+{digest.hexdigest()[:8]}"


def run_id(as_of: date, *, config_sha256: str, snapshots: Iterable[Snapshot], code: str) -> str:
    """Return `as_of` and eight hex digits of (config, snapshots, code)."""
    parts = [config_sha256, code, *sorted(f"{s.source_id}:{s.sha256}{_standing_in(s)}" for s in snapshots)]
    return f"{as_of.isoformat()}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:8]}"


def _standing_in(snapshot: Snapshot) -> str:
    """Return what products say of a source that was not fresh: such a run is another than one of the same content.

    With the day it last answered, as they say it (`layers/notices.py`); offline, too, since they say that as well.
    """
    fallback, archive = snapshot.fallback, snapshot.from_archive
    stands_in = f":{fallback.fault}:{fallback.since}" if fallback else ""
    return stands_in + (f":archive:{archive.fault}" if archive else "")


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that figures depend on."""
    return {name: version(name) for name in LIBRARIES}
