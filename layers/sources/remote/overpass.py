"""Streets from an Overpass server: a bounded, dated question, and answers that stop short refused.

osmnx is not used for it: its client accepts answers with a `remark` (the server ran out of time) as if they were whole,
waits for a busy server without end, and keeps a cache that never ages.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from layers.city.remote import OverpassSource
from layers.sources.remote.answer import FetchedFile, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.web import Request, receive, refuse_page

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_HEAD_BYTES = 4096


@dataclass(frozen=True)
class _Seen:
    """What an answer says of itself."""

    ways: int
    remark: str | None
    base: str | None


def question(source: OverpassSource) -> str:
    """Return the query: every way with a highway tag in the box, and its nodes, nodes first."""
    west, south, east, north = source.bbox
    settings = f"[out:xml][timeout:{source.timeout_s}]" + (f'[date:"{source.date}"]' if source.date else "")
    return f'{settings};(way["highway"]({south},{west},{north},{east});>;);out body;'


def fetch(source: OverpassSource, reach: Reach, last: Last) -> FetchedFile:
    """Return the streets of the box as OpenStreetMap XML.

    Raises
    ------
    SourceError
        If the server gives up in the middle, or gives fewer ways than can be true.
    """
    body = urlencode({"data": question(source)})
    content = receive(reach, Request(reach.secret(source.address), headers=_FORM, body=body)).content
    refuse_page(reach, content.read(_HEAD_BYTES))
    content.seek(0)
    seen = _look(reach, content)
    if seen.remark is not None:
        text = f"gave up in the middle of its answer ({seen.remark[:200]}). Raise timeout_s, or ask for a smaller bbox."
        raise reach.error(text, fault="incomplete")
    _refuse_few(source, reach, last, seen.ways)
    content.seek(0)
    return FetchedFile("overpass.osm", content, known={"ways": str(seen.ways)}, upstream_date=_day(seen.base))


def _refuse_few(source: OverpassSource, reach: Reach, last: Last, ways: int) -> None:
    before = int(last.known.get("ways", 0))
    if ways < source.min_ways:
        text = f"gives {ways:,} ways, fewer than the {source.min_ways:,} of min_ways. Try later, or mend bbox."
        raise reach.error(text, fault="incomplete")
    if ways < source.min_share_of_last * before:
        text = (
            f"gives {ways:,} ways, where there were {before:,} last time. Try later; if right, mend min_share_of_last."
        )
        raise reach.error(text, fault="incomplete")


def _look(reach: Reach, content: BinaryIO) -> _Seen:
    ways, remark, base, root = 0, None, None, None
    try:
        for event, element in iterparse(content, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                root = element if root is None else root
                continue
            ways += element.tag == "way"
            remark = (element.text or "no reason given") if element.tag == "remark" else remark
            base = element.get("osm_base") if element.tag == "meta" else base
            if element.tag in {"way", "node"} and root is not None:
                root.clear()
    except ParseError:
        raise reach.error("gives XML that is cut short or damaged. Try later.", fault="incomplete") from None
    except DefusedXmlException:
        raise reach.error("gives XML with entities, which is refused.", fault="refused") from None
    if root is None or root.tag != "osm":
        raise reach.error("gives XML that is no OpenStreetMap data. Mend the address.", fault="changed")
    return _Seen(ways, remark, base)


def _day(base: str | None) -> date | None:
    try:
        return datetime.fromisoformat(base).date() if base else None
    except ValueError:
        return None
