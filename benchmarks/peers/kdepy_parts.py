"""Reads Parquet parts whole and runs KDEpy on them; prints CPU seconds (reading included) and peak memory in MB."""

import sys
from pathlib import Path

import numpy as np
from KDEpy import FFTKDE
from peer_io import inner_cells, peak_memory_mb, used
from pyarrow import parquet

folder, size = Path(sys.argv[1]), int(sys.argv[2])
given = dict(word.split("=", 1) for word in sys.argv[3:])
cells, side = int(given["cells"]), float(given["side"])
cell = side / cells
x, y = (float(given[edge]) - cell / 2 + np.arange(cells + 2) * cell for edge in ("west", "south"))
paths = sorted(folder.glob("part-*.parquet"))[: max(1, size // 1_000_000)]
began = used()
tables = [parquet.read_table(path, columns=["x", "y"]) for path in paths]
points = np.concatenate([np.column_stack((table["x"], table["y"])) for table in tables])[:size]
nodes = np.stack(np.meshgrid(x, y, indexing="ij"), -1).reshape(-1, 2)
values = FFTKDE(kernel="gaussian", bw=float(given["bandwidth"])).fit(points)(nodes)
print(used() - began, peak_memory_mb())
col, row = inner_cells(cells, int(given["number"]))
values.reshape(cells + 2, cells + 2)[col + 1, row + 1].tofile(given["sample"])
