"""What linear programming tells of hidden counts: the same with and without the rule that spares programmes."""

import numpy as np
import pytest

from layers.disclosure import bounds
from layers.disclosure.bounds import Known, hidden_by_bounds


def ground(rng: np.random.Generator, pieces: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, Known]:
    """Return counts of single pieces and of random groups of them, what is small, and the total, which is known."""
    harm = rng.integers(0, 9, pieces)
    groups = rng.random((3, pieces)) < 0.4
    members = np.vstack([np.eye(pieces, dtype=bool)[rng.random(pieces) < 0.8], groups[groups.any(axis=1)]])
    counts = members @ harm
    return counts, members, (counts > 0) & (counts < 5), Known(np.ones((1, pieces), dtype=bool), np.array([harm.sum()]))


@pytest.mark.parametrize("seed", range(12))
def test_what_stands_beside_another_in_every_equation_needs_no_programme(seed, monkeypatch):
    counts, members, small, total = ground(np.random.default_rng(seed), 10)
    quick = hidden_by_bounds(counts, members, small, total, fewest=5)
    monkeypatch.setattr(bounds, "_alike", lambda equations: np.zeros(equations.shape[1], dtype=bool))
    assert quick.tolist() == hidden_by_bounds(counts, members, small, total, fewest=5).tolist()


def test_pieces_are_alike_where_the_same_equations_hold_them():
    equations = np.array([[1, 1, 0, 0, 1], [0, 0, 1, 0, 0]], dtype=bool)
    assert bounds._alike(equations).tolist() == [True, True, False, False, True]


def test_no_equation_tells_nothing_and_the_last_piece_is_told_by_the_total():
    counts, members = np.array([3, 9, 7]), np.eye(3, dtype=bool)
    total = Known(np.ones((1, 3), dtype=bool), np.array([19]))
    none = Known(np.zeros((0, 3), dtype=bool), np.zeros(0))
    small = np.array([True, False, False])
    assert hidden_by_bounds(counts, members, small, none, fewest=5).tolist() == [True, False, False]
    assert hidden_by_bounds(counts, members, small, total, fewest=5).tolist() == [True, False, True]
