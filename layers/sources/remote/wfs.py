"""Web Feature Service 2.0: pages of GeoJSON or GML, complete by the service's own count."""

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import geopandas as gpd
import pandas as pd
import pyogrio
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pandas import DataFrame
from pyogrio.errors import DataLayerError, DataSourceError

from layers.city.remote import WfsSource
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import features_of, refuse_few, refuse_incomplete, refuse_lacking, wanted
from layers.sources.remote.web import Request, json_from, receive, refuse_page

_DEGREES = "EPSG:4326"


@dataclass(frozen=True)
class _Page:
    """One answer: its rows, how many it says there are in all, and what its features are called."""

    frame: DataFrame
    matched: int | None
    names: tuple[str, ...]


def fetch(source: WfsSource, reach: Reach, _last: Last) -> FetchedRows:
    """Return all features of the type.

    Raises
    ------
    SourceError
        If the service refuses, changes its columns, or gives fewer features than it speaks of.
    """
    pages: list[_Page] = []
    got = 0
    while True:
        page = _page(source, reach, start=got)
        got += len(page.frame)
        if len(page.frame) or not pages:
            pages.append(page)
        last_one = len(page.frame) < source.page_size if page.matched is None else got >= page.matched
        if last_one or page.frame.empty:
            break
    refuse_incomplete(reach, got, pages[0].matched)
    names = [name for page in pages for name in page.names]
    if len(set(names)) < len(names):
        text = "gives features twice: its pages are in no order. Name a property under sort_by."
        raise reach.error(text, fault="incomplete")
    refuse_few(source, reach, got)
    frames = [page.frame for page in pages]
    return FetchedRows(frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True))


def _page(source: WfsSource, reach: Reach, *, start: int) -> _Page:
    params = reach.params(service="WFS", version="2.0.0", request="GetFeature", typeNames=source.type_name)
    params |= {"outputFormat": source.output, "count": str(source.page_size), "startIndex": str(start)}
    params |= {"srsName": source.crs} if source.crs else {}
    params |= {"sortBy": source.sort_by} if source.sort_by else {}
    content = receive(reach, Request(reach.secret(source.address), params)).content.read()
    refuse_page(reach, content)
    if content.lstrip().startswith((b"<", b"\xef\xbb\xbf<")):
        return _gml(source, reach, content)
    return _geojson(source, reach, json_from(reach, content))


def _geojson(source: WfsSource, reach: Reach, said: Any) -> _Page:
    if not isinstance(said, dict) or said.get("type") != "FeatureCollection":
        raise reach.error("gives JSON that is no FeatureCollection. Mend output or type_name.", fault="changed")
    features = said["features"]
    crs = (said.get("crs") or {}).get("properties", {}).get("name") or source.crs or _DEGREES
    frame = features_of(source, reach.for_a_page(), features, crs=str(crs))
    names = tuple(str(feature["id"]) for feature in features if "id" in feature)
    return _Page(frame, _number(said.get("numberMatched", said.get("totalFeatures"))), names)


def _gml(source: WfsSource, reach: Reach, content: bytes) -> _Page:
    root = xml_of(reach, content)
    matched = _number(root.get("numberMatched"))
    if _number(root.get("numberReturned")) == 0 or not any(_is_member(child) for child in root):
        return _Page(gpd.GeoDataFrame(columns=wanted(source), geometry=[], crs=source.crs or _DEGREES), matched, ())
    names = [value for element in root.iter() for key, value in element.attrib.items() if _is_feature_id(key, value)]
    try:
        # the schema that a document names lies at an address of its own choosing: never fetched
        frame = pyogrio.read_dataframe(content, datetime_as_string=True, DOWNLOAD_SCHEMA="NO")
    except (DataSourceError, DataLayerError):
        raise reach.error("gives GML that cannot be read. Ask for another output.", fault="changed") from None
    refuse_lacking(reach, wanted(source), [str(column) for column in frame.columns])
    feature_names = tuple(name for name in names if name.startswith(source.type_name.rpartition(":")[2]))
    return _Page(frame[[*wanted(source), "geometry"]], matched, feature_names)


def xml_of(reach: Reach, content: bytes) -> Element:
    """Return an XML answer without entities or document type; a service's error in XML is refused in its words.

    Raises
    ------
    SourceError
        If it is damaged, unsafe, or an error.
    """
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError:
        raise reach.error("gives XML that is cut short or damaged. Try later.", fault="incomplete") from None
    except DefusedXmlException:
        raise reach.error("gives XML with entities, which is refused.", fault="refused") from None
    if root.tag.rpartition("}")[2] in {"ExceptionReport", "ServiceExceptionReport"}:
        text = " ".join(" ".join(root.itertext()).split())[:200]
        raise reach.error(f"answers with an error ({text}). Mend type_name, crs or output.", fault="changed")
    if root.tag.rpartition("}")[2] != "FeatureCollection":
        raise reach.error("gives XML that is no FeatureCollection. Mend output.", fault="changed")
    return root


def _is_member(element: Element) -> bool:
    return element.tag.rpartition("}")[2] in {"member", "featureMember", "featureMembers"}


def _is_feature_id(key: str, value: str) -> bool:
    return key.rpartition("}")[2] == "id" and "." in value


def _number(said: Any) -> int | None:
    """Return a count; `unknown` is a count that a service does not want to make."""
    text = str(said)
    return int(text) if text.isdigit() else None
