"""Other ways of ranking ground by deprivation: districts, larger units, squares, other indicators. Counts nothing."""

from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame

from geo.equity import fractional_rank, share_in_most_deprived
from layers.city import City, Indicator
from layers.errors import ConfigError
from layers.frame.window import StudyArea, centres_in
from layers.tables import Tables

DISTRICTS = "districts"


@dataclass(frozen=True)
class Ranking:
    """Ranked areas: districts, or squares numbered row by row.

    `weights` is areas x 3: whether the area is ranked, its rank, its share inside the most deprived fifth; as the last
    three columns of `geo.functionals.unit_weights`. The last row is of ground in no area.
    """

    unit: str
    indicator: str
    weights: np.ndarray
    square_m: float = 0.0  # 0: districts
    corner: tuple[int, int] = (0, 0)  # column and row of the first square, counted from the origin of the CRS
    columns: int = 0  # squares in a row

    def areas(self, x: np.ndarray, y: np.ndarray, district: np.ndarray) -> np.ndarray:
        """Return the row of `weights` of each point, given its district (-1 for none)."""
        last = len(self.weights) - 1
        if not self.square_m:
            return np.where(district < 0, last, district)
        column = np.floor(x / self.square_m).astype(np.int64) - self.corner[0]
        row = np.floor(y / self.square_m).astype(np.int64) - self.corner[1]
        inside = (column >= 0) & (column < self.columns) & (row >= 0) & (district >= 0)
        square = row * self.columns + column
        return np.where(inside & (square < last), square, last)


def rankings(area: StudyArea, tables: Tables, city: City) -> tuple[Ranking, ...]:
    """Return every ranking that the settings ask for; the published one, of districts by the indicator, first.

    Raises
    ------
    ConfigError
        If an indicator is no column of the districts.
    """
    declared = Indicator(indicator=city.deprivation.indicator, more_is=city.deprivation.more_is)
    districts = tables.districts.sort_values("district_id", kind="stable").reset_index(drop=True)
    shapes = districts.geometry.to_numpy()
    population = districts["population"].to_numpy(dtype=float)
    found = []
    for indicator in (declared, *city.multiverse.indicators):
        if indicator.indicator not in districts.columns:
            msg = (
                f"multiverse, indicators: the districts have no column {indicator.indicator!r}. "
                "Correct its name, or map the column in the source of the districts."
            )
            raise ConfigError(msg)
        values = districts[indicator.indicator].to_numpy(dtype=float)
        deprivation = values if indicator.more_is == "more_deprived" else -values
        found.append(Ranking(DISTRICTS, indicator.indicator, _weights(deprivation, population)))
        found += [
            Ranking(unit, indicator.indicator, _larger(_numbers(districts, unit, column), deprivation, population))
            for unit, column in city.multiverse.larger_units.items()
        ]
        found += [
            _squares(area, shapes, side_m, deprivation, population=population, name=indicator.indicator)
            for side_m in city.multiverse.grids_m
        ]
    order = [r for r in found if r.unit == DISTRICTS] + [r for r in found if r.unit != DISTRICTS]
    return tuple(order)


def _weights(deprivation: np.ndarray, population: np.ndarray) -> np.ndarray:
    rank, fifth = fractional_rank(deprivation, population), share_in_most_deprived(deprivation, population)
    ranked = np.isfinite(rank) & np.isfinite(fifth)
    columns = np.column_stack([ranked, np.where(ranked, rank, 0.0), np.where(ranked, fifth, 0.0)])
    return np.vstack([columns, np.zeros(3)])


def _numbers(districts: GeoDataFrame, unit: str, column: str) -> np.ndarray:
    if column not in districts.columns:
        msg = f"multiverse, larger_units, {unit}: the districts have no column {column!r}. Map it in their source."
        raise ConfigError(msg)
    return np.asarray(districts[column].to_numpy(dtype=float))


def _larger(number: np.ndarray, deprivation: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Rank larger units by the mean of their districts, weighted by residents; each district stands as its unit does.

    A district without a number or a value, or in a unit without residents, is not ranked.
    """
    usable = np.isfinite(number) & np.isfinite(deprivation) & (population > 0)
    unit = np.unique(number[usable], return_inverse=True)[1]
    people = np.bincount(unit, population[usable])
    mean = np.bincount(unit, (population * deprivation)[usable]) / people
    found = np.zeros((len(number) + 1, 3))
    found[:-1][usable] = _weights(mean, people)[unit]
    return found


def _squares(
    area: StudyArea,
    shapes: np.ndarray,
    side_m: float,
    deprivation: np.ndarray,
    *,
    population: np.ndarray,
    name: str,
) -> Ranking:
    """Rank squares by the mean of their districts' indicator, weighted by who lives in them: people spread evenly."""
    district = centres_in(area.grid, shapes)
    usable = (district >= 0) & area.land & np.isfinite(np.append(deprivation, np.nan))[district]
    cells = np.bincount(district[usable], minlength=len(shapes))
    per_cell = np.divide(population, cells, out=np.zeros(len(shapes)), where=cells > 0)
    x, y = area.grid.centres()
    column, row = np.floor(x / side_m).astype(np.int64), np.floor(y / side_m).astype(np.int64)
    corner = int(column.min()), int(row.min())
    columns = int(column.max()) - corner[0] + 1
    square = (row - corner[1])[:, None] * columns + (column - corner[0])[None, :]
    people = np.bincount(square[usable], per_cell[district[usable]], minlength=int(square.max()) + 1)
    total = np.bincount(square[usable], (per_cell * deprivation)[district[usable]], minlength=len(people))
    mean = np.divide(total, people, out=np.full(len(people), np.nan), where=people > 0)
    lived_in = np.where(people > 0, people, np.nan)
    return Ranking(f"squares of {side_m:g} m", name, _weights(mean, lived_in), side_m, corner, columns)
