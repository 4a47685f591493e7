"""Density along streets: registered incidents per kilometre and year on short stretches of street. Publishes nothing.

Stretches behind which too few incidents stand are left out here, by the rule that hides cells of the surfaces.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.ops import substring

from geo.crs import require_metric, require_same
from geo.network.kernels import gaussian, series_of
from geo.network.lines import snap
from geo.network.pieces import Pieces, pieces_of
from geo.network.spread import deposit, largest_kernel, spread_along
from layers.city import City
from layers.exposure import in_series, local_days
from layers.surfaces import counted_spans, years
from layers.walk_network import walk_network

STRETCH_M = 25.0
STEP_M = 5.0  # at a bandwidth of 100 m the error is below 1e-3 of one incident's peak
SNAP_M = 50.0  # what lies farther from every street, in parks or on the water, is not on one
COLUMNS = ("period", "series", "incidents_per_km_year", "effective_incidents")


@dataclass(frozen=True)
class _Stretches:
    """Stretches of about 25 m: their line, first and last piece (exclusive) on it, and length."""

    line: np.ndarray
    first: np.ndarray
    last: np.ndarray
    length_m: np.ndarray


def street_density(streets: GeoDataFrame, incidents: GeoDataFrame, city: City, *, data_until: date) -> GeoDataFrame:
    """Spread the incidents of the headline series along the streets, period by period.

    Parameters
    ----------
    streets, incidents : GeoDataFrame
        In the city's CRS.
    data_until : date
        The first local day that is not counted.

    Returns
    -------
    GeoDataFrame, LineStrings of about 25 m
        period, series, incidents_per_km_year, effective_incidents. Stretches below
        `disclosure.min_effective_incidents` are absent.

    Raises
    ------
    CrsError
        If a table is not in the city's metric CRS.
    """
    require_metric(city.crs, "the city")
    require_same(streets.crs, city.crs, what_a="streets", what_b="the city")
    require_same(incidents.crs, city.crs, what_a="incidents", what_b="the city")
    spans, network = counted_spans(city, data_until), walk_network(streets)
    if not spans or not len(network.lines):
        return GeoDataFrame({column: [] for column in COLUMNS}, geometry=[], crs=city.crs)
    pieces = pieces_of(network, step_m=STEP_M)
    stretches = _stretches(pieces)
    sigma_m = city.density.street_bandwidth_m
    mass = _mass(pieces, incidents, city, data_until)
    density = spread_along(pieces, mass, series_of(gaussian(sigma_m), STEP_M))
    peak = _on_stretches(pieces, stretches, largest_kernel(pieces, sigma_m=sigma_m))
    per_m = np.stack([_on_stretches(pieces, stretches, along) for along in density])
    effective = np.maximum(per_m, 0.0) / peak
    shown = effective >= city.disclosure.min_effective_incidents
    geometry = _parts(pieces, stretches, np.flatnonzero(shown.any(axis=0)))
    tables = []
    for k, (period, span) in enumerate(spans):
        columns = {
            "period": period.id,
            "series": city.harm.series[0].id,
            "incidents_per_km_year": (per_m[k] * 1000 / years(span))[shown[k]],
            "effective_incidents": effective[k, shown[k]],
        }
        tables.append(GeoDataFrame(columns, geometry=geometry[shown[k]], crs=city.crs))
    return GeoDataFrame(pd.concat(tables, ignore_index=True), crs=city.crs)


def _mass(pieces: Pieces, incidents: GeoDataFrame, city: City, data_until: date) -> np.ndarray:
    """Incidents of the headline series at each slot: periods x slots."""
    epoch = date(1970, 1, 1)
    headline = incidents[in_series(incidents, city.harm.series[0])]
    _, day = local_days(headline, city, first_day=epoch)
    xy = shapely.get_coordinates(headline.geometry.to_numpy())
    where, inverse = np.unique(xy, axis=0, return_inverse=True)
    spots = snap(pieces.network, np.asarray(shapely.points(where)), within_m=SNAP_M)[0][inverse.ravel()]
    mass = []
    for _, span in counted_spans(city, data_until):
        counted = (spots.line >= 0) & (day >= (span.start - epoch).days) & (day < (span.end - epoch).days)
        mass.append(deposit(pieces, spots[counted]))
    return np.array(mass)


def _stretches(pieces: Pieces) -> _Stretches:
    lengths = pieces.network.lengths_m
    count = np.clip(np.rint(lengths / STRETCH_M).astype(np.int64), 1, pieces.per_line)
    line = np.repeat(np.arange(count.size), count)
    rank = np.arange(line.size) - np.repeat(np.cumsum(count) - count, count)
    first = np.rint(rank * pieces.per_line[line] / count[line]).astype(np.int64)
    last = np.rint((rank + 1) * pieces.per_line[line] / count[line]).astype(np.int64)
    piece_m = lengths[line] / pieces.per_line[line]
    return _Stretches(line, first, last, (last - first) * piece_m)


def _parts(pieces: Pieces, stretches: _Stretches, wanted: np.ndarray) -> np.ndarray:
    """Cut the wanted stretches out of their lines; None for the others, which would cost most of the time."""
    parts = np.full(stretches.line.size, None, dtype=object)
    for k in wanted:
        line = stretches.line[k]
        start, stop = (float(end[k] / pieces.per_line[line]) for end in (stretches.first, stretches.last))
        parts[k] = substring(pieces.network.lines[line], start, stop, normalized=True)
    return parts


def _on_stretches(pieces: Pieces, stretches: _Stretches, at_slots: np.ndarray) -> np.ndarray:
    """Mean of a density over each stretch, by its true length, so that density times length sums to the mass."""
    count = stretches.last - stretches.first
    stretch = np.repeat(np.arange(count.size), count)
    piece = np.arange(stretch.size) - np.repeat(np.cumsum(count) - count, count) + stretches.first[stretch]
    slot = pieces.slot(stretches.line[stretch], piece)
    summed = np.bincount(stretch, weights=(at_slots[slot] + at_slots[slot + 1]) / 2, minlength=count.size)
    return np.asarray(summed / count)
