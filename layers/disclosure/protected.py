"""Places that are on no public map, label or route: where people live, and services that are not publicly known."""

from geopandas import GeoDataFrame

from layers.city import City, Place
from layers.columns import TABLES
from layers.errors import ConfigError
from layers.tables import Tables

PROTECTED_KINDS = ("housing", "shelter", "protected")  # people live there, or were promised that nobody would know


def is_protected(places: GeoDataFrame) -> list[bool]:
    """Return for each place whether its kind keeps it from every public product."""
    return [str(kind) in PROTECTED_KINDS for kind in places["kind"]]


def without_protected(places: GeoDataFrame) -> GeoDataFrame:
    """Return zones or interventions without those that would show a protected place."""
    kept = [not hidden for hidden in is_protected(places)]
    return places.loc[kept].reset_index(drop=True)  # places[[]] would be no column, not no row


def refuse_protected(tables: Tables, city: City) -> None:
    """Refuse a scene, or a count by distance, that is drawn around a protected place.

    Raises
    ------
    ConfigError
        Naming the setting, not the place.
    """
    places = [(f"scenes, {scene.id}", scene.place) for scene in city.scenes]
    places += [(f"place_counts, {count.place_id}", count.place) for count in city.place_counts if count.place]
    for named, place in places:
        if _shows_protected(place, tables):  # the message names the setting, never the place
            msg = (
                f"{named}: is drawn around housing, a protected place or a service that is not public, which no map "
                "shows. Take another place, or declare the service public if it is."
            )
            raise ConfigError(msg)


def _shows_protected(place: Place, tables: Tables) -> bool:
    table: GeoDataFrame = getattr(tables, place.table)
    if "kind" not in table:
        return False
    chosen = table[table[TABLES[place.table].id].isin(place.ids)]
    undeclared = place.table == "services" and not chosen["public"].astype(bool).all()
    return bool(undeclared or any(is_protected(chosen)))
