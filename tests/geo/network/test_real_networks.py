"""Real networks: Montreal, Bergen's centre, Oslo's east: bounds, mass, separate networks, walking distances."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geo.network.distances import distances, ring_of
from geo.network.kernels import Kernel, gaussian, heat_series, series_of
from geo.network.lines import Spots, components, network_of, without_short
from geo.network.paths import density_by_paths
from geo.network.pieces import pieces_of
from geo.network.report import connectedness
from geo.network.spread import deposit, error_bound, piece_length_m, read, spread_along
from geo.network.waves import density_by_waves
from tests.geo.network.towns import scattered

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
    spots = scattered(network, 4000, 0)
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


def test_waves_follow_every_path_on_the_main_network_of_montreal():
    lines = montreal("main_network_mtl").geometry.to_numpy()
    network = network_of(lines, np.zeros(len(lines), int))
    events, places = scattered(network, 300, 1), scattered(network, 3000, 2)
    truth = density_by_paths(network, events, places, ("quartic", 500.0), continuous=False)
    for step_m, error in ((10.0, 2e-4), (5.0, 2e-5), (2.5, 4e-6)):
        found = density_by_waves(network, events, places, ("quartic", 500.0), continuous=False, step_m=step_m)
        assert np.abs(found - truth).max() < error * truth.max()


def test_waves_and_the_averaging_operator_agree_on_the_main_network_of_montreal():
    lines = montreal("main_network_mtl").geometry.to_numpy()
    network = network_of(lines, np.zeros(len(lines), int))
    events, places = scattered(network, 5000, 1), scattered(network, 3000, 2)
    by_waves = density_by_waves(network, events, places, ("quartic", 500.0), continuous=True, step_m=2.5)
    pieces = pieces_of(network, step_m=1.0)
    density = spread_along(pieces, deposit(pieces, events)[None], series_of(Kernel("quartic", 500.0), 1.0))[0]
    assert np.abs(read(pieces, density, places) - by_waves).max() < 1e-5 * by_waves.max()


def test_the_length_of_a_piece_keeps_its_tolerance_in_montreal():
    lines = montreal("main_network_mtl").geometry.to_numpy()
    whole = network_of(lines, np.zeros(len(lines), int))
    near = shapely.intersects(whole.lines, shapely.centroid(shapely.multilinestrings(whole.lines)).buffer(3000))
    network = network_of(whole.lines[near], np.zeros(int(near.sum()), int))
    events, places, sigma_m = scattered(network, 12, 1), scattered(network, 20_000, 2), 100.0
    peak = 1 / (np.sqrt(2 * np.pi) * sigma_m)

    def one_by_one(step_m):
        pieces = pieces_of(network, step_m=step_m)
        mass = np.stack([deposit(pieces, events[np.array([i])]) for i in range(events.size)])
        return read(pieces, spread_along(pieces, mass, series_of(gaussian(sigma_m), step_m)), places)

    exact = one_by_one(1.0)
    for tolerance in (5e-3, 2.5e-3, 1e-3):
        assert np.abs(one_by_one(piece_length_m(sigma_m, tolerance)) - exact).max() < tolerance * peak


def walked(name):
    table = pyogrio.read_dataframe(DATA / "norway/osm_pbf" / name, layer="lines").to_crs("EPSG:25832")
    table = table[table["highway"].notna()]
    apart = table["other_tags"].fillna("").str.extract(r'"layer"=>"(-?[0-9]+)"')[0].fillna("0").astype(int)
    lines = table.geometry.to_numpy()
    return lines, without_short(network_of(lines, apart.to_numpy()), shorter_than_m=1.0)


@pytest.mark.parametrize("place", ["oslo", "bergen"])
def test_mass_positivity_and_separate_networks_of_real_streets(place):
    if place == "oslo":
        lines, network = walked("oslo-east-filtered.osm.pbf")
    else:
        lines = gpd.read_file(BERGEN).to_crs("EPSG:25832").explode(index_parts=False).geometry.to_numpy()
        network = without_short(network_of(lines, np.zeros(len(lines), int)), shorter_than_m=1.0)
    state = connectedness(network)
    assert state.length_m == pytest.approx(shapely.length(lines).sum(), rel=0.02)
    assert state.share_of_length.sum() == pytest.approx(1)
    assert state.share_of_length[0] > 0.5
    assert state.separate == np.unique(components(network)).size
    pieces = pieces_of(network, step_m=piece_length_m(100.0, 2.5e-3))
    mass = deposit(pieces, scattered(network, 500, 1))
    heat = spread_along(pieces, mass[None], heat_series(100.0, pieces.step_m))[0]
    assert heat.min() > -1e-12
    assert (heat * pieces.control_m).sum() == pytest.approx(500, rel=1e-9)
    by_network = components(network)[pieces.line]
    given, kept = (np.bincount(by_network, amount) for amount in (mass, heat * pieces.control_m))
    np.testing.assert_allclose(kept, given, atol=1e-6)


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
