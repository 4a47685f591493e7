"""Real networks: Montreal, Bergen's centre, Oslo's east: bounds, mass, separate networks, walking distances."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geo.network.distances import distances, ring_of
from geo.network.kernels import Kernel, heat_series, series_of
from geo.network.lines import Spots, components, network_of, without_short
from geo.network.pieces import pieces_of
from geo.network.spread import deposit, error_bound, read, spread_along

DATA = Path(__file__).parents[3] / "../shared/data"
MONTREAL = DATA / "reference/spnetwork_montreal"
BERGEN = DATA / "norway/bergen_centre_osm_named_streets.geojson"

pytestmark = [pytest.mark.real, pytest.mark.skipif(not DATA.exists(), reason="no real data beside the checkout")]


def montreal(layer):
    return pyogrio.read_dataframe(MONTREAL / "montreal.gpkg", layer=layer).explode(index_parts=False)


def test_the_main_network_of_montreal_within_its_bound():
    lines = montreal("main_network_mtl").geometry.to_numpy()
    network = network_of(lines, np.zeros(len(lines), int))
    assert network.lengths_m.sum() == pytest.approx(2_049_226, abs=1)  # 3.7 km are drawn twice
    rng = np.random.default_rng(0)
    length = network.lengths_m
    line = rng.choice(length.size, 4000, p=length / length.sum())
    spots = Spots(line, rng.random(4000) * length[line])
    events, places, kernel = spots[np.arange(1000)], spots[np.arange(1000, 4000)], Kernel("quartic", 500.0)
    values = {}
    for step_m in (1.0, 5.0):
        pieces = pieces_of(network, step_m=step_m)
        density = spread_along(pieces, deposit(pieces, events)[None], series_of(kernel, step_m))[0]
        assert (density * pieces.control_m).sum() == pytest.approx(1000, rel=1e-9)
        values[step_m] = read(pieces, density, places)
        if step_m == 5.0:
            heat = spread_along(pieces, deposit(pieces, events)[None], heat_series(100.0, step_m))[0]
            assert heat.min() > -1e-12
            assert error_bound(pieces, kernel) < 2e-3
    assert np.abs(values[5.0] - values[1.0]).max() < 5e-4 * values[1.0].max()


def test_bergen_crossings_without_a_shared_vertex_stay_apart():
    streets = gpd.read_file(BERGEN).to_crs("EPSG:25832").explode(index_parts=False)
    lines = streets.geometry.to_numpy()
    network = without_short(network_of(lines, np.zeros(len(lines), int)), shorter_than_m=1.0)
    assert network.lengths_m.min() >= 1
    assert network.lengths_m.sum() == pytest.approx(shapely.length(lines).sum(), rel=0.02)
    crossing = shapely.STRtree(network.lines).query(network.lines, predicate="crosses")
    apart = [i for i, j in crossing.T if i < j and not set(network.ends[i]) & set(network.ends[j])]
    assert len(apart) >= 1
    sizes = np.bincount(components(network))
    assert sizes.max() > 0.5 * len(network.lines)


def test_walking_distances_in_bergen():
    streets = gpd.read_file(BERGEN).to_crs("EPSG:25832").explode(index_parts=False)
    lines = streets.geometry.to_numpy()
    network = network_of(lines, np.zeros(len(lines), int))
    middle = shapely.centroid(shapely.multilinestrings(lines))
    walk = distances(network, middle.buffer(80))
    places = Spots(np.arange(len(network.lines)), network.lengths_m / 2)
    at = shapely.line_interpolate_point(network.lines, places.along_m)
    straight = shapely.distance(at, middle.buffer(80))
    found = walk.at(places)
    assert (found >= straight - 1e-6).all()
    assert set(np.unique(ring_of(found))) >= {1, 2, 3, 4}
