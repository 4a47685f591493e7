"""The multiverse: the headlines under every declared combination of choices. A veto on verdicts, never evidence.

Choices: bandwidth, ranked unit, indicator, edge of the periods, harm weights, position of the places, position of the
incidents. Only choices that can change a figure are tried on it, so that none is counted twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from pandas import DataFrame

from geo.functionals import FIFTH, ORIGIN, RANKED, RECEIVERS, REST, TOTAL
from layers.city import City
from layers.findings.evidence import roles
from layers.findings.kinds import QUANTITIES, Quantity
from layers.multiverse.choices import UNWEIGHTED, Edge, Weighing, compared, edges, weighings
from layers.multiverse.places import layouts, uncertainties_m
from layers.multiverse.rankings import rankings
from layers.multiverse.sums import Views, sums
from layers.tables import Tables
from layers.units import Units, unit_of
from layers.window import StudyArea

COLUMNS = (
    "finding", "series", "step", "bandwidth_m", "unit", "indicator", "edge_shift_days", "harm_weights", "place_draw",
    "geocoding_draw", "effective_incidents", "counts", "estimate",
)  # fmt: skip
HEADLINES = (
    "harm_total_change", "deprivation_of_harm_shift", "harm_moved_share", "share_in_most_deprived_fifth_change",
    "deterrence_vs_displacement",
)  # fmt: skip
_STREAM = 4  # of the city's seed, beside those of the other drawings


@dataclass(frozen=True)
class _Tried:
    """Everything summed: (draws, bandwidths, edges, weighings, 2, columns) of harm per day, and who is behind it."""

    harm: np.ndarray
    effective: np.ndarray  # (edges, weighings, 2): effective incidents everywhere, at origin and receivers
    views: Views
    edges: tuple[Edge, ...]
    weighings: tuple[Weighing, ...]
    city: City


def multiverse(
    area: StudyArea, units: Units, tables: Tables, city: City, *, first_day: date, data_until: date
) -> DataFrame:
    """Compute the headlines of the first step and series under every choice.

    Parameters
    ----------
    first_day, data_until : date
        First local day of data; first local day that is not counted.

    Returns
    -------
    DataFrame, `COLUMNS`
        By finding and choice; the first row of each finding is what is published. A choice that cannot change a figure
        is blank. `counts` is False where weights leave too few effective incidents, or where there is no figure.
        Empty without days to compare.

    Raises
    ------
    ConfigError
        If an alternative indicator is no column of the districts.
    """
    step, series = city.steps[0], city.harm.series[0]
    found = edges(city, step, first_day=first_day, data_until=data_until)
    if not found or found[0].shift_days:
        return DataFrame(columns=list(COLUMNS))
    tried = _tried(area, units, tables, city, found=found)
    headlines = [q for q in QUANTITIES if q.kind in HEADLINES and q.adjustment != "crude"]
    table = DataFrame([row for quantity in headlines for row in _rows(tried, quantity)])
    table.insert(1, "series", series.id)
    table.insert(2, "step", step.id)
    table["place_draw"] = table["place_draw"].astype("Int64")
    return table[list(COLUMNS)]


def summaries(table: DataFrame) -> dict[str, dict[str, float]]:
    """Return for each finding min, median, max, share_agreeing_in_sign and choices; it must have two that count.

    A counted choice without a figure agrees with nothing.
    """
    found = {}
    for kind, rows in table.groupby("finding", sort=False):
        published = rows["estimate"].iloc[0]
        counted = rows.loc[rows["counts"], "estimate"].to_numpy(dtype=float)
        known = counted[np.isfinite(counted)]
        if len(counted) < 2 or not len(known) or not np.isfinite(published):
            continue
        found[str(kind)] = {
            "min": float(known.min()),
            "median": float(np.median(known)),
            "max": float(known.max()),
            "share_agreeing_in_sign": float((np.sign(known) == np.sign(published)).sum() / len(counted)),
            "choices": float(len(counted)),
        }
    return found


def _tried(area: StudyArea, units: Units, tables: Tables, city: City, *, found: tuple[Edge, ...]) -> _Tried:
    step, series = city.steps[0], city.harm.series[0]
    generator = np.random.default_rng([city.inference.seed, _STREAM])
    within_m = uncertainties_m(tables, city)
    laid = tuple(layouts(units, city, step, within_m=within_m, generator=generator))
    views = Views(area, units, roles(units, step), laid, rankings(area, tables, city))
    rows, held = compared(tables.incidents, city, series, found)
    weighed = weighings(tables.incidents, rows, city)
    x, y = _places(tables, rows, city, generator)
    groups = (held[:, :, None, :] * np.stack([w.weight for w in weighed], axis=1)[:, None, :, None]).astype(float)
    flat = groups.reshape(len(rows), -1)
    summed = sums(views, x, y, flat, bandwidths_m=city.multiverse.bandwidths_m)
    days = np.array([[(w.end - w.start).days for w in edge.windows] for edge in found], dtype=float)
    harm = summed.reshape(*summed.shape[:2], len(found), len(weighed), 2, -1) / days[:, None, :, None]
    return _Tried(harm, _effective(views, x[0], y[0], groups), views, found, weighed, city)


def _places(
    tables: Tables, rows: np.ndarray, city: City, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of incidents, draws x incidents: as recorded, then with the error of geocoding drawn anew."""
    incidents = tables.incidents.iloc[rows]
    error_m = incidents["uncertainty_m"].fillna(0.0).to_numpy(dtype=float)
    draws = city.multiverse.geocoding_draws if (error_m > 0).any() else 0
    moved = generator.normal(size=(2, draws, len(rows))) * error_m
    recorded = np.stack([incidents.geometry.x.to_numpy(), incidents.geometry.y.to_numpy()])[:, None, :]
    places = np.concatenate([recorded, recorded + moved], axis=1)
    return places[0], places[1]


