"""Whether tonight's inputs are those of the run readers see already: then nothing is computed. Fetches nothing."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from flows.publishing.current import CURRENT, current_run
from flows.publishing.publish import MANIFEST, is_whole
from flows.publishing.run_files import manifest_of
from layers.city import City
from layers.errors import ConfigError, PublishError, UserError
from layers.tables import Snapshot


def shown_manifest(root: Path) -> dict[str, Any] | None:
    """Return the manifest of the run that `current` stands for, None if there is none."""
    shown = current_run(root)
    try:
        return (manifest_of(shown) or None) if shown else None
    except PublishError:
        return None


def is_unchanged(
    root: Path, city: City, snapshots: Iterable[Snapshot], *, as_of: date, made_of: tuple[str, str]
) -> bool:
    """Whether a run of `as_of` would show what `current` shows.

    The same content, settings and code; no source that fails tonight or failed then, since products say so; the
    same ones from their archive addresses; and no quarter that has closed since.

    Parameters
    ----------
    made_of : (str, str)
        Hash of the settings, version of the code.
    """
    said, readable = shown_manifest(root), root / CURRENT
    if said is None or not (readable / MANIFEST).is_file() or not is_whole(readable):
        return False
    taken = list(snapshots)
    if any(snapshot.fallback for snapshot in taken) or any(source["stands_in"] for source in said["snapshots"]):
        return False
    before = {source["source_id"]: source["sha256"] for source in said["snapshots"]}
    same = before == {snapshot.source_id: snapshot.sha256 for snapshot in taken}
    archived = {
        source["source_id"]: source["from_archive"] for source in said["snapshots"] if source.get("from_archive")
    }
    return (
        same
        and archived == {s.source_id: s.from_archive.fault for s in taken if s.from_archive}
        and (said["config_sha256"], said["code_version"]) == made_of
        and _latest(city, as_of) == _latest(city, date.fromisoformat(said["as_of"]))
    )


def _latest(city: City, as_of: date) -> date | None:
    """Return the end of the last quarter that a run may count, if the data reach as far."""
    from layers.frame.chain import data_until

    try:
        return data_until(city, as_of, as_of)
    except ConfigError:
        return None


def refuse_backward(root: Path, city: str, as_of: date) -> None:
    """Raise if the clock stands before the day of the run readers see.

    Raises
    ------
    UserError
        With both days: a run of an earlier day would take the place of a later one.
    """
    said = shown_manifest(root)
    if said is not None and date.fromisoformat(said["as_of"]) > as_of:
        raise UserError(
            f"{city}: today is {as_of} by this machine's clock, but the published run is of {said['as_of']}. "
            "Set the clock; if that run was a mistake, take it back with: harmshift withdraw"
        )
