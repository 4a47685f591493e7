"""Measuring one work with several tools: seeded points, interleaved runs, CPU seconds, records. Knows no tool.

CPU seconds are user + system of the estimator's call alone, all threads and child processes; imports, reading of the
input and compilation are left out. Runs are interleaved and medians are taken. Errors are largest differences from
exact values on a seeded sample of cells, over the largest exact value.
"""

import os
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PEERS = Path(__file__).parent / "peers"
WEST, SOUTH, SIDE_M = 500_000.0, 4_600_000.0, 20_000.0
CRS = "EPSG:32618"
LIMIT_S = 400.0
NO_ERROR = "no exact value to compare with"  # stands in the note of every record without an error of ours

Record = dict[str, object]


class MissingError(Exception):
    """A peer that cannot be run here; the message says why."""


@dataclass(frozen=True)
class Run:
    """One run: CPU seconds, and where the tool says what it found.

    Attributes
    ----------
    sample : x, y, value of some of its own cells, or None
    note : what it chose or assumes
    """

    cpu_s: float
    sample: np.ndarray | None = None
    note: str = ""


def city_points(n: int, *, seed: int = 7) -> np.ndarray:
    """Return n x 2 points in a square of 20 km: 40 clusters of 300 to 1,500 m, and a third spread evenly."""
    draw = np.random.default_rng(seed)
    centres, spread = draw.uniform(0.05, 0.95, (40, 2)) * SIDE_M, draw.uniform(300, 1500, 40)
    found = np.empty((0, 2))
    while len(found) < n:
        cluster = draw.integers(0, 40, n)
        drawn = centres[cluster] + draw.normal(size=(n, 2)) * spread[cluster, None]
        even = draw.random(n) < 0.3
        drawn[even] = draw.uniform(0, SIDE_M, (int(even.sum()), 2))
        found = np.vstack((found, drawn[((drawn > 0) & (drawn < SIDE_M)).all(1)]))
    return found[:n] + np.array([WEST, SOUTH])


def cpu_seconds(call: Callable[[], object]) -> tuple[float, object]:
    """Return the CPU seconds of a call, its threads and children, and what it returned."""
    before = _used()
    result = call()
    return _used() - before, result


def interleaved(contenders: dict[str, Callable[[], Run]], *, rounds: int) -> dict[str, list[Run] | str]:
    """Run all in turn, `rounds` times; one that is missing is asked once, one above a minute runs once."""
    runs: dict[str, list[Run] | str] = {}
    for _ in range(rounds):
        for name, contender in contenders.items():
            done = runs.setdefault(name, [])
            if isinstance(done, str) or (done and done[0].cpu_s > 60):
                continue
            try:
                done.append(contender())
            except MissingError as reason:
                runs[name] = str(reason)
    return runs


def records_of(
    work: str,
    size: str,
    runs: dict[str, list[Run] | str],
    *,
    ours: str,
    error: Callable[[np.ndarray], float] | None = None,
    note: str = "",
) -> list[Record]:
    """Return one record for each peer; `ours` names our own run, and says so where it has no error."""
    own = runs[ours]
    if isinstance(own, str):
        raise SystemExit(own)
    our_cpu, our_error = _median(own), _error(own[0], error)
    note = "; ".join(text for text in (note, NO_ERROR if our_error is None else "") if text)
    records: list[Record] = []
    for peer, done in runs.items():
        if peer == ours:
            continue
        record: Record = {"work": work, "size": size, "peer": peer}
        if isinstance(done, str):
            record |= {"peer_cpu_s": None, "our_cpu_s": our_cpu, "ratio": None, "peer_error": None}
            told = [done, NO_ERROR if our_error is None else ""]
            record |= {"our_error": our_error, "note": "; ".join(text for text in told if text)}
        else:
            peer_cpu = _median(done)
            notes = [text for text in (note, own[0].note, done[0].note, _single(done)) if text]
            record |= {"peer_cpu_s": peer_cpu, "our_cpu_s": our_cpu, "ratio": round(peer_cpu / our_cpu, 1)}
            record |= {"peer_error": _error(done[0], error), "our_error": our_error, "note": "; ".join(notes)}
        records.append(record)
    return records


def peer_python() -> str:
    """Return the interpreter of the peers' environment.

    Raises
    ------
    MissingError
        If HARMSHIFT_BENCH_PEERS names none.
    """
    named = os.environ.get("HARMSHIFT_BENCH_PEERS", "")
    if not Path(named).is_file():
        msg = "not run: HARMSHIFT_BENCH_PEERS names no python of an environment with the peers"
        raise MissingError(msg)
    return named


def run_peer(command: list[str], points: np.ndarray, **settings: object) -> Run:
    """Start a peer's script with the points in a file; it prints ``CPU seconds`` and may write a sample.

    Raises
    ------
    MissingError
        If the tool is not installed, fails, or takes longer than the limit.
    """
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder, "points.bin"), Path(folder, "sample.bin")
        np.ascontiguousarray(points.T).tofile(given)
        words = [f"{name}={value}" for name, value in settings.items()]
        done = _finished([*command, str(given), str(found), f"n={len(points)}", *words])
        lines = [line for line in done.stdout.splitlines() if line.startswith("CPU ")]
        if done.returncode or not lines:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise MissingError(f"not run: {last[:160]}")
        seconds, _, note = lines[0].removeprefix("CPU ").partition(" ")
        sample = np.fromfile(found).reshape(3, -1) if found.exists() else None
        return Run(float(seconds), sample, note.strip())


def _finished(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except FileNotFoundError as error:
        raise MissingError(f"not run: {command[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise MissingError(f"not finished in {LIMIT_S:.0f} s") from error


def _used() -> float:
    usage = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in usage)


def _median(runs: list[Run]) -> float:
    return float(f"{statistics.median(run.cpu_s for run in runs):.3g}")


def _single(runs: list[Run]) -> str:
    return "peer run once" if len(runs) == 1 else ""


def _error(run: Run, error: Callable[[np.ndarray], float] | None) -> float | None:
    if error is None or run.sample is None:
        return None
    return float(f"{error(run.sample):.2g}")
