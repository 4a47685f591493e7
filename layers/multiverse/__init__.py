"""The multiverse: the headlines of every step under all declared choices. A veto on verdicts, never evidence.

Choices: bandwidth, ranked unit, indicator, edge of the periods, harm weights, position of the places, position of the
incidents. Only choices that can change a figure are tried on it, so that none is counted twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import shapely
from pandas import DataFrame

from geo.functionals import FIFTH, ORIGIN, RANKED, RECEIVERS, REST, TOTAL
from layers.city import City, Series, Step
from layers.findings.evidence import roles
from layers.findings.kinds import QUANTITIES, Quantity
from layers.frame.units import Units, unit_of
from layers.frame.window import StudyArea
from layers.multiverse.choices import UNWEIGHTED, Edge, Weighing, compared, edges, weighings
from layers.multiverse.places import layouts, uncertainties_m
from layers.multiverse.rankings import rankings
from layers.multiverse.sums import Asked, sums
from layers.multiverse.views import Views
from layers.tables import Tables

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


Tried = dict[tuple[str, str, str], dict[str, float]]  # by step, series and kind of finding


def multiverse(
    area: StudyArea, units: Units, tables: Tables, city: City, *, first_day: date, data_until: date
) -> DataFrame:
    """Compute the headlines of every step under every choice: of the first series, and of those that settings name.

    Parameters
    ----------
    first_day, data_until : date
        First local day of data; first local day that is not counted.

    Returns
    -------
    DataFrame, `COLUMNS`
        By series, step, finding and choice; the first row of each finding is what is published. A choice that cannot
        change a figure is blank. `counts` is False where weights leave too few effective incidents, or where there is
        no figure. Steps without days to compare are left out.

    Raises
    ------
    ConfigError
        If an alternative indicator is no column of the districts.
    """
    days = {step.id: edges(city, step, first_day=first_day, data_until=data_until) for step in city.steps}
    steps = [step for step in city.steps if days[step.id] and not days[step.id][0].shift_days]
    ranked = rankings(area, tables, city)
    tables_of = []
    for series in (s for s in city.harm.series if s == city.harm.series[0] or s.id in city.multiverse.also_series):
        views = [Views(area, units, roles(units, step), (), ranked) for step in steps]
        laid = [
            _laid(v, tables, city, of=(step, series), found=days[step.id]) for v, step in zip(views, steps, strict=True)
        ]
        summed = sums([one.asked for one in laid], bandwidths_m=city.multiverse.bandwidths_m) if laid else []
        tables_of += [
            _table(one.tried(harm), step, series) for one, harm, step in zip(laid, summed, steps, strict=True)
        ]
    return pd.concat(tables_of, ignore_index=True) if tables_of else DataFrame(columns=list(COLUMNS))


def _table(tried: _Tried, step: Step, series: Series) -> DataFrame:
    headlines = [q for q in QUANTITIES if q.kind in HEADLINES and q.adjustment != "crude"]
    table = DataFrame([row for quantity in headlines for row in _rows(tried, quantity)])
    table.insert(1, "series", series.id)
    table.insert(2, "step", step.id)
    table["place_draw"] = table["place_draw"].astype("Int64")
    return table[list(COLUMNS)]


def summaries(table: DataFrame) -> Tried:
    """Return for each step, series and finding min, median, max, share_agreeing_in_sign and choices.

    A finding must have two choices that count. A counted choice without a figure agrees with nothing.
    """
    found: Tried = {}
    for (step, series, kind), rows in table.groupby(["step", "series", "finding"], sort=False):
        published = rows["estimate"].iloc[0]
        counted = rows.loc[rows["counts"], "estimate"].to_numpy(dtype=float)
        known = counted[np.isfinite(counted)]
        if len(counted) < 2 or not len(known) or not np.isfinite(published):
            continue
        found[str(step), str(series), str(kind)] = {
            "min": float(known.min()),
            "median": float(np.median(known)),
            "max": float(known.max()),
            "share_agreeing_in_sign": float((np.sign(known) == np.sign(published)).sum() / len(counted)),
            "choices": float(len(counted)),
        }
    return found


@dataclass(frozen=True)
class _Laid:
    """A step of a series before its sums: what is asked for, and what its choices are."""

    asked: Asked
    effective: np.ndarray
    edges: tuple[Edge, ...]
    weighings: tuple[Weighing, ...]
    city: City

    def tried(self, summed: np.ndarray) -> _Tried:
        """Return the sums as harm per day."""
        days = np.array([[(w.end - w.start).days for w in edge.windows] for edge in self.edges], dtype=float)
        shape = *summed.shape[:2], len(self.edges), len(self.weighings), 2, -1
        harm = summed.reshape(*shape) / days[:, None, :, None]
        return _Tried(harm, self.effective, self.asked.views, self.edges, self.weighings, self.city)


def _laid(views: Views, tables: Tables, city: City, *, of: tuple[Step, Series], found: tuple[Edge, ...]) -> _Laid:
    step, series = of
    generator = np.random.default_rng([city.inference.seed, _STREAM])  # of each step anew: scenes move alike in all
    within_m = uncertainties_m(tables, city)
    views = replace(views, layouts=tuple(layouts(views.units, city, step, within_m=within_m, generator=generator)))
    rows, held = compared(tables.incidents, city, series, found)
    weighed = weighings(tables.incidents, rows, city)
    x, y = _places(tables, rows, city, generator)
    groups = (held[:, :, None, :] * np.stack([w.weight for w in weighed], axis=1)[:, None, :, None]).astype(float)
    effective = _effective(views, x[0], y[0], groups)
    return _Laid(Asked(views, x, y, groups.reshape(len(rows), -1)), effective, found, weighed, city)


def _places(
    tables: Tables, rows: np.ndarray, city: City, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of incidents, draws x incidents: as recorded, then with the error of geocoding drawn anew."""
    error_m = tables.incidents["uncertainty_m"].iloc[rows].fillna(0.0).to_numpy(dtype=float)
    draws = city.multiverse.geocoding_draws if (error_m > 0).any() else 0
    moved = generator.normal(size=(2, draws, len(rows))) * error_m
    recorded = shapely.get_coordinates(tables.incidents.geometry.to_numpy()[rows]).T[:, None, :]
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
