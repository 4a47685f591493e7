"""Measures the Monte-Carlo test of change beside sparr: cpu seconds, and how far p-values lie from those of many more.

Run: `python -m benchmarks.relative_risk [--quick]`. sparr is run through Rscript where both are installed, and named as
missing where not. Random labels on clustered points in a square, Gaussian of 600 m, uniform edge correction.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from geo.change.incidents import Incidents, pooled
from geo.change.permutation import permutation_test
from geo.change.relative_risk import change
from geo.change.simulation import Experiment
from geo.change.smoothing import Smoother, in_plane, least_density, on_land
from geo.grid import Grid
from geo.ground import ground_of
from geo.planar import density
from geo.planar.kernels import GAUSSIAN

SIDE_M, BANDWIDTH_M, CRS = 20_000.0, 600.0, "EPSG:25832"
PEER = "sparr tolerance(method='MC')"
SCRIPT = r"""
a <- commandArgs(TRUE)
suppressPackageStartupMessages({library(spatstat); library(sparr)})
square <- owin(c(0,20000), c(0,20000))
read <- function(f) { m <- as.matrix(read.table(f)); ppp(m[,1], m[,2], window=square, check=FALSE) }
rr <- risk(read(a[1]), read(a[2]), h0=600, resolution=as.integer(a[3]), edge="uniform", verbose=FALSE)
began <- proc.time()
p <- tolerance(rr, method="MC", ITER=as.integer(a[4]), verbose=FALSE)
cat("CPU", sum((proc.time() - began)[c(1, 2, 4, 5)]), "VERSION", as.character(packageVersion("sparr")), "\n")
writeBin(as.numeric(t(as.matrix(p))), a[5])
"""


@dataclass(frozen=True)
class Case:
    """Two sets of points on a square of cells; row 0 in the south, as sparr has it."""

    after: np.ndarray
    before: np.ndarray
    cells: int

    @property
    def grid(self) -> Grid:
        return Grid(0.0, SIDE_M, SIDE_M / self.cells, self.cells, self.cells, CRS)

    def incidents(self) -> Incidents:
        flat = [self._flat(points) for points in (self.before, self.after)]
        return pooled(*flat, shape=self.grid.shape)

    def _flat(self, points: np.ndarray) -> np.ndarray:
        col, row = np.minimum((points * (self.cells / SIDE_M)).astype(np.int64), self.cells - 1).T
        return row * self.cells + col


def records(*, quick: bool = False) -> list[dict[str, object]]:
    """Return one record for each way to smooth and each number of simulations; `quick` runs everything once."""
    case = Case(_points(5_000, seed=3), _points(15_000, seed=4), 256)
    truth = _tested(case, _in_window(case, np.float64), np.float64, 999 if quick else 9_999, seed=99)
    ways: dict[str, tuple[Smoother, type[np.floating]]] = {
        "relative_risk_mc_256": (_in_window(case, np.float32), np.float32),
        "relative_risk_mc_256_on_land": (_on_land(case), np.float32),
    }
    few = {work: _runner(case, *way, simulations=99) for work, way in ways.items()}
    peer = _peer(case, simulations=9 if quick else 99)
    measured = _interleaved({**few, **({"peer": peer} if peer else {})}, rounds=1 if quick else 5)
    peer_s, peer_p = measured.get("peer", (None, None))
    peer_s = None if peer_s is None else peer_s * (11 if quick else 1)
    found = [_record(work, 99, peer_s, measured[work], (peer_p, truth)) for work in ways]
    if not quick:
        many = {work: _runner(case, *way, simulations=999) for work, way in ways.items()}
        longer = _interleaved(many, rounds=3)
        scaled = None if peer_s is None else peer_s * 999 / 99
        found += [_record(f"{work}_999", 999, scaled, longer[work], (None, truth)) for work in ways]
    return [record | {"note": _note(record, quick=quick)} for record in found]


def _points(n: int, *, seed: int) -> np.ndarray:
    """Twenty clusters with a spread of 1.5 km each, the same for every seed."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).uniform(0.1, 0.9, (20, 2)) * SIDE_M
    return np.clip(centres[rng.integers(0, 20, n)] + rng.normal(size=(n, 2)) * 1500, 1, SIDE_M - 1)


def _in_window(case: Case, dtype: type[np.floating]) -> Smoother:
    window = np.ones(case.grid.shape)
    return in_plane(density.smoother(case.grid, GAUSSIAN, bandwidth_m=BANDWIDTH_M, window=window, dtype=dtype))


