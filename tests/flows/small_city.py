"""A real small city on disk, of CSV and GeoJSON: 300 incidents, three districts, two zones. Owns no test."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point, box

CRS = "EPSG:25832"
EAST, NORTH = 500_000.0, 6_700_000.0
YAML = """\
city: lilleby
name: {nb: Lilleby, en: Littletown}
crs: EPSG:25832
time_zone: Europe/Oslo
as_of: 2020-01-01
contact: kart@lilleby.invalid
sources:
  - kind: file
    id: records
    table: incidents
    path: incidents.csv
    crs: EPSG:25832
    x: east
    y: north
    columns: {incident_id: number, category: kind}
    time: {occurred_from: start, occurred_to: end, zone: Europe/Oslo}
    licence: CC-BY-4.0
    attribution: Lilleby
    open: true
  - {kind: file, id: areas, table: districts, path: districts.geojson, columns: {low_income: low_income},
     licence: CC0-1.0, attribution: Lilleby, open: true}
  - {kind: file, id: places, table: zones, path: zones.geojson, licence: CC0-1.0, attribution: Lilleby, open: true}
harm:
  classes:
    disorder: {nb: Uro, en: Disorder}
  categories:
    noise: {harm_class: disorder, borne_by: resident, recorded_by: reactive}
  series:
    - id: disorder
      name: {nb: Uro, en: Disorder}
      harm_class: disorder
      borne_by: resident
      recorded_by: reactive
periods:
  - {id: before, name: {nb: Før, en: Before}, start: 2012-01-01, end: 2017-01-01}
  - {id: after, name: {nb: Etter, en: After}, start: 2017-01-01, end: 2019-01-01}
scenes:
  - {id: park, name: {nb: Parken, en: The park}, place: {table: zones, ids: [park]}}
  - {id: square, name: {nb: Torget, en: The square}, place: {table: zones, ids: [square]}}
steps:
  - {from: before, to: after, origin: [park], receivers: [square]}
deprivation:
  indicator: low_income
  more_is: more_deprived
  year: "2011"
  name: {nb: Lav inntekt, en: Low income}
  source: Lilleby
inference: {control_beyond_m: 500}
"""


def incidents(count: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    days = np.sort(rng.integers(0, 2555, count))
    east = EAST + np.where(days < 1827, 500, 1600) + rng.normal(0, 90, count)
    start = pd.Timestamp("2012-01-01 12:00") + pd.to_timedelta(days, unit="D")
    table = {"number": [f"incident-A{i:04d}" for i in range(count)], "kind": "noise", "start": start, "end": start}
    table |= {"east": east.round(2), "north": (NORTH + 500 + rng.normal(0, 90, count)).round(2)}
    return pd.DataFrame(table)


def districts() -> gpd.GeoDataFrame:
    names = {"district_id": ["D1", "D2", "D3"], "name": ["Vest", "Øst", "Nord"], "population": [900, 700, 1200]}
    shapes = [box(EAST + x, NORTH + y, EAST + x + 1000, NORTH + y + 1000) for x, y in ((0, 0), (1000, 0), (0, 1000))]
    return gpd.GeoDataFrame(names | {"low_income": [0.1, 0.3, 0.2]}, geometry=shapes, crs=CRS)


def zones() -> gpd.GeoDataFrame:
    names = {"zone_id": ["park", "square"], "name": ["Parken", "Torget"], "kind": "closure"}
    shapes = [Point(EAST + x, NORTH + 500).buffer(150) for x in (500, 1600)]
    return gpd.GeoDataFrame(names | {"valid_from": "2017-01-01"}, geometry=shapes, crs=CRS)


def write_city(folder: Path, yaml: str = YAML) -> Path:
    """Write the city's files and return its YAML."""
    incidents().to_csv(folder / "incidents.csv", index=False)
    districts().to_file(folder / "districts.geojson")
    zones().to_file(folder / "zones.geojson")
    path = folder / "lilleby.yaml"
    path.write_text(yaml, encoding="utf-8")
    return path


def change_rows(folder: Path, **columns: object) -> None:
    """Set values in the first rows of the incidents: one value in all rows, or a list for as many rows."""
    table = incidents().astype({"start": str, "end": str})
    for name, values in columns.items():
        if isinstance(values, list):
            table[name] = table[name].astype(object)
            table.loc[: len(values) - 1, name] = values
        else:
            table[name] = values
    table.to_csv(folder / "incidents.csv", index=False)


def change_yaml(folder: Path, old: str, new: str) -> None:
    path = folder / "lilleby.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def change_districts(folder: Path, **columns: object) -> None:
    districts().assign(**columns).to_file(folder / "districts.geojson")
