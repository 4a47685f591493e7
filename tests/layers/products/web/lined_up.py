"""The full example release with a line-up and a multiverse of few choices, for the page's tests. Holds no assertion."""

import dataclasses

import numpy as np
import pandas as pd

from layers.disclosure.release import LineUp, Release
from tests.layers.products.full_release import full_release

TRIED = (
    (0.0, "districts", 1.0),
    (200.0, "districts", 0.8),
    (0.0, "squares of 500 m", -0.5),
    (200.0, "squares of 500 m", 1.2),
)


def lined_up_release() -> Release:
    release = full_release()
    series, step = release.city.harm.series[0].id, release.city.steps[0].id
    surfaces = [s for s in release.surfaces if s.series == series]
    difference = np.subtract(surfaces[-1].values, surfaces[0].values)
    factors = (0.1, -0.3, 0.2, 1.0, -0.5, 0.4, 0.05, -0.2)
    line_up = LineUp(series, step, tuple(difference * factor for factor in factors), real=3)
    return dataclasses.replace(release, line_up=line_up, multiverse=multiverse(release))


def multiverse(release: Release) -> pd.DataFrame:
    finding = next(f for f in release.findings if f.headline and f.estimate is not None)
    rows = [
        {
            "finding": finding.kind,
            "series": finding.series,
            "step": finding.step,
            "bandwidth_m": bandwidth,
            "unit": unit,
            "indicator": None,
            "edge_shift_days": 0.0,
            "harm_weights": None,
            "place_draw": None,
            "geocoding_draw": None,
            "effective_incidents": np.nan,
            "counts": True,
            "estimate": finding.estimate * factor,
        }
        for bandwidth, unit, factor in TRIED
    ]
    return pd.DataFrame(rows)
