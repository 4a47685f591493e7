"""Sources behind a network: one module per kind with `fetch(source, reach, last)`. Owns the list of kinds."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

FETCHED_BY = {
    kind: f"layers.sources.remote.{kind}"
    for kind in (
        *("http", "object_storage", "osm_download", "overpass", "wfs", "ogc_features", "arcgis", "socrata", "carto"),
        *("police_uk", "postgis", "pxweb", "klass", "politiloggen", "fhi"),
    )
}


def fetcher(kind: str) -> Callable[..., Any]:
    """Return the function that fetches a kind of source; imported when it is needed."""
    fetch: Callable[..., Any] = import_module(FETCHED_BY[kind]).fetch
    return fetch
