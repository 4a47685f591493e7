"""`check` shows what a run would do, names everything in its way at once, and writes nothing."""

from datetime import UTC, datetime

import geopandas as gpd
import pytest
from pandas.testing import assert_frame_equal
from shapely import box

from flows.commands import check
from flows.commands.check_rows import judge, read_all
from flows.configuration.extent import grid_of
from flows.configuration.settings import load_city
from layers.border import admit
from layers.border.lots import quarantine
from layers.errors import ConfigError, SourceError
from layers.snapshots import take
from layers.snapshots.index import Entry, settings_of, write_entry
from layers.snapshots.store import settle
from layers.sources import parse_all
from layers.sources.paths import files_of
from tests.flows.city_yaml import CONFIG, load, spoiled, write

DATA = CONFIG.parents[1] / "shared" / "data"
PLACES = "    crs: EPSG:25832\n    x: east\n    y: north\n    time: {occurred_from: day, zone: Europe/Oslo}\n"
SETTINGS = spoiled(("    path: incidents_*.csv\n", "    path: incidents_*.csv\n" + PLACES))
HEADER = "incident_id,category,day,east,north\n"


@pytest.fixture
def city_folder(tmp_path, monkeypatch):
    """A folder with a city and its three sources: districts of 4 x 2 km."""
    folder = tmp_path / "city"
    folder.mkdir()
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    write(folder, SETTINGS)
    for year in (2012, 2019):
        row = f"{year}-1,Disorder,{year}-08-31T12:00,301000,6701000\n"
        (folder / f"incidents_{year}.csv").write_text(HEADER + row)
    names = {"district_id": ["1", "2"], "name": ["Vest", "Øst"], "population": 900, "low_income_share": [0.1, 0.2]}
    shapes = [box(x, 6_700_000, x + 2_000, 6_702_000) for x in (300_000, 302_000)]
    areas = gpd.GeoDataFrame(names, geometry=shapes, crs=25832)
    areas.to_file(folder / "districts.gpkg", layer="districts")
    zones = gpd.GeoDataFrame({"zone_id": ["Z1", "Z2"], "kind": "park"}, geometry=shapes, crs=25832)
    zones.assign(valid_from="2014-08-25").to_crs(4326).to_file(folder / "zones.geojson")
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
    path.write_text(SETTINGS + "density: {max_cells: 1000}\n")
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


CLOSED = """open: false
    sensitivity: health
    protection: {controller: Testby, purpose: to see, legal_basis: an act, dpia: an assessment, retention_days: 30}
"""


