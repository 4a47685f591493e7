"""The GeoPackage of a release: layers, styles, two QGIS projects, words, provenance, in one file that QGIS only reads.

Owns the file and its bytes; which layers there are and how they look is said elsewhere.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyogrio
from geopandas import GeoDataFrame

from layers.disclosure.release import Release, Run
from layers.errors import PublishError
from layers.products.geopackage import gpkg_tables
from layers.products.geopackage.qgis_layers import Tables
from layers.products.geopackage.qgis_project import projects, zipped
from layers.products.geopackage.vector_layers import VectorLayer, vector_layers
from layers.products.records import stamped
from layers.style import Style

_ROLLBACK_JOURNAL = b"\x01\x01"  # header bytes 18 and 19; \x02\x02 is WAL, which litters and locks shared folders

_READ_ONLY = 0o444  # QGIS then offers no editing, which would leave a write-ahead log beside the file


def write(release: Release, style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `<city>.gpkg` and `<city>.qgz`.

    Parameters
    ----------
    release
        Everything in it stands in one metric CRS.
    style
        Colours and words.
    directory
        Folder of the run; the projects refer to the GeoPackage and to `rasters/` relative to it.

    Returns
    -------
    tuple of Path
        The GeoPackage and the project.

    Raises
    ------
    PublishError
        If the finished file is not sound.
    """
    path = directory / f"{release.city.city}.gpkg"
    path.unlink(missing_ok=True)
    layers = vector_layers(release, style)
    with fixed_clock(release.run), _unhurried():
        for layer in layers:
            _write_layer(path, layer, release, style)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        made = _complete(database, layers, release, style)
    _check(path)
    path.chmod(_READ_ONLY)
    project = directory / f"{release.city.city}.qgz"
    project.write_bytes(zipped(next(iter(made.values())), name=release.city.city))
    return path, project


@contextmanager
def fixed_clock(run: Run) -> Iterator[None]:
    """Let GDAL date its entries by the run, so that the same run gives the same bytes."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": run.built_at.strftime(gpkg_tables.TIME_FORMAT)})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


@contextmanager
def _unhurried() -> Iterator[None]:
    """Let GDAL leave to the system when bytes reach the disk: half a file is never shown, publishing syncs it whole."""
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": None})


def _write_layer(path: Path, layer: VectorLayer, release: Release, style: Style) -> None:
    words = style.layers[layer.name]
    named = {
        "IDENTIFIER": stamped(words.title.nb, release, layer=layer.name),
        "DESCRIPTION": stamped(f"{words.about.nb} / {words.about.en}", release, layer=layer.name),
    }
    # 1.4, the default, makes QGIS 3.22 warn at every layer; VERSION counts only on the call that makes the file
    creation: dict[str, object] = {} if path.exists() else {"dataset_options": {"VERSION": "1.2"}}
    if isinstance(layer.table, GeoDataFrame):
        creation |= {"geometry_type": layer.geometry_type, "promote_to_multi": layer.geometry_type != "Point"}
    pyogrio.write_dataframe(
        layer.table, path, layer=layer.name, driver="GPKG", layer_options=named, use_arrow=True, **creation
    )


def _complete(
    database: sqlite3.Connection, layers: tuple[VectorLayer, ...], release: Release, style: Style
) -> dict[str, str]:
    """Add what GDAL does not write, and return the projects by name."""
    database.execute("PRAGMA journal_mode=DELETE")
    database.execute("PRAGMA synchronous=OFF")  # as GDAL above
    database.execute("BEGIN")
    gpkg_tables.create(database)
    views = gpkg_tables.add_views(database, release, style)
    columns = gpkg_tables.columns_of(database)
    geometry = {layer.name: layer.geometry_type for layer in layers} | views
    made = projects(release, style, Tables(columns, geometry))
    gpkg_tables.add_styles(database, columns, release, style)
    gpkg_tables.add_aliases(database, columns, style)
    gpkg_tables.add_metadata(database, columns, release, style)
    gpkg_tables.add_projects(database, {name: zipped(qgs, name=name) for name, qgs in made.items()}, release)
    database.execute("COMMIT")
    database.execute("VACUUM")
    return made


def _check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        said = database.execute("PRAGMA integrity_check").fetchone()[0]
    with path.open("rb") as file:
        versions = file.read(20)[18:]
    if said != "ok" or versions != _ROLLBACK_JOURNAL:
        msg = f"{path.name}: the finished GeoPackage is not sound ({said}). Is the disk full, or failing? Run again."
        raise PublishError(msg)
