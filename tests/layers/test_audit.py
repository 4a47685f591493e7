"""What a system of published sums gives away, by hand and against every possible set of whole counts."""

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from layers.disclosure.audit.solve import Targets, withheld
from layers.disclosure.audit.system import System, least_of

FEWEST = 5
LEAST_TOLD = 3  # where every set of whole counts is tried


def system(rows, least, most=None):
    weights = sparse.csr_array(np.array(rows, dtype=float))
    least = np.array(least, dtype=float)
    return System(weights, least, least if most is None else np.array(most, dtype=float))


def targets(rows):
    marks = sparse.csr_array(np.array(rows, dtype=float))
    return Targets(marks, marks)


def hidden(known, wanted, cost, **options):
    return withheld(known, targets(wanted), np.array(cost, dtype=float), fewest=FEWEST, **options)


# two units that lie in a ring, and what of a third lies in it: 10, 20, 3, and 40 outside of the ring
RING = ([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 0]], [10, 20, 33])
REST = [[0, 0, 1, 0]]


def test_a_ring_and_the_units_inside_it_give_a_small_rest_away():
    done = hidden(system(*RING), REST, [2, 1, 0])
    assert done.hidden.tolist() == [False, False, True]
    assert (done.is_cut_short, done.told) == (False, ())


def test_the_least_costly_sum_that_helps_is_withheld():
    assert hidden(system(*RING), REST, [2, 0, 1]).hidden.tolist() == [False, True, False]


def test_what_cannot_be_withheld_stays_and_is_said():
    done = hidden(system(*RING), REST, [np.inf] * 3)
    assert not done.hidden.any()
    assert done.told == (0,)


def test_a_rounded_sum_gives_away_only_what_its_rounding_leaves():
    rows, _ = RING
    assert hidden(system(rows, [10, 20, 32.6], [10, 20, 33.4]), REST, [2, 1, 0]).hidden.any()
    assert not hidden(system(rows, [10, 20, 30], [10, 20, 36]), REST, [2, 1, 0]).hidden.any()


def test_what_can_be_zero_or_many_is_withheld_nothing_for():
    assert not hidden(system([[1, 1]], [3]), [[1, 0]], [0]).hidden.any()
    assert not hidden(system([[1, 1]], [12]), [[1, 0]], [0]).hidden.any()


def test_out_of_programmes_every_sum_around_a_target_is_withheld():
    rows = [*RING[0], [0, 0, 0, 1]]
    done = hidden(system(rows, [*RING[1], 40]), REST, [2, 1, 0, 3], pairs=0)
    assert done.hidden.tolist() == [False, False, True, False]
    assert done.is_cut_short


def test_a_part_of_an_unknown_counts_for_the_most_and_not_for_the_least():
    """The target is the first unknown and some of the second: 3 of it at least, all 43 at most."""
    known = system([[1, 0], [1, 1]], [3, 43])
    one, both = (sparse.csr_array([row]) for row in ([1.0, 0.0], [1.0, 1.0]))
    assert not withheld(known, Targets(one, both), np.zeros(2), fewest=FEWEST).hidden.any()
    assert withheld(known, Targets(one, one), np.zeros(2), fewest=FEWEST).hidden.any()


def test_the_marginals_name_the_sums_that_fix_a_bound():
    found = least_of(system([*RING[0], [0, 0, 0, 1]], [*RING[1], 40]), np.array([0.0, 0.0, 1.0, 0.0]))
    assert found.value == pytest.approx(3)
    assert (found.marginals != 0).tolist() == [True, True, True, False]


def possible(known, *, most):
    """Return every set of whole counts, none above `most`, that the sums allow."""
    every = np.array(list(product(range(most + 1), repeat=known.weights.shape[1])))
    told = every @ known.weights.toarray().T
    return every[((told >= known.least - 1e-9) & (told <= known.most + 1e-9)).all(axis=1)]


def given_away(known, wanted, *, most):
    sets = possible(known, most=most) @ np.array(wanted).T
    return (sets.min(axis=0) > 0) & (sets.max(axis=0) < LEAST_TOLD)


def ground_and_days(seed):
    """Return a system of six unknowns, two grounds on three days, with its small counts and its total, 3 to 5."""
    rng = np.random.default_rng(seed)
    harm = rng.multinomial(rng.integers(3, 6), [0.4, 0.3, 0.1, 0.1, 0.1, 0.0])[rng.permutation(6)]
    ground, days = [[1, 0], [0, 1], [1, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]]
    every = [np.kron(g, d) for g in ground for d in days]
    rows = np.array(every)[rng.permutation(len(every))[: rng.integers(3, 6)]]
    rows = rows[~np.isin(rows @ harm, range(1, LEAST_TOLD))]  # as the gates of the tables leave them
    rows = np.vstack([rows, np.ones(6, dtype=int)])
    wanted = [row for row in every if 0 < harm @ row < LEAST_TOLD]
    return system(rows, rows @ harm), wanted, int(harm.sum())


@pytest.mark.parametrize("seed", range(40))
def test_no_whole_counts_of_ground_and_days_are_given_away(seed):
    known, wanted, total = ground_and_days(seed)
    cost = np.arange(known.weights.shape[0], dtype=float)
    done = withheld(known, targets(wanted), cost, fewest=LEAST_TOLD)
    assert done.told == ()
    assert not given_away(known.without(done.hidden), wanted, most=total).any()
    if not given_away(known, wanted, most=total).any():
        assert not done.hidden.any()
