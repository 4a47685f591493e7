"""The three-term recurrence: any polynomial of any averaging operator, applied to a vector. Knows no operator."""

from typing import Protocol

import numpy as np
from scipy.fft import dct


class Operator(Protocol):
    """A linear map P with P1 = 1, self-adjoint in some measure, all eigenvalues in [-1, 1]."""

    def step(
        self, current: np.ndarray, previous: np.ndarray, scale: float, sums: np.ndarray, weights: np.ndarray
    ) -> None:
        """Overwrite `previous` by ``scale * P current - (scale - 1) * previous``, then ``sums += weights * previous``.

        `current`, `previous` have n values, `sums` bands x n, `weights` one value per band.
        """
        ...


def sweep(operator: Operator, vector: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Return ``sum_k c_k T_k(P) v`` for every row of coefficients, from one sweep over the T_k.

    Parameters
    ----------
    operator : Operator
    vector : n float64, or float32 to compute in single precision
    coefficients : bands x terms
        Each row a Chebyshev series; shorter ones end in zeros.

    Returns
    -------
    bands x n, of the vector's precision
    """
    precision = np.float32 if vector.dtype == np.float32 else np.float64
    current = vector.astype(precision, copy=True)
    previous = np.zeros_like(current)
    sums: np.ndarray = (coefficients[:, :1] * current).astype(precision, copy=False)
    scale = 1.0
    for k in range(1, coefficients.shape[1]):
        operator.step(current, previous, scale, sums, np.ascontiguousarray(coefficients[:, k]))
        current, previous, scale = previous, current, 2.0
    return sums


def series(values: np.ndarray, *, tolerance: float) -> np.ndarray:
    """Return the Chebyshev coefficients of a function, shortened, that keep it exact at 1.

    Parameters
    ----------
    values : n float64
        The function at the Chebyshev nodes ``cos(pi (i + 1/2) / n)``.
    tolerance : float
        Coefficients after the last one above it are left out.

    Notes
    -----
    The first coefficient takes what the others leave out at x = 1, where the operator's constant vector lives: an
    averaging operator then keeps mass to rounding, not to `tolerance`.
    """
    coefficients = dct(values, type=2) / values.size
    coefficients[0] /= 2
    terms = int(np.flatnonzero(np.abs(coefficients) > tolerance).max(initial=0)) + 1
    kept = coefficients[:terms].copy()
    kept[0] += coefficients[terms:].sum()
    return kept


def stack(rows: list[np.ndarray]) -> np.ndarray:
    """Return series of different lengths as one array, padded with zeros."""
    stacked = np.zeros((len(rows), max(row.size for row in rows)))
    for target, row in zip(stacked, rows, strict=True):
        target[: row.size] = row
    return stacked


def nodes(n: int) -> np.ndarray:
    """Return the n Chebyshev nodes that `series` expects its values at."""
    return np.cos((np.arange(n) + 0.5) * np.pi / n)