def incidents(folder, *rows, settings=SETTINGS):
    """Put these rows in the place of all others."""
    for path in folder.glob("incidents_*.csv"):
        path.unlink()
    (folder / "incidents_2012.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows))
    write(folder, settings)


def closed(settings=SETTINGS):
    return settings.replace("open: true\n", CLOSED, 1) + "internal_dir: internal\n"


def test_every_mistake_in_rows_is_named_at_once(city_folder, capsys, tmp_path):
    incidents(
        city_folder,
        "A,Disorder,2013-05-01T12:00,6701000,301000",
        "A,Disorder,2013-06-01T12:00,6701000,301000",
        "B,Disorder,2011-06-01T12:00,6701000,301000",
        "C,Jubilation,2019-12-01T12:00,6701000,301000",
        settings=SETTINGS.replace("zones.geojson", "zones.parquet"),
    )
    zones = gpd.read_file(city_folder / "zones.geojson").set_crs(None, allow_override=True)
    zones.to_parquet(city_folder / "zones.parquet")
    areas = gpd.read_file(city_folder / "districts.gpkg").assign(district_id="1")
    areas.to_file(city_folder / "districts.gpkg", layer="districts")
    with pytest.raises(SourceError) as caught:
        check.check_city(str(city_folder / "testby.yaml"), CONFIG, None)
    wrong = str(caught.value)
    assert wrong.startswith("4 things stand in the way of a run:"), wrong
    assert "source 'records' (incidents): x and y (east and north) are swapped" in wrong
    assert "Exchange `x` and `y`" in wrong
    assert "source 'records': categories that harm.categories does not know, with their rows: 'Jubilation' (1)" in wrong
    assert "Say for each its harm_class" in wrong
    assert "source 'places' (zones) states no CRS. Declare the one it is in" in wrong
    assert "source 'areas': 1 of 2 rows (50.00%) were refused, more than max_refused_share" in wrong
    assert "Mend the source, or raise max_refused_share" in wrong
    said = capsys.readouterr().out
    rows = [line.strip() for line in said[said.index("\nrows\n") : said.index("\ngrid")].splitlines()[2:]]
    cure = "Mend the dates, or move that edge of the periods."
    assert [row for row in rows if row] == [
        "records: 4 rows of incidents, 2011-06-01 to 2019-12-01",
        "cannot be judged as a whole, see below",
        "id that was there before: 1 (incidents_2012.csv line 3)",
        "category not in harm.categories: 1 (incidents_2012.csv line 5)",
        "50.0% within the periods, 2012-01-01 to 2019-09-01",
        f"before 2012-01-01, in no period: 1 (incidents_2012.csv line 4). {cure}",
        f"on or after 2019-09-01, in no period: 1 (incidents_2012.csv line 5). {cure}",
        "areas: 2 rows of districts",
        "1 of 2 refused (50.00%)",
        "id that was there before: 1 (districts.gpkg row 2)",
        "places: 2 rows of zones",
        "cannot be judged as a whole, see below",
    ]
    assert not any(coordinate in said + wrong for coordinate in ("301000", "6701000", "301,000"))
    assert not (tmp_path / "state").exists()


def test_of_closed_records_no_text_is_shown_and_nothing_stored(city_folder, capsys, tmp_path):
    rows = ["Name-1,Kari skrev dette,2013-05-01T12:00,301000,6701000", "Name-2,Disorder,someday,301000,6701000"]
    incidents(city_folder, *rows, settings=closed())
    with pytest.raises(SourceError) as caught:
        check.check_city(str(city_folder / "testby.yaml"), CONFIG, None)
    said = capsys.readouterr().out + str(caught.value)
    assert "categories that harm.categories does not know, with their rows: '(not declared)' (1)" in said
    assert "category not in harm.categories: 1 (incidents_2012.csv line 2)" in said
    assert "no occurred_from: 1 (incidents_2012.csv line 3)" in said
    assert not any(word in said for word in ("Kari", "Name-", "someday", "301000"))
    assert not (tmp_path / "state").exists()
    assert not (city_folder / "internal").exists()


def test_rows_of_several_files_and_of_none_per_line_are_placed(city_folder, capsys):
    path = city_folder / "incidents_2012.csv"
    path.write_text(path.read_text() + "\n2,Disorder,someday,301000,6701000\n")  # a blank line: no line number is sure
    (city_folder / "incidents_2019.csv").write_text(HEADER + "3,Disorder,2019-08-30T12:00,x,6701000\n")
    with pytest.raises(SourceError, match="1 thing stands in the way of a run:\n  source 'records': 2 of 3 rows"):
        run(city_folder, capsys)
    said = capsys.readouterr().out
    assert "occurred_from cannot be read as a time: 1 (incidents_2012.csv row 2)" in said
    assert "x or y is no number (a decimal comma?): 1 (incidents_2019.csv line 2)" in said


def test_what_stands_in_a_record_is_not_shown_where_a_number_should_stand(city_folder, capsys):
    header = HEADER.replace("\n", ",uncertainty_m\n")
    row = "2,Disorder,2019-08-30T12:00,301000,6701000,some words\n"
    (city_folder / "incidents_2019.csv").write_text(header + row)
    (city_folder / "incidents_2012.csv").write_text(header + row.replace("some words", "50").replace("2,", "1,", 1))
    with pytest.raises(SourceError) as caught:
        run(city_folder, capsys)
    assert "incidents.uncertainty_m holds no number in 1 rows: first rows 1 (counted from 0)." in str(caught.value)
    assert "some words" not in str(caught.value) + capsys.readouterr().out


def test_a_step_that_the_records_do_not_reach_is_told(city_folder, capsys):
    (city_folder / "incidents_2019.csv").unlink()
    with pytest.raises(SourceError, match=r"steps, before->tunnel: there are no data yet in one of the periods"):
        run(city_folder, capsys)


def test_overlapping_areas_and_a_place_that_is_not_there(city_folder, capsys):
    areas = gpd.read_file(city_folder / "districts.gpkg")
    areas.geometry = [box(300_000, 6_700_000, 303_000, 6_702_000), areas.geometry[1]]
    areas.to_file(city_folder / "districts.gpkg", layer="districts")
    write(city_folder, SETTINGS.replace("table: zones, ids: [Z2]", "table: zones, ids: [Z9]"))
    with pytest.raises(SourceError) as caught:
        run(city_folder, capsys)
    head, *lines = str(caught.value).splitlines()
    assert head.startswith("2 things")
    assert "1 pair of districts overlaps" in lines[0]
    assert "scene 'square': zones have no zone_id Z9" in lines[1]


@pytest.mark.parametrize("stored", [False, True])
def test_of_a_service_its_stored_snapshot_is_read_and_nobody_asked(city_folder, capsys, tmp_path, stored):
    service = "{kind: http, id: places, table: zones, address: 'https://maps.invalid/zones.geojson', licence: CC0-1.0,"
    text = SETTINGS.replace("{kind: file, id: places, table: zones, path: zones.geojson, licence: CC0-1.0,", service)
    assert text != SETTINGS
    loaded = load(city_folder, text)
    state = tmp_path / "state"
    if stored:
        keep(loaded.city, city_folder / "zones.geojson", state / "snapshots")
    before = {path: path.stat().st_mtime_ns for path in state.rglob("*")}
    said = run(city_folder, capsys)
    expected = "2 rows of zones" if stored else "not read: nothing of it is stored; `harmshift fetch testby` brings it"
    assert f"  places: {expected}" in said
    assert {path: path.stat().st_mtime_ns for path in state.rglob("*")} == before
    assert "nothing stands in the way" in said


def keep(city, path, store):
    """Put a file into the store as what the service `places` last gave."""
    (source,) = [source for source in city.sources if source.id == "places"]
    copy = store / "incoming.geojson"
    store.mkdir(parents=True)
    copy.write_bytes(path.read_bytes())
    part = settle(store, "zones.geojson", copy)
    now = datetime(2020, 1, 1, tzinfo=UTC)
    said = settings_of(source), part.sha256, part.size_bytes, now, now, now, None, source.address, (part,)
    write_entry(store, city.city, Entry(source.id, *said), source)


def test_what_is_judged_is_what_a_run_judges(city_folder, tmp_path):
    rows = [f"{i},Disorder,201{i}-05-01T12:00,{300_000 + 400 * i},6701000" for i in range(2, 10)]
    lenient = closed(SETTINGS.replace(PLACES, PLACES + "    max_refused_share: 0.5\n"))
    incidents(city_folder, *rows, rows[0], "10,Disorder,,301000,6701000", settings=lenient)
    path = city_folder / "testby.yaml"
    city = load_city(str(path), CONFIG).city
    now = datetime(2020, 1, 1, tzinfo=UTC)
    where = {"data_dir": None, "base_dir": city_folder}
    shots = [take(source, city, store=tmp_path / "store", made_at=now, **where) for source in city.sources]
    run_border = admit(parse_all(shots, city), city)
    files = {source.id: files_of(source, **where) for source in city.sources}
    examined, mistakes = judge(read_all(city, files, tmp_path / "none"), city, city.as_of)
    assert mistakes == []
    assert examined.rows_read == run_border.rows_read == {"records": 10, "areas": 2, "places": 2}
    assert_frame_equal(quarantine([lot for own in examined.lots.values() for lot in own]), run_border.quarantine)
    ours, theirs = (tables.incidents.drop(columns="incident_id") for tables in (examined.tables, run_border.tables))
    assert_frame_equal(ours, theirs)
    assert_frame_equal(examined.tables.districts, run_border.tables.districts)


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="the real data are not beside the checkout")
def test_philadelphia_is_ready_to_run(capsys):
    check.check_city("philadelphia", CONFIG, DATA)
    text = capsys.readouterr().out
    assert "10 files, 34.4 MB" in text
    assert "nothing stands in the way" in text
