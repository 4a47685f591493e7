"""The truth of a simulated city: the same figures of what is expected."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from layers.findings import findings
from layers.findings.trends import trends
from layers.tables import Expected
from layers.truth import expected_exposure, truth, with_truth
from tests.made_city import CHANGE, END, FIRST_DAY, city, days, made_units

SIMULATED = {"kind": "simulated", "id": "s", "licence": "x", "attribution": "x", "seed": 7}
RATES = {"base": (8.0, 8.0), "park": (4.0, 0.6), "tunnel": (0.4, 2.8)}


def expected() -> Expected:
    """Return a base of 1 a day in each district and two scenes that change."""
    points = [("base", 1000.0 * i + 100, 100.0, 1 / 8) for i in range(8)]
    points += [("park", 450.0, 500.0, 0.5), ("park", 550.0, 500.0, 0.5), ("tunnel", 2500.0, 500.0, 1.0)]
    rows = [
        (component, "violence", "resident", "reactive", day.date(), rates[int(day.date() >= CHANGE)])
        for component, rates in RATES.items()
        for day in days(FIRST_DAY - timedelta(days=3), END)
    ]
    columns = ["component", "harm_class", "borne_by", "recorded_by", "day", "incidents_per_day"]
    return Expected(
        pd.DataFrame(points, columns=["component", "x", "y", "weight"]), pd.DataFrame(rows, columns=columns)
    )


@pytest.fixture(scope="module")
def settings():
    return city(sources=[SIMULATED])


def test_expected_harm_is_spread_over_points_and_days(settings):
    made = made_units(settings)
    exposure = expected_exposure(expected(), made, settings, data_until=END)
    harm = pd.DataFrame(exposure.counts["violence"][:, [0, -1]], index=made.pieces["unit_id"])
    assert exposure.first_day == FIRST_DAY
    assert exposure.n_days == (END - FIRST_DAY).days
    assert harm.loc["d1/park"].tolist() == pytest.approx([4.0, 0.6])
    assert harm.loc["d3/tunnel"].tolist() == pytest.approx([0.4, 2.8])
    assert harm.loc["d5"].tolist() == pytest.approx([1.0, 1.0])


def test_truth_is_the_functional_of_expected_harm(settings):
    found = truth(expected(), made_units(settings), settings, data_until=END)
    values = {(r["id"], r["adjustment"]): r["value"] for r in found["findings"]}
    assert values["harm_moved_share", "control"] == pytest.approx(2.4 / 4.0)
    assert values["harm_total_change", "control"] == pytest.approx(11.4 / 12.4 - 1)
    assert values["deterrence_vs_displacement", "control"] == pytest.approx(2.4 / 3.4)
    assert values["harm_moved_share:b->c", "control"] is None  # the market has no harm at all
    assert found["parameters"][0]["seed"] == 7
    assert found["simulated"] is True
    json.dumps(found, allow_nan=False)


def test_findings_of_expected_harm_are_their_own_truth(settings):
    made = made_units(settings)
    exposure = expected_exposure(expected(), made, settings, data_until=END)
    true = truth(expected(), made, settings, data_until=END)
    own = trends(exposure, settings, data_until=END)
    found = with_truth((*findings(exposure, made, settings, data_until=END), *own), true)
    assert len(found) == len(true["findings"]) == 20
    for finding in found:
        assert finding.truth == (None if finding.estimate is None else pytest.approx(finding.estimate))


def test_order_of_rows_does_not_matter(settings):
    made, given = made_units(settings), expected()
    shuffled = Expected(given.points.sample(frac=1, random_state=1), given.rates.sample(frac=1, random_state=1))
    one = expected_exposure(given, made, settings, data_until=END).counts["violence"]
    other = expected_exposure(shuffled, made, settings, data_until=END).counts["violence"]
    assert one == pytest.approx(other)
    assert np.isfinite(one).all()


def test_days_after_the_data_do_not_count(settings):
    until = date(2016, 6, 1)
    found = truth(expected(), made_units(settings), settings, data_until=until)
    assert found["findings"][3]["value"] == pytest.approx(0.6)
