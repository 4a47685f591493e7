"""The deliverables in a real QGIS: projects open whole, look like something, and opening changes nothing."""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from layers.products import change_raster, geopackage, raster
from tests.example_release import example_style
from tests.layers.products.geopackage.whole_release import whole_release

pytestmark = pytest.mark.qgis
# the interpreter Debian's python3-qgis belongs to; another QGIS is asked by the command that starts its Python, e.g.
# HARMSHIFT_QGIS_PYTHON="chroot /trixie /usr/bin/python3", which must see the checkout and the temporary folder
PYTHON = tuple(shlex.split(os.environ.get("HARMSHIFT_QGIS_PYTHON", "/usr/bin/python3")))
PROBE = Path(__file__).with_name("qgis_probe.py")


def _has(module: str) -> bool:
    asked = [*PYTHON, "-c", f"import {module}"]
    return bool(shutil.which(PYTHON[0])) and subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    if not _has("qgis.core"):
        pytest.skip("PyQGIS is not installed (apt: qgis python3-qgis)")
    directory = tmp_path_factory.mktemp("run")
    raster.write(whole_release(), example_style(), directory)
    change_raster.write(whole_release(), example_style(), directory)
    geopackage.write(whole_release(), example_style(), directory)
    return directory


@pytest.fixture(scope="module")
def seen(run, tmp_path_factory):
    pictures = tmp_path_factory.mktemp("pictures")
    before = _hashes(run)
    home = {"HOME": str(pictures), "XDG_RUNTIME_DIR": str(pictures), "PATH": os.environ["PATH"]}
    asked = [*PYTHON, str(PROBE), str(run), "eksempelby", str(pictures)]
    done = subprocess.run(
        asked, env=home | {"QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=300, check=False
    )
    assert (pictures / "seen.json").exists(), done.stderr
    kept = os.environ.get("HARMSHIFT_PICTURES")  # to look at them
    if kept:
        shutil.copytree(pictures, kept, dirs_exist_ok=True)
    said = json.loads((pictures / "seen.json").read_text(encoding="utf-8"))
    return said | {"pictures": pictures, "unchanged": _hashes(run) == before, "stderr": done.stderr}


@pytest.mark.parametrize("project", ["Oversikt", "Animasjon", "qgz"])
def test_projects_open_with_every_layer_valid(seen, project):
    said = seen[project]
    assert said["read"]
    assert said["crs"] == "EPSG:25832"
    assert said["title"].endswith("SIMULERT / SIMULATED")
    assert len(said["layers"]) == (12 if project == "Animasjon" else 51)
    assert all(identity.endswith("_of_release") for identity in said["layers"])
    for layer in said["layers"].values():
        assert layer["valid"], layer
        assert layer["crs"] == "EPSG:25832" or not layer["spatial"]
        assert layer.get("read_only", True)
        assert layer["name"].endswith("SIMULERT / SIMULATED")


def test_nothing_is_blank_and_periods_differ(seen):
    for project in ("Oversikt", "Animasjon"):
        assert all(colours > 50 for colours in seen[project]["colours"].values())
    pictures = [path.read_bytes() for path in sorted(seen["pictures"].glob("*_*.png"))]
    assert len(set(pictures)) == len(pictures) == 6


def test_the_animation_steps_through_the_periods_and_never_shows_two_upon_each_other(seen):
    shown = [frame["rasters"] for frame in seen["Animasjon"]["frames"].values()]
    assert {len(rasters) for rasters in shown} == {1}
    order = list(dict.fromkeys(raster for (raster,) in shown))
    assert order == [f"raster_violence_public_{period}_of_release" for period in ("before", "market", "tunnel")]
    assert [frame["spots"] for frame in seen["Animasjon"]["frames"].values()] == [
        [raster.removeprefix("raster_violence_public_").removesuffix("_of_release")] for (raster,) in shown
    ]
    assert all(frame["colours"] is None or frame["colours"] > 50 for frame in seen["Animasjon"]["frames"].values())


def test_projects_open_on_the_places_compared_and_the_whole_is_one_bookmark_away(seen):
    for project in ("Oversikt", "Animasjon", "qgz"):
        marks = seen[project]["bookmarks"]
        assert set(marks) == {"Hele analyseområdet", "Stedene som sammenlignes"}
        assert seen[project]["opens_on"] == marks["Stedene som sammenlignes"] != marks["Hele analyseområdet"]


def test_every_theme_shows_its_layers_and_no_other_looks_like_it(seen):
    themes = seen["Oversikt"]["themes"]
    assert len(themes) == 19
    assert all(theme["as_wanted"] for theme in themes.values()), themes
    assert all(theme["colours"] > 50 for theme in themes.values())
    pictures = [path.read_bytes() for path in seen["pictures"].glob("Oversikt-theme-*.png")]
    assert len(set(pictures)) == len(pictures) == 19


def test_a_raster_added_by_hand_shows_its_first_band_in_the_classes_of_its_series(seen):
    by_hand = seen["rasters_by_hand"]
    assert {(name.startswith("change"), said["bands"]) for name, said in by_hand.items()} == {(True, 4), (False, 2)}
    assert {(said["renderer"], *said["shown"]) for said in by_hand.values()} == {("singlebandpseudocolor", 1)}


def test_only_one_period_is_shown_at_a_time(seen):
    for period in ("Før stengingen", "Torget", "Undergangen"):
        assert seen["Oversikt"][f"shown_with_{period}"] == [period]


def test_rasters_are_read_in_their_unit_and_have_their_time(seen):
    layers = seen["Animasjon"]["layers"]
    before = layers["raster_violence_public_before_of_release"]
    assert (before["renderer"], before["temporal"]) == ("singlebandpseudocolor", True)
    assert before["maximum"] == pytest.approx(637.1, abs=0.05)
    assert layers["layer_hotspots_of_release"]["temporal"]
    assert seen["Animasjon"]["time"] == "2012-01-01T00:00:00Z"


def test_a_layer_added_by_hand_is_styled_and_named(seen):
    assert seen["by_hand"]["districts"]["renderer"] == "categorizedSymbol"
    assert seen["by_hand"]["districts"]["alias"] == "sone-id / district id"
    assert seen["by_hand"]["hotspots_latest"]["rows"] == 2
    assert seen["by_hand"]["run_info"]["alias"] == "nøkkel / key"
    assert "SIMULATED" in seen["by_hand"]["run_info"]["metadata"]


def test_opening_changes_and_litters_nothing(seen):
    assert seen["unchanged"]


def test_old_gdal_does_not_warn(seen):
    assert "partially supported" not in seen["stderr"]


def test_no_label_asks_for_a_font_that_may_be_missing(seen):
    assert not any("not available on system" in message for message in seen["messages"])


def test_gdals_own_validator_is_content(run):
    if not _has("osgeo_utils.samples.validate_gpkg"):
        pytest.skip("GDAL's validator is not installed (apt: python3-gdal)")
    asked = [*PYTHON, "-m", "osgeo_utils.samples.validate_gpkg", str(run / "eksempelby.gpkg")]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
