"""Places that many incidents share, as those of a geocoder by hundred blocks: each once. Counts nothing."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:  # the window brings compiled code, which the border does without
    from layers.frame.window import Places


def distinct(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distinct places, by x and then y, and which of them each point is at; unknown ones as (NaN, NaN).

    Hashed, then only the distinct ones sorted: a sort of all points takes several times as long.

    Parameters
    ----------
    x, y : n float64

    Returns
    -------
    x, y : k float64
    which : n int
    """
    both = np.empty(len(x), dtype=np.complex128)
    both.real, both.imag = x, y
    which, places = pd.factorize(both, use_na_sentinel=False)
    order = np.lexsort((places.imag, places.real))
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    return places.real[order], places.imag[order], position[which]


def distinct_places(places: "Places") -> tuple["Places", np.ndarray]:
    """Return the distinct places on a grid, and which of them each incident is at."""
    across, down, which = distinct(places.across, places.down)
    cells = np.empty(len(across), dtype=places.cells.dtype)
    cells[which] = places.cells  # the cell follows from the place
    return replace(places, cells=cells, across=across, down=down), which
