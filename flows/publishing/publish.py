"""Publishing: build aside, verify, one rename. Knows no product's content, moves no `current`."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.publishing.current import sync as _sync
from flows.publishing.verify import verify
from layers.city import City
from layers.errors import PublishError

SUCCESS = "SUCCESS"
MANIFEST = "manifest.json"
STAGING = ".staging-"
FULL_BYTES = 1_000_000  # with less left, a write that failed failed for want of room


def destination(city: City, out: Path) -> Path:
    """Return the folder of a city's runs: public only if every source is open or simulated.

    Raises
    ------
    PublishError
        If a source is not open and `internal_dir` is missing or lies inside the public folder.
    """
    if city.is_open:
        return out / city.city
    closed = ", ".join(source.id for source in city.sources if not source.open)
    if city.internal_dir is None:
        msg = (
            f"sources that are not open ({closed}) may only be written below internal_dir; name one in the city's YAML."
        )
        raise PublishError(msg)
    return outside_public(city.internal_dir, out) / city.city


def outside_public(internal_dir: Path, out: Path) -> Path:
    """Return a folder, resolved.

    Raises
    ------
    PublishError
        If it is the public folder, or lies inside it.
    """
    internal, public = internal_dir.expanduser().resolve(), out.resolve()
    if internal == public or public in internal.parents:
        raise PublishError(f"internal_dir {internal} lies inside the public folder {public}; choose one outside it.")
    return internal


def existing_run(root: Path, run_id: str) -> Path | None:
    """Return the folder of a run that was published and is still whole, else None."""
    for directory in sorted((root / "runs").glob(f"{run_id}*")):
        if directory.name.removeprefix(run_id).lstrip(".0123456789"):
            continue  # a run of one product only
        if (directory / SUCCESS).is_file() and is_whole(directory):
            return directory
    return None


def is_whole(directory: Path) -> bool:
    """Whether every file of a published run is there and what it was."""
    files = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))["files"]
    return all((directory / name).is_file() and sha256(directory / name) == digest for name, digest in files.items())


@contextmanager
def staging(root: Path, run_id: str) -> Iterator[Path]:
    """Give a private folder on the file system of `root`; it is gone afterwards unless `publish` moved it.

    Raises
    ------
    PublishError
        If `root` cannot be written, or its disk is full.
    """
    try:
        (root / "runs").mkdir(parents=True, exist_ok=True)
        clear_staging(root)
        directory = root / f"{STAGING}{run_id}"
        directory.mkdir()
    except OSError as problem:
        msg = (
            f"cannot write results to {root}: {problem.strerror}. Choose another folder with --out, or mend its rights."
        )
        raise PublishError(msg) from problem
    try:
        yield directory
    except Exception as problem:  # whatever a writer calls it
        if shutil.disk_usage(root).free < FULL_BYTES:
            raise PublishError(
                f"the disk of {root} is full. Make room there, or choose another with --out."
            ) from problem
        raise
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def clear_staging(root: Path) -> None:
    """Remove what killed runs left half-built; the caller holds the city's lock, so none is under way."""
    for stale in root.glob(f"{STAGING}*"):
        shutil.rmtree(stale)


def publish(staged: Path, root: Path, *, manifest: dict[str, Any], run_id: str) -> Path:
    """Verify the staged files, seal them with manifest and SUCCESS, and rename the folder into `runs/`."""
    verify(staged)
    paths = {p.relative_to(staged).as_posix(): p for p in sorted(staged.rglob("*")) if p.is_file()}
    files = {name: sha256(path) for name, path in paths.items()}
    sizes = {name: path.stat().st_size for name, path in paths.items()}
    (staged / MANIFEST).write_text(
        json.dumps({**manifest, "files": files, "sizes_bytes": sizes}, indent=1, sort_keys=True) + "\n",
        encoding="utf-8",
    )
    (staged / SUCCESS).write_text(f"{run_id}\n", encoding="utf-8")
    for path in sorted(p for p in staged.rglob("*") if p.is_file()):
        path.chmod(0o444)
        _sync(path)
    target = root / "runs" / run_id
    repeat = 2
    while target.exists():  # damaged after publishing; `current` may point at it, so it stays until retention
        target = target.with_name(f"{run_id}.{repeat}")
        repeat += 1
    staged.rename(target)
    _sync(target.parent)
    return target


def sha256(path: Path) -> str:
    """Return the hex digest of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
