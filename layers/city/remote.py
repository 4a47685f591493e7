"""Settings of sources behind a network: addresses, limits, what to ask for. Fetches nothing, holds no secret."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from layers.city.base import Frozen, Slug
from layers.city.sources import Box, FileFormat, Source, TableSource

_NAMED_SECRET = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_SECRET_HEADERS = ("authorization", "cookie", "x-api-key", "x-app-token", "apikey")
_SECRET_PARAMS = ("token", "key", "apikey", "api_key", "password", "secret", "access_token")
_SECRET_IN_QUERY = re.compile(rf"[?&]({'|'.join(_SECRET_PARAMS)})=(?!\$\{{)", re.IGNORECASE)
_ASKED_FOR_CHANGES = {"socrata", "carto", "arcgis", "postgis", "ogc_features"}
_PROTOCOL_OF = {"http": "HTTP", "https": "HTTP", "s3": "S3", "postgresql": "PostgreSQL"}
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$", max_length=127)]
MAX_BBOX_DEGREES2 = 1.0  # some 6,000 km2 at 60 degrees north: a large municipality


class Remote(Source):
    """What every source behind a network declares. `${NAME}` in it stands for an environment variable."""

    kind: str = Field(description="what kind of source it is")
    address: str = Field(description="where the data are fetched; secrets only as ${NAME} of the environment")
    headers: dict[str, str] = Field(default_factory=dict, description="HTTP headers, e.g. X-App-Token: ${TOKEN}")
    params: dict[str, str] = Field(default_factory=dict, description="further query parameters, e.g. token: ${TOKEN}")
    deadline_s: float = Field(900, gt=0, le=21600, description="seconds this source may take, retries included")
    attempts: int = Field(5, ge=1, le=10, description="how often one request is tried")
    max_mb: float = Field(2000, gt=0, description="more than this, unpacked, is refused")
    ca_file: Path | None = Field(None, description="certificates of a private authority; or SSL_CERT_FILE")

    @model_validator(mode="after")
    def _no_secret_written(self) -> Self:
        addresses = [address for address in (self.address, self.archive_address) if address is not None]
        in_query = any(_SECRET_IN_QUERY.search(address) for address in addresses)
        passwords = [password for address in addresses if (password := urlsplit(address).password) is not None]
        said = [name for name in self.headers if name.lower() in _SECRET_HEADERS]
        given = [self.headers[name] for name in said]
        given += [value for name, value in self.params.items() if name.lower() in _SECRET_PARAMS]
        written = [value for value in given if not _NAMED_SECRET.search(value)]
        if written or in_query or not all(_NAMED_SECRET.fullmatch(password) for password in passwords):
            raise ValueError("holds a secret in plain text; write ${NAME} and set NAME in the environment")
        return self

    @field_validator("address", "archive_address")
    @classmethod
    def _has_scheme(cls, address: str | None) -> str | None:
        if address is not None and urlsplit(address).scheme not in _PROTOCOL_OF:
            raise ValueError(f"{address!r} is no address; write e.g. https://data.example.org/file.geojson")
        return address

    @model_validator(mode="after")
    def _archive_speaks_alike(self) -> Self:
        if self.archive_address is None:
            return self
        own, archive = (_PROTOCOL_OF[urlsplit(a).scheme] for a in (self.address, self.archive_address))
        if own != archive:
            raise ValueError(f"archive_address is asked as address is, by {own}; name another place of the same kind")
        return self


class Incremental(Frozen):
    """How only new or changed rows are asked for."""

    field: Identifier | Literal[":updated_at", ":created_at"] = Field(
        description="column that says when a row was changed, or when it occurred"
    )
    overlap_days: float = Field(7, ge=1, description="how far back of the newest known value is asked again")
    full_every_days: float = Field(30, gt=0, description="how often everything is fetched, for what was deleted")


class Reversal(Frozen):
    """How the owner takes a row back: a row of the same id with a certain value, e.g. count = -1."""

    column: str = Field(description="column that holds the sign")
    values: tuple[str, ...] = Field(("-1",), min_length=1, description="values that take the incident back")


class RemoteTable(TableSource, Remote):
    """A service that answers with rows. Only the columns named are asked for and stored."""

    min_rows: int = Field(1, ge=0, description="fewer rows than this are an error of the service")
    page_size: int = Field(1000, ge=1, le=100_000, description="rows asked for at a time")
    incremental: Incremental | None = Field(None, description="ask only for new or changed rows")
    reversal: Reversal | None = Field(None, description="rows that take others back")

    @model_validator(mode="after")
    def _incremental_incidents(self) -> Self:
        if self.incremental and self.kind not in _ASKED_FOR_CHANGES:
            raise ValueError(f"kind: {self.kind} cannot be asked for changes only; leave out incremental")
        if (self.incremental or self.reversal) and self.table != "incidents":
            raise ValueError("incremental and reversal are for incidents; leave them out for other tables")
        if (self.incremental or self.reversal) and "incident_id" not in self.columns:
            raise ValueError("incremental and reversal need incident_id under columns, to know a row again")
        return self


class HttpSource(TableSource, Remote):
    """A file behind an address, perhaps one member of a ZIP archive."""

    kind: Literal["http"]
    format: FileFormat = Field("auto", description="format of the file; auto: by its first bytes and its name")
    layer: str | None = Field(None, description="layer in a GeoPackage with several")
    member: str | None = Field(None, description="pattern of the one file to take out of a ZIP archive, e.g. *.gml")
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="what the file must be, if it is fixed")


class ObjectStorageSource(TableSource, Remote):
    """A file in S3-compatible object storage: s3://bucket/key; credentials in the environment."""

    kind: Literal["object_storage"]
    format: FileFormat = Field("auto", description="format of the file; auto: by its first bytes and its name")
    layer: str | None = Field(None, description="layer in a GeoPackage with several")
    endpoint: str | None = Field(None, description="address of the service, e.g. https://s3.example.org")
    anonymous: bool = Field(False, description="true: a public bucket, asked without credentials")


