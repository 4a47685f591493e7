"""Counts by unit and day with every incident spread as the map spreads it. Owns the lots, that memory stays bounded."""

import numpy as np
from geopandas import GeoDataFrame

from layers.city import City
from layers.density.spreading import lots
from layers.frame.exposure import Exposure, smoothed_counts
from layers.frame.same_places import distinct_places
from layers.frame.shares import unit_shares
from layers.frame.units import Units
from layers.frame.window import Places, StudyArea, masses_of


def smoothed(
    area: StudyArea, units: Units, incidents: GeoDataFrame, city: City, *, places: Places, exposure: Exposure
) -> dict[float, dict[str, np.ndarray]]:
    """Count by unit and day, per bandwidth and series: units x days float64.

    Parameters
    ----------
    places : Places
        Where the incidents lie on the grid of the area.
    exposure : Exposure
        Gives the days.
    """
    bandwidth_m = city.density.bandwidth_m
    shares = unit_shares(area, units.pieces, bandwidth_m=bandwidth_m)
    counts: dict[str, np.ndarray] = {}
    for rows in lots(len(incidents)):  # nine cells for each place are more than an incident's own row
        distinct, which = distinct_places(places[rows])
        masses = masses_of(area, distinct)
        found = smoothed_counts(shares, incidents.iloc[rows], city, masses=masses, exposure=exposure, which=which)
        counts = {series: counts.get(series, 0.0) + number for series, number in found.items()}
    return {bandwidth_m: counts}
