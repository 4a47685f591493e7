"""Figures of one source joined by key to the districts of another, closed ones stored without what no join takes."""

import json

import pytest
from shapely import box, to_geojson

from layers.errors import SourceError
from layers.snapshots import take
from layers.sources import parse_all
from tests.border_city import OWN, border_city, file_source
from tests.peers import services
from tests.peers.asked import CLOSED, NIGHT

POPULATION = {"kind": "pxweb", "id": "population", **OWN, "table_id": "1", "key": "Grunnkretser",
              "select": {"Grunnkretser": ["*"], "Tid": ["2014"]}}  # fmt: skip
JOIN = {"left": "number", "right": "Grunnkretser", "columns": {"population": "2014", "later": "2015"}}


def areas() -> bytes:
    shapes = {"46010101": box(5, 60, 5.1, 60.1), "46010102": box(5.1, 60, 5.2, 60.1)}
    features = [
        {"type": "Feature", "properties": {"number": code}, "geometry": json.loads(to_geojson(shape))}
        for code, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def taken(peer, root, source="population", **more):
    peer.services |= {"pxweb": services.pxweb(), "http": services.files({"areas.geojson": areas()})}
    districts = {"kind": "http", "id": "areas", "table": "districts", **OWN, "columns": {"district_id": "number"}}
    districts |= {"address": f"{peer.address}/http/areas.geojson", "join": {**JOIN, "source": source}}
    figures = {**POPULATION, "address": f"{peer.address}/pxweb", **more}
    city = border_city(districts, figures, file_source())
    shots = [
        take(one, city, store=root / "store", data_dir=None, base_dir=root, made_at=NIGHT) for one in city.sources[:2]
    ]
    return parse_all(shots, city), shots


def test_districts_get_their_population(peer, tmp_path):
    raw, _ = taken(peer, tmp_path)
    assert set(raw) == {"areas"}
    assert raw["areas"]["districts"]["population"].tolist() == ["10", "30"]
    assert raw["areas"]["districts"]["later"].isna().tolist() == [True, False]


def test_a_join_to_nothing_is_told(peer, tmp_path):
    with pytest.raises(SourceError, match="join names 'people', which is no source with `table: figures`"):
        taken(peer, tmp_path, source="people")


def test_closed_figures_keep_what_a_join_takes(peer, tmp_path):
    raw, shots = taken(peer, tmp_path, **CLOSED)
    assert raw["areas"]["districts"]["population"].tolist() == ["10", "30"]
    assert shots[1].open is False
