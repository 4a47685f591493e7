"""Hot spots: the smallest area that holds a share of a period's incidents, followed by name through the periods.

Draws and names areas; says nothing of significance, and publishes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.contours import connected_parts, outline, smallest_set
from geo.hotspot.identity import Step, follow
from geo.hotspot.overlaps import cell_overlaps
from geo.hotspot.returns import recalled
from layers.city import City, Window
from layers.density.surfaces import Density, counted_spans
from layers.frame.window import StudyArea

FEWEST_CELLS = 4  # a quarter of the bandwidth each: smaller pieces are the contour's frayed edge
LEAST_SHARE = 0.02
COLUMNS = (
    "hotspot_id",
    "period",
    "series",
    "share",
    "area_km2",
    "incidents_per_km2_year",
    "status",
    "afterwards",
    "period_start",
    "period_end",
)


@dataclass(frozen=True)
class Spot:
    """One connected area in one period: its flat cells, its share of the period's mass, its name and what became of it.

    `status` says how it stands to the period before, `afterwards` how it ended before the next one, if it did.
    """

    cells: np.ndarray
    share: float
    hotspot_id: str = ""
    status: str = ""
    afterwards: str | None = None


def hotspots(densities: Sequence[Density], area: StudyArea, city: City, *, data_until: date) -> GeoDataFrame:
    """Return the hot spots of every series and period.

    An area keeps its `hotspot_id` while it overlaps itself from one period to the next, and gets it back when it
    returns to its last known place after a gap; an id is given once in a period. Others get the next number of their
    series, the largest share first. The rules are those of `geo.hotspot.identity` and `geo.hotspot.returns`.

    Returns
    -------
    GeoDataFrame, polygons in the city's CRS
        hotspot_id, period, series, share (of the period's incidents), area_km2, incidents_per_km2_year (mean inside),
        status (first, new, same, grown, shrunk, moved, merged, split, returned), afterwards (gone, merged: in the last
        period before an area ended; otherwise missing), period_start, period_end (dates, half-open, cut where data
        end). An area that is gone has no row of its own: it has no place to draw.
    """
    spans = {period.id: span for period, span in counted_spans(city, data_until)}
    rows, shapes = [], []
    for series in city.harm.series:
        of_series = [density for density in densities if density.series == series.id]
        found = [_spots(density, city.density.hotspot_share) for density in of_series]
        for density, spots in zip(of_series, followed(found, prefix=series.id), strict=True):
            rows += [_row(spot, density, area, spans[density.period]) for spot in spots]
            shapes += [outline(area.grid, spot.cells) for spot in spots]
    return GeoDataFrame(DataFrame(rows, columns=list(COLUMNS)), geometry=shapes, crs=city.crs)


def followed(periods: Sequence[list[Spot]], *, prefix: str) -> list[list[Spot]]:
    """Name the spots of every period, given in order of time, and say what became of them."""
    cells = [[spot.cells for spot in spots] for spots in periods]
    if not cells:
        return []
    steps = recalled(follow(len(cells[0]), [cell_overlaps(*pair) for pair in pairwise(cells)]), cells)
    ended = [{area.id: area.state for area in step.ended} for step in (*steps[1:], Step((), ()))]
    return [
        [
            replace(spot, hotspot_id=f"{prefix}-h{area.id:02d}", status=area.state, afterwards=ends.get(area.id))
            for spot, area in zip(spots, step.here, strict=True)
        ]
        for spots, step, ends in zip(periods, steps, ended, strict=True)
    ]


def _spots(density: Density, share: float) -> list[Spot]:
    """Areas of one density without names, the largest share first, of equal ones that with the first cell."""
    mass = np.nan_to_num(density.values)
    total = mass.sum()
    if density.incidents == 0 or total <= 0:
        return []
    parts = connected_parts(smallest_set(mass, share))
    spots = [Spot(cells, float(mass.ravel()[cells].sum() / total)) for cells in parts if cells.size >= FEWEST_CELLS]
    return sorted((spot for spot in spots if spot.share >= LEAST_SHARE), key=lambda spot: -spot.share)


def _row(spot: Spot, density: Density, area: StudyArea, span: Window) -> tuple[object, ...]:
    area_km2 = spot.cells.size * area.grid.cell_area_m2 / 1e6
    mean = float(np.ravel(density.values)[spot.cells].mean())
    name = spot.hotspot_id, density.period, density.series
    return (*name, spot.share, area_km2, mean, spot.status, spot.afterwards, span.start, span.end)
