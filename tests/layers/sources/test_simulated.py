"""The archive of a simulated city: the same bytes for the same seed, and read back as it was written."""

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from geopandas.testing import assert_geodataframe_equal

from layers.city import City, SimulatedSource
from layers.columns import TABLES, typed
from layers.errors import PublishError, SourceError
from layers.simulation import simulate
from layers.sources import simulated
from tests.fjordby import short_fjordby


@pytest.fixture(scope="module")
def fjordby() -> City:
    return short_fjordby()


@pytest.fixture(scope="module")
def source(fjordby) -> SimulatedSource:
    return fjordby.sources[0]


@pytest.fixture(scope="module")
def packed(source, fjordby) -> bytes:
    return simulated.fetch(source, fjordby)


@pytest.fixture(scope="module")
def archive(packed, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "fjordby.zip"
    path.write_bytes(packed)
    return path


def test_same_seed_same_bytes(packed, source, fjordby):
    assert simulated.fetch(source, fjordby) == packed


def test_another_seed_other_incidents_same_town_and_truth(packed, source, fjordby):
    other = simulated.fetch(source.model_copy(update={"seed": source.seed + 1}), fjordby)
    members = [zipfile.ZipFile(io.BytesIO(content)) for content in (packed, other)]
    differ = {name for name in members[0].namelist() if members[0].read(name) != members[1].read(name)}
    assert differ == {"incidents.parquet", "help_uptake.parquet"}


def test_parse_returns_what_was_simulated(archive, source, fjordby):
    tables, truth = simulated.parse(archive, source), simulated.expected(archive, source)
    made = simulate(source, fjordby)
    assert set(tables) == set(made.tables)
    for name, table in tables.items():
        assert_geodataframe_equal(table, made.tables[name], check_dtype=False, check_like=False)
    pd.testing.assert_frame_equal(truth.points, made.expected.points)
    pd.testing.assert_frame_equal(truth.rates, made.expected.rates)


def test_tables_pass_the_typing_of_the_border_unchanged(archive, source):
    for name, table in simulated.parse(archive, source).items():
        assert list(typed(name, table)) == list(table)
        assert set(TABLES[name].columns) <= set(table)


def test_archive_bears_no_date_of_its_making(packed):
    infos = zipfile.ZipFile(io.BytesIO(packed)).infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>"])
def test_another_file_is_refused(tmp_path, source, content):
    path = tmp_path / "records.zip"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"source 'fjordby': records.zip is not an archive .* Fetch it again\."):
        simulated.parse(path, source)


def test_archive_without_its_truth_is_refused(tmp_path, source):
    path = tmp_path / "records.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("incidents.parquet", b"")
    with pytest.raises(SourceError, match="tables are missing"):
        simulated.expected(path, source)


def test_cut_archive_is_refused(tmp_path, source, packed):
    path = tmp_path / "records.zip"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(SourceError, match="is not an archive"):
        simulated.parse(path, source)


def test_write_files_makes_files_people_can_open(packed, tmp_path):
    written = simulated.write_files(packed, tmp_path / "out")
    assert all(path.name.startswith("SIMULATED-") for path in written)
    assert {path.suffix for path in written} == {".gpkg", ".parquet", ".csv"}
    layers = dict(pyogrio.list_layers(tmp_path / "out" / "SIMULATED-city.gpkg"))
    assert set(layers) == set(TABLES) - {"observations", "indicator_areas", "people_where", "context_series"}
    zones = gpd.read_file(tmp_path / "out" / "SIMULATED-city.gpkg", layer="zones")
    assert zones.crs == "EPSG:25832"
    assert zones["valid_from"].astype(str).str.startswith("2007-10-15").sum() == 1
    rates = pd.read_csv(tmp_path / "out" / "SIMULATED-expected_rates.csv", nrows=3)
    assert rates["day"].tolist() == ["2007-09-03", "2007-09-04", "2007-09-05"]


def test_write_files_twice_gives_the_same_bytes(packed, tmp_path):
    first = [path.read_bytes() for path in simulated.write_files(packed, tmp_path)]
    assert [path.read_bytes() for path in simulated.write_files(packed, tmp_path)] == first


def test_write_files_says_where_it_could_not_write(packed, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(PublishError, match=r"file: cannot be written .*--out"):
        simulated.write_files(packed, tmp_path / "file")
