"""Files as a source: GeoPackage, GeoJSON, Shapefile, Parquet and CSV to a raw frame. Checks no value, moves no point."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dask
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from pandas import DataFrame
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from layers.city import FileSource
from layers.errors import SourceError
from layers.sources.mapping import columns_to_read, mapped
from layers.sources.paths import JOIN_FOLDER
from layers.sources.sniff import Format, format_of
from layers.sources.times import add_times

Columns = Callable[[list[str]], list[str]]
_SHAPEFILE_PARTS = {".shx", ".dbf", ".prj", ".cpg"}


def parse(path: Path, source: FileSource) -> dict[str, Any]:
    """Read a file source into one raw frame under the contract's column names, in the CRS the source states.

    Times become instants in UTC. Rows that may not pass carry a reason in the column `refused`.

    Parameters
    ----------
    path : Path
        A file, or the folder of a snapshot with several; these are read in parallel and follow one another by name.
    source : FileSource
        What the YAML says of it.

    Returns
    -------
    dict
        The source's table name -> GeoDataFrame.

    Raises
    ------
    SourceError
        If a file is not what it claims, or lacks a column.
    """
    files, joined = _parts(path, source)
    frames = dask.compute(*[dask.delayed(_one)(file, source, joined) for file in files], scheduler="threads")
    crs = {str(frame.crs) for frame in frames}
    if len(crs) > 1:
        raise SourceError(f"source {source.id!r}: its files are in different CRS: {', '.join(sorted(crs))}.")
    return {source.table: frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)}


def _parts(path: Path, source: FileSource) -> tuple[list[Path], DataFrame | None]:
    if not path.is_dir():
        return [path], None
    inside = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix not in _SHAPEFILE_PARTS)
    main = [file for file in inside if JOIN_FOLDER not in file.relative_to(path).parts]
    second = [file for file in inside if file not in main]
    return main, _second(second[0], source) if second else None


def _one(file: Path, source: FileSource, joined: DataFrame | None) -> DataFrame:
    form = format_of(file, source.format)
    raw = _read(file, form, source.layer, lambda available: columns_to_read(source, available, file.name))
    frame = mapped(raw, source, joined)
    return add_times(frame, source.time, source.id) if source.table == "incidents" else frame


def _second(file: Path, source: FileSource) -> DataFrame:
    """The joined file; read as text where it is text, so that keys keep their leading zeros."""
    skip = source.join.skip_rows if source.join else 0
    form = format_of(file)
    if form == "csv":
        return _csv(file, lambda available: available, skip)
    return _read(file, form, None, lambda available: available).iloc[skip:].reset_index(drop=True)


def _read(file: Path, form: Format, layer: str | None, columns: Columns) -> DataFrame:
    if form == "csv":
        return _csv(file, columns)
    if form == "parquet":
        return _parquet(file, columns)
    return _vector(file, layer, columns)


def _parquet(file: Path, columns: Columns) -> DataFrame:
    try:
        schema = pq.read_schema(file)
        geometry = b"geo" in (schema.metadata or {})
        wanted = columns([name for name in schema.names if name != "geometry"])
        if geometry:
            return gpd.read_parquet(file, columns=[*wanted, "geometry"])
        return pq.read_table(file, columns=wanted, use_threads=False).to_pandas()
    except (pa.ArrowException, OSError) as error:
        msg = f"{file.name} cannot be read as Parquet; it was perhaps cut short. Fetch or write it again. ({error})"
        raise SourceError(msg) from error


def _csv(file: Path, columns: Columns, skip_below_header: int = 0) -> DataFrame:
    """Read text as text: what is a number or a time is decided by the contract, not by the look of a column."""
    try:
        header = pd.read_csv(file, nrows=0, sep="\x00", header=0, encoding="utf-8-sig", quoting=csv.QUOTE_NONE).columns[
            0
        ]
        separator = max(",;\t|", key=header.count)
        names = next(csv.reader([header], delimiter=separator))
        return pd.read_csv(
            file,
            sep=separator,
            usecols=columns([name.strip() for name in names]),
            dtype="str",
            na_values=[""],
            keep_default_na=False,
            skiprows=range(1, 1 + skip_below_header),
            encoding="utf-8-sig",
        )
    except UnicodeDecodeError as error:
        raise SourceError(f"{file.name} is not UTF-8; save it again as UTF-8 (byte {error.start}).") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, EOFError, OSError) as error:
        raise SourceError(f"{file.name} cannot be read as CSV: {str(error).strip()}.") from error


def _vector(file: Path, layer: str | None, columns: Columns) -> DataFrame:
    try:
        layer = layer or _only_layer(file)
        info = pyogrio.read_info(file, layer=layer)
        wanted = columns([str(field) for field in info["fields"]])
        # times stay text here, so that one rule (sources/times.py) reads those of every format
        return pyogrio.read_dataframe(file, layer=layer, columns=wanted, datetime_as_string=True)
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise SourceError(f"{file.name} cannot be read: {error}. Fetch it again, or mend `layer`.") from error


def _only_layer(file: Path) -> str:
    layers = [str(name) for name, _ in pyogrio.list_layers(file)]
    if len(layers) == 1:
        return layers[0]
    if not layers:
        raise SourceError(f"{file.name} has no layer.")
    raise SourceError(f"{file.name} has several layers; say `layer`: one of {', '.join(layers)}.")
