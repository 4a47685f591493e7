"""A small, complete city file for tests of settings and commands, and ways to spoil it."""

from pathlib import Path

import yaml

from flows.configuration.settings import LoadedCity, load_city
from layers.errors import ConfigError

CONFIG = Path(__file__).parents[2] / "config"
GOOD = """\
city: testby
name: {nb: Testby, en: Testtown}
crs: EPSG:25832
time_zone: Europe/Oslo
as_of: 2020-01-01
contact: kart@testby.invalid
sources:
  - kind: file
    id: records
    table: incidents
    path: incidents_*.csv
    licence: CC-BY-4.0
    attribution: Testby
    open: true
  - {kind: file, id: areas, table: districts, path: districts.gpkg, columns: {low_income_share: low_income_share},
     licence: CC0-1.0, attribution: Testby, open: true}
  - {kind: file, id: places, table: zones, path: zones.geojson, licence: CC0-1.0, attribution: Testby, open: true}
harm:
  classes:
    nuisance: {nb: ordensforstyrrelser, en: public nuisance}
  categories:
    Disorder: {harm_class: nuisance, borne_by: resident, recorded_by: reactive}
  series:
    - id: nuisance_resident
      name: {nb: Uro for naboer, en: Nuisance to neighbours}
      harm_class: nuisance
      borne_by: resident
      recorded_by: reactive
periods:
  - {id: before, name: {nb: Før, en: Before}, start: 2012-01-01, end: 2014-08-25}
  - {id: market, name: {nb: Torget, en: Market}, start: 2014-08-25, end: 2015-06-01}
  - {id: tunnel, name: {nb: Undergang, en: Underpass}, start: 2015-06-01, end: 2019-09-01}
scenes:
  - {id: park, name: {nb: Parken, en: Park}, place: {table: zones, ids: [Z1], radius_m: 100}}
  - {id: square, name: {nb: Torget, en: Market}, place: {table: zones, ids: [Z2]}}
steps:
  - {from: before, to: tunnel, origin: [park], receivers: [square]}
deprivation:
  indicator: low_income_share
  more_is: more_deprived
  year: "2013"
  name: {nb: Lav inntekt, en: Low income}
  source: Testby statistics
place_counts:
  - place_id: park
    place: {table: zones, ids: [Z1]}
    categories: [Disorder]
    rings_m: [[0, 150], [150, 650]]
    windows: [{start: 2013-01-01, end: 2014-01-01}]
"""


def write(folder: Path, text: str = GOOD) -> Path:
    path = folder / "testby.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def spoiled(*changes: tuple[str, str]) -> str:
    """The good file with passages replaced; each must stand in it once."""
    text = GOOD
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def load(folder: Path, text: str = GOOD) -> LoadedCity:
    return load_city(str(write(folder, text)), CONFIG)


def mistakes(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """Every mistake reported for the spoiled file, without the folder in front."""
    try:
        load(folder, spoiled(*changes))
    except ConfigError as error:
        head, *lines = str(error).splitlines()
        assert head.startswith(("1 mistake", f"{len(lines)} mistakes")), head
        return [line.strip().removeprefix(f"{folder}/") for line in lines]
    return []


def line_of(passage: str, text: str = GOOD) -> int:
    return text[: text.index(passage)].count("\n") + 1


def plain(text: str = GOOD) -> dict:
    return yaml.safe_load(text)
