"""What comes in tonight, from files, from a network or from a simulation, put into the store. Owns no index."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pandas import DataFrame

from layers.city import (
    AnySource,
    City,
    FileSource,
    OsmSource,
    Remote,
    RemoteTable,
    ScenarioSource,
    SimulatedSource,
    TableSource,
)
from layers.errors import SourceError
from layers.snapshots.archived import refuse_older
from layers.snapshots.filtered import filtered, protected, pseudonym_key
from layers.snapshots.index import Entry
from layers.snapshots.parts import as_text, current, in_order, is_reversal, laid, newest, write
from layers.snapshots.store import copied, settle
from layers.sources import files, scenario, simulated
from layers.sources.held import Held, Readable
from layers.sources.mapping import needed
from layers.sources.paths import files_of
from layers.sources.remote import fetcher
from layers.sources.remote.answer import Answer, FetchedFile, FetchedRows, Last, Unchanged
from layers.sources.remote.reach import reaching
from layers.tables import Part


@dataclass(frozen=True)
class Asked:
    """Where to look and where to keep, and when."""

    store: Path
    incoming: Path  # hidden folder for what is not yet known to be good
    data_dir: Path | None
    base_dir: Path
    made_at: datetime
    now: datetime
    is_archive: bool = False  # the source's own address failed, and its archive is asked


@dataclass(frozen=True)
class Arrival:
    """Content in the store, and what the source said of it.

    `written_at` None: the moment of asking counts, or of the first fetch of the same content. `full` False: only
    changes were asked for.
    """

    parts: tuple[Part, ...]
    address: str
    written_at: datetime | None = None
    upstream_date: date | None = None
    upstream: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    full: bool = True


def arrive(source: AnySource, city: City, last: Entry | None, asked: Asked) -> Arrival:
    """Get a source's content and put it into the store.

    Raises
    ------
    SourceError
        If it fails, or its content is not what it claims to be.
    """
    if isinstance(source, SimulatedSource):
        made = copied(Held(source.id, simulated.fetch(source, city)).open(), asked.incoming / source.id)
        part = settle(asked.store, source.id, made)
        return Arrival((part,), source.address or f"simulated, seed {source.seed}", written_at=asked.made_at)
    if isinstance(source, ScenarioSource):
        packed = scenario.fetch(source, city, data_dir=asked.data_dir, base_dir=asked.base_dir)
        part = settle(asked.store, source.id, copied(Held(source.id, packed).open(), asked.incoming / source.id))
        return Arrival((part,), source.address or f"scenario, seed {source.seed}", written_at=asked.made_at)
    if isinstance(source, Remote):
        return _from_network(source, city, last, asked)
    return _from_files(source, city, asked)


def _from_files(source: FileSource | OsmSource, city: City, asked: Asked) -> Arrival:
    found = files_of(source, data_dir=asked.data_dir, base_dir=asked.base_dir)
    if isinstance(source, FileSource) and not source.open:
        parts = _filtered(found, source, city, asked)
    else:
        parts = tuple(_copy(name, path, source.id, asked) for name, path in found.items())
    # the path as the YAML writes it: no record names a folder of this machine
    return Arrival(parts, source.address or source.path, written_at=_written_at(found.values()))


def _written_at(paths: Iterable[Path]) -> datetime:
    """Return the time of the newest file, to the second."""
    return datetime.fromtimestamp(int(max(path.stat().st_mtime for path in paths)), UTC)


def _copy(name: str, path: Path, source_id: str, asked: Asked) -> Part:
    try:
        with path.open("rb") as opened:
            return settle(asked.store, name, copied(opened, asked.incoming / name))
    except OSError as error:
        msg = f"source {source_id!r}: {path} cannot be copied to {asked.store}: {error.strerror or error}. "
        cure = "Make room there, mend the rights of the file, or name another folder in HARMSHIFT_STATE."
        raise SourceError(msg + cure) from error


def _filtered(found: Mapping[str, Readable], source: TableSource, city: City, asked: Asked) -> tuple[Part, ...]:
    """Keep of data that are not open only what is used; nothing else of them reaches the disk."""
    try:
        frames = filtered(found, source, city, key=pseudonym_key(asked.store))
    except SourceError as error:
        where = f"source {source.id!r}: "
        raise SourceError(where + str(error).removeprefix(where), fault=error.fault) from error
    return _written(frames, asked)


def _written(frames: Mapping[str, DataFrame], asked: Asked, *, key: str | None = None) -> tuple[Part, ...]:
    return tuple(
        settle(asked.store, name, write(frame, asked.incoming / name, key=key)) for name, frame in frames.items()
    )


def _from_network(source: Remote, city: City, last: Entry | None, asked: Asked) -> Arrival:
    told = _told(source, last, asked.now)
    with reaching(source, asked.incoming, only_changes=told.since is not None) as reach:
        answer = fetcher(source.kind)(source, reach, told)
        if asked.is_archive:
            refuse_older(reach, answer, last, now=asked.now)
        return _kept(source, city, last, asked, (answer, told))


def _kept(source: Remote, city: City, last: Entry | None, asked: Asked, given: tuple[Answer, Last]) -> Arrival:
    answer, told = given
    if isinstance(answer, Unchanged) and last is not None:
        return Arrival(last.parts, source.address, last.fetched_at, last.upstream_date, last.upstream, last.known)
    if isinstance(answer, FetchedRows) and isinstance(source, RemoteTable):
        return _from_rows(source, city, answer, last if told.since else None, asked)
    if isinstance(answer, FetchedFile):
        return _from_download(source, city, answer, asked)
    raise TypeError(f"source {source.id!r}: kind {source.kind} gave {type(answer).__name__}")  # a bug, not a user's


def _told(source: Remote, last: Entry | None, now: datetime) -> Last:
    if last is None:
        return Last()
    since = None
    rule = source.incremental if isinstance(source, RemoteTable) else None
    if rule is not None and "newest" in last.known and now - last.full_at < timedelta(days=rule.full_every_days):
        since = datetime.fromisoformat(last.known["newest"]) - timedelta(days=rule.overlap_days)
    # what one address said to recognise its content by means nothing to the other
    return Last(last.upstream if last.address == source.address else {}, last.known, since)


def _from_download(source: Remote, city: City, answer: FetchedFile, asked: Asked) -> Arrival:
    """Store one file that was downloaded, once it has shown to be readable."""
    if isinstance(source, TableSource) and not source.open:
        held = {answer.name: Held(answer.name, answer.content.read())}
        parts = _filtered(held, source, city, asked)
    else:
        path = copied(answer.content, asked.incoming / answer.name)
        if isinstance(source, TableSource):
            _refuse_unreadable(path, source)
        parts = (settle(asked.store, answer.name, path),)
    return Arrival(
        parts, source.address, upstream_date=answer.upstream_date, upstream=answer.upstream, known=answer.known
    )


def _refuse_unreadable(path: Path, source: TableSource) -> None:
    frame = files.selected(path, source)
    if frame.empty:
        raise SourceError(f"source {source.id!r}: {source.address} gives no row. Try later.", fault="incomplete")


def _from_rows(source: RemoteTable, city: City, answer: FetchedRows, last: Entry | None, asked: Asked) -> Arrival:
    """Store the rows a service gave; incidents by month, laid over those that are there if only changes were asked."""
    frame = as_text(answer.frame)
    since = newest(frame, source)
    known = {"newest": max(filter(None, [since, _newest_of(last)])).isoformat()} if since or _newest_of(last) else {}
    frame = current(frame, source)
    taken_back = is_reversal(frame, source)
    frame = protected(
        frame[_stored(frame, source)], source, city, key=pseudonym_key(asked.store) if not source.open else b""
    )
    if source.table != "incidents":
        parts = _written({f"{source.id}.parquet": in_order(frame, source)}, asked)
    else:
        done = laid(last.parts if last else (), frame.assign(taken_back=taken_back), source, store=asked.store)
        parts = tuple(
            sorted(
                [*done.stayed, *_written(done.changed, asked, key=source.columns.get("incident_id", "incident_id"))],
                key=lambda part: part.name,
            )
        )
    return Arrival(parts, source.address, upstream_date=answer.upstream_date, known=known, full=last is None)


def _newest_of(last: Entry | None) -> datetime | None:
    return datetime.fromisoformat(last.known["newest"]) if last and "newest" in last.known else None


def _stored(frame: DataFrame, source: RemoteTable) -> list[str]:
    """Return the columns to keep: those named, not those that only led the fetch."""
    if source.table in ("figures", "context_series"):
        return [str(column) for column in frame.columns]
    named = {*needed(source).values(), source.x, source.y, source.join.left if source.join else None}
    named |= {"geometry", "uncertainty_m", "occurred_from", "occurred_to", "incident_id", "category"}
    return [str(column) for column in frame.columns if column in named]
