"""A tiny city whose nights are simulated: a file of incidents a month, or a service that serves them. Owns no test."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import Transformer

from flows.nights.night import Night, NightChoices, city_night
from flows.publishing.current import CURRENT, current_run
from flows.publishing.publish import is_whole
from tests.flows.small_city import EAST, NORTH, YAML, districts, zones
from tests.peers.records import Record

CONFIG = Path(__file__).parents[2] / "config"
FIRST = date(2019, 1, 1)
EVENT, LAST = "2021-01-01", "2025-01-01"
NIGHT = datetime(2023, 6, 1, 1, 15, tzinfo=UTC)  # the first one
SERVED = """\
  - kind: socrata
    id: records
    table: incidents
    address: {address}/socrata
    licence: CC-BY-4.0
    attribution: Lilleby
    open: true
    max_age_days: 5
    attempts: 1
    deadline_s: 5
    crs: EPSG:4326
    x: lon
    y: lat
    columns: {{incident_id: case_no, category: kind}}
    time: {{occurred_from: occurred, zone: UTC}}
    incremental: {{field: updated, overlap_days: 3, full_every_days: 1000}}
"""


def yaml_of(address: str | None = None) -> str:
    """The settings: periods that go on, no fixed date; `address` of a service, or files beside the settings."""
    text = YAML.replace("as_of: 2020-01-01\n", "").replace("path: incidents.csv", "path: incidents_*.csv")
    text = text.replace("2012-01-01, end: 2017-01-01", f"{FIRST}, end: {EVENT}")
    text = text.replace("2017-01-01, end: 2019-01-01", f"{EVENT}, end: {LAST}").replace('year: "2011"', 'year: "2018"')
    if address is not None:
        a, b = text.index("  - kind: file"), text.index("  - {kind: file, id: areas")
        text = text[:a] + SERVED.format(address=address) + text[b:]
    return text


def incidents(until: date, *, seed: int = 3, per_day: float = 0.4) -> pd.DataFrame:
    """Incidents from the first day until the day before `until`; those of a day are the same whatever the end."""
    days = np.arange((until - FIRST).days)
    often = np.random.default_rng(seed).poisson(per_day, 4000)[: len(days)]
    day = np.repeat(days, often)
    x, y = np.random.default_rng(seed + 1).normal(0, 90, (2, 20_000))[:, : len(day)]
    moved = day >= (date.fromisoformat(EVENT) - FIRST).days
    start = pd.Timestamp(FIRST) + pd.to_timedelta(day, unit="D") + pd.Timedelta("12h")
    table = {"number": [f"A{i:05d}" for i in range(len(day))], "kind": "noise", "start": start, "end": start}
    east = EAST + np.where(moved, 1600, 500) + x
    return pd.DataFrame(table | {"east": east.round(2), "north": (NORTH + 500 + y).round(2)})


def write_incidents(folder: Path, until: date, **how: float) -> None:
    """Write one file a month, as a register would; months that are closed stay as they are."""
    table = incidents(until, **how)
    for month, rows in table.groupby(table["start"].dt.strftime("%Y-%m")):
        text = rows.to_csv(index=False)
        path = folder / f"incidents_{month}.csv"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def served(until: date, **how: float) -> list[Record]:
    """The same incidents as a service has them, each changed an hour after it occurred."""
    table = incidents(until, **how)
    lon, lat = Transformer.from_crs(25832, 4326, always_xy=True).transform(table["east"], table["north"])
    times = [time.to_pydatetime().replace(tzinfo=UTC) for time in table["start"]]
    return [
        Record(number, kind, time, time + timedelta(hours=1), float(x), float(y))
        for number, kind, time, x, y in zip(table["number"], table["kind"], times, lon, lat, strict=True)
    ]


def write_town(folder: Path, address: str | None = None) -> Path:
    """Write settings, districts and zones, and with no address the incidents up to the first night."""
    folder.mkdir(parents=True, exist_ok=True)
    districts().to_file(folder / "districts.geojson")
    zones().assign(valid_from=EVENT).to_file(folder / "zones.geojson")
    if address is None:
        write_incidents(folder, NIGHT.date())
    path = folder / "lilleby.yaml"
    path.write_text(yaml_of(address), encoding="utf-8")
    return path


def night(path: Path, number: int = 0, *, now: datetime | None = None, **choices: object) -> Night:
    """Do the night `number` days after the first, in this process."""
    said = {"config": CONFIG, "out": path.parent / "out", "engine": "plain"} | choices
    return city_night(str(path), NightChoices(**said), now=now or NIGHT + timedelta(days=number))


def opens(root: Path) -> bool:
    """Whether readers see one whole run, and no half of one lies beside it."""
    shown = current_run(root)
    if shown is None or not (root / CURRENT / "SUCCESS").is_file() or not is_whole(root / CURRENT):
        return False
    json.loads((root / CURRENT / "findings.json").read_text(encoding="utf-8"))
    return all((run / "SUCCESS").is_file() and is_whole(run) for run in (root / "runs").iterdir())


def leftovers(root: Path) -> list[str]:
    """Names of hidden things in the folder of results: what a killed night left behind."""
    return sorted(path.name for path in root.iterdir() if path.name.startswith("."))
