"""Schemas of the user's database: whose they are, who reads them, and how one takes another's place. Knows no layer."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from psycopg import sql

from layers.city.targets import PostgisTarget
from layers.errors import PublishError
from layers.products.postgis.connection import Database

WAIT_TO_WITHDRAW_S = 10.0
_WAIT_FOR_READERS_S = 1.0
_MADE_BY = "harmshift"
_RELATIONS = ("r", "v", "m", "f", "p", "S")


@dataclass(frozen=True)
class Mark:
    """What stands in the comment of a schema of ours: whose run it holds, and which tables we made."""

    city: str
    package_sha256: str
    tables: tuple[str, ...]


def new_name(target: PostgisTarget) -> str:
    """Return the name of the schema under construction."""
    return f"{target.schema_name}__new"


def old_name(target: PostgisTarget) -> str:
    """Return the name under which the schema that was replaced waits for its last readers."""
    return f"{target.schema_name}__old"


def mark_of(database: Database, schema: str) -> Mark | None:
    """Return our mark on a schema; None if it is not there or bears none."""
    rows = database.execute(
        sql.SQL("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"), [schema]
    )
    try:
        said: dict[str, Any] = json.loads(rows[0][0]) if rows and rows[0][0] else {}
    except json.JSONDecodeError:
        return None
    if said.get("made_by") != _MADE_BY:
        return None
    return Mark(said["city"], said["package_sha256"], tuple(said["tables"]))


def take_turn(database: Database, target: PostgisTarget) -> None:
    """Let one writer at a time at a schema; given back with the transaction.

    Raises
    ------
    PublishError
        If another run is writing.
    """
    asked = sql.SQL("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))")
    if not database.execute(asked, [f"{_MADE_BY} {target.schema_name}"])[0][0]:
        raise PublishError(f"targets.postgis: another run is writing schema {target.schema_name}. Let it finish first.")


def require_ours(database: Database, target: PostgisTarget, city: str) -> None:
    """Refuse to touch what we did not make.

    Raises
    ------
    PublishError
        If the schema is someone else's or another city's, or something was added to it.
    """
    name = target.schema_name
    if not database.execute(sql.SQL("SELECT 1 FROM pg_namespace WHERE nspname = %s"), [name]):
        return
    held, there = mark_of(database, name), _relations(database, name)
    if held is None and there:
        raise PublishError(
            f"targets.postgis: schema {name} holds {', '.join(there[:5])}, which harmshift did not make, and all of it "
            "would be replaced. Name a schema of its own."
        )
    if held is not None and held.city != city:
        raise PublishError(f"targets.postgis: schema {name} holds the city {held.city}. Give {city} one of its own.")
    added = sorted(set(there) - set(held.tables)) if held is not None else []
    if added:
        raise PublishError(
            f"targets.postgis: {', '.join(added[:5])} in schema {name} would be lost, as the schema is replaced whole. "
            "Move it to another schema."
        )


def prepare(database: Database, target: PostgisTarget) -> str:
    """Create the schema under construction and return its name; what readers had kept of an older one goes first."""
    database.wait_for_locks_s(_WAIT_FOR_READERS_S)
    for name in (new_name(target), old_name(target)):
        if mark_of(database, name) is not None:
            database.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
    database.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(new_name(target))))
    return new_name(target)


def swap(database: Database, target: PostgisTarget, mark: Mark) -> None:
    """Put the new schema in the place of the old one, with its readers and the views that rest on it."""
    live, new, old = target.schema_name, new_name(target), old_name(target)
    rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
    views: list[tuple[str, str, str]] = []
    if database.execute(sql.SQL("SELECT 1 FROM pg_namespace WHERE nspname = %s"), [live]):
        views = _views_upon(database, live)
        _grant_as_before(database, live, new, mark)
        if mark_of(database, live) is None:  # made by the user, empty: it may go as ours do
            _comment(database, live, Mark(mark.city, "", ()))
        database.execute(rename.format(sql.Identifier(live), sql.Identifier(old)))
    database.execute(rename.format(sql.Identifier(new), sql.Identifier(live)))
    _comment(database, live, mark)
    for schema, name, definition in views:
        _point_anew(database, schema, name, definition)


def _comment(database: Database, schema: str, mark: Mark) -> None:
    said = sql.Literal(json.dumps({"made_by": _MADE_BY, **asdict(mark)}))
    database.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), said))


def drop_old(database: Database, target: PostgisTarget, *, must: bool) -> None:
    """Drop the schema that was replaced; while someone still reads it, it stays for the next run, unless it must go."""
    old = old_name(target)
    if mark_of(database, old) is None:
        return
    try:
        with database.connection.transaction():
            database.wait_for_locks_s(WAIT_TO_WITHDRAW_S if must else _WAIT_FOR_READERS_S)
            database.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(old)))
    except psycopg.errors.LockNotAvailable:
        if must:
            raise PublishError(
                f"targets.postgis: schema {old} is in use, and stays. End that session, then once more."
            ) from None


def _relations(database: Database, schema: str) -> list[str]:
    rows = database.execute(
        sql.SQL(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relkind::text = ANY(%s) ORDER BY 1"
        ),
        [schema, list(_RELATIONS)],
    )
    return [row[0] for row in rows]


def _grant_as_before(database: Database, live: str, new: str, mark: Mark) -> None:
    """Let those read who could: each table its readers, a new table those who could read all of those before.

    In a schema that was empty they are those who may use it.
    """
    use = database.execute(
        sql.SQL(
            "SELECT CASE WHEN a.grantee = 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END"
            " FROM pg_namespace n, aclexplode(n.nspacl) a"
            " WHERE n.nspname = %s AND a.privilege_type = 'USAGE' AND a.grantee <> n.nspowner ORDER BY 1"
        ),
        [live],
    )
    for (role,) in use:
        grant = sql.SQL("GRANT USAGE ON SCHEMA {} TO {}")
        database.execute(grant.format(sql.Identifier(new), _role(role)))
    read = database.execute(
        sql.SQL(
            "SELECT c.relname, CASE WHEN a.grantee = 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a"
            " WHERE n.nspname = %s AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner ORDER BY 1, 2"
        ),
        [live],
    )
    before = {table: {role for name, role in read if name == table} for table in _relations(database, live)}
    of_all = set.intersection(*before.values()) if before else {role for (role,) in use}
    for table in mark.tables:
        for role in sorted(before.get(table, of_all), key=str):
            grant = sql.SQL("GRANT SELECT ON {} TO {}")
            database.execute(grant.format(sql.Identifier(new, table), _role(role)))


def _role(name: str | None) -> sql.Composable:
    return sql.SQL("PUBLIC") if name is None else sql.Identifier(name)


def _views_upon(database: Database, schema: str) -> list[tuple[str, str, str]]:
    """Return the user's views that rest on tables of a schema: schema, name and text, all names in it in full.

    Raises
    ------
    PublishError
        If one of them is materialised: such a copy cannot be pointed at another table.
    """
    database.execute(sql.SQL("SELECT set_config('search_path', 'pg_catalog', true)"))  # names come out in full
    rows = database.execute(
        sql.SQL(
            "SELECT DISTINCT vn.nspname, v.relname, v.relkind::text, pg_get_viewdef(v.oid)"
            " FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass"
            " JOIN pg_class v ON v.oid = r.ev_class JOIN pg_namespace vn ON vn.oid = v.relnamespace"
            " JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass"
            " JOIN pg_namespace tn ON tn.oid = t.relnamespace"
            " WHERE tn.nspname = %s AND vn.nspname <> %s ORDER BY 1, 2"
        ),
        [schema, schema],
    )
    fixed = [f"{row[0]}.{row[1]}" for row in rows if row[2] == "m"]
    if fixed:
        raise PublishError(
            f"targets.postgis: the materialised view {', '.join(fixed)} rests on schema {schema}, whose tables are "
            "replaced. Make it a plain view, or a table that you fill from it."
        )
    return [(row[0], row[1], row[3]) for row in rows]


def _point_anew(database: Database, schema: str, name: str, definition: str) -> None:
    view = sql.SQL("CREATE OR REPLACE VIEW {} AS ").format(sql.Identifier(schema, name))
    try:
        # the database's own text of the user's view
        database.execute(view + sql.SQL(definition))
    except psycopg.Error as problem:
        msg = (
            f"targets.postgis: the view {schema}.{name} does not fit the new tables ({problem.diag.message_primary}). "
            "Change or drop it; nothing was replaced."
        )
        raise PublishError(msg) from None
