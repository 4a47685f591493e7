"""The disclosure gate: decides what of the results may be shown. The only maker of a `Release`'s counts and surfaces.

Open data may be shown as they are published; everything else, simulated data included, passes the rules.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import City
from layers.release import Surface
from layers.surfaces import Density

PROTECTED_SERVICES = ("housing",)  # never on a map: people live there


def shown_as_published(city: City) -> bool:
    """Whether every source is open, so that its counts may be repeated as they are."""
    return all(source.open for source in city.sources) and not city.simulated


def gate_surfaces(densities: Sequence[Density], city: City) -> tuple[Surface, ...]:
    """Withhold cells behind which fewer than the declared effective number of incidents stand."""
    return tuple(_gate_surface(density, city) for density in densities)


def _gate_surface(density: Density, city: City) -> Surface:
    inside = np.isfinite(density.values)
    masked = inside & (density.effective < city.disclosure.min_effective_incidents)
    return Surface(
        period=density.period,
        series=density.series,
        values=np.where(masked, np.nan, density.values),
        masked=masked,
        bandwidth_m=city.density.bandwidth_m,
    )


def gate_counts(counts: DataFrame, city: City) -> DataFrame:
    """Withhold counts below the threshold, and a second one where a single gap could be filled by subtraction.

    Parameters
    ----------
    counts : DataFrame
        With columns period, series, incidents, incidents_per_day and one row per place.

    Returns
    -------
    DataFrame
        The same rows with incidents as Int64, missing where withheld, and a column `withheld`.
    """
    small = pd.Series(False, index=counts.index)
    if not shown_as_published(city):
        small = counts["incidents"].between(1, city.disclosure.min_count - 1)
        for _, group in counts.groupby(["period", "series"], sort=False):
            small |= _complement(group, small)
    return counts.assign(
        incidents=counts["incidents"].astype("Int64").mask(small),
        incidents_per_day=counts["incidents_per_day"].mask(small),
        withheld=small,
    )


def _complement(group: DataFrame, small: pd.Series) -> pd.Series:
    """Mark the smallest published count above zero where exactly one count of the group is withheld."""
    marks = pd.Series(False, index=small.index)
    shown = group.loc[~small[group.index] & (group["incidents"] > 0), "incidents"]
    if small[group.index].sum() == 1 and len(shown):
        marks[shown.sort_values(kind="stable").index[0]] = True
    return marks


def gate_place_counts(counts: DataFrame, city: City) -> DataFrame:
    """Withhold place counts below the threshold, unless the data are open."""
    small = counts["count"].between(1, city.disclosure.min_count - 1)
    if shown_as_published(city):
        small = pd.Series(False, index=counts.index)
    return counts.assign(count=counts["count"].astype("Int64").mask(small))


def gate_services(services: GeoDataFrame) -> GeoDataFrame:
    """Keep services that are declared public and shelter nobody."""
    public = services["public"].astype(bool) & ~services["kind"].isin(PROTECTED_SERVICES)
    return services.loc[public].reset_index(drop=True)


def gate_hotspots(hotspots: GeoDataFrame, surfaces: Sequence[Surface]) -> GeoDataFrame:
    """Drop hot spots of surfaces that show nothing: too few incidents stand behind every cell of them."""
    silent = {(s.period, s.series) for s in surfaces if not np.isfinite(s.values).any()}
    keep = [(row.period, row.series) not in silent for row in hotspots.itertuples()]
    return hotspots.loc[keep].reset_index(drop=True)
