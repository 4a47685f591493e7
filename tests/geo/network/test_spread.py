"""Spreading along streets: the hand-worked Y, every path followed, what is kept and what never matters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString
from shapely.ops import substring

from geo.errors import GeoError
from geo.network.kernels import Kernel, gaussian, heat_series, series_of
from geo.network.paths import density_by_paths
from geo.network.pieces import pieces_of
from geo.network.spread import (
    deposit,
    error_bound,
    largest_kernel,
    piece_length_m,
    read,
    spread_along,
    spread_bands,
    step_for,
)
from tests.geo.network.towns import Y, net, scattered, spot, town

EPANECHNIKOV = Kernel("epanechnikov", 100.0)


def spread_of(network, events, kernel, step_m, **how):
    pieces = pieces_of(network, step_m=step_m)
    return pieces, spread_along(pieces, deposit(pieces, events)[None], series_of(kernel, step_m), **how)[0]


@pytest.mark.parametrize("step_m", [10.0, 5.0, 2.5, 1.0])
def test_the_hand_worked_y(step_m):
    pieces = pieces_of(net(*Y), step_m=step_m)
    series = series_of(EPANECHNIKOV, step_m, keep_mass=False)
    found = spread_along(pieces, deposit(pieces, spot(0, 20.0))[None], series)[0]
    at = {(0, 70.0): 0.00515, (1, 10.0): 0.00455}  # K(50) - K(90) / 3, 2 K(30) / 3
    at |= {(0, 100.0): 0.0054, (1, 50.0): 0.00255, (2, 50.0): 0.00255, (1, 80.0): 0.0}
    for (line, along), value in at.items():
        assert read(pieces, found, spot(line, along))[0] == pytest.approx(value, abs=1e-15)


def test_a_dead_end_reflects():
    pieces = pieces_of(net(*Y), step_m=1.0)
    series = series_of(EPANECHNIKOV, 1.0, keep_mass=False)
    found = spread_along(pieces, deposit(pieces, spot(0, 90.0))[None], series)[0]
    for along, value in ((99.0, 0.0148485), (95.0, 0.0148125), (50.0, 0.0111)):
        assert read(pieces, found, spot(0, along))[0] == pytest.approx(value, abs=1e-14)


@pytest.mark.parametrize("shape", ["epanechnikov", "quartic"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_path_followed_gives_the_same_within_the_bound(shape, seed):
    network, kernel = town(seed), Kernel(shape, 150.0)
    events, places = scattered(network, 40, seed), scattered(network, 300, seed + 9)
    truth = density_by_paths(network, events, places, (shape, 150.0), continuous=True, faintest=1e-9)
    one = kernel.density(np.zeros(1))[0]
    errors = []
    for step_m in (5.0, 2.5, 1.25):
        pieces, found = spread_of(network, events, kernel, step_m)
        errors.append(np.abs(read(pieces, found, places) - truth).max() / one)
        if shape == "quartic":
            assert errors[-1] < events.size * error_bound(pieces, kernel)
    assert errors[-1] < errors[0] / 3
    if shape == "quartic":
        assert errors[-1] < 2e-3


def test_one_incident_stays_within_the_bound_everywhere():
    network, kernel = town(4), Kernel("quartic", 200.0)
    places = scattered(network, 500, 3)
    for seed in range(12):
        event = scattered(network, 1, seed)
        truth = density_by_paths(network, event, places, ("quartic", 200.0), continuous=True, faintest=1e-9)
        pieces, found = spread_of(network, event, kernel, 4.0)
        assert np.abs(read(pieces, found, places) - truth).max() < error_bound(pieces, kernel) * 15 / 16 / 200
    assert pieces.added_m.max() == 0


def test_on_a_long_street_it_is_the_gaussian():
    _, found = spread_of(net(LineString([(0, 0), (2000, 0)])), spot(0, 1000.0), gaussian(100.0), 5.0)
    along = np.arange(401) * 5.0
    truth = np.exp(-((along - 1000) ** 2) / 2 / 100**2) / (np.sqrt(2 * np.pi) * 100)
    np.testing.assert_allclose(found, truth, atol=5e-6 * truth.max())


def test_the_heat_kernel_is_the_gaussian_one_by_another_way():
    network = town(5)
    pieces = pieces_of(network, step_m=2.0)
    mass = deposit(pieces, scattered(network, 30))[None]
    by_samples = spread_along(pieces, mass, series_of(gaussian(40.0), 2.0))[0]
    by_heat = spread_along(pieces, mass, heat_series(40.0, 2.0))[0]
    np.testing.assert_allclose(by_samples, by_heat, atol=2e-3 * by_heat.max())
    assert by_heat.min() > -1e-12


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), step_m=st.sampled_from([3.0, 7.0, 11.0, 40.0]), support_m=st.floats(50, 400))
def test_mass_is_kept_and_the_kernel_is_symmetric(seed, step_m, support_m):
    network = town(seed)
    pieces = pieces_of(network, step_m=step_m)
    rng = np.random.default_rng(seed)
    mass = np.stack([deposit(pieces, scattered(network, 20, seed + k), rng.random(20)) for k in (0, 1)])
    density = spread_along(pieces, mass, series_of(Kernel("quartic", support_m), step_m))
    np.testing.assert_allclose((density * pieces.control_m).sum(axis=1), mass.sum(axis=1), rtol=1e-10)
    there, back = (density[0] * mass[1]).sum(), (density[1] * mass[0]).sum()
    assert there == pytest.approx(back, rel=1e-9, abs=1e-15)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_superposition_and_weights(seed):
    network = town(seed)
    pieces = pieces_of(network, step_m=6.0)
    series = series_of(Kernel("epanechnikov", 120.0), 6.0)
    a, b = (deposit(pieces, scattered(network, 5, seed + k)) for k in (0, 1))
    together = spread_along(pieces, np.stack([a, b, 2 * a + 3 * b]), series)
    np.testing.assert_allclose(together[2], 2 * together[0] + 3 * together[1], atol=1e-13)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.1, 0.9))
def test_division_and_direction_of_streets_do_not_matter(seed, share):
    whole = town(seed)
    rng = np.random.default_rng(seed)
    cut = [part for line in whole.lines for part in (substring(line, 0, share, True), substring(line, share, 1, True))]
    divided = net(*[line.reverse() if rng.random() < 0.5 else line for line in cut])
    events = scattered(whole, 10, seed)
    xy = [whole.lines[i].interpolate(d) for i, d in zip(events.line, events.along_m, strict=True)]
    values = []
    for network in (whole, divided):
        pieces = pieces_of(network, step_m=7.0)
        line = np.array([np.argmin([other.distance(p) for other in network.lines]) for p in xy])
        along = np.array([network.lines[i].project(p) for i, p in zip(line, xy, strict=True)])
        at = type(events)(line, along)
        density = spread_along(pieces, deposit(pieces, at)[None], series_of(Kernel("quartic", 150.0), 7.0))[0]
        values.append(read(pieces, density, at))
    np.testing.assert_allclose(values[0], values[1], rtol=1e-6)


def test_values_agree_on_all_slots_of_a_junction():
    network = town(6)
    pieces, found = spread_of(network, scattered(network, 20), Kernel("quartic", 200.0), 5.0)
    ends = pieces.junctions
    for j in range(network.nodes):
        assert np.ptp(found[ends.slot[ends.start[j] : ends.start[j + 1]]]) < 1e-15


def test_separate_networks_share_nothing():
    network = net(*Y, LineString([(500, 0), (600, 0)]))
    far = int(np.flatnonzero(network.lengths_m == 100)[-1])
    pieces, found = spread_of(network, spot(far, 50.0), gaussian(100.0), 5.0)
    assert found[pieces.line != far].max() == 0


def test_short_streets_are_lengthened_at_the_cost_of_their_neighbours():
    short = net(*[LineString(p) for p in ([(0, 0), (50, 0)], [(50, 0), (51, 0)], [(51, 0), (100, 0)])],
                *[LineString([(x, 0), (x, 40)]) for x in (50, 51)])  # fmt: skip
    pieces = pieces_of(short, step_m=5.0)
    assert pieces.added_m.max() == pytest.approx(4.0)
    assert pieces.added_m.sum() == pytest.approx(0.0)
    density = spread_along(pieces, deposit(pieces, spot(0, 20.0))[None], series_of(gaussian(30.0), 5.0))[0]
    assert (density * pieces.control_m).sum() == pytest.approx(1)
    assert density.max() < 0.1


def test_all_bandwidths_from_one_sweep_and_single_precision():
    network = town(7)
    pieces = pieces_of(network, step_m=5.0)
    mass = deposit(pieces, scattered(network, 50))
    series = [series_of(Kernel("quartic", h), 5.0) for h in (60.0, 150.0, 300.0)]
    bands = spread_bands(pieces, mass, series)
    for row, one in zip(bands, series, strict=True):
        np.testing.assert_allclose(row, spread_along(pieces, mass[None], one)[0], atol=1e-15)
        single = spread_along(pieces, mass[None], one, single=True)[0]
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, row, atol=1e-5 * row.max())


def test_no_incident_leaves_more_than_the_bound():
    network = net(*town(3).lines, LineString([(900, 0), (930, 0)]))
    pieces = pieces_of(network, step_m=15.0)
    density = spread_along(pieces, np.eye(pieces.size), series_of(gaussian(60.0), 15.0))
    assert (density.max(axis=0) <= largest_kernel(pieces, sigma_m=60.0)).all()


def test_the_step_follows_from_the_error():
    kernel = Kernel("quartic", 300.0)
    step_m = step_for(kernel, 1e-3)
    pieces = pieces_of(net(LineString([(0, 0), (step_m * 1000, 0)])), step_m=step_m)
    assert error_bound(pieces, kernel) == pytest.approx(1e-3)
    assert step_for(kernel, 1.0) == 15.0


@pytest.mark.parametrize("tolerance", [1e-2, 1e-3])
def test_the_length_of_a_piece_keeps_its_tolerance(tolerance):
    sigma_m = 50.0
    step_m = piece_length_m(sigma_m, tolerance)
    network = net(*[LineString([(0, 0), (length, 0)]) for length in (1.99 * step_m, 30 * step_m)],
                  *[LineString([(0, 0), xy]) for xy in ((0, 7.7 * step_m), (0, -400), (-9, 200))])  # fmt: skip
    pieces, fine = (pieces_of(network, step_m=length) for length in (step_m, step_m / 24))
    assert pieces.added_m.max() == 0
    assert error_bound(pieces, gaussian(sigma_m)) == pytest.approx(tolerance, rel=0.02)
    places, peak = scattered(network, 400, 1), gaussian(sigma_m).density(np.zeros(1))[0]
    for seed in range(6):
        event = scattered(network, 1, seed)
        one, other = (
            read(cut, spread_along(cut, deposit(cut, event)[None], series_of(gaussian(sigma_m), cut.step_m))[0], places)
            for cut in (pieces, fine)
        )
        assert np.abs(one - other).max() < tolerance * peak


def test_no_length_of_a_piece_for_no_tolerance():
    with pytest.raises(GeoError, match="both must be above 0"):
        piece_length_m(100.0, 0.0)


def test_steps_need_a_length():
    with pytest.raises(GeoError, match="must be longer than 0"):
        pieces_of(net(*Y), step_m=0.0)
