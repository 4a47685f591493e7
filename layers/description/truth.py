"""The true value of descriptive figures of a simulated city: the same figures, of expected, fully recorded harm."""

from typing import Any

import numpy as np

from geo.equity import concentration_index
from layers.city import City
from layers.findings.evidence import frame
from layers.frame.denominators import Denominator
from layers.frame.exposure import Exposure
from layers.frame.units import Units
from layers.movement.plans import Least, least_effort
from layers.movement.ways import Ways


def true_figures(
    exposure: Exposure, units: Units, city: City, *, ways: Ways, denominators: tuple[Denominator, ...]
) -> list[dict[str, Any]]:
    """Return rows of a truth: id, step, series, adjustment, value; the middle has none, its places are not expected.

    Parameters
    ----------
    exposure : Exposure
        Of expected harm, from `layers.truth.expected_exposure`.
    """
    found: list[dict[str, Any]] = []
    for step in city.steps:
        laid = frame(exposure, units, city, step)
        if laid is None:
            continue
        for series in city.harm.series:
            rates = np.stack([exposure.counts[series.id][:, days].mean(axis=1) for days in laid.spans[0]])
            is_first = step == city.steps[0] and series == city.harm.series[0]
            least = least_effort(rates, denominators[0].unit_rank, ways.distance_m)
            values = [*_least_values(least), *_index_changes(rates, denominators)]
            found += [
                {
                    "id": kind if is_first else f"{kind}:{step.id}",
                    "step": step.id,
                    "series": series.id,
                    "adjustment": adjustment,
                    "value": value if np.isfinite(value) else None,
                    "parts": {},
                }
                for kind, adjustment, value in values
            ]
    return found


def _least_values(least: Least | None) -> list[tuple[str, str, float]]:
    if least is None:
        return []
    return [
        ("harm_moved_mean_distance_m", "none", least.mean_m),
        ("total_variation", "none", least.elsewhere),
        ("burden_transfer", "none", 50.0 * sum(least.net)),
    ]


def _index_changes(rates: np.ndarray, denominators: tuple[Denominator, ...]) -> list[tuple[str, str, float]]:
    found: list[tuple[str, str, float]] = []
    for one in denominators:
        ranked = np.isfinite(one.unit_rank)
        if (rates[:, ranked].sum(axis=1) > 0).all():
            before, after = (concentration_index(rate, one.unit_rank) for rate in rates)
            found.append(("concentration_index_change", one.kind, after - before))
    return found
