"""Snapshots: what every source of a city gave, by content, or what it last gave. Owns the order of doing so.

Fetching is layers/sources/remote, keeping is store.py and index.py, what may be kept of closed data is filtered.py.
"""

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from layers.city import AnySource, City, FileSource, OsmSource, Remote
from layers.errors import SourceError
from layers.snapshots.archived import at_archive, both
from layers.snapshots.arrivals import Arrival, Asked, arrive
from layers.snapshots.fallback import last_good
from layers.snapshots.index import Entry, read_entry, settings_of, snapshot_of, write_entry
from layers.snapshots.store import discard_damaged, incoming, private, sha256_of
from layers.tables import FromArchive, Snapshot

__all__ = ["take"]

_log = logging.getLogger(__name__)


def take(
    source: AnySource,
    city: City,
    *,
    store: Path,
    data_dir: Path | None,
    base_dir: Path,
    made_at: datetime,
    offline: bool = False,
    now: datetime | None = None,
) -> Snapshot:
    """Bring a source's present content into the store, or its last good one, and return where and what it is.

    Parameters
    ----------
    source, city
        The source, and the city a simulated one is made from; several files of a pattern are one snapshot.
    store : Path
        Root folder of the store; made with mode 0700.
    data_dir, base_dir : Path
        Where relative paths are looked up: `data_dir` first when given, then `base_dir`, the YAML's folder.
    made_at : datetime
        When a simulated source counts as made, with a time zone. A file was last written when it says it was: that is
        its time in every product, so that the same file gives the same products on any day.
    offline : bool
        Take stored snapshots, whatever their age, and ask no source; a simulated one is made all the same, and files
        are read where `data_dir` is given.
    now : datetime
        The instant of asking, with a time zone: from it ages are counted. Default: `made_at`.

    Returns
    -------
    Snapshot
        `path` is a file, or a folder of several; `sha256` that of the file, or over their sorted names and hashes.
        `fetched_at` is when this content was first seen. `from_archive` is set if its archive address gave it,
        `fallback` if neither did today.

    Raises
    ------
    SourceError
        If the source fails and there is no sound snapshot of it, made with the same settings, that is younger than its
        `max_age_days`. Nothing half-written is left.
    """
    now = now or made_at
    if made_at.tzinfo is None or now.tzinfo is None:
        raise ValueError("made_at or now has no time zone")
    private(store)
    last = read_entry(store, city.city, source)
    # a folder named by --data is at hand; without one, offline means what is stored
    is_at_hand = source.is_invented or (data_dir is not None and isinstance(source, FileSource | OsmSource))
    if offline and not is_at_hand:
        return last_good(source, last, store=store, now=now, failed=None)
    is_damaged = last is not None and discard_damaged(store, last.parts)
    if is_damaged:
        last = None  # bytes that rotted are fetched anew, all of them: changes cannot be laid over them
    try:
        with incoming(store, city.city, source.id) as folder:
            asked = Asked(store, folder, data_dir, base_dir, made_at, now)
            arrival, from_archive = _arrived(source, city, last, asked)
            entry = _entry(source, arrival, last, now)
            write_entry(store, city.city, entry, source)
    except SourceError as error:
        if is_damaged:
            msg = f"source {source.id!r}: its last snapshot is damaged. Fetch it anew, without --offline. {error}"
            raise SourceError(msg, fault="stale") from error
        return last_good(source, last, store=store, now=now, failed=error)
    return replace(snapshot_of(store, entry, source), from_archive=from_archive)


def _arrived(source: AnySource, city: City, last: Entry | None, asked: Asked) -> tuple[Arrival, FromArchive | None]:
    """Ask the source at its address, and where that fails at its archive address, with the same checks."""
    try:
        return arrive(source, city, last, asked), None
    except SourceError as error:
        failed = error
    archive = at_archive(source) if isinstance(source, Remote) else None
    if archive is None:
        raise failed
    _log.warning("%s Its archive address is asked.", failed)
    try:
        arrival = arrive(archive, city, last, replace(asked, is_archive=True))
    except SourceError as error:
        raise both(failed, error) from error
    return arrival, FromArchive(failed.fault, str(failed))


def _entry(source: AnySource, arrival: Arrival, last: Entry | None, now: datetime) -> Entry:
    sha256 = sha256_of(arrival.parts)
    same = last is not None and last.sha256 == sha256
    return Entry(
        source_id=source.id,
        settings=settings_of(source),
        sha256=sha256,
        size_bytes=sum(part.size_bytes for part in arrival.parts),
        fetched_at=arrival.written_at or (last.fetched_at if last is not None and same else now),
        checked_at=now,
        full_at=now if arrival.full or last is None else last.full_at,
        upstream_date=arrival.upstream_date,
        address=arrival.address,
        parts=arrival.parts,
        upstream=arrival.upstream,
        known=arrival.known,
    )
