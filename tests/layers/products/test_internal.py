"""The internal GeoPackage: every layer marked, in words, the same bytes at every writing."""

import dataclasses

import geopandas as gpd
import pyogrio
import pytest
import shapely

from layers.density.hotspots import COLUMNS as HOTSPOT_COLUMNS
from layers.internal import Internal
from layers.internal.cells import EMERGING_COLUMNS, GI_STAR_COLUMNS
from layers.internal.clusters import COLUMNS as SCAN_COLUMNS
from layers.internal.districts import COLUMNS as MORAN_COLUMNS
from layers.products import PRODUCTS, internal
from tests.example_release import example_release, example_style
from tests.example_tables import CRS

LAYERS = {
    "gi_star": GI_STAR_COLUMNS,
    "emerging": EMERGING_COLUMNS,
    "local_moran": MORAN_COLUMNS,
    "scan_clusters": SCAN_COLUMNS,
    "new_hotspots": HOTSPOT_COLUMNS,
}
MARK = "internal: not for publication"


def example_internal() -> Internal:
    square = shapely.box(295_000, 6_705_000, 295_200, 6_705_200)
    return Internal(
        **{name: gpd.GeoDataFrame({c: ["1"] for c in LAYERS[name]}, geometry=[square], crs=CRS) for name in LAYERS}
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    directory = tmp_path_factory.mktemp("internal")
    internal.write(example_internal(), example_release(), example_style(), directory)
    return directory


def test_every_layer_is_there_and_says_that_it_is_not_for_publication(folder):
    path = folder / "eksempelby-internal.gpkg"
    assert {name for name, _ in pyogrio.list_layers(path)} == {*LAYERS, "run_info", "data_dictionary"}
    for name in LAYERS:
        said = pyogrio.read_info(path, layer=name)["layer_metadata"]
        assert said["DESCRIPTION"].startswith(MARK)
        assert "SIMULERT / SIMULATED" in said["DESCRIPTION"]


def test_every_column_has_its_words(folder):
    words = pyogrio.read_dataframe(folder / "eksempelby-internal.gpkg", layer="data_dictionary")
    assert set(zip(words["table"], words["column"], strict=True)) == {(t, c) for t in LAYERS for c in LAYERS[t]}
    assert set(words["column"]) <= set(example_style().columns)  # others would be called by their names


def test_the_text_beside_it_says_so_too_in_both_languages(folder):
    text = (folder / "README-internal.txt").read_text(encoding="utf-8")
    assert text.startswith(f"{MARK}\nintern: ikke for offentliggjøring\n")
    assert "SIMULERT / SIMULATED" in text
    assert all(f"\n{name} (1)\n" in text for name in LAYERS)


def test_writing_again_gives_the_same_bytes(folder, tmp_path):
    written = internal.write(example_internal(), example_release(), example_style(), tmp_path)
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in written)


def test_an_empty_layer_is_written_so_that_nothing_found_can_be_told_from_not_looked_for(tmp_path):
    none = example_internal()
    none = dataclasses.replace(none, scan_clusters=none.scan_clusters[:0])
    path, _ = internal.write(none, example_release(), example_style(), tmp_path)
    assert pyogrio.read_info(path, layer="scan_clusters")["features"] == 0


def test_no_list_of_public_products_names_it():
    assert internal.write not in PRODUCTS.values()
