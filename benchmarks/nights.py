"""What a night costs against the length of the history and against new rows: ten years of Philadelphia, part by part.

Run: `python -m benchmarks.nights --data DIR`. Writes benchmarks/nights.json. The records are cut into one file a
month, as an incremental source stores them; every night is a process of its own. Of a history of some years the last
ones are taken. Compared are either the last two years with each other, whatever lies before them (what history costs),
or the first half of the history with its second (what longer windows cost). Where the first night lacks days of the
last quarter, that quarter is not closed and less is computed: compare nights with new rows.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

HERE = Path(__file__).parent
CITY = HERE.parent / "config" / "cities" / "philadelphia.yaml"
COMMAND = "from flows.cli import main; main()"
LAST = date(2025, 12, 31)
READING = ("judge incidents", "read sources", "check tables")
LAST_TWO_YEARS, HALVES = "the last two years", "the halves of the history"
CASES = (  # years of history, days of new rows, windows compared
    (2, 1, LAST_TWO_YEARS),
    (5, 1, LAST_TWO_YEARS),
    (10, 1, LAST_TWO_YEARS),
    (10, 31, LAST_TWO_YEARS),
    (1, 1, HALVES),
    (10, 1, HALVES),
)


def main() -> None:
    """Measure every case and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data.resolve() / "philadelphia"
    records = []
    table = pd.concat([pd.read_parquet(path) for path in sorted(data.glob("incidents_20*.parquet"))], ignore_index=True)
    day = pd.to_datetime(table["dispatch_date_time"], format="ISO8601", utc=True).dt.tz_localize(None)
    for years, new_days, windows in CASES:
        kept = since(day, years)
        with tempfile.TemporaryDirectory() as home:
            case = Case(Path(home), data, table[kept], day[kept], first_day(years, windows))
            case.write(until=pd.Timestamp(LAST) - pd.Timedelta(days=new_days - 1))
            first = case.night("first")
            case.write(until=pd.Timestamp(LAST) + pd.Timedelta(days=1))
            again = case.night("new rows")
            nothing = case.night("nothing new")
            said = {
                "years": years,
                "windows": windows,
                "new_days": new_days,
                "rows": case.rows,
                "new_rows": case.new_rows,
            }
            records.append(said | {"first": first, "new_rows_night": again, "nothing_new": nothing})
            print(json.dumps(records[-1]), flush=True)
    (HERE / "nights.json").write_text(
        json.dumps({"cores": os.cpu_count(), "nights": records}, indent=1) + "\n", "utf-8"
    )


class Case:
    """A city with some years of history in a folder of its own."""

    def __init__(self, home: Path, data: Path, table: pd.DataFrame, day: pd.Series, compared: pd.Timestamp) -> None:
        self.home, self.rows, self.new_rows = home, 0, 0
        self.table, self.day = table, day
        (home / "philadelphia").mkdir()
        for path in data.iterdir():
            if not path.name.startswith("incidents_"):
                (home / "philadelphia" / path.name).symlink_to(path)
        (home / "philadelphia.yaml").write_text(yaml.safe_dump(settings(compared), allow_unicode=True), "utf-8")

    def write(self, *, until: pd.Timestamp) -> None:
        """Write one file a month; those of closed months stay as they are."""
        rows = self.table[self.day < until]
        self.new_rows, self.rows = len(rows) - self.rows, len(rows)
        for month, part in rows.groupby(self.day[self.day < until].dt.strftime("%Y-%m")):
            path = self.home / "philadelphia" / f"incidents_{month}.parquet"
            if not path.exists() or len(pd.read_parquet(path, columns=["objectid"])) != len(part):
                part.to_parquet(path, index=False)

    def night(self, what: str) -> dict[str, Any]:
        """Do a night in a process of its own."""
        command = [sys.executable, "-c", COMMAND, "night", str(self.home / "philadelphia.yaml"), "--accept-drift"]
        options = ["--data", str(self.home), "--out", str(self.home / "out"), "--as-of", "2026-04-01"]
        env = {**os.environ, "HARMSHIFT_STATE": str(self.home / "state")}
        env["NUMBA_CACHE_DIR"] = str(HERE.parent / ".harmshift" / "numba")  # compiling is not what is measured
        began = time.perf_counter()
        process = subprocess.Popen([*command, *options, "--engine", "plain"], env=env)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{what}: the night ended with {status}")
        said: dict[str, Any] = {
            "wall_s": round(time.perf_counter() - began, 1),
            "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        }
        if what != "nothing new":
            manifest = self.home / "out" / "philadelphia" / "current" / "manifest.json"
            steps = json.loads(manifest.read_text(encoding="utf-8"))["timings_s"]
            said |= {"reading_and_checking_s": round(sum(steps[name] for name in READING), 2), "steps_s": steps}
        return said


def first_day(years: int, windows: str) -> pd.Timestamp:
    """Return the first day that is compared."""
    return pd.Timestamp(LAST.year + 1 - (years if windows == HALVES else 2), 1, 1)


def since(day: pd.Series, years: int) -> pd.Series:
    """Return which rows lie in the last `years`: of UTC, so that the first local day is whole."""
    return day >= first_day(years, HALVES) + pd.Timedelta(days=1)


def settings(first: pd.Timestamp) -> dict[str, Any]:
    """Return the city's settings with two periods of equal length from `first` to the end of the records."""
    said: dict[str, Any] = yaml.safe_load(CITY.read_text(encoding="utf-8"))
    end = date(LAST.year + 1, 1, 1)
    middle = (first + (pd.Timestamp(end) - first) / 2).date()
    names = {"nb": "Før", "en": "Before"}
    said["periods"] = [
        {"id": "before", "name": names, "start": first.date(), "end": middle},
        {"id": "after", "name": {"nb": "Etter", "en": "After"}, "start": middle, "end": end},
    ]
    windows = [{"start": first.date(), "end": middle}, {"start": middle, "end": end}]
    pair = dict(zip(("before", "after"), windows, strict=True))
    said["steps"] = [{"from": "before", "to": "after", "origin": ["gulch"], "receivers": ["lehigh_bridges"], **pair}]
    said["sources"][0]["max_refused_share"] = 0.05  # of the last year alone, more rows have no place
    said["inference"] = {}
    said.pop("place_counts")
    return said


if __name__ == "__main__":
    main()
