"""Gi* of every period, and its history through the chain, on blocks of the grid. Internal: for no public product."""

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.hotspot.emerging import Emerging, History, emerging
from geo.hotspot.gi_star import gi_star
from geo.hotspot.multiple_testing import adjusted
from geo.hotspot.neighbours import grid_neighbours
from layers.city import City
from layers.internal.blocks import Blocks, Counts

FALSE_DISCOVERIES = 0.05  # share of wrong blocks among those called hot or cold
FEWEST_BLOCKS = 3  # local statistics compare an area with others
FEWEST_PERIODS = 3  # two states are no history
STATES = {1: "hot", -1: "cold"}
_SIGNS = {1: "+", 0: "0", -1: "-"}
GI_STAR_COLUMNS = (
    "block_id",
    "series",
    "period",
    "state",
    "incidents",
    "z_score",
    "q_value",
    "period_start",
    "period_end",
)
EMERGING_COLUMNS = ("block_id", "series", "history", "states", "incidents")


def gi_star_cells(blocks: Blocks, counts: tuple[Counts, ...], city: City) -> GeoDataFrame:
    """Return the blocks that are hot or cold in a period: Gi* of their counts, blocks that touch as neighbours.

    Benjamini-Hochberg holds the false discovery rate at 5 % over all blocks of a series in a period.

    Returns
    -------
    GeoDataFrame, squares in the city's CRS
        block_id, series, period, state (hot, cold), incidents, z_score, q_value, period_start, period_end (dates,
        half-open). Blocks that are neither have no row.
    """
    rows: list[tuple[object, ...]] = []
    where: list[int] = []
    links = grid_neighbours(blocks.inside)
    for of in counts if blocks.ids.size >= FEWEST_BLOCKS else ():
        for (period, span), incidents in zip(of.spans, of.incidents, strict=True):
            tested = gi_star(incidents, links)
            q = adjusted(np.where(np.isnan(tested.z), np.nan, tested.p_two_sided), correction="bh")
            for k in np.flatnonzero(np.nan_to_num(q, nan=1.0) <= FALSE_DISCOVERIES).tolist():
                state = STATES[int(np.sign(tested.z[k]))]
                told = int(incidents[k]), float(tested.z[k]), float(q[k])
                rows.append((blocks.ids[k], of.series, period.id, state, *told, span.start, span.end))
                where.append(k)
    return _frame(rows, GI_STAR_COLUMNS, blocks, where, city)


def emerging_cells(blocks: Blocks, counts: tuple[Counts, ...], city: City) -> GeoDataFrame:
    """Return the blocks with a history: what their Gi* of incidents per day has been along the chain of periods.

    The classes are those of `geo.hotspot.emerging`; with fewer than ten periods their trends have little power, so the
    states themselves stand beside them.

    Returns
    -------
    GeoDataFrame, squares in the city's CRS
        block_id, series, history (new_hot, ..., historical_cold), states (+ hot, - cold, 0 neither, period by period),
        incidents (of all periods). Without three counted periods, no row.
    """
    rows: list[tuple[object, ...]] = []
    where: list[int] = []
    links = grid_neighbours(blocks.inside)
    for of in counts if blocks.ids.size >= FEWEST_BLOCKS else ():
        if len(of.spans) < FEWEST_PERIODS:
            continue
        found = emerging(of.per_day, links, level=FALSE_DISCOVERIES, correction="bh")
        for k in np.flatnonzero(found.history).tolist():
            rows.append(
                (blocks.ids[k], of.series, _history(found, k), _states(found, k), int(of.incidents[:, k].sum()))
            )
            where.append(k)
    return _frame(rows, EMERGING_COLUMNS, blocks, where, city)


def _history(found: Emerging, k: int) -> str:
    history = int(found.history[k])
    return f"{History(abs(history)).name.lower()}_{STATES[int(np.sign(history))]}"


def _states(found: Emerging, k: int) -> str:
    return "".join(_SIGNS[int(state)] for state in found.state[:, k])


def _frame(
    rows: list[tuple[object, ...]], columns: tuple[str, ...], blocks: Blocks, where: list[int], city: City
) -> GeoDataFrame:
    return GeoDataFrame(DataFrame(rows, columns=list(columns)), geometry=blocks.polygons[where], crs=city.crs)
