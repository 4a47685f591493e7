"""Where snapshots lie: bytes by their hash, and views of them under names. Knows no source, no format, no age."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from layers.errors import SourceError
from layers.tables import Part

_CHUNK_BYTES = 1 << 20
_ROOM = "Make room there, mend the rights of the file, or name another folder in HARMSHIFT_STATE."


def private(folder: Path) -> None:
    """Make a folder that only its owner may read.

    Raises
    ------
    SourceError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        msg = f"{folder}: snapshots cannot be kept here ({error.strerror}). Name a writable folder in HARMSHIFT_STATE."
        raise SourceError(msg) from error


def object_path(store: Path, sha256: str) -> Path:
    """Return where bytes of a hash lie."""
    return store / "objects" / sha256[:2] / sha256


def sha256_of(parts: Iterable[Part]) -> str:
    """Return the hash of several files: over their sorted names and hashes; that of the file if it is one."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0].sha256
    lines = sorted(f"{part.name}\0{part.sha256}\n" for part in parts)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@contextmanager
def incoming(store: Path, city: str, source_id: str) -> Iterator[Path]:
    """Yield a hidden folder for what is not yet known to be good; it is gone afterwards, whatever happens.

    What a run that was killed has left behind of the same source goes first.

    Raises
    ------
    SourceError
        If the store cannot be written to, or is full.
    """
    prefix = f".incoming-{city}-{source_id}-"
    for left in store.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(dir=store, prefix=prefix))
        yield folder
    except OSError as error:
        msg = f"source {source_id!r}: {store} cannot be written: {error.strerror or error}. {_ROOM}"
        raise SourceError(msg) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def copied(opened: BinaryIO, target: Path) -> Path:
    """Write what can be read to a file (a copy, never a link: the owner may edit the original in place)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as written:
        shutil.copyfileobj(opened, written, _CHUNK_BYTES)
    return target


def settle(store: Path, name: str, path: Path) -> Part:
    """Move a file to its place by content; identical content is there once."""
    sha256, size = file_sha256(path), path.stat().st_size
    kept = object_path(store, sha256)
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if kept.exists() and kept.stat().st_size == size:
        path.unlink()
    else:
        path.replace(kept)
    return Part(name, sha256, size)


def file_sha256(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def view(store: Path, parts: list[Part]) -> Path:
    """Return the snapshot under the names its readers expect: hard links to the stored content.

    One file is returned as a file, several as their folder.
    """
    folder = _view_folder(store, parts)
    if not folder.is_dir():
        folder.parent.mkdir(exist_ok=True, mode=0o700)
        building = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".building-"))
        for part in parts:
            target = building / part.name
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(object_path(store, part.sha256), target)
        try:
            building.rename(folder)
        except OSError:  # another run has just made the same view
            shutil.rmtree(building)
    return folder / parts[0].name if len(parts) == 1 else folder


def has_view(store: Path, parts: list[Part]) -> bool:
    """Whether the view of a snapshot is there already, so that `view` writes nothing."""
    return _view_folder(store, parts).is_dir()


def _view_folder(store: Path, parts: list[Part]) -> Path:
    names = hashlib.sha256("\n".join(part.name for part in parts).encode()).hexdigest()[:8]
    return store / "snapshots" / f"{sha256_of(parts)}-{names}"


def discard_damaged(store: Path, parts: Iterable[Part]) -> bool:
    """Remove stored bytes that are no longer what they were, with the view of them; return whether there were any.

    Their place must be free: content that comes again goes where content of its hash lies.
    """
    parts = list(parts)
    damaged = [path for part in parts for path in [object_path(store, part.sha256)] if _differs(path, part.sha256)]
    for path in damaged:
        path.unlink()
    if damaged:
        shutil.rmtree(_view_folder(store, parts), ignore_errors=True)
    return bool(damaged)


def _differs(path: Path, sha256: str) -> bool:
    return path.is_file() and file_sha256(path) != sha256


def _link(kept: Path, target: Path) -> None:
    try:
        os.link(kept, target)
    except OSError:  # file systems without hard links
        shutil.copyfile(kept, target)