class OsmDownloadSource(Remote):
    """Streets from an OpenStreetMap extract that is downloaded when it has changed: the nightly default."""

    kind: Literal["osm_download"]
    table: Literal["streets"] = "streets"
    checksum_address: str | None = Field(
        None, description="address of its MD5; default: the address with .md5; none: it has none"
    )


class OverpassSource(Remote):
    """Streets from an Overpass server, in a bounded box, as they were on a day."""

    kind: Literal["overpass"]
    table: Literal["streets"] = "streets"
    bbox: Box = Field(description="west, south, east, north in degrees")
    date: str | None = Field(
        None, pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", description="the state of that instant, UTC"
    )
    timeout_s: int = Field(180, ge=5, le=900, description="seconds the server may work")
    min_ways: int = Field(1, ge=1, description="fewer ways than this are a partial answer")
    min_share_of_last: float = Field(0.8, ge=0, le=1, description="fewer than this share of last time's ways: partial")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        west, south, east, north = self.bbox
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError("bbox is west, south, east, north in degrees, e.g. [5.29, 60.37, 5.36, 60.41]")
        if (east - west) * (north - south) > MAX_BBOX_DEGREES2:
            raise ValueError("bbox is larger than a public server should be asked; use kind: osm_download")
        return self


class WfsSource(RemoteTable):
    """A layer of a Web Feature Service 2.0."""

    kind: Literal["wfs"]
    type_name: str = Field(pattern=r"^[\w.:-]+$", description="name of the feature type, e.g. app:Grunnkrets")
    output: str = Field("application/json", description="format to ask for: GeoJSON, or the service's name of GML")
    sort_by: Identifier | None = Field(None, description="property that keeps pages in order")


class OgcFeaturesSource(RemoteTable):
    """A collection of an OGC API Features service; address: that of the service."""

    kind: Literal["ogc_features"]
    collection: str = Field(pattern=r"^[\w.:-]+$", description="id of the collection")
    bbox: Box | None = Field(None, description="west, south, east, north in degrees")


class ArcgisSource(RemoteTable):
    """A layer of an ArcGIS feature service; address: .../FeatureServer/0."""

    kind: Literal["arcgis"]
    where: str = Field("1=1", description="declared filter in the service's SQL")


