"""The snapshot store: the bytes of every source as they were, by content. Knows neither formats nor what is too old."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from layers.city import AnySource, City, SimulatedSource
from layers.errors import SourceError
from layers.sources import simulated
from layers.sources.paths import files_of
from layers.tables import Snapshot

_CHUNK_BYTES = 1 << 20
_ROOM = "Make room there, mend the rights of the file, or name another folder in HARMSHIFT_STATE."


@dataclass(frozen=True)
class _Kept:
    """One file in the store."""

    name: str
    sha256: str
    size_bytes: int


def take(
    source: AnySource, city: City, *, store: Path, data_dir: Path | None, base_dir: Path, made_at: datetime
) -> Snapshot:
    """Copy a source's bytes into the store and return where they lie and what they are.

    Parameters
    ----------
    source, city
        The source, and the city a simulated one is made from; several files of a pattern are one snapshot.
    store : Path
        Root folder of the store; made with mode 0700.
    data_dir, base_dir : Path
        Where relative paths are looked up: `data_dir` first when given, then `base_dir`, the YAML's folder.
    made_at : datetime
        When a simulated source counts as made, with a time zone. A file was last written when it says it was: that is
        its time in every product, so that the same file gives the same products on any day.

    Returns
    -------
    Snapshot
        `path` is a file, or a folder of several; `sha256` that of the file, or over their sorted names and hashes.

    Raises
    ------
    SourceError
        If a file is missing or cannot be read.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at has no time zone")
    _private(store)
    if isinstance(source, SimulatedSource):
        kept, written_at = [_keep_bytes(store, source.id, simulated.fetch(source, city))], made_at
    else:
        files = files_of(source, data_dir=data_dir, base_dir=base_dir)
        kept, written_at = _keep_files(store, source.id, files), _written_at(files.values())
    sha256 = kept[0].sha256 if len(kept) == 1 else _sha256_of(kept)
    snapshot = Snapshot(
        source_id=source.id,
        path=_view(store, sha256, kept),
        sha256=sha256,
        size_bytes=sum(file.size_bytes for file in kept),
        address=source.address or _address(source),
        fetched_at=written_at,
        upstream_date=source.upstream_date,
        licence=source.licence,
        attribution=source.attribution,
        open=source.open,
    )
    _write_index(store, city.city, snapshot, kept)
    return snapshot


def _written_at(files: Iterable[Path]) -> datetime:
    """Return the time of the newest file, to the second."""
    return datetime.fromtimestamp(int(max(path.stat().st_mtime for path in files)), UTC)


def _address(source: AnySource) -> str:
    """Return the path as the YAML writes it, so that no record names a folder of this machine."""
    return f"simulated, seed {source.seed}" if isinstance(source, SimulatedSource) else source.path


def _private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        msg = f"{folder}: snapshots cannot be kept here ({error.strerror}). Name a writable folder in HARMSHIFT_STATE."
        raise SourceError(msg) from error


def _sha256_of(files: list[_Kept]) -> str:
    lines = sorted(f"{file.name}\0{file.sha256}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _object(store: Path, sha256: str) -> Path:
    return store / "objects" / sha256[:2] / sha256


def _keep_files(store: Path, source_id: str, files: Mapping[str, Path]) -> list[_Kept]:
    return [_keep_file(store, name, path, source_id) for name, path in files.items()]


def _keep_file(store: Path, name: str, path: Path, source_id: str) -> _Kept:
    """Copy (never link: the owner may edit the original in place) and hash in one reading."""
    digest, temporary = hashlib.sha256(), _temporary(store)
    try:
        with path.open("rb") as read, temporary.open("wb") as written:
            while chunk := read.read(_CHUNK_BYTES):
                digest.update(chunk)
                written.write(chunk)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        msg = f"source {source_id!r}: {path} cannot be copied to {store}: {error.strerror or error}. {_ROOM}"
        raise SourceError(msg) from error
    return _settle(store, name, temporary, digest.hexdigest())


def _keep_bytes(store: Path, name: str, content: bytes) -> _Kept:
    try:
        temporary = _temporary(store)
        temporary.write_bytes(content)
    except OSError as error:
        raise SourceError(f"source {name!r}: {store} cannot be written: {error.strerror or error}. {_ROOM}") from error
    return _settle(store, name, temporary, hashlib.sha256(content).hexdigest())


def _temporary(store: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=store, prefix=".incoming-")
    os.close(handle)
    return Path(name)


def _settle(store: Path, name: str, temporary: Path, sha256: str) -> _Kept:
    """Give written bytes their place by content; identical content is there once."""
    kept, size = _object(store, sha256), temporary.stat().st_size
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if kept.exists() and kept.stat().st_size == size:
        temporary.unlink()
    else:
        temporary.replace(kept)
    return _Kept(name, sha256, size)


def _view(store: Path, sha256: str, files: list[_Kept]) -> Path:
    """Return the snapshot under the names its readers expect: hard links to the stored content."""
    names = hashlib.sha256("\n".join(file.name for file in files).encode()).hexdigest()[:8]
    view = store / "snapshots" / f"{sha256}-{names}"
    if not view.is_dir():
        view.parent.mkdir(exist_ok=True, mode=0o700)
        building = Path(tempfile.mkdtemp(dir=view.parent, prefix=".building-"))
        for file in files:
            target = building / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(_object(store, file.sha256), target)
        try:
            building.rename(view)
        except OSError:  # another run has just made the same view
            shutil.rmtree(building)
    return view / files[0].name if len(files) == 1 else view


def _link(kept: Path, target: Path) -> None:
    try:
        os.link(kept, target)
    except OSError:  # file systems without hard links
        shutil.copyfile(kept, target)


def _write_index(store: Path, city: str, snapshot: Snapshot, files: list[_Kept]) -> None:
    entry: Mapping[str, object] = asdict(snapshot) | {
        "path": snapshot.path.relative_to(store).as_posix(),
        "fetched_at": snapshot.fetched_at.isoformat(),
        "upstream_date": snapshot.upstream_date.isoformat() if snapshot.upstream_date else None,
        "files": [asdict(file) for file in files],
    }
    place = store / "index" / city / f"{snapshot.source_id}.json"
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _temporary(store)
    temporary.write_text(json.dumps(entry, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(place)
