"""Density on the ground: registered incidents per km2 and year, of each series in each period. Publishes nothing."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from geopandas import GeoDataFrame

from geo.crs import require_same
from layers.city import City, Period, Window
from layers.density.spreading import binned, spread_and_weigh
from layers.frame.exposure import in_series, local_days
from layers.frame.window import Places, StudyArea

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Density:
    """Intensity of one series in one period.

    Attributes
    ----------
    period, series : str
    values : rows x cols float64
        Incidents per km2 and year, NaN off the land. Not clipped: far from every incident the spreading leaves up to
        2.5e-5 of a kernel's peak, of either sign, so that mass is kept.
    effective : rows x cols float64
        Effective number of incidents behind each cell, never overstated beside water; 0 off the land.
    incidents : int
        Incidents counted.
    """

    period: str
    series: str
    values: np.ndarray
    effective: np.ndarray
    incidents: int


def densities(
    area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, *, data_until: date
) -> tuple[Density, ...]:
    """Spread the incidents of every series and period over the land, all in one pass.

    Parameters
    ----------
    area : StudyArea
    incidents : GeoDataFrame
        n rows in the city's CRS.
    places : Places
        Where they lie on the grid, from `layers.frame.window.places_of`.
    city : City
    data_until : date
        The first local day that is not counted.

    Returns
    -------
    tuple of Density
        By series in the city's order, then period. A period of which no day is counted yet is left out.

    Raises
    ------
    CrsError
        If the incidents are not in the city's CRS.
    """
    require_same(incidents.crs, area.grid.crs, what_a="incidents", what_b="the grid")
    spans = counted_spans(city, data_until)
    flat = _counts(area, incidents, places, city, spans)
    mass, behind = spread_and_weigh(area, flat, bandwidth_cells=city.density.bandwidth_m / area.grid.cell_m)
    keys = [(series.id, span) for series in city.harm.series for span in spans]
    found = []
    for i, (series, (period, span)) in enumerate(keys):
        values = mass[i]
        values /= area.grid.cell_area_m2 / 1e6 * years(span)
        values[~area.land] = np.nan
        found.append(Density(period.id, series, values, behind[i], round(float(flat[i].sum()))))
    return tuple(found)


def counted_spans(city: City, data_until: date) -> list[tuple[Period, Window]]:
    """Return each period with the local days of it that are counted; periods that have not begun are left out."""
    return [
        (period, Window(start=period.start, end=min(period.end, data_until)))
        for period in city.periods
        if period.start < data_until
    ]


def years(span: Window) -> float:
    """Return the length of a span in years of 365.25 days."""
    return (span.end - span.start).days / DAYS_PER_YEAR


def _counts(
    area: StudyArea, incidents: GeoDataFrame, places: Places, city: City, spans: list[tuple[Period, Window]]
) -> np.ndarray:
    """Mass per cell, one for each incident: (series x periods) x rows x cols float64."""
    epoch = date(1970, 1, 1)
    _, day = local_days(incidents, city, first_day=epoch)
    period = np.full(len(incidents), -1)
    for number, (_, span) in enumerate(spans):
        period[(day >= (span.start - epoch).days) & (day < (span.end - epoch).days)] = number
    planes = [
        binned(area, places, np.where(in_series(incidents, series), period, -1), groups=len(spans))
        for series in city.harm.series
    ]
    return np.concatenate(planes)
