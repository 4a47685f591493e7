"""Density along streets beside following every path, and reading street extracts beside pyrosm and osmnx.

Run: `HARMSHIFT_BENCH_PEERS=/path/to/python python -m benchmarks.street [--quick]`. Peers that are not there are named.
The real data are looked for in ../shared/data beside the checkout.
"""

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import shapely

from benchmarks.networks import MONTREAL, grid_of_streets, incidents, joined, lixel_middles, main_network
from benchmarks.side_by_side import (
    PEERS,
    Record,
    Run,
    cpu_seconds,
    interleaved,
    peer_python,
    records_of,
    run_peer,
)
from geo.network.kernels import Kernel, heat_series, series_of
from geo.network.lines import Network, Spots, snap
from geo.network.paths import density_by_paths
from geo.network.pieces import pieces_of
from geo.network.spread import deposit, error_bound, read, spread_along
from geo.network.waves import density_by_waves
from layers.city import OsmSource
from layers.frame.walk_network import walk_network
from layers.sources.osm import parse

DATA = Path(__file__).parents[1] / "../shared/data"
EXTRACT = DATA / "norway/osm_pbf/oslo-east-filtered.osm.pbf"
STEP_M = 5.0
WAVE_STEP_M = 2.5
FAINTEST = 1e-4


def records(*, quick: bool = False) -> list[Record]:
    """Measure all works; `quick`: one round, the smallest sizes."""
    rounds = 1 if quick else 5
    found: list[Record] = []
    if MONTREAL.exists():
        found += montreal(rounds, followed=20 if quick else 1000)
        found += discontinuous(rounds, followed=20 if quick else 1000)
    found += [*full(rounds), *heat(rounds), *scale(rounds, sides=(11, 36) if quick else (11, 36, 113, 357))]
    found += large(rounds, side=36 if quick else 345)
    if EXTRACT.exists():
        found += extracts(rounds)
    return found


