"""Places named in the settings, as geometry in the city's CRS. Owns finding them in the tables, counts nothing."""

from collections.abc import Iterator

import shapely

from layers.city import City, Place
from layers.columns import TABLES
from layers.errors import ContractError
from layers.tables import Tables


def geometry_of(place: Place, tables: Tables, *, named: str) -> shapely.Geometry:
    """Return the union of a place's geometries, not widened by its radius, in the city's CRS.

    Parameters
    ----------
    place : Place
        Table and ids.
    tables : Tables
        The city's tables.
    named : str
        What the place is called in messages, e.g. "scene 'park'".

    Raises
    ------
    ContractError
        If an id is not in the table, or its row has no geometry.
    """
    id_column = TABLES[place.table].id
    frame = getattr(tables, place.table)
    rows = frame[frame[id_column].isin(place.ids)]
    lacking = sorted(set(place.ids) - set(rows[id_column]))
    if lacking:
        there = ", ".join(sorted(frame[id_column])[:20]) or "none"
        msg = f"{named}: {place.table} have no {id_column} {', '.join(lacking)}. There are: {there}."
        raise ContractError(msg)
    shapes = rows.geometry.to_numpy()
    if shapely.is_missing(shapes).any():
        without = ", ".join(sorted(rows[id_column][shapely.is_missing(shapes)]))
        raise ContractError(f"{named}: {place.table} {without} have no geometry, so nothing can be measured from them.")
    return shapely.union_all(shapes)


def named_places(city: City) -> Iterator[tuple[Place, str]]:
    """Yield every place that a scene or a published count stands on, and what messages call it."""
    for scene in city.scenes:
        yield scene.place, f"scene {scene.id!r}"
    for wanted in city.place_counts:
        if wanted.place is not None:
            yield wanted.place, f"place_counts {wanted.place_id!r}"
