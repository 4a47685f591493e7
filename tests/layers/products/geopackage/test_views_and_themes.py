"""Layers by period and role, which store no place twice, and the themes that show them: exact values and names."""

import dataclasses
import xml.etree.ElementTree as ET
import zipfile

import pyogrio
import pytest

from layers.products import geopackage
from tests.example_release import example_release, example_style
from tests.layers.products.geopackage.whole_release import whole_release


def test_views_give_periods_and_roles_a_place_without_storing_it_twice(package, rows):
    assert rows("SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name LIKE '%_by_%'") == [(3,)]
    districts = pyogrio.read_dataframe(package, layer="districts_by_period")
    assert len(districts) == rows("SELECT count(*) FROM district_periods")[0][0]
    places = pyogrio.read_dataframe(package, layer="districts").set_index("district_id").geometry
    assert all(row.geometry.equals(places[row.district_id]) for row in districts.itertuples())
    assert {str(day) for day in districts["period_start"].dt.date} == {"2012-01-01", "2014-08-25", "2015-06-01"}


def test_a_districts_rate_on_its_area_is_that_of_its_days(rows):
    [(rate, per_day)] = rows(
        "SELECT incidents_per_km2_year, incidents_per_day FROM district_periods"
        " WHERE district_id = '460101' AND period = 'before' AND series = 'violence_public'"
    )
    release = example_release()
    area_m2 = release.districts.set_index("district_id").geometry["460101"].area
    assert rate == pytest.approx(per_day * 365.25 / (area_m2 / 1e6))


def test_a_districts_role_is_the_most_telling_one_with_its_share(rows):
    said = rows("SELECT district_id, role, origin_share, receivers_share, control_share FROM district_roles")
    assert said == [
        ("460101", "origin", 0.25, 0.25, 0.0),
        ("460102", "control", 0.0, 0.0, 1.0),
        ("460103", "rest", 0.0, 0.0, 0.0),
    ]


def test_the_multiverse_is_summed_over_the_choices_that_count(rows):
    [row] = rows("SELECT * FROM multiverse_summary")
    assert row[1:] == (
        *("harm_total_change", "before->tunnel", "violence_public", 5),
        *(-0.2, -0.4, -0.3, -0.2, -0.1, 0.1, 0.8),
    )


def test_themes_name_layers_of_the_project_and_the_groups_above_them(qgs):
    root = qgs["Oversikt"]
    known = {layer.findtext("id") for layer in root.findall("projectlayers/maplayer")}
    themes = root.findall("visibility-presets/visibility-preset")
    names = [theme.get("name") for theme in themes]
    assert len(set(names)) == len(names) == 19
    assert {"Tetthet 1: Før stengingen", "Roller 1: Før stengingen → Undergangen", "Korteste lesning"} <= set(names)
    for theme in themes:
        shown = [layer.get("id") for layer in theme.findall("layer")]
        assert len(shown) == len(set(shown))
        assert set(shown) <= known
        assert "layer_simulated_of_release" in shown
        assert theme.findall("checked-group-nodes/checked-group-node")


def test_a_variant_of_a_step_has_layers_and_themes_of_its_own(tmp_path):
    release = whole_release()
    first = release.city.steps[0]
    city = release.city.model_copy(update={"steps": (first, first.model_copy(update={"variant": "later_start"}))})
    path = geopackage.write(dataclasses.replace(release, city=city), example_style(), tmp_path)[1]
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("eksempelby.qgs"))
    ids = [layer.findtext("id") for layer in root.findall("projectlayers/maplayer")]
    assert len(ids) == len(set(ids))
    assert any("before_tunnel_later_start" in identity for identity in ids)
