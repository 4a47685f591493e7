"""Files as a source: GeoPackage, GeoJSON, Shapefile, Parquet, CSV to a raw frame. Checks no value, moves no point."""

import csv
import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from dask.base import compute
from dask.delayed import delayed
from pandas import DataFrame
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from layers.city import TableSource
from layers.errors import SourceError
from layers.sources.held import Held, Readable
from layers.sources.mapping import columns_to_read, mapped
from layers.sources.paths import JOIN_FOLDER
from layers.sources.sniff import Format, format_of
from layers.sources.times import add_times

Columns = Callable[[list[str]], list[str]]
_SHAPEFILE_PARTS = {".shx", ".dbf", ".prj", ".cpg"}


def parse(path: Path, source: TableSource, *, joined: DataFrame | None = None) -> dict[str, Any]:
    """Read files, or rows stored as such, into one raw frame under the contract's column names, in the source's CRS.

    Times become instants in UTC. Rows that may not pass carry a reason in the column `refused`.

    Parameters
    ----------
    path : Path
        A file, or the folder of a snapshot with several; these are read in parallel and follow one another by name.
    source : TableSource
        What the YAML says of it.
    joined : DataFrame or None
        The figures it names under `join: {source: ...}`.

    Returns
    -------
    dict
        The source's table name -> GeoDataFrame; figures are a plain frame with the source's own columns.

    Raises
    ------
    SourceError
        If a file is not what it claims, or lacks a column.
    """
    return {source.table: parse_each(_inside(path), source, joined=joined)[0]}


def parse_each(
    named: Mapping[str, Readable], source: TableSource, *, joined: DataFrame | None = None
) -> tuple[DataFrame, dict[str, int]]:
    """Read as `parse` does, from files wherever they are: name inside the snapshot -> file.

    Returns
    -------
    The frame, and the rows of each file in the frame's order, by name

    Raises
    ------
    SourceError
        As `parse` does.
    """
    try:
        return _frames(named, source, joined)
    except SourceError as error:
        where = f"source {source.id!r}: "
        raise SourceError(where + str(error).removeprefix(where), fault=error.fault) from error


def selected(file: Readable, source: TableSource) -> DataFrame:
    """Return a file's rows with the columns that the settings name or a contract knows, and no other.

    Raises
    ------
    SourceError
        If the file is not what it claims, or lacks a column.
    """
    form = format_of(file, _declared(source))
    return _read(file, form, getattr(source, "layer", None), _chosen(source, file.name))


def second(file: Readable, source: TableSource) -> DataFrame:
    """Return the joined file with its key and the columns that are taken from it, its rows all as they are."""
    named = [source.join.right, *source.join.columns.values()] if source.join else []
    frame = _read(file, format_of(file), None, lambda available: [name for name in named if name in available])
    return pd.DataFrame(frame).drop(columns="geometry", errors="ignore")


def _declared(source: TableSource) -> str:
    """Return the format the settings declare; what is stored of data that are not open is Parquet."""
    return str(getattr(source, "format", "auto"))


def _chosen(source: TableSource, name: str) -> Columns:
    if source.table == "figures":
        return lambda available: available
    return lambda available: columns_to_read(source, available, name)


def _frames(
    named: Mapping[str, Readable], source: TableSource, figures: DataFrame | None
) -> tuple[DataFrame, dict[str, int]]:
    readable = [(PurePath(name), file) for name, file in named.items() if file.suffix not in _SHAPEFILE_PARTS]
    inside = sorted(readable, key=lambda each: each[0])
    main = {name.as_posix(): file for name, file in inside if JOIN_FOLDER not in name.parts}
    beside = [file for name, file in inside if JOIN_FOLDER in name.parts]
    joined = _second(beside[0], source) if beside and figures is None else figures
    frames = compute(*[delayed(_one)(file, source, joined) for file in main.values()], scheduler="threads")  # type: ignore[no-untyped-call]
    crs = {str(getattr(frame, "crs", None)) for frame in frames}
    if len(crs) > 1:
        raise SourceError(f"its files are in different CRS: {', '.join(sorted(crs))}; bring them to one.")
    frame: DataFrame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    return frame, {name: len(part) for name, part in zip(main, frames, strict=True)}


def _inside(path: Path) -> dict[str, Readable]:
    """Return the files of a snapshot by their names inside it."""
    if not path.is_dir():
        return {path.name: path}
    return {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}


