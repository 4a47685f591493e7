"""Flows of the least-effort reading in the GeoPackage and the tables: lines alone, named for what they are, off."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import LineString

from layers.products import geopackage, tables
from tests.example_release import example_release, example_style


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    release = example_release()
    x, y = release.window.total_bounds[:2]
    step, series = release.city.steps[0].id, release.city.harm.series[0].id
    flows = gpd.GeoDataFrame(
        {
            "step": step,
            "series": series,
            "reading": ["kept", "open"],
            "from_place": ["park", "park"],
            "to_place": ["tunnel", ""],
            "share": [0.2, 0.1],
            "incidents_per_day": [1.5, 0.7],
            "walk_m": [900.0, None],
        },
        geometry=[LineString([(x, y), (x + 900, y)]), None],
        crs=release.window.crs,
    )
    curves = pd.DataFrame({"step": [step], "people_share": [0.0], "harm_share": [0.0]})
    folder = tmp_path_factory.mktemp("run")
    told = replace(release, flows=flows, concentration_curves=curves)
    return geopackage.write(told, example_style(), folder)[0], tables.write(told, example_style(), folder)


def test_lines_are_a_layer_and_ends_stand_in_the_table_alone(written):
    package, csv = written
    layer = pyogrio.read_dataframe(package, layer="flows")
    assert layer["to_place"].tolist() == ["tunnel"]
    assert layer.geometry.length.tolist() == [900.0]
    table = pd.read_csv(next(p for p in csv if p.name == "flows.csv"))
    assert len(table) == 2
    assert "geometry" not in table
    assert {"concentration_curve.csv"} <= {p.name for p in csv}
    assert "inequality.csv" not in {p.name for p in csv}  # not computed


def test_the_layer_says_that_nobody_was_followed(written):
    package, _ = written
    [about] = pyogrio.read_dataframe(package, sql="SELECT description FROM gpkg_contents WHERE table_name = 'flows'")[
        "description"
    ]
    assert "Not observed movement" in about
    assert "Ikke observert bevegelse" in about
