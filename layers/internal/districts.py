"""Local Moran's I of the districts' exposure: like their neighbours, or apart. Internal: for no public product."""

from datetime import date

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame
from scipy import sparse

from geo.hotspot.local_moran import HIGH_HIGH, HIGH_LOW, LOW_HIGH, LOW_LOW, NONE, local_moran
from geo.hotspot.multiple_testing import adjusted
from geo.hotspot.neighbours import row_standardised
from layers.city import City
from layers.density.surfaces import counted_spans, years
from layers.frame.exposure import Exposure
from layers.frame.units import Units

FALSE_DISCOVERIES = 0.05  # share of wrong districts among those given a pattern
SIMULATIONS = 999  # smallest p 0.001
TOUCH_M = 1.0  # borders drawn apart by less are one border
FEWEST_DISTRICTS = 3
PATTERNS = {
    NONE: "none",
    HIGH_HIGH: "high among high",
    LOW_LOW: "low among low",
    HIGH_LOW: "high among low",
    LOW_HIGH: "low among high",
}
COLUMNS = (
    "district_id",
    "name",
    "series",
    "period",
    "incidents_per_km2_year",
    "pattern",
    "statistic",
    "p_value",
    "q_value",
)


def local_moran_districts(exposure: Exposure, units: Units, city: City, *, data_until: date) -> GeoDataFrame:
    """Return local Moran's I of incidents per km2 and year; districts that touch are neighbours, each row sums to 1.

    p by 999 conditional permutations, Benjamini-Hochberg over the districts of a series in a period.

    Returns
    -------
    GeoDataFrame, the districts once for every series and period
        district_id, name, series, period, incidents_per_km2_year, pattern (none, high among high, low among low, high
        among low, low among high; at 5 % false discoveries), statistic, p_value, q_value (missing where there is no
        test: a district that touches none, or all alike).
    """
    districts, counts = units.districts, by_district(exposure, units)
    polygons = districts.geometry.to_numpy()
    links, km2 = row_standardised(touching(polygons)), shapely.area(polygons) / 1e6
    tables = [
        _tested(counts[series.id][:, exposure.days(span)].sum(axis=1) / km2 / years(span), links, city).assign(
            series=series.id, period=period.id, district_id=districts["district_id"], name=districts["name"]
        )
        for series in city.harm.series
        for period, span in counted_spans(city, data_until)
    ]
    table = pd.concat(tables, ignore_index=True)[list(COLUMNS)]
    return GeoDataFrame(table, geometry=np.tile(polygons, len(tables)), crs=city.crs)


def by_district(exposure: Exposure, units: Units) -> dict[str, np.ndarray]:
    """Return the counts of every series by district and day, districts in their table's order."""
    member = units.districts["district_id"].to_numpy()[:, None] == units.pieces["district_id"].to_numpy()[None, :]
    return {series: member.astype(np.int64) @ counts for series, counts in exposure.counts.items()}


def touching(polygons: np.ndarray) -> sparse.csr_array:
    """Link polygons that come within `TOUCH_M` of each other: n x n, weight 1, nothing on the diagonal."""
    one, other = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=TOUCH_M)
    apart = one != other
    ones = np.ones(np.count_nonzero(apart))
    return sparse.csr_array((ones, (one[apart], other[apart])), shape=(len(polygons), len(polygons)))


def _tested(rate: np.ndarray, links: sparse.csr_array, city: City) -> DataFrame:
    statistic, p = np.full(rate.size, np.nan), np.full(rate.size, np.nan)
    quadrant = np.full(rate.size, NONE)
    if rate.size >= FEWEST_DISTRICTS and np.ptp(rate) > 0:
        found = local_moran(rate, links, simulations=SIMULATIONS, seed=city.inference.seed)
        statistic, quadrant = found.statistic, found.quadrant
        drawn = found.p_two_sided if found.permuted is None else found.permuted.p_two_sided
        p = np.where(np.isnan(statistic), np.nan, drawn)
    q = adjusted(p, correction="bh")
    pattern = [PATTERNS[int(k)] for k in np.where(q <= FALSE_DISCOVERIES, quadrant, NONE)]
    columns = {"incidents_per_km2_year": rate, "pattern": pattern, "statistic": statistic, "p_value": p, "q_value": q}
    return DataFrame(columns)
