"""`check` shows what a run would do, names everything in its way at once, and writes nothing."""

import geopandas as gpd
import pytest
from shapely import box

from flows.commands import check
from flows.configuration.extent import grid_of
from layers.errors import ConfigError, SourceError
from tests.flows.city_yaml import CONFIG, GOOD, load, write

DATA = CONFIG.parents[1] / "shared" / "data"
INCIDENTS = "incident_id,category\n1,Disorder\n"


@pytest.fixture
def city_folder(tmp_path):
    """A folder with a city and its three sources: districts of 4 x 2 km."""
    folder = tmp_path / "city"
    folder.mkdir()
    write(folder)
    for year in (2012, 2013):
        (folder / f"incidents_{year}.csv").write_text(INCIDENTS)
    areas = gpd.GeoDataFrame({"district_id": ["1"]}, geometry=[box(300_000, 6_700_000, 304_000, 6_702_000)], crs=25832)
    areas.to_file(folder / "districts.gpkg", layer="districts")
    areas.to_crs(4326).to_file(folder / "zones.geojson")
    return folder


def run(folder, capsys):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    try:
        check.check_city(str(folder / "testby.yaml"), CONFIG, None)
    finally:
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    return capsys.readouterr().out


def test_plan_of_a_good_city(city_folder, capsys):
    text = run(city_folder, capsys)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "Testtown (testby), EPSG:25832, Europe/Oslo, as of 2020-01-01"
    assert any(line.startswith("records incidents 2 files, 0.0 MB, file of 20") for line in lines)
    assert "before 2012-01-01 to 2014-08-25 967 days" in lines
    assert "before->tunnel park -> square 2013-09-01 to 2014-09-01 with 2018-09-01 to 2019-09-01" not in lines
    assert any(line.startswith("before->tunnel park -> square 20") for line in lines)
    # 4000 / 50 and 2000 / 50 cells, and one around
    assert "grid about 82 x 42 = 3,444 cells of 50 m, sigma 200 m" in lines
    assert lines[-1].startswith("nothing stands in the way of: harmshift run ")


def test_every_missing_source_is_named_at_once(city_folder, capsys):
    (city_folder / "districts.gpkg").unlink()
    (city_folder / "incidents_2012.csv").write_text("<!DOCTYPE html><html><body>404</body></html>")
    (city_folder / "zones.geojson").write_bytes(b"")
    with pytest.raises(SourceError) as caught:
        run(city_folder, capsys)
    text = str(caught.value)
    assert text.startswith("3 things stand in the way of a run:")
    assert str(city_folder / "districts.gpkg") in text
    assert "incidents_2012.csv" in text
    assert "zones.geojson is empty (0 bytes)" in text


def test_steps_without_days_to_compare(city_folder, capsys, monkeypatch):
    def none(city, step):
        raise ConfigError(f"steps, {step.id}: no days")

    monkeypatch.setattr("layers.frame.chain.matched_windows", none)
    with pytest.raises(SourceError, match="1 thing stands in the way of a run:\n  steps, before->tunnel: no days"):
        run(city_folder, capsys)


def test_a_grid_that_is_too_large_is_told(city_folder, capsys):
    path = city_folder / "testby.yaml"
    path.write_text(GOOD + "density: {max_cells: 1000}\n")
    with pytest.raises(SourceError, match=r"the grid would have 82 x 42 = 3,444 cells of 50 m, more than 1,000"):
        run(city_folder, capsys)


@pytest.mark.parametrize("name", ["districts.parquet", "districts.geojson"])
def test_extent_is_read_from_what_files_state(tmp_path, name):
    areas = gpd.GeoDataFrame(geometry=[box(300_000, 6_700_000, 304_000, 6_702_000)], crs=25832)
    if name.endswith("parquet"):
        areas.to_parquet(tmp_path / name)
    else:
        areas.to_crs(4326).to_file(tmp_path / name)
    grid = grid_of(load(tmp_path).city, {"areas": [tmp_path / name]})
    assert grid is not None
    assert 82 <= grid.cols <= 90  # the box around the box in degrees is a little larger
    assert 42 <= grid.rows <= 56


def test_extent_unknown_of_text(tmp_path):
    (tmp_path / "districts.csv").write_text("a\n")
    assert grid_of(load(tmp_path).city, {"areas": [tmp_path / "districts.csv"]}) is None


def test_simulated_city_needs_no_file(capsys):
    check.check_city("fjordby", CONFIG, None)
    text = capsys.readouterr().out
    assert text.startswith("SIMULATED Fjordby (fjordby)")
    assert "made from seed" in text


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="the real data are not beside the checkout")
def test_philadelphia_is_ready_to_run(capsys):
    check.check_city("philadelphia", CONFIG, DATA)
    text = capsys.readouterr().out
    assert "10 files, 34.4 MB" in text
    assert "nothing stands in the way" in text
