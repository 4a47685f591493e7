"""Deprivation that means nothing: random rankings over pairs of years without an event in Philadelphia's records."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from flows.configuration.settings import load_city
from geo import functionals
from layers.border import admit
from layers.city import Window
from layers.findings.estimate import figure
from layers.findings.evidence import Frame, evidence
from layers.findings.kinds import QUANTITIES
from layers.frame.exposure import exposure
from layers.frame.units import unit_of, units
from layers.snapshots import take
from layers.sources import parse_all

ROOT = Path(__file__).parents[2]
DATA = ROOT / "../shared/data"
PAIRS = [(2016, 2017), (2017, 2018), (2018, 2019), (2022, 2023), (2023, 2024), (2024, 2025)]
RANKINGS = 25
SHIFT = next(q for q in QUANTITIES if q.kind == "deprivation_of_harm_shift")

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not (DATA / "philadelphia").is_dir(), reason="no real data beside the checkout"),
]


def test_random_rankings_show_a_shift_in_at_most_seven_of_a_hundred_placebo_pairs(tmp_path):
    city = load_city("philadelphia", ROOT / "config").city
    made_at = datetime(2026, 4, 1, tzinfo=UTC)
    taken = [take(s, city, store=tmp_path, data_dir=DATA, base_dir=ROOT, made_at=made_at) for s in city.sources]
    tables = admit(parse_all(taken, city), city).tables
    laid, points = units(tables, city), tables.incidents.geometry
    where = unit_of(laid, points.x.to_numpy(), points.y.to_numpy())
    counted = exposure(laid, tables.incidents, city, unit_index=where, data_until=date(2026, 1, 1))
    rank, fifth = (laid.pieces[name].to_numpy(dtype=float) for name in ("rank", "fifth"))
    held = laid.pieces["is_control"].to_numpy(dtype=bool) & np.isfinite(rank)  # far from every scene
    role = np.full(held.sum(), functionals.REST)
    role[0] = functionals.CONTROL  # the shift needs none
    spans = tuple(
        tuple(counted.days(Window(start=date(y, 1, 1), end=date(y + 1, 1, 1))) for y in pair) for pair in PAIRS
    )
    area = np.arange(held.sum())
    base = Frame(spans, role, np.full(held.sum(), -1), np.ones((held.sum(), 4)), area, ())
    rng, left_out = np.random.default_rng(20), []
    for series in city.harm.series:
        counts = counted.counts[series.id][held]
        for _ in range(RANKINGS):
            weights = functionals.unit_weights(rng.permutation(rank[held]), fifth[held])
            for i, span in enumerate(spans):
                one = replace(base, spans=(span, *spans[:i], *spans[i + 1 :]), weights=weights)
                low, high = figure(SHIFT, evidence(counts, one), city.inference, ratios=np.ones((1, 2))).interval
                left_out.append(low > 0 or high < 0)
    # chance of so many moves the share by up to 0.015
    assert 0.03 < np.mean(left_out) <= 0.07
