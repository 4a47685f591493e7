"""Puts Fjordby together: town, truth and records for one set of parameters. Reads and writes no file."""

from dataclasses import dataclass, replace
from itertools import pairwise

import shapely
from geopandas import GeoDataFrame

from layers.city import City, SimulatedSource
from layers.errors import ConfigError
from layers.simulation.draw import incidents
from layers.simulation.help import expected_help, help_uptake
from layers.simulation.places import ELSEWHERE, SCENES, town
from layers.simulation.policy import interventions, services, zones
from layers.simulation.rates import components, expected
from layers.simulation.terrain import CRS
from layers.tables import Expected


@dataclass(frozen=True)
class SimulatedCity:
    """Every table of Fjordby in the columns of layers/tables.py, and the truth they were drawn from."""

    tables: dict[str, GeoDataFrame]
    expected: Expected


def simulate(source: SimulatedSource, city: City) -> SimulatedCity:
    """Simulate the city; the same source and periods give the same tables.

    Parameters
    ----------
    source : SimulatedSource
        Seed and parameters.
    city : City
        Gives the three periods, the CRS (EPSG:25832) and the time zone; nothing else of it is used.

    Raises
    ------
    ConfigError
        If the city is not Fjordby's: another CRS, not three periods without a gap, or detection for unknown places
        or periods.
    """
    _refuse_another_city(source, city)
    fjordby = town()
    parts = components(source, city)
    ground = fjordby.ground
    tables = {
        "incidents": incidents(source, city, fjordby, parts),
        "districts": fjordby.districts.copy(),
        "streets": fjordby.streets.copy(),
        "zones": zones(fjordby, city),
        "interventions": interventions(fjordby, city),
        "services": services(city),
        "help_uptake": help_uptake(source, city),
        "land": GeoDataFrame(geometry=list(shapely.get_parts(ground.land)), crs=CRS),
        "water": GeoDataFrame(geometry=list(ground.water), crs=CRS),
    }
    return SimulatedCity(tables, replace(expected(parts, fjordby, city), help=expected_help(source, city)))


def _refuse_another_city(source: SimulatedSource, city: City) -> None:
    """Collect everything that does not fit and say it at once."""
    wrong = []
    if city.crs != CRS:
        wrong.append(f"crs is {city.crs}; the simulated city lies in {CRS}: write crs: {CRS}")
    if len(city.periods) != 3:
        wrong.append(f"there are {len(city.periods)} periods; the scene of the simulated city moves through three")
    gaps = [
        f"{after.id!r} starts on {after.start}, but {before.id!r} ends on {before.end}; make the two days one"
        for before, after in pairwise(city.periods)
        if before.end != after.start
    ]
    places, periods = {*SCENES, ELSEWHERE}, {period.id for period in city.periods}
    for number, entry in enumerate(source.detection):
        if entry.place not in places:
            wrong.append(f"detection[{number}].place {entry.place!r} is not one of {', '.join(sorted(places))}")
        if entry.period not in periods:
            wrong.append(f"detection[{number}].period {entry.period!r} is not a period of the city")
    keys = [(entry.place, entry.period, entry.recorded_by) for entry in source.detection]
    wrong += [f"detection is given twice for {' / '.join(key)}" for key in sorted(set(keys)) if keys.count(key) > 1]
    if wrong or gaps:
        raise ConfigError(f"source {source.id!r} (kind: simulated): " + "; ".join([*wrong, *gaps]))
