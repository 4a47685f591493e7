"""Sums a raster over districts with one tool and prints the CPU seconds of that call, reading the raster included."""

import geopandas as gpd
import numpy as np
from peer_io import arguments, used

_, sample, given = arguments()
districts, raster, tool = gpd.read_file(given["districts"]), given["raster"], given["tool"]
if tool.startswith("exactextract"):
    from exactextract import exact_extract

    order = "raster-sequential" if "raster_order" in tool else "feature-sequential"
    began = used()
    sums = exact_extract(raster, districts, ["sum"], output="pandas", strategy=order)["sum"].to_numpy()
elif tool == "rasterstats":
    from rasterstats import zonal_stats

    began = used()
    sums = np.array([found["sum"] or 0.0 for found in zonal_stats(districts, raster, stats=["sum"])])
else:
    import rasterio
    from rasterio.features import rasterize

    began = used()
    with rasterio.open(raster) as file:
        values = file.read(1)
        shapes = zip(districts.geometry, range(1, len(districts) + 1), strict=True)
        label = rasterize(shapes, out_shape=values.shape, transform=file.transform, dtype="int32")
    sums = np.bincount(label.ravel(), values.ravel(), len(districts) + 1)[1:]
seconds = used() - began
np.stack((np.arange(len(sums)), np.arange(len(sums)), sums)).tofile(sample)
print("CPU", seconds)
