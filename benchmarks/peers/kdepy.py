"""Runs KDEpy's FFTKDE on a grid and prints the CPU seconds of that call."""

import numpy as np
from KDEpy import FFTKDE
from peer_io import arguments, used, write_sample

points, sample, given = arguments()
name = {"quartic": "biweight", "epanechnikov": "epa", "gaussian": "gaussian"}[given["kernel"]]
bandwidth, cells, side = float(given["bandwidth"]), int(given["cells"]), float(given["side"])
if name != "gaussian":
    bandwidth *= np.sqrt(FFTKDE(kernel=name).kernel.var)  # its bandwidth is the kernel's standard deviation
cell = side / cells
# It wants a grid strictly wider than the data: one more cell on each side.
x, y = (float(given[edge]) - cell / 2 + np.arange(cells + 2) * cell for edge in ("west", "south"))
began = used()
nodes = np.stack(np.meshgrid(x, y, indexing="ij"), -1).reshape(-1, 2)
values = FFTKDE(kernel=name, bw=bandwidth).fit(points)(nodes)
seconds = used() - began
write_sample(sample, *np.meshgrid(x, y, indexing="ij"), values)
print("CPU", seconds)
