"""`current`: which run readers see, and moving it. Works with symbolic links and without; never removes a run."""

import ctypes
import json
import logging
import os
import shutil
import sys
from pathlib import Path

CURRENT, POINTER = "current", "current.json"
SIDE_FILES = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a GeoPackage that someone is editing
_NEW, _OLD = ".current-new", ".current-old"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h
log = logging.getLogger(__name__)


def current_run(root: Path) -> Path | None:
    """Return the folder in `runs/` that `current` stands for, None if there is none yet."""
    link = root / CURRENT
    if link.is_symlink():
        found = link.resolve()
        return found if found.is_dir() else None
    try:
        name = json.loads((root / POINTER).read_text(encoding="utf-8"))["run"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    found = root / "runs" / Path(str(name)).name
    return found if found.is_dir() else None


def files_in_use(directory: Path) -> tuple[str, ...]:
    """Return the names of side files that say someone has a GeoPackage of the folder open for editing."""
    return tuple(sorted(path.name for path in directory.rglob("*.gpkg-*") if path.name.endswith(SIDE_FILES)))


def point_current(root: Path, directory: Path) -> bool:
    """Make readers see `directory`; return whether they do.

    With symbolic links it is one step: readers see the old run or the new one, never none. Where the file system has
    none, `current` is a copy and `current.json` names its run; a copy that someone is editing stays as it is.
    """
    if not (root / CURRENT).is_dir() or (root / CURRENT).is_symlink():
        try:
            _link(root, directory)
        except OSError as error:
            log.info("no symbolic links in %s (%s): current is a copy", root, error.strerror)
        else:
            return True
    return _copy(root, directory)


def heal_current(root: Path) -> None:
    """Undo what a kill in the middle of a move has left: an unfinished link or copy, or a copy moved aside."""
    for stale in (*root.glob(".current-[0-9]*"), root / _NEW):
        _remove(stale)
    if (root / _OLD).is_dir():
        if (root / CURRENT).exists():
            _remove(root / _OLD)
        else:
            (root / _OLD).rename(root / CURRENT)


def _link(root: Path, directory: Path) -> None:
    fresh = root / f".current-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(directory.relative_to(root))
    fresh.replace(root / CURRENT)
    sync(root)


def _copy(root: Path, directory: Path) -> bool:
    target = root / CURRENT
    heal_current(root)
    if target.is_dir() and (used := files_in_use(target)):
        log.warning("current not moved: file in use (%s). Close it in QGIS; the next night tries again.", used[0])
        return False
    try:
        shutil.copytree(directory, root / _NEW)
        _swap(root)
        _name_run(root, directory)
    except PermissionError as error:  # a share that lets no folder go while a file in it is open
        heal_current(root)
        log.warning("current not moved: file in use (%s). Close it; the next night tries again.", error.strerror)
        return False
    _remove(root / _OLD)
    return True


def _swap(root: Path) -> None:
    """Put the new copy in the place of the old one: in one step where the system can, else in two."""
    target = root / CURRENT
    if not target.is_dir():
        (root / _NEW).rename(target)
    elif _exchanged(root / _NEW, target):
        (root / _NEW).rename(root / _OLD)
    else:
        target.rename(root / _OLD)
        (root / _NEW).rename(target)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system or the file system knows no such thing."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)


def _name_run(root: Path, directory: Path) -> None:
    fresh = root / f".{POINTER}"
    fresh.write_text(json.dumps({"run": directory.name}) + "\n", encoding="utf-8")
    sync(fresh)
    fresh.replace(root / POINTER)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path, ignore_errors=True)


def sync(path: Path) -> None:
    """Have the system write a file or folder to its disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
