"""Bandwidth selection beside spatstat, sparr and scikit-learn: CPU seconds, the bandwidths chosen, our error.

Run: `HARMSHIFT_BENCH_PEERS=/path/to/python python -m benchmarks.bandwidth [--quick]`. Our error is the largest of the
criterion's curve against sums over all pairs of 2,000 points, over the curve's largest value. Criteria disagree by
design; only one and the same criterion should choose one and the same bandwidth (edge corrections still differ).
"""

import argparse
import json
from collections.abc import Callable
from functools import partial

import numpy as np
import shapely

from benchmarks.side_by_side import (
    CRS,
    PEERS,
    SIDE_M,
    SOUTH,
    WEST,
    Record,
    Run,
    city_points,
    cpu_seconds,
    interleaved,
    peer_python,
    records_of,
    run_peer,
)
from geo.bandwidth.berman_diggle import berman_diggle
from geo.bandwidth.cronie_van_lieshout import cronie_van_lieshout
from geo.bandwidth.likelihood import likelihood
from geo.bandwidth.lscv import lscv
from geo.bandwidth.places import Places, places_of
from geo.bandwidth.selection import Selection
from geo.planar.exact import direct_sum
from geo.planar.kernels import GAUSSIAN

SQUARE = shapely.box(WEST, SOUTH, WEST + SIDE_M, SOUTH + SIDE_M)
MANY, FEW = np.geomspace(40, 800, 64), np.geomspace(40, 800, 16)
ORACLE_POINTS = 2000
FRAME = {"west": WEST, "south": SOUTH, "side": SIDE_M}

Select = Callable[[Places], Selection]


def records(*, quick: bool = False) -> list[Record]:
    """Measure all works; `quick` takes a tenth of the points and one round."""
    scale, rounds = (10, 1) if quick else (1, 3)

    def by_likelihood(places: Places) -> Selection:
        return likelihood(places, bandwidths_m=FEW)

    def by_area(places: Places) -> Selection:
        return cronie_van_lieshout(places, area_m2=SQUARE.area, bandwidths_m=np.geomspace(40, 4000, 16))

    def by_squares(places: Places) -> Selection:
        return lscv(places, bandwidths_m=MANY)

    def by_k(places: Places) -> Selection:
        return berman_diggle(places, SQUARE)

    measure = partial(_measure, rounds=rounds)
    return [
        *measure("lscv_1e6", 1_000_000 // scale, by_squares, ("bw.diggle",), error=_lscv_error()),
        *measure("lscv_1e4", 10_000 // scale, by_squares, ("sparr_LSCV",), error=_lscv_error()),
        *measure(
            "likelihood_1e4", 10_000 // scale, by_likelihood, ("bw.ppl", "sparr_LIK", "sklearn"), error=_lcv_error()
        ),
        *measure("cvl_1e4", 10_000 // scale, by_area, ("bw.CvL",)),
        *measure("berman_diggle_1e5", 100_000 // scale, by_k, ("bw.diggle",)),
    ]


def _measure(
    work: str, n: int, select: Select, peers: tuple[str, ...], *, rounds: int, error: float | None = None
) -> list[Record]:
    drawn = city_points(n)
    contenders = {"ours": partial(_own, select, drawn), **{peer: _peer(peer, drawn) for peer in peers}}
    found = records_of(work, f"{n:,} points", interleaved(contenders, rounds=rounds), ours="ours")
    return [{**record, "our_error": error} for record in found]


def _own(select: Select, drawn: np.ndarray) -> Run:
    select(places_of(drawn[:3000, 0], drawn[:3000, 1], crs=CRS))  # compiled code is loaded before the clock starts
    chosen: list[Selection] = []
    seconds, _ = cpu_seconds(lambda: chosen.append(select(places_of(drawn[:, 0], drawn[:, 1], crs=CRS))))
    curve = f"{chosen[0].rule}, {chosen[0].bandwidths_m.size} bandwidths"
    return Run(seconds, note=f"{curve}, chose {chosen[0].bandwidth_m:.1f} m")


def _peer(name: str, drawn: np.ndarray) -> Callable[[], Run]:
    def run() -> Run:
        if name == "sklearn":
            return run_peer([peer_python(), str(PEERS / "sklearn_likelihood.py")], drawn)
        return run_peer(["Rscript", "--vanilla", str(PEERS / "r_peers.R"), name], drawn, **FRAME)

    return run


def _lscv_error() -> float:
    places = _oracle_places()
    squared = (places.x[:, None] - places.x) ** 2 + (places.y[:, None] - places.y) ** 2
    n = places.points

    def criterion(h: float) -> float:
        first = np.exp(-squared / 4 / h**2).sum() / (4 * np.pi * h**2) / n**2
        second = (np.exp(-squared / 2 / h**2).sum() - n) / (2 * np.pi * h**2) / (n * (n - 1))
        return float(first - 2 * second)

    return _curve_error(lscv(places, bandwidths_m=FEW), criterion)


def _lcv_error() -> float:
    places = _oracle_places()

    def criterion(h: float) -> float:
        others = direct_sum((places.x, places.y), places.columns, GAUSSIAN, bandwidth_m=h, leave_out=True)[0]
        return float(np.log(np.maximum(others, np.finfo(float).tiny)).sum() - places.total)

    return _curve_error(likelihood(places, bandwidths_m=FEW), criterion)


def _oracle_places() -> Places:
    drawn = city_points(ORACLE_POINTS)
    return places_of(drawn[:, 0], drawn[:, 1], crs=CRS)


def _curve_error(found: Selection, criterion: Callable[[float], float]) -> float:
    exact = np.array([criterion(float(h)) for h in found.bandwidths_m])
    return float(f"{np.abs(found.criterion - exact).max() / np.abs(exact).max():.2g}")


def main() -> None:
    """Print the records, one a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for record in records(quick=parser.parse_args().quick):
        print(json.dumps(record))


if __name__ == "__main__":
    main()
