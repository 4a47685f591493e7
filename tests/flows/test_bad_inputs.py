"""What goes wrong in the hands of users, through the command line: one clear message; earlier results still open."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from shapely import Polygon, box

from flows.cli import cli
from tests.flows import small_city as city
from tests.flows.city_yaml import CONFIG
from tests.flows.small_city import EAST, NORTH, change_districts, change_rows, change_yaml

pytestmark = pytest.mark.slow
BOW_TIE = Polygon([(EAST, NORTH), (EAST + 1000, NORTH + 1000), (EAST + 1000, NORTH), (EAST, NORTH + 1000)])


@pytest.fixture(scope="module", autouse=True)
def _apart(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        state = tmp_path_factory.mktemp("state")
        patch.setenv("HARMSHIFT_STATE", str(state))
        patch.setenv("NUMBA_CACHE_DIR", str(state / "numba"))
        patch.setattr("flows.console.start_logging", lambda **_: None)
        yield


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A folder with a run that went well."""
    folder = tmp_path_factory.mktemp("good")
    result = run(city.write_city(folder), folder)
    assert result.exit_code == 0, result.output
    return folder


def run(path: Path, public: Path, *options: str):
    line = ["run", path, "--config", CONFIG, "--out", public / "outputs", "--engine", "plain", *options]
    return CliRunner().invoke(cli, [str(part) for part in line])


def gpkg(folder: Path) -> Path:
    return folder / "outputs/lilleby/current/lilleby.gpkg"


def test_a_missing_file_is_stood_in_for_by_the_last_good_one_and_told(good, tmp_path):
    folder = city.write_city(tmp_path).parent
    (folder / "incidents.csv").unlink()
    result = run(folder / "lilleby.yaml", good)
    assert result.exit_code == 0
    assert "the source could not be reached, and its last good state was used" in result.output


def write(name: str, content: bytes):
    return lambda folder: (folder / name).write_bytes(content)


