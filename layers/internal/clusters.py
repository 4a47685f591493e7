"""Kulldorff's space-time permutation scan of districts and quarters of a year. Internal: for no public product."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.hotspot.scan import Cluster, scan_permuting
from layers.city import City
from layers.frame.exposure import Exposure
from layers.frame.units import Units
from layers.internal.districts import by_district

SIMULATIONS = 99  # smallest p 0.01
LEVEL = 0.05
LARGEST_SHARE = 0.1  # of all incidents in one circle: larger ones name no place
LONGEST_QUARTERS = 4
COLUMNS = (
    "cluster_id",
    "series",
    "districts",
    "start",
    "end",
    "incidents",
    "expected",
    "relative_risk",
    "log_likelihood_ratio",
    "p_value",
)


def scan_clusters(exposure: Exposure, units: Units, city: City) -> GeoDataFrame:
    """Return where and when more incidents of a series were registered than place and time by themselves explain.

    Circles of districts by their inner points, over one to four whole quarters of a year. Expected is what each
    district and each quarter has in all, dealt independently: a place that is always dense, or a quarter that is busy
    everywhere, is no cluster. p against the largest of 99 maps in which incidents traded their quarters (Kulldorff et
    al. 2005), so that both stay as they are; clusters share no district.

    Incidents come in bursts and trade places one by one, so p is too small.

    Returns
    -------
    GeoDataFrame, the union of the cluster's districts
        cluster_id (series and rank), series, districts (how many), start, end (dates, half-open), incidents, expected,
        relative_risk, log_likelihood_ratio, p_value (at most 0.05). By series in the city's order, the most likely
        first.
    """
    polygons = units.districts.geometry.to_numpy()
    inside = shapely.point_on_surface(polygons)
    starts = quarter_starts(exposure.first_day, exposure.n_days)
    rows, shapes = [], []
    for series, days in by_district(exposure, units).items():
        cases = _by_quarter(days, starts, exposure.first_day)
        if not cases.sum():
            continue
        found = scan_permuting(
            shapely.get_x(inside),
            shapely.get_y(inside),
            cases=cases,
            simulations=SIMULATIONS,
            seed=city.inference.seed,
            largest_share=LARGEST_SHARE,
            most_steps=min(LONGEST_QUARTERS, cases.shape[1]),
        )
        for rank, cluster in enumerate((c for c in found.clusters if c.p_value <= LEVEL), start=1):
            rows.append(_row(f"{series}-c{rank:02d}", series, cluster, starts))
            shapes.append(shapely.union_all(polygons[cluster.areas]))
    return GeoDataFrame(DataFrame(rows, columns=list(COLUMNS)), geometry=shapes, crs=city.crs)


def quarter_starts(first_day: date, n_days: int) -> list[date]:
    """Return the first days of the whole calendar quarters within the days of data, and the day the last one ends.

    One day alone, or none, if there is no whole quarter.
    """
    end = first_day + timedelta(days=n_days)
    firsts = (date(year, month, 1) for year in range(first_day.year, end.year + 1) for month in (1, 4, 7, 10))
    return [day for day in firsts if first_day <= day <= end]


def _by_quarter(days: np.ndarray, starts: list[date], first_day: date) -> np.ndarray:
    """Sum daily counts by quarter: districts x quarters int64."""
    edges = [(day - first_day).days for day in starts]
    sums = [days[:, first:last].sum(axis=1) for first, last in pairwise(edges)]
    return np.array(sums, dtype=np.int64).reshape(len(sums), len(days)).T


def _row(name: str, series: str, cluster: Cluster, starts: list[date]) -> tuple[object, ...]:
    span = starts[cluster.first_step], starts[cluster.last_step + 1]
    told = int(cluster.cases), cluster.expected, cluster.relative_risk, cluster.llr, cluster.p_value
    return (name, series, cluster.areas.size, *span, *told)
