"""Checks of a city's sources as a whole: every table needed, none twice, a folder for what is closed. Opens none."""

from collections import Counter
from collections.abc import Iterator

from flows.configuration.draft import Draft
from flows.configuration.plain_words import one_of
from flows.configuration.yaml_lines import KeyPath
from layers.city import AnySource, Place, PlaceCount, ScenarioSource, Scene, SimulatedSource, TableSource

Found = Iterator[tuple[KeyPath, str]]
CONFIDED = ("health", "outreach")
RECORDED_IN_CONFIDENCE = ("health", "field")
CONCATENATED = {"interventions", "zones", "services", "streets", "figures"}


def real_sources(draft: Draft) -> list[tuple[int, AnySource]]:
    """Return the valid sources that are not simulated, with their position in the file."""
    return [(position, source) for position, source in draft.items["sources"] if source.kind != "simulated"]


def source_tables(draft: Draft) -> Found:
    """Yield tables that are needed and missing, and tables that come twice and cannot be laid end to end."""
    simulated = draft.entries("sources", SimulatedSource)
    if simulated and len(draft.named("sources")) > 1:
        text = "a simulated source gives every table, and must not mix with others. Remove the other sources."
        yield ("sources", simulated[0][0]), text
    files = [(position, source.table) for position, source in real_sources(draft) if source.kind != "simulated"]
    complete = len(draft.items["sources"]) == len(draft.raw.get("sources") or [])
    for table in ("incidents", "districts"):
        if complete and not simulated and table not in {name for _, name in files}:
            yield ("sources",), f"no source gives the table {table}. Add one with table: {table}."
    times = Counter(table for _, table in files)
    for position, table in files:
        if times[table] > 1 and table not in CONCATENATED:
            text = f"{times[table]} sources give {table}. Keep one; a pattern such as {table}_*.parquet joins files."
            yield ("sources", position, "table"), text


def people_without_areas(draft: Draft) -> Found:
    """Yield a table of where people are that no indicator is carried over by."""
    tables = {source.table: position for position, source in real_sources(draft) if source.kind != "simulated"}
    if "people_where" in tables and "indicator_areas" not in tables:
        text = (
            "gives people_where, but no source gives indicator_areas to be carried over by it. Add one, or remove it."
        )
        yield ("sources", tables["people_where"], "table"), text


def place_tables(draft: Draft) -> Found:
    """Yield places taken from tables that no source gives."""
    if draft.entries("sources", SimulatedSource):
        return
    tables = set(draft.names("sources", key="table"))
    places: list[tuple[KeyPath, Place]] = [
        (("scenes", position, "place"), scene.place) for position, scene in draft.entries("scenes", Scene)
    ]
    for position, count in draft.entries("place_counts", PlaceCount):
        if count.place is not None:
            places.append((("place_counts", position, "place"), count.place))
    for key, place in places:
        if place.table not in tables:
            text = f"no source gives the table {place.table}. Add one, or take the place from: {one_of(tables)}."
            yield (*key, "table"), text


def internal_folder(draft: Draft) -> Found:
    """Yield the want of a folder for products of data that are not open."""
    closed = [s.id for _, s in real_sources(draft) if not (s.open or s.is_invented)]
    if closed and not draft.raw.get("internal_dir"):
        text = f"is missing, and not open are: {one_of(closed)}. Name a folder outside the public outputs"
        yield ("internal_dir",), f"{text}, or write open: true where the licence lets anyone see the data."


def figures_joined(draft: Draft) -> Found:
    """Yield joins to a source that gives no figures."""
    tables = draft.entries("sources", TableSource)
    figures = {source.id for _, source in tables if source.table == "figures"}
    figures |= {source.id for _, source in draft.entries("sources", ScenarioSource)}  # by district, beside incidents
    for position, source in tables:
        if source.join is not None and source.join.source is not None and source.join.source not in figures:
            text = f"{source.join.source!r} is no source with table: figures. Name one of: {one_of(figures)}."
            yield ("sources", position, "join", "source"), text


def audience(draft: Draft) -> Found:
    """Yield what health services and outreach teams told in confidence, in a city whose products are for police."""
    if draft.raw.get("audience") != "police":
        return
    cure = "Take it out, or write the products for another audience in a city file of their own."
    for position, source in real_sources(draft):
        if source.sensitivity in CONFIDED or getattr(source, "table", None) == "observations":
            what = source.sensitivity if source.sensitivity in CONFIDED else "outreach"
            text = f"{source.id!r} holds {what} data, which products for police never show. {cure}"
            yield ("sources", position, "sensitivity"), text
    for name, kind in draft.keys_in_mapping("harm", "categories"):
        if real_sources(draft) and kind.get("recorded_by") in RECORDED_IN_CONFIDENCE:
            text = f"is recorded by {kind['recorded_by']}, which products for police never show. {cure}"
            yield ("harm", "categories", name, "recorded_by"), text
