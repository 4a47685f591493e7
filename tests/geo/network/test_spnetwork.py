"""spNetwork's published results for Montreal: its rules met exactly, and what each of them does to the result."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geo.network.bandwidth import cronie_van_lieshout_curve, likelihood_curve
from geo.network.kernels import from_spnetwork
from geo.network.lines import Network, Spots, network_of, snap
from geo.network.pieces import pieces_of
from geo.network.waves import density_by_waves
from tests.geo.network import spnetwork
from tests.geo.network.spnetwork import Settings

MONTREAL = Path(__file__).parents[3] / "../shared/data/reference/spnetwork_montreal"
BW_M = 300.0
DENSITY = Settings(decimals=1, near_end_m=1.0, pool_m=5.0, deepest=8, every_vertex=True)
WIDTHS = Settings(decimals=2, near_end_m=0.1, pool_m=5.0, deepest=8, every_vertex=False)

pytestmark = [pytest.mark.real, pytest.mark.skipif(not MONTREAL.exists(), reason="the reference data are not here")]


@cache
def montreal(layer):
    return pyogrio.read_dataframe(MONTREAL / "montreal.gpkg", layer=layer).explode().geometry.to_numpy()


def published(name, *columns):
    with (MONTREAL / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [np.array([float(row[column]) for row in rows]) for column in columns]


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
    return shapely.line_interpolate_point(lines[line], along)


def theirs():
    """The vignette's values as events per metre: its version divided by the width once more, by div="bw"."""
    (given,) = published("expected_nkde_vignette.csv", "density_discontinuous_bw300")
    return from_spnetwork(given, BW_M, method="continuous", div="bw")


def off(found):
    given = theirs()
    return np.abs(found - given) / given.max()


def test_its_rules_give_its_densities():
    lines = montreal("mtl_network")
    places = lixel_middles(lines)
    assert len(places) == theirs().size == 3163
    found = spnetwork.discontinuous(lines, montreal("bike_accidents"), places, BW_M, DENSITY)
    assert off(found).max() < 1e-4
    assert (off(found) > 1e-6).mean() < 0.003


def test_waves_on_its_graph_give_its_densities():
    lines, points = montreal("mtl_network"), montreal("bike_accidents")
    graph, nodes, weights, _ = spnetwork.placed(lines, points, DENSITY)
    network = Network(graph.shape, np.column_stack((graph.first, graph.second)), len(graph.xy))
    places, _ = snap(network, lixel_middles(lines), within_m=1.0)
    events, shares = on_every_arm(network, nodes, weights)
    found = density_by_waves(network, events, places, ("quartic", BW_M), continuous=False, step_m=1.5, weights=shares)
    assert network.lengths_m.min() < 0.5
    assert off(found).max() < 1e-3
    assert np.median(off(found)) < 1e-5


def on_every_arm(network, nodes, weights):
    """An incident at a junction of d streets, 1 / d at the end of each: 2 / d then goes into each."""
    ends = network.ends.ravel()
    by_node = np.argsort(ends, kind="stable")
    start = np.r_[0, np.cumsum(np.bincount(ends, minlength=network.nodes))]
    arms = [by_node[start[node] : start[node + 1]] for node in nodes]
    share = np.concatenate([np.full(len(arm), w / len(arm)) for arm, w in zip(arms, weights, strict=True)])
    arm = np.concatenate(arms)
    return Spots(arm // 2, network.lengths_m[arm // 2] * (arm % 2)), share


def test_beside_a_junction_or_on_it_is_what_decides_the_discontinuous_kernel():
    lines = montreal("mtl_network")
    network = network_of(lines, np.zeros(len(lines), int))
    places, _ = snap(network, lixel_middles(lines), within_m=1.0)
    xy, weights, _ = spnetwork.pooled(shapely.get_coordinates(montreal("bike_accidents")), 5.0)
    events, away = snap(network, shapely.points(xy), within_m=5.0)
    assert away.max() < 5
    near = np.minimum(events.along_m, network.lengths_m[events.line] - events.along_m) < 0.1
    assert 0.5 < near.mean() < 0.9

    def found(at, share):
        return density_by_waves(network, at, places, ("quartic", BW_M), continuous=False, step_m=1.5, weights=share)

    node = network.ends[events.line, (events.along_m > network.lengths_m[events.line] / 2).astype(int)]
    at_node, share = on_every_arm(network, node[near], weights[near])
    as_theirs = found(at_node, share) + found(events[~near], weights[~near])
    assert (off(as_theirs) > 1e-3).mean() < 0.07
    assert (off(found(events, weights)) > 1e-3).mean() > 0.6


def test_its_rules_give_its_criteria():
    widths, likelihood, cronie = published("expected_bw_cv_scores.csv", "bw", "cv_likelihood", "cvl_crit")
    lines = montreal("mtl_network")
    found = spnetwork.criteria(lines, montreal("bike_accidents"), widths, WIDTHS)
    np.testing.assert_allclose(found[0], likelihood, rtol=1e-12)
    np.testing.assert_allclose((found[1] - shapely.length(lines).sum()) ** 2, cronie, rtol=1e-12)


def test_our_criteria_beside_theirs_by_value():
    widths, likelihood = published("expected_bw_cv_scores.csv", "bw", "cv_likelihood")
    lines, points = montreal("mtl_network"), montreal("bike_accidents")
    pieces = pieces_of(network_of(lines, np.zeros(len(lines), int)), step_m=5.0)
    events, _ = snap(pieces.network, points, within_m=5.0)
    how = {"shape": "quartic", "support_m": widths}
    ours, cronie = likelihood_curve(pieces, events, **how), cronie_van_lieshout_curve(pieces, events, **how)
    wide = widths >= 600  # where all but one incident are reached by others, with either rule
    np.testing.assert_allclose((likelihood + np.log(widths))[wide], ours.score[wide], atol=0.3)
    metres = pieces.network.lengths_m.sum() - np.sqrt(cronie.score)
    per_width = spnetwork.criteria(lines, points, widths, WIDTHS, split_own=True)[1] / widths
    # at a junction of four streets it counts all that arrives, twice the kernel's value there
    assert ((per_width / metres > 0.5) & (per_width / metres < 0.7))[wide].all()
