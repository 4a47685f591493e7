"""Histories of hot spots: every class by hand, space-time Gi* against the whole matrix, and short chains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.errors import GeoError
from geo.hotspot.emerging import History, classify, emerging
from geo.hotspot.gi_star import gi_star
from geo.hotspot.neighbours import grid_neighbours

SIGNS = {"h": 1, "c": -1, ".": 0}


def one(history, direction=0):
    state = np.array([[SIGNS[sign]] for sign in history])
    return int(classify(state, np.array([direction]))[0])


@pytest.mark.parametrize(
    ("history", "direction", "expected"),
    [
        ("..........", 0, History.NONE),
        (".........h", 0, History.NEW),
        (".......hhh", 0, History.CONSECUTIVE),
        ("hhhh.hhhhh", 1, History.INTENSIFYING),
        ("hhhhhhhhhh", 0, History.PERSISTENT),
        (".hhhhhhhhh", -1, History.DIMINISHING),
        ("h..hh....h", 0, History.SPORADIC),
        ("h..cc....h", 1, History.OSCILLATING),
        ("hhhhhhhhh.", 0, History.HISTORICAL),
        ("hhhhhhhh..", 0, History.NONE),  # hot in eight of ten, not in the last
        ("..c.......", 0, History.NONE),
        ("..c......h", 0, History.NEW),
        ("cccccccccc", -1, -History.INTENSIFYING),
        ("hhhhhhhhhc", 0, -History.NEW),  # what it is now comes before what it was
    ],
)
def test_classes_by_hand(history, direction, expected):
    assert one(history, direction) == expected


@settings(max_examples=50, deadline=None)
@given(st.text("h.c", min_size=3, max_size=14), st.sampled_from([-1, 0, 1]))
def test_cold_mirrors_hot(history, direction):
    mirrored = history.translate(str.maketrans("hc", "ch"))
    assert one(mirrored, -direction) == -one(history, direction)


def test_space_time_neighbours_are_those_of_the_whole_matrix():
    rng = np.random.default_rng(2)
    weights = grid_neighbours(rng.random((4, 5)) < 0.9)
    n, steps = weights.shape[0], 6
    x = rng.poisson(3.0, (steps, n)).astype(float)
    back = sparse.eye_array(steps) + sparse.eye_array(steps, k=-1)
    whole = sparse.kron(back, weights + sparse.eye_array(n)) - sparse.eye_array(steps * n)
    expected = gi_star(x.ravel(), sparse.csr_array(whole)).z.reshape(steps, n)
    np.testing.assert_allclose(emerging(x, weights).z, expected, atol=1e-12)
    each = np.stack([gi_star(step, weights).z for step in x])
    np.testing.assert_allclose(emerging(x, weights, steps_back=0, reference="window").z, each, atol=1e-12)


def test_a_scene_that_moves():
    rng = np.random.default_rng(0)
    counts = rng.poisson(5.0, (12, 12, 12)).astype(float)
    counts[:, 2:5, 2:5] += np.linspace(0, 60, 12)[:, None, None] + 30
    counts[-3:, 8:11, 8:11] += 80
    found = emerging(counts.reshape(12, -1), grid_neighbours(np.ones((12, 12), dtype=bool)))
    history = found.history.reshape(12, 12)
    assert history[3, 3] == History.INTENSIFYING
    assert history[9, 9] == History.CONSECUTIVE
    assert history[3, 9] <= 0
    assert found.caveats == ()


def test_a_short_chain_says_so():
    x = np.random.default_rng(1).poisson(2.0, (4, 9)).astype(float)
    found = emerging(x, grid_neighbours(np.ones((3, 3), dtype=bool)))
    assert "4 steps: fewer than 10" in found.caveats[0]
    assert found.state.shape == (4, 9)


def test_refusals():
    weights = grid_neighbours(np.ones((2, 2), dtype=bool))
    with pytest.raises(GeoError, match=r"values of shape \(2, 4\) with 1 steps back"):
        emerging(np.ones((2, 4)), weights)
    with pytest.raises(GeoError, match="3 steps back"):
        emerging(np.ones((3, 4)), weights, steps_back=3)
