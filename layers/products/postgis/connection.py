"""A connection to the user's database whose errors say what to mend and hold no secret. Knows no table."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from layers.city.targets import PostgisTarget
from layers.errors import PublishError

_CONNECT_S = 15
_STATEMENT_S = 600
_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True)
class Database:
    """An open connection, and the schema that PostGIS was installed into."""

    connection: "psycopg.Connection[tuple[Any, ...]]"
    postgis: str

    def execute(self, statement: sql.SQL | sql.Composed, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows, none if it gives none."""
        cursor = self.connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []

    def wait_for_locks_s(self, seconds: float) -> None:
        """Wait no longer than this for what others hold, in the present transaction."""
        self.connection.execute("SELECT set_config('lock_timeout', %s, true)", [f"{int(seconds * 1000)}ms"])


@contextmanager
def connected(target: PostgisTarget, environ: Mapping[str, str]) -> Iterator[Database]:
    """Give a connection; what the server says comes out as a `PublishError`.

    Raises
    ------
    PublishError
        In our words: libpq's may hold parts of the address, and with it of a password.
    """
    address = _resolved(target.url, environ)
    try:
        connection = psycopg.connect(
            address,
            autocommit=True,
            connect_timeout=_CONNECT_S,
            application_name="harmshift",
            options=f"-c statement_timeout={_STATEMENT_S * 1000} -c client_min_messages=warning",
        )
    except psycopg.Error as problem:
        raise PublishError(_said_of_connecting(target, problem)) from None
    try:
        with connection:
            yield Database(connection, _postgis(connection, target))
    except psycopg.Error as problem:
        raise PublishError(_said(target, problem)) from None


def _resolved(url: str, environ: Mapping[str, str]) -> str:
    missing = sorted({name for name in _NAME.findall(url) if not environ.get(name)})
    if missing:
        msg = f"targets.postgis: the environment variable {', '.join(missing)} is not set. Set it for the nightly job."
        raise PublishError(msg)
    return _NAME.sub(lambda match: environ[match.group(1)], url)


def _postgis(connection: "psycopg.Connection[tuple[Any, ...]]", target: PostgisTarget) -> str:
    found = connection.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    ).fetchone()
    if found is None:
        msg = f"targets.postgis: {target.url} has no PostGIS. Have its owner run CREATE EXTENSION postgis."
        raise PublishError(msg)
    return str(found[0])


def _said_of_connecting(target: PostgisTarget, problem: psycopg.Error) -> str:
    text = str(problem)
    where = f"targets.postgis: {target.url}"
    if isinstance(problem, psycopg.ProgrammingError):
        return f"{where} is no address of a database. Write it like postgresql://user:password@host:5432/name."
    if "SSL" in text or "certificate" in text:
        return f"{where} cannot agree on encryption. Look at sslmode and sslrootcert in the address."
    if "password" in text or "authentication" in text or "role" in text or "pg_hba" in text:
        return f"{where} refuses the user. Look at user and password, and at the server's pg_hba.conf."
    if "does not exist" in text:
        return f"{where} names a database that is not there. Create it, or mend the address."
    return f"{where} does not answer. Is the server up, and does the address name its host and port?"


def _said(target: PostgisTarget, problem: psycopg.Error) -> str:
    where = f"targets.postgis: schema {target.schema_name}"
    if isinstance(problem, psycopg.errors.LockNotAvailable):
        return f"{where} is in use by another session, and stays as it was. End that session, or try again later."
    if isinstance(problem, psycopg.errors.InsufficientPrivilege):
        primary = problem.diag.message_primary or "permission denied"
        return f"{where}: the database refuses ({primary}). Grant it to the user of the address; nothing was changed."
    if problem.sqlstate is None:
        return f"{where}: the connection was lost. Nothing was changed; try again."
    return f"{where}: the database says {problem.sqlstate} ({problem.diag.message_primary}). Nothing was changed."
