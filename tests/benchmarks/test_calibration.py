"""The rows and the plot of the calibration, and the towns it draws."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from benchmarks.calibration import HIGH, JUDGED, KNOWN, LOW, NAMES, ROWS, VALUE, VERDICT, VERDICTS, _row, cells
from benchmarks.calibration_plot import draw
from benchmarks.simulated_towns import SAME_RECORDING, Cell, drawn, frame_until, level_town, town
from layers.reviews import looks

CELL = Cell("no change", 0.0, 1.0, SAME_RECORDING)
ROW = {"scenario": "pure displacement", "drift": 0.0, "overdispersion": 1.0, "detection": [1.0, 1.0]}
ROW |= {"declared": [0.5, 2.0], "finding": "harm_moved_share (control)", "replicates": 4, "coverage": 0.95}
ROW |= {"supported": 0.8}


def towns(values, half=1.0, verdicts=None) -> np.ndarray:
    found = np.zeros((len(values), 8))
    found[:, VALUE], found[:, LOW], found[:, HIGH] = values, np.array(values) - half, np.array(values) + half
    found[:, 3:5] = found[:, 1:3]
    found[:, 5] = np.inf
    found[:, VERDICT] = [VERDICTS.index(v) for v in verdicts or ["cannot be decided"] * len(values)]
    return found


def test_a_row_by_hand():
    said = ["supported", "supported", "refuted", "cannot be decided"]
    row = _row(CELL, "x", 0.5, towns([0.0, 1.0, 2.0, 3.0], verdicts=said), declared=(0.5, 2.0), column=VERDICT)
    assert row["coverage"] == 0.5  # the truth lies in -1..1 and 0..2
    assert row["bias"] == 1.0
    assert row["rejected"] == 0.5  # 1..3 and 2..4 leave out 0
    assert (row["supported"], row["refuted"], row["undecided"]) == (0.5, 0.25, 0.25)


def test_a_ratio_is_told_by_the_median_of_clear_losses():
    found = towns([1.0, 1.2, 50.0])
    found[:, 5] = [9.0, 5.0, 0.5]
    row = _row(CELL, "deterrence_vs_displacement (control)", 1.0, found, declared=(0.5, 2.0), column=VERDICT)
    assert row["bias"] == pytest.approx(0.1)


def test_a_finding_without_truth_has_no_coverage():
    row = _row(CELL, "x", float("nan"), towns([0.0, 1.0]), declared=(1.0, 1.0), column=KNOWN)
    assert row["coverage"] is row["bias"] is None


def test_cells_hold_every_scenario_with_every_noise_and_both_changes_of_recording():
    every = cells()
    assert len(every) == len(set(every)) == 24
    assert len(NAMES) == len(JUDGED) + 2


def test_the_plot_is_an_image_with_a_line_for_every_finding():
    other = {**ROW, "finding": "gain & loss", "detection": [0.5, 2.0], "coverage": 0.5}
    texts = [e.text for e in ET.fromstring(draw([ROW, other])).iter() if e.tag.endswith("text")]
    assert "harm moved share (control)" in texts
    assert "gain & loss" in texts
    assert "Simulated towns, 4 in each cell" in texts


def test_published_rows_have_every_column():
    columns = {"scenario", "drift", "overdispersion", "detection", "finding", "replicates", "coverage", "bias"}
    columns |= {"bias_in_se", "rejected"}
    for row in json.loads(ROWS.read_text(encoding="utf-8")):
        assert columns <= set(row)


@pytest.mark.slow
def test_towns_have_the_expected_counts_and_the_declared_noise():
    made = town("disorder")
    for overdispersion in (1.0, 2.5):
        cell = Cell("pure displacement", 0.0, overdispersion, SAME_RECORDING)
        counts = np.array([drawn(made, cell, np.random.default_rng(seed)).sum(axis=1) for seed in range(60)])
        expected = made.expected(cell.scenario).sum(axis=1)
        assert counts.mean(axis=0) == pytest.approx(expected, rel=0.05, abs=3)
        held = expected > 100
        assert (counts.var(axis=0)[held] / expected[held]).mean() == pytest.approx(overdispersion, rel=0.15)


@pytest.mark.slow
def test_a_town_without_trend_has_nothing_to_find_at_any_review():
    made = town("disorder")
    level = level_town(made)
    harm = np.stack([
        frame_until(level, day).reading(level.expected("no change")) for day, _ in looks(made.city, made.city.steps[0])
    ])  # fmt: skip
    crude = next(q for q in JUDGED if q.adjustment == "crude")
    assert crude.figure(harm) == pytest.approx(0.0, abs=1e-3)  # a leap day aside
    assert crude.figure(made.laid.reading(made.expected("no change"))) < -0.05  # with its trend it has
