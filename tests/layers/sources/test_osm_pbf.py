"""Ways out of Protocol Buffers: packed and plain nodes, cut extracts, broken files, and the same as GDAL reads."""

import zlib
from pathlib import Path

import numpy as np
import pyogrio
import pytest

from layers.city import OsmSource
from layers.errors import SourceError
from layers.sources.osm import parse
from layers.sources.osm_pbf import PbfError, read_ways
from tests.border_city import OWN

EXTRACTS = Path(__file__).parents[3] / "../shared/data/norway/osm_pbf"
SOURCE = OsmSource.model_validate({"kind": "osm", "id": "osm", "path": "streets.osm.pbf", **OWN})


def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def signed(value):
    return varint(value * 2 if value >= 0 else -value * 2 - 1)


def text(number, content):
    return varint(number * 8 + 2) + varint(len(content)) + content


def count(number, value):
    return varint(number * 8) + varint(value)


def deltas(values):
    return b"".join(signed(int(d)) for d in np.diff([0, *values]))


def blob(kind, content, *, packed=True):
    inner = count(2, len(content)) + text(3, zlib.compress(content)) if packed else text(1, content)
    head = text(1, kind) + count(3, len(inner))
    return len(head).to_bytes(4, "big") + head + inner


STRINGS = [b"", b"highway", b"footway", b"name", "Bjørns gate".encode(), b"railway", b"rail"]
# a way on packed nodes; one that leaves the extract in the middle and at its end; rails
WAYS = [(7, (1, 3), (2, 4), [1, 2, 3]), (5, (1,), (2,), [3, 1, 99, 2, 10, 98]), (6, (5,), (6,), [1, 2])]


def extract(*, header=b"", packed=True):
    dense = text(1, deltas([3, 1, 2])) + text(8, deltas([3, 1, 2])) + text(9, deltas([30, -10, 20]))
    plain = b"".join(varint(n * 8) + signed(v) for n, v in ((1, 10), (8, 5), (9, 50)))
    ways = b"".join(
        text(
            3, count(1, i) + text(2, b"".join(map(varint, k))) + text(3, b"".join(map(varint, v))) + text(8, deltas(r))
        )
        for i, k, v, r in WAYS
    )
    table = text(1, b"".join(text(1, s) for s in STRINGS))
    block = table + text(2, text(2, dense)) + text(2, text(1, plain)) + text(2, ways)
    block += count(17, 1000) + count(19, 60 * 10**9) + count(20, 10**9)
    features = text(4, b"OsmSchema-V0.6") + text(4, b"DenseNodes") + header
    return blob(b"OSMHeader", features) + blob(b"OSMData", block, packed=packed) + blob(b"Other", b"")


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.osm.pbf"
    path.write_bytes(extract())
    return path


def test_ways_with_the_tag_and_where_their_nodes_are(small):
    ways = read_ways(small, having="highway", keys=("name", "layer"))
    assert ways.osm_id.tolist() == [7, 5]
    assert ways.start.tolist() == [0, 3, 9]
    assert ways.tags["name"].tolist() == ["Bjørns gate", ""]
    assert ways.tags["layer"].tolist() == ["", ""]
    np.testing.assert_allclose(ways.lon_lat[:3], [(0.99999, 60.000001), (1.00002, 60.000002), (1.00003, 60.000003)])
    assert np.isnan(ways.lon_lat[[5, 8]]).all()
    np.testing.assert_allclose(ways.lon_lat[7], (1.00005, 60.000005))


def test_a_cut_way_keeps_its_parts_and_is_counted(small, caplog):
    streets = parse(small, SOURCE)["streets"]
    assert streets["osm_id"].tolist() == [5, 5, 7]
    assert [len(line.coords) for line in streets.geometry] == [2, 2, 3]
    assert streets.attrs["ways_cut"] == 1
    assert "1 walkable ways lead out of the extract" in caplog.text


def test_blocks_may_be_stored_as_they_are(tmp_path, small):
    raw = tmp_path / "raw.osm.pbf"
    raw.write_bytes(extract(packed=False))
    assert parse(raw, SOURCE)["streets"].equals(parse(small, SOURCE)["streets"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (extract()[:-20], "ends in the middle of a block"),
        (extract(header=text(4, b"LocationsOnWays")), "needs the feature 'LocationsOnWays'"),
        (extract().replace(b"\x78\x9c", b"\x00\x00"), "cannot be inflated"),
    ],
)
def test_broken_files_say_so(tmp_path, content, message):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(PbfError, match=message):
        read_ways(path, having="highway", keys=())


def test_a_broken_file_is_the_sources_mistake(tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(extract()[:-20])
    with pytest.raises(SourceError, match=r"a\.osm\.pbf cannot be read: it ends in the middle .*Fetch it again"):
        parse(path, SOURCE)


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
    named = dict(zip(ways.osm_id.tolist(), ways.tags["name"], strict=True))
    assert len(gdal) > 0.95 * len(ours)  # closed ways that GDAL takes for areas
    for osm_id, line, name_ in zip(gdal.index.astype(int), gdal.geometry, gdal["name"].fillna(""), strict=True):
        assert named[osm_id] == name_
        np.testing.assert_allclose(np.array(line.coords), ours[osm_id], rtol=0, atol=1e-12)
