"""The index of snapshots: what each source of a city last gave, and when it said so. Stores no content."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path

from layers.city import AnySource
from layers.snapshots.store import file_sha256, object_path, sha256_of, view
from layers.tables import Part, Snapshot

# what may change in the settings without making the stored content another one
_NO_CONTENT = {
    *("licence", "attribution", "cadence", "max_age_days", "protection", "archive_address", "catalogue"),
    *("deadline_s", "attempts", "max_mb", "max_refused_share", "headers", "ca_file", "page_size"),
}


@dataclass(frozen=True)
class Entry:
    """What the index says of one source.

    Attributes
    ----------
    settings : hash of the settings that decide the content
    fetched_at : when this content was first there
    checked_at : when the source last confirmed it
    full_at : when everything was last fetched, for incremental sources
    upstream : what the server said to recognise the content by: etag, last_modified
    known : figures to compare the next answer with: ways, rows
    """

    source_id: str
    settings: str
    sha256: str
    size_bytes: int
    fetched_at: datetime
    checked_at: datetime
    full_at: datetime
    upstream_date: date | None
    address: str
    parts: tuple[Part, ...]
    upstream: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)


def settings_of(source: AnySource) -> str:
    """Return the hash of the settings that decide what a source gives."""
    said = source.model_dump_json(exclude=_NO_CONTENT)
    return hashlib.sha256(said.encode()).hexdigest()


def entry_path(store: Path, city: str, source_id: str) -> Path:
    """Return where the entry of a source lies."""
    return store / "index" / city / f"{source_id}.json"


def read_entry(store: Path, city: str, source: AnySource) -> Entry | None:
    """Return the last entry of a source, if its settings are the same and its content is still there."""
    path = entry_path(store, city, source.id)
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        entry = _entry(said)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none yet, or of an earlier version: the source is simply read again
    whole = all(_size(object_path(store, part.sha256)) == part.size_bytes for part in entry.parts)
    return entry if whole and entry.settings == settings_of(source) else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def is_sound(store: Path, entry: Entry) -> bool:
    """Whether every stored byte is still what it was."""
    return all(file_sha256(object_path(store, part.sha256)) == part.sha256 for part in entry.parts)


def write_entry(store: Path, city: str, entry: Entry, source: AnySource) -> None:
    """Replace the entry of a source in one step; the last thing that is written of a snapshot."""
    place = entry_path(store, city, entry.source_id)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    said = asdict(entry) | {
        "upstream_date": source.upstream_date or entry.upstream_date,
        "licence": source.licence,
        "attribution": source.attribution,
        "retention_days": source.protection.retention_days if source.protection else None,
        "path": snapshot_of(store, entry, source).path.relative_to(store).as_posix(),
    }
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{entry.source_id}-")
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        json.dump(said, written, indent=2, ensure_ascii=False, default=_plain)
        written.write("\n")
    Path(name).replace(place)


def _plain(value: object) -> str:
    if isinstance(value, date):  # an instant, too
        return value.isoformat()
    raise TypeError(f"{value!r} has no plain form")


def _entry(said: dict[str, object]) -> Entry:
    raw = {name: said[name] for name in Entry.__dataclass_fields__}
    times = {name: datetime.fromisoformat(str(raw[name])) for name in ("fetched_at", "checked_at", "full_at")}
    day = raw["upstream_date"]
    parts = tuple(Part(**part) for part in raw["parts"])  # type: ignore[attr-defined]  # JSON: a list of mappings
    changed = {"upstream_date": date.fromisoformat(str(day)) if day else None, "parts": parts}
    return Entry(**(raw | times | changed))  # type: ignore[arg-type]  # the names are those of Entry


def snapshot_of(store: Path, entry: Entry, source: AnySource) -> Snapshot:
    """Return the snapshot an entry speaks of, as the settings describe its source today."""
    return Snapshot(
        source_id=source.id,
        path=view(store, list(entry.parts)),
        sha256=sha256_of(entry.parts),
        size_bytes=sum(part.size_bytes for part in entry.parts),
        address=entry.address,
        fetched_at=entry.fetched_at,
        upstream_date=source.upstream_date or entry.upstream_date,
        licence=source.licence,
        attribution=source.attribution,
        open=source.open,
        parts=entry.parts,
    )
