"""Measures the main job: wall seconds, peak memory and where the time goes, one process a measurement.

Run: `python -m benchmarks.main_job [--data DIR]`. Writes benchmarks/main_job.json. Without --data only the simulated
city is measured.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent


def measure(city: str, engine: str, data: Path | None, home: Path) -> dict[str, object]:
    """Run one city in a fresh process with its own state and output folders."""
    command = [
        str(Path(sys.executable).with_name("harmshift")),
        "run",
        city,
        "--engine",
        engine,
        "--out",
        str(home / "out"),
    ]
    if data is not None:
        command += ["--data", str(data)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, "HARMSHIFT_STATE": str(home / "state")}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    manifest = json.loads((home / "out" / city / "current" / "manifest.json").read_text(encoding="utf-8"))
    return {
        "city": city,
        "engine": engine,
        "wall_s": round(wall_s, 1),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_memory_gb": round(usage.ru_maxrss / 1e6, 2),
        "steps_s": {name: round(seconds, 2) for name, seconds in manifest["timings_s"].items()},
    }


def main() -> None:
    """Measure each case cold (empty state) and warm (compiled code kept), and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    data = parser.parse_args().data
    cases = [("fjordby", "plain", None), ("fjordby", "prefect", None)]
    if data is not None:
        cases.append(("philadelphia", "plain", data.resolve()))
    records = []
    for city, engine, folder in cases:
        with tempfile.TemporaryDirectory() as home:
            for state in ("cold", "warm"):
                record = {"state": state, **measure(city, engine, folder, _fresh_out(Path(home)))}
                print(json.dumps(record))
                records.append(record)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
    report = {"machine": machine, "records": records}
    (HERE / "main_job.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _fresh_out(home: Path) -> Path:
    """Set earlier results aside, or the run would only find itself."""
    if (home / "out").exists():
        (home / "out").rename(home / "out-cold")
    return home


if __name__ == "__main__":
    main()
