"""Spreading along streets against reference values made with other software (spatstat, path tracing)."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from shapely import LineString, Point

from geo.network.distances import distances
from geo.network.kernels import Kernel, gaussian, heat_series, series_of
from geo.network.lines import Spots, snap
from geo.network.paths import density_by_paths
from geo.network.pieces import pieces_of
from geo.network.simple import simple_density
from geo.network.spread import deposit, read, spread_along
from geo.network.waves import density_by_waves
from tests.geo.network.towns import net

GOLDEN = Path(__file__).parents[3] / "../shared/data/reference/golden-network-kde"
STEP_M = 0.5

pytestmark = [pytest.mark.real, pytest.mark.skipif(not GOLDEN.exists(), reason="the reference data are not here")]


def rows(name):
    with (GOLDEN / name).open(newline="") as file:
        return list(csv.DictReader(file))


def column(table, name):
    return np.array([float(row[name]) for row in table])


def town():
    node = {row["node"]: (float(row["x"]), float(row["y"])) for row in rows("nodes.csv")}
    return net(*[LineString([node[row["from"]], node[row["to"]]]) for row in rows("edges.csv")])


def at(network, table):
    points = np.array([LineString([(float(r["x"]), float(r["y"]))] * 2).centroid for r in table])
    return snap(network, points, within_m=1.0)[0]


SUMMARY = json.loads((GOLDEN / "summary.json").read_text()) if GOLDEN.exists() else {}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", ["epanechnikov", "quartic"])
@pytest.mark.parametrize("continuous", [False, True])
def test_paths_meet_the_reference(weighted, shape, continuous):
    network, events, lixels = town(), rows("events.csv"), rows("lixels_expected.csv")
    weights = column(events, "weight") if weighted else None
    found = density_by_paths(
        network,
        at(network, events),
        at(network, lixels),
        (shape, SUMMARY["support_bandwidth_m"]),
        continuous=continuous,
        weights=weights,
    )
    truth = column(lixels, f"{'esc' if continuous else 'esd'}_{shape}" + "_w" * weighted)
    assert np.abs(found - truth).max() < 1e-6 * truth.max()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("continuous", [False, True])
@pytest.mark.parametrize(("shape", "error"), [("epanechnikov", 1e-5), ("quartic", 1e-6)])
def test_waves_meet_the_reference(weighted, continuous, shape, error):
    network, events, lixels = town(), rows("events.csv"), rows("lixels_expected.csv")
    found = density_by_waves(
        network,
        at(network, events),
        at(network, lixels),
        (shape, SUMMARY["support_bandwidth_m"]),
        continuous=continuous,
        step_m=0.1,
        weights=column(events, "weight") if weighted else None,
    )
    truth = column(lixels, f"{'esc' if continuous else 'esd'}_{shape}" + "_w" * weighted)
    assert np.abs(found - truth).max() < error * truth.max()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("name", "error"), [("esc_epanechnikov", 2e-4), ("esc_quartic", 1e-4), ("heat", 1e-4)])
def test_the_recurrence_meets_the_reference(name, error, weighted):
    network, events, lixels = town(), rows("events.csv"), rows("lixels_expected.csv")
    pieces = pieces_of(network, step_m=STEP_M)
    mass = deposit(pieces, at(network, events), column(events, "weight") if weighted else None)
    truth = column(lixels, name + "_w" * weighted)
    for series in series_for(name):
        found = read(pieces, spread_along(pieces, mass[None], series)[0], at(network, lixels))
        assert np.abs(found - truth).max() < error * truth.max()


def series_for(name):
    if name == "heat":
        sigma = SUMMARY["heat_sigma"]
        return heat_series(sigma, STEP_M), series_of(gaussian(sigma), STEP_M)
    return (series_of(Kernel(name.removeprefix("esc_"), SUMMARY["support_bandwidth_m"]), STEP_M),)


def test_the_hand_worked_y():
    hand = json.loads((GOLDEN / "y_network_hand.json").read_text())
    network = net(*[LineString([(0, 0), xy]) for xy in ((0, -100), (-80, 60), (80, 60))])

    def found(event, queries, continuous):
        spots = [at(network, [{"x": x, "y": y} for x, y in points]) for points in ([event], queries)]
        return density_by_paths(network, *spots, ("epanechnikov", 100.0), continuous=continuous)

    for continuous, key in ((False, "esd"), (True, "esc")):
        np.testing.assert_allclose(found((0, -20), hand["queries"], continuous), hand[key], atol=1e-12)
    dead = hand["dead_end"]
    for continuous, key in ((False, "esd"), (True, "esc_with_terminal_reflection")):
        np.testing.assert_allclose(found(dead["event"], dead["queries"], continuous), dead[key], atol=1e-12)


def test_the_simple_kernel_and_its_too_large_mass():
    network, lixels = town(), rows("lixels_expected.csv")
    support = SUMMARY["support_bandwidth_m"]
    found = simple_density(network, at(network, rows("events.csv")), at(network, lixels), ("epanechnikov", support))
    truth = column(lixels, "simple_epanechnikov")
    assert np.abs(found - truth).max() < 1e-6 * truth.max()
    mass = found @ column(lixels, "length")
    assert mass == pytest.approx(SUMMARY["riemann_mass"]["simple_epanechnikov"], rel=1e-6)


def test_walking_distances_to_every_event():
    network, events, lixels = town(), rows("events.csv"), rows("lixels_expected.csv")
    spots, table = at(network, lixels), rows("network_distance.csv")
    for event in events:
        walk = distances(network, Point(float(event["x"]), float(event["y"])))
        truth = column(table, f"event{event['event']}")
        np.testing.assert_allclose(walk.at(spots), truth, rtol=0, atol=2e-6)  # told to six decimals


@pytest.mark.parametrize("continuous", [False, True])
def test_the_mass_of_every_event_is_kept_but_where_a_dead_end_swallows_it(continuous):
    """By the middles of quarter metres; the reference's own sums, on longer pieces, lie within 2e-3 of that."""
    network, kernel = town(), ("epanechnikov", SUMMARY["support_bandwidth_m"])
    parts = np.ceil(network.lengths_m / 0.25).astype(int)
    line = np.repeat(np.arange(parts.size), parts)
    length = (network.lengths_m / parts)[line]
    along = (np.arange(line.size) - np.r_[0, np.cumsum(parts)[:-1]][line] + 0.5) * length
    events = rows("events.csv")
    masses = [
        density_by_paths(network, at(network, [event]), Spots(line, along), kernel, continuous=continuous) @ length
        for event in events
    ]
    told = np.array(SUMMARY[f"per_event_mass_{'esc' if continuous else 'esd'}_epanechnikov"])
    np.testing.assert_allclose(masses, told, atol=2e-3)
    np.testing.assert_allclose(np.array(masses)[continuous | (told > 0.9)], 1, atol=1e-5)
