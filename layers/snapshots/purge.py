"""Deleting what the store holds: of a source, or older than a day. Never touches the files that sources were read from.

The index entry goes first: a purge that is killed leaves bytes that nobody knows of, and the next one removes them.
"""

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from layers.city import City
from layers.snapshots.filtered import KEY_FILE
from layers.snapshots.store import object_path

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Purged:
    """How much was removed; never what."""

    sources: tuple[str, ...]
    files: int
    views: int
    half_done: int
    bytes: int
    key: bool


@dataclass(frozen=True)
class _Entry:
    path: Path
    source_id: str
    city: str
    parts: tuple[str, ...]
    view: str
    checked_at: datetime | None  # None: cannot be read
    is_protected: bool


def purge_store(
    store: Path, city: str, *, sources: Iterable[str] | None = None, before: datetime | None = None
) -> Purged:
    """Remove what a city's sources gave, and everything in the store that no source refers to any more.

    Bytes that another source still gives stay: one content is stored once. The key of pseudonyms goes with the last
    source that needed one.

    Parameters
    ----------
    sources : iterable of str, optional
        Ids of the sources; default: every one the city ever had.
    before : datetime, optional
        Only what its source last confirmed before this instant, and unreferred bytes written before it.
    """
    wanted = None if sources is None else set(sources)
    gone: list[_Entry] = []
    kept: list[_Entry] = []
    for entry in _entries(store):
        is_old = before is None or entry.checked_at is None or entry.checked_at < before
        is_named = entry.city == city and (wanted is None or entry.source_id in wanted)
        (gone if is_named and is_old else kept).append(entry)
    for entry in gone:
        entry.path.unlink(missing_ok=True)
    half = _half_done(store, city, wanted)
    for folder in half:
        _remove(folder)
    own = {part for entry in gone for part in entry.parts}, {entry.view for entry in gone}
    views = _unreferred_views(store, kept, own[1], before)
    for view in views:
        _remove(view)
    files = _unreferred_files(store, kept, own[0], before)
    size = sum(path.lstat().st_size for path in files)
    for path in files:
        path.unlink(missing_ok=True)
    key = _without_key(store, kept) if before is None else False
    return Purged(tuple(entry.source_id for entry in gone), len(files), len(views), len(half), size, key)


def enforce_retention(store: Path, city: City, *, now: datetime) -> Purged:
    """Remove what protected sources gave longer ago than their `retention_days`; what every night should end with.

    Counted from the night on which the source last confirmed its content; content that it no longer gives, from the
    night on which it was written.

    Parameters
    ----------
    now : datetime
        With a time zone.
    """
    limits = {source.id: source.protection.retention_days for source in city.sources if source.protection}
    done = [
        purge_store(store, city.city, sources=[name], before=now - timedelta(days=days))
        for name, days in sorted(limits.items())
    ]
    return Purged(
        sources=tuple(name for one in done for name in one.sources),
        files=sum(one.files for one in done),
        views=sum(one.views for one in done),
        half_done=sum(one.half_done for one in done),
        bytes=sum(one.bytes for one in done),
        key=False,
    )


def _entries(store: Path) -> list[_Entry]:
    return [_entry(path) for path in sorted(store.glob("index/*/*.json"))]


def _entry(path: Path) -> _Entry:
    """Read an entry; one that cannot be read refers to nothing."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        parts = tuple(part["sha256"] for part in said["parts"] if _SHA256.fullmatch(part["sha256"]))
        checked_at = datetime.fromisoformat(said["checked_at"])
        view = Path(said["path"]).parts[1]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return _Entry(path, path.stem, path.parent.name, (), "", None, is_protected=False)
    protected = said.get("retention_days") is not None
    return _Entry(path, path.stem, path.parent.name, parts, view, checked_at, is_protected=protected)


def _half_done(store: Path, city: str, sources: set[str] | None) -> list[Path]:
    """Return what killed runs left: incoming and half-built folders, entries on their way."""
    named = [""] if sources is None else [f"{name}-" for name in sorted(sources)]
    found = [path for name in named for path in store.glob(f".incoming-{city}-{name}*")]
    found += store.glob(f"index/{city}/.*")
    return [*found, *store.glob("snapshots/.building-*")]


def _unreferred_views(store: Path, kept: list[_Entry], own: set[str], before: datetime | None) -> list[Path]:
    used = {entry.view for entry in kept}
    found = [path for path in sorted(store.glob("snapshots/[!.]*")) if path.name not in used]
    return [path for path in found if path.name in own or _is_before(path, before)]


def _unreferred_files(store: Path, kept: list[_Entry], own: set[str], before: datetime | None) -> list[Path]:
    used = {part for entry in kept for part in entry.parts}
    unused = [path for path in sorted(store.glob("objects/*/*")) if path.name not in used]
    whole = {object_path(store, sha256) for sha256 in own}
    return [path for path in unused if path in whole or _is_before(path, before)]


def _is_before(path: Path, before: datetime | None) -> bool:
    return before is None or path.lstat().st_mtime < before.timestamp()


def _without_key(store: Path, kept: list[_Entry]) -> bool:
    key = store / KEY_FILE
    if any(entry.is_protected for entry in kept) or not key.exists():
        return False
    key.unlink()
    return True


def _remove(path: Path) -> None:
    """Remove a file, a folder or a link; never what a link points to."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.is_dir():
        shutil.rmtree(path)
