"""Describe every step and series: findings, flows, measures of inequality and curves. Owns the order, no formula."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo import weeks
from geo.functionals import ORIGIN, RECEIVERS
from geo.transport import Plan
from layers import inequality
from layers.city import City, Series, Step
from layers.description.about import About
from layers.description.against_others import Beside, of_origin, together
from layers.description.findings import centre_finding, concentration_finding, least_effort_findings
from layers.description.others import pattern_finding, place_finding
from layers.disclosure.openness import shown_as_published
from layers.disclosure.release import Finding
from layers.findings.evidence import Frame, frame
from layers.frame.denominators import Denominator, denominators
from layers.frame.exposure import Exposure
from layers.frame.units import Units
from layers.movement import table
from layers.movement.centres import daily_moments, middle
from layers.movement.plans import Least, least_effort, open_effort, price_of
from layers.movement.ways import Ways, ways
from layers.tables import Tables


@dataclass(frozen=True)
class Described:
    """What describes the steps.

    `flows`, `curves`: before the disclosure gate (`movement.table.gate_flows`, `inequality.gate_curves`).
    """

    findings: tuple[Finding, ...]
    flows: GeoDataFrame
    measures: DataFrame
    curves: DataFrame
    ways: Ways
    denominators: tuple[Denominator, ...]


@dataclass(frozen=True)
class _Part:
    """What describes one step and series."""

    findings: tuple[Finding, ...]
    flows: GeoDataFrame
    measures: DataFrame
    curves: DataFrame


@dataclass(frozen=True)
class _Setting:
    """What all steps and series share."""

    tables: Tables
    units: Units
    exposure: Exposure
    city: City
    unit_index: np.ndarray
    ways: Ways
    places: table.Places
    denominators: tuple[tuple[Denominator, inequality.Levels], ...]
    known: dict[tuple[str, int, int, int, int], Least | None] = field(default_factory=dict)

    def least_effort(self, series: Series, span: tuple[slice, slice]) -> Least | None:
        """Compare two windows of a series, once: steps share year pairs without an event."""
        key = (series.id, span[0].start, span[0].stop, span[1].start, span[1].stop)
        if key not in self.known:
            rates = _rates(self.exposure.counts[series.id], span)
            self.known[key] = least_effort(rates, self.denominators[0][0].unit_rank, self.ways.distance_m)
        return self.known[key]


def describe(tables: Tables, units: Units, exposure: Exposure, city: City, *, unit_index: np.ndarray) -> Described:
    """Describe every step that has its days in the data.

    Parameters
    ----------
    unit_index : ndarray, shape (incidents,)
        From `unit_of`; incidents in no unit do not count.
    """
    setting = _Setting(
        tables,
        units,
        exposure,
        city,
        unit_index,
        ways(units, tables, city),
        table.places(units),
        tuple((one, inequality.levels(one)) for one in denominators(units, tables.districts, city)),
    )
    parts = list(_each(setting))
    measures = _joined([part.measures for part in parts], inequality.COLUMNS)
    curves = _joined([part.curves for part in parts], inequality.CURVE_COLUMNS)
    found = tuple(finding for part in parts for finding in part.findings)
    flows = table.gathered([part.flows for part in parts if len(part.flows)], city)
    against = tuple(one for one, _ in setting.denominators)
    return Described(found, flows, measures, curves, setting.ways, against)


def _joined(tables: list[DataFrame], columns: tuple[str, ...]) -> DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else DataFrame(columns=list(columns))


def _each(setting: _Setting) -> Iterator[_Part]:
    city = setting.city
    incidents, exposure = setting.tables.incidents, setting.exposure
    days = daily_moments(incidents, city, unit_index=setting.unit_index, exposure=exposure)
    for step in city.steps:
        laid = frame(setting.exposure, setting.units, city, step)
        if laid is not None:
            for series in city.harm.series:
                yield _one(setting, laid, step, series, daily=days[series.id])


def _one(setting: _Setting, laid: Frame, step: Step, series: Series, *, daily: np.ndarray) -> _Part:
    counts = setting.exposure.counts[series.id]
    about = About(setting.city, step, series, setting.ways.on_streets)
    shape = weeks.seasonal_shape(counts.sum(axis=0))
    middles = [middle(daily, span, shape) for span in laid.spans]
    found, flows = _movement(setting, laid, about, counts)
    found = [*found, centre_finding(about, middles[0], middles[1:]), *_beside_others(setting, laid, about, counts)]
    left_out = _left_out(counts, laid, setting.denominators[0][0].unit_rank)
    is_ranked = np.isfinite(setting.denominators[0][0].unit_rank)
    behind = float(_counted(counts, laid.spans[0])[:, is_ranked].sum(axis=1).min())
    measures, curves = [], []
    for denominator, levels in setting.denominators:
        told = inequality.measured(counts, laid, denominator, levels, setting.city)
        kind = denominator.kind
        found.append(concentration_finding(about, told[0], denominator=kind, left_out=left_out, behind=behind))
        measures.append(inequality.rows(told, denominator, step=step.id, series=series.id))
        curves.append(inequality.curves(_counted(counts, laid.spans[0]), denominator, step=step.id, series=series.id))
    return _Part(tuple(found), flows, pd.concat(measures), pd.concat(curves))


def _movement(setting: _Setting, laid: Frame, about: About, counts: np.ndarray) -> tuple[list[Finding], GeoDataFrame]:
    rank, apart = setting.denominators[0][0].unit_rank, setting.ways.distance_m
    readings = [setting.least_effort(about.series, span) for span in laid.spans]
    price_m = price_of(laid.role, apart)
    opened = open_effort(_rates(counts, laid.spans[0]), rank, apart, price_m=price_m)
    left_out = _left_out(counts, laid, rank)
    found = least_effort_findings(about, readings[0], readings[1:], opened=opened, price_m=price_m, left_out=left_out)
    if readings[0] is None or opened is None:
        return found, table.gathered([], setting.city)
    return found, _flows(setting, laid, about, counts, plans=(readings[0], opened))


def _beside_others(setting: _Setting, laid: Frame, about: About, counts: np.ndarray) -> list[Finding]:
    """Set the step's places beside untouched districts, and the pattern of all districts beside the one before."""
    area, span = setting.places.of_unit, laid.spans[0]
    known = table.least_counts(counts, span, laid.published, setting.places)
    at = area[np.isin(laid.role, (ORIGIN, RECEIVERS))]
    is_small = not shown_as_published(setting.city) and known[at].min() < setting.city.disclosure.min_count
    ways_to_tell = {"two-way": together, "synthetic": of_origin}
    told = {name: Beside(None, refused="small") if is_small else tell(counts, laid.role, area, span)
            for name, tell in ways_to_tell.items()}  # fmt: skip
    pattern = pattern_finding(about, counts, area, laid.spans)
    return [pattern, *(place_finding(about, name, found) for name, found in told.items())]


