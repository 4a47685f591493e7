"""Files as a source: every format gives the same frame; what is no such file says what it is."""

import gzip
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from layers.errors import SourceError
from layers.sources.files import parse
from tests.border_city import a_source

COLUMNS = {"incident_id": "nr", "category": "type"}
TIME = {"occurred_from": "tid", "zone": "UTC"}
XY = {"x": "lon", "y": "lat", "crs": "EPSG:4326"}
SAID = {"columns": COLUMNS, "time": TIME}
ROWS = pd.DataFrame(
    {
        "nr": ["007", "8"],
        "type": ["noise", "theft"],
        "tid": ["2017-07-01T05:00:00", "2017-07-02T05:00:00"],
        "navn": ["not to be read", "nor this"],
    }
)
POINTS = gpd.GeoDataFrame(ROWS, geometry=[Point(5.25, 60.5), Point(5.5, 60.25)], crs="EPSG:4326")
WITH_XY = ROWS.assign(lon=[5.25, 5.5], lat=[60.5, 60.25])


def incidents(path, **said):
    return parse(path, a_source(**SAID, **said))["incidents"]


def assert_same(frame):
    assert set(frame.columns) == {"incident_id", "category", "occurred_from", "occurred_to", "geometry"}
    assert frame["incident_id"].tolist() == ["007", "8"]
    assert frame["category"].tolist() == ["noise", "theft"]
    assert [t.day for t in frame["occurred_from"]] == [1, 2]
    assert str(frame["occurred_from"].dtype) == "datetime64[us, UTC]"
    assert frame.geometry.tolist() == [Point(5.25, 60.5), Point(5.5, 60.25)]
    assert frame.crs == "EPSG:4326"


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_vector_files(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    POINTS.to_file(path)
    assert_same(incidents(path))


def test_geoparquet(tmp_path):
    POINTS.rename_geometry("geom").to_parquet(tmp_path / "a.parquet")
    assert_same(incidents(tmp_path / "a.parquet"))


def test_parquet_with_x_and_y(tmp_path):
    WITH_XY.to_parquet(tmp_path / "a.parquet")
    assert_same(incidents(tmp_path / "a.parquet", **XY))


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.csv.gz", ","), ("a.csv", ";"), ("a.tsv", "\t")])
def test_csv(tmp_path, name, separator):
    WITH_XY.to_csv(tmp_path / name, index=False, sep=separator, encoding="utf-8-sig")
    assert_same(incidents(tmp_path / name, **XY))


@pytest.mark.filterwarnings("ignore:Non-conformant content")  # GDAL says so of text in a column of times, and reads it
@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "parquet"])
def test_times_with_an_offset_keep_it_in_every_format(tmp_path, suffix):
    times = pd.to_datetime(["2017-07-01T05:00+02:00", "2017-07-02T05:00+02:00"])
    frame, path = POINTS.assign(tid=times), tmp_path / f"a.{suffix}"
    frame.to_parquet(path) if suffix == "parquet" else frame.to_file(path)
    read = incidents(path)["occurred_from"]
    assert read.dt.strftime("%d %H:%M").tolist() == ["01 03:00", "02 03:00"]


def test_an_intervention_without_place_needs_no_coordinates(tmp_path):
    (tmp_path / "a.csv").write_text("intervention_id,kind,start\nlaw,law,2015-10-01\n")
    frame = parse(tmp_path / "a.csv", a_source("interventions"))["interventions"]
    assert frame.geometry.tolist() == [None]
    assert frame[["intervention_id", "kind", "start"]].to_numpy().tolist() == [["law", "law", "2015-10-01"]]


def test_a_row_refused_in_one_of_several_files_stays_with_its_file(tmp_path):
    WITH_XY.to_csv(tmp_path / "a.csv", index=False)
    WITH_XY.assign(tid=["junk", "2017-07-02"]).to_csv(tmp_path / "b.csv", index=False)
    reasons = incidents(tmp_path, **XY)["refused"]
    assert [None if pd.isna(reason) else reason for reason in reasons] == [
        *(None, None, "occurred_from cannot be read as a time", None)
    ]


def test_files_in_different_crs_are_not_laid_together(tmp_path):
    POINTS.to_file(tmp_path / "a.gpkg")
    POINTS.to_crs(25832).to_file(tmp_path / "b.gpkg")
    with pytest.raises(SourceError, match=r"its files are in different CRS: EPSG:25832, EPSG:4326"):
        incidents(tmp_path)


