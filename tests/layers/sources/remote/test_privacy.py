"""Data that are not open: what nobody may store is in no byte of the state folder, whatever kind of source gave it."""

import gzip
import logging

import geopandas as gpd
import pandas as pd
import pytest
from pydantic import ValidationError

from layers.errors import SourceError
from layers.snapshots.filtered import KEY_VARIABLE
from tests.border_city import OWN, a_source
from tests.peers import services
from tests.peers.asked import CLOSED, KINDS, NO_INCIDENTS, csv_of, frame_of, source_of, take_it
from tests.peers.records import records

# planted: a name, an identity number, a case number, free text in a category, in a time and in a coordinate
SECRETS = ("Nordmann", "01019012345", "2024-0003", "Kari ringte", "soon after Per", "bak huset")
KINDS_OF_ROWS = [kind for kind in KINDS if kind not in NO_INCIDENTS | {"police_uk"}]


def planted() -> bytes:
    rows = csv_of(records()).decode()
    rows += '2024-0099,"Kari ringte",2024-03-01T00:00:00,2024-03-01T00:00:00,5.3,60.38,1,"Ola Nordmann"\n'
    rows += '2024-0100,noise,"soon after Per",2024-03-01T00:00:00,5.3,60.38,1,x\n'
    return (rows + '2024-0101,noise,2024-03-01T00:00:00,2024-03-01T00:00:00,"bak huset",60.38,1,x\n').encode()


def bytes_of(root) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


@pytest.mark.parametrize("kind", KINDS_OF_ROWS)
def test_no_planted_secret_is_stored(kind, peer, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    peer.services[kind] = KINDS[kind].service()
    if kind == "http":
        peer.services[kind] = services.files({"incidents.csv": planted()})
    source = source_of(kind, peer.address, **CLOSED)
    frame = frame_of(take_it(source, tmp_path), source)
    assert len(frame) >= 7
    found = [secret for secret in SECRETS if secret.encode() in bytes_of(tmp_path) or secret in caplog.text]
    assert found == []
    assert frame["incident_id"].str.fullmatch(r"[0-9a-f]{32}").all()


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "geojson", "gpkg", "parquet"])
def test_a_local_file_is_filtered_before_it_is_copied(suffix, tmp_path):
    path = tmp_path / "in" / f"incidents.{suffix}"
    path.parent.mkdir()
    rows = csv_of(records())
    if suffix.startswith("csv"):
        path.write_bytes(gzip.compress(rows) if suffix == "csv.gz" else rows)
    else:
        (tmp_path / "in" / "x.csv").write_bytes(rows)
        table = pd.read_csv(tmp_path / "in" / "x.csv", dtype="str")
        shapes = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
        frame = gpd.GeoDataFrame(table, geometry=shapes)
        frame.to_parquet(path) if suffix == "parquet" else frame.to_file(path)
    said = {
        "columns": {"incident_id": "case_no", "category": "kind"},
        "time": {"occurred_from": "occurred", "zone": "UTC"},
    }
    points = {"crs": "EPSG:4326", "x": "lon", "y": "lat"} if suffix.startswith("csv") else {}
    source = a_source(path=f"in/incidents.{suffix}", **{**OWN, **CLOSED}, **said, **points)
    snapshot = take_it(source, tmp_path)
    kept = bytes_of(tmp_path / "store")
    assert [secret for secret in SECRETS if secret.encode() in kept] == []
    frame = frame_of(snapshot, source)
    assert len(frame) == 7
    assert frame.geometry.x.round(3).tolist()[:2] == [5.3, 5.301]


def test_a_case_keeps_its_pseudonym_and_another_key_gives_another(peer, tmp_path, monkeypatch):
    peer.services["socrata"] = KINDS["socrata"].service()
    source = source_of("socrata", peer.address, **CLOSED)

    def ids(root):
        return frame_of(take_it(source, root), source)["incident_id"].tolist()

    assert ids(tmp_path / "a") == ids(tmp_path / "a")
    assert not set(ids(tmp_path / "a")) & set(ids(tmp_path / "b"))
    monkeypatch.setenv(KEY_VARIABLE, "a key of both")
    assert ids(tmp_path / "c") == ids(tmp_path / "d")
    assert (tmp_path / "a/store/pseudonym.key").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "c/store/pseudonym.key").exists()


def test_secrets_of_the_environment_come_out_nowhere(peer, tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("TOWN_TOKEN", "hunter2-of-the-town")
    peer.services["arcgis"] = KINDS["arcgis"].service()
    said = {"params": {"token": "${TOWN_TOKEN}"}, "headers": {"Authorization": "Bearer ${TOWN_TOKEN}"}}
    source = source_of("arcgis", peer.address, **said)
    snapshot = take_it(source, tmp_path)
    assert peer.requests[-1].query["token"] == "hunter2-of-the-town"
    assert peer.requests[-1].headers["Authorization"] == "Bearer hunter2-of-the-town"
    echo = {"code": 499, "message": "bad token hunter2-of-the-town"}
    peer.services["arcgis"] = services.arcgis(records(), error=echo)
    fallen = take_it(source, tmp_path)
    with pytest.raises(SourceError) as caught:
        take_it(source, tmp_path / "elsewhere")
    said = f"{caught.value} {snapshot} {fallen} {caplog.text}"
    assert "hunter2" not in said
    assert b"hunter2" not in bytes_of(tmp_path)
    assert "bad token ${TOWN_TOKEN}" in str(caught.value)
    assert (caught.value.fault, fallen.fallback.fault) == ("refused", "refused")


def test_a_secret_that_is_not_set_is_named(peer, tmp_path, monkeypatch):
    monkeypatch.delenv("TOWN_TOKEN", raising=False)
    with pytest.raises(SourceError, match="environment variable TOWN_TOKEN is not set"):
        take_it(source_of("socrata", peer.address, headers={"X-App-Token": "${TOWN_TOKEN}"}), tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        {"headers": {"Authorization": "Bearer abc"}},
        {"params": {"token": "abc"}},
        {"address": "https://user:abc@data.example.org/x"},
        {"address": "https://data.example.org/x?api_key=abc"},
    ],
)
def test_a_secret_in_plain_text_is_refused(said):
    with pytest.raises(ValidationError, match=r"secret in plain text; write \$\{NAME\}"):
        source_of("socrata", "", **{"address": "https://data.example.org/x", **said})


@pytest.mark.parametrize("lacking", ["controller", "purpose", "legal_basis", "dpia", "retention_days"])
def test_closed_data_need_every_ground(lacking):
    grounds = {key: value for key, value in CLOSED["protection"].items() if key != lacking}
    with pytest.raises(ValidationError, match=rf"protection\.{lacking}"):
        a_source(**{**OWN, "open": False}, protection=grounds)
    with pytest.raises(ValidationError, match="is not open: say under protection"):
        a_source(**{**OWN, "open": False})


def test_health_data_cannot_be_called_open():
    with pytest.raises(ValidationError, match="is open and of sensitivity health"):
        a_source(sensitivity="health")
