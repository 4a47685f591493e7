"""Densities on a grid beside KDEpy, LIBKDV, spatstat, sparr and GRASS: the same points, kernel and cells.

Run: `HARMSHIFT_BENCH_PEERS=/path/to/python python -m benchmarks.planar [--quick]`. Peers that are not there are named.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import shapely

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
from geo.planar.accuracy import CUT
from geo.planar.adaptive import abramson_bandwidths_m, adaptive_intensity
from geo.planar.binning import gathered
from geo.planar.density import smoother
from geo.planar.edge_mass import edge_mass_at
from geo.planar.exact import direct_sum
from geo.planar.kernels import GAUSSIAN, kernel_of
from geo.planar.points import points_of
from geo.planar.sweep import exact_grid

BANDWIDTH_M = {"quartic": 1000.0, "epanechnikov": 1000.0, "gaussian": 400.0}
SAMPLE = 2000
FRAME = {"west": WEST, "south": SOUTH, "side": SIDE_M}


def records(*, quick: bool = False) -> list[Record]:
    """Measure all works; `quick` takes a tenth of the points, a quarter of the cells and one round."""
    scale, rounds = (10, 1) if quick else (1, 3)
    found: list[Record] = []
    for kernel, peer in (("quartic", "grass"), ("epanechnikov", "libkdv_epanechnikov")):
        found += _plain("exact_1e5_512", 100_000 // scale, 512, kernel, (peer,), rounds=rounds, exact=True)
    found += _plain("planar_1e6_512", 1_000_000 // scale, 512, "quartic", ("kdepy", "spatstat"), rounds=rounds)
    cells = 512 if quick else 2048
    found += _plain("planar_1e6_2048", 1_000_000 // scale, cells, "quartic", ("kdepy", "spatstat"), rounds=rounds)
    gaussian = ("kdepy", "spatstat", "sparr")
    found += _plain("planar_gaussian_1e6_512", 1_000_000 // scale, 512, "gaussian", gaussian, rounds=rounds)
    found += _edge("planar_diggle_1e5_512", 100_000 // scale, 512, rounds=rounds)
    found += _adaptive("planar_adaptive_5e3_128", 5_000 // scale, 128, rounds=rounds)
    return found


def _plain(
    work: str, n: int, cells: int, kernel_name: str, peers: tuple[str, ...], *, rounds: int, exact: bool = False
) -> list[Record]:
    drawn = city_points(n)
    points, grid, kernel = points_of(drawn[:, 0], drawn[:, 1]), _grid(cells), kernel_of(kernel_name)
    bandwidth_m = BANDWIDTH_M[kernel_name]

    def fft() -> np.ndarray:
        ready = smoother(grid, kernel, bandwidth_m=bandwidth_m, dtype=np.float32)
        return ready.intensity(points, edge="none")[0]

    def sweep() -> np.ndarray:
        return exact_grid(points, grid, kernel, bandwidth_m=bandwidth_m)[0]

    settings = {"cells": cells, "kernel": kernel_name, "bandwidth": bandwidth_m, **FRAME}
    runs = interleaved(
        {
            "ours": partial(_own, sweep if exact else fft, grid),
            **{peer: _peer(peer, drawn, settings) for peer in peers},
        },
        rounds=rounds,
    )
    error = partial(_error, lambda at: direct_sum(at, points, kernel, bandwidth_m=bandwidth_m, cut=CUT)[0])
    how = "row sweep" if exact else "cubic binning, float32, kernel's transform included"
    return records_of(work, f"{n:,} points, {cells} x {cells}, {kernel_name}", runs, ours="ours", error=error, note=how)


def _edge(work: str, n: int, cells: int, *, rounds: int) -> list[Record]:
    """Diggle's edge correction on an irregular window with a lake; exact by closed-form edge masses."""
    window = _window()
    drawn = city_points(2 * n)
    drawn = drawn[shapely.contains_xy(window, drawn[:, 0], drawn[:, 1])][:n]
    points, grid, bandwidth_m = points_of(drawn[:, 0], drawn[:, 1]), _grid(cells), BANDWIDTH_M["gaussian"]

    def ours() -> np.ndarray:
        return smoother(grid, GAUSSIAN, bandwidth_m=bandwidth_m, window=window, dtype=np.float32).intensity(points)[0]

    own = edge_mass_at(window, (points.x, points.y), GAUSSIAN, bandwidth_m=bandwidth_m)
    corrected = points_of(points.x, points.y, 1 / own)
    error = partial(_error, lambda at: direct_sum(at, corrected, GAUSSIAN, bandwidth_m=bandwidth_m, cut=CUT)[0])
    with tempfile.TemporaryDirectory() as folder:
        rings = Path(folder, "window.txt")
        rings.write_text("\n".join(_ring_lines(window)), encoding="utf-8")
        settings = {"cells": cells, "kernel": "gaussian", "bandwidth": bandwidth_m, "window": rings, **FRAME}
        runs = interleaved(
            {"ours": partial(_own, ours, grid), "spatstat (diggle)": _peer("spatstat_diggle", drawn, settings)},
            rounds=rounds,
        )
    size = f"{len(drawn):,} points, {cells} x {cells}, gaussian, 240 corners and a lake"
    return records_of(work, size, runs, ours="ours", error=error, note="window's raster and edge mass included")


