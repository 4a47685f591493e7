"""The GeoPackage by plain SQLite and GDAL: sound, complete in words and styles, the same bytes, no small count."""

import dataclasses
import hashlib
import json
import xml.etree.ElementTree as ET
import zipfile

import pyogrio
import pytest

from layers.products import geopackage
from layers.products.raster import raster_name
from tests.example_release import example_release, example_style
from tests.layers.products.geopackage.whole_release import whole_release

LAYERS = [
    "hotspots_latest",
    "hotspots",
    "changes",
    "flows",
    "scenes",
    "rings",
    "districts",
    "zones",
    "interventions",
    "practices",
    "services",
    "street_density",
    "streets",
    "water",
    "window",
    "simulated",
    "scenes_by_period",
    "districts_by_period",
    "districts_by_role",
    "district_periods",
    "scene_periods",
    "district_roles",
    "findings",
    "multiverse_summary",
    "service_access",
    "routes",
    "run_info",
    "data_dictionary",
]


def test_it_is_a_sound_geopackage_1_2_without_wal(package, rows):
    assert package.read_bytes()[18:20] == b"\x01\x01"
    assert rows("PRAGMA integrity_check") == [("ok",)]
    assert rows("PRAGMA foreign_key_check") == []
    assert rows("PRAGMA user_version") == [(10200,)]
    assert sorted(path.name for path in package.parent.iterdir()) == ["eksempelby.gpkg", "eksempelby.qgz"]


def test_writing_again_gives_the_same_bytes(package, tmp_path):
    first = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(package.parent.iterdir())]
    for _ in range(2):  # the second time over a file that is there already
        paths = geopackage.write(whole_release(), example_style(), tmp_path)
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)] == first


def test_gdal_sees_every_layer_the_harmless_one_first(package):
    assert [name for name, _ in pyogrio.list_layers(package)] == [*LAYERS, "layer_styles"]


def test_it_is_handed_over_read_only(package):
    assert package.stat().st_mode & 0o777 == 0o444


def test_gdals_clock_is_given_back(package):
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_is_described_styled_and_stamped(rows, layer):
    [(title, about)] = rows("SELECT identifier, description FROM gpkg_contents WHERE table_name = ?", layer)
    assert title.endswith("SIMULERT / SIMULATED")
    assert about.endswith("SIMULERT / SIMULATED")
    [(qml, default)] = rows("SELECT styleQML, useAsDefault FROM layer_styles WHERE f_table_name = ?", layer)
    assert default == 1
    root = ET.fromstring(qml)
    columns = [name for (name,) in rows("SELECT name FROM pragma_table_info(?)", layer) if name != "geom"]
    aliases = rows("SELECT column_name, name FROM gpkg_data_columns WHERE table_name = ? ORDER BY rowid", layer)
    assert [name for name, _ in aliases] == columns
    assert len(root.findall("aliases/alias")) == len(columns)
    [(metadata,)] = rows(
        "SELECT m.metadata FROM gpkg_metadata m JOIN gpkg_metadata_reference r ON r.md_file_id = m.id"
        " WHERE r.table_name = ?",
        layer,
    )
    assert "SIMULATED" in ET.fromstring(metadata.partition("\n")[2]).findtext("title")


def test_every_column_has_words_of_its_own(rows):
    style = example_style()
    unnamed = [
        f"{table}.{column}"
        for table, column in rows('SELECT "table", "column" FROM data_dictionary')
        if column not in style.columns and not column.startswith("per_day_")
    ]
    assert unnamed == []


def test_the_table_of_styles_is_listed_or_qgis_would_not_look_into_it(rows):
    assert rows("SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'") == [("attributes",)]


def test_withheld_counts_are_null_and_said_in_words(rows):
    assert rows("SELECT count(*) FROM district_periods WHERE incidents IS NULL") == [(4,)]
    said = rows("SELECT DISTINCT incidents_text, incidents_per_day FROM district_periods WHERE incidents IS NULL")
    assert said == [("holdt tilbake / withheld", None)]
    for table in ("district_periods", "scene_periods"):
        assert rows(f"SELECT count(*) FROM {table} WHERE incidents BETWEEN 1 AND 4") == [(0,)]
        assert rows(f"SELECT count(*) FROM {table} WHERE incidents_text <> incidents") == [(0,)]


def test_districts_carry_the_headline_series_by_period(rows):
    [(before, market)] = rows("SELECT per_day_before, per_day_market FROM districts WHERE district_id = '460104'")
    assert before == pytest.approx(33 / 967)
    assert market is None


def test_latest_hot_spots_are_the_headlines_in_the_last_period(package):
    latest = pyogrio.read_dataframe(package, layer="hotspots_latest")
    assert list(latest["hotspot_id"]) == ["H-tunnel-violence_public", "H-market-violence_public"]
    assert set(latest["period"]) == {"tunnel"}


def test_dates_are_dates_and_half_open(package):
    info = pyogrio.read_info(package, layer="zones")
    kinds = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert kinds["valid_from"] == kinds["valid_to"] == "OFTDate"


def test_an_uncertain_place_looks_uncertain(package):
    placed = pyogrio.read_dataframe(package, layer="interventions").set_index("intervention_id")
    west, _, east, _ = placed.loc["I2"].geometry.bounds
    assert east - west == pytest.approx(300)
    assert placed.loc["I3"].geometry is None


