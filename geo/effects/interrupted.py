"""An interrupted series: level and slope before, their change at an event, season and declared breaks. One series only.

What happens elsewhere at the same time is not known to it; the effect is against the series' own trend.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtr, stdtrit

from geo.effects.poisson import PoissonFit, fit_poisson
from geo.errors import GeoError

LEAST = 12  # times on each side of the event
_EVENT = [2, 3]  # columns of the design that begin with the event: level and slope
_TREND = 4  # columns that years can tell: level and slope, before and after


@dataclass(frozen=True)
class Interrupted:
    """A fitted segmented series, times in order.

    Columns of the design: one, time, level and slope after the event, then season, then breaks.
    """

    fit: PoissonFit
    is_after: np.ndarray  # (rows,)
    time: np.ndarray  # (rows,) of int: times that are not held leave gaps
    lag: int
    times_of_year: int

    @cached_property
    def log_effect(self) -> float:
        """Log of counts after the event over what level, slope, season and breaks before it let expect."""
        fitted = self.fit.fitted[self.is_after]
        return float(np.log(fitted.sum() / self._without.sum()))

    @cached_property
    def standard_error(self) -> float:
        """Noise within years (serial, at least the independent one) and what years do beyond it."""
        return float(np.sqrt(self._within + self._between))

    @property
    def freedom(self) -> float:
        """Degrees of freedom behind the error, by Satterthwaite: times for the noise, years for the drift."""
        serial = max(1.5 * len(self.fit.counts) / (self.lag + 1.0) - 1.0, 1.0)
        parts = self._within**2 / serial + self._between**2 / self._free_years
        return max((self._within + self._between) ** 2 / parts, 1.0)

    def interval(self, level: float) -> tuple[float, float]:
        """Interval of the log effect, by a t law."""
        half = float(stdtrit(self.freedom, 0.5 + level / 2.0)) * self.standard_error
        return self.log_effect - half, self.log_effect + half

    @property
    def p_value(self) -> float:
        """Two-sided p of no effect."""
        return float(2.0 * stdtr(self.freedom, -abs(self.log_effect) / self.standard_error))

    @property
    def drift_sd_log(self) -> float:
        """Standard deviation of the log level from year to year, beyond season, trend and noise within years."""
        return float(np.sqrt(self._drift))

    @cached_property
    def _without(self) -> np.ndarray:
        """Counts expected after the event had there been none."""
        design = self.fit.design[self.is_after][:, _EVENT]
        return np.asarray(self.fit.fitted[self.is_after] / np.exp(design @ self.fit.coefficients[_EVENT]))

    @cached_property
    def _slope(self) -> np.ndarray:
        """Derivative of the log effect by the coefficients."""
        design, fitted = self.fit.design[self.is_after], self.fit.fitted[self.is_after]
        kept = design.copy()
        kept[:, _EVENT] = 0.0
        return np.asarray(fitted @ design / fitted.sum() - self._without @ kept / self._without.sum())

    @cached_property
    def _within(self) -> float:
        rows, columns = self.fit.design.shape
        small = rows / max(rows - columns, 1)  # residuals are smaller than errors
        serial = self._slope @ self.fit.serial_covariance(self.lag, time=self.time) @ self._slope * small
        apart = self._slope @ self.fit.covariance @ self._slope * max(self.fit.dispersion, 1.0)
        return float(max(serial, apart))

    @cached_property
    def _between(self) -> float:
        """Variance from independent shifts of the log level from year to year: drift x sum of squared sensitivities."""
        by_time = self.fit.design @ (self.fit.covariance @ self._slope) * self.fit.fitted
        return float(self._drift * (self._by_year(by_time) ** 2).sum())

    @cached_property
    def _drift(self) -> float:
        """Moment estimate: mean square of the years' relative residuals less what noise within years gives."""
        expected, left = self._by_year(self.fit.fitted), self._by_year(self.fit.counts - self.fit.fitted)
        noise = max(self._dispersion_within, 1.0) / expected
        square = (left / expected) ** 2
        return float(max(0.0, square.sum() / self._free_years - noise.mean()))

    @cached_property
    def _dispersion_within(self) -> float:
        """Pearson's dispersion around each year's own level."""
        level = self._by_year(self.fit.counts) / self._by_year(self.fit.fitted)
        fitted = self.fit.fitted * np.where(level > 0, level, 1.0)[self._row_of_year]
        free = len(self.time) - len(level) - self.fit.design.shape[1] + _TREND
        return float(((self.fit.counts - fitted) ** 2 / fitted).sum() / max(free, 1))

    @property
    def _free_years(self) -> float:
        return max(len(self.fit.counts) / self.times_of_year - _TREND, 1.0)

    def _by_year(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self._row_of_year, weights=values)

    @cached_property
    def _row_of_year(self) -> np.ndarray:
        return np.asarray(np.unique(self.time // self.times_of_year, return_inverse=True)[1])


def interrupted(
    counts: np.ndarray,
    start: int,
    *,
    days: np.ndarray | None = None,
    held: np.ndarray | None = None,
    breaks: tuple[int, ...] = (),
    times_of_year: int = 12,
    lag: int = 3,
) -> Interrupted:
    """Fit log E = a + b t + (c + d (t - start + 1)) [t >= start] + season + sum of breaks [t >= break].

    Parameters
    ----------
    counts : ndarray, shape (times,)
    start : int
        First time after the event.
    days : ndarray, shape (times,), optional
        Length of each time, where they differ.
    held : ndarray of bool, shape (times,), optional
        Times that count; the others (an anticipation, a period in between) keep their place in time.
    breaks : tuple of int
        Times from which a declared change of the records holds, each a level of its own; one that no time held on its
        side of the event tells from the event is left out.
    lag : int
        Times over which errors are taken to be correlated.

    Raises
    ------
    GeoError
        If one side of the event has fewer than 12 times held.

    References
    ----------
    A. K. Wagner et al. (2002), Segmented regression analysis of interrupted time series, J. Clin. Pharm. Ther. 27.
    """
    counts = np.asarray(counts, dtype=float)
    time = np.flatnonzero(np.ones(len(counts), dtype=bool) if held is None else np.asarray(held, dtype=bool))
    is_after = time >= start
    sides = int((~is_after).sum()), int(is_after.sum())
    if min(sides) < LEAST:
        raise GeoError(f"{sides[0]} times before the event and {sides[1]} after; give {LEAST} or more on each side")
    angle = 2.0 * np.pi * (time + 1.0) / times_of_year
    told = [b for b in sorted(set(breaks)) if _is_told(b, time, is_after)]
    columns = [np.ones(len(time)), time + 1.0, is_after, np.where(is_after, time - start + 1.0, 0.0)]
    columns += [np.sin(angle), np.cos(angle), *(time >= b for b in told)]
    offset = None if days is None else np.log(np.asarray(days, dtype=float))[time]
    fit = fit_poisson(np.column_stack(columns).astype(float), counts[time], offset=offset)
    return Interrupted(fit, is_after, time, lag, times_of_year)


def _is_told(at: int, time: np.ndarray, is_after: np.ndarray) -> bool:
    """Whether a side of the event has times both before and from a break on."""
    return any((side & (time < at)).any() and (side & (time >= at)).any() for side in (is_after, ~is_after))
