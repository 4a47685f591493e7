"""Gaussian spreading over land, with and without water, and from up to 1e8 points, beside KDEpy and spatstat.

Run: `HARMSHIFT_BENCH_PEERS=/path/to/python python -m benchmarks.ground [--quick]`. Peers that are not there are named.
"""

import argparse
import json
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.points import records as points_records
from benchmarks.side_by_side import (
    CRS,
    PEERS,
    SIDE_M,
    SOUTH,
    WEST,
    Record,
    Run,
    city_points,
    cpu_seconds,
    interleaved,
    peer_python,
    records_of,
    run_peer,
)
from geo.grid import Grid
from geo.ground import ground_of, spread
from geo.placing import add_placed, doors, land_cells
from geo.planar.exact import direct_sum
from geo.planar.kernels import GAUSSIAN
from geo.planar.points import points_of

SIGMA_CELLS = 8
SAMPLE = 1000
STRAIT = 0.48, 0.49  # of the width: where the water is
FRAME = {"west": WEST, "south": SOUTH, "side": SIDE_M}


def records(*, quick: bool = False) -> list[Record]:
    """Measure all works; `quick` takes a hundredth of the points, a quarter of the cells and one round."""
    n, cells, rounds = (10_000, 512, 1) if quick else (1_000_000, 2048, 5)
    found = _open("ground_1e6_2048", n, cells, rounds=rounds)
    found += _walls("ground_walls_2048", n, cells, rounds=rounds)
    found += _walls("ground_walls_256", n // 10, 256, rounds=min(rounds, 3))
    return found + points_records(quick=quick)


def _open(work: str, n: int, cells: int, *, rounds: int) -> list[Record]:
    """Land everywhere: errors against sums of Gaussians."""
    drawn, grid = city_points(n), _grid(cells)
    sigma_m = SIGMA_CELLS * grid.cell_m
    land = np.ones(grid.shape, dtype=bool)
    settings = {"cells": cells, "kernel": "gaussian", "bandwidth": sigma_m, **FRAME}
    runs = interleaved(
        {
            "ours": partial(_ours, grid, land, drawn, np.float64),
            "ours in float32": partial(_ours, grid, land, drawn, np.float32),
            "kdepy": lambda: run_peer([peer_python(), str(PEERS / "kdepy.py")], drawn, **settings),
            "spatstat": lambda: run_peer(
                ["Rscript", "--vanilla", str(PEERS / "r_peers.R"), "spatstat"], drawn, **settings
            ),
        },
        rounds=rounds,
    )
    points = points_of(drawn[:, 0], drawn[:, 1])
    error = partial(_error, grid, lambda at: direct_sum(at, points, GAUSSIAN, bandwidth_m=sigma_m)[0])
    size = f"{n:,} points, {cells} x {cells}, sigma {SIGMA_CELLS} cells"
    single = runs.pop("ours in float32")
    records = partial(records_of, size=size, ours="ours", error=error)
    note = "links of land and placing of points included"
    found = records(work, runs=runs, note=note)
    return found + records(f"{work}_single", runs=runs | {"ours": single}, note=f"{note}; in single precision")


def _walls(work: str, n: int, cells: int, *, rounds: int) -> list[Record]:
    """Put a strait through the land: errors against sums of Gaussians and their mirror images in the nearer shore."""
    grid = _grid(cells)
    sigma_m = SIGMA_CELLS * grid.cell_m
    shores = [WEST + round(part * cells) * grid.cell_m for part in STRAIT]
    drawn = city_points(n)
    drawn = drawn[(drawn[:, 0] < shores[0]) | (drawn[:, 0] > shores[1])]
    x, _ = grid.centres()
    land = np.broadcast_to((x < shores[0]) | (x > shores[1]), grid.shape).copy()
    banks = [points_of(*_mirrored(drawn, shores, bank).T) for bank in (0, 1)]

    def exact(at: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        west, east = (direct_sum(at, bank, GAUSSIAN, bandwidth_m=sigma_m)[0] for bank in banks)
        return np.where(at[0] < shores[0], west, east)

    settings = {"cells": cells, "bandwidth": sigma_m, **FRAME}
    strait = ",".join(f"{shore:.6f}" for shore in shores)
    runs = interleaved(
        {
            "ours": partial(_ours, grid, land, drawn, np.float64),
            "spatstat densityHeat": lambda: run_peer(
                ["Rscript", "--vanilla", str(PEERS / "r_heat.R")], drawn, strait=strait, **settings
            ),
            "spatstat (walls ignored)": lambda: run_peer(
                ["Rscript", "--vanilla", str(PEERS / "r_peers.R"), "spatstat"], drawn, kernel="gaussian", **settings
            ),
        },
        rounds=rounds,
    )
    size = f"{len(drawn):,} points, {cells} x {cells}, sigma {SIGMA_CELLS} cells, a strait"
    return records_of(work, size, runs, ours="ours", error=partial(_error, grid, exact), note="shores reflect")


def _mirrored(drawn: np.ndarray, shores: list[float], bank: int) -> np.ndarray:
    """Points of one bank and their images in its shore."""
    own = drawn[(drawn[:, 0] < shores[0]) if bank == 0 else (drawn[:, 0] > shores[1])]
    return np.concatenate((own, own * (-1, 1) + (2 * shores[bank], 0)))


def _ours(grid: Grid, land: np.ndarray, drawn: np.ndarray, precision: type) -> Run:
    """Intensity per m2 from coordinates: links, placing, spreading."""

    def estimate() -> np.ndarray:
        mass = np.zeros(grid.shape)
        across, down = (drawn[:, 0] - grid.x_min) / grid.cell_m, (grid.y_max - drawn[:, 1]) / grid.cell_m
        add_placed(mass, doors(land), land_cells(land, across, down), across, down)
        found = spread(ground_of(land), mass.astype(precision, copy=False), bandwidth_cells=SIGMA_CELLS)
        found /= grid.cell_area_m2
        return found

    estimate()  # compiled code is loaded before the clock starts
    seconds, values = cpu_seconds(estimate)
    chosen = np.random.default_rng(1).choice(np.flatnonzero(land), 3 * SAMPLE, replace=False)
    x, y = grid.centres()
    return Run(seconds, np.stack((x[chosen % grid.cols], y[chosen // grid.cols], np.asarray(values).ravel()[chosen])))


def _error(grid: Grid, exact: Callable[[tuple[np.ndarray, np.ndarray]], np.ndarray], sample: np.ndarray) -> float:
    """Largest difference over the largest exact value, six bandwidths and more from the edge of the square."""
    margin = 6 * SIGMA_CELLS * grid.cell_m
    west, south, east, north = grid.bounds
    x, y, values = sample
    inside = (x > west + margin) & (x < east - margin) & (y > south + margin) & (y < north - margin)
    x, y, values = (part[inside][:SAMPLE] for part in (x, y, values))
    truth = exact((x, y))
    factor = (truth @ values) / (values @ values)  # densities against intensities
    return float(np.abs(values * factor - truth).max() / truth.max())


def _grid(cells: int) -> Grid:
    return Grid(WEST, SOUTH + SIDE_M, SIDE_M / cells, cells, cells, CRS)


def main() -> None:
    """Print the records, one a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for record in records(quick=parser.parse_args().quick):
        print(json.dumps(record))


if __name__ == "__main__":
    main()
