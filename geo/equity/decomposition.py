"""What an index of inequality is made of: the part of each determinant, and of its change. Fits one linear model."""

from dataclasses import dataclass

import numpy as np

from geo.equity.concentration import concentration_index


@dataclass(frozen=True)
class Decomposition:
    """C = sum elasticity C_k + residual. Arrays have one entry per determinant.

    Attributes
    ----------
    index, mean : the concentration index and the mean rate
    beta, determinant_mean : coefficients of the linear model and means over people
    determinant_index : concentration index of each determinant
    elasticity : beta x mean of the determinant / mean rate
    residual : what the determinants leave
    """

    index: float
    mean: float
    beta: np.ndarray
    determinant_mean: np.ndarray
    determinant_index: np.ndarray
    elasticity: np.ndarray
    residual: float

    @property
    def contribution(self) -> np.ndarray:
        """What each determinant contributes to the index."""
        return np.asarray(self.elasticity * self.determinant_index)


def decompose(rate: np.ndarray, rank: np.ndarray, people: np.ndarray, determinants: np.ndarray) -> Decomposition:
    """Decompose the concentration index by a linear model of rates, weighted by people.

    Parameters
    ----------
    rate, rank, people : ndarray, shape (areas,)
        Harm per person, `fractional_rank` (1 = most deprived), people.
    determinants : ndarray, shape (areas, k)

    References
    ----------
    A. Wagstaff, E. van Doorslaer & N. Watanabe (2003), On decomposing the causes of health sector inequalities,
    J. Econometrics 112:207-223.
    """
    weight = people / people.sum()
    root = np.sqrt(weight)
    design = np.column_stack([np.ones(len(rate)), determinants])
    beta = np.linalg.lstsq(design * root[:, None], rate * root, rcond=None)[0][1:]
    mean, means = float((weight * rate).sum()), weight @ determinants
    each = np.array([concentration_index(weight * column, rank) for column in determinants.T])
    index, elasticity = concentration_index(weight * rate, rank), beta * means / mean
    return Decomposition(index, mean, beta, means, each, elasticity, index - float((elasticity * each).sum()))


def change_of(before: Decomposition, after: Decomposition) -> tuple[np.ndarray, np.ndarray, float]:
    """Split the change of the index by determinant (Oaxaca): inequality of it, its elasticity; and the residual.

    sum elasticity_after (C_k,after - C_k,before) + sum C_k,before (elasticity_after - elasticity_before) + change of
    the residual: an identity, no cause.

    Returns
    -------
    tuple
        By determinant due to its own inequality, and due to its elasticity; change of the residual.
    """
    inequality = after.elasticity * (after.determinant_index - before.determinant_index)
    elasticity = before.determinant_index * (after.elasticity - before.elasticity)
    return inequality, elasticity, after.residual - before.residual
