"""A scenario: incidents invented on a real city's ground, with a known truth. Puts its parts together."""

from dataclasses import dataclass, replace

from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import City, ScenarioSource
from layers.simulation.draw import incidents
from layers.simulation.rates import expected
from layers.simulation.scenario.figures import figures
from layers.simulation.scenario.ground import Given, ground
from layers.simulation.scenario.rates import components
from layers.simulation.scenario.uptake import expected_uptake, registered_uptake
from layers.tables import Expected

__all__ = ["Given", "Scenario", "scenario"]


@dataclass(frozen=True)
class Scenario:
    """What a scenario gives: incidents and help as records, figures by district, and the truth they were drawn from."""

    tables: dict[str, GeoDataFrame]
    figures: DataFrame
    expected: Expected


def scenario(source: ScenarioSource, city: City, given: Given) -> Scenario:
    """Invent the records of a story on a city's ground; the same inputs give the same tables.

    Parameters
    ----------
    given : Given
        The city's districts, land and scenes in its CRS, and the tables the scenario is declared in.

    Raises
    ------
    ConfigError
        If the rates lack the story, or name a category, place or period that the city does not have.
    """
    by_district = figures(source, given)
    site = ground(source, city, given, people=by_district["population"].to_numpy(dtype=float))
    parts = components(source, city, given)
    truth = expected(parts, site, city)
    tables = {"incidents": incidents(source, city, site, parts, prefix="SIM")}
    helped = expected_uptake(source, city, given)
    if helped is not None:
        tables["help_uptake"] = registered_uptake(source, city, helped)
        truth = replace(truth, help=helped)
    return Scenario(tables, by_district, truth)
