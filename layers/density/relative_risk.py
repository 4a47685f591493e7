"""Relative risk along the chain: by how much the rate, and the share, of a place changed in each step. Judges nothing.

`layers/density/change.py` draws where a rate changed beyond chance; here a cell gets a ratio and a test of its share.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.change.asymptotic import asymptotic_p
from geo.change.relative_risk import Change, log_ratio
from geo.change.tolerance import two_sided
from geo.hotspot.multiple_testing import adjusted
from layers.city import City, Window
from layers.density.compared import Comparison, Pair, maximum_of
from layers.frame.window import StudyArea

LEVELS = (0.05, 0.01)  # of the tolerance contours, each cell by itself
FALSE_DISCOVERIES = 0.05
WITHIN_LEVEL, WITHIN_STRICTER_LEVEL, BEYOND_MANY_TESTS = 1, 2, 3  # evidence; negative for a fall


@dataclass(frozen=True)
class RelativeRisk:
    """One series in the two windows of a step, on the grid.

    Attributes
    ----------
    step, series, from_period, to_period : str
    windows : tuple of Window
        The days before and after that were compared.
    rate_ratio : rows x cols float64
        Incidents per day, after over before.
    relative_risk : rows x cols float64
        The same over that of the whole land: above 1 where a larger *share* of incidents falls than before.
    evidence : rows x cols int8
        Of a changed share: 1 inside the 5 % tolerance contour, 2 inside the 1 % one, 3 where the false discovery rate
        over all tested cells is 5 %; negative for a smaller share, 0 elsewhere.
    behind : 2 x rows x cols float64
        Effective incidents behind each cell before and after.
    p_anywhere : float
        Of no change of shares anywhere, over all cells at once; NaN if no cell was tested.
    anywhere_by : "maximum" or "simes"
        By the maximum test (`geo.change.maximum`); by Simes 1986 where windows are too short or the grid too large.

    Ratios are NaN, and evidence 0, where fewer effective incidents than the city's threshold stand behind a cell in
    both windows together.
    """

    step: str
    series: str
    from_period: str
    to_period: str
    windows: tuple[Window, Window]
    rate_ratio: np.ndarray
    relative_risk: np.ndarray
    evidence: np.ndarray
    behind: np.ndarray
    p_anywhere: float
    anywhere_by: Literal["maximum", "simes"]


def relative_risks(comparison: Comparison, area: StudyArea, city: City) -> tuple[RelativeRisk, ...]:
    """Compare the two windows of every step and series, cell by cell.

    p is the asymptotic one of the log relative risk (`geo.change.asymptotic`), two-sided. The sum of the kernel's
    squares that it needs is taken as half the largest value of the kernel: exact in open country and on a straight
    shore, too large, so that p is too large, on broken ones. Incidents come in bursts, so as few of them count as the
    dispersion of the series' weeks leaves (`layers.density.bursts`).

    Parameters
    ----------
    comparison : Comparison
    area : StudyArea
        That it was made on.
    city : City

    Returns
    -------
    tuple of RelativeRisk
        By step and series in the city's order. A series without incidents in one of the windows is left out.
    """
    return tuple(_risk(pair, comparison.largest, area, city) for pair in comparison.pairs if pair.numbers.all())


def _risk(pair: Pair, largest: np.ndarray, area: StudyArea, city: City) -> RelativeRisk:
    behind = pair.smooth / largest
    shown = behind.sum(axis=0) >= city.disclosure.min_effective_incidents
    changed = _change(pair, shown)
    before, after = pair.numbers / pair.dispersion
    p = asymptotic_p(changed, sharpness=largest / 2, incidents_before=before, incidents_after=after)
    p = two_sided(p, 1 - p)
    q = adjusted(p, correction="bh")
    p_anywhere, anywhere_by = _anywhere(pair, largest, shown, q, city)
    return RelativeRisk(
        step=pair.step.id,
        series=pair.series,
        from_period=pair.step.from_period,
        to_period=pair.step.to_period,
        windows=pair.windows,
        rate_ratio=_plane(np.exp(changed.log_rate_ratio), area, np.nan),
        relative_risk=_plane(np.exp(changed.log_relative_risk), area, np.nan),
        evidence=_plane(_evidence(p, q, is_rise=changed.log_relative_risk > 0), area, 0),
        behind=np.stack([_plane(window, area, 0.0) for window in behind]),
        p_anywhere=p_anywhere,
        anywhere_by=anywhere_by,
    )


def _anywhere(
    pair: Pair, largest: np.ndarray, shown: np.ndarray, q: np.ndarray, city: City
) -> tuple[float, Literal["maximum", "simes"]]:
    """Return p of no change of shares anywhere and its test; the smallest q is that of Simes."""
    found = maximum_of(pair, largest, shown, city, of_shares=True)
    if found is not None:
        return found.p_value, "maximum"
    return (float(np.nanmin(q)) if shown.any() else float("nan")), "simes"


def _change(pair: Pair, shown: np.ndarray) -> Change:
    smooth, numbers, days = pair.smooth, pair.numbers, pair.days
    risk = np.full(shown.shape, np.nan)
    risk[shown] = log_ratio(smooth[1, shown] / numbers[1], smooth[0, shown] / numbers[0])
    rate = risk + np.log(numbers[1] * days[0] / (numbers[0] * days[1]))
    return Change(risk, rate, smooth.sum(axis=0), shown)


def _plane(values: np.ndarray, area: StudyArea, elsewhere: float) -> np.ndarray:
    plane = np.full(area.land.shape, elsewhere, dtype=values.dtype)
    plane[area.land] = values
    return plane


def _evidence(p: np.ndarray, q: np.ndarray, *, is_rise: np.ndarray) -> np.ndarray:
    """Return the strictest of the bars each cell passes, negative for falls; 0 where not tested. int8."""
    wide, strict = LEVELS
    p, q = np.nan_to_num(p, nan=1.0), np.nan_to_num(q, nan=1.0)
    passed = np.select(
        [q <= FALSE_DISCOVERIES, p <= strict, p <= wide], [BEYOND_MANY_TESTS, WITHIN_STRICTER_LEVEL, WITHIN_LEVEL]
    )
    return np.where(is_rise, passed, -passed).astype(np.int8)
