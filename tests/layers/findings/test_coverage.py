"""How often intervals hold the truth, in simulated cities with drift between years and overdispersed weeks."""

import numpy as np
import pandas as pd
import pytest

from layers.findings.detection import detection_ratios
from layers.findings.estimate import figure
from layers.findings.evidence import evidence, frame
from layers.findings.kinds import QUANTITIES
from tests.made_city import CHANGE, city, days, level, made_exposure, made_units, noisy_counts

BEFORE = {"d1_park": 2.0, "d2_market": 0.4, "d3_tunnel": 0.2}
AFTER = {"d1_park": 0.3, "d2_market": 0.6, "d3_tunnel": 1.4}
SCALE, DRIFT_SD, DISPERSION, CITIES = 4.0, 0.06, 1.6, 400


@pytest.mark.slow
@pytest.mark.parametrize("after", [BEFORE, AFTER], ids=["nothing changed", "the scene moved"])
def test_intervals_hold_the_truth_as_often_as_they_say(after):
    settings = city(inference__detection_ratios=[1.0, 1.0])
    made = made_units(settings)
    rates = [SCALE * level(settings, **r) for r in (BEFORE, after)]
    changed = (days() >= pd.Timestamp(CHANGE))[None, :]
    expected = np.where(changed, rates[1][:, None], rates[0][:, None])
    laid = [frame(made_exposure(expected), made, settings, step) for step in settings.steps]
    held: dict[tuple[str, str, str], list[bool]] = {}
    for seed in range(CITIES):
        counts = noisy_counts(*rates, seed=seed, drift_sd=DRIFT_SD, dispersion=DISPERSION)
        for step, one in zip(settings.steps, laid, strict=True):
            found, true = evidence(counts, one), one.reading(expected)
            ratios = detection_ratios(one, settings.inference, "reactive")
            for quantity in QUANTITIES:
                # without a loss a ratio has no truth; what is refused in some cities and never judged promises nothing
                if not quantity.is_ratio and not quantity.is_descriptive:
                    low, high = figure(quantity, found, settings.inference, ratios=ratios).interval
                    key = step.id, quantity.kind, quantity.adjustment
                    held.setdefault(key, []).append(low <= float(quantity.figure(true)) <= high)
    coverage = {key: np.mean(values) for key, values in held.items()}
    # pure chance of 400 cities moves a share by up to 0.02
    assert min(coverage.values()) > 0.92, coverage
    # here every unit drifts for itself; intervals allow for districts that drift as one, which shakes shares more
    assert max(coverage.values()) < 0.99, coverage
    assert 0.94 < np.mean(list(coverage.values())) < 0.975, coverage
