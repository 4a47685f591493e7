"""Spreading along streets against reference values made with other software (spatstat, path tracing)."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from shapely import LineString

from geo.street import network_of, snap
from geo.street_kernel import gaussian, pieces_of, series_of, spread_along

GOLDEN = Path(__file__).parents[2] / "../shared/data/reference/golden-network-kde"
PIECE_M = 0.5

pytestmark = [pytest.mark.real, pytest.mark.skipif(not GOLDEN.exists(), reason="the reference data are not here")]


def rows(name):
    with (GOLDEN / name).open(newline="") as file:
        return list(csv.DictReader(file))


def town():
    node = {row["node"]: (float(row["x"]), float(row["y"])) for row in rows("nodes.csv")}
    lines = np.array([LineString([node[row["from"]], node[row["to"]]]) for row in rows("edges.csv")])
    return pieces_of(network_of(lines, np.zeros(len(lines), int)), piece_m=PIECE_M)


def at(pieces, table):
    points = np.array([LineString([(float(r["x"]), float(r["y"]))] * 2).centroid for r in table])
    line, along = snap(pieces.network, points, within_m=1.0)
    return pieces.node_at(line, along)


@pytest.mark.parametrize(("column", "error"), [("esc_epanechnikov", 2e-3), ("esc_quartic", 2e-3), ("heat", 2e-3)])
@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_to_the_rounding_of_positions(column, error, weighted):
    pieces, events, lixels = town(), rows("events.csv"), rows("lixels_expected.csv")
    summary = json.loads((GOLDEN / "summary.json").read_text())
    weight = [float(e["weight"]) if weighted else 1.0 for e in events]
    mass = np.bincount(at(pieces, events), weights=weight, minlength=pieces.control_m.size)
    found = spread_along(pieces, mass[None], kernel(column, summary))[0]
    truth = np.array([float(row[column + "_w" * weighted]) for row in lixels])
    assert np.abs(found[at(pieces, lixels)] - truth).max() < error * truth.max()


def kernel(column, summary):
    h = summary["support_bandwidth_m"]
    u = np.arange(int(h / PIECE_M) + 1) * PIECE_M / h
    if column == "heat":
        return gaussian(summary["heat_sigma"], PIECE_M)
    shape = 0.75 * (1 - u**2) if column == "esc_epanechnikov" else 15 / 16 * (1 - u**2) ** 2
    return series_of(np.maximum(shape, 0) / h, PIECE_M)
