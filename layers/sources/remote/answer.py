"""What a source behind a network gives back, and what it is told of last time. Plain data, no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO

from pandas import DataFrame


@dataclass(frozen=True)
class Last:
    """What is known from last time.

    Attributes
    ----------
    upstream : what the server said to recognise the content by (etag, last_modified); empty: nothing is stored
    known : figures to compare with: ways
    since : ask only for rows changed at or after this instant; None: for everything
    """

    upstream: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True)
class Unchanged:
    """The source says that what is stored is still what it has."""


@dataclass(frozen=True)
class FetchedFile:
    """The bytes of one file, not yet stored."""

    name: str
    content: BinaryIO
    upstream: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    upstream_date: date | None = None


@dataclass(frozen=True)
class FetchedRows:
    """Rows with the columns that were asked for, as the source names them; a GeoDataFrame if they have places."""

    frame: DataFrame
    upstream_date: date | None = None


Answer = FetchedFile | FetchedRows | Unchanged