def _effective(views: Views, x: np.ndarray, y: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return (sum w)^2 / sum w^2 of the incidents compared, everywhere and at origin and receivers alone."""
    weight = groups.max(axis=3)  # each incident once, in whichever window it falls
    role = np.append(views.role, REST)[unit_of(views.units, x, y)]
    masks = np.stack([np.ones(len(x)), np.isin(role, (ORIGIN, RECEIVERS))], axis=-1)
    once, twice = (np.einsum("new,nk->ewk", weight**power, masks) for power in (1, 2))
    effective: np.ndarray = np.divide(once**2, twice, out=np.zeros_like(once), where=twice > 0)
    return effective


def _rows(tried: _Tried, quantity: Quantity) -> Iterator[dict[str, object]]:
    """Yield every choice that can change a figure, and the figure, the published choice first."""
    bandwidths = tried.city.multiverse.bandwidths_m
    order = sorted(range(len(bandwidths)), key=lambda k: bandwidths[k])
    placed = range(len(tried.views.layouts)) if quantity.is_movement else (0,)
    ranked = range(len(tried.views.rankings)) if quantity.is_ranked else (0,)
    for b in order:
        for r in ranked:
            for p in placed:
                values = quantity.figure(_layout(tried, b, r, p))  # draws x edges x weighings
                for (g, e, w), value in np.ndenumerate(values):
                    effective = float(tried.effective[e, w, int(quantity.is_movement)])
                    weighing = tried.weighings[w].name
                    too_few = weighing != UNWEIGHTED and effective < tried.city.multiverse.min_effective_weighted
                    ranking = tried.views.rankings[r]
                    yield {
                        "finding": quantity.kind,
                        "bandwidth_m": bandwidths[b],
                        "unit": ranking.unit if quantity.is_ranked else None,
                        "indicator": ranking.indicator if quantity.is_ranked else None,
                        "edge_shift_days": tried.edges[e].shift_days,
                        "harm_weights": weighing,
                        "place_draw": p if quantity.is_movement else pd.NA,
                        "geocoding_draw": g,
                        "effective_incidents": effective,
                        "counts": not too_few,
                        "estimate": float(value) if np.isfinite(value) else np.nan,
                    }


def _layout(tried: _Tried, bandwidth: int, ranking: int, layout: int) -> np.ndarray:
    """Return readings as `geo.functionals` lays them out, draws x edges x weighings x 2 x 4 x 4.

    Sums over roles are all that rank findings need, so ranked harm stands with the rest.
    """
    summed = tried.harm[:, bandwidth]
    harm = np.zeros((*summed.shape[:-1], 4, 4))
    harm[..., :, TOTAL] = summed[..., tried.views.role_columns(layout)]
    harm[..., REST, RANKED : FIFTH + 1] = summed[..., tried.views.rank_columns(ranking)]
    return harm
