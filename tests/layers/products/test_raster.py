"""Rasters: values, nodata and words as stored, one scale for all periods, the same bytes."""

import dataclasses
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import rasterio

from geo.grid import Grid
from layers.disclosure.release import Surface
from layers.products import raster
from layers.style import density_breaks
from tests.example_release import example_release, example_style
from tests.example_tables import PERIODS, SERIES


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    directory = tmp_path_factory.mktemp("run")
    raster.write(example_release(), example_style(), directory)
    return directory / "rasters"


def _first(values: np.ndarray, *, cell_m: float = 50.0):
    """The example release with one surface of these values."""
    release = example_release()
    surface = Surface(PERIODS[0], SERIES[0], values, np.zeros(values.shape, dtype=bool), 200.0)
    grid = Grid(295_000.0, 6_705_000.0, cell_m, *values.shape, "EPSG:25832")
    return dataclasses.replace(release, grid=grid, surfaces=(surface,))


def test_one_cog_and_one_style_per_series_and_period(folder):
    expected = [f"eksempelby_{series}_{period}" for series in SERIES for period in PERIODS]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{n}.{e}" for n in expected for e in ("tif", "qml")
    )


def test_values_come_back_within_half_a_step_and_unknown_is_nodata(folder):
    release = example_release()
    surface = release.surfaces[0]
    with rasterio.open(folder / "eksempelby_violence_public_before.tif") as file:
        stored, mask = file.read(1), file.read_masks(1) > 0
        scale = file.scales[0]
    assert (mask == np.isfinite(surface.values)).all()
    assert np.abs(stored[mask] * scale - surface.values[mask]).max() <= 0.05 + 1e-9


def test_it_says_where_when_what_and_that_it_is_simulated(folder):
    with rasterio.open(folder / "eksempelby_violence_public_market.tif") as file:
        tags, structure = file.tags(), file.tags(ns="IMAGE_STRUCTURE")
        assert file.crs.to_epsg() == 25832
        assert (file.nodata, file.dtypes[0], file.scales[0]) == (65535, "uint16", 0.1)
        assert file.transform.a == 50
        assert file.transform.c % 50 == file.transform.f % 50 == 0
        assert file.units == ("registered incidents per km² and year", None)
        assert file.descriptions[0].startswith("SIMULERT / SIMULATED: Tetthet, Vold, Torget (")
        assert "STATISTICS_MAXIMUM" in file.tags(1)
    assert (structure["LAYOUT"], structure["COMPRESSION"], structure["PREDICTOR"]) == ("COG", "ZSTD", "2")
    assert tags["TIFFTAG_DATETIME"] == "2020:01:01 00:00:00"
    assert tags["TIFFTAG_SOFTWARE"] == "harmshift 0.1.0"
    assert tags["TIFFTAG_IMAGEDESCRIPTION"].startswith("SIMULATED")
    assert (tags["PERIOD_START"], tags["PERIOD_END_EXCLUSIVE"]) == ("2014-08-25", "2015-06-01")
    assert "withheld" in tags["NODATA_MEANS"]


def test_the_second_band_tells_withheld_from_outside(folder):
    surface = example_release().surfaces[0]
    with rasterio.open(folder / "eksempelby_violence_public_before.tif") as file:
        assert file.count == 2
        status, shown = file.read(2), file.read_masks(1) > 0
        assert "withheld" in file.descriptions[1]
        assert file.scales == (0.1, 1.0)
    assert (status == np.where(surface.masked, 2, np.where(np.isfinite(surface.values), 1, 0))).all()
    assert ((status == 1) == shown).all()
    assert (status == 2).any()
    assert (status == 0).any()


def test_overviews_agree_on_what_is_shown(tmp_path):
    values = np.full((1100, 700), 10.0)
    values[:, 351:] = np.nan
    path = raster.write(_first(values), example_style(), tmp_path)[0]
    with rasterio.open(path, overview_level=1) as file:
        assert file.shape == (275, 175)
        assert ((file.read(2) == 1) == (file.read_masks(1) > 0)).all()


def test_all_periods_of_a_series_share_one_style(folder):
    for series in SERIES:
        assert len({path.read_text(encoding="utf-8") for path in folder.glob(f"*{series}*.qml")}) == 1


def test_classes_begin_at_their_edge_and_the_lowest_is_clear(folder):
    release = example_release()
    root = ET.fromstring((folder / "eksempelby_violence_public_before.qml").read_text(encoding="utf-8"))
    items = [item.attrib for item in root.iter("item")]
    assert density_breaks(release.surfaces, SERIES[0]) == (50, 100, 200, 500)
    assert [item["value"] for item in items] == ["49.95", "99.95", "199.95", "499.95", "inf"]
    assert [item["alpha"] for item in items] == ["0", "255", "255", "255", "255"]
    assert [item["label"] for item in items][:2] == ["< 50", "50–100"]


def test_writing_again_gives_the_same_bytes(folder, tmp_path):
    written = raster.write(example_release(), example_style(), tmp_path)
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in written)


@pytest.mark.parametrize(
    ("highest", "kept_as"), [(6553.4, "uint16"), (6553.5, "float32"), (10.0, "uint16"), (4.9, "float32")]
)
def test_real_numbers_where_tenths_would_overflow_or_are_too_coarse(tmp_path, highest, kept_as):
    release = _first(np.array([[highest, np.nan], [0.0, highest / 2]]))
    path = raster.write(release, example_style(), tmp_path)[0]
    with rasterio.open(path) as file:
        assert file.dtypes[0] == kept_as
        values = file.read(1, masked=True) * file.scales[0]
    assert values[0, 0] == pytest.approx(highest, abs=0.05)
    assert values.mask.tolist() == [[False, True], [False, False]]


def test_all_periods_of_a_series_are_stored_alike(tmp_path):
    release = _first(np.array([[7000.0]]))
    low = dataclasses.replace(release.surfaces[0], period=PERIODS[1], values=np.array([[100.0]]))
    written = raster.write(dataclasses.replace(release, surfaces=(*release.surfaces, low)), example_style(), tmp_path)
    for path in written[::2]:
        with rasterio.open(path) as file:
            assert file.dtypes[0] == "float32"


def test_a_large_grid_has_overviews(tmp_path):
    path = raster.write(_first(np.full((1100, 700), 10.0)), example_style(), tmp_path)[0]
    with rasterio.open(path) as file:
        assert file.overviews(1) == [2, 4]


def test_a_surface_withheld_everywhere_is_written_as_nodata(tmp_path):
    path = raster.write(_first(np.full((4, 5), np.nan)), example_style(), tmp_path)[0]
    with rasterio.open(path) as file:
        assert not file.read_masks(1).any()
