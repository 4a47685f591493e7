"""Areas through time: every state by hand, ids that last, order that must not matter, and what is refused."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.hotspot.identity import Ended, Here, Overlaps, follow
from geo.hotspot.overlaps import cell_overlaps


def cells(start, stop):
    return np.arange(start, stop)


def told(*periods):
    steps = follow(len(periods[0]), [cell_overlaps(a, b) for a, b in pairwise(periods)])
    return steps[-1]


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (cells(0, 20), "same"),
        (cells(4, 24), "same"),
        (cells(0, 25), "same"),
        (cells(0, 26), "grown"),
        (cells(0, 16), "same"),
        (cells(0, 15), "shrunk"),
        (cells(11, 31), "moved"),
        (cells(18, 38), "moved"),
    ],
)
def test_one_area_that_lives_on(now, state):
    step = told([cells(0, 20)], [now])
    assert step.here == (Here(1, state, (1,)),)
    assert step.ended == ()


def test_a_touch_is_not_an_identity():
    step = told([cells(0, 20)], [cells(19, 39)])
    assert step.here == (Here(2, "new"),)
    assert step.ended == (Ended(1, "gone"),)


def test_two_that_merge():
    step = told([cells(0, 10), cells(20, 40)], [cells(0, 40)])
    assert step.here == (Here(2, "merged", (2, 1)),)
    assert step.ended == (Ended(1, "merged", 2),)


def test_one_that_splits():
    step = told([cells(0, 40)], [cells(0, 10), cells(20, 40)])
    assert step.here == (Here(2, "split", (1,)), Here(1, "split", (1,)))
    assert step.ended == ()


def test_a_new_one_beside_a_grown_one():
    step = told([cells(0, 20)], [cells(0, 40), cells(60, 70)])
    assert step.here == (Here(1, "grown", (1,)), Here(2, "new"))


def test_ids_are_never_given_twice():
    a, b = cells(0, 10), cells(50, 60)
    steps = follow(1, [cell_overlaps([a], [b]), cell_overlaps([b], []), cell_overlaps([], [a, b])])
    assert [[area.id for area in step.here] for step in steps] == [[1], [2], [], [3, 4]]
    assert [step.ended for step in steps] == [(), (Ended(1, "gone"),), (Ended(2, "gone"),), ()]


lines = st.lists(st.integers(0, 99), min_size=1, max_size=8, unique=True).map(sorted)


def areas(cuts):
    """Every second piece between the cuts."""
    return [cells(start, stop) for start, stop in list(zip(cuts, [*cuts[1:], 120], strict=True))[::2]]


@settings(max_examples=100, deadline=None)
@given(lines, lines, st.integers(0, 2**32 - 1))
def test_every_area_is_told_once_whatever_the_order(before, now, seed):
    old, new = areas(before), areas(now)
    step = told(old, new)
    assert len({area.id for area in step.here}) == len(new)
    living = {area.id for area in step.here if area.id <= len(old)}
    assert living | {area.id for area in step.ended} == set(range(1, len(old) + 1))
    assert not living & {area.id for area in step.ended}
    sizes = [np.intersect1d(a, b).size for a in old for b in new]
    if len(set(sizes)) == len(sizes):  # without equal overlaps nothing depends on the order
        shuffled = np.random.default_rng(seed).permutation(len(new))
        other = told(old, [new[k] for k in shuffled])
        assert [(step.here[k].state, step.here[k].came_from) for k in shuffled] == [
            (area.state, area.came_from) for area in other.here
        ]


def test_refusals():
    with pytest.raises(GeoError, match="a cell belongs twice"):
        cell_overlaps([cells(0, 3), cells(2, 4)], [])
    with pytest.raises(GeoError, match="the period before has 2 areas and this one 1"):
        follow(2, [cell_overlaps([cells(0, 3)], [cells(0, 3)])])
    with pytest.raises(GeoError, match="above 0"):
        follow(1, [Overlaps(np.zeros(1), np.ones(1), np.zeros((1, 1)))])
