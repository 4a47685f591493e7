"""Hot spots: the smallest area that holds a share of a period's incidents, followed by name through the periods.

Draws and names areas; says nothing of significance, and publishes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.contours import connected_parts, outline, smallest_set
from layers.city import City, Window
from layers.surfaces import Density, counted_spans
from layers.window import StudyArea

FEWEST_CELLS = 4  # a quarter of the bandwidth each: smaller pieces are the contour's frayed edge
LEAST_SHARE = 0.02
TOLERANCE = 0.25  # change of area that is still called the same
COLUMNS = (
    "hotspot_id",
    "period",
    "series",
    "share",
    "area_km2",
    "incidents_per_km2_year",
    "status",
    "period_start",
    "period_end",
)


@dataclass(frozen=True)
class Spot:
    """One connected area in one period: its flat cells, its share of the period's mass, and its name and status."""

    cells: np.ndarray
    share: float
    hotspot_id: str = ""
    status: str = ""


def hotspots(densities: Sequence[Density], area: StudyArea, city: City, *, data_until: date) -> GeoDataFrame:
    """Return the hot spots of every series and period.

    An area keeps the `hotspot_id` of the hot spot of the period before that it shares most ground with; an id is given
    once in a period. Others get the next number of their series, the largest share first.

    Returns
    -------
    GeoDataFrame, polygons in the city's CRS
        hotspot_id, period, series, share (of the period's incidents), area_km2, incidents_per_km2_year (mean inside),
        status (first, new, same, grown, shrunk; against the period before, 25 % of area being the same), period_start,
        period_end (dates, half-open, cut where data end).
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
    """Name the spots of every period, given in order of time, after those of the period before.

    The pairs that share most cells are matched first; of equal overlaps, the lower id and then the earlier spot.
    """
    named: list[list[Spot]] = []
    numbers = 0
    for spots in periods:
        earlier = named[-1] if named else []
        before = _matches(spots, earlier)
        here = []
        for k, spot in enumerate(spots):
            if k in before:
                known = before[k]
                here.append(replace(spot, hotspot_id=known.hotspot_id, status=_change(spot, known)))
            else:
                numbers += 1
                status = "new" if named else "first"
                here.append(replace(spot, hotspot_id=f"{prefix}-h{numbers:02d}", status=status))
        named.append(here)
    return named


def _matches(spots: list[Spot], earlier: list[Spot]) -> dict[int, Spot]:
    """Position of a spot -> the earlier spot whose name it keeps."""
    pairs = [
        (-np.intersect1d(spot.cells, known.cells, assume_unique=True).size, known.hotspot_id, k, known)
        for k, spot in enumerate(spots)
        for known in earlier
    ]
    found: dict[int, Spot] = {}
    taken: set[str] = set()
    for overlap, name, k, known in sorted(pairs, key=lambda pair: pair[:3]):
        if overlap < 0 and k not in found and name not in taken:
            found[k] = known
            taken.add(name)
    return found


def _change(spot: Spot, known: Spot) -> str:
    ratio = spot.cells.size / known.cells.size
    if ratio > 1 + TOLERANCE:
        return "grown"
    return "shrunk" if ratio < 1 - TOLERANCE else "same"


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
    return (*name, spot.share, area_km2, mean, spot.status, span.start, span.end)
