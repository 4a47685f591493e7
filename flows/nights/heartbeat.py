"""The heartbeat of a city: a small file that says when its last night began and how it ended. Decides nothing.

`HARMSHIFT_STATE/heartbeat/<city>.json` is replaced in one step, so that whoever looks reads a whole one.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

Outcome = Literal["running", "published", "unchanged", "not moved", "drift", "failed", "bad settings", "overdue"]
FOLDER = "heartbeat"
WELL: tuple[Outcome, ...] = ("published", "unchanged", "not moved")


@dataclass(frozen=True, kw_only=True)
class Heartbeat:
    """How a city's last night went.

    Attributes
    ----------
    started_at, ended_at : datetime
        With time zone; no end: it is running, or was killed.
    outcome : str
        `unchanged`: looked, and there was nothing new. `not moved`: published, but readers still see the run before.
    run_id : str or None
        The run that `current` stands for.
    last_good_at : datetime or None
        End of the last night that ended well.
    sources : mapping
        Age of each source in days, since it last confirmed its content.
    warnings : pairs of str
        The key of each warning and its text.
    """

    city: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome = "running"
    exit_code: int | None = None
    run_id: str | None = None
    message: str = ""
    warnings: tuple[tuple[str, str], ...] = ()
    last_good_at: datetime | None = None
    sources: Mapping[str, float] = field(default_factory=dict)


def path_of(state_dir: Path, city: str) -> Path:
    """Return where the heartbeat of a city lies."""
    return state_dir / FOLDER / f"{city}.json"


def read(state_dir: Path, city: str) -> Heartbeat | None:
    """Return the heartbeat of a city; None if there is none, or none that can be read."""
    try:
        said = json.loads(path_of(state_dir, city).read_text(encoding="utf-8"))
        for name in ("started_at", "ended_at", "last_good_at"):
            said[name] = datetime.fromisoformat(said[name]) if said[name] else None
        return Heartbeat(**said | {"warnings": tuple((str(key), str(text)) for key, text in said["warnings"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(state_dir: Path, heartbeat: Heartbeat) -> None:
    """Replace the heartbeat of a city in one step."""
    write_json(path_of(state_dir, heartbeat.city), asdict(heartbeat))


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Replace a small file in one step: whoever reads it, and whatever kills the writer, it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            json.dump(content, written, indent=1, ensure_ascii=False, default=datetime.isoformat)
            written.write("\n")
            written.flush()
            os.fsync(written.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def ailment(heartbeat: Heartbeat | None, *, now: datetime, max_age: timedelta) -> str | None:
    """Return what is wrong with a heartbeat in one sentence, None if nothing is."""
    if heartbeat is None:
        return "no heartbeat: no night has ever ended here. Look at the scheduler, and call `harmshift nightly` once."
    if heartbeat.last_good_at is None:
        return f"no night has ended well yet. {_since(heartbeat)}"
    age = now - heartbeat.last_good_at
    if age > max_age:
        hours = age.total_seconds() / 3600
        return f"the last good night ended {hours:.0f} hours ago. {_since(heartbeat)}"
    if age < timedelta(hours=-1):
        return "the last good night ended in the future: the clock of this machine, or of that night, is wrong. Set it."
    return None


def _since(heartbeat: Heartbeat) -> str:
    """Say what came after the last good night: nothing, one that never ended, or one that ended badly."""
    if heartbeat.ended_at is None:
        return (
            f"One began at {heartbeat.started_at:%Y-%m-%d %H:%M %Z} and has not ended: it is running, or was killed. "
            "Look at its log, or call `harmshift nightly`."
        )
    if heartbeat.ended_at == heartbeat.last_good_at:
        return "None began since. Look at the scheduler: systemctl list-timers, cron, or Prefect's worker."
    return f"The last one, {heartbeat.outcome}: {heartbeat.message}"
