"""Draws towns whose truth is known: Fjordby's units, windows, season and trend, counts made to order. No estimate.

Only counts are drawn, by unit and day, as the simulator draws them: a level per district and calendar year, gamma
weeks, Poisson days. In every town the coming change was known before it came: the origin surges in the months before,
which are declared and left out of what is compared.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from flows.configuration.settings import find_config_dir, load_city
from geo.functionals import ORIGIN, RECEIVERS
from layers.city import City
from layers.findings.evidence import Frame, frame
from layers.frame.exposure import Exposure
from layers.frame.units import Units, units
from layers.simulation import simulate
from layers.tables import Tables
from layers.truth import expected_exposure

UNTIL = date(2019, 7, 1)
ANTICIPATED = date(2016, 5, 2)  # known four months ahead
SURGE = 1.5  # at the origin since then
SCENARIOS = {  # share of the origin's incidents that is lost, and that comes up at the receivers
    "no change": (0.0, 0.0),
    "pure decrease": (0.8, 0.0),
    "pure displacement": (0.8, 0.8),
    "partial displacement": (0.8, 0.4),
}
SAME_RECORDING = (1.0, 1.0)


@dataclass(frozen=True)
class Cell:
    """One design: what happened, how noisy the town is, how recording changed at origin and receivers."""

    scenario: str
    drift: float
    overdispersion: float
    detection: tuple[float, float]


@dataclass(frozen=True)
class Town:
    """What all replicates share: settings of one step and series, units, expected incidents per unit and day."""

    city: City
    units: Units
    laid: Frame
    first_day: date
    base: np.ndarray  # (units,): level of each unit
    wave: np.ndarray  # (days,): season and trend, as where nothing moved

    def day(self, when: date) -> int:
        return (when - self.first_day).days

    @property
    def change(self) -> int:
        return self.day(self.city.periods[1].start)

    @cached_property
    def spans(self) -> np.ndarray:
        """First days of spans of a week at most, inside which all days are alike: shorter where something changes."""
        edges = {*range(0, len(self.wave), 7), self.change, self.day(ANTICIPATED)}
        return np.array(sorted(edges))

    @cached_property
    def length(self) -> np.ndarray:
        """Days of each span."""
        return np.diff(self.spans, append=len(self.wave))

    def weekly(self, scenario: str) -> np.ndarray:
        """Return expected, fully recorded incidents per unit and day of each span, shape (units, spans)."""
        lost, came = SCENARIOS[scenario]
        origin, receivers = self.laid.role == ORIGIN, self.laid.role == RECEIVERS
        told = self.base[:, None] * (np.add.reduceat(self.wave, self.spans) / self.length)
        after = self.spans >= self.change
        share = self.base[receivers] / self.base[receivers].sum()
        gain = came * told[origin].sum(axis=0)[after] * share[:, None]
        told[np.ix_(receivers, after)] += gain
        told[np.ix_(origin, after)] *= 1.0 - lost
        told[np.ix_(origin, (self.spans >= self.day(ANTICIPATED)) & ~after)] *= SURGE
        return told

    def expected(self, scenario: str) -> np.ndarray:
        """Return expected, fully recorded incidents per unit and day, shape (units, days)."""
        return np.repeat(self.weekly(scenario), self.length, axis=1)


def town(series: str) -> Town:
    """Lay out Fjordby with its first step and one series."""
    loaded = load_city("fjordby", find_config_dir()).city
    one = loaded.harm.model_copy(update={"series": tuple(s for s in loaded.harm.series if s.id == series)})
    made = simulate(loaded.sources[0], loaded)  # type: ignore[arg-type] # Fjordby's only source is the simulated one
    second = loaded.periods[1].model_copy(update={"anticipated_from": ANTICIPATED})
    periods = (loaded.periods[0], second, *loaded.periods[2:])
    city = loaded.model_copy(update={"steps": loaded.steps[:1], "harm": one, "periods": periods})
    names = ("incidents", "districts", "streets", "zones", "interventions", "services", "land", "water")
    laid = units(Tables(*(made.tables[name] for name in names)), city)
    true = expected_exposure(made.expected, laid, city, data_until=UNTIL)
    step = frame(true, laid, city, city.steps[0])
    if step is None:
        raise SystemExit("Fjordby's first step has days without data; correct UNTIL")
    daily = true.counts[series]
    wave = daily[laid.pieces["is_control"].to_numpy(dtype=bool)].sum(axis=0)
    change = (city.periods[1].start - true.first_day).days
    return Town(city, laid, step, true.first_day, daily[:, :change].sum(axis=1) / wave[:change].sum(), wave)


def level_town(made: Town) -> Town:
    """Return a town like it whose years are all alike: no trend, so that no figure of it has anything to find."""
    day = (np.datetime64(made.first_day) + np.arange(len(made.wave))).astype(object)
    date_of_year = np.unique([d.month * 32 + d.day for d in day], return_inverse=True)[1]
    mean = np.bincount(date_of_year, weights=made.wave) / np.bincount(date_of_year)
    return replace(made, wave=mean[date_of_year])


def frame_until(made: Town, until: date) -> Frame | None:
    """Return the step's frame as it was known on a day; None if it had no days to compare yet."""
    empty = np.zeros((len(made.base), made.day(until)))
    counts = Exposure(made.first_day, {made.city.harm.series[0].id: empty})
    return frame(counts, made.units, made.city, made.city.steps[0])


def drawn(made: Town, cell: Cell, rng: np.random.Generator) -> np.ndarray:
    """Draw recorded counts, shape (units, days): incidents of a span fall on any of its days."""
    mean = made.weekly(cell.scenario) * made.length
    year = (np.datetime64(made.first_day) + made.spans).astype("datetime64[Y]").astype(int)
    area = made.laid.area_of_unit
    level = np.exp(cell.drift * rng.normal(size=(area.max() + 1, np.ptp(year) + 1)) - cell.drift**2 / 2)
    mean = mean * level[area][:, year - year[0]]
    excess = cell.overdispersion - 1.0
    if excess > 0:
        week = np.flatnonzero(made.spans % 7 == 0)
        weekly = np.add.reduceat(mean, week, axis=1)
        heat = rng.gamma(weekly / excess + 1e-12) * excess / np.maximum(weekly, 1e-12)
        mean = mean * np.repeat(heat, np.diff(week, append=len(made.spans)), axis=1)
    for role, ratio in zip((ORIGIN, RECEIVERS), cell.detection, strict=True):
        mean[np.ix_(made.laid.role == role, made.spans >= made.change)] *= ratio
    # a ratio above 1 draws more than there was, which is the same to every figure as having recorded less before
    return _by_day(made, rng.poisson(mean), rng)


def _by_day(made: Town, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    row, span = np.nonzero(counts)
    times = counts[row, span]
    row, span = np.repeat(row, times), np.repeat(span, times)
    day = made.spans[span] + (rng.random(len(span)) * made.length[span]).astype(int)
    n_days = len(made.wave)
    return np.bincount(row * n_days + day, minlength=len(counts) * n_days).reshape(len(counts), n_days)
