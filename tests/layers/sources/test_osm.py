"""Streets of OpenStreetMap: which ways can be walked, what is a bridge or a tunnel, extracts cut at the edge."""

from pathlib import Path

import pytest

from layers.city import OsmSource
from layers.errors import SourceError
from layers.sources.osm import parse
from tests.border_city import OWN

ROOT = Path(__file__).parents[3]
EXTRACTS = ROOT / "../shared/data/norway/osm_pbf"
SOURCE = OsmSource.model_validate({"kind": "osm", "id": "osm", "path": "streets.osm", **OWN})


@pytest.fixture(scope="module")
def streets():
    return parse(ROOT / "tests/data/streets.osm", SOURCE)["streets"].set_index("osm_id")


def test_only_what_can_be_walked_by_id(streets):
    # not: the motorway, the trunk without foot, private, being built, rails
    assert streets.index.tolist() == [100, 110, 111, 112, 113, 123, 126]
    assert streets.crs == "EPSG:4326"


def test_bridges_tunnels_and_levels(streets):
    assert streets.index[streets["is_bridge"]].tolist() == [110]
    assert streets.index[streets["is_tunnel"]].tolist() == [111]
    assert streets["layer"].tolist() == [0, 1, -1, 0, 0, 0, 0]


def test_names_and_shapes(streets):
    assert streets.loc[100, "name"] == "Storgata"
    assert streets.loc[100, "geometry"].coords[:] == [(9.0, 60.0), (9.001, 60.0), (9.002, 60.0)]
    assert streets["name"].isna().sum() == 6


def test_a_way_cut_at_the_edge_keeps_what_is_there(streets):
    assert len(streets.loc[126, "geometry"].coords) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"a\.osm is empty"),
        (b"<html>Too many requests</html>", "is no OpenStreetMap extract"),
        (b'<osm version="0.6"><node id="1"', "cannot be read"),
        (b'<osm version="0.6"></osm>', "no walkable way"),
    ],
)
def test_what_is_no_extract_says_so(tmp_path, content, message):
    (tmp_path / "a.osm").write_bytes(content)
    with pytest.raises(SourceError, match=message):
        parse(tmp_path / "a.osm", SOURCE)


@pytest.mark.real
@pytest.mark.skipif(not EXTRACTS.is_dir(), reason="no real data beside the checkout")
@pytest.mark.parametrize(
    ("name", "at_least", "bridges", "tunnels"),
    [
        ("oslo-east-filtered", 13_000, 100, 50),
        ("oslo-skoyen", 150, 3, 1),
        ("london-moorgate", 500, 5, 1),
        ("portland-central-filtered", 5_000, 100, 5),  # its nodes stand out of order
    ],
)
def test_real_extracts(name, at_least, bridges, tunnels):
    streets = parse(EXTRACTS / f"{name}.osm.pbf", SOURCE)["streets"]
    assert len(streets) > at_least
    assert streets["is_bridge"].sum() >= bridges
    assert streets["is_tunnel"].sum() >= tunnels
    assert streets["osm_id"].is_monotonic_increasing
    assert not streets["highway"].isin(["motorway", "construction", "proposed"]).any()
    assert (streets.geom_type == "LineString").all()
    assert streets["layer"].between(-5, 5).all()