def test_files_of_a_folder_follow_one_another_by_name(tmp_path):
    for name, row in (("b.csv", 1), ("a.csv", 0)):
        WITH_XY.iloc[[row]].to_csv(tmp_path / name, index=False)
    assert_same(incidents(tmp_path, **XY))


def test_missing_values_constants_and_coordinates_that_are_none(tmp_path):
    WITH_XY.assign(lon=["x", ""], err=["-1", "20"]).to_csv(tmp_path / "a.csv", index=False)
    source = a_source(
        columns=COLUMNS | {"uncertainty_m": "err"},
        time=TIME,
        missing={"uncertainty_m": [-1]},
        constants={"borne_by": "public"},
        **XY,
    )
    frame = parse(tmp_path / "a.csv", source)["incidents"]
    assert frame.geometry.isna().all()
    assert frame["uncertainty_m"].isna().tolist() == [True, False]
    assert frame["borne_by"].tolist() == ["public", "public"]


def test_a_column_that_is_not_there_lists_those_that_are(tmp_path):
    ROWS.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(SourceError, match=r"a\.csv has no column lon, lat\. Its columns are: nr, type, tid, navn"):
        incidents(tmp_path / "a.csv", **XY)


def test_no_geometry_and_no_x_and_y(tmp_path):
    ROWS.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(SourceError, match="incidents need a geometry"):
        incidents(tmp_path / "a.csv")


def test_several_layers_need_a_name(tmp_path):
    for layer in ("old", "new"):
        POINTS.to_file(tmp_path / "a.gpkg", layer=layer)
    with pytest.raises(SourceError, match="several layers; say `layer`: one of old, new"):
        incidents(tmp_path / "a.gpkg")
    assert_same(incidents(tmp_path / "a.gpkg", layer="new"))
    with pytest.raises(SourceError, match="cannot be read"):
        incidents(tmp_path / "a.gpkg", layer="newer")


def zipped(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "nr\n1\n")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", r"a\.csv is empty \(0 bytes\)"),
        ("a.csv", b" \n", r"a\.csv is empty"),
        (
            "a.csv",
            b"<!DOCTYPE html><html><body>404</body></html>",
            r"web page \(HTML\), perhaps an error or login page",
        ),
        ("a.csv.gz", gzip.compress(b"<html>Not found</html>", mtime=0), r"web page \(HTML\)"),
        ("a.csv", b'{"error": "rate limit"}', "called CSV but holds JSON, perhaps an error answer"),
        ("a.csv", b"PK\x03\x04", "is a ZIP archive; unpack it"),
        ("a.csv", b"nr,type,tid,lon,lat\n\xe6,1,2,3,4\n", "is not UTF-8"),
        (
            "a.csv.gz",
            gzip.compress(b"nr,type\n" + bytes(range(48, 90)) * 99, mtime=0)[:40],
            "damaged gzip|cannot be read as CSV",
        ),
        ("a.gpkg", b"nothing of the kind", "called geopackage but its bytes are not"),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 50, "cannot be opened"),
        ("a.parquet", b"PAR1" + b"\x00" * 60, "Parquet file that was cut short"),
        ("a.parquet", b"PAR1" + b"\x07" * 60 + b"PAR1", "cannot be read as Parquet"),
        ("a.csv", b"PAR1" + b"\x00" * 60 + b"PAR1", "called csv but holds parquet"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be opened"),
        ("a.xyz", b"1 2 3", "of no known kind"),
        ("a.xml", b"<?xml version='1.0'?><gml/>", "holds XML"),
    ],
)
def test_what_is_no_such_file_says_what_it_is(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=message):
        incidents(tmp_path / name, **XY)


def test_a_truncated_parquet_file(tmp_path):
    path = tmp_path / "a.parquet"
    WITH_XY.to_parquet(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SourceError, match=r"a\.parquet is a Parquet file that was cut short"):
        incidents(path, **XY)


def test_a_declared_format_that_is_not_so(tmp_path):
    WITH_XY.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(SourceError, match=r"a\.csv is declared as parquet but its bytes are not"):
        incidents(tmp_path / "a.csv", format="parquet", **XY)
