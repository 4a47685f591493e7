"""Where a source's files lie on this machine. Owns resolving and matching of paths, opens none of them."""

import glob
import os
from pathlib import Path

from layers.city import FileSource, OsmSource
from layers.errors import SourceError

JOIN_FOLDER = "_join"  # inside a snapshot of several files: the file joined to the main ones
_SHAPEFILE_PARTS = (".shx", ".dbf", ".prj", ".cpg")
_SHAPEFILE_NEEDS = (".shx", ".dbf")


def files_of(source: FileSource | OsmSource, *, data_dir: Path | None, base_dir: Path) -> dict[str, Path]:
    """Return every file a source needs: name inside its snapshot -> path on this machine, sorted by name.

    Parameters
    ----------
    source : FileSource or OsmSource
        `path` may be a pattern; absolute paths are taken as they are.
    data_dir : Path or None
        Looked up first for relative paths.
    base_dir : Path
        Folder of the city's YAML, where relative paths lie otherwise.

    Raises
    ------
    SourceError
        If nothing is found, naming the source, the resolved path and the cure.
    """
    main = found_at(source.path, source.id, data_dir, base_dir)
    main = [part for path in main for part in _with_parts(path, source.id)]
    root = main[0].parent if len(main) == 1 else Path(os.path.commonpath([path.parent for path in main]))
    named = {path.relative_to(root).as_posix(): path for path in main}
    if isinstance(source, FileSource) and source.join is not None and source.join.path is not None:
        joined = found_at(source.join.path, source.id, data_dir, base_dir)
        named |= {f"{JOIN_FOLDER}/{path.name}": path for path in joined}
    return dict(sorted(named.items()))


def found_at(pattern: str, source_id: str, data_dir: Path | None, base_dir: Path) -> list[Path]:
    """Return the files of a pattern, from the first folder that has any; raises SourceError as `files_of` does."""
    roots = [root for root in (data_dir, base_dir) if root is not None]
    if Path(pattern).is_absolute():
        roots = [Path("/")]
    for root in roots:
        found = _found(root, pattern)
        if found:
            return found
    tried = " nor ".join(str(root.absolute() / pattern) for root in roots)
    msg = (
        f"source {source_id!r}: no file at {tried}. Give the folder that holds {pattern!r} with --data DIR "
        "or HARMSHIFT_DATA, or mend `path` in the city's YAML."
    )
    raise SourceError(msg, fault="unreachable")


def _found(root: Path, pattern: str) -> list[Path]:
    whole = root.absolute() / pattern
    if whole.is_dir():
        msg = f"{whole} is a folder; give a file, or a pattern such as {pattern.rstrip('/')}/*.parquet"
        raise SourceError(msg)
    if whole.is_file():
        return [whole]
    return sorted(path for path in root.absolute().glob(pattern.lstrip("/")) if path.is_file())


def _with_parts(path: Path, source_id: str) -> list[Path]:
    """Return a path and what belongs to it: a shapefile is several files of one name."""
    if path.suffix.lower() != ".shp":
        return [path]
    beside = {part.suffix.lower(): part for part in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*"))}
    lacking = [suffix for suffix in _SHAPEFILE_NEEDS if suffix not in beside]
    if lacking:
        msg = f"source {source_id!r}: {path} lacks {', '.join(lacking)} beside it; copy all files of the shapefile."
        raise SourceError(msg)
    return [path, *(beside[suffix] for suffix in _SHAPEFILE_PARTS if suffix in beside)]
