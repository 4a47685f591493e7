"""The archive address of a source whose own address failed: how it is asked, what it may not be. Fetches nothing."""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from layers.city import Remote, RemoteTable
from layers.errors import SourceError
from layers.snapshots.index import Entry
from layers.snapshots.parts import as_text, newest
from layers.sources.remote.answer import Answer, FetchedFile, FetchedRows
from layers.sources.remote.reach import Reach

AnyRemote = TypeVar("AnyRemote", bound=Remote)
_CADENCE_DAYS = {"nightly": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}


def at_archive(source: AnyRemote) -> AnyRemote | None:
    """Return the source as it is asked at its archive address, None if it has none.

    Headers and parameters that hold a secret go to the host they are meant for alone: elsewhere they are left out. A
    checksum is the one beside the archive's own file.
    """
    if source.archive_address is None:
        return None
    changed: dict[str, Any] = {"address": source.archive_address, "archive_address": None}
    if urlsplit(source.address)[:2] != urlsplit(source.archive_address)[:2]:
        for name in ("headers", "params"):
            said: dict[str, str] = getattr(source, name)
            changed[name] = {key: value for key, value in said.items() if "${" not in value}
    if getattr(source, "checksum_address", None) not in (None, "none"):
        changed["checksum_address"] = None
    return source.model_copy(update=changed)


def refuse_older(reach: Reach, answer: Answer, last: Entry | None, *, now: datetime) -> None:
    """Refuse an archive's state that is older than what is stored, or than the source may be.

    Parameters
    ----------
    now : datetime
        The night, with a time zone: the state may be as old as the source's cadence and its `max_age_days` together.

    Raises
    ------
    SourceError
        With fault `stale`: the last good snapshot is the better one then.
    """
    if isinstance(answer, FetchedRows) and isinstance(reach.source, RemoteTable) and not reach.only_changes:
        _refuse_behind(reach, newest(as_text(answer.frame), reach.source), last)
    if not isinstance(answer, FetchedFile | FetchedRows) or answer.upstream_date is None:
        return
    day, source = answer.upstream_date, reach.source
    if last is not None and last.upstream_date is not None and day < last.upstream_date:
        text = f"gives the state of {day}, older than that of {last.upstream_date}, which is stored."
        raise reach.error(text, fault="stale")
    if source.cadence in _CADENCE_DAYS:
        limit_days = _CADENCE_DAYS[source.cadence] + source.max_age_days
        if day < (now - timedelta(days=limit_days)).date():
            text = f"gives the state of {day}, older than cadence and max_age_days allow ({limit_days:g} days)."
            raise reach.error(text, fault="stale")


def _refuse_behind(reach: Reach, until: datetime | None, last: Entry | None) -> None:
    known = last.known.get("newest") if last is not None else None
    if known is not None and (until is None or until < datetime.fromisoformat(known)):
        raise reach.error("is behind: it lacks rows that are stored already.", fault="stale")


def both(failed: SourceError, archive: SourceError) -> SourceError:
    """Return the error of a source whose archive address failed, too; the fault is that of its own address."""
    name, _, said = str(archive).partition(": ")
    said = said if name.startswith("source ") else str(archive)
    return SourceError(f"{failed} Its archive address was asked, too: {said}", fault=failed.fault)
