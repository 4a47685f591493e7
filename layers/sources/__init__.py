"""The kinds of source: one module each, with `parse(path, source)`. Owns the list of kinds, reads nothing itself."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from layers.city import AnySource, City, Join, TableSource
from layers.errors import SourceError
from layers.sources.remote import FETCHED_BY
from layers.tables import Expected, Snapshot

# rows that a service gave are stored as files; extracts are read alike wherever they came from
_ROWS = dict.fromkeys(FETCHED_BY, "layers.sources.files")
SOURCES = {
    **_ROWS,
    "file": "layers.sources.files",
    "osm": "layers.sources.osm",
    "osm_download": "layers.sources.osm",
    "overpass": "layers.sources.osm",
    "simulated": "layers.sources.simulated",
    "scenario": "layers.sources.scenario",
}


def parse_all(snapshots: Iterable[Snapshot], city: City) -> dict[str, dict[str, Any]]:
    """Read every snapshot of a city: source id -> table name -> frame as the source has it, not yet checked.

    Figures are joined to the tables that name them, and are no table of their own.

    Raises
    ------
    SourceError
        If a snapshot is not what its source claims.
    """
    by_id = {source.id: source for source in city.sources}
    taken = {snapshot.source_id: snapshot for snapshot in snapshots}
    only = {name: parse(taken[name], source)["figures"] for name, source in by_id.items() if _is_figures(source)}
    figures = only | _invented_figures(taken, by_id)
    return {name: parse(snapshot, by_id[name], figures) for name, snapshot in taken.items() if name not in only}


def _invented_figures(taken: dict[str, Snapshot], by_id: dict[str, AnySource]) -> dict[str, Any]:
    """Return the figures by district that scenarios carry beside their incidents."""
    return {
        name: import_module(SOURCES["scenario"]).figures(taken[name].path, source)
        for name, source in by_id.items()
        if source.kind == "scenario"
    }


def parse(snapshot: Snapshot, source: AnySource, figures: dict[str, Any] | None = None) -> dict[str, Any]:
    """Read one snapshot: table name -> frame.

    Raises
    ------
    SourceError
        If it is not what its source claims, or names figures that no source gives.
    """
    module = import_module(SOURCES[source.kind])
    join: Join | None = source.join if isinstance(source, TableSource) else None
    if join is None or join.source is None:
        read: dict[str, Any] = module.parse(snapshot.path, source)
        return read
    if join.source not in (figures or {}):
        msg = f"source {source.id!r}: join names {join.source!r}, which is no source with `table: figures`. Add it."
        raise SourceError(msg)
    joined: dict[str, Any] = module.parse(snapshot.path, source, joined=(figures or {})[join.source])
    return joined


def _is_figures(source: AnySource) -> bool:
    return isinstance(source, TableSource) and source.table == "figures"


def expected(snapshots: Iterable[Snapshot], city: City) -> Expected | None:
    """Return the true expected harm that a simulated source carries; none for recorded data."""
    by_id = {source.id: source for source in city.sources}
    for snapshot in snapshots:
        source = by_id[snapshot.source_id]
        if source.is_invented:
            truth: Expected = import_module(SOURCES[source.kind]).expected(snapshot.path, source)
            return truth
    return None
