"""What a run says of itself when it is done: to the terminal, the night and the database. Computes nothing."""

from dataclasses import dataclass
from pathlib import Path

from flows.nights.drift import Volume
from layers.city import Words
from layers.disclosure.release import Finding
from layers.tables import Snapshot


@dataclass(frozen=True)
class RunReport:
    """What a run did."""

    run_id: str
    directory: Path
    findings: tuple[Finding, ...]
    warnings: tuple[Words, ...]
    published: bool  # `current` points at it
    reused: bool  # an identical verified run was there already
    snapshots: tuple[Snapshot, ...] = ()
    volume: Volume | None = None  # of a run that was computed
    undelivered: str | None = None  # why the city's database does not hold it
