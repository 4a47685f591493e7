"""Invented figures by district: residents spread by land, indicators by area with a little scatter. Measures nothing.

Residents are published for upper areas only, so they are spread over their districts' land; where nobody lives this
puts people too. Indicators are invented; that their order agrees with what is published is the author's promise.
"""

import numpy as np
from pandas import DataFrame

from layers.city import ScenarioSource
from layers.errors import ConfigError
from layers.simulation.scenario.ground import Given, land_m2
from layers.simulation.streams import stream

_SCATTER = 1.5  # sd of a district's indicator around its area's, in the indicator's unit
_HIERARCHY = ("district_id", "area", "upper_area")


def figures(source: ScenarioSource, given: Given) -> DataFrame:
    """Return district_id, population, a column per indicator, and numbers of area and upper area, district by district.

    Raises
    ------
    ConfigError
        If a district is missing in the hierarchy, or an area has no residents or no indicators.
    """
    ids = given.districts["district_id"].astype(str)
    above = given.hierarchy.drop_duplicates("district_id").set_index("district_id")
    _refuse_missing(source, sorted(set(ids) - set(above.index)), source.hierarchy)
    area, upper = (above.loc[ids, name].to_numpy() for name in _HIERARCHY[1:])
    numbers = {name: np.unique(of, return_inverse=True)[1] + 1 for name, of in (("area", area), ("upper_area", upper))}
    return DataFrame({"district_id": ids.to_numpy(), "population": _population(source, given, upper)}).assign(
        **_indicators(source, given, ids.to_numpy(), area), **numbers
    )


def _population(source: ScenarioSource, given: Given, upper: np.ndarray) -> np.ndarray:
    known = given.people.drop_duplicates(source.people_key).set_index(source.people_key)["population"].astype(float)
    _refuse_missing(source, sorted(set(upper) - set(known.index)), source.people)
    land = land_m2(given)
    number = np.unique(upper, return_inverse=True)[1]
    share = land / np.bincount(number, land)[number]
    return np.asarray(np.round(share * known.loc[upper].to_numpy(), 1))


def _indicators(source: ScenarioSource, given: Given, ids: np.ndarray, area: np.ndarray) -> dict[str, np.ndarray]:
    """Return each indicator: of the district itself where it is declared, else of its area."""
    declared = given.areas.set_index("area")
    key = np.where(np.isin(ids, declared.index), ids, area)
    _refuse_missing(source, sorted(set(key) - set(declared.index)), source.areas)
    names = [name for name in declared.columns if name != "basis"]
    rng = {name: stream(source.seed, f"indicator {name}") for name in names}
    return {
        name: np.round(
            declared.loc[key, name].to_numpy(dtype=float) + np.clip(rng[name].normal(0, _SCATTER, len(ids)), -3, 3), 2
        )
        for name in names
    }


def _refuse_missing(source: ScenarioSource, missing: list[str], where: str) -> None:
    if missing:
        shown = ", ".join(missing[:10])
        raise ConfigError(f"source {source.id!r}: {where} says nothing of {shown}. Add a row for each.")
