"""Waves of all incidents against the hand-worked Y, every path followed, and what must never matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString
from shapely.ops import substring

from geo.errors import GeoError
from geo.network.lines import Network, Spots
from geo.network.paths import density_by_paths
from geo.network.rings import TAPS, lagrange, waits_of
from geo.network.waves import density_by_waves
from tests.geo.network.towns import Y, net, scattered, spot, town

HAND = {"esd": {(0, 70.0): 0.005625, (1, 10.0): 0.0034125}, "esc": {(0, 70.0): 0.00515, (1, 10.0): 0.00455}}


def waves(network, events, places, kernel=("epanechnikov", 100.0), *, continuous, step_m=1.0, **more):
    return density_by_waves(network, events, places, kernel, continuous=continuous, step_m=step_m, **more)


@pytest.mark.parametrize("step_m", [10.0, 5.0, 1.0, 0.1])
@pytest.mark.parametrize("rule", ["esd", "esc"])
def test_the_hand_worked_y(rule, step_m):
    for (line, along), value in HAND[rule].items():
        found = waves(net(*Y), spot(0, 20.0), spot(line, along), continuous=rule == "esc", step_m=step_m)
        assert found[0] == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize("shape", ["epanechnikov", "quartic"])
@pytest.mark.parametrize("continuous", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_path_followed_gives_the_same(shape, continuous, seed):
    network, kernel = town(seed), (shape, 150.0)
    events, places = scattered(network, 40, seed), scattered(network, 300, seed + 9)
    truth = density_by_paths(network, events, places, kernel, continuous=continuous, faintest=1e-9)
    within = {"quartic": {2.5: 5e-5, 0.6: 2e-6}, "epanechnikov": {2.5: 2e-3, 0.6: 3e-4}}[shape]
    for step_m, error in within.items():
        found = waves(network, events, places, kernel, continuous=continuous, step_m=step_m)
        assert np.abs(found - truth).max() < error * truth.max()


@pytest.mark.parametrize("continuous", [False, True])
def test_streets_shorter_than_a_step(continuous):
    crossing = [[(0, 0), (100, 0)], [(100, 0), (103, 0)], [(103, 0), (200, 0)], [(100, 0), (100, 90)]]
    crossing += [[(103, 0), (103, -80)], [(100, 90), (98, 90)], [(100, 90), (140, 90)]]
    network = net(*[LineString(xy) for xy in crossing])
    assert network.lengths_m.min() == pytest.approx(2.0)
    events, places = scattered(network, 30, 1), scattered(network, 400, 2)
    truth = density_by_paths(network, events, places, ("quartic", 120.0), continuous=continuous, faintest=1e-8)
    for step_m, error in ((4.0, 1e-3), (2.5, 4e-4), (0.5, 2e-6)):
        found = waves(network, events, places, ("quartic", 120.0), continuous=continuous, step_m=step_m)
        assert np.abs(found - truth).max() < error * truth.max()


@pytest.mark.parametrize("continuous", [False, True])
def test_rings_and_streets_side_by_side(continuous):
    lollipop = net(LineString([(0, 0), (60, 0), (60, 60), (0, 0)]), LineString([(0, 0), (-90, 0)]),
                   LineString([(-90, 0), (-90, 30), (0, 0)]))  # fmt: skip
    events, places = scattered(lollipop, 20, 3), scattered(lollipop, 200, 4)
    truth = density_by_paths(lollipop, events, places, ("quartic", 150.0), continuous=continuous, faintest=1e-9)
    found = waves(lollipop, events, places, ("quartic", 150.0), continuous=continuous, step_m=0.5)
    np.testing.assert_allclose(found, truth, atol=1e-6 * truth.max())


def along_all(network, every_m=0.25):
    count = np.ceil(network.lengths_m / every_m).astype(int)
    line = np.repeat(np.arange(count.size), count)
    part_m = (network.lengths_m / count)[line]
    rank = np.arange(line.size) - np.repeat(np.cumsum(count) - count, count)
    return Spots(line, (rank + 0.5) * part_m), part_m


def test_mass_is_kept_but_where_the_discontinuous_kernel_meets_a_dead_end():
    places, part_m = along_all(net(*Y))
    mass = {
        (at, continuous): (waves(net(*Y), spot(0, at), places, continuous=continuous) * part_m).sum()
        for at in (20.0, 85.0)
        for continuous in (False, True)
    }
    assert mass[20.0, True] == pytest.approx(1, abs=1e-5)
    assert mass[85.0, True] == pytest.approx(1, abs=1e-5)
    lost = 0.5 - 0.75 * 0.15 * (1 - 0.15**2 / 3)  # what the kernel holds beyond 15 m on one side
    assert mass[85.0, False] == pytest.approx(1 - lost, abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.1, 0.9), continuous=st.booleans())
def test_division_and_direction_of_streets_and_order_of_incidents_do_not_matter(seed, share, continuous):
    whole = town(seed)
    rng = np.random.default_rng(seed)
    cut = [part for line in whole.lines for part in (substring(line, 0, share, True), substring(line, share, 1, True))]
    divided = Network(*unjoined(cut, rng))
    events, places = scattered(whole, 10, seed), scattered(whole, 50, seed + 1)
    one = waves(whole, events, places, ("quartic", 150.0), continuous=continuous)
    shuffled = rng.permutation(events.size)
    two = waves(divided, within(divided, whole, events[shuffled]), within(divided, whole, places), ("quartic", 150.0),
                continuous=continuous)  # fmt: skip
    np.testing.assert_allclose(one, two, atol=1e-5 * one.max())


def unjoined(lines, rng):
    lines = [line.reverse() if rng.random() < 0.5 else line for line in lines]
    ends = np.array([line.coords[at] for line in lines for at in (0, -1)]).round(6)
    known, node = np.unique(ends, axis=0, return_inverse=True)
    return np.array(lines), node.reshape(-1, 2), len(known)


def within(network, other, spots):
    xy = [other.lines[i].interpolate(d) for i, d in zip(spots.line, spots.along_m, strict=True)]
    line = np.array([np.argmin([street.distance(p) for street in network.lines]) for p in xy])
    return Spots(line, np.array([network.lines[i].project(p) for i, p in zip(line, xy, strict=True)]))


def test_columns_of_weights_are_one_by_one():
    network = town(3)
    events, places = scattered(network, 12, 1), scattered(network, 40, 2)
    weights = np.random.default_rng(0).random((3, 12))
    together = waves(network, events, places, continuous=False, weights=weights)
    assert together.shape == (3, 40)
    for row, weight in zip(together, weights, strict=True):
        np.testing.assert_array_equal(row, waves(network, events, places, continuous=False, weights=weight))
    ones = waves(network, events, places, continuous=False)
    np.testing.assert_array_equal(ones, waves(network, events, places, continuous=False, weights=np.ones(12)))


def test_separate_networks_share_nothing():
    network = net(*Y, LineString([(500, 0), (600, 0)]))
    far = int(np.flatnonzero(network.lengths_m == 100)[-1])
    found = waves(network, spot(far, 50.0), scattered(net(*Y), 50, 0), continuous=True)
    assert found.max() == 0


def test_weights_of_a_wait_give_cubics_back_and_never_grow():
    weight = np.zeros(TAPS)
    lagrange(weight, TAPS, 1.3)
    for power in range(TAPS):
        assert (weight * np.arange(TAPS) ** power).sum() == pytest.approx(1.3**power)
    first, waits = waits_of(np.linspace(0.01, 6, 200), 1.0)
    angle = np.linspace(0, np.pi, 181)
    for wait in waits:
        turn = np.exp(1j * angle[:, None] * (wait[1] + np.arange(TAPS)))
        assert np.abs(wait[0] + turn @ wait[2:]).max() < 1 + 1e-12
    assert (np.diff(first) >= TAPS).all()


@pytest.mark.parametrize(("kernel", "step_m"), [(("gaussian", 100.0), 1.0), (("quartic", 100.0), 0.0)])
def test_what_cannot_be_done_is_told(kernel, step_m):
    with pytest.raises(GeoError, match="give one of epanechnikov, quartic and a step above 0 m"):
        waves(net(*Y), spot(0, 1.0), spot(0, 1.0), kernel, continuous=False, step_m=step_m)
