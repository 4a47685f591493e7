"""The true value of every finding of a simulated city: the same figures, of expected, fully recorded harm."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from pandas import DataFrame

from geo.functionals import TOTAL
from layers.city import City, HelpSeries, Series, Step
from layers.disclosure.release import Finding
from layers.findings import finding_id
from layers.findings.evidence import reading, roles, weights
from layers.findings.kinds import NEGATIVE_CONTROL, QUANTITIES, TRENDS, Quantity
from layers.findings.parts import parts
from layers.findings.trends import course, months_of_days
from layers.frame.chain import matched_windows
from layers.frame.exposure import Exposure, in_series
from layers.frame.units import Units, unit_of
from layers.reviews import last_review
from layers.tables import Expected

_ROUNDING = 1e-9  # of the city's harm, and of a figure in its unit


def truth(expected: Expected, units: Units, city: City, *, data_until: date) -> dict[str, Any]:
    """Return the truth of a simulated city, ready for JSON.

    Returns
    -------
    dict
        `simulated`, `city`, `parameters` of the simulation, and `findings`: id, series, adjustment, value (None where
        undefined) and parts, in the order of the findings.
    """
    exposure = expected_exposure(expected, units, city, data_until=data_until)
    weight = weights(units)
    found: list[dict[str, Any]] = []
    for step in city.steps:
        windows, role = matched_windows(city, step, data_until=data_until), roles(units, step)
        known = all(exposure.covers(window) for window in windows)
        for series in city.harm.series:
            if not known:
                continue
            harm = reading(exposure.counts[series.id], exposure, windows, role=role, weights=weight)
            is_control = series.id in city.inference.negative_controls
            for quantity in (*QUANTITIES, NEGATIVE_CONTROL) if is_control else QUANTITIES:
                value = _true_value(quantity, harm)
                found.append(
                    {
                        "id": finding_id(quantity, city, step, series)[0],
                        "step": step.id,
                        "series": series.id,
                        "adjustment": quantity.adjustment,
                        "value": value,
                        "parts": parts(quantity, harm),
                    }
                )
    found += _trends(expected, exposure, city, data_until=data_until)
    sources = [s.model_dump(mode="json") for s in city.sources if s.is_invented]
    return {"simulated": True, "city": city.city, "parameters": sources, "findings": found}


def _trends(expected: Expected, exposure: Exposure, city: City, *, data_until: date) -> list[dict[str, Any]]:
    """Return the truth of series against their own course: of totals the fit of what is expected, of help as drawn."""
    total, of_help = TRENDS
    until, people = last_review(city, data_until), expected.help
    found = []
    for step in city.steps:
        for series in city.harm.series:
            daily = exposure.counts[series.id].sum(axis=0)
            fit = course(months_of_days(daily, exposure.first_day, until=until), city, step)
            value = None if fit is None else float(np.expm1(fit.log_effect))
            found.append({"id": f"{total.kind}:{step.id}", "series": series.id, "value": value, "step": step.id})
        for helped in city.help_series:
            value = None if people is None else _true_help(people, helped, city, step=step, until=until)
            found.append({"id": f"{of_help.kind}:{step.id}", "series": helped.id, "value": value, "step": step.id})
    return [{**row, "adjustment": "trend", "parts": {}} for row in found]


def _true_help(table: DataFrame, series: HelpSeries, city: City, *, step: Step, until: date) -> float | None:
    """Return people helped over people who would have been, in the whole months of the step's later period."""
    start = next(period.start for period in city.periods if period.id == step.to_period)
    end = min(until, next(period.end for period in city.periods if period.id == step.to_period))
    rows = table[(table["series_id"] == series.id) & (table["month"] >= start)]
    rows = rows[rows["month"].to_numpy().astype("datetime64[M]") < np.datetime64(end, "M")]
    return float(rows["people"].sum() / rows["without"].sum() - 1.0) if len(rows) else None


def _true_value(quantity: Quantity, harm: np.ndarray) -> float | None:
    """Return the figure, or None where it is undefined: also where what is divided by is zero but for rounding."""
    value = float(quantity.figure(harm))
    value = 0.0 if abs(value) < _ROUNDING else value
    if quantity.is_ratio and np.abs(quantity.statistic(harm)[..., 1]).max() < _ROUNDING * harm[..., TOTAL].sum():
        return None
    return value if np.isfinite(value) else None


def expected_exposure(expected: Expected, units: Units, city: City, *, data_until: date) -> Exposure:
    """Return expected harm by unit and day, as counts of records would be: every component spread over its points."""
    points, rates = expected.points, expected.rates
    components = sorted(set(points["component"]))
    unit = unit_of(units, points["x"].to_numpy(dtype=float), points["y"].to_numpy(dtype=float))
    spread = np.zeros((len(units.pieces), len(components)))
    inside = unit >= 0
    column = np.searchsorted(components, points["component"].astype(str))
    np.add.at(spread, (unit[inside], column[inside]), points["weight"].to_numpy(dtype=float)[inside])
    first_day = max(city.periods[0].start, min(rates["day"]))
    counts = {
        series.id: spread @ _rates(expected, series, components, first_day, data_until) for series in city.harm.series
    }
    return Exposure(first_day, counts)


def _rates(expected: Expected, series: Series, components: list[str], first_day: date, data_until: date) -> np.ndarray:
    """Return incidents per day of a series by component and day."""
    n_days = (data_until - first_day).days
    rates = expected.rates[in_series(expected.rates, series)]
    day = (rates["day"].to_numpy().astype("datetime64[D]") - np.datetime64(first_day, "D")).astype(np.int64)
    table = np.zeros((len(components), n_days))
    held = (day >= 0) & (day < n_days)
    row = np.searchsorted(components, rates["component"].astype(str))
    np.add.at(table, (row[held], day[held]), rates["incidents_per_day"].to_numpy(dtype=float)[held])
    return table


def with_truth(findings: tuple[Finding, ...], truth: dict[str, Any]) -> tuple[Finding, ...]:
    """Fill in the true value of every finding that has one."""
    values = {(row["id"], row["series"], row["adjustment"]): row["value"] for row in truth["findings"]}
    return tuple(replace(f, truth=values.get((f.id, f.series, f.adjustment))) for f in findings)
