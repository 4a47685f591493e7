"""What may be stored of data that are not open: the columns that are used, ids as pseudonyms. Fetches nothing."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from pandas import DataFrame, Series

from layers.city import City, TableSource
from layers.columns import texts
from layers.errors import SourceError
from layers.sources.files import second, selected
from layers.sources.held import Readable
from layers.sources.paths import JOIN_FOLDER
from layers.sources.times import add_times

KEY_VARIABLE = "HARMSHIFT_PSEUDONYM_KEY"
UNDECLARED = "(not declared)"
KEY_FILE = "pseudonym.key"
_SIDECARS = {".shx", ".dbf", ".prj", ".cpg"}


def filtered(files: Mapping[str, Readable], source: TableSource, city: City, *, key: bytes) -> dict[str, DataFrame]:
    """Read files and return, by the name to store them under, only what may be stored of them.

    Raises
    ------
    SourceError
        If a file is not what its source claims.
    """
    kept = {}
    for name, file in files.items():
        if file.suffix.lower() in _SIDECARS:
            continue
        stem = name.removesuffix(".gz").rsplit(".", 1)[0]
        joined = name.startswith(f"{JOIN_FOLDER}/")
        kept[f"{stem}.parquet"] = (
            second(file, source) if joined else protected(selected(file, source), source, city, key=key)
        )
    return kept


def protected(frame: DataFrame, source: TableSource, city: City, *, key: bytes) -> DataFrame:
    """Return rows of a source that is not open as they may be stored; open ones come back as they are.

    Of incidents: the id becomes a keyed hash, a category that is not declared loses its text, times and coordinates
    that are none are blanked (free text may stand in any field), and columns a contract does not need are left out.

    Parameters
    ----------
    frame : DataFrame
        With the source's own column names.
    key : bytes
        Key of the pseudonyms: the same id gives the same pseudonym on this installation, and nowhere else.
    """
    if not source.open and source.table == "figures":
        return frame[[column for column in frame if column in _joined_from(source.id, city)]]
    if source.open or source.table != "incidents":
        return frame
    names = dict(source.columns)
    frame = frame[[column for column in frame if column in _used(source)]].copy(deep=False)
    own = names.get("incident_id", "incident_id")
    if own in frame:
        frame[own] = texts(frame[own]).map(lambda text: pseudonym(text, key), na_action="ignore")
    category = names.get("category", "category")
    if category in frame:
        known = frame[category].isin(list(city.harm.categories)) | frame[category].isna()
        frame[category] = frame[category].where(known, UNDECLARED)
    for column in (source.x, source.y, names.get("uncertainty_m", "uncertainty_m")):
        if column is not None and column in frame:
            frame[column] = frame[column].where(pd.to_numeric(frame[column], errors="coerce").notna())
    return _only_times(frame, source)


def _joined_from(source_id: str, city: City) -> set[str]:
    """Return the columns that other sources of the city take from figures."""
    joins = [other.join for other in city.sources if isinstance(other, TableSource) and other.join is not None]
    return {
        name for join in joins if join.source == source_id for name in (join.left, join.right, *join.columns.values())
    }


def _used(source: TableSource) -> set[str]:
    """Return the columns of incidents that are stored, as the source names them."""
    contract = ("incident_id", "category", "uncertainty_m", "occurred_from", "occurred_to")
    used = {source.columns.get(name, name) for name in contract} | {"geometry"}
    if source.time is not None:
        used |= {source.time.occurred_from, *([source.time.occurred_to] if source.time.occurred_to else [])}
    return used | {column for column in (source.x, source.y) if column is not None}


def _only_times(frame: DataFrame, source: TableSource) -> DataFrame:
    """Blank what cannot be read as a time."""
    time = source.time
    columns = [time.occurred_from, time.occurred_to] if time else ["occurred_from", "occurred_to"]
    for column in columns:
        if column is not None and column in frame:
            frame[column] = frame[column].where(instants(frame[column], source).notna())
    return frame


def instants(values: Series, source: TableSource) -> Series:
    """Return the times of a column of the source as instants; missing where they cannot be read."""
    times: Series = add_times(pd.DataFrame({"occurred_from": values}), source.time, source.id)["occurred_from"]
    return times


def pseudonym(text: str, key: bytes) -> str:
    """Return the keyed hash of an id, 128 bits: a plain hash of a case number is undone by trying all numbers."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def pseudonym_key(store: Path, environ: Mapping[str, str] = os.environ) -> bytes:
    """Return the key of pseudonyms: HARMSHIFT_PSEUDONYM_KEY, else one made at the first need and kept in the store.

    Raises
    ------
    SourceError
        If it can be neither read nor made.
    """
    if environ.get(KEY_VARIABLE):
        return environ[KEY_VARIABLE].encode()
    path = store / KEY_FILE
    try:
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as written:
                written.write(secrets.token_hex(32).encode())
        return path.read_bytes()
    except OSError as error:
        msg = (
            f"{path}: the key of pseudonyms cannot be kept ({error.strerror}). Set {KEY_VARIABLE}, or mend the folder."
        )
        raise SourceError(msg, fault="refused") from error
