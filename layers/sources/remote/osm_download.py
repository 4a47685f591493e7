"""A daily OpenStreetMap extract: downloaded when it has changed, checked against its MD5. Parses nothing."""

from layers.city.remote import OsmDownloadSource
from layers.sources.remote.answer import FetchedFile, Last, Unchanged
from layers.sources.remote.http import ask, name_of
from layers.sources.remote.reach import Reach
from layers.sources.remote.web import Request, day_of, receive, refuse_page

_HEAD_BYTES = 512
_MD5_LENGTH = 32


def fetch(source: OsmDownloadSource, reach: Reach, last: Last) -> FetchedFile | Unchanged:
    """Return the extract, or that it is unchanged.

    Raises
    ------
    SourceError
        If it cannot be had, differs from its checksum, or is no extract.
    """
    received = ask(reach, source.address, last)
    if received is None:
        return Unchanged()
    head = received.content.read(_HEAD_BYTES)
    received.content.seek(0)
    refuse_page(reach, head)
    if b"OSMHeader" not in head and b"<osm" not in head:
        raise reach.error("is no OpenStreetMap extract (.osm.pbf or .osm). Mend the address.", fault="changed")
    if source.checksum_address != "none":
        expected = _checksum(reach, source.checksum_address or f"{source.address}.md5")
        if received.md5 != expected:
            text = "does not match its MD5: it was cut short, or renewed while it was fetched. Try later."
            raise reach.error(text, fault="incomplete")
    day = day_of(received.headers)
    return FetchedFile(
        name_of(source.address), received.content, received.upstream, upstream_date=day.date() if day else None
    )


def _checksum(reach: Reach, address: str) -> str:
    words = receive(reach, Request(reach.secret(address))).content.read(_HEAD_BYTES).decode("ascii", "replace").split()
    if not words or len(words[0]) != _MD5_LENGTH:
        text = "has no readable MD5 beside it. Name checksum_address, or `none` if its owner gives none."
        raise reach.error(text, fault="incomplete")
    return words[0].lower()
