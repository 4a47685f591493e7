"""Widths along streets: criteria against leaving incidents out one by one, and what duplicates do."""

import numpy as np
import pytest
import shapely

from geo.errors import GeoError
from geo.network.bandwidth import FAINTEST_LOG, cronie_van_lieshout_curve, likelihood_curve, returning, scott_m
from geo.network.kernels import Kernel, series_of
from geo.network.lines import Spots
from geo.network.paths import density_by_paths
from geo.network.pieces import pieces_of
from geo.network.spread import deposit, read, spread_along
from tests.geo.network.towns import net, scattered, spot, town

WIDTHS = np.array([40.0, 90.0, 200.0])


def test_what_comes_back_is_what_one_incident_alone_leaves_there():
    network = net(*town(2).lines, shapely.LineString([(900, 0), (903, 0)]))
    pieces = pieces_of(network, step_m=6.0)
    events = scattered(network, 12, 5)
    series = [series_of(Kernel("quartic", h), 6.0) for h in WIDTHS]
    found = returning(pieces, events, series)
    for i in range(events.size):
        one = events[np.array([i])]
        for row, given in zip(found, series, strict=True):
            alone = read(pieces, spread_along(pieces, deposit(pieces, one)[None], given)[0], one)
            assert row[i] == pytest.approx(alone[0], rel=1e-9)


def test_likelihood_is_that_of_leaving_out_one_by_one():
    network = town(2)
    events = scattered(network, 60, 3)
    pieces = pieces_of(network, step_m=1.0)
    widths = np.array([120.0, 200.0])
    curve = likelihood_curve(pieces, events, shape="quartic", support_m=widths)
    for score, alone, width in zip(curve.score, curve.alone, widths, strict=True):
        others = density_by_paths(network, events, events, ("quartic", width), continuous=True, faintest=1e-8) - [
            density_by_paths(network, one, one, ("quartic", width), continuous=True, faintest=1e-8)[0]
            for one in (events[np.array([i])] for i in range(events.size))
        ]
        reached = others > 1e-10
        assert alone == pytest.approx(1 - reached.mean())
        exact = np.where(reached, np.log(np.where(reached, others, 1)), FAINTEST_LOG).mean()
        assert score == pytest.approx(exact, abs=0.03)
    assert curve.best_m == widths[curve.score.argmax()]


def test_cronie_van_lieshout_by_its_definition():
    network = town(4)
    events = scattered(network, 40, 1)
    pieces = pieces_of(network, step_m=2.0)
    curve = cronie_van_lieshout_curve(pieces, events, shape="quartic", support_m=WIDTHS)
    for score, width in zip(curve.score, WIDTHS, strict=True):
        density = density_by_paths(network, events, events, ("quartic", width), continuous=True, faintest=1e-8)
        assert score == pytest.approx(((1 / density).sum() - network.lengths_m.sum()) ** 2, rel=2e-2)
    assert curve.best_m == WIDTHS[curve.score.argmin()]


def test_clusters_ask_for_narrower_kernels_than_scatter():
    network = town(1)
    pieces = pieces_of(network, step_m=4.0)
    rng = np.random.default_rng(0)
    middles = scattered(network, 12, 2)
    near = np.clip(
        np.repeat(middles.along_m, 20) + rng.normal(0, 4, 240), 0, network.lengths_m[middles.line].repeat(20)
    )
    widths = np.geomspace(20, 400, 12)
    clustered = likelihood_curve(pieces, Spots(np.repeat(middles.line, 20), near), shape="quartic", support_m=widths)
    even = likelihood_curve(pieces, scattered(network, 240, 7), shape="quartic", support_m=widths)
    assert clustered.best_m < even.best_m / 2


def test_scott():
    xy = np.array([[0.0, 0], [2, 8], [4, 16]])
    assert scott_m(xy) == pytest.approx(4 * 3**-0.2)


def test_one_incident_is_too_few():
    network = town(1)
    with pytest.raises(GeoError, match="fewer than two"):
        likelihood_curve(pieces_of(network, step_m=5.0), spot(0, 1.0), shape="quartic", support_m=WIDTHS)
