"""The layers as tables of a database: on a real PostgreSQL with PostGIS, with readers, locks, views and failures."""

import sqlite3
from contextlib import closing

import psycopg
import pyogrio
import pytest
import shapely
from psycopg import sql

from layers.city import PostgisTarget
from layers.errors import PublishError
from layers.products import geopackage, postgis
from tests.example_release import example_release, example_style
from tests.layers.products.geopackage.whole_release import whole_release
from tests.peers.postgis import missing, running

pytestmark = pytest.mark.postgis
SCHEMA = "harmshift_eksempelby"


@pytest.fixture(scope="module")
def server():
    said = missing()
    if said:
        pytest.skip(said)
    with running() as started:
        with psycopg.connect(started.address, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis; CREATE ROLE planner; CREATE ROLE stranger")
        yield started


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Two runs of one city: the whole one, and one with fewer layers."""
    small = example_release()
    return tuple(
        geopackage.write(release, example_style(), tmp_path_factory.mktemp("run"))[0]
        for release in (whole_release(), small)
    )


@pytest.fixture
def place(server):
    """A database to write to, without any schema of ours: how to write, withdraw and ask."""
    with psycopg.connect(server.address, autocommit=True) as connection:
        for name in (SCHEMA, f"{SCHEMA}__old", f"{SCHEMA}__new", "reports"):
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
        yield Place(server.address, connection)


class Place:
    def __init__(self, address, connection):
        self.address, self.connection = address, connection
        self.city = example_release().city
        self.target = PostgisTarget.model_validate({"url": "${DATABASE}", "schema": SCHEMA})

    def write(self, package):
        return postgis.write(package, self.city, self.target, environ={"DATABASE": self.address})

    def withdraw(self):
        return postgis.withdraw(self.city, self.target, environ={"DATABASE": self.address})

    def ask(self, statement):
        return self.connection.execute(statement).fetchall()

    def schemas(self):
        rows = self.ask("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'harmshift%' ORDER BY 1")
        return [name for (name,) in rows]

    def rows_of_all(self):
        names = self.ask(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{SCHEMA}' ORDER BY 1")
        return {name: self.ask(f'SELECT t::text FROM {SCHEMA}."{name}" t ORDER BY fid') for (name,) in names}


def test_every_layer_is_a_table_with_the_same_rows_and_places(place, packages):
    assert place.write(packages[0])
    with closing(sqlite3.connect(packages[0])) as database:
        listed = [n for (n,) in database.execute("SELECT table_name FROM gpkg_contents") if n != "layer_styles"]
        counts = {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in listed}
    assert {name: len(rows) for name, rows in place.rows_of_all().items()} == counts
    theirs = pyogrio.read_dataframe(packages[0], layer="districts")
    ours = place.ask(f"SELECT district_id, population, ST_AsEWKB(geom) FROM {SCHEMA}.districts ORDER BY fid")
    assert [row[:2] for row in ours] == list(zip(theirs["district_id"], theirs["population"], strict=True))
    shapes = shapely.from_wkb([row[2] for row in ours])
    assert (shapely.get_srid(shapes) == 25832).all()
    assert all(shapely.equals_exact(a, b) for a, b in zip(shapes, theirs.geometry, strict=True))


def test_tables_have_keys_indexes_types_and_words(place, packages):
    place.write(packages[0])
    [(kind, srid)] = place.ask(
        f"SELECT type, srid FROM geometry_columns WHERE f_table_schema = '{SCHEMA}' AND f_table_name = 'hotspots'"
    )
    assert (kind, srid) == ("MULTIPOLYGON", 25832)
    indexes = dict(place.ask(f"SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = '{SCHEMA}'"))
    assert "USING gist" in indexes["hotspots_geom_idx"]
    assert "UNIQUE" in indexes["hotspots_pkey"]
    kinds = dict(
        place.ask(
            "SELECT column_name, data_type FROM information_schema.columns"
            f" WHERE table_schema = '{SCHEMA}' AND table_name = 'district_periods'"
        )
    )
    assert (kinds["fid"], kinds["period_start"], kinds["withheld"]) == ("bigint", "date", "boolean")
    assert (kinds["incidents"], kinds["incidents_per_day"]) == ("bigint", "double precision")
    [(about,)] = place.ask(f"SELECT obj_description('{SCHEMA}.flows'::regclass)")
    assert "SIMULATED" in about
    assert "Not observed movement" in about
    [(meaning,)] = place.ask(f"SELECT col_description('{SCHEMA}.hotspots'::regclass, 6)")
    assert meaning == "areal / area [km²]"


def test_no_small_count_and_no_hidden_layer_comes_along(place, packages):
    place.write(packages[0])
    assert place.ask(f"SELECT count(*) FROM {SCHEMA}.district_periods WHERE incidents BETWEEN 1 AND 4") == [(0,)]
    assert "layer_styles" not in place.rows_of_all()


def test_the_same_run_again_does_nothing_and_another_gives_the_same_rows(place, packages):
    place.write(packages[0])
    first = place.rows_of_all()
    assert not place.write(packages[0])
    assert place.write(packages[1])
    assert "rings" not in place.rows_of_all()
    assert place.write(packages[0])
    assert place.rows_of_all() == first
    assert place.schemas() == [SCHEMA]


def test_who_could_read_can_read_on_and_nobody_else(place, packages):
    place.write(packages[1])
    place.connection.execute(
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO planner, stranger; GRANT SELECT ON {SCHEMA}.run_info TO stranger;"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO planner"
    )
    place.write(packages[0])
    may = "SELECT has_table_privilege('{}', '" + SCHEMA + ".{}', 'SELECT')"
    # rings is new: it goes to those who could read everything
    assert [place.ask(may.format("planner", t)) for t in ("run_info", "hotspots", "rings")] == [[(True,)]] * 3
    assert [place.ask(may.format("stranger", t)) for t in ("run_info", "hotspots", "rings")] == [
        [(True,)], [(False,)], [(False,)],
    ]  # fmt: skip


def test_a_reader_in_the_middle_of_its_work_is_not_waited_for(place, packages):
    place.write(packages[0])
    with psycopg.connect(place.address) as reader:
        before = reader.execute(f"SELECT count(*) FROM {SCHEMA}.rings").fetchone()
        assert before == (1,)
        assert place.write(packages[1])
        assert "rings" not in place.rows_of_all()
        assert place.schemas() == [SCHEMA, f"{SCHEMA}__old"]  # the reader still holds it
    assert place.write(packages[0])
    assert place.schemas() == [SCHEMA]


def test_what_was_taken_back_may_not_stay_with_a_reader(place, packages, monkeypatch):
    monkeypatch.setattr(postgis.schemas, "WAIT_TO_WITHDRAW_S", 0.1)
    place.write(packages[0])
    told = {"environ": {"DATABASE": place.address}, "keeps_replaced": False}
    with psycopg.connect(place.address) as reader:
        reader.execute(f"SELECT count(*) FROM {SCHEMA}.rings")
        with pytest.raises(PublishError, match="schema harmshift_eksempelby__old is in use, and stays"):
            postgis.write(packages[1], place.city, place.target, **told)
    assert not postgis.write(packages[1], place.city, place.target, **told)
    assert place.schemas() == [SCHEMA]


def test_two_writers_do_not_meet(place, packages):
    with psycopg.connect(place.address) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"harmshift {SCHEMA}"])
        with pytest.raises(PublishError, match="another run is writing schema"):
            place.write(packages[0])
    assert place.schemas() == []


def test_a_failure_midway_changes_nothing(place, packages, monkeypatch):
    place.write(packages[0])
    before = place.rows_of_all()
    fill = postgis.fill

    def fails(database, schema, layer, crs):
        if layer.name == "findings":
            database.execute(sql.SQL("SELECT 1/0"))
        fill(database, schema, layer, crs)

    monkeypatch.setattr(postgis, "fill", fails)
    with pytest.raises(
        PublishError, match=r"schema harmshift_eksempelby: the database says 22012 \(division by zero\)"
    ):
        place.write(packages[1])
    assert place.rows_of_all() == before
    assert place.schemas() == [SCHEMA]


def test_a_view_of_the_users_is_pointed_at_the_new_tables(place, packages):
    place.write(packages[0])
    place.connection.execute("CREATE SCHEMA reports")
    place.connection.execute(f"CREATE VIEW reports.mine AS SELECT key, value FROM {SCHEMA}.run_info")
    place.connection.execute("CREATE VIEW reports.upon AS SELECT value FROM reports.mine WHERE key = 'city'")
    place.write(packages[1])
    assert place.ask("SELECT value FROM reports.upon") == [("eksempelby",)]
    assert place.schemas() == [SCHEMA]


def test_a_materialised_view_is_named_and_nothing_replaced(place, packages):
    place.write(packages[0])
    place.connection.execute(f"CREATE SCHEMA reports; CREATE MATERIALIZED VIEW reports.m AS TABLE {SCHEMA}.run_info")
    with pytest.raises(PublishError, match=r"the materialised view reports\.m rests on schema"):
        place.write(packages[1])
    assert "rings" in place.rows_of_all()


def test_a_schema_that_is_not_ours_is_left_alone(place, packages):
    place.connection.execute(f"CREATE SCHEMA {SCHEMA}; CREATE TABLE {SCHEMA}.theirs (a int)")
    with pytest.raises(PublishError, match="holds theirs, which harmshift did not make"):
        place.write(packages[0])
    assert list(place.ask(f"SELECT count(*) FROM {SCHEMA}.theirs")) == [(0,)]


def test_a_table_added_to_ours_stops_the_write(place, packages):
    place.write(packages[0])
    place.connection.execute(f"CREATE TABLE {SCHEMA}.notes (a int)")
    with pytest.raises(PublishError, match="notes in schema harmshift_eksempelby would be lost"):
        place.write(packages[1])


def test_an_empty_schema_given_to_us_lets_its_users_read(place, packages):
    place.connection.execute(f"CREATE SCHEMA {SCHEMA}; GRANT USAGE ON SCHEMA {SCHEMA} TO planner")
    place.write(packages[0])
    assert place.ask(f"SELECT has_table_privilege('planner', '{SCHEMA}.rings', 'SELECT')") == [(True,)]
    assert place.schemas() == [SCHEMA]


def test_withdrawing_leaves_nothing_and_says_whether_there_was_something(place, packages):
    place.write(packages[0])
    place.connection.execute(f"CREATE SCHEMA reports; CREATE VIEW reports.mine AS TABLE {SCHEMA}.run_info")
    assert place.withdraw()
    assert place.schemas() == []
    assert place.ask("SELECT count(*) FROM pg_views WHERE schemaname = 'reports'") == [(0,)]
    assert not place.withdraw()


def test_errors_name_the_setting_and_never_the_secret(packages):
    city = example_release().city
    target = PostgisTarget.model_validate({"url": "${DATABASE}", "schema": SCHEMA})
    for address, said in {
        "postgresql://u:s3cret-word@127.0.0.1:1/x": "does not answer",
        "postgresql://u:s3cret-word@127.0.0.1:s3cret-word/x": "does not answer",
        "s3cret-word in no address": "no address of a database",
    }.items():
        with pytest.raises(PublishError, match=said) as raised:
            postgis.write(packages[0], city, target, environ={"DATABASE": address})
        assert "s3cret" not in str(raised.value)
        assert raised.value.__cause__ is None
    with pytest.raises(PublishError, match="the environment variable DATABASE is not set"):
        postgis.write(packages[0], city, target, environ={})
