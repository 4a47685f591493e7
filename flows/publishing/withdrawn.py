"""Which runs of a city were taken back, `withdrawn.json` beside its runs: none is shown again. Removes nothing."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.publishing.current import sync
from layers.errors import PublishError, UserError
from layers.tables import Snapshot

LIST = "withdrawn.json"


@dataclass(frozen=True)
class Withdrawn:
    """A run that was taken back: when, why, and what it was made of (settings, code, content of its sources)."""

    run_id: str
    reason: str
    withdrawn_on: str
    config_sha256: str
    code_version: str
    sources: dict[str, str]


def read_withdrawn(root: Path) -> tuple[Withdrawn, ...]:
    """Return the runs that were taken back, in the order in which they were.

    Raises
    ------
    PublishError
        If the list cannot be read: without it a run that was taken back could be shown again.
    """
    path = root / LIST
    try:
        said = json.loads(path.read_text(encoding="utf-8"))["withdrawn"]
        return tuple(Withdrawn(**entry) for entry in said)
    except (FileNotFoundError, NotADirectoryError):  # no results yet, or something that is none in their place
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{path}: cannot be read ({type(error).__name__}). Restore it, so that no withdrawn run is shown again."
        raise PublishError(msg) from error


def add_withdrawn(root: Path, entry: Withdrawn) -> None:
    """Add a run to the list, which is replaced in one step."""
    known = [one for one in read_withdrawn(root) if one.run_id != entry.run_id]
    fresh = root / f".{LIST}-{os.getpid()}"
    said = {"withdrawn": [asdict(one) for one in (*known, entry)]}
    fresh.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sync(fresh)
    fresh.replace(root / LIST)


def made_of(manifest: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    """Return settings, code and content of the sources of a run, from its manifest; empty where it has none."""
    sources = {str(one["source_id"]): str(one["sha256"]) for one in manifest.get("snapshots", ())}
    return str(manifest.get("config_sha256", "")), str(manifest.get("code_version", "")), sources


def refuse_withdrawn(root: Path, snapshots: Iterable[Snapshot], *, config_sha256: str, code: str) -> None:
    """Raise if a run of the same settings, code and content was taken back, on whatever day.

    Raises
    ------
    UserError
        With the run, the reason, and what must change.
    """
    now = config_sha256, code, {snapshot.source_id: snapshot.sha256 for snapshot in snapshots}
    for one in read_withdrawn(root):
        if (one.config_sha256, one.code_version, one.sources) == now:
            raise UserError(
                f"this would be run {one.run_id} again, which was withdrawn on {one.withdrawn_on}: {one.reason} "
                f"Correct the data, the settings or the program; or take it out of {root / LIST} if it was right."
            )
