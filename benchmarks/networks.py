"""Streets, incidents and lixels to measure on: seeded, or Montreal's from the data beside the checkout."""

from pathlib import Path

import numpy as np
import pyogrio
import shapely

from geo.network.lines import Network, Spots, network_of

MONTREAL = Path(__file__).parents[1] / "../shared/data/reference/spnetwork_montreal/montreal.gpkg"


def main_network() -> tuple[np.ndarray, Network]:
    lines = pyogrio.read_dataframe(MONTREAL, layer="main_network_mtl").explode().geometry.to_numpy()
    return lines, joined(lines)


def grid_of_streets(side: int, seed: int = 5) -> np.ndarray:
    """Seeded streets of about 100 m, an eighth of them missing."""
    rng = np.random.default_rng(seed)
    xy = np.stack(np.meshgrid(np.arange(side) * 100.0, np.arange(side) * 100.0), -1).reshape(-1, 2)
    xy += rng.normal(0, 12, (side * side, 2))
    node = np.arange(side * side).reshape(side, side)
    ends = np.vstack([np.c_[node[:, :-1].ravel(), node[:, 1:].ravel()], np.c_[node[:-1].ravel(), node[1:].ravel()]])
    lines: np.ndarray = shapely.linestrings(xy[ends[rng.random(len(ends)) > 0.12]])
    return lines


def joined(lines: np.ndarray) -> Network:
    return network_of(lines, np.zeros(len(lines), dtype=int))


def incidents(network: Network, n: int, seed: int) -> Spots:
    """Even along the streets: the cost of spreading does not depend on where they are."""
    rng = np.random.default_rng(seed)
    length = network.lengths_m
    line = rng.choice(length.size, n, p=length / length.sum())
    return Spots(line, rng.random(n) * length[line])


def lixel_middles(network: Network, lixel_m: float = 25.0) -> Spots:
    count = np.maximum(1, np.ceil(network.lengths_m / lixel_m).astype(np.int64))
    line = np.repeat(np.arange(count.size), count)
    rank = np.arange(line.size) - np.repeat(np.cumsum(count) - count, count)
    return Spots(line, (rank + 0.5) * (network.lengths_m / count)[line])
