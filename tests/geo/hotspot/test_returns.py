"""Areas that come back: whose id they get, and whose not."""

from itertools import pairwise

import numpy as np

from geo.hotspot.identity import Ended, Here, follow
from geo.hotspot.overlaps import cell_overlaps
from geo.hotspot.returns import recalled


def cells(start, stop):
    return np.arange(start, stop)


def told(*periods):
    return recalled(follow(len(periods[0]), [cell_overlaps(*pair) for pair in pairwise(periods)]), periods)


def ids(steps):
    return [[(area.id, area.state) for area in step.here] for step in steps]


def test_the_same_place_after_a_gap_is_the_same_area():
    steps = told([cells(0, 20)], [], [], [cells(5, 20)], [cells(5, 22)])
    assert ids(steps) == [[(1, "first")], [], [], [(1, "returned")], [(1, "same")]]
    assert steps[1].ended == (Ended(1, "gone"),)


def test_less_than_half_of_the_smaller_is_another_place():
    assert ids(told([cells(0, 20)], [], [cells(11, 31)])) == [[(1, "first")], [], [(2, "new")]]


def test_the_last_known_place_counts():
    """It had drifted from where it began before it was gone."""
    steps = told([cells(0, 20)], [cells(10, 30)], [], [cells(0, 9), cells(15, 30)])
    assert ids(steps)[3] == [(2, "new"), (1, "returned")]


def test_what_splits_off_again_after_a_merger_has_its_old_id():
    steps = told([cells(0, 30), cells(40, 55)], [cells(0, 55)], [cells(0, 30), cells(40, 55)])
    assert steps[1].ended == (Ended(2, "merged", 1),)
    assert ids(steps)[2] == [(1, "split"), (2, "split")]


def test_an_area_that_lives_keeps_its_id_from_what_comes_back_to_it():
    steps = told([cells(0, 20), cells(50, 60)], [cells(0, 20)], [cells(0, 20), cells(52, 60), cells(90, 99)])
    assert ids(steps)[2] == [(1, "same"), (2, "returned"), (3, "new")]


def test_numbers_have_no_gaps_and_are_given_once():
    rng = np.random.default_rng(1)
    periods = []
    for _ in range(12):
        cuts = np.sort(rng.choice(200, 8, replace=False))
        periods.append([cells(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True)])
    steps = told(*periods)
    every = [area.id for step in steps for area in step.here]
    assert all(len({area.id for area in step.here}) == len(step.here) for step in steps)
    assert list(dict.fromkeys(every)) == list(range(1, max(every) + 1))


def test_where_an_area_came_from_is_told_in_lasting_ids():
    steps = told([cells(0, 10)], [], [cells(0, 10), cells(20, 30)], [cells(0, 30)])
    assert steps[3].here == (Here(1, "merged", (1, 2)),)
    assert steps[3].ended == (Ended(2, "merged", 1),)
