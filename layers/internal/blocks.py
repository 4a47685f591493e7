"""Blocks: squares one bandwidth wide, of whole cells of the grid, and the incidents counted in them. Tests nothing.

Local statistics need counts that do not share incidents. Smoothed cells do, so they would call nearly everything hot.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from geopandas import GeoDataFrame

from layers.city import City, Period, Window
from layers.density.surfaces import counted_spans
from layers.frame.exposure import in_series, local_days
from layers.frame.window import Places, StudyArea

CELLS = 4  # a side; a cell is a quarter of the bandwidth


@dataclass(frozen=True)
class Blocks:
    """The blocks that hold any land, in the grid's order.

    Attributes
    ----------
    inside : block rows x block columns bool
    block_of_cell : flat cells int
        Position among the blocks; -1 for cells of blocks without land.
    ids : n str
        Row and column from the grid's north-west corner: the same block in every run while the grid stays.
    polygons : n shapely polygons, in the grid's CRS
    """

    inside: np.ndarray
    block_of_cell: np.ndarray
    ids: np.ndarray
    polygons: np.ndarray


@dataclass(frozen=True)
class Counts:
    """Incidents of one series per block and counted period.

    Attributes
    ----------
    series : str
    spans : tuple of (Period, Window)
        The periods, each with its counted days.
    incidents : periods x blocks int64
    """

    series: str
    spans: tuple[tuple[Period, Window], ...]
    incidents: np.ndarray

    @property
    def per_day(self) -> np.ndarray:
        """Incidents per counted day: periods x blocks."""
        days = np.array([(span.end - span.start).days for _, span in self.spans])
        return np.asarray(self.incidents / days[:, None])


def blocks_of(area: StudyArea) -> Blocks:
    """Cut the grid of a study area into blocks."""
    grid = area.grid
    rows, cols = -(-grid.rows // CELLS), -(-grid.cols // CELLS)
    padded = np.zeros((rows * CELLS, cols * CELLS), dtype=bool)
    padded[: grid.rows, : grid.cols] = area.land
    inside = np.asarray(padded.reshape(rows, CELLS, cols, CELLS).any(axis=(1, 3)))
    number = np.full(inside.shape, -1, dtype=np.int64)
    number[inside] = np.arange(np.count_nonzero(inside))
    row, col = np.nonzero(inside)
    side = CELLS * grid.cell_m
    west, north = grid.x_min + col * side, grid.y_max - row * side
    return Blocks(
        inside=inside,
        block_of_cell=number.repeat(CELLS, axis=0).repeat(CELLS, axis=1)[: grid.rows, : grid.cols].ravel(),
        ids=np.array([f"r{r}c{c}" for r, c in zip(row, col, strict=True)], dtype=object),
        polygons=shapely.box(west, north - side, west + side, north),
    )


def counted(
    blocks: Blocks, incidents: GeoDataFrame, places: Places, city: City, *, data_until: date
) -> tuple[Counts, ...]:
    """Count the incidents of every series by block and period; by series in the city's order.

    Raises
    ------
    ValueError
        If places and incidents are not of the same number.
    """
    epoch = date(1970, 1, 1)
    _, day = local_days(incidents, city, first_day=epoch)
    spans = tuple(counted_spans(city, data_until))
    block = np.where(places.cells >= 0, blocks.block_of_cell[places.cells], -1)
    found = []
    for series in city.harm.series:
        of = in_series(incidents, series) & (block >= 0)
        rows = [
            np.bincount(block[of & (day >= first) & (day < last)], minlength=blocks.ids.size)
            for first, last in (((s.start - epoch).days, (s.end - epoch).days) for _, s in spans)
        ]
        found.append(Counts(series.id, spans, np.array(rows, dtype=np.int64).reshape(len(spans), blocks.ids.size)))
    return tuple(found)
