"""A line-up: the real change among changes of the same incidents without a before and after. Judges nothing.

Whoever cannot tell the real map from seven in which nothing can have changed has no reason to believe it.
"""

import numpy as np

from layers.city import City
from layers.density.compared import Comparison, Pair
from layers.density.surfaces import DAYS_PER_YEAR
from layers.disclosure.release import LineUp
from layers.frame.window import StudyArea

DECOYS = 7
_STREAM = 8  # keeps these draws apart from others of the same seed


def line_up(comparison: Comparison, area: StudyArea, city: City) -> LineUp | None:
    """Return the change of the headline series over the headline step, hidden among seven of shuffled incidents.

    For a decoy, each run of weeks of the window before changes places with the run of the window after that stands at
    the same place in it, or does not, by the toss of a coin: places, seasons, bursts and totals stay, only before and
    after do not. Runs are those of the maximum test (`layers.density.compared`), four weeks in a window of a year. In
    cells that fewer than `disclosure.min_effective_incidents` of both windows together stand behind, all eight are NaN.

    Parameters
    ----------
    comparison : Comparison
    area : StudyArea
        That it was made on.
    city : City
        Its first series, first step, seed.

    Returns
    -------
    LineUp or None
        None if a window of the step has days without data.

    Notes
    -----
    Source of the idea: Buja et al. 2009, Statistical inference for exploratory data analysis and model diagnostics,
    Philosophical Transactions of the Royal Society A 367, "the lineup".
    """
    step, series = city.steps[0].id, city.harm.series[0].id
    of = [pair for pair in comparison.pairs if (pair.step.id, pair.series) == (step, series)]
    if not of or of[0].runs is None:
        return None
    rng = np.random.default_rng([city.inference.seed, _STREAM])
    swapped = rng.integers(2, size=(DECOYS + 1, len(of[0].runs.number))) == 1
    real = int(rng.integers(DECOYS + 1))
    swapped[real] = False
    values = tuple(_difference(of[0], swap, comparison.largest, area, city) for swap in swapped)
    return LineUp(series, step, values, real)


def _difference(pair: Pair, swap: np.ndarray, largest: np.ndarray, area: StudyArea, city: City) -> np.ndarray:
    """Return incidents per km2 and year, after less before: rows x cols, NaN where withheld or off the land."""
    assert pair.runs is not None  # noqa: S101 # the headline has them; tells the type checker so
    moved = pair.runs.smooth[swap].sum(axis=0, dtype=np.float64)
    smooth = np.maximum(pair.smooth + np.stack((moved, -moved)), 0.0)
    shown = smooth / largest >= city.disclosure.min_effective_incidents
    rates = np.where(shown, smooth, 0.0) / (area.grid.cell_area_m2 / 1e6) / pair.days[:, None] * DAYS_PER_YEAR
    difference = np.full(area.land.shape, np.nan)
    difference[area.land] = np.where(shown.any(axis=0), rates[1] - rates[0], np.nan)
    return difference
