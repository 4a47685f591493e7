"""What Fjordby's authorities decided: zones, interventions and help services. Changes no rate."""

from datetime import date, timedelta

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from layers.city import City
from layers.simulation.places import MARKET_ID, PARK_ID, UNDERPASS_ID, Town
from layers.simulation.terrain import CRS, PRECISION_M, UNDERPASS, place

_YEAR = timedelta(weeks=52)


def zones(town: Town, city: City) -> GeoDataFrame:
    """Return the closed park, the exclusion zones and patrols of the market, and the underpass as a plain place.

    Returns
    -------
    GeoDataFrame
        zone_id, name, kind (closure, exclusion, patrol, place), valid_from, valid_to, geometry.
    """
    history, closed, patrolled = (period.start for period in city.periods)
    market = town.scenes[MARKET_ID]
    ring = market.buffer(120).difference(market).intersection(town.ground.land)
    patrol = market.buffer(160).intersection(town.ground.land)
    rows = [
        (PARK_ID, "Parken", "closure", closed, None, town.scenes[PARK_ID]),
        (MARKET_ID, "Torgkvartalet", "exclusion", patrolled, None, market),
        ("torgkvartalet-rundt", "Rundt Torgkvartalet", "exclusion", patrolled + _YEAR / 2, None, ring),
        ("torgpatruljen", "Torgpatruljen", "patrol", patrolled, None, patrol),
        # No measure is in force here: the zone only says where the place is.
        (UNDERPASS_ID, "Undergangen", "place", history, None, town.scenes[UNDERPASS_ID]),
    ]
    table = pd.DataFrame([row[:5] for row in rows], columns=["zone_id", "name", "kind", "valid_from", "valid_to"])
    return GeoDataFrame(table, geometry=shapely.set_precision([row[5] for row in rows], PRECISION_M), crs=CRS)


def interventions(town: Town, city: City) -> GeoDataFrame:
    """Return every decision with its date, in order; those about the whole city have no geometry."""
    _, closed, patrolled = (period.start for period in city.periods)
    park, market = town.scenes[PARK_ID], town.scenes[MARKET_ID]
    rows: list[tuple[str, str, str, date, date | None, float | None, str, BaseGeometry | None]] = [
        ("kunngjoring", "Parken skal stenges", "announcement", closed - _YEAR, closed, None, "high", None),
        ("stenging", "Parken stenges", "closure", closed, None, None, "high", park),
        ("politigruppe", "Egen politigruppe for sentrum", "police_group", closed - _YEAR / 4, None, 6.0, "medium",
         market),
        ("patrulje", "Patrulje døgnet rundt", "patrol", patrolled, None, 24.0, "high", market.buffer(160)),
        ("hoyere-boter", "Høyere bøter", "fines", patrolled, None, None, "medium", None),
        ("bortvisning", "Bortvisning fra Torgkvartalet", "expulsions", patrolled, None, None, "high", market),
        ("mottakssenter", "Mottaks- og oppfølgingssenter", "help_centre", patrolled + _YEAR / 4, None, 40.0, "high",
         shapely.Point(_CENTRE)),
        ("brukerrom", "Brukerrom", "injection_room", patrolled + 2 * _YEAR, None, 8.0, "high", shapely.Point(_ROOM)),
    ]  # fmt: skip
    names = ["intervention_id", "name", "kind", "start", "end", "intensity", "confidence"]
    table = pd.DataFrame([row[:7] for row in rows], columns=names).assign(source="simulated", uncertainty_m=0.0)
    table["intensity"] = table["intensity"].astype(float)
    order = [*names[:6], "source", "confidence", "uncertainty_m"]
    shapes = shapely.intersection([row[7] for row in rows], town.ground.land)
    ordered = GeoDataFrame(table[order], geometry=shapely.set_precision(shapes, PRECISION_M), crs=CRS)
    return ordered.sort_values(["start", "intervention_id"], kind="stable").reset_index(drop=True)


_DROP_IN = place((UNDERPASS[0] + 55, UNDERPASS[1] - 90))
_CENTRE = place((UNDERPASS[0] - 210, UNDERPASS[1] + 150))
_ROOM = place((UNDERPASS[0] - 120, UNDERPASS[1] + 210))
_TREATMENT = place((3150.0, 3950.0))
_HOUSING = (place((4900.0, 3500.0)), place((2500.0, 1100.0)))


def services(city: City) -> GeoDataFrame:
    """Return the help services; housing is not public and reaches no map."""
    history, _, patrolled = (period.start for period in city.periods)
    rows = [
        ("straumhuset", "Straumhuset", "drop-in", history, None, "mon-fri 09-15", 60, "any", "none", True, _DROP_IN),
        ("lar-sentrum", "LAR sentrum", "LAR", history, None, "mon-fri 08-15", 120, "opioids", "doctor", True,
         _TREATMENT),
        ("mottakssenter", "Mottaks- og oppfølgingssenter", "MO centre", patrolled + _YEAR / 4, None, "every day 08-20",
         40, "any", "none", True, _CENTRE),
        ("brukerrom", "Brukerrom", "injection room", patrolled + 2 * _YEAR, None, "every day 09-18", 8, "opioids",
         "none", True, _ROOM),
        ("bolig-1", "Bolig 1", "housing", history, None, "always", 18, "any", "municipality", False, _HOUSING[0]),
        ("bolig-2", "Bolig 2", "housing", patrolled + _YEAR / 2, None, "always", 12, "any", "municipality", False,
         _HOUSING[1]),
    ]  # fmt: skip
    names = ["service_id", "name", "kind", "opened", "closed", "hours", "capacity", "substances", "referral", "public"]
    table = pd.DataFrame([row[:10] for row in rows], columns=names)
    return GeoDataFrame(table, geometry=shapely.points([row[10] for row in rows]), crs=CRS)