def _adaptive(work: str, n: int, cells: int, *, rounds: int) -> list[Record]:
    """Abramson's estimator; the peer's error holds its own bandwidths, read off pixels, against exact ones."""
    drawn = city_points(n)
    points, grid, sd_m = points_of(drawn[:, 0], drawn[:, 1]), _grid(cells), 600.0

    def bandwidths() -> np.ndarray:
        # The pilot is read at the points from a raster with room round it.
        wide = Grid(WEST - SIDE_M / 10, SOUTH + 1.1 * SIDE_M, grid.cell_m, *(2 * [int(1.2 * cells) + 1]), CRS)
        ready = smoother(wide, GAUSSIAN, bandwidth_m=sd_m, window=np.ones(wide.shape))
        raster = np.pad(ready.intensity(points, edge="none")[0], 2)
        return abramson_bandwidths_m(gathered(raster, points, wide, binning="cubic"), bandwidth_m=sd_m)

    def ours() -> np.ndarray:
        return adaptive_intensity(points, grid, GAUSSIAN, bandwidths_m=bandwidths())[0]

    pilot = direct_sum((points.x, points.y), points, GAUSSIAN, bandwidth_m=sd_m)[0]
    exact = abramson_bandwidths_m(pilot, bandwidth_m=sd_m)
    error = partial(_error, lambda at: direct_sum(at, points, GAUSSIAN, bandwidth_m=exact)[0])
    settings = {"cells": cells, "kernel": "gaussian", "bandwidth": sd_m, **FRAME}
    runs = interleaved(
        {"ours": partial(_own, ours, grid), "sparr (adaptive)": _peer("sparr_adaptive", drawn, settings)}, rounds=rounds
    )
    return records_of(work, f"{n:,} points, {cells} x {cells}, adaptive gaussian", runs, ours="ours", error=error)


def _own(estimate: Callable[[], np.ndarray], grid: Grid) -> Run:
    estimate()  # compiled code is loaded before the clock starts
    seconds, values = cpu_seconds(estimate)
    plane = np.asarray(values)
    inside = np.flatnonzero(np.isfinite(plane))
    drawn = np.random.default_rng(1).choice(inside, SAMPLE, replace=False)
    x, y = grid.centres()
    return Run(seconds, np.stack((x[drawn % grid.cols], y[drawn // grid.cols], plane.ravel()[drawn])))


def _peer(name: str, points: np.ndarray, settings: dict[str, object]) -> Callable[[], Run]:
    def run() -> Run:
        if name in {"kdepy", "libkdv_epanechnikov"}:
            return run_peer([peer_python(), str(PEERS / f"{name}.py")], points, **settings)
        if name == "grass":
            script = ["sh", str(PEERS / "grass_kernel.sh")]
            return run_peer(script, points, python=sys.executable, **settings)
        return run_peer(["Rscript", "--vanilla", str(PEERS / "r_peers.R"), name], points, **settings)

    return run


def _error(exact: Callable[[tuple[np.ndarray, np.ndarray]], np.ndarray], sample: np.ndarray) -> float:
    """Largest difference over the largest exact value, after the best common factor (densities against intensities)."""
    x, y, values = sample
    truth = exact((x, y))
    factor = (truth @ values) / (values @ values)
    return float(np.abs(values * factor - truth).max() / truth.max())


def _grid(cells: int) -> Grid:
    return Grid(WEST, SOUTH + SIDE_M, SIDE_M / cells, cells, cells, CRS)


def _window() -> shapely.Polygon:
    """Return a star-like coast of 240 corners with a lake of 60."""
    turn = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    radius = 0.47 * SIDE_M * (0.86 + 0.08 * np.sin(3 * turn + 1) + 0.04 * np.sin(11 * turn))
    centre = np.array([WEST, SOUTH]) + SIDE_M / 2
    coast = centre + radius[:, None] * np.column_stack((np.cos(turn), np.sin(turn)))
    shore = centre + np.array([1500.0, -900.0]) + 1800 * np.column_stack((np.cos(turn[::4]), np.sin(turn[::4]) / 2))
    return shapely.Polygon(coast, [shore])


def _ring_lines(window: shapely.Polygon) -> list[str]:
    """Rings without their closing corner, the coast counterclockwise and the lake clockwise, as spatstat wants them."""
    rings = shapely.get_rings(shapely.orient_polygons(window))
    return [" ".join(f"{value:.6f}" for value in shapely.get_coordinates(ring)[:-1].ravel()) for ring in rings]


def main() -> None:
    """Print the records, one a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for record in records(quick=parser.parse_args().quick):
        print(json.dumps(record))


if __name__ == "__main__":
    main()
