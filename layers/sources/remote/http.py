"""A file behind an address: asked for only if it has changed, checked, perhaps taken out of an archive."""

import fnmatch
import io
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from layers.city.remote import HttpSource
from layers.sources.remote.answer import FetchedFile, Last, Unchanged
from layers.sources.remote.archive import members, refuse_gzip_bomb
from layers.sources.remote.reach import Reach
from layers.sources.remote.web import Received, Request, day_of, receive, refuse_page

_HEAD_BYTES = 4096


def fetch(source: HttpSource, reach: Reach, last: Last) -> FetchedFile | Unchanged:
    """Return the file, or that it is unchanged.

    Raises
    ------
    SourceError
        If it cannot be had, is a web page, is cut short, or is not the file that `sha256` fixes.
    """
    received = ask(reach, source.address, last)
    if received is None:
        return Unchanged()
    refuse_page(reach, received.content.read(_HEAD_BYTES))
    if source.sha256 is not None and received.sha256 != source.sha256:
        text = f"has the hash {received.sha256}, not that of sha256. Look at the file, then mend sha256."
        raise reach.error(text, fault="changed")
    refuse_gzip_bomb(reach, received.content)
    name, content = name_of(source.address), received.content
    if source.member is not None:
        name, content = _member(reach, received, source.member)
    day = day_of(received.headers)
    return FetchedFile(name, content, received.upstream, upstream_date=day.date() if day else None)


def ask(reach: Reach, address: str, last: Last) -> Received | None:
    """Return a file's bytes, or None if the server says that they are those of last time."""
    named = {"If-None-Match": "etag", "If-Modified-Since": "last_modified"}
    headers = {header: last.upstream[key] for header, key in named.items() if key in last.upstream}
    received = receive(reach, Request(reach.secret(address), params=reach.params() or None, headers=headers))
    if received.status == 304:
        if not headers:
            raise reach.error("says that nothing has changed, to who has nothing yet. Try later.", fault="changed")
        return None
    return received


def name_of(address: str) -> str:
    """Return a safe file name from an address; its query, where secrets stand, has no part in it."""
    last = PurePosixPath(unquote(urlsplit(address).path)).name
    return re.sub(r"[^\w.-]", "_", last).lstrip(".")[:80] or "file"


def _member(reach: Reach, received: Received, pattern: str) -> tuple[str, io.BytesIO]:
    found = list(members(reach, received.content, lambda name: fnmatch.fnmatch(name, pattern)))
    if len(found) != 1:
        text = f"is an archive with {len(found)} files like {pattern!r}; one is needed. Mend member."
        raise reach.error(text, fault="changed")
    return name_of(found[0].name), io.BytesIO(found[0].data)