class SocrataSource(RemoteTable):
    """A dataset of a Socrata portal; address: https://host/resource/abcd-1234.json."""

    kind: Literal["socrata"]
    where: str | None = Field(None, description="declared filter in SoQL")


class CartoSource(RemoteTable):
    """A table behind a CARTO SQL service; address: https://user.carto.com/api/v2/sql."""

    kind: Literal["carto"]
    relation: Identifier = Field(description="name of the table")
    where: str | None = Field(None, description="declared filter in SQL")
    key: Identifier = Field("cartodb_id", description="whole-number key that pages follow")


class PoliceUkSource(RemoteTable):
    """The street-level archive of police.uk: months of CSV in a ZIP; places are anonymised map points."""

    kind: Literal["police_uk"]
    table: Literal["incidents"] = "incidents"
    forces: tuple[str, ...] = Field(min_length=1, description="forces as file names have them, e.g. west-yorkshire")
    bbox: Box | None = Field(None, description="west, south, east, north in degrees; incidents elsewhere are left out")
    uncertainty_m: float = Field(200, gt=0, description="how far a map point may lie from the true place")


class PostgisSource(RemoteTable):
    """A table or a declared query of a PostgreSQL database with PostGIS; address: postgresql://..."""

    kind: Literal["postgis"]
    relation: Identifier | None = Field(None, description="table or view, with schema: public.incidents")
    query: str | None = Field(None, description="or one SELECT; nothing is ever inserted into it")
    geometry: Identifier | None = Field(None, description="geometry column; or x and y")
    sslmode: Literal["verify-full", "verify-ca", "require", "disable"] = Field(
        "verify-full", description="disable only on the same machine"
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.relation is None) == (self.query is None):
            raise ValueError("give either relation (a table or view) or query (one SELECT), not both")
        return self


class PxwebSource(RemoteTable):
    """A table of a PxWeb service, version 2 (Statistics Norway): figures by a key such as a basic unit's code."""

    kind: Literal["pxweb"]
    table: Literal["figures"] = "figures"
    table_id: str = Field(pattern=r"^\w+$", description="number of the table, e.g. 04317")
    key: str = Field(description="the dimension whose codes become rows, e.g. Grunnkretser")
    select: dict[str, tuple[str, ...]] = Field(description="dimension -> codes or patterns, e.g. Tid: ['2014']")
    language: str = Field("no", description="language of labels")


class PolitiloggenSource(RemoteTable):
    """The police log of a municipality, counted by month and category; address: .../politiloggen/v1/messages."""

    kind: Literal["politiloggen"]
    table: Literal["context_series"] = "context_series"
    municipality: str = Field(min_length=1, description="as the log writes it, e.g. Bergen")
    since: date = Field(description="first day counted, the first of a month")
    categories: dict[str, Slug] = Field(min_length=1, description="category of the log -> id of a context series")
    zone: str = Field("Europe/Oslo", description="IANA zone of local months")
    page_size: int = Field(50, ge=1, le=50, description="messages asked for at a time; the log gives no more")

    @field_validator("since")
    @classmethod
    def _first_of_month(cls, since: date) -> date:
        if since.day != 1:
            raise ValueError(f"{since} is not the first of a month, and months are counted whole")
        return since


class FhiSource(RemoteTable):
    """A table of FHI Statistikk, by year; address: https://statistikk-data.fhi.no/api/open/v1."""

    kind: Literal["fhi"]
    table: Literal["context_series"] = "context_series"
    bank: str = Field(pattern=r"^\w+$", description="the institute's name of the statistics bank, e.g. nokkel")
    table_id: int = Field(gt=0, description="number of the table")
    select: dict[str, tuple[str, ...]] = Field(description="dimension -> codes, or ['*'] for all, e.g. GEO: ['4601']")
    series: dict[str, Slug] = Field(
        min_length=1,
        description="codes of the dimensions with several values, joined by /, or `value` -> context series",
    )
    years: str = Field("AAR", description="the dimension of years")


class KlassSource(RemoteTable):
    """Codes of a classification of Statistics Norway on a day: code, parentCode, level, name."""

    kind: Literal["klass"]
    table: Literal["figures"] = "figures"
    classification: int = Field(gt=0, description="number, e.g. 1: basic units, 103: city districts")
    valid_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="the day the codes are of")
