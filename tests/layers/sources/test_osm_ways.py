"""Ways of an extract: their tags and nodes, cut extracts, broken files, and the same as GDAL reads."""

from pathlib import Path

import numpy as np
import osmium
import pyogrio
import pytest

from layers.city import OsmSource
from layers.errors import SourceError
from layers.sources.osm import parse
from layers.sources.osm_ways import read_ways
from tests.border_city import OWN

EXTRACTS = Path(__file__).parents[3] / "../shared/data/norway/osm_pbf"
SOURCE = OsmSource.model_validate({"kind": "osm", "id": "osm", "path": "streets.osm.pbf", **OWN})
LOST = 99  # a node that the extract does not hold


@pytest.fixture(params=[".osm.pbf", ".osm"])
def small(tmp_path, request):
    path = tmp_path / f"small{request.param}"
    with osmium.SimpleWriter(str(path)) as writer:
        for number in range(1, 7):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(5 + number / 1000, 60 + number / 1000)))
        gate = {"highway": "residential", "name": "Bjørns gate"}
        writer.add_way(osmium.osm.mutable.Way(id=5, nodes=[1, 2, LOST, 3, 4, LOST], tags={"highway": "footway"}))
        writer.add_way(osmium.osm.mutable.Way(id=6, nodes=[1, 6], tags={"building": "yes"}))
        writer.add_way(osmium.osm.mutable.Way(id=7, nodes=[4, 5, 6], tags=gate))
    return path


def test_ways_with_the_tag_and_where_their_nodes_are(small):
    ways = read_ways(small, having="highway", keys=("name", "layer"))
    assert ways.osm_id.tolist() == [5, 7]
    assert ways.start.tolist() == [0, 6, 9]
    assert ways.tags["name"].tolist() == ["", "Bjørns gate"]
    assert ways.tags["layer"].tolist() == ["", ""]
    np.testing.assert_allclose(ways.lon_lat[6:], [(5.004, 60.004), (5.005, 60.005), (5.006, 60.006)], atol=1e-7)
    assert np.flatnonzero(np.isnan(ways.lon_lat[:, 0])).tolist() == [2, 5]


def test_a_cut_way_keeps_its_parts_and_is_counted(small, caplog):
    streets = parse(small, SOURCE)["streets"]
    assert streets["osm_id"].tolist() == [5, 5, 7]
    assert [len(line.coords) for line in streets.geometry] == [2, 2, 3]
    assert streets.attrs["ways_cut"] == 1
    assert "1 walkable ways lead out of the extract" in caplog.text


def test_ways_of_one_known_node_or_none_keep_their_place_in_the_order(tmp_path):
    path = tmp_path / "few.osm"
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=(5, 60)))
        writer.add_node(osmium.osm.mutable.Node(id=2, location=(6, 61)))
        for number, nodes in enumerate(([1], [LOST], [2, 1, 2], [])):
            writer.add_way(osmium.osm.mutable.Way(id=number + 1, nodes=nodes, tags={"highway": "path"}))
    ways = read_ways(path, having="highway", keys=())
    assert ways.osm_id.tolist() == [1, 2, 3, 4]
    assert ways.start.tolist() == [0, 1, 2, 5, 5]
    np.testing.assert_array_equal(ways.lon_lat, [(5, 60), (np.nan, np.nan), (6, 61), (5, 60), (6, 61)])


@pytest.mark.parametrize("keep", [-20, 60])
def test_a_file_cut_short_is_the_sources_mistake(small, keep):
    small.write_bytes(small.read_bytes()[:keep])
    with pytest.raises(SourceError, match=r"small\.osm(\.pbf)? (cannot be read: .*Fetch it again|is no OpenStreetMap)"):
        parse(small, SOURCE)


@pytest.mark.real
@pytest.mark.skipif(not EXTRACTS.is_dir(), reason="no real data beside the checkout")
@pytest.mark.parametrize("name", ["oslo-east-filtered", "oslo-skoyen", "london-moorgate", "portland-central-filtered"])
def test_the_same_as_gdal_reads(name):
    path = EXTRACTS / f"{name}.osm.pbf"
    ways = read_ways(path, having="highway", keys=("name",))
    gdal = pyogrio.read_dataframe(
        path, layer="lines", columns=["osm_id", "name"], where="highway IS NOT NULL", USE_CUSTOM_INDEXING="NO"
    ).set_index("osm_id")
    ours = dict(zip(ways.osm_id.tolist(), np.split(ways.lon_lat, ways.start[1:-1]), strict=True))
    unsaved = {
        way.id for way in osmium.FileProcessor(str(path), osmium.osm.WAY) if any(node.ref < 0 for node in way.nodes)
    }
    assert len(unsaved) == (14 if name == "portland-central-filtered" else 0)
    named = dict(zip(ways.osm_id.tolist(), ways.tags["name"], strict=True))
    closed = sum(bool((line[0] == line[-1]).all()) for line in ours.values())
    assert len(ours) - closed <= len(gdal) <= len(ours)  # GDAL takes some closed ways for areas
    for osm_id, line, name_ in zip(gdal.index.astype(int), gdal.geometry, gdal["name"].fillna(""), strict=True):
        assert named[osm_id] == name_
        if osm_id in unsaved:
            continue
        np.testing.assert_allclose(np.array(line.coords), ours[osm_id], rtol=0, atol=1e-7)
