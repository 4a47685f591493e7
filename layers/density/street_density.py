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
from geo.network.lines import Network, Spots, snap
from geo.network.pieces import Pieces, pieces_of
from geo.network.report import connectedness, snapping
from geo.network.spread import deposit, largest_kernel, piece_length_m, spread_along
from layers.city import City, Period, Window
from layers.density.street_quality import StreetQuality
from layers.density.surfaces import counted_spans, years
from layers.frame.exposure import in_series, local_days
from layers.frame.walk_network import walk_network

STRETCH_M = 25.0
TOLERANCE = 1e-3  # of one incident's peak: the largest error of the street kernel, by which pieces are cut
SHORTEST_STEP_M = 1.0  # shorter ones would only follow the drawing
SNAP_M = 50.0  # what lies farther from every street, in parks or on the water, is not on one
COLUMNS = ("period", "series", "incidents_per_km_year", "effective_incidents")


@dataclass(frozen=True)
class _Stretches:
    """Stretches of about 25 m: their line, first and last piece (exclusive) on it, and length."""

    line: np.ndarray
    first: np.ndarray
    last: np.ndarray
    length_m: np.ndarray


@dataclass(frozen=True)
class StreetMap:
    """The density along streets, and what it rests on.

    `table`: LineStrings of about 25 m with period, series, incidents_per_km_year, effective_incidents.
    """

    table: GeoDataFrame
    quality: StreetQuality


def street_map(streets: GeoDataFrame, incidents: GeoDataFrame, city: City, *, data_until: date) -> StreetMap:
    """Spread the incidents of the headline series along the streets, period by period.

    Parameters
    ----------
    streets, incidents : GeoDataFrame
        In the city's CRS.
    data_until : date
        The first local day that is not counted.

    Returns
    -------
    StreetMap
        Stretches below `disclosure.min_effective_incidents` are absent from its table.

    Raises
    ------
    CrsError
        If a table is not in the city's metric CRS.
    """
    require_metric(city.crs, "the city")
    require_same(streets.crs, city.crs, what_a="streets", what_b="the city")
    require_same(incidents.crs, city.crs, what_a="incidents", what_b="the city")
    spans, network = counted_spans(city, data_until), walk_network(streets)
    sigma_m = city.density.street_bandwidth_m
    step_m = max(piece_length_m(sigma_m, TOLERANCE), SHORTEST_STEP_M)
    spots, away_m, day = _snapped(network, incidents, city)
    epoch = date(1970, 1, 1)
    counted = [(day >= (span.start - epoch).days) & (day < (span.end - epoch).days) for _, span in spans]
    of_any = np.any([np.zeros(day.size, dtype=bool), *counted], axis=0)
    quality = StreetQuality(snapping(away_m[of_any], within_m=SNAP_M), connectedness(network), step_m)
    if not spans or not len(network.lines):
        return StreetMap(GeoDataFrame({column: [] for column in COLUMNS}, geometry=[], crs=city.crs), quality)
    pieces = pieces_of(network, step_m=step_m)
    mass = np.array([deposit(pieces, spots[(spots.line >= 0) & within]) for within in counted])
    return StreetMap(_table(pieces, mass, sigma_m, spans, city), quality)


def _table(
    pieces: Pieces, mass: np.ndarray, sigma_m: float, spans: list[tuple[Period, Window]], city: City
) -> GeoDataFrame:
    stretches = _stretches(pieces)
    density = spread_along(pieces, mass, series_of(gaussian(sigma_m), pieces.step_m))
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


def _snapped(network: Network, incidents: GeoDataFrame, city: City) -> tuple[Spots, np.ndarray, np.ndarray]:
    """Place on the network, distance from it in metres (NaN beyond the limit) and local day of the headline series."""
    headline = incidents[in_series(incidents, city.harm.series[0])]
    _, day = local_days(headline, city, first_day=date(1970, 1, 1))
    xy = shapely.get_coordinates(headline.geometry.to_numpy())
    where, inverse = np.unique(xy, axis=0, return_inverse=True)
    spots, away_m = snap(network, np.asarray(shapely.points(where)), within_m=SNAP_M)
    return spots[inverse.ravel()], away_m[inverse.ravel()], day


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