def test_provenance_names_run_and_licence_and_no_user(rows):
    [(text,)] = rows("SELECT metadata FROM gpkg_metadata WHERE mime_type = 'application/json'")
    facts = json.loads(text)
    assert facts["run_id"] == "2020-01-01-0123abcd"
    assert "CC0-1.0" in facts["source records"]
    assert {json.loads(about)["last_modified_user"] for (about,) in rows("SELECT metadata FROM qgis_projects")} == {""}


def test_projects_have_long_ids_a_crs_and_paths_that_resolve(package, qgs):
    release = example_release()
    rasters = {f"./rasters/{raster_name(release, surface)}.tif" for surface in release.surfaces}
    rasters |= {f"./rasters/{surface.name}.tif" for surface in release.change_surfaces}
    assert list(qgs) == ["Oversikt", "Animasjon"]
    for root in qgs.values():
        layers = root.findall("projectlayers/maplayer")
        assert all(len(layer.findtext("id")) > 10 for layer in layers)
        assert len({layer.findtext("id") for layer in layers}) == len(layers)
        files = {layer.findtext("datasource").partition("|")[0] for layer in layers}
        assert files <= rasters | {"./eksempelby.gpkg"}
        assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:25832"
        assert root.findtext("projectCrs/spatialrefsys/wkt").startswith("PROJCRS")
        assert root.findtext("properties/SpatialRefSys/ProjectionsEnabled") == "1"
        in_tree = [node.get("id") for node in root.iter("layer-tree-layer")]
        assert in_tree == [layer.findtext("id") for layer in layers]


def test_one_period_is_shown_at_a_time(qgs):
    groups = [g for g in qgs["Oversikt"].iter("layer-tree-group") if g.get("mutually-exclusive") == "1"]
    assert [group.get("name") for group in groups] == [
        "Steder per periode (velg én)",
        *("Endring per ledd (velg én)", "Vold", "Uro for naboer"),
        *("Etter delt på før (velg én)", "Vold", "Uro for naboer"),
        "Gater per periode (velg én)",
        *("Tetthet per periode (velg én)", "Vold", "Uro for naboer"),
        "Soner per periode (velg én)",
        "Soner etter rolle (velg ett ledd)",
    ]
    assert [[c.get("checked") for c in group].count("Qt::Checked") for group in groups] == [1] * 13
    opened = [group.get("name") for group in groups if group.get("checked") == "Qt::Checked"]
    assert [name for name in opened if "velg" in name] == ["Tetthet per periode (velg én)"]


def test_change_is_shown_by_step_and_series(package, qgs):
    nodes = [node for node in qgs["Oversikt"].iter("layer-tree-layer") if "layername=changes" in node.get("source")]
    assert [node.get("name").partition(" –")[0] for node in nodes[:2]] == [
        "Endring: Vold, Før stengingen → Undergangen",
        "Endring: Vold, Før stengingen → Torget",
    ]
    _, _, where = nodes[0].get("source").partition("|subset=")
    rows = pyogrio.read_dataframe(package, layer="changes", where=where)
    assert list(rows["direction"]) == ["rise", "fall"]
    assert list(rows["rate_ratio"].isna()) == [False, True]


def test_a_fall_is_told_from_a_rise_without_colour(rows):
    [(qml,)] = rows("SELECT styleQML FROM layer_styles WHERE f_table_name = 'changes'")
    renderer = ET.fromstring(qml).find("renderer-v2")
    drawn = {category.get("value"): category.get("symbol") for category in renderer.findall("categories/category")}
    rims = {
        value: renderer.find(f"symbols/symbol[@name='{number}']//Option[@name='outline_style']").get("value")
        for value, number in drawn.items()
    }
    assert rims == {"rise": "solid", "fall": "dash"}


def test_animated_rasters_are_shown_from_the_first_frame_that_begins_in_their_period(qgs):
    spans = {
        layer.findtext("id"): (layer.findtext("temporal/fixedRange/start"), layer.findtext("temporal/fixedRange/end"))
        for layer in qgs["Animasjon"].findall("projectlayers/maplayer[@type='raster']")
    }
    assert spans["raster_violence_public_market_of_release"] == ("2014-10-01T00:00:01Z", "2015-06-30T23:59:59Z")


def test_a_real_city_bears_no_stamp(tmp_path):
    path, project = geopackage.write(example_release(simulated=False), example_style(), tmp_path)
    assert b"SIMUL" not in path.read_bytes()
    with zipfile.ZipFile(project) as archive:
        assert b"SIMUL" not in archive.read("eksempelby.qgs")
    assert "simulated" not in {name for name, _ in pyogrio.list_layers(path)}


def test_a_city_with_little_gives_a_smaller_file(tmp_path):
    full = whole_release()
    bare = dataclasses.replace(
        full,
        zones=full.zones.iloc[:0],
        services=full.services.iloc[:0],
        interventions=full.interventions.iloc[:0],
        hotspots=full.hotspots.iloc[:0],
        changes=None,
        flows=None,
        rings=None,
        unit_roles=None,
        service_access=None,
        multiverse=None,
        routes=None,
        facts=None,
        streets=None,
        water=None,
        streets_density=None,
    )
    path = geopackage.write(bare, example_style(), tmp_path)[0]
    names = {name for name, _ in pyogrio.list_layers(path)}
    left_out = {"streets", "water", "street_density", "changes", "flows", "rings", "district_roles"}
    left_out |= {"districts_by_role", "service_access", "multiverse_summary", "routes", "practices"}
    assert names == {*LAYERS, "layer_styles"} - left_out
    assert len(pyogrio.read_dataframe(path, layer="hotspots_latest")) == 0