def _one(file: Readable, source: TableSource, joined: DataFrame | None) -> DataFrame:
    form = format_of(file, _declared(source) if source.open else "auto")
    raw = _read(file, form, getattr(source, "layer", None), _chosen(source, file.name))
    if source.table == "figures":
        return raw
    frame = mapped(raw, source, joined)
    return add_times(frame, source.time, source.id) if source.table == "incidents" else frame


def _second(file: Readable, source: TableSource) -> DataFrame:
    """Return the joined file; read as text where it is text, so that keys keep their leading zeros."""
    skip = source.join.skip_rows if source.join else 0
    form = format_of(file)
    if form == "csv":
        return _csv(file, lambda available: available, skip)
    return _read(file, form, None, lambda available: available).iloc[skip:].reset_index(drop=True)


def _read(file: Readable, form: Format, layer: str | None, columns: Columns) -> DataFrame:
    if form == "csv":
        return _csv(file, columns)
    if form == "parquet":
        return _parquet(file, columns)
    return _vector(file, layer, columns)


def _parquet(file: Readable, columns: Columns) -> DataFrame:
    try:
        schema = pq.read_schema(_opened(file))
        geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
        place = [geo["primary_column"]] if geo else []
        wanted = columns([name for name in schema.names if name not in place])
        reader = gpd.read_parquet if geo else pd.read_parquet
        frame: DataFrame = reader(_opened(file), columns=wanted + place)
    except (pa.ArrowException, OSError, ValueError) as error:
        msg = f"{file.name} cannot be read as Parquet; it was perhaps cut short. Fetch or write it again. ({error})"
        raise SourceError(msg) from error
    return frame


def _csv(file: Readable, columns: Columns, skip_below_header: int = 0) -> DataFrame:
    """Read text as text: what is a number or a time is decided by the contract, not by the look of a column."""
    try:
        packed = file.suffix == ".gz"
        with file.open("rb") as raw, gzip.open(raw) if packed else raw as opened:
            header = opened.readline().decode("utf-8-sig")
        separator = max(",;\t|", key=header.count)
        names = next(csv.reader([header], delimiter=separator))
        frame: DataFrame = pd.read_csv(
            _opened(file),
            compression="gzip" if packed else None,
            sep=separator,
            usecols=columns(names),
            dtype="str",
            na_values=[""],
            keep_default_na=False,
            skiprows=range(1, 1 + skip_below_header),
            encoding="utf-8-sig",
        )
    except UnicodeDecodeError as error:
        raise SourceError(f"{file.name} is not UTF-8; save it again as UTF-8 (byte {error.start}).") from error
    except (pd.errors.ParserError, EOFError, OSError) as error:
        raise SourceError(
            f"{file.name} cannot be read as CSV: {str(error).strip()}. Mend or fetch it again."
        ) from error
    return frame


def _vector(file: Readable, layer: str | None, columns: Columns) -> DataFrame:
    try:
        content = file.data if isinstance(file, Held) else file
        layer = layer or _only_layer(content, file.name)
    except DataSourceError as error:
        msg = f"{file.name} cannot be opened; it is perhaps damaged, or an error answer. Fetch it again."
        raise SourceError(msg) from error
    try:
        info = pyogrio.read_info(content, layer=layer)
        wanted = columns([str(field) for field in info["fields"]])
        # times stay text here, so that one rule (sources/times.py) reads those of every format
        frame: DataFrame = pyogrio.read_dataframe(content, layer=layer, columns=wanted, datetime_as_string=True)
    except (DataSourceError, DataLayerError, FeatureError) as error:
        said = str(error).replace(str(file), file.name).rstrip(".")
        raise SourceError(f"{file.name} cannot be read: {said}. Fetch it again, or mend `layer`.") from error
    return frame


def _only_layer(content: Path | bytes, name: str) -> str:
    layers = [str(layer) for layer, _ in pyogrio.list_layers(content)]
    if len(layers) == 1:
        return layers[0]
    if not layers:
        raise SourceError(f"{name} has no layer; fetch it again.")
    raise SourceError(f"{name} has several layers; say `layer`: one of {', '.join(layers)}.")


def _opened(file: Readable) -> Path | BinaryIO:
    return file.open("rb") if isinstance(file, Held) else file