def montreal(rounds: int, *, followed: int) -> list[Record]:
    """Quartic, support 500 m, 1e5 incidents on 16,188 lines; the peers on some of them, scaled."""
    lines, network = main_network()
    kernel, events, places = Kernel("quartic", 500.0), incidents(network, 100_000, 1), incidents(network, 20_000, 2)
    truth = spread(network, events, places, kernel, step_m=1.0)

    def error(sample: np.ndarray) -> float:
        return float(np.abs(sample[2] - truth).max() / truth.max())

    bound = error_bound(pieces_of(network, step_m=STEP_M), kernel)
    note = f"cutting into pieces and reading 20,000 places included; exact: pieces of 1 m; bound {bound:.0e}"
    follow = partial(_paths, network, events, places)
    found: list[Record] = []
    for single in (False, True):
        contenders: dict[str, Callable[[], Run]] = {"ours": partial(_ours, network, events, places, kernel, single)}
        if not single:
            contenders["every path, same kernel"] = partial(follow, followed // 10, continuous=True)
            contenders["every path, discontinuous kernel"] = partial(follow, followed, continuous=False)
        runs = interleaved(contenders, rounds=rounds)
        if single:
            runs["none"] = "in single precision"
        size = f"{len(lines):,} lines, {network.lengths_m.sum() / 1000:,.0f} km, {events.size:,} incidents"
        found += records_of("street_esc_montreal_1e5_500m", size, runs, ours="ours", error=error, note=note)
    return found


def discontinuous(rounds: int, *, followed: int) -> list[Record]:
    """Equal-split discontinuous, quartic, support 500 m, by waves: 1e5 incidents; errors on those that paths follow."""
    lines, network = main_network()
    events, places = incidents(network, 100_000, 1), incidents(network, 20_000, 2)
    few = events[np.arange(0, events.size, events.size // followed)]
    kernel = ("quartic", 500.0)
    truth = density_by_paths(network, few, places, kernel, continuous=False)
    waves = partial(density_by_waves, network, places=places, kernel=kernel, continuous=False, step_m=WAVE_STEP_M)

    def ours() -> Run:
        return _run(cpu_seconds(lambda: waves(events=events))[0], waves(events=few))

    def error(sample: np.ndarray) -> float:
        return float(np.abs(sample[2] - truth).max() / truth.max())

    ours()
    peer = partial(_paths, network, events, places, followed, continuous=False)
    runs = interleaved({"ours": ours, "every path, discontinuous kernel": peer}, rounds=rounds)
    size = f"{len(lines):,} lines, {network.lengths_m.sum() / 1000:,.0f} km, {events.size:,} incidents"
    note = f"waves of {WAVE_STEP_M:g} m; errors on {few.size:,} incidents against every path"
    return records_of("street_esd_montreal_1e5_500m", size, runs, ours="ours", error=error, note=note)


def large(rounds: int, *, side: int) -> list[Record]:
    """200,000 streets, 1e5 incidents, support 500 m, a million lixels: both kernels."""
    network = joined(grid_of_streets(side))
    events, places = incidents(network, 100_000, 1), lixel_middles(network)
    kernel, waves = Kernel("quartic", 500.0), partial(density_by_waves, network, events, places, ("quartic", 500.0))

    def by_waves(continuous: bool) -> Run:
        return _run(*cpu_seconds(partial(waves, continuous=continuous, step_m=2 * STEP_M)))

    contenders: dict[str, Callable[[], Run]] = {
        "continuous": partial(_ours, network, events, places, kernel, False),
        "continuous, single precision": partial(_ours, network, events, places, kernel, True),
        "continuous, waves of 10 m": partial(by_waves, True),
        "discontinuous, waves of 10 m": partial(by_waves, False),
    }
    exact = waves(continuous=True, step_m=STEP_M)

    def error(sample: np.ndarray) -> float:
        return float(np.abs(sample[2] - exact).max() / exact.max())

    found, size = list[Record](), f"{len(network.lines):,} streets, {events.size:,} incidents, {places.size:,} lixels"
    for name, runs in interleaved(contenders, rounds=min(rounds, 3)).items():
        alone: dict[str, list[Run] | str] = {"ours": runs, "none": f"errors against waves of {STEP_M:g} m"}
        judge = error if name.startswith("continuous") else None
        found += records_of("street_200k_1e5_500m", f"{size}: {name}", alone, ours="ours", error=judge)
    return found


def full(rounds: int) -> list[Record]:
    """From raw lines and points to lixels: joints, snapping and kernel."""
    lines = grid_of_streets(104)
    network = joined(lines)
    spots, places, kernel = incidents(network, 10_000, 1), lixel_middles(network), Kernel("quartic", 300.0)
    points = shapely.line_interpolate_point(network.lines[spots.line], spots.along_m)
    truth = spread(network, spots, places, kernel, step_m=1.0)

    def ours() -> Run:
        def work() -> np.ndarray:
            again = joined(lines)
            return spread(again, snap(again, points, within_m=50.0)[0], places, kernel, step_m=STEP_M)

        return _run(*cpu_seconds(work))

    def error(sample: np.ndarray) -> float:
        return float(np.abs(sample[2] - truth).max() / truth.max())

    def paths() -> Run:
        def work() -> np.ndarray:
            again = joined(lines)
            events = snap(again, points, within_m=50.0)[0]
            return density_by_paths(again, events, places, ("quartic", 300.0), continuous=True, faintest=FAINTEST)

        return _run(*cpu_seconds(work))

    ours()
    paths()
    runs = interleaved({"ours": ours, "every path, same kernel": paths}, rounds=rounds)
    runs["spNetwork"] = "not run: needs R packages that are not installed; 81 s measured before on a like machine"
    size = f"{len(lines):,} streets, {spots.size:,} incidents, support 300 m, {places.size:,} lixels"
    note = f"joints and snapping included; paths below {FAINTEST:g} left out; exact: pieces of 1 m"
    return records_of("street_full_18k_1e4", size, runs, ours="ours", error=error, note=note)


def heat(rounds: int) -> list[Record]:
    """Spread by the heat kernel of the streets' own Laplacian, sigma 15 steps, on about 302,500 ends of pieces."""
    network, step_m = joined(grid_of_streets(82)), 4.0
    pieces, fine = (pieces_of(network, step_m=length) for length in (step_m, 1.0))
    events, places = incidents(network, 10_000, 3), incidents(network, 20_000, 4)
    mass, series = deposit(pieces, events)[None], heat_series(15 * step_m, step_m)
    exact = read(fine, spread_along(fine, deposit(fine, events)[None], heat_series(15 * step_m, 1.0))[0], places)

    def ours() -> Run:
        seconds, density = cpu_seconds(lambda: spread_along(pieces, mass, series)[0])
        return _run(seconds, read(pieces, np.asarray(density), places))

    def error(sample: np.ndarray) -> float:
        return float(np.abs(sample[2] - exact).max() / exact.max())

    runs = interleaved({"ours": ours}, rounds=rounds)
    runs["spatstat densityHeat"] = "not run: did not finish a network a third of this size in 200 s"
    size = f"{pieces.size:,} ends of pieces, sigma 15 pieces"
    return records_of("street_heat", size, runs, ours="ours", error=error, note="exact: pieces of 1 m")


def scale(rounds: int, *, sides: tuple[int, ...]) -> list[Record]:
    """Cost against the number of lixels: 1e4 incidents, support 500 m."""
    found: list[Record] = []
    for side in sides:
        network = joined(grid_of_streets(side))
        events, places = incidents(network, 10_000, 1), lixel_middles(network)
        ours = partial(_ours, network, events, places, Kernel("quartic", 500.0), False)
        runs = interleaved({"ours": ours}, rounds=rounds)
        runs["none"] = "how cost grows"
        size = f"{places.size:,} lixels, {len(network.lines):,} streets"
        found += records_of("street_scale", size, runs, ours="ours")
    return found


def extracts(rounds: int) -> list[Record]:
    """From an .osm.pbf to streets joined where they meet, projected."""
    source = OsmSource.model_construct(kind="osm", id="osm", path=str(EXTRACT))

    def ours() -> Run:
        def work() -> Network:
            return walk_network(parse(EXTRACT, source)["streets"].to_crs("EPSG:32632"))

        seconds, network = cpu_seconds(work)
        assert isinstance(network, Network)
        return Run(seconds, None, f"ours {network.lengths_m.sum() / 1000:,.0f} km")

    def peer(tool: str) -> Run:
        command = [peer_python(), str(PEERS / "osm_streets.py"), tool, str(EXTRACT)]
        run = run_peer(command, np.empty((0, 2)))
        return Run(run.cpu_s, None, f"{tool} {run.note}")

    ours()
    contenders: dict[str, Callable[[], Run]] = {
        "ours": ours,
        "pyrosm": partial(peer, "pyrosm"),
        "osmnx": partial(peer, "osmnx"),
    }
    return records_of("osm_pbf_streets", EXTRACT.name, interleaved(contenders, rounds=rounds), ours="ours")


def spread(
    network: Network, events: Spots, places: Spots, kernel: Kernel, *, step_m: float, single: bool = False
) -> np.ndarray:
    pieces = pieces_of(network, step_m=step_m)
    density = spread_along(pieces, deposit(pieces, events)[None], series_of(kernel, step_m), single=single)
    return read(pieces, density[0], places)


def _ours(network: Network, events: Spots, places: Spots, kernel: Kernel, single: bool) -> Run:
    return _run(*cpu_seconds(partial(spread, network, events, places, kernel, step_m=STEP_M, single=single)))


def _paths(network: Network, events: Spots, places: Spots, followed: int, *, continuous: bool) -> Run:
    """Follow the paths of every so many-th incident, and scale the seconds to all of them."""
    few = events[np.arange(0, events.size, events.size // followed)]
    faintest = FAINTEST if continuous else 0.0
    follow = partial(density_by_paths, continuous=continuous, faintest=faintest)
    follow(network, few[np.arange(2)], places, ("quartic", 500.0))
    seconds, _ = cpu_seconds(lambda: follow(network, few, places, ("quartic", 500.0)))
    left_out = f", paths fainter than {faintest:g} left out" if faintest else ""
    return Run(seconds * events.size / few.size, None, f"peer scaled from {few.size:,} incidents{left_out}")


def _run(seconds: float, values: object) -> Run:
    found = np.asarray(values)
    return Run(seconds, np.stack((np.zeros(found.size), np.zeros(found.size), found)))


def main() -> None:
    """Print all records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, small sizes")
    for record in records(quick=parser.parse_args().quick):
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
