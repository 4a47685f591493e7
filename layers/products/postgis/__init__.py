"""The layers of a published run as tables in a schema of the user's own database, replaced whole or not at all.

Reads the finished GeoPackage, so nothing comes here that is not public there. Owns the order of statements, no name.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from psycopg import sql

from layers.city import City
from layers.city.targets import PostgisTarget
from layers.errors import PublishError
from layers.products.postgis import schemas
from layers.products.postgis.connection import Database, connected
from layers.products.postgis.schemas import Mark
from layers.products.postgis.tables import fill, tables_of


def write(
    package: Path,
    city: City,
    target: PostgisTarget,
    *,
    environ: Mapping[str, str] = os.environ,
    keeps_replaced: bool = True,
) -> bool:
    """Replace the schema by the layers of a run, in one transaction.

    Readers see the old tables or the new ones, never some of each; they are not waited for. Who could read before can
    read afterwards. Views of the user's that rest on the tables are pointed at the new ones.

    Parameters
    ----------
    package
        The GeoPackage of a published run.
    city
        Its name and CRS.
    target
        Database and schema.
    environ
        Where `${NAME}` in the address is looked up.
    keeps_replaced
        Whether what was replaced may stay, renamed, while someone still reads it; the next run drops it then.

    Returns
    -------
    bool
        False if the schema held this very run already, and nothing was done.

    Raises
    ------
    PublishError
        If the database cannot be reached or refuses, or the schema holds what is not ours; it is then as it was.
    """
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    layers = tables_of(package)
    with connected(target, environ) as database:
        held = schemas.mark_of(database, target.schema_name)
        if held is not None and held.package_sha256 == digest:
            schemas.drop_old(database, target, must=not keeps_replaced)
            return False
        with database.connection.transaction():
            schemas.take_turn(database, target)
            schemas.require_ours(database, target, city.city)
            new = schemas.prepare(database, target)
            for layer in layers:
                fill(database, new, layer, city.crs)
            mark = Mark(city.city, digest, tuple(layer.name for layer in layers))
            schemas.swap(database, target, mark)
        schemas.drop_old(database, target, must=not keeps_replaced)
    return True


def withdraw(city: City, target: PostgisTarget, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Take the layers out of the database, and every view that rests on them; False if there were none.

    Raises
    ------
    PublishError
        If the schema is not ours, or someone reads it for longer than we wait: then nothing was removed.
    """
    with connected(target, environ) as database:
        names = [target.schema_name, schemas.old_name(target)]
        with database.connection.transaction():
            schemas.take_turn(database, target)
            schemas.require_ours(database, target, city.city)
            there = [name for name in names if schemas.mark_of(database, name) is not None]
            database.wait_for_locks_s(schemas.WAIT_TO_WITHDRAW_S)
            for name in there:
                _drop(database, name)
    return bool(there)


def _drop(database: Database, name: str) -> None:
    database.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


__all__ = ["PublishError", "withdraw", "write"]
