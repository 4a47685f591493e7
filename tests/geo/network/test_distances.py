"""Walking distances and rings from points, lines and polygons, worked by hand."""

import networkx as nx
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from geo.errors import GeoError
from geo.network.distances import distances, ring_of, street_in_rings
from geo.network.lines import Spots
from tests.geo.network.towns import Y, net, scattered, spot, town

LONG = net(LineString([(0, 0), (1000, 0)]), LineString([(1000, 0), (1000, 500)]), LineString([(1000, 0), (1500, 0)]),
           LineString([(5000, 0), (5100, 0)]))  # fmt: skip


def line_at(network, x, y):
    return int(np.argmin([line.distance(Point(x, y)) for line in network.lines]))


def walk_to(network, shape, *xy):
    walk = distances(network, shape)
    line = np.array([line_at(network, *p) for p in xy])
    along = np.array([network.lines[i].project(Point(p)) for i, p in zip(line, xy, strict=True)])
    return walk, walk.at(Spots(line, along))


def test_from_a_point_beside_a_street():
    walk, found = walk_to(LONG, Point(300, 40), (300, 0), (0, 0), (1000, 200), (5050, 0))
    assert walk.offset_m == 40
    assert found.tolist() == [40, 340, 940, np.inf]


def test_from_a_polygon_across_streets():
    walk, found = walk_to(LONG, box(400, -50, 600, 50), (500, 0), (390, 0), (650, 0), (1000, 100), (1400, 0))
    assert walk.offset_m == 0
    assert found.tolist() == [0, 10, 50, 500, 800]


def test_a_polygon_that_holds_a_junction_and_one_with_a_hole():
    _, found = walk_to(LONG, box(990, -10, 1010, 10), (985, 0), (1000, 5), (1000, 110), (1010, 0))
    assert found.tolist() == [5, 0, 100, 0]
    ring = Polygon(box(100, -50, 300, 50).exterior.coords, [box(150, -20, 250, 20).exterior.coords])
    _, found = walk_to(LONG, ring, (125, 0), (200, 0), (240, 0), (50, 0))
    assert found.tolist() == [0, 50, 10, 50]


def test_from_a_line_that_crosses():
    _, found = walk_to(LONG, LineString([(200, -5), (200, 5)]), (200, 0), (150, 0), (1000, 10))
    assert found.tolist() == [0, 50, 810]


def test_round_a_closed_street():
    block = net(LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]))
    _, found = walk_to(block, box(-10, -10, 10, 10), (50, 0), (0, 50), (100, 100), (5, 0), (0, 5))
    assert found.tolist() == [40, 40, 190, 0, 0]


def test_the_same_as_a_search_from_every_spot():
    network = town(3)
    places = scattered(network, 60, 1)
    xy = shapely.line_interpolate_point(network.lines[places.line], places.along_m)
    graph = nx.MultiGraph()
    graph.add_weighted_edges_from((*pair, length) for pair, length in zip(network.ends, network.lengths_m, strict=True))
    far = {a: nx.single_source_dijkstra_path_length(graph, a) for a in network.ends[places.line[0]]}
    between = {a: np.array([way[node] for node in range(network.nodes)]) for a, way in far.items()}
    walk = distances(network, xy[0])
    a, b = network.ends[places.line[0]]
    at, length = places.along_m[0], network.lengths_m[places.line[0]]
    np.testing.assert_allclose(walk.at_node_m, np.minimum(between[a] + at, between[b] + length - at), atol=1e-6)


def test_rings():
    distance = np.array([0, 1e-9, 100, 100.5, 250, 999, 1000, 1000.1, np.inf, np.nan])
    assert ring_of(distance).tolist() == [0, 1, 1, 2, 2, 4, 4, -1, -1, -1]


def test_metres_of_street_in_rings():
    metres = street_in_rings(distances(LONG, box(0, -10, 100, 10)))
    assert metres.tolist() == [100, 100, 150, 250, 500 - 100 + 100 + 100]


def test_places_off_the_network_have_no_distance():
    found = distances(net(*Y), Point(0, 0)).at(Spots(np.array([-1, 0]), np.array([np.nan, 30.0])))
    np.testing.assert_array_equal(found, [np.nan, 30])


def test_an_empty_shape_is_refused():
    with pytest.raises(GeoError, match="a shape that is not empty"):
        distances(net(*Y), Point())
    assert spot(0, 1.0).size == 1