def _on_land(case: Case) -> Smoother:
    land = np.ones(case.grid.shape, dtype=bool)
    return on_land(ground_of(land), bandwidth_cells=BANDWIDTH_M / case.grid.cell_m)


def _tested(case: Case, smoother: Smoother, dtype: type[np.floating], simulations: int, *, seed: int = 1) -> np.ndarray:
    incidents = case.incidents()
    floor = least_density(1, bandwidth_cells=BANDWIDTH_M / case.grid.cell_m)
    found = change(incidents, smoother, least_pooled=floor, days_before=1, days_after=1)
    experiment = replace(Experiment(incidents, smoother, found.shown), dtype=dtype)
    return permutation_test(experiment, simulations=simulations, seed=seed).p_upper


Run = Callable[[], tuple[float, np.ndarray]]  # cpu seconds of all threads, and p


def _runner(case: Case, smoother: Smoother, dtype: type[np.floating], *, simulations: int) -> Run:
    _tested(case, smoother, dtype, 2)  # compiles

    def run() -> tuple[float, np.ndarray]:
        began = time.process_time()
        p = _tested(case, smoother, dtype, simulations)
        return time.process_time() - began, p

    return run


def _peer(case: Case, *, simulations: int) -> Run | None:
    rscript = shutil.which("Rscript")
    probe = "quit(status=!all(c('spatstat','sparr') %in% rownames(installed.packages())))"
    if rscript is None or subprocess.run([rscript, "--vanilla", "-e", probe], check=False).returncode:
        return None

    def run() -> tuple[float, np.ndarray]:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            (home / "mc.R").write_text(SCRIPT)
            np.savetxt(home / "after", case.after)
            np.savetxt(home / "before", case.before)
            arguments = [home / "after", home / "before", case.cells, simulations, home / "p"]
            command = [rscript, "--vanilla", home / "mc.R", *arguments]
            done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
            p = np.fromfile(home / "p").reshape(case.grid.shape)
        return float(done.stdout.split()[done.stdout.split().index("CPU") + 1]), p

    return run


def _interleaved(runs: dict[str, Run], *, rounds: int) -> dict[str, tuple[float, np.ndarray]]:
    """Run all in turn, round by round; the median of the seconds, and the last p."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    last: dict[str, np.ndarray] = {}
    for _ in range(rounds):
        for name, run in runs.items():
            took, last[name] = run()
            seconds[name].append(took)
    return {name: (median(seconds[name]), last[name]) for name in runs}


def _record(
    work: str,
    simulations: int,
    peer_s: float | None,
    ours: tuple[float, np.ndarray],
    compared: tuple[np.ndarray | None, np.ndarray],
) -> dict[str, object]:
    peer_p, truth = compared
    return {
        "work": work,
        "size": f"5,000 + 15,000 points, 256 x 256 cells, {simulations} simulations",
        "peer": PEER if peer_s is not None else f"{PEER} (missing)",
        "peer_cpu_s": None if peer_s is None else round(peer_s, 2),
        "our_cpu_s": round(ours[0], 3),
        "ratio": None if peer_s is None else round(peer_s / ours[0], 1),
        "peer_error": None if peer_p is None else _error(peer_p, truth),
        "our_error": _error(ours[1], truth),
    }


def _error(p: np.ndarray, truth: np.ndarray) -> float:
    """Root mean square over cells."""
    both = np.isfinite(p) & np.isfinite(truth)
    return round(float(np.sqrt(np.mean((p[both] - truth[both]) ** 2))), 4)


def _note(record: dict[str, object], *, quick: bool) -> str:
    work = str(record["work"])
    many = 999 if quick else 9_999
    said = [f"errors: root mean square of p against {many:,} simulations, in cells with an incident or more"]
    if "land" in work:
        said.append(
            "walks round water and walls and keeps mass at the edge, which the peer does not: another estimator"
        )
    if work.endswith("_999"):
        said.append("the peer's seconds are those of 99 simulations times 999/99")
    elif quick:
        said.append("the peer's seconds are those of 9 simulations times 11, its errors those of 9")
    return "; ".join(said)


def main() -> None:
    """Print the records as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    print(json.dumps(records(quick=parser.parse_args().quick), indent=1))


if __name__ == "__main__":
    main()
