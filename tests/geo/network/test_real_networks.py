"""Real networks: Montreal with spNetwork's own result, Bergen's centre, Oslo's east. spNetwork explained."""

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from scipy.spatial import cKDTree

from geo.network.bandwidth import likelihood_curve
from geo.network.distances import distances, ring_of
from geo.network.kernels import Kernel, from_spnetwork, heat_series, series_of
from geo.network.lines import Network, Spots, components, network_of, snap, without_short
from geo.network.paths import density_by_paths
from geo.network.pieces import pieces_of
from geo.network.spread import deposit, error_bound, read, spread_along

DATA = Path(__file__).parents[3] / "../shared/data"
MONTREAL = DATA / "reference/spnetwork_montreal"
BERGEN = DATA / "norway/bergen_centre_osm_named_streets.geojson"
BW_M = 300.0

pytestmark = [pytest.mark.real, pytest.mark.skipif(not DATA.exists(), reason="no real data beside the checkout")]


def montreal(layer):
    return pyogrio.read_dataframe(MONTREAL / "montreal.gpkg", layer=layer).explode(index_parts=False)


def joined_at_ends(lines):
    """spNetwork joins lines at their ends only, to one decimal (digits=1)."""
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(lines, which)) for which in (0, -1)]).round(1)
    known, node = np.unique(ends, axis=0, return_inverse=True)
    return Network(lines, node.reshape(2, -1).T, len(known))


def lixel_middles(lines, lixel_m=200.0, shortest_m=50.0):
    """Cut every 200 m; a rest below 50 m stays with the piece before."""
    line, along = [], []
    for i, length in enumerate(shapely.length(lines)):
        cuts = list(np.arange(lixel_m, length + 1e-9, lixel_m))
        if cuts and length - cuts[-1] < shortest_m:
            cuts.pop()
        ends = np.r_[0, cuts, length]
        line += [i] * (len(ends) - 1)
        along += list((ends[1:] + ends[:-1]) / 2)
    return Spots(np.array(line), np.array(along))


def pooled(xy, within_m=5.0):
    """Events within 5 m of the first one left become one at their mean (agg=5)."""
    tree, left, places, weights = cKDTree(xy), np.ones(len(xy), bool), [], []
    for i in range(len(xy)):
        if left[i]:
            near = [j for j in tree.query_ball_point(xy[i], within_m) if left[j]]
            left[near] = False
            places.append(xy[near].mean(axis=0))
            weights.append(len(near))
    return np.array(places), np.array(weights, dtype=float)


def on_every_arm(network, events, weights, within_m=0.1):
    """An event at a junction of d streets counts 1 / d on each: 2 / d then goes into each, as spNetwork has it."""
    degree = np.bincount(network.ends.ravel(), minlength=network.nodes)
    ends, line, along, weight = network.ends.ravel(), [], [], []
    for at, d, w in zip(events.line, events.along_m, weights, strict=True):
        length = network.lengths_m[at]
        if within_m < d < length - within_m:
            line, along, weight = [*line, at], [*along, d], [*weight, w]
            continue
        node = network.ends[at, int(d > within_m)]
        for end in np.flatnonzero(ends == node):
            line, along = [*line, end // 2], [*along, network.lengths_m[end // 2] * (end % 2)]
            weight.append(w / degree[node])
    return Spots(np.array(line), np.array(along)), np.array(weight)


def test_spnetworks_montreal_result():
    with (MONTREAL / "expected_nkde_vignette.csv").open(newline="") as file:
        given = np.array([float(row["density_discontinuous_bw300"]) for row in csv.DictReader(file)])
    lines = montreal("mtl_network").geometry.to_numpy()
    network, places = joined_at_ends(lines), lixel_middles(lines)
    assert places.size == given.size == 3163
    xy, weights = pooled(shapely.get_coordinates(montreal("bike_accidents").geometry.to_numpy()))
    at, away = snap(network, shapely.points(xy), within_m=5.0)
    assert away.max() < 5
    events, weights = on_every_arm(network, at, weights)
    ours = density_by_paths(network, events, places, ("quartic", BW_M), continuous=False, weights=weights)
    # made with div="bw" by a version before discontinuous was divided once more
    theirs = from_spnetwork(given, BW_M, method="continuous", div="bw")
    seen = ours > 1e-4
    assert np.median(theirs[seen] / ours[seen]) == pytest.approx(1, abs=2e-4)
    off = np.abs(theirs - ours) > 1e-3 * ours.max()
    assert off.mean() < 0.065  # not explained: curved streets, pooling in another order
    assert np.corrcoef(theirs, ours)[0, 1] > 0.994


def test_bandwidths_of_spnetwork_rise_to_the_same_end():
    with (MONTREAL / "expected_bw_cv_scores.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    widths, given = (np.array([float(row[name]) for row in table]) for name in ("bw", "cv_likelihood"))
    lines = montreal("mtl_network").geometry.to_numpy()
    network = network_of(lines, np.zeros(len(lines), int))
    events, _ = snap(network, montreal("bike_accidents").geometry.to_numpy(), within_m=5.0)
    curve = likelihood_curve(pieces_of(network, step_m=5.0), events, shape="quartic", support_m=widths)
    assert np.corrcoef(curve.score, given)[0, 1] > 0.9
    assert (np.diff(curve.score) > 0).sum() >= 10
    assert curve.best_m >= 500
    assert widths[given.argmax()] >= 500


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