def _flows(
    setting: _Setting, laid: Frame, about: About, counts: np.ndarray, *, plans: tuple[Least, Plan]
) -> GeoDataFrame:
    least, opened = plans
    span = laid.spans[0]
    total = float(_rates(counts, span)[1][np.isfinite(setting.denominators[0][0].unit_rank)].sum())
    known = table.least_counts(counts, span, laid.published, setting.places)
    days = span[1].stop - span[1].start
    told = []
    for plan, name, unit in ((least.plan, table.KEPT, total), (opened, table.OPEN, 1.0)):
        reading = table.Reading(about.step.id, about.series.id, name, unit, total, days)
        told.append(table.flows(plan, reading, setting.ways, setting.places, known))
    return table.gathered([part for part in told if len(part)], setting.city)


def _rates(counts: np.ndarray, span: tuple[slice, slice]) -> np.ndarray:
    return np.stack([counts[:, days].mean(axis=1) for days in span])


def _counted(counts: np.ndarray, span: tuple[slice, slice]) -> np.ndarray:
    return np.stack([counts[:, days].sum(axis=1) for days in span])


def _left_out(counts: np.ndarray, laid: Frame, rank: np.ndarray) -> float:
    both = _rates(counts, laid.spans[0]).sum(axis=0)
    return float(both[~np.isfinite(rank)].sum() / both.sum()) if both.sum() > 0 else 0.0
