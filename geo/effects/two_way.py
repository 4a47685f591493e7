"""Poisson difference-in-differences over places and times, judged against places and times without an event.

With one to three treated places a sandwich clustered by place collapses; what chance does is learnt from placebos
instead: each untreated place taken for treated, each earlier date for the event's.
"""

from dataclasses import dataclass

import numpy as np

from geo.effects.placebo import PlaceboTest, of_like_size, placebo_test
from geo.effects.poisson import PoissonFit, fit_poisson
from geo.effects.weighted_difference import Change, Estimate, log_ratio_difference
from geo.errors import GeoError

_FEWEST_TIMES = 3  # before the event, for a trend to be told from noise


@dataclass(frozen=True)
class TwoWay:
    """Log rate ratios, one per group of treated places, and the fit they come from."""

    log_ratio: np.ndarray  # (groups,)
    standard_error: np.ndarray  # (groups,): model; see the module's first lines before using any
    fit: PoissonFit

    def clustered_error(self, place: np.ndarray) -> np.ndarray:
        """Return standard errors clustered by the place of each row: shown to warn of them."""
        return np.asarray(np.sqrt(np.diag(self.fit.clustered_covariance(place)))[-len(self.log_ratio) :])


def two_way(counts: np.ndarray, groups: np.ndarray, start: int, *, exposure: np.ndarray | None = None) -> TwoWay:
    """Fit log E = place + time + sum_g effect_g [place in g, time >= start].

    With one effect per place this equals the closed form of totals before and after.

    Parameters
    ----------
    counts : ndarray, shape (places, times)
    groups : ndarray of int, shape (places,)
        0 for controls, 1.. for groups of treated places; places that may receive must not be controls.
    start : int
        First time after the event.
    exposure : ndarray, shape (places, times), optional

    Raises
    ------
    GeoError
        If there is no control, or no time on one side of the event.
    """
    places, times = np.shape(counts)
    groups = np.asarray(groups)
    if not (groups == 0).any() or not 0 < start < times:
        msg = f"{int((groups == 0).sum())} controls, event at {start} of {times} times: give controls and both sides"
        raise GeoError(msg)
    place, time = np.repeat(np.arange(places), times), np.tile(np.arange(times), places)
    fixed = [(place[:, None] == np.arange(places)), (time[:, None] == np.arange(1, times))]
    names = np.unique(groups[groups > 0])
    effect = (groups[place][:, None] == names) & (time >= start)[:, None]
    design = np.hstack([*fixed, effect]).astype(float)
    offset = None if exposure is None else np.log(np.asarray(exposure, dtype=float)).ravel()
    fit = fit_poisson(design, np.asarray(counts, dtype=float).ravel(), offset=offset)
    error = np.sqrt(np.diag(fit.covariance))[-len(names) :]
    return TwoWay(fit.coefficients[-len(names) :], error, fit)


def log_ratio_of(counts: np.ndarray, treated: np.ndarray, control: np.ndarray, start: int) -> Estimate:
    """Return the closed form of one group against controls, from totals before and after.

    Parameters
    ----------
    counts : ndarray, shape (places, times)
    treated, control : ndarray of bool, shape (places,)
    """
    sides = [
        Change(float(counts[of, :start].sum()), float(counts[of, start:].sum())) for of in (treated, control)
    ]  # fmt: skip
    return log_ratio_difference(*sides)


def placebo_in_space(
    counts: np.ndarray, treated: np.ndarray, control: np.ndarray, start: int, *, like_size: bool = True
) -> PlaceboTest:
    """Compare the treated group's studentised log ratio with that of each control taken for treated.

    Parameters
    ----------
    like_size : bool
        Only controls with half to twice the treated group's count before: small places stray farther.
    """
    counts, control = np.asarray(counts, dtype=float), np.asarray(control, dtype=bool)
    own = log_ratio_of(counts, np.asarray(treated, dtype=bool), control, start)
    size = counts[:, :start].sum(axis=1)
    usable = control & of_like_size(size, float(size[treated].sum())) if like_size else control
    strayed = []
    for number in np.flatnonzero(usable):
        alone = np.arange(len(counts)) == number
        strayed.append(log_ratio_of(counts, alone, control & ~alone, start).z)
    return placebo_test(own.z, np.array(strayed))


def placebo_in_time(counts: np.ndarray, treated: np.ndarray, control: np.ndarray, start: int) -> PlaceboTest:
    """Compare the effect with those of the same series turned round in time, every turn that moves the event.

    Circular shifts of the whole panel keep what neighbouring times share. Effects here are of the differenced series,
    studentised by their Poisson error.
    """
    counts = np.asarray(counts, dtype=float)
    turned = [
        log_ratio_of(np.roll(counts, shift, axis=1), treated, control, start).z for shift in range(1, counts.shape[1])
    ]
    return placebo_test(log_ratio_of(counts, treated, control, start).z, np.array(turned))


def parallel_before(counts: np.ndarray, treated: np.ndarray, control: np.ndarray, start: int) -> PlaceboTest:
    """Test whether treated and control places kept step before the event: slopes of log ratios against placebo slopes.

    A test of the assumption, not proof of it: with few controls it sees gross departures only.

    Raises
    ------
    GeoError
        If fewer than three times lie before the event.
    """
    if start < _FEWEST_TIMES:
        raise GeoError(f"{start} times before the event show no trend; give {_FEWEST_TIMES} or more")
    before = np.asarray(counts, dtype=float)[:, :start]
    treated, control = np.asarray(treated, dtype=bool), np.asarray(control, dtype=bool)
    alone = [np.arange(len(before)) == number for number in np.flatnonzero(control)]
    slopes = [_slope(before, one, control & ~one) for one in alone]
    return placebo_test(_slope(before, treated, control), np.array(slopes))


def _slope(before: np.ndarray, treated: np.ndarray, control: np.ndarray) -> float:
    """Slope over time of the treated share of all counts, on the log-odds scale, over its standard error."""
    own, rest = before[treated].sum(axis=0), before[control].sum(axis=0)
    times = before.shape[1]
    count = np.r_[own, rest]
    group = np.repeat([1.0, 0.0], times)
    time = np.tile(np.arange(times) - (times - 1) / 2.0, 2)
    held = np.tile(own + rest, 2) > 0
    fixed = (np.tile(np.arange(times), 2)[:, None] == np.flatnonzero(own + rest > 0)).astype(float)
    design = np.column_stack([fixed, group, group * time])[held]
    if own.sum() == 0 or rest.sum() == 0:
        return float("nan")
    fit = fit_poisson(design, count[held])
    return float(fit.coefficients[-1] / np.sqrt(fit.covariance[-1, -1]))
