"""Runs LIBKDV's sweep (Epanechnikov) and prints the CPU seconds of that call."""

import sys

import libkdv
import numpy as np
import pandas as pd
from peer_io import arguments, used, write_sample

points, sample, given = arguments()
module = sys.modules[f"{libkdv.__name__}.kdv"]
module.is_pandas_df = lambda frame: isinstance(frame, pd.DataFrame)  # 1.1.20 does not know frames of pandas 3
west, south, side = (float(given[name]) for name in ("west", "south", "side"))
# Its bounds are those of the data: two corners of weight 0 make them the square. It doubles the bandwidth inside.
frame = pd.DataFrame(
    {
        "x": np.r_[points[:, 0], west, west + side],
        "y": np.r_[points[:, 1], south, south + side],
        "w": np.r_[np.ones(len(points)), 0, 0],
    }
)
cells, half = int(given["cells"]), float(given["bandwidth"]) / 2
began = used()
job = module.kdv(frame, GPS=False, bandwidth=half, row_pixels=cells, col_pixels=cells, num_threads=2)
job.omit_zero = 0
found = job.compute()
seconds = used() - began
write_sample(sample, *(found[name].to_numpy(float) for name in ("x", "y", "val")))
print("CPU", seconds, "peer exchanges its data as text, which is timed")
