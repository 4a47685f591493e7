"""A town for attacks on its files: crowds, one incident in an empty quarter, secrets in every place that takes one.

Its coordinates have decimals that nothing else in it has. Owns no test.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from click.testing import CliRunner
from shapely import LineString, Point, box

from flows.cli import cli
from tests.flows.city_yaml import CONFIG

CRS = "EPSG:25832"
EAST, NORTH = 500_000.0, 6_700_000.0
LONE = (EAST + 2688.37, NORTH + 2588.43)  # by a street; nobody else within a kilometre
LATE = (EAST + 517.81, NORTH + 483.29)  # comes to the register a night later, amid a crowd
NEW_CROWD = (600, 2500)  # east and north of the corner: a hot spot that nobody has released
SECRETS = ("Kari Hemmeligsen", "hun ba om at ingen", "SAK-2016-99417", "tok-7f3e9a", "pw-s3cret-db")
VARIABLES = {"REGISTER_TOKEN": "tok-7f3e9a", "DATABASE_URL": "postgresql://app:pw-s3cret-db@db.invalid/register"}
_SOURCE = {
    False: """open: false
    protection: {controller: By, purpose: planning, legal_basis: x, dpia: x, retention_days: 9000}""",
    True: "open: true",
}
YAML = """\
city: grenseby
name: {{nb: Grenseby, en: Bordertown}}
crs: EPSG:25832
time_zone: Europe/Oslo
contact: kart@grenseby.invalid
internal_dir: ../private
sources:
  - kind: http
    id: records
    table: incidents
    address: {address}
    params: {{token: "${{REGISTER_TOKEN}}"}}
    crs: EPSG:25832
    x: east
    y: north
    columns: {{incident_id: number, category: kind}}
    time: {{occurred_from: start, occurred_to: end, zone: Europe/Oslo}}
    licence: x
    attribution: Grenseby
    max_age_days: 9000
    {source}
  - {{kind: file, id: areas, table: districts, path: districts.geojson, columns: {{low_income: low_income}},
     licence: CC0-1.0, attribution: Grenseby, open: true}}
  - {{kind: file, id: places, table: zones, path: zones.geojson, licence: CC0-1.0, attribution: Grenseby, open: true}}
  - {{kind: file, id: roads, table: streets, path: streets.geojson, walkable: true, licence: CC0-1.0,
     attribution: Grenseby, open: true}}
harm:
  classes:
    disorder: {{nb: Uro, en: Disorder}}
  categories:
    noise: {{harm_class: disorder, borne_by: resident, recorded_by: reactive}}
  series:
    - id: disorder
      name: {{nb: Uro, en: Disorder}}
      harm_class: disorder
      borne_by: resident
      recorded_by: reactive
periods:
  - {{id: before, name: {{nb: Før, en: Before}}, start: 2012-01-01, end: 2017-01-01}}
  - {{id: after, name: {{nb: Etter, en: After}}, start: 2017-01-01, end: 2020-01-01}}
scenes:
  - {{id: park, name: {{nb: Parken, en: The park}}, place: {{table: zones, ids: [park]}}}}
  - {{id: square, name: {{nb: Torget, en: The square}}, place: {{table: zones, ids: [square]}}}}
steps:
  - {{from: before, to: after, origin: [park], receivers: [square], rings: [200, 400]}}
place_counts:
  - place_id: park
    place: {{table: zones, ids: [park]}}
    rings_m: [[0, 150], [150, 500]]
    windows: [{{start: 2016-01-01, end: 2017-01-01}}, {{start: 2018-01-01, end: 2019-01-01}}]
  - place_id: town
    windows: [{{start: 2016-01-01, end: 2017-01-01}}, {{start: 2018-01-01, end: 2019-01-01}}]
deprivation:
  indicator: low_income
  more_is: more_deprived
  year: "2011"
  name: {{nb: Lav inntekt, en: Low income}}
  source: Grenseby
