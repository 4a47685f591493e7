"""Runs every work beside its peers and writes benchmarks/results.json, of which README's table and a picture are made.

Run: `HARMSHIFT_BENCH_PEERS=/path/to/python python -m benchmarks [--quick] [--only WORK ...]`. Peers that are not there
are named. With --only, the records of other works stay as they are.
"""

import argparse
import importlib.util
import json
from importlib import import_module
from pathlib import Path

from benchmarks import plot
from benchmarks.table import RESULTS, in_order, read

MODULES = ("planar", "bandwidth", "relative_risk", "street", "ground", "zonal")


def present() -> list[str]:
    """Return the modules that measure something."""
    return [name for name in MODULES if importlib.util.find_spec(f"benchmarks.{name}")]


def main() -> None:
    """Measure, print each record as it comes, and write them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one round; writes nothing")
    parser.add_argument("--only", nargs="+", choices=present(), default=present(), metavar="MODULE")
    given = parser.parse_args()
    for name in given.only:
        found = import_module(f"benchmarks.{name}").records(quick=given.quick)
        for record in found:
            print(json.dumps(record), flush=True)
        if not given.quick:
            _keep(found, RESULTS)
    if not given.quick:
        plot.main()


def _keep(found: list[dict[str, object]], path: Path) -> None:
    """Put new records in the place of those of the same works, after each module: a stopped run loses little."""
    works = {record["work"] for record in found}
    others = [record for record in read(path) if record["work"] not in works]
    path.write_text(json.dumps(in_order(others + found), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
