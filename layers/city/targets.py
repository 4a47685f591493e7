"""Settings of where results go beside the files: a schema of the user's database. Writes nothing, holds no secret."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from layers.city.base import Frozen

_NAMED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
# PostgreSQL cuts names at 63 bytes, and the schema under construction needs a longer one
SchemaName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$", max_length=50)]


class PostgisTarget(Frozen):
    """A PostgreSQL database with PostGIS that receives the published layers."""

    url: str = Field(description="address of the database; secrets only as ${NAME} of the environment")
    schema_name: SchemaName = Field(alias="schema", description="schema that is replaced whole by every new run")
    internal: bool = Field(False, description="true: only those who may read internal_dir may read this database")

    @field_validator("url")
    @classmethod
    def _no_secret_written(cls, url: str) -> str:
        if _NAMED.fullmatch(url):
            return url
        if urlsplit(url).scheme not in {"postgresql", "postgres"}:
            raise ValueError(
                "is no address of a database; write ${NAME}, or e.g. postgresql://user:${PASSWORD}@host/db"
            )
        password = re.search(r"://[^/@:]*:(?P<said>[^@]*)@", url)
        in_query = re.search(r"[?&](password|sslpassword)=(?!\$\{)", url, re.IGNORECASE)
        if in_query or (password and not _NAMED.fullmatch(password["said"])):
            raise ValueError("holds a password in plain text; write ${NAME} and set NAME in the environment")
        return url


class Targets(Frozen):
    """Where the layers of a run go beside its files."""

    postgis: PostgisTarget | None = Field(
        default=None, description="the layers of the GeoPackage as tables of a database"
    )
