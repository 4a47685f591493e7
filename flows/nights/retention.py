"""What is kept of earlier runs and snapshots, and taking the rest away. Never what readers see or someone has open."""

import json
import logging
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows.publishing.current import current_run, files_in_use

REMOVING = ".removing-"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """How much is kept: the newest `runs`, and whatever is younger than `days`."""

    runs: int
    days: float


def prune_runs(root: Path, kept: Kept, *, now: datetime) -> tuple[str, ...]:
    """Take away runs that are neither among the newest nor young; return their names.

    Never the run `current` stands for, and never one whose GeoPackage has a `-wal`, `-shm` or `-journal` beside it:
    someone has it open. A run is renamed before it is removed, so that a kill leaves no half of one.
    """
    for half in root.glob(f"{REMOVING}*"):
        shutil.rmtree(half, ignore_errors=True)
    shown = current_run(root)
    runs = sorted((path for path in (root / "runs").glob("*") if path.is_dir()), key=_written_at, reverse=True)
    removed = []
    for run in runs[kept.runs :]:
        if run == shown or _written_at(run) > (now - timedelta(days=kept.days)).timestamp():
            continue
        if files_in_use(run):
            log.info("run %s is kept: someone has its GeoPackage open", run.name)
            continue
        away = root / f"{REMOVING}{run.name}"
        run.rename(away)
        shutil.rmtree(away, ignore_errors=True)
        removed.append(run.name)
    return tuple(removed)


def _written_at(run: Path) -> float:
    """Return when a run was made; the folder itself changes when someone opens a file in it."""
    seal = run / "SUCCESS"
    return (seal if seal.exists() else run).stat().st_mtime


def prune_snapshots(store: Path, *, days: float, now: datetime) -> int:
    """Remove stored content that no source gives any more and that is older than `days`; return the number of files.

    The caller sees to it that nothing is being fetched.
    """
    used: set[str] = set()
    views: set[str] = set()
    for entry in store.glob("index/*/*.json"):
        try:
            said = json.loads(entry.read_text(encoding="utf-8"))
            used |= {part["sha256"] for part in said["parts"]}
            views.add(Path(said["path"]).parts[1])
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return 0  # what cannot be read may be in use
    oldest = (now - timedelta(days=days)).timestamp()
    for view in store.glob("snapshots/*"):
        if view.name not in views and view.stat().st_mtime < oldest:
            shutil.rmtree(view, ignore_errors=True)
    stale = [path for path in store.glob("objects/*/*") if path.name not in used and path.stat().st_mtime < oldest]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
