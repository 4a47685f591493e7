"""Measures whether intervals and verdicts keep what they promise, in simulated towns whose truth is known.

Run: `python -m benchmarks.calibration [--replicates N] [--workers N] [--series ID] [--out FILE]`. Writes
benchmarks/calibration.json: one row for each cell (scenario, drift between years, overdispersion of weeks, change of
recording) and finding.

The town is Fjordby, its units, windows, season and trend; only counts are drawn, by unit and day, as the simulator
draws them: a level per district and calendar year, gamma weeks, Poisson days. Estimators, intervals and verdicts are
those of a run. `coverage` is that of the 95 % interval; where recording changed, of the detection band against the
truth before recording. `rejected`: that interval leaves out no change.
"""

import argparse
import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import dask
import numpy as np

from flows.settings import find_config_dir, load_city
from geo.functionals import ORIGIN, RECEIVERS
from geo.threads import each_anywhere
from layers.city import City
from layers.exposure import Exposure
from layers.findings import findings
from layers.findings.evidence import Frame, frame
from layers.findings.kinds import QUANTITIES
from layers.release import Finding
from layers.simulation import simulate
from layers.tables import Tables
from layers.truth import expected_exposure
from layers.units import Units, units

HERE = Path(__file__).parent
UNTIL = date(2019, 7, 1)
SCENARIOS = {"no change": (0.0, 0.0), "pure decrease": (0.8, 0.0), "pure move": (0.8, 0.8)}  # lost, came up
DRIFTS, DISPERSIONS = (0.0, 0.08), (1.0, 2.5)
SAME_RECORDING = (1.0, 1.0)
CHANGED_RECORDING = ((0.5, 2.0), (2.0, 0.5))  # after / before at origin and receivers
RESAMPLED = 400  # draws of weeks: a standard error to within 4 %
BATCH = 25
TINY = 1e-9  # a ratio of two smaller ones has no truth


@dataclass(frozen=True)
class Cell:
    """One design: what happened, how noisy the town is, how recording changed."""

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
    history: np.ndarray  # (units, days), as if nothing had ever happened
    change: int  # day

    def expected(self, scenario: str) -> np.ndarray:
        """Return expected, fully recorded incidents per unit and day, shape (units, days)."""
        lost, came = SCENARIOS[scenario]
        origin, receivers = self.laid.role == ORIGIN, self.laid.role == RECEIVERS
        there = self.history[receivers]
        told = self.history.copy()
        gain = came * self.history[origin].sum(axis=0) * there / there.sum(axis=0)
        told[receivers, self.change :] += gain[:, self.change :]
        told[origin, self.change :] *= 1.0 - lost
        return told


def town(series: str) -> Town:
    """Lay out Fjordby with its first step and one series."""
    loaded = load_city("fjordby", find_config_dir()).city
    fast = loaded.inference.model_copy(update={"replicates": RESAMPLED})
    one = loaded.harm.model_copy(update={"series": tuple(s for s in loaded.harm.series if s.id == series)})
    city = loaded.model_copy(update={"steps": loaded.steps[:1], "harm": one, "inference": fast})
    made = simulate(city.sources[0], city)  # type: ignore[arg-type] # Fjordby's only source is the simulated one
    names = ("incidents", "districts", "streets", "zones", "interventions", "services", "land", "water")
    laid = units(Tables(*(made.tables[name] for name in names)), city)
    true = expected_exposure(made.expected, laid, city, data_until=UNTIL)
    step = frame(true, laid, city, city.steps[0])
    change = (city.periods[1].start - true.first_day).days
    daily = true.counts[series]
    wave = daily[laid.pieces["is_control"].to_numpy(dtype=bool)].sum(axis=0)  # season and trend, as nothing moved there
    base = daily[:, :change].sum(axis=1) / wave[:change].sum()
    if step is None:
        raise SystemExit("Fjordby's first step has days without data; correct UNTIL")
    return Town(city, laid, step, true.first_day, base[:, None] * wave, change)


