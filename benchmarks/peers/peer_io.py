"""What every Python peer's script shares: its input, its clock, its sample. Runs in the peers' own environment."""

import resource
import sys
from pathlib import Path

import numpy as np


def arguments() -> tuple[np.ndarray, str, dict[str, str]]:
    """Return points (n x 2), the sample's path and the settings from ``SCRIPT POINTS SAMPLE name=value ...``."""
    points = np.fromfile(sys.argv[1]).reshape(2, -1).T.copy()
    return points, sys.argv[2], dict(word.split("=", 1) for word in sys.argv[3:])


def used() -> float:
    """Return the CPU seconds so far, threads and children included."""
    usage = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in usage)


def peak_memory_mb() -> float:
    """Return the most memory this process has held; getrusage would count its parent's before it was started."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def write_sample(path: str, x: np.ndarray, y: np.ndarray, values: np.ndarray) -> None:
    """Write x, y and value of 2,000 cells drawn from a seed."""
    drawn = np.random.default_rng(1).choice(values.size, min(2000, values.size), replace=False)
    np.stack((x.ravel()[drawn], y.ravel()[drawn], values.ravel()[drawn])).tofile(path)


def inner_cells(cells: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return column and row from the south of cells drawn from a seed, away from the edge of a square grid."""
    edge = cells // 20
    col, row = np.random.default_rng(1).integers(edge, cells - edge, (2, number))
    return col, row
