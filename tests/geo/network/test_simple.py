"""The simple kernel against shortest ways that are known."""

import numpy as np
from shapely import LineString
from shapely.geometry import Point

from geo.network.distances import distances
from geo.network.kernels import Kernel
from geo.network.simple import simple_density
from tests.geo.network.towns import Y, net, scattered, spot, town


def test_on_the_y_every_arm_gets_the_whole_kernel():
    network, kernel = net(*Y), Kernel("epanechnikov", 100.0)
    for line, along, distance in ((0, 70.0, 50.0), (1, 10.0, 30.0), (2, 10.0, 30.0), (1, 90.0, 110.0)):
        found = simple_density(network, spot(0, 20.0), spot(line, along), ("epanechnikov", 100.0))
        np.testing.assert_allclose(found, kernel.density(np.array([distance])), atol=1e-15)


def test_the_shortest_way_counts():
    network, kernel = town(5), Kernel("quartic", 300.0)
    events, places = scattered(network, 7, 1), scattered(network, 200, 2)
    truth = np.zeros(places.size)
    for line, along in zip(events.line, events.along_m, strict=True):
        truth += kernel.density(distances(network, network.lines[line].interpolate(along)).at(places))
    np.testing.assert_allclose(simple_density(network, events, places, ("quartic", 300.0)), truth, atol=1e-9)


def test_round_a_block_the_nearer_way():
    block = net(LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]))
    at = [distances(block, Point(0, 50)).at(spot(0, along))[0] for along in (0.0, 40.0, 160.0, 395.0)]
    assert at == [50, 90, 190, 45]
