"""PostGIS as a source, against a real server: tables, declared queries, rights, time limits, changes."""

import psycopg
import pytest
from pydantic import ValidationError

from layers.errors import SourceError
from tests.peers import asked, postgis
from tests.peers.asked import CLOSED, INCIDENTS, NIGHT, frame_of, stored, take_it
from tests.peers.asked import source_of as source_for
from tests.peers.records import DAY_0, records

pytestmark = [
    pytest.mark.postgis,
    pytest.mark.skipif(postgis.missing() is not None, reason=str(postgis.missing())),
]
CHANGES = {"incremental": {"field": "updated", "overlap_days": 2}, "reversal": {"column": "count"}}
TABLE = """
create extension postgis;
create schema town;
create table town."Incidents" (case_no text, kind text, occurred timestamptz, updated timestamptz, count int,
  narrative text, geom geometry(Point, 25832));
create role reader login password 'a-secret-of-the-town';
grant usage on schema town to reader;
"""
INSERT = """insert into town."Incidents" values
  (%s, %s, %s, %s, %s, %s, st_transform(st_setsrid(st_makepoint(%s, %s), 4326), 25832))"""


def fill(address, rows):
    with psycopg.connect(address) as connection:
        for r in rows:
            connection.execute(INSERT, (r.case_no, r.kind, r.occurred, r.updated, r.count, r.narrative, r.lon, r.lat))


@pytest.fixture(scope="module")
def server():
    with postgis.running() as running:
        with psycopg.connect(running.address) as connection:
            connection.execute(TABLE)
        yield running


@pytest.fixture
def table(server):
    with psycopg.connect(server.address) as connection:
        connection.execute('truncate town."Incidents"')
    fill(server.address, records())
    return server.address


def source_of(address, **more):
    said = {**INCIDENTS, "relation": "town.Incidents", "geometry": "geom", "address": address, **more}
    said = {name: value for name, value in said.items() if value is not None}
    return source_for("postgis", "", **said)


@pytest.fixture(autouse=True)
def known_kind(monkeypatch):
    monkeypatch.setitem(asked.KINDS, "postgis", asked.Kind(dict, {}, 7))


def test_a_table_with_its_own_crs(table, tmp_path):
    source = source_of(table)
    frame = frame_of(take_it(source, tmp_path), source)
    assert len(frame) == 7
    assert frame.crs == "EPSG:25832"
    assert frame.to_crs("EPSG:4326").geometry.x.round(4).tolist() == [5.3, 5.301, 5.302, 5.303, 5.304, 5.305, 5.306]
    assert frame["occurred_from"].iloc[0] == DAY_0.replace(hour=3)
    assert "narrative" not in frame


def test_a_declared_query_stands_as_it_is(table, tmp_path):
    query = """select case_no, kind, occurred, st_x(st_transform(geom, 4326)) as lon, st_y(st_transform(geom, 4326))
      as lat from town."Incidents" where kind like 'nois%';"""
    source = source_of(table, relation=None, query=query, geometry=None, crs="EPSG:4326", x="lon", y="lat")
    frame = frame_of(take_it(source, tmp_path), source)
    assert frame["category"].unique().tolist() == ["noise"]
    assert frame.geometry.x.round(4).tolist() == [5.301, 5.303, 5.305]


def test_nothing_is_ever_written(table, tmp_path):
    query = """with gone as (delete from town."Incidents" returning *) select case_no, kind, occurred, geom from gone"""
    with pytest.raises(SourceError, match=r"cannot be read as declared|refuses") as caught:
        take_it(source_of(table, relation=None, query=query), tmp_path)
    assert caught.value.fault in {"refused", "changed"}
    with psycopg.connect(table) as connection:
        assert connection.execute('select count(*) from town."Incidents"').fetchone() == (7,)


def test_names_are_names_and_no_sql(table):
    with pytest.raises(ValidationError, match="relation"):
        source_of(table, relation='town."Incidents"; drop table town."Incidents"')
    with pytest.raises(ValidationError, match="not both"):
        source_of(table, query="select 1")


def test_a_hostile_column_name_is_quoted(table, tmp_path):
    hostile = {"incident_id": 'case_no" from town."Incidents"; drop table x; --', "category": "kind"}
    with pytest.raises(SourceError, match="cannot be read as declared") as caught:
        take_it(source_of(table, columns=hostile), tmp_path)
    assert caught.value.fault == "changed"


def test_a_column_that_went_away_is_a_change(table, tmp_path):
    with pytest.raises(SourceError, match=r'column "art" does not exist.*Mend relation, query or columns'):
        take_it(source_of(table, columns={"incident_id": "case_no", "category": "art"}), tmp_path)
    assert stored(tmp_path) == []


def test_a_reader_without_rights_is_refused(table, tmp_path, monkeypatch):
    monkeypatch.setenv("TOWN_PASSWORD", "a-secret-of-the-town")
    address = table.replace("postgresql:///", "postgresql://reader:${TOWN_PASSWORD}@/").replace("&user=postgres", "")
    with pytest.raises(SourceError, match=r"refuses \(permission denied") as caught:
        take_it(source_of(address), tmp_path)
    assert caught.value.fault == "refused"
    assert "a-secret" not in str(caught.value)


def test_a_statement_that_takes_too_long_is_ended(table, tmp_path):
    query = """select case_no, kind, occurred, geom, pg_sleep(30) from town."Incidents" """
    with pytest.raises(SourceError, match=r"did not finish the statement within its 0\.5 s") as caught:
        take_it(source_of(table, relation=None, query=query, deadline_s=0.5), tmp_path)
    assert caught.value.fault == "unreachable"


def test_no_server_at_all(table, tmp_path):
    gone = table.replace("port=54329", "port=54330")
    with pytest.raises(SourceError, match="does not answer") as caught:
        take_it(source_of(gone), tmp_path)
    assert caught.value.fault == "unreachable"


def test_a_server_without_tls_is_refused_elsewhere_than_on_its_socket():
    assert source_of("postgresql://db.example.org/town").sslmode == "verify-full"


def test_only_changes_come_the_next_night(table, tmp_path):
    source = source_of(table, **CHANGES)
    first = take_it(source, tmp_path)
    late = records()[0].moved(kind="noise", updated=NIGHT)
    with psycopg.connect(table) as connection:
        connection.execute('update town."Incidents" set kind = %s, updated = %s where case_no = %s',
                           (late.kind, late.updated, late.case_no))  # fmt: skip
    fill(table, [records()[3].moved(count=-1, updated=NIGHT)])
    second = take_it(source, tmp_path)
    frame = frame_of(second, source).set_index("incident_id")
    assert sorted(frame.index) == ["2024-0000", "2024-0001", "2024-0002", "2024-0004", "2024-0005", "2024-0006"]
    assert frame.loc["2024-0000", "category"] == "noise"
    assert second.sha256 == take_it(source, tmp_path / "anew").sha256
    assert second.sha256 != first.sha256


def test_closed_rows_leave_no_case_number_and_no_narrative(table, tmp_path):
    source = source_of(table, **CLOSED)
    frame = frame_of(take_it(source, tmp_path), source)
    assert len(frame) == 7
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [word for word in (b"Nordmann", b"01019012345", b"2024-0003") if word in kept]
