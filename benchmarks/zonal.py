"""Sums of a raster over districts beside exactextract, rasterio and rasterstats; reading the raster is included.

Run: `HARMSHIFT_BENCH_PEERS=/path/to/python python -m benchmarks.zonal [--quick]`. Peers that are not there are named.
"""

import argparse
import json
import tempfile
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from rasterio.transform import from_origin

from benchmarks.side_by_side import (
    CRS,
    PEERS,
    SOUTH,
    WEST,
    Record,
    Run,
    cpu_seconds,
    interleaved,
    peer_python,
    records_of,
    run_peer,
)
from geo.grid import Grid
from geo.zonal import zonal_sums

CELL_M = 10.0
CORNERS = 12  # of a side of a district
SAMPLE = 60  # districts whose cells are cut one by one for the exact sum


def records(*, quick: bool = False) -> list[Record]:
    """Measure 10,000 districts on 2,048 x 2,048 cells; `quick`: 400 on 512 x 512, one round."""
    cells, side, rounds = (512, 20, 1) if quick else (2048, 100, 5)
    grid = Grid(WEST, SOUTH + cells * CELL_M, CELL_M, cells, cells, CRS)
    areas, values = districts(grid, side), _values(cells)
    exact = _cut(values, grid, areas[_sampled(len(areas))])

    def error(sample: np.ndarray) -> float:
        return float(np.abs(sample[2] / exact - 1).max())

    with tempfile.TemporaryDirectory() as folder:
        raster, file = Path(folder, "values.tif"), Path(folder, "districts.gpkg")
        _write(raster, grid, values)
        gpd.GeoDataFrame({"district": range(len(areas))}, geometry=areas, crs=CRS).to_file(file)
        contenders = {"ours": partial(_ours, raster, grid, areas)}
        for name in ("exactextract", "exactextract (raster order)", "rasterize", "rasterstats"):
            contenders[name] = partial(_peer, name, raster, file)
        runs = interleaved(contenders, rounds=rounds)
    size = f"{len(areas):,} districts of {4 * CORNERS} corners, {cells} x {cells}"
    note = f"reading the raster included; largest relative difference over {len(exact)} districts"
    return records_of("zonal_1e4_2048", size, runs, ours="ours", error=error, note=note)


def districts(grid: Grid, side: int) -> np.ndarray:
    """Return side x side districts with shared, wiggly borders inside the grid."""
    draw = np.random.default_rng(2)
    length = 0.94 * grid.cols * grid.cell_m / side
    corners = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), -1)
    corners[1:-1, 1:-1] += draw.uniform(-0.2, 0.2, (side - 1, side - 1, 2))

    def border(first: np.ndarray, last: np.ndarray) -> np.ndarray:
        part = np.linspace(0, 1, CORNERS, endpoint=False)[:, None]
        along = (last - first)[..., None, :]
        aside = np.stack((-along[..., 1], along[..., 0]), -1)
        height = draw.uniform(-0.12, 0.12, (*first.shape[:-1], CORNERS, 1)) * np.sin(np.pi * part)
        return first[..., None, :] + part * along + height * aside

    def backwards(line: np.ndarray, end: np.ndarray) -> np.ndarray:
        return np.concatenate((end[..., None, :], line[..., :0:-1, :]), -2)

    across, up = border(corners[:, :-1], corners[:, 1:]), border(corners[:-1], corners[1:])
    back_across = backwards(across[1:], corners[1:, 1:])
    back_up = backwards(up[:, :-1], corners[1:, :-1])
    rings = np.concatenate((across[:-1], up[:, 1:], back_across, back_up), -2).reshape(side * side, -1, 2)
    west, south, east, _ = grid.bounds
    return shapely.polygons(rings * length + np.array([west, south]) + 0.03 * (east - west))


def _values(cells: int) -> np.ndarray:
    walk = np.random.default_rng(0).normal(size=(cells, cells)).cumsum(0).cumsum(1)
    return np.abs(walk) / np.abs(walk).max() + 0.01


def _sampled(count: int) -> np.ndarray:
    return np.random.default_rng(1).choice(count, min(SAMPLE, count), replace=False)


def _cut(values: np.ndarray, grid: Grid, areas: np.ndarray) -> np.ndarray:
    """Return sums by cutting every cell in an area's box along the area."""
    sums = []
    x, y = grid.centres()
    half = grid.cell_m / 2
    for area in areas:
        west, south, east, north = shapely.bounds(area)
        cols, rows = (
            np.flatnonzero((x > west - half) & (x < east + half)),
            np.flatnonzero((y > south - half) & (y < north + half)),
        )
        at_x, at_y = np.meshgrid(x[cols], y[rows])
        cells = shapely.box(at_x - half, at_y - half, at_x + half, at_y + half)
        sums.append(
            (shapely.area(shapely.intersection(cells, area)) * values[np.ix_(rows, cols)]).sum() / grid.cell_area_m2
        )
    return np.array(sums)


def _write(path: Path, grid: Grid, values: np.ndarray) -> None:
    profile = {
        "driver": "GTiff",
        "width": grid.cols,
        "height": grid.rows,
        "count": 1,
        "dtype": "float64",
        "tiled": True,
    }
    corner = from_origin(grid.x_min, grid.y_max, grid.cell_m, grid.cell_m)
    with rasterio.open(path, "w", crs=CRS, transform=corner, **profile) as file:
        file.write(values, 1)


def _ours(raster: Path, grid: Grid, areas: np.ndarray) -> Run:
    def read_and_sum() -> np.ndarray:
        with rasterio.open(raster) as file:
            return zonal_sums(file.read(1), grid, areas)

    zonal_sums(np.ones(grid.shape), grid, areas[:2])  # compiled code is loaded before the clock starts
    seconds, sums = cpu_seconds(read_and_sum)
    return Run(seconds, _as_sample(np.asarray(sums)))


def _as_sample(sums: np.ndarray) -> np.ndarray:
    chosen = _sampled(sums.size)
    return np.stack((chosen, chosen, sums[chosen]))


def _peer(name: str, raster: Path, file: Path) -> Run:
    script = str(PEERS / "zonal.py")
    done = run_peer(
        [peer_python(), script], np.empty((0, 2)), tool=name.replace(" ", "_"), raster=raster, districts=file
    )
    return done if done.sample is None else Run(done.cpu_s, _as_sample(done.sample[2]), done.note)


def main() -> None:
    """Print the records, one a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for record in records(quick=parser.parse_args().quick):
        print(json.dumps(record))


if __name__ == "__main__":
    main()
