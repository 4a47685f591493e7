"""Cloud-optimised GeoTIFFs: several bands of one kind in one file, the same bytes at every writing. Names no band."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import Affine

from geo.grid import Grid


@dataclass(frozen=True)
class Band:
    """One band: values as stored, what it is called, and how stored values are read."""

    values: np.ndarray
    title: str
    unit: str = ""
    scale: float = 1.0


@dataclass(frozen=True)
class Raster:
    """A file: its name without ending, its bands, their nodata, the file's tags, and its style for QGIS."""

    name: str
    bands: Sequence[Band]
    nodata: float
    tags: Mapping[str, str]
    qml: str


def write_rasters(directory: Path, grid: Grid, rasters: Iterable[Raster]) -> tuple[Path, ...]:
    """Write `rasters/<name>.tif`, and its style as a .qml beside it, one after the other; return the files."""
    folder = directory / "rasters"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for raster in rasters:
        path = folder / f"{raster.name}.tif"
        write_cog(path, grid, raster.bands, nodata=raster.nodata, tags=raster.tags)
        path.with_suffix(".qml").write_text(raster.qml, encoding="utf-8")
        written += [path, path.with_suffix(".qml")]
    return tuple(written)


def write_cog(
    path: Path, grid: Grid, bands: Sequence[Band], *, nodata: float, tags: Mapping[str, str], threads: int = 0
) -> None:
    """Write bands of one type as one file.

    Parameters
    ----------
    bands
        All of one type, the shape of the grid; the first is what readers show.
    nodata
        Of every band.
    threads
        That compress; 0 is one for each processor. The file is the same for any number.
    """
    profile = {
        "driver": "COG",
        "dtype": bands[0].values.dtype.name,
        "count": len(bands),
        "height": grid.rows,
        "width": grid.cols,
        "crs": grid.crs,
        "transform": Affine(*grid.transform),
        "nodata": nodata,
        "compress": "ZSTD",
        "level": 6,  # 9 takes a third more time for a hundredth less room
        "predictor": "YES",  # 2 for whole numbers, 3 for floats
        # bands of codes beside smooth ones: a mean of two codes would be a third, and may say "shown" of neither
        "overview_resampling": "NEAREST",
        "statistics": "YES",  # else QGIS writes .aux.xml beside the file when it opens it
        "num_threads": threads or "ALL_CPUS",  # of GDAL's compression; the bytes do not depend on it
    }
    with rasterio.open(path, "w", **profile) as file:
        for number, band in enumerate(bands, start=1):
            file.write(band.values, number)
            file.set_band_description(number, band.title)
        file.scales = tuple(band.scale for band in bands)
        file.units = tuple(band.unit for band in bands)
        file.update_tags(**tags)
