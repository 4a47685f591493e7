"""Cloud-optimised GeoTIFFs: the bytes of a file of many tiles, whatever the number of threads."""

import numpy as np
import pytest

from geo.grid import Grid
from layers.products.cog import Band, write_cog


@pytest.mark.parametrize("threads", [3])
def test_any_number_of_threads_gives_the_same_bytes(tmp_path, threads):
    grid = Grid(crs="EPSG:25832", cell_m=25.0, x_min=500_000.0, y_max=6_700_000.0, rows=600, cols=700)
    noise = np.random.default_rng(4).gamma(2.0, 30.0, (grid.rows, grid.cols)).astype(np.float32)
    bands = (Band(noise, "noise"), Band(np.rint(noise / 50), "classes"))
    paths = [tmp_path / name for name in ("one.tif", "many.tif")]
    for path, number in zip(paths, (1, threads), strict=True):
        write_cog(path, grid, bands, nodata=-1.0, tags={"CITY": "x"}, threads=number)
    assert paths[0].read_bytes() == paths[1].read_bytes()