def cut_parquet(folder: Path) -> None:
    city.incidents().to_parquet(folder / "incidents.parquet")
    whole = (folder / "incidents.parquet").read_bytes()
    (folder / "incidents.parquet").write_bytes(whole[: len(whole) // 2])
    change_yaml(folder, "path: incidents.csv", "path: incidents.parquet")


def in_degrees(folder: Path) -> None:
    change_rows(folder, east=list(np.full(300, 9.01)), north=list(np.full(300, 60.43)))


def swapped(folder: Path) -> None:
    table = city.incidents()
    change_rows(folder, east=table["north"].tolist(), north=table["east"].tolist())


def no_crs(folder: Path) -> None:
    change_yaml(folder, "    crs: EPSG:25832\n    x: east", "    x: east")


def wrong_crs(folder: Path) -> None:
    change_yaml(folder, "columns: {low_income: low_income}", "columns: {low_income: low_income}, crs: EPSG:25833")


def at_the_origin(folder: Path) -> None:
    change_rows(folder, east=[0.0], north=[0.0])


def no_indicator(folder: Path) -> None:
    change_districts(folder, low_income=[0.1, None, 0.2])


def beyond_repair(folder: Path) -> None:
    """Shapes without area: nothing is left of them when they are made valid."""
    flat = Polygon([(EAST, NORTH), (EAST + 1000, NORTH), (EAST, NORTH)])
    change_districts(folder, geometry=[flat, *city.districts().geometry[1:]])


def overlapping(folder: Path) -> None:
    wide = box(EAST, NORTH, EAST + 1800, NORTH + 1000)
    change_districts(folder, geometry=[wide, *city.districts().geometry[1:]])


def rows_in_latin_1(folder: Path) -> None:
    change_rows(folder, kind=["støy"])
    table = (folder / "incidents.csv").read_text(encoding="utf-8")
    (folder / "incidents.csv").write_bytes(table.encode("latin-1"))


def reworded(old: str, new: str):
    return lambda folder: change_yaml(folder, old, new)


def rows(**columns):
    return lambda folder: change_rows(folder, **columns)


TWENTY = ["2016-05-01 20:00"] * 20
MISTAKES = {
    "empty file": (write("incidents.csv", b""), 1, "'records': incidents.csv is empty (0 bytes)", "fetch it again"),
    "header alone": (write("incidents.csv", b"number,kind,start,end,east,north\n"), 1, "'records'", "0 rows"),
    "cut Parquet": (cut_parquet, 1, "incidents.parquet is a Parquet file that was cut short", "again"),
    "a web page": (write("incidents.csv", b"<!DOCTYPE html><html>log in</html>"), 1, "web page (HTML)", "again"),
    "an error answer": (
        write("districts.geojson", b'{"error": "quota"}'),
        1,
        "'areas': districts.geojson cannot be opened",
        "again",
    ),
    "Latin-1": (rows_in_latin_1, 1, "incidents.csv is not UTF-8", "save it again as UTF-8"),
    "decimal comma": (rows(east=["500123,5"]), 1, "x or y is no number (a decimal comma?)", "1 of 300"),
    "a column renamed": (reworded("category: kind", "category: sort"), 1, "has no column sort", "number, kind, start"),
    "degrees for metres": (in_degrees, 1, "'records' (incidents)", "look like degrees", "EPSG:4326"),
    "swapped": (swapped, 1, "'records' (incidents)", "are swapped", "Exchange `x` and `y`"),
    "no CRS": (no_crs, 2, "sources[0]", "x and y need crs"),
    "wrong CRS": (wrong_crs, 1, "'areas' (districts) is declared as EPSG:25833", "EPSG:25832"),
    "degrees as the city's CRS": (
        reworded("\ncrs: EPSG:25832", "\ncrs: EPSG:4326"),
        2,
        "crs: EPSG:4326 is in degrees",
        "EPSG:25832",
    ),
    "a point at 0,0": (at_the_origin, 1, "far outside the area of EPSG:25832", "1 of 300", "max_refused_share"),
    "ids twice": (rows(number=["incident-A0010"] * 5), 1, "id that was there before", "of 300", "max_refused_share"),
    "end before start": (rows(end=["2010-01-01"] * 3), 1, "end before start", "3 of 300"),
    "no time zone": (reworded(", zone: Europe/Oslo", ""), 2, "sources[0].time.zone", "missing"),
    "no such zone": (reworded(", zone: Europe/Oslo", ", zone: CET+1"), 2, "sources[0].time.zone", "CET+1"),
    "no time": (rows(start=["soon"] * 4), 1, "occurred_from cannot be read as a time", "4 of 300"),
    "unknown category": (rows(kind=["noize"] * 2), 1, "noize", "harm.categories"),
    "unknown key": (reworded("contact:", "contacts:"), 2, "contacts", "contact"),
    "gap of periods": (reworded("start: 2017-01-01, end", "start: 2017-02-01, end"), 2, "gap of 31 days", "2017-01-01"),
    "overlap of periods": (reworded("start: 2017-01-01, end", "start: 2016-12-01, end"), 2, "overlap by 31 days"),
    "no indicator": (no_indicator, 1, "'low_income'", "D2", "without_value: unranked"),
    "indicator not mapped": (reworded("columns: {low_income: low_income},", ""), 2, "'low_income'", "'areas'"),
    "a shape without area": (beyond_repair, 1, "'areas'", "1 of 3"),
    "districts overlap": (overlapping, 1, "overlap", "D1", "D2"),
    "no such place": (reworded("ids: [park]", "ids: [parc]"), 1, "parc", "zones"),
    "YAML that is none": (reworded("  - {id: before,", "  - {id: before"), 2, "lilleby.yaml:"),
    "no such city": (lambda folder: (folder / "lilleby.yaml").unlink(), 2, "there is no such file"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_with_its_cure_and_earlier_results_stay(name, good, tmp_path):
    spoil, code, *said = MISTAKES[name]
    spoil_path = city.write_city(tmp_path)
    spoil(tmp_path)
    before = gpkg(good).resolve()
    result = run(spoil_path, good)
    assert result.exit_code == code, result.output
    assert result.stderr.count("error:") == 1
    for text in said:
        assert text in result.stderr
    assert "Traceback" not in result.output
    assert "own fault" not in result.output
    assert not re.search(r"(?<!\d)(49\d|50\d|669\d|670\d)\d{3}(\.\d|(?!\d))", result.output), "a coordinate"
    assert gpkg(good).resolve() == before
    assert len(pyogrio.list_layers(gpkg(good))) > 5
    assert not list((good / "outputs/lilleby").glob(".staging*"))


def test_shapes_that_cross_themselves_are_mended_and_reported(tmp_path):
    path = city.write_city(tmp_path)
    over_the_fjord = shapely.transform(BOW_TIE, lambda xy: xy - (2000, 0))
    water = gpd.GeoDataFrame(geometry=[over_the_fjord], crs=city.CRS)
    water.to_file(tmp_path / "water.geojson")
    source = (
        "  - {kind: file, id: fjord, table: water, path: water.geojson, licence: CC0-1.0, attribution: L, open: true}"
    )
    change_yaml(tmp_path, "harm:\n  classes", f"{source}\nharm:\n  classes")
    result = run(path, tmp_path)
    assert result.exit_code == 0, result.output
    assert "1 shape of fjord was repaired" in result.output


def test_a_stray_point_that_may_be_refused_makes_no_larger_grid(good, tmp_path):
    path = city.write_city(tmp_path)
    at_the_origin(tmp_path)
    change_yaml(tmp_path, "    x: east", "    max_refused_share: 0.01\n    x: east")
    result = run(path, tmp_path)
    assert result.exit_code == 0, result.output
    sizes = [pyogrio.read_info(gpkg(folder), layer="window")["total_bounds"] for folder in (good, tmp_path)]
    assert sizes[0] == sizes[1]
    refused = pd.read_csv(gpkg(tmp_path).parent / "tables/quarantine.csv")
    assert refused[["source_id", "rows"]].to_numpy().tolist() == [["records", 1]]
