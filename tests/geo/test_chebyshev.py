"""The recurrence against a dense polynomial of a small matrix."""

import numpy as np
from numpy.polynomial import chebyshev

from geo.chebyshev import nodes, series, stack, sweep


class Dense:
    """A small matrix as an operator."""

    def __init__(self, matrix):
        self.matrix = matrix

    def step(self, current, previous, scale, sums, weights):
        previous[:] = scale * (self.matrix @ current) - (scale - 1) * previous
        sums += weights[:, None] * previous


def test_sweep_is_the_polynomial_of_the_matrix():
    walk = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.5, 0.5]])
    vector = np.array([1.0, -2.0, 4.0])
    rows = [np.array([0.5]), np.array([0.3, -0.7, 0.2, 0.1]), np.array([0.0, 1.0])]
    values, left = np.linalg.eig(walk)
    expected = [left @ (chebyshev.chebval(values, row) * np.linalg.solve(left, vector)) for row in rows]
    np.testing.assert_allclose(sweep(Dense(walk), vector, stack(rows)), expected, atol=1e-14)


def test_sweep_leaves_the_vector_as_it_was():
    vector = np.array([1.0, 2.0])
    sweep(Dense(np.eye(2)), vector, np.array([[0.5, 0.25, 0.25]]))
    assert vector.tolist() == [1.0, 2.0]


def test_series_is_exact_at_one_however_short():
    found = series(np.exp(nodes(64) - 1), tolerance=1e-2)
    assert found.size < 6
    assert abs(found.sum() - 1) < 1e-15


def test_series_meets_the_function():
    found = series(np.exp(nodes(64)), tolerance=1e-15)
    x = np.linspace(-1, 1, 11)
    np.testing.assert_allclose(chebyshev.chebval(x, found), np.exp(x), atol=1e-13)
