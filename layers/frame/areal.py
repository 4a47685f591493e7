"""Indicators and people measured on other areas than the city's districts, carried onto them. Reads no file.

Districts of another year, statistical units, squares of a grid: what adds up (people) is spread by area, by buildings
or by streets; what is a rate is averaged over people. Beside every value stand the least and the most it can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame

from geo.areal import (
    Overlay,
    by_ancillary,
    by_area,
    extensive,
    extensive_bounds,
    intensive_bounds,
)
from geo.crs import require_metric, require_same
from geo.errors import GeoError
from layers.columns import TABLES
from layers.errors import ContractError
from layers.frame.overlaps import refuse_overlaps

AREAS, WHERE = "indicator_areas", "people_where"  # tables that a city may give
LEAST, MOST = "_least", "_most"  # what an indicator can be at the least and at the most, however people live
_PEOPLE, _DENSITY = "population", "density"
_LEAST_COVERED = 0.5  # of a district's area within the source areas; below, a figure would be of somewhere else


@dataclass(frozen=True)
class Where:
    """What stands for where people are: polygons or lines with a column of their density, e.g. floors.

    Streets count by their length when there is no such column.
    """

    shapes: GeoDataFrame
    density: str | None = None

    @property
    def weights(self) -> np.ndarray:
        """Density of each shape, 1 without a column."""
        if self.density is None:
            return np.ones(len(self.shapes))
        return np.asarray(self.shapes[self.density], dtype=float)


def carried_onto(districts: GeoDataFrame, areas: GeoDataFrame, where: GeoDataFrame | None) -> GeoDataFrame:
    """Return the districts with every indicator of the areas and its bounds; their own columns stay as they are.

    Parameters
    ----------
    areas, where : GeoDataFrame
        The tables `indicator_areas` and `people_where` of layers/tables.py.

    Raises
    ------
    ContractError
        If the areas give no indicator, one that districts have themselves, or nothing to spread people by; if two
        areas overlap.
    """
    rates = [name for name in areas.columns if name not in (*TABLES[AREAS].columns, areas.geometry.name)]
    if not rates:
        raise ContractError(f"{AREAS} give no indicator. Map one under `columns` of their source.")
    if twice := [name for name in rates if name in districts]:
        raise ContractError(f"{', '.join(twice)}: both districts and {AREAS} have it. Map it in one of their sources.")
    refuse_overlaps(areas, "area_id", what=AREAS, why="the people there would count twice")
    laid = None if where is None else Where(where, _DENSITY)
    try:
        carried = indicators_on(districts, areas, people=_PEOPLE, rates=rates, where=laid)
    except GeoError as error:
        raise ContractError(f"{AREAS} by {WHERE}: {error}.") from error
    return districts.assign(**{name + end: carried[name + end] for name in rates for end in ("", LEAST, MOST)})


def indicators_on(
    districts: GeoDataFrame,
    areas: GeoDataFrame,
    *,
    people: str,
    rates: Sequence[str] = (),
    where: Where | None = None,
) -> GeoDataFrame:
    """Return the districts with people and rates of other areas.

    Parameters
    ----------
    districts, areas : GeoDataFrame
        Polygons in one metric CRS; neither table overlaps itself.
    people : str
        Column of the areas that adds up. It is kept: what lies in no district is lost, nothing is invented.
    rates : sequence of str
        Columns per person (shares, means): averaged over the people each district takes from each area.
    where : Where, optional
        Spread people by these within their area, instead of evenly over it.

    Returns
    -------
    GeoDataFrame
        The districts with these columns, and beside each `<column>_least` and `<column>_most`: the bounds however
        people live inside their areas. NaN in districts that the areas cover by less than half.

    Raises
    ------
    ContractError
        If a column is missing, people are negative or missing, or no district lies within the areas.
    CrsError
        If the two are not in one metric CRS.
    """
    _refuse(areas, people, rates)
    for table, name in ((districts, "districts"), (areas, "areas of indicators")):
        require_metric(table.crs, name)
    require_same(areas.crs, districts.crs, what_a="areas of indicators", what_b="districts")
    sources, targets = areas.geometry.to_numpy(), districts.geometry.to_numpy()
    plain = by_area(sources, targets)
    covered = plain.measured >= _LEAST_COVERED * districts.geometry.area.to_numpy()
    if not covered.any():
        raise ContractError(
            "no district lies within the areas of indicators. Are both of this city, and the CRS right?"
        )
    laid = plain if where is None else _within(sources, targets, where)
    counts = areas[people].to_numpy(dtype=float)
    made = {people: extensive(counts, laid)}
    made |= _named(people, extensive_bounds(counts, plain))
    for rate in rates:
        values = areas[rate].to_numpy(dtype=float)
        made[rate] = _averaged(values, counts, laid)
        made |= _named(rate, intensive_bounds(values, plain))
    return districts.assign(**{name: np.where(covered, values, np.nan) for name, values in made.items()})


def _refuse(areas: GeoDataFrame, people: str, rates: Sequence[str]) -> None:
    lacking = [column for column in (people, *rates) if column not in areas]
    if lacking:
        there = ", ".join(str(c) for c in areas.columns if c != areas.geometry.name)
        raise ContractError(f"areas of indicators have no column {', '.join(lacking)}. There are: {there}.")
    if not (areas[people] >= 0).all():
        raise ContractError(
            f"{people!r} of areas of indicators is negative or missing somewhere. Supply it, or write 0."
        )


def _within(sources: np.ndarray, targets: np.ndarray, where: Where) -> Overlay:
    return by_ancillary(sources, targets, where.shapes.geometry.to_numpy(), where.weights)


def _averaged(values: np.ndarray, people: np.ndarray, laid: Overlay) -> np.ndarray:
    """Mean over the people that each district takes from each area; areas without a value do not count."""
    known = np.isfinite(values)
    total = extensive(np.where(known, values * people, 0.0), laid)
    counted = extensive(np.where(known, people, 0.0), laid)
    return np.asarray(np.divide(total, counted, out=np.full(len(total), np.nan), where=counted > 0))


def _named(column: str, bounds: tuple[np.ndarray, np.ndarray]) -> dict[str, np.ndarray]:
    return {column + LEAST: bounds[0], column + MOST: bounds[1]}
