"""Whole run folders, as a stranger finds them, against someone who looks for one incident. It must not be found.

A town of closed data and the same one of open data; a twin without the incident that nobody is near; and a town whose
register learns of one more record, night by night and over the edge of a quarter, beside one that never does.
"""

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pikepdf
import pyogrio
import pytest
import rasterio
from shapely import Point

from tests.attack.attacker import places_in
from tests.attack.bytes_of import Places, unpacked
from tests.attack.town import (
    CRS,
    EAST,
    LONE,
    NEW_CROWD,
    NORTH,
    SECRETS,
    VARIABLES,
    Town,
    as_csv,
    coordinates,
    incidents,
    write_town,
)
from tests.peers.http import Answer, serving

pytestmark = pytest.mark.slow
NIGHT, NEXT, QUARTER = "2019-02-15", "2019-02-16", "2019-04-15"
NEAR_M = 400.0
# which town, when, and what its register says
NIGHTS = {
    "closed": ("closed", NIGHT, {}),
    "twin": ("twin", NIGHT, {"without_lone": True}),
    "open": ("open", NIGHT, {}),
    "late, next night": ("closed", NEXT, {"late": True}),
    "late, next quarter": ("closed", QUARTER, {"late": True}),
    "same, at first": ("same", NIGHT, {}),
    "same, next night": ("same", NEXT, {}),
    "same, next quarter": ("same", QUARTER, {}),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Iterator[dict[str, Path]]:
    """Return the run folders of `NIGHTS`."""
    base, told, found = tmp_path_factory.mktemp("towns"), {}, {}
    with pytest.MonkeyPatch.context() as patch, serving({"register": lambda _: answer(told)}) as peer:
        patch.setattr("flows.console.start_logging", lambda **_: None)
        for name, value in VARIABLES.items():
            patch.setenv(name, value)
        for night, (name, as_of, changes) in NIGHTS.items():
            patch.setenv("HARMSHIFT_STATE", str(base / name / "state"))
            folder = base / name / "city"
            is_open = name == "open"
            if not folder.exists():
                write_town(folder, f"{peer.address}/register/all.csv", is_open=is_open)
            told["rows"] = incidents(**changes)
            found[night] = Town(folder / "grenseby.yaml", is_open).run(as_of)
        yield found


def answer(told):
    return Answer(as_csv(told["rows"]), "text/csv")


def files(run):
    return [path for path in sorted(run.rglob("*")) if path.is_file()]


def everything(run):
    return b"\0\n".join(content for path in files(run) for _, content in unpacked(path))


ALL = Places(coordinates(incidents(late=True)), CRS)


@pytest.mark.parametrize("night", list(NIGHTS))
def test_no_byte_of_any_file_is_a_secret_or_a_coordinate(runs, night):
    content = everything(runs[night])
    assert [secret for secret in SECRETS if secret.encode() in content] == []
    assert ALL.in_text(content) == []
    assert ALL.in_binary(content) == 0


@pytest.mark.parametrize(
    "planted",
    [
        f"{LONE[0]:.1f} {LONE[1]:.1f}".encode(),
        f"({LONE[0]:.2f},{LONE[1]:.2f})".encode(),
        b"10.53829 60.4577",  # made from LONE below, to be sure that degrees are looked for
        struct.pack("<dd", *LONE),
        struct.pack(">dd", *LONE),
        struct.pack("<ff", *LONE),
    ],
)
def test_the_search_finds_what_is_there(planted):
    """The control: the same search, in bytes that do hold the place."""
    lon, lat = Places([LONE], CRS).systems[1][0]
    degrees = f"{lon:.5f} {lat:.5f}".encode()
    content = b"some other bytes 12.5 7 " + planted.replace(b"10.53829 60.4577", degrees) + b" and more"
    assert ALL.in_text(content) or ALL.in_binary(content)


def rasters(run):
    for path in sorted(run.glob("rasters/*.tif")):
        with rasterio.open(path) as raster:
            yield path.name, raster.read(masked=True).astype(float), raster.transform


def cells_near(shape, transform, place, metres):
    rows, cols = np.mgrid[: shape[-2], : shape[-1]]
    x, y = rasterio.transform.xy(transform, rows.ravel(), cols.ravel())
    return (np.hypot(np.array(x) - place[0], np.array(y) - place[1]) < metres).reshape(shape[-2:])


def test_an_incident_alone_is_on_no_map(runs):
    found = list(rasters(runs["closed"]))
    assert len(found) == 3
    for (name, ours, transform), (_, twins, _) in zip(found, rasters(runs["twin"]), strict=True):
        near = cells_near(ours.shape, transform, LONE, NEAR_M)
        assert ours[0].mask[near].all(), name
        assert np.array_equal(ours.filled(-9e9)[:, near], twins.filled(-9e9)[:, near]), name
        change = ours[0].filled(0) - twins[0].filled(0)
        assert places_in(np.zeros_like(change), np.abs(change), least=1e-9) == [], name


def layers(run):
    base = next(iter(run.glob("*.gpkg")))
    return {name: pyogrio.read_dataframe(base, layer=name) for name, _ in pyogrio.list_layers(base)}


def test_an_incident_alone_is_in_no_layer(runs):
    ours, twins = layers(runs["closed"]), layers(runs["twin"])
    assert ours.keys() == twins.keys()
    here = Point(LONE).buffer(NEAR_M)
    for name, layer in ours.items():
        if isinstance(layer, gpd.GeoDataFrame):
            assert layer.geometry.to_wkb().tolist() == twins[name].geometry.to_wkb().tolist(), name
            near, theirs = layer[layer.intersects(here)], twins[name][twins[name].intersects(here)]
            counts = [c for c in near if c not in {"geometry", "incidents_text"} and near[c].dtype.kind in "fi"]
            known = near[counts].notna() & (near[counts] != theirs[counts])
            assert not known.to_numpy().any(), name  # a count may be withheld in one and nought in the other


def drawn(run):
    """Return the drawings of every file as text, without letters: the run's id is written in them."""
    found = {}
    for path in files(run):
        if path.suffix == ".svg":
            found[path.name] = _LETTERS.sub(b"", path.read_bytes())
        if path.suffix == ".pdf":
            with pikepdf.open(path) as document:
                found[path.name] = [_strokes(page) for page in document.pages]
    return found


_LETTERS = re.compile(rb"<symbol.*?</symbol>|<use [^>]*>", re.DOTALL)
_DRAWS = {"m", "l", "c", "re"}


def _strokes(page):
    """Return how many strokes a page has, in it and in what it places."""
    parts = [page, *page.form_xobjects.values()] if hasattr(page, "form_xobjects") else [page]
    return sum(str(o.operator) in _DRAWS for part in parts for o in pikepdf.parse_content_stream(part))


def test_an_incident_alone_adds_no_stroke_to_a_drawing(runs):
    ours, twins = drawn(runs["closed"]), drawn(runs["twin"])
    assert ours.keys() == twins.keys()
    for name, pages in ours.items():  # where a count is withheld in one only, a page has fewer strokes
        if name.endswith(".pdf"):
            assert [k for k, (our, their) in enumerate(zip(pages, twins[name], strict=True)) if our > their] == [], name


_NEW_DATA = re.compile(r"(New data|Nye data): [^.]*\.")  # that the register is another than last night is no secret


def comparable(run):
    """Return what the files of a run say, without what must differ: its id, and the hash of what was fetched."""
    manifest = json.loads((run / "manifest.json").read_text())
    names = [run.name, *(source["sha256"] for source in manifest["snapshots"])]
    found = {}
    for path in files(run):
        if path.suffix in {".json", ".csv", ".md", ".html", ".qml"} and path.name != "manifest.json":
            text = _NEW_DATA.sub("", path.read_text(encoding="utf-8"))
            for name in names:
                text = text.replace(name, "-")
            found[path.name] = text
    found |= {name: values.filled(-9e9).tobytes() for name, values, _ in rasters(run)}
    for name, layer in layers(run).items():
        if name != "run_info":
            found[name] = layer.to_csv()
    return found


@pytest.mark.parametrize("when", ["next night", "next quarter"])
def test_one_record_that_came_late_changes_nothing_anywhere(runs, when):
    """Between two runs nothing can be found of it: they are those of a town that never had it."""
    late, never = comparable(runs[f"late, {when}"]), comparable(runs[f"same, {when}"])
    assert [name for name in late if late[name] != never.get(name)] == []
    assert drawn(runs[f"late, {when}"]) == drawn(runs[f"same, {when}"])


def test_within_a_quarter_a_run_shows_what_the_one_before_it_showed(runs):
    first, second = layers(runs["closed"]), layers(runs["late, next night"])
    for name in ("district_periods", "scene_periods", "findings", "hotspots", "street_density", "changes"):
        assert first[name].equals(second[name]), name
    for (name, one, _), (_, other, _) in zip(rasters(runs["closed"]), rasters(runs["late, next night"]), strict=True):
        assert np.array_equal(one.filled(-9e9), other.filled(-9e9)), name


def test_metadata_tell_no_size_and_no_extent_of_the_register(runs):
    for night in ("closed", "twin"):
        manifest = json.loads((runs[night] / "manifest.json").read_text())
        sizes = {source["source_id"]: source["size_bytes"] for source in manifest["snapshots"]}
        assert sizes["records"] is None and sizes["areas"] > 0
        assert not manifest["warnings"] or "1391" not in " ".join(manifest["warnings"])
    for (name, _, ours), (_, _, twins) in zip(rasters(runs["closed"]), rasters(runs["twin"]), strict=True):
        assert ours == twins, name


def test_nobody_can_write_into_a_published_file(runs):
    for path in files(runs["closed"]):
        assert oct(path.stat().st_mode & 0o777) == "0o444", path.name


def test_a_hot_spot_that_nobody_released_is_in_no_file(runs):
    private = runs["closed"].parents[1] / "analysts/current"
    held = pyogrio.read_dataframe(next(iter(private.glob("*.gpkg"))), layer="new_hotspots")
    assert list(held["hotspot_id"]) == ["disorder-h03"]
    assert held.intersects(Point(EAST + NEW_CROWD[0], NORTH + NEW_CROWD[1])).all()
    content, ground = everything(runs["closed"]), held.geometry.iloc[0]
    assert b"h03" not in content
    for name in ("hotspots", "hotspots_latest", "changes"):
        layer = layers(runs["closed"])[name]
        assert len(layer) and not layer.intersects(ground).any(), name
    shown = sorted(set(layers(runs["closed"])["hotspots"]["hotspot_id"]))
    assert shown == [f"disorder-h{k:02d}" for k in range(1, len(shown) + 1)]  # no gap tells that one is missing


def test_of_open_data_the_same_hot_spot_is_shown(runs):
    """The control."""
    ground = Point(EAST + NEW_CROWD[0], NORTH + NEW_CROWD[1])
    for name in ("hotspots", "changes"):
        assert layers(runs["open"])[name].intersects(ground).any(), name
