"""ArcGIS feature services: pages by offset in the order of object ids; errors that come with status 200."""

from typing import Any

from layers.city.remote import ArcgisSource
from layers.errors import Fault
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import (
    features_of,
    plain_instant,
    refuse_incomplete,
    refuse_lacking,
    wanted,
    with_texts_of_epochs,
)
from layers.sources.remote.web import Request, json_of

_DEGREES = "EPSG:4326"
_TOKEN_CODES = {498, 499}


def fetch(source: ArcgisSource, reach: Reach, last: Last) -> FetchedRows:
    """Return all rows of the layer, in degrees.

    Raises
    ------
    SourceError
        If the service refuses, has changed its fields, or gives fewer rows than it counts.
    """
    layer = _asked(reach, "", {"f": "json"})
    names = [str(field["name"]) for field in layer.get("fields") or []]
    refuse_lacking(reach, wanted(source), names)
    key = layer.get("objectIdField") or next(
        (f["name"] for f in layer["fields"] if f.get("type") == "esriFieldTypeOID"), "OBJECTID"
    )
    where = _where(source, last)
    promised = int(_asked(reach, "/query", {"where": where, "returnCountOnly": "true", "f": "json"})["count"])
    features = _features(source, reach, where, key)
    refuse_incomplete(reach, len({str(feature["properties"].get(key)) for feature in features}), promised)
    frame = features_of(source, reach, features, crs=_DEGREES)
    dates = {str(f["name"]) for f in layer["fields"] if f.get("type") == "esriFieldTypeDate"}
    return FetchedRows(with_texts_of_epochs(frame, [name for name in wanted(source) if name in dates]))


def _features(source: ArcgisSource, reach: Reach, where: str, key: str) -> list[Any]:
    asked = {"where": where, "outFields": ",".join(dict.fromkeys([key, *wanted(source)])), "outSR": "4326"}
    asked |= {"orderByFields": key, "resultRecordCount": str(source.page_size), "f": "geojson"}
    features: list[Any] = []
    while True:
        page = _asked(reach, "/query", asked | {"resultOffset": str(len(features))})
        if "features" not in page:
            raise reach.error("gives JSON without features. Mend the address.", fault="changed")
        features += page["features"]
        more = page.get("exceededTransferLimit") or (page.get("properties") or {}).get("exceededTransferLimit")
        if not more or not page["features"]:
            return features


def _where(source: ArcgisSource, last: Last) -> str:
    if last.since is None or source.incremental is None:
        return source.where
    instant = plain_instant(last.since).replace("T", " ")
    return f"({source.where}) AND {source.incremental.field} >= TIMESTAMP '{instant}'"


def _asked(reach: Reach, path: str, params: dict[str, str]) -> dict[str, Any]:
    said = json_of(reach, Request(reach.secret(reach.source.address).rstrip("/") + path, reach.params(**params)))
    if not isinstance(said, dict):
        raise reach.error("gives JSON of another shape than a feature service. Mend the address.", fault="changed")
    if "error" in said:
        error = said["error"] if isinstance(said["error"], dict) else {"message": said["error"]}
        fault: Fault = "refused" if error.get("code") in {401, 403, *_TOKEN_CODES} else "changed"
        cure = "Look at the token." if fault == "refused" else "Mend where, columns or the address."
        text = f"answers with error {error.get('code', '')} ({str(error.get('message', ''))[:200]}). {cure}"
        raise reach.error(text, fault=fault)
    return said