def drawn(made: Town, cell: Cell, rng: np.random.Generator) -> np.ndarray:
    """Draw recorded counts, shape (units, days)."""
    mean = made.expected(cell.scenario)
    n_days = mean.shape[1]
    day = np.datetime64(made.first_day) + np.arange(n_days)
    year = day.astype("datetime64[Y]").astype(int)
    area = made.laid.area_of_unit
    level = np.exp(cell.drift * rng.normal(size=(area.max() + 1, np.ptp(year) + 1)) - cell.drift**2 / 2)
    mean *= level[area][:, year - year[0]]
    excess = cell.overdispersion - 1.0
    if excess > 0:
        weekly = np.add.reduceat(mean, np.arange(0, n_days, 7), axis=1)
        heat = rng.gamma(weekly / excess + 1e-12) * excess / np.maximum(weekly, 1e-12)
        mean *= np.repeat(heat, 7, axis=1)[:, :n_days]
    for role, ratio in zip((ORIGIN, RECEIVERS), cell.detection, strict=True):
        mean[made.laid.role == role, made.change :] *= ratio
    # a ratio above 1 draws more than there was, which is the same to every figure as having recorded less before
    return rng.poisson(mean)


def batch(made: Town, cell: Cell, seeds: range) -> list[tuple[Finding, ...]]:
    """Return the findings of some replicates."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, *(ord(letter) for letter in repr(cell))])
        exposure = Exposure(made.first_day, {made.city.harm.series[0].id: drawn(made, cell, rng)})
        found.append(findings(exposure, made.units, made.city, data_until=UNTIL))
    return found


def rows(made: Town, cell: Cell, replicates: list[tuple[Finding, ...]]) -> list[dict[str, Any]]:
    """Summarise a cell by finding."""
    harm = made.laid.reading(made.expected(cell.scenario))
    true = [
        float(q.figure(harm)) if np.abs(q.statistic(harm)).max() > TINY or not q.is_ratio else np.nan
        for q in QUANTITIES
    ]
    return [
        _row(cell, f"{q.kind} ({q.adjustment})", true[i], [found[i] for found in replicates])
        for i, q in enumerate(QUANTITIES)
    ]


def _row(cell: Cell, name: str, true: float, found: list[Finding]) -> dict[str, Any]:
    spans = [f.interval if cell.detection == SAME_RECORDING else f.detection_band for f in found]
    ends = np.array([s if s is not None else (-np.inf, np.inf) for s in spans])
    values = np.array([f.estimate if f.estimate is not None else np.nan for f in found])
    off = values - true
    verdicts = [f.verdict for f in found]
    return {
        "scenario": cell.scenario,
        "drift": cell.drift,
        "overdispersion": cell.overdispersion,
        "detection": cell.detection,
        "finding": name,
        "replicates": len(found),
        "coverage": None if np.isnan(off).all() else float(((ends[:, 0] <= true) & (true <= ends[:, 1])).mean()),
        "bias": None if np.isnan(off).all() else float(np.nanmean(off)),
        "bias_in_se": None if np.isnan(off).all() else float(np.nanmean(off) / np.nanstd(off)),
        "rejected": float(((ends[:, 0] > 0) | (ends[:, 1] < 0)).mean()),
        "supported": verdicts.count("supported") / len(found),
        "refuted": verdicts.count("refuted") / len(found),
        "undecided": verdicts.count("cannot be decided") / len(found),
    }


def cells() -> list[Cell]:
    """Return every design: all noises with recording unchanged, and changed recording in a noisy town."""
    plain = [Cell(s, t, d, SAME_RECORDING) for s, t, d in product(SCENARIOS, DRIFTS, DISPERSIONS)]
    return plain + [Cell(s, 0.08, 2.5, d) for s, d in product(SCENARIOS, CHANGED_RECORDING)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--series", default="disorder")
    parser.add_argument("--out", type=Path, default=HERE / "calibration.json")
    asked = parser.parse_args()
    made, table = town(asked.series), []
    for cell in cells():
        seeds = [range(i, min(i + BATCH, asked.replicates)) for i in range(0, asked.replicates, BATCH)]
        with dask.config.set(scheduler="processes" if asked.workers > 1 else "sync", num_workers=asked.workers):
            parts = each_anywhere(partial(batch, made), cell, seeds)
        table += rows(made, cell, [found for part in parts for found in part])
        print(
            cell, *(f"{r['finding'][:24]} {r['coverage']}" for r in table[-len(QUANTITIES) :]), sep="\n  ", flush=True
        )
        asked.out.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
