"""Rasters of change: bands, words and classes as stored, and nothing where nothing may be said."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
import rasterio

from layers.products import change_raster
from tests.example_release import example_release, example_style
from tests.example_tables import SERIES

NAME = f"change-{SERIES[0]}-before-tunnel"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    directory = tmp_path_factory.mktemp("run")
    change_raster.write(example_release(), example_style(), directory)
    return directory / "rasters"


def test_one_cog_and_one_style_per_step_and_series(folder):
    names = [f"change-{series}-before-tunnel.{ending}" for series in SERIES for ending in ("qml", "tif")]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_bands_come_back_and_what_is_withheld_is_empty(folder):
    surface = example_release().change_surfaces[0]
    with rasterio.open(folder / f"{NAME}.tif") as file:
        ratio, risk, evidence, status = file.read(masked=True)
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.tags(1)["STATISTICS_MAXIMUM"].startswith("10")
    assert (np.asarray(status) == surface.status).all()
    assert (~np.ma.getmaskarray(ratio) == (surface.status == 1)).all()
    assert (~np.ma.getmaskarray(risk) == (surface.status == 1)).all()
    assert (~np.ma.getmaskarray(evidence) == np.isin(surface.status, (1, 3))).all()
    shown = surface.status == 1
    assert ratio[shown].filled() == pytest.approx(surface.rate_ratio[shown], rel=0.006)  # three digits
    assert (evidence[shown] == surface.evidence[shown]).all()


def test_it_says_what_is_compared_and_that_it_is_simulated(folder):
    with rasterio.open(folder / f"{NAME}.tif") as file:
        tags, titles = file.tags(), file.descriptions
    assert titles[0] == "SIMULERT / SIMULATED: Hendelser per dag, etter delt på før, Vold, Før stengingen → Undergangen"
    assert (tags["BEFORE"], tags["AFTER"]) == ("2013-06-01/2014-06-01", "2015-06-01/2016-06-01")
    assert (tags["P_NO_CHANGE_ANYWHERE"], tags["SIMULATED"]) == ("0.003", "YES")
    assert tags["P_ANYWHERE_BY"].startswith("maximum test, 999 draws")
    assert "No verdict rests on it" in tags["CAVEAT"]


def test_classes_are_the_same_up_as_down(folder):
    root = ET.fromstring((folder / f"{NAME}.qml").read_text(encoding="utf-8"))
    items = [item.attrib for item in root.iter("item")]
    assert [item["value"] for item in items] == ["0.5", "0.8", "1.25", "2", "inf"]
    assert [item["label"] for item in items] == ["< 0,5", "0,5–0,8", "0,8–1,25", "1,25–2", "≥ 2"]
    assert [item["color"] for item in items] == list(example_style().change)


def test_writing_again_gives_the_same_bytes(folder, tmp_path):
    written = change_raster.write(example_release(), example_style(), tmp_path)
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in written)
