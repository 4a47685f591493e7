"""Incidents of two periods on one grid, pooled, with the label of their period. Smooths and tests nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.errors import GeoError


@dataclass(frozen=True)
class Incidents:
    """Pooled incidents in an order of their own, which does not depend on the order they were given in.

    Attributes
    ----------
    cell : n x k int64
        Flat cells an incident's mass lies in: one, or the four of linear binning.
    mass : n x k float64
    is_after : n bool
    shape : rows, cols
    """

    cell: np.ndarray
    mass: np.ndarray
    is_after: np.ndarray
    shape: tuple[int, int]

    def planes(self, chosen: Sequence[np.ndarray], *, dtype: type[np.floating] = np.float64) -> np.ndarray:
        """Return the mass per cell, one plane of rows x cols for each choice of incidents (positions or bool)."""
        planes = np.empty((len(chosen), *self.shape), dtype=dtype)
        for plane, some in zip(planes, chosen, strict=True):
            summed = np.bincount(self.cell[some].ravel(), self.mass[some].ravel(), minlength=plane.size)
            plane[:] = summed.reshape(self.shape)
        return planes


def pooled(
    before: np.ndarray,
    after: np.ndarray,
    *,
    shape: tuple[int, int],
    before_mass: np.ndarray | None = None,
    after_mass: np.ndarray | None = None,
) -> Incidents:
    """Pool the incidents of two periods.

    Parameters
    ----------
    before, after : n or n x k int
        Flat cells, row-major.
    shape : rows, cols
    before_mass, after_mass : as the cells, optional
        Harm weights, or shares of linear binning; 1 each if not given.

    Raises
    ------
    GeoError
        If a period is empty, a cell lies off the grid, a mass is not finite or below 0, or sizes differ.
    """
    cells, masses = [], []
    for name, cell, mass in (("before", before, before_mass), ("after", after, after_mass)):
        at = np.asarray(cell, dtype=np.int64)
        given = np.ones(at.shape) if mass is None else np.asarray(mass, dtype=np.float64)
        if at.size == 0 or given.shape != at.shape:
            msg = (
                f"{name}: cells of shape {at.shape} and masses of shape {given.shape}; one mass for each cell, not none"
            )
            raise GeoError(msg)
        if at.min() < 0 or at.max() >= shape[0] * shape[1]:
            msg = (
                f"{name}: incidents lie off the grid of {shape[0]} x {shape[1]} cells; leave them out and say how many"
            )
            raise GeoError(msg)
        if not (np.isfinite(given).all() and (given >= 0).all() and given.reshape(len(at), -1).any(axis=1).all()):
            msg = f"{name}: masses must be finite, not negative, and above 0 for every incident"
            raise GeoError(msg)
        cells.append(at.reshape(len(at), -1))
        masses.append(given.reshape(len(at), -1))
    cell, mass = np.concatenate(cells), np.concatenate(masses)
    is_after = np.arange(len(cell)) >= len(cells[0])
    order = np.lexsort((*mass.T[::-1], *cell.T[::-1]))
    return Incidents(cell[order], mass[order], is_after[order], shape)
