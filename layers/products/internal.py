"""The internal GeoPackage: local statistics, histories and clusters for analysts. No public product is made here.

Owns the file and what stands beside it; who may read the folder is the caller's affair.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyogrio
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.disclosure.release import Release
from layers.errors import PublishError
from layers.internal import Internal
from layers.products.geopackage import fixed_clock
from layers.products.records import both, run_facts, stamped
from layers.style import Style

MARK = "internal: not for publication"
README = "README-internal.txt"
_ABOUT = """{mark}
intern: ikke for offentliggjøring

{name}, {run}{stamp}

Local statistics of registered incidents, with small counts and the present state of places. Shown to the public, or
to patrols every night, they would point at people. Take figures and maps for others from the public product.

Lokal statistikk over registrerte hendelser, med små tall og stedenes tilstand nå. Vist fram for alle, eller for
patruljer hver natt, ville den peke på mennesker. Hent tall og kart til andre fra det offentlige produktet.

{layers}
"""


def write(internal: Internal, release: Release, style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `<city>-internal.gpkg` and a text that says what it is.

    Parameters
    ----------
    internal
        Its layers; an empty one is written too, so that a reader sees that nothing was found.
    release
        Of the same run: names the city, the run and its sources. Nothing of it is written.
    style
        Words for layers and columns.
    directory
        Folder of the internal run, outside every public one.

    Raises
    ------
    PublishError
        If the finished file is not sound.
    """
    path = directory / f"{release.city.city}-internal.gpkg"
    path.unlink(missing_ok=True)
    with fixed_clock(release.run):
        for name, table in internal.layers.items():
            _write(path, name, table, release, style)
        facts = DataFrame([("mark", MARK), *run_facts(release)], columns=["key", "value"])
        _write(path, "run_info", facts, release, style)
        _write(path, "data_dictionary", _dictionary(internal, style), release, style)
    _seal(path)
    readme = directory / README
    readme.write_text(_readme(internal, release, style), encoding="utf-8")
    return path, readme


def _write(path: Path, name: str, table: DataFrame, release: Release, style: Style) -> None:
    words = style.layers[name]
    described = {
        "IDENTIFIER": f"{MARK}: {stamped(words.title.en, release)}",
        "DESCRIPTION": f"{MARK}. {stamped(both(words.about), release)}",
    }
    creation: dict[str, object] = {} if path.exists() else {"dataset_options": {"VERSION": "1.2"}}
    if isinstance(table, GeoDataFrame):
        creation |= {"geometry_type": "MultiPolygon", "promote_to_multi": True}
    pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", layer_options=described, **creation)


def _dictionary(internal: Internal, style: Style) -> DataFrame:
    rows = []
    for name, table in internal.layers.items():
        for column in (column for column in table.columns if column != "geometry"):
            said = style.column(name, str(column))
            rows.append((name, column, said.nb, said.en, said.unit))
    return DataFrame(rows, columns=["table", "column", "nb", "en", "unit"])


def _readme(internal: Internal, release: Release, style: Style) -> str:
    lines = []
    for name, table in internal.layers.items():
        about = style.layers[name].about
        lines.append(f"{name} ({len(table)})\n  {about.en}\n  {about.nb}")
    stamp = f", {both(release.stamp)}" if release.stamp else ""
    said = {"name": both(release.city.name), "run": release.run.run_id, "layers": "\n\n".join(lines)}
    return _ABOUT.format(mark=MARK, stamp=stamp, **said)


def _seal(path: Path) -> None:
    """Leave no write-ahead log, and look whether the file is whole."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        database.execute("VACUUM")
        said = database.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        msg = f"{path.name}: the finished GeoPackage is not sound ({said}). Is the disk full, or failing? Run again."
        raise PublishError(msg)
