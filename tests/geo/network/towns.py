"""Small networks to spread on: the hand-worked Y, a town with jitter and gaps. Holds no assertion."""

import numpy as np
from shapely import LineString

from geo.network.lines import Network, Spots, network_of

Y = (LineString([(0, 0), (0, -100)]), LineString([(0, 0), (-80, 60)]), LineString([(0, 0), (80, 60)]))


def net(*lines) -> Network:
    return network_of(np.array(lines), np.zeros(len(lines), int))


def town(seed: int = 0, *, kept: float = 0.85) -> Network:
    rng = np.random.default_rng(seed)
    xy = np.stack(np.meshgrid(np.arange(6) * 80.0, np.arange(5) * 90.0), axis=-1) + rng.normal(0, 9, (5, 6, 2))
    lines = [LineString(xy[i, j : j + 2]) for i in range(5) for j in range(5)]
    lines += [LineString(xy[i : i + 2, j]) for i in range(4) for j in range(6)]
    return net(*[line for line in lines if rng.random() < kept])


def spot(line: int, along_m: float) -> Spots:
    return Spots(np.array([line]), np.array([along_m]))


def scattered(network: Network, n: int, seed: int = 0) -> Spots:
    rng = np.random.default_rng(seed)
    length = network.lengths_m
    line = rng.choice(length.size, n, p=length / length.sum())
    return Spots(line, rng.random(n) * length[line])
