"""The kinds of source: one module each, with `parse(path, source)`. Owns the list of kinds, reads nothing itself."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from layers.city import City
from layers.tables import Expected, Snapshot

SOURCES = {"file": "layers.sources.files", "osm": "layers.sources.osm", "simulated": "layers.sources.simulated"}


def parse_all(snapshots: Iterable[Snapshot], city: City) -> dict[str, dict[str, Any]]:
    """Read every snapshot of a city: source id -> table name -> frame as the source has it, not yet checked.

    Raises
    ------
    SourceError
        If a snapshot is not what its source claims.
    """
    by_id = {source.id: source for source in city.sources}
    return {
        snapshot.source_id: import_module(SOURCES[by_id[snapshot.source_id].kind]).parse(
            snapshot.path, by_id[snapshot.source_id]
        )
        for snapshot in snapshots
    }


def expected(snapshots: Iterable[Snapshot], city: City) -> Expected | None:
    """Return the true expected harm that a simulated source carries; none for recorded data."""
    by_id = {source.id: source for source in city.sources}
    for snapshot in snapshots:
        source = by_id[snapshot.source_id]
        if source.kind == "simulated":
            truth: Expected = import_module(SOURCES["simulated"]).expected(snapshot.path, source)
            return truth
    return None
