"""The simulated city as a source: one archive of Parquet tables, and reading it back. Simulates nothing itself."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import City, SimulatedSource, Source
from layers.errors import PublishError, SourceError
from layers.simulation import simulate
from layers.tables import Expected

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: bytes do not depend on the clock
_TRUTH = ("expected_points", "expected_rates", "expected_help")
_NEEDED = ("incidents", "expected_points", "expected_rates")
_STAMP = "SIMULATED"


def fetch(source: SimulatedSource, city: City) -> bytes:
    """Simulate the city and return it as one zip: `<table>.parquet` per table and the two tables of the truth."""
    simulated = simulate(source, city)
    frames = {
        **simulated.tables,
        "expected_points": simulated.expected.points,
        "expected_rates": simulated.expected.rates,
        "expected_help": simulated.expected.help,
    }
    return archive(frames)


def archive(frames: Mapping[str, DataFrame]) -> bytes:
    """Return frames as one zip of `<name>.parquet`, the same bytes for the same frames."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as opened:  # Parquet is compressed already
        for name in sorted(frames):
            opened.writestr(zipfile.ZipInfo(f"{name}.parquet", _EPOCH), _parquet(frames[name]))
    return packed.getvalue()


def members(path: Path, source_id: str) -> dict[str, DataFrame]:
    """Read every frame of an archive but the truth; those with a geometry are GeoDataFrames.

    Raises
    ------
    SourceError
        If the file is not such an archive.
    """
    with _opened(path, source_id) as packed:
        names = [name.removesuffix(".parquet") for name in packed.namelist()]
        return {name: _frame(packed, name) for name in names if name not in _TRUTH}


def _frame(packed: zipfile.ZipFile, name: str) -> DataFrame:
    has_places = b"geo" in (pq.read_schema(_member(packed, name)).metadata or {})
    frame: DataFrame = (gpd.read_parquet if has_places else pd.read_parquet)(_member(packed, name))
    return frame


def parse(path: Path, source: SimulatedSource) -> dict[str, GeoDataFrame]:
    """Read the tables of an archive made by `fetch`, by table name.

    Raises
    ------
    SourceError
        If the file is not such an archive.
    """
    return {name: frame for name, frame in members(path, source.id).items() if isinstance(frame, GeoDataFrame)}


def expected(path: Path, source: Source) -> Expected:
    """Read the truth of an archive made by `fetch`; raises SourceError as `parse` does."""
    with _opened(path, source.id) as packed:
        points, rates = (pd.read_parquet(_member(packed, name)) for name in _TRUTH[:2])
        has_help = f"{_TRUTH[2]}.parquet" in packed.namelist()
        return Expected(points, rates, pd.read_parquet(_member(packed, _TRUTH[2])) if has_help else None)


def write_files(packed: bytes, directory: Path) -> tuple[Path, ...]:
    """Unpack an archive for people: one GeoPackage, the incidents and truth also as Parquet and CSV.

    Returns
    -------
    tuple of Path
        The files written; each bears SIMULATED in its name.

    Raises
    ------
    PublishError
        If the directory cannot be written to.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            return tuple(_unpacked(archive, directory))
    except OSError as error:
        msg = f"{directory}: cannot be written ({error.strerror}). Name a writable folder with --out."
        raise PublishError(msg) from error


def _unpacked(archive: zipfile.ZipFile, directory: Path) -> Iterator[Path]:
    tables = {name.removesuffix(".parquet"): name for name in archive.namelist()}
    package = directory / f"{_STAMP}-city.gpkg"
    package.unlink(missing_ok=True)
    for name in tables:
        if name not in _TRUTH:
            _add_layer(package, name, gpd.read_parquet(_member(archive, name)))
    yield package
    for name in ("incidents", *_TRUTH):
        target = directory / f"{_STAMP}-{name}.parquet"
        target.write_bytes(archive.read(tables[name]))
        yield target
    rates = directory / f"{_STAMP}-expected_rates.csv"
    pd.read_parquet(_member(archive, "expected_rates")).to_csv(rates, index=False, lineterminator="\n")
    yield rates


def _add_layer(package: Path, name: str, table: GeoDataFrame) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"})  # same bytes at any hour
    try:
        plain = table.assign(**{column: table[column].astype(str) for column in table.select_dtypes("category")})
        pyogrio.write_dataframe(
            plain,
            package,
            layer=name,
            driver="GPKG",
            append=package.exists(),
            layer_options={"DESCRIPTION": f"{_STAMP}: {name} of a city that does not exist"},
            use_arrow=True,
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _parquet(frame: DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _member(archive: zipfile.ZipFile, name: str) -> io.BytesIO:
    return io.BytesIO(archive.read(f"{name}.parquet"))


@contextmanager
def _opened(path: Path, source_id: str) -> Iterator[zipfile.ZipFile]:
    """Open the archive, or say that it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not {f"{name}.parquet" for name in _NEEDED} <= set(archive.namelist()):
                raise zipfile.BadZipFile("tables are missing")
            yield archive
    except (OSError, zipfile.BadZipFile) as error:
        msg = f"source {source_id!r}: {path.name} is not an archive of the simulated city ({error}). Fetch it again."
        raise SourceError(msg) from error
