"""OGC API Features: pages along `next` links, complete by the service's own count."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from layers.city.remote import OgcFeaturesSource
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import features_of, plain_instant, refuse_incomplete
from layers.sources.remote.web import Request, json_of

_DEGREES = "EPSG:4326"  # longitude first, as the standard's default CRS84
_GEOJSON = {"Accept": "application/geo+json"}


def fetch(source: OgcFeaturesSource, reach: Reach, last: Last) -> FetchedRows:
    """Return all features of the collection.

    Raises
    ------
    SourceError
        If the service changes its columns, gives fewer features than it speaks of, or its links go astray.
    """
    address = f"{reach.secret(source.address).rstrip('/')}/collections/{source.collection}/items"
    asked = reach.params(limit=str(source.page_size), f="json")
    if source.bbox is not None:
        asked["bbox"] = ",".join(f"{edge:g}" for edge in source.bbox)
    if last.since is not None:
        asked["datetime"] = f"{plain_instant(last.since)}Z/.."
    features: list[Any] = []
    params: dict[str, str] | None = asked
    promised, seen = None, {address}
    while True:
        said = json_of(reach, Request(address, params, _GEOJSON))
        if not isinstance(said, dict) or said.get("type") != "FeatureCollection":
            raise reach.error("gives JSON that is no FeatureCollection. Mend collection.", fault="changed")
        features += said["features"]
        promised = said.get("numberMatched", promised)
        following = _next(said)
        if following is None:
            break
        address, params = _followed(reach, address, following, seen), None
    refuse_incomplete(reach, len(features), promised)
    return FetchedRows(features_of(source, reach, features, crs=_DEGREES))


def _next(said: dict[str, Any]) -> str | None:
    return next((str(link["href"]) for link in said.get("links", []) if link.get("rel") == "next"), None)


def _followed(reach: Reach, address: str, link: str, seen: set[str]) -> str:
    target = urljoin(address, link)
    if urlsplit(target)[:2] != urlsplit(address)[:2]:
        raise reach.error("links its next page to another host, which is refused.", fault="refused")
    if target in seen:
        raise reach.error("links its pages in a circle. Try later.", fault="incomplete")
    seen.add(target)
    return target
