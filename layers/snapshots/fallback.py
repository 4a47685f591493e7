"""The last good snapshot of a source that failed: whether it may stand in, and saying so. Fetches nothing."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from layers.city import AnySource, City, Remote
from layers.errors import SourceError
from layers.snapshots.index import Entry, is_sound, read_entry, snapshot_of
from layers.snapshots.store import has_view
from layers.tables import Fallback, FromArchive, Snapshot

_DAY_S = 86_400
_log = logging.getLogger(__name__)


def last_good(
    source: AnySource, last: Entry | None, *, store: Path, now: datetime, failed: SourceError | None
) -> Snapshot:
    """Return the last snapshot with the reason why it stands in; `failed` is None when the user works offline.

    Raises
    ------
    SourceError
        The failure itself if nothing is stored; if what is stored is damaged or too old, that with the failure.
    """
    if last is None:
        if failed is not None:
            raise failed
        msg = f"source {source.id!r}: there is no snapshot of it with these settings. Run once without --offline."
        raise SourceError(msg, fault="stale")
    why = f" {failed}" if failed else ""
    if not is_sound(store, last):
        msg = f"source {source.id!r}: its last snapshot is damaged. Fetch it anew, without --offline.{why}"
        raise SourceError(msg, fault="stale") from failed
    age_days = max(0.0, (now - last.checked_at).total_seconds() / _DAY_S)
    if failed is not None and age_days > source.max_age_days:
        msg = (
            f"source {source.id!r}: its last good snapshot is {age_days:.1f} days old, older than the "
            f"{source.max_age_days:g} days of max_age_days. Mend the source, or raise max_age_days.{why}"
        )
        raise SourceError(msg, fault="stale") from failed
    if failed is not None:
        _log.warning("%s The snapshot of %s stands in, %.1f days old.", failed, last.checked_at.date(), age_days)
    fault = failed.fault if failed else "offline"
    fallback = Fallback(
        fault,
        str(failed) if failed else "asked for by --offline",
        round(age_days, 2),
        last.checked_at.astimezone(UTC).date(),
    )
    is_archived = isinstance(source, Remote) and last.address != source.address
    from_archive = FromArchive(fallback.fault, fallback.reason) if is_archived else None
    return replace(snapshot_of(store, last, source), fallback=fallback, from_archive=from_archive)


def stored(source: AnySource, city: City, *, store: Path) -> Snapshot | None:
    """Return the last good snapshot as it lies in the store; None if there is no sound one. Writes nothing."""
    last = read_entry(store, city.city, source)
    if last is None or not has_view(store, list(last.parts)) or not is_sound(store, last):
        return None
    return snapshot_of(store, last, source)