density: {{bandwidth_m: 120}}
inference: {{control_beyond_m: 700}}
"""


def incidents(*, late: bool = False, without_lone: bool = False, seed: int = 5) -> pd.DataFrame:
    """Return the register: some 1,500 rows by the park, the square and a few streets; one all alone."""
    rng = np.random.default_rng(seed)
    crowds = [((500, 500), (0, 1827), 500), ((500, 500), (1827, 2922), 90), ((1600, 500), (0, 1827), 150),
              ((1600, 500), (1827, 2922), 330), ((400, 1500), (0, 2922), 180), ((2500, 600), (0, 2922), 150),
              ((1500, 1600), (0, 2922), 120), (NEW_CROWD, (1827, 2922), 160)]  # fmt: skip
    parts = []
    for (x, y), (first, end), number in crowds:
        place = rng.normal((EAST + x, NORTH + y), 90, (number, 2)).round(2)
        parts.append((rng.integers(first, end, number), place))
    days = np.concatenate([day for day, _ in parts])
    places = np.concatenate([place for _, place in parts])
    if not without_lone:
        days, places = np.append(days, 700), np.vstack([places, LONE])
    if late:
        days, places = np.append(days, 2400), np.vstack([places, LATE])
    start = pd.Timestamp("2012-01-01 12:00") + pd.to_timedelta(days, unit="D")
    number = [f"{SECRETS[2]}-{i:04d}" for i in range(len(days))]
    table = {"number": number, "kind": "noise", "start": start, "end": start, "east": places[:, 0]}
    return pd.DataFrame(table | {"north": places[:, 1], "name": SECRETS[0], "note": SECRETS[1], "case": SECRETS[2]})


def write_town(folder: Path, address: str, *, is_open: bool) -> Path:
    """Write the town's files, but for the register, and return its YAML."""
    folder.mkdir(parents=True)
    shapes = [box(EAST + 1000 * c, NORTH + 1000 * r, EAST + 1000 * c + 1000, NORTH + 1000 * r + 1000)
              for r in range(3) for c in range(3)]  # fmt: skip
    names = [f"D{k}" for k in range(9)]
    areas = {"district_id": names, "name": names, "population": range(600, 1500, 100)}
    poor = [0.1, 0.3, 0.2, 0.15, 0.25, 0.4, 0.05, 0.35, 0.12]
    gpd.GeoDataFrame(areas | {"low_income": poor}, geometry=shapes, crs=CRS).to_file(folder / "districts.geojson")
    zones = {"zone_id": ["park", "square"], "name": ["Parken", "Torget"], "kind": "closure", "valid_from": "2017-01-01"}
    places = [Point(EAST + x, NORTH + 500).buffer(150) for x in (500, 1600)]
    gpd.GeoDataFrame(zones, geometry=places, crs=CRS).to_file(folder / "zones.geojson")
    at = range(100, 3000, 200)
    lines = [LineString([(EAST + a, NORTH + b), (EAST + a, NORTH + b + 200)]) for a in at for b in at[:-1]]
    lines += [LineString([(EAST + b, NORTH + a), (EAST + b + 200, NORTH + a)]) for a in at for b in at[:-1]]
    roads = {"osm_id": range(1, len(lines) + 1), "highway": "residential", "name": "Gata"}
    gpd.GeoDataFrame(roads | {"is_bridge": False, "is_tunnel": False, "layer": 0}, geometry=lines, crs=CRS).to_file(
        folder / "streets.geojson"
    )
    path = folder / "grenseby.yaml"
    path.write_text(YAML.format(address=address, source=_SOURCE[is_open]), encoding="utf-8")
    return path


@dataclass
class Town:
    """A town on disk, whose register answers with `rows`, and its runs."""

    path: Path
    is_open: bool

    @property
    def root(self) -> Path:
        """The folder of the town's runs, as readers have it."""
        folder = self.path.parent
        return (folder / "outputs" if self.is_open else folder.parent / "private") / "grenseby"

    def run(self, as_of: str, *options: str) -> Path:
        """Make the run of a day and return its folder."""

        out = str(self.path.parent / "outputs")
        line = ["run", str(self.path), "--config", str(CONFIG), "--engine", "plain", "--out", out, "--as-of", as_of]
        done = CliRunner().invoke(cli, [*line, *options])
        assert done.exit_code == 0, done.output
        assert not [secret for secret in SECRETS if secret in done.output]
        return (self.root / "current").resolve()


def as_csv(rows: pd.DataFrame) -> bytes:
    return rows.to_csv(index=False).encode()


def coordinates(rows: pd.DataFrame) -> Sequence[tuple[float, float]]:
    return list(zip(rows["east"], rows["north"], strict=True))
