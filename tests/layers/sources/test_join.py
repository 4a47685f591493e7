"""A second file joined by key: as text, missing where it has no partner, refused where it cannot be right."""

import geopandas as gpd
import pytest
from shapely import box

from layers.errors import SourceError
from layers.sources.files import parse
from tests.border_city import a_source


@pytest.fixture
def folder(tmp_path):
    shapes = [box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)]
    gpd.GeoDataFrame({"nr": [101, 102, 103]}, geometry=shapes, crs="EPSG:4326").to_file(tmp_path / "d.gpkg")
    (tmp_path / "_join").mkdir()
    return tmp_path


def joined(folder, text, *, skip_rows=0, missing=None):
    (folder / "_join/i.csv").write_text(text)
    join = {"path": "i.csv", "left": "nr", "right": "key", "columns": {"income": "kr"}, "skip_rows": skip_rows}
    source = a_source("districts", columns={"district_id": "nr"}, join=join, missing=missing or {})
    return parse(folder, source)["districts"]


def test_keys_agree_as_text_in_any_order(folder):
    frame = joined(folder, "key,kr\n103,30\n101,10\n")
    assert frame["income"].tolist()[::2] == ["10", "30"]
    assert frame["income"].isna().tolist() == [False, True, False]


def test_sentinels_of_the_joined_file_are_missing(folder):
    frame = joined(folder, "key,kr\n101,-\n102,-666666666\n103,7\n", missing={"income": ["-", -666666666]})
    assert frame["income"].isna().tolist() == [True, True, False]


def test_a_second_header_is_skipped(folder):
    assert joined(folder, "key,kr\nId,Income\n101,1\n102,2\n103,3\n", skip_rows=1)["income"].tolist() == ["1", "2", "3"]


def test_no_partner_at_all(folder):
    with pytest.raises(
        SourceError, match=r"no nr of the main file \(e\.g\. '101'\) is a key of i\.csv \(e\.g\. '0101'\)"
    ):
        joined(folder, "key,kr\n0101,1\n")


def test_a_key_that_stands_twice(folder):
    with pytest.raises(SourceError, match=r"key key stands more than once in i\.csv: 101"):
        joined(folder, "key,kr\n101,1\n101,2\n")


def test_a_column_that_is_not_there(folder):
    with pytest.raises(SourceError, match=r"i\.csv has no column kr\. Its columns are: key, income"):
        joined(folder, "key,income\n101,1\n")
