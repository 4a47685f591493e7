"""Cost against the number of points, 1e5 to 1e8, from Parquet parts: CPU seconds, memory, and the error beside both.

Run: `HARMSHIFT_BENCH_PEERS=/path/to/python python -m benchmarks.points [--quick]`. benchmarks.plot draws the curve.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from geopandas import GeoDataFrame
from pyarrow import parquet

from benchmarks.peers.peer_io import inner_cells, peak_memory_mb
from benchmarks.side_by_side import (
    CRS,
    NO_ERROR,
    PEERS,
    SIDE_M,
    SOUTH,
    WEST,
    Record,
    Run,
    cpu_seconds,
    interleaved,
    peer_python,
)
from geo.grid import Grid
from geo.ground import ground_of, spread
from geo.planar.exact import direct_sum
from geo.planar.kernels import GAUSSIAN
from geo.planar.points import points_of
from layers.density.parts import Columns, mass_of_parts
from layers.frame.window import StudyArea

CELLS, SIGMA_CELLS = 2048, 8
PART = 1_000_000
SAMPLE = 24  # cells with exact values: so many kernels a point


def records(*, quick: bool = False) -> list[Record]:
    """Measure 1e5 to 1e8 points, reading included; `quick` stops at 1e6."""
    sizes = [10**5, 10**6] if quick else [10**5, 10**6, 10**7, 10**8]
    found: list[Record] = []
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder), max(sizes))
        for size in sizes:
            rounds = 3 if size <= 10**7 and not quick else 1
            contenders = {
                "ours": partial(_fresh, "ours", Path(folder), size),
                "kdepy": partial(_fresh, "kdepy", Path(folder), size),
            }
            found.append(_record(size, interleaved(contenders, rounds=rounds), _exact(_parts(Path(folder), size))))
    return found


def written(folder: Path, size: int) -> None:
    """Write points as Parquet parts of a million, each from its own seed; the first is cut into tenths."""
    centres = np.random.default_rng(7).uniform(0.05, 0.95, (40, 2)) * SIDE_M
    for k in range(max(1, size // PART)):
        draw = np.random.default_rng([7, k])
        places = centres[draw.integers(0, 40, PART)] + draw.normal(size=(PART, 2)) * 900
        even = draw.random(PART) < 0.3
        places[even] = draw.uniform(0, SIDE_M, (int(even.sum()), 2))
        places = np.clip(places, 1, SIDE_M - 1) + np.array([WEST, SOUTH])
        table = pa.table({"x": places[:, 0], "y": places[:, 1]})
        parquet.write_table(table, folder / f"part-{k:03d}.parquet", row_group_size=PART // 10, compression="none")


def ours(folder: Path, size: int) -> Run:
    """Mass from the parts, then spread over the land."""
    grid = Grid(WEST, SOUTH + SIDE_M, SIDE_M / CELLS, CELLS, CELLS, CRS)
    area = StudyArea(grid, np.ones(grid.shape, dtype=bool), GeoDataFrame(geometry=[], crs=CRS))
    paths = _parts(folder, size)

    def estimate() -> np.ndarray:
        mass = mass_of_parts(area, paths, Columns("x", "y"))
        return spread(ground_of(area.land), mass, bandwidth_cells=SIGMA_CELLS)

    estimate() if size <= PART else _warmed(area, _tenth(paths[0]))
    seconds, values = cpu_seconds(estimate)
    mass = np.asarray(values)[0]
    col, row = inner_cells(CELLS, SAMPLE)
    sample = mass[CELLS - 1 - row, col] / grid.cell_area_m2
    return Run(seconds, sample, note=f"mass kept to {abs(float(mass.sum()) / size - 1):.0e}")


def _parts(folder: Path, size: int) -> list[Path]:
    paths = sorted(folder.glob("part-*.parquet"))[: max(1, size // PART)]
    return paths if size >= PART else [_tenth(paths[0])]


def _exact(paths: list[Path]) -> np.ndarray:
    """Intensity per m2 in the sampled cells, by the sum over all points."""
    at = (WEST, SOUTH) + (np.stack(inner_cells(CELLS, SAMPLE), axis=1) + 0.5) * SIDE_M / CELLS
    total = np.zeros(SAMPLE)
    for path in paths:
        table = parquet.read_table(path)
        points = points_of(table["x"].to_numpy(), table["y"].to_numpy())
        total += direct_sum((at[:, 0], at[:, 1]), points, GAUSSIAN, bandwidth_m=SIGMA_CELLS * SIDE_M / CELLS)[0]
    return total


def _warmed(area: StudyArea, path: Path) -> None:
    """Load the compiled code before the clock starts."""
    spread(ground_of(area.land), mass_of_parts(area, [path], Columns("x", "y")), bandwidth_cells=SIGMA_CELLS)


def _tenth(path: Path) -> Path:
    small = path.with_name("tenth.parquet")
    if not small.exists():
        with parquet.ParquetFile(path) as file:
            parquet.write_table(file.read_row_group(0), small)
    return small


def _fresh(name: str, folder: Path, size: int) -> Run:
    """Run in a process of its own, so that its peak memory is known; it leaves its values of the sampled cells."""
    sample = folder / f"{name}.sample"
    if name == "ours":
        command = [sys.executable, "-m", "benchmarks.points", "--one", str(folder), str(size)]
    else:
        command = [peer_python(), str(PEERS / "kdepy_parts.py"), str(folder), str(size), f"cells={CELLS}"]
        command += [f"bandwidth={SIGMA_CELLS * SIDE_M / CELLS}", f"west={WEST}", f"south={SOUTH}", f"side={SIDE_M}"]
        command += [f"sample={sample}", f"number={SAMPLE}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"ended by {done.returncode}"])[-1]
        return Run(float("nan"), note=f"failed: {last[:100]}")
    seconds, megabytes, *words = done.stdout.split()
    told = [f"{name}: peak memory {float(megabytes):,.0f} MB", " ".join(words)]
    return Run(float(seconds), np.fromfile(sample), ", ".join(part for part in told if part))


def _record(size: int, runs: dict[str, list[Run] | str], exact: np.ndarray) -> Record:
    medians = {name: _median(done) for name, done in runs.items()}
    own, peer = medians["ours"], medians["kdepy"]
    our_error = _error(runs["ours"], exact)
    notes = [done if isinstance(done, str) else done[-1].note for done in runs.values()]
    notes += [NO_ERROR] if our_error is None else []
    return {
        "work": "points_1e8",
        "size": f"{size:,} points from Parquet, {CELLS} x {CELLS}, sigma {SIGMA_CELLS} cells",
        "peer": "kdepy",
        "peer_cpu_s": peer,
        "our_cpu_s": own,
        "ratio": None if peer is None or own is None else round(peer / own, 1),
        "peer_error": _error(runs["kdepy"], exact),
        "our_error": our_error,
        "note": "; ".join(notes),
    }


def _median(runs: list[Run] | str) -> float | None:
    if isinstance(runs, str) or any(np.isnan(run.cpu_s) for run in runs):
        return None
    return float(f"{statistics.median(run.cpu_s for run in runs):.3g}")


def _error(runs: list[Run] | str, exact: np.ndarray) -> float | None:
    """Largest difference over the largest exact value; densities are scaled to intensities first."""
    if isinstance(runs, str) or runs[-1].sample is None:
        return None
    values = runs[-1].sample
    factor = (exact @ values) / (values @ values)
    return float(f"{np.abs(values * factor - exact).max() / exact.max():.2g}")


def main() -> None:
    """Print the records; with --one, CPU seconds, peak memory and a note of one run, and leave its sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--one", nargs=2)
    given = parser.parse_args()
    if given.one:
        run = ours(Path(given.one[0]), int(given.one[1]))
        np.asarray(run.sample).tofile(Path(given.one[0]) / "ours.sample")
        print(run.cpu_s, peak_memory_mb(), run.note)
        return
    for record in records(quick=given.quick):
        print(json.dumps(record))


if __name__ == "__main__":
    main()
