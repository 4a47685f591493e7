"""Tables of a GeoPackage that GDAL does not write: styles, aliases, metadata, projects, a view. Owns SQL, no look."""

import json
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from layers.disclosure.release import Release
from layers.products.geopackage import qgis_xml as qx
from layers.products.geopackage.contract import COLUMNS, VIEWS, View
from layers.products.geopackage.qgis_style import look, qml
from layers.products.geopackage.vector_layers import latest_period
from layers.products.records import credit_line, run_facts, stamped
from layers.style import Style

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.000Z"
_SPEC = "http://www.geopackage.org/spec120/"
_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB);
"""


def create(database: sqlite3.Connection) -> None:
    """Create the tables of the schema and metadata extensions and those of QGIS, and register the extensions."""
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            database.execute(statement)
    extensions = {
        "gpkg_data_columns": ("gpkg_schema", "#extension_schema"),
        "gpkg_data_column_constraints": ("gpkg_schema", "#extension_schema"),
        "gpkg_metadata": ("gpkg_metadata", "#extension_metadata"),
        "gpkg_metadata_reference": ("gpkg_metadata", "#extension_metadata"),
    }
    rows = [(table, name, f"{_SPEC}{anchor}") for table, (name, anchor) in extensions.items()]
    database.executemany("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')", rows)


def add_views(database: sqlite3.Connection, release: Release, style: Style) -> dict[str, str | None]:
    """Add the layers that are views, and return the kind of geometry of each.

    The latest period's hot spots of the headline series are the first layer of the file: an analyst who drags the whole
    table onto a map sees all periods drawn upon each other.
    """
    names = [row[1] for row in database.execute("PRAGMA table_info(hotspots)") if row[1] != "fid"]
    columns = ", ".join(f'"{name}"' for name in names)
    # ids are slugs, checked when the city's file was read: no quote can stand in them
    which = f"period = '{latest_period(release)}' AND series = '{release.city.harm.series[0].id}'"
    latest = f"SELECT fid AS OGC_FID, {columns} FROM hotspots WHERE {which}"  # noqa: S608 - slugs
    _add_view(
        database, "hotspots_latest", latest, of="hotspots", described=_described("hotspots_latest", release, style)
    )
    present = {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")}
    made = [view for view in VIEWS if {view.rows, view.places} <= present]
    for view in made:
        _add_view(database, view.name, _joined(view), of=view.places, described=_described(view.name, release, style))
    return dict.fromkeys(("hotspots_latest", *(view.name for view in made)), "MultiPolygon")


def _joined(view: View) -> str:
    rows = ", ".join(f'r."{name}"' for name in COLUMNS[view.rows])
    words = ", ".join(f'p."{name}"' for name in view.words)
    # names of our own contract
    join = f'FROM {view.rows} r JOIN {view.places} p ON p."{view.key}" = r."{view.key}"'
    return f"SELECT r.fid AS OGC_FID, p.geom AS geom, {rows}, {words} {join}"


def _described(name: str, release: Release, style: Style) -> tuple[str, str]:
    words = style.layers[name]
    title, about = words.title.nb, f"{words.about.nb} / {words.about.en}"
    return stamped(title, release, layer=name), stamped(about, release, layer=name)


def _add_view(database: sqlite3.Connection, name: str, select: str, *, of: str, described: tuple[str, str]) -> None:
    """Create a view with the places of `of`, and list it as a layer; GDAL asks for a first column OGC_FID."""
    database.execute(f"CREATE VIEW {name} AS {select}")
    rowid = 0 if name == "hotspots_latest" else None
    database.execute(
        "INSERT INTO gpkg_contents (rowid, table_name, data_type, identifier, description, last_change,"
        " min_x, min_y, max_x, max_y, srs_id)"
        " SELECT ?, ?, 'features', ?, ?, last_change, min_x, min_y, max_x, max_y, srs_id"
        " FROM gpkg_contents WHERE table_name = ?",
        (rowid, name, *described, of),
    )
    database.execute(
        "INSERT INTO gpkg_geometry_columns SELECT ?, column_name, geometry_type_name, srs_id, z, m"
        " FROM gpkg_geometry_columns WHERE table_name = ?",
        (name, of),
    )


def columns_of(database: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of every layer of the file, without geometry, as QGIS numbers them."""
    tables = [row[0] for row in database.execute("SELECT table_name FROM gpkg_contents ORDER BY rowid")]
    said = {table: database.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall() for table in tables}
    return {table: ["fid" if n == "OGC_FID" else n for (n,) in names if n != "geom"] for table, names in said.items()}


def add_styles(
    database: sqlite3.Connection, columns: Mapping[str, Sequence[str]], release: Release, style: Style
) -> None:
    """Add a default style for every layer, and list the table of styles: unlisted, QGIS does not look into it."""
    now = release.run.built_at.strftime(TIME_FORMAT)
    for table, names in columns.items():
        geometry = "geom" if look(table, release, style).renderer is not None else ""
        title = stamped(style.layers[table].title.nb, release, layer=table)
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
            " styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
            " VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)",
            (table, geometry, table, qml(table, names, release, style), title, now),
        )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles', ?, 0)",
        (now,),
    )


def add_aliases(database: sqlite3.Connection, columns: Mapping[str, Sequence[str]], style: Style) -> None:
    """Add the words for every column, for readers other than QGIS too."""
    views = {"hotspots_latest", *(view.name for view in VIEWS)}
    for table, names in columns.items():
        for name in names:
            said = style.column(table, name)
            unit = f" [{said.unit}]" if said.unit else ""
            column = "OGC_FID" if name == "fid" and table in views else name
            row = (table, column, said.nb, said.en, f"{said.nb} / {said.en}{unit}")
            database.execute("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", row)


def add_metadata(
    database: sqlite3.Connection, columns: Mapping[str, Sequence[str]], release: Release, style: Style
) -> None:
    """Add a description of every layer that QGIS shows, and the run's provenance as JSON for the whole file."""
    now = release.run.built_at.strftime(TIME_FORMAT)
    provenance = json.dumps(dict(run_facts(release)), ensure_ascii=False, indent=1)
    row = ("dataset", "https://json.org/", "application/json", provenance)
    reference = "INSERT INTO gpkg_metadata_reference VALUES (?, ?, NULL, NULL, ?, ?, NULL)"
    entry = "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES (?, ?, ?, ?)"
    database.execute(reference, ("geopackage", None, now, database.execute(entry, row).lastrowid))
    for table in columns:
        described = _qmd(table, release, style)
        made = database.execute(entry, ("dataset", "http://mrcc.com/qgis.dtd", "text/xml", described)).lastrowid
        database.execute(reference, ("table", table, now, made))


def add_projects(database: sqlite3.Connection, zips: Mapping[str, bytes], release: Release) -> None:
    """Add QGIS projects; the content is the zipped .qgs in hexadecimal, as QGIS stores it. No user name is kept."""
    about = {"last_modified_time": release.run.built_at.strftime("%Y-%m-%dT%H:%M:%S"), "last_modified_user": ""}
    rows = [(name, json.dumps(about), content.hex()) for name, content in zips.items()]
    database.executemany("INSERT INTO qgis_projects VALUES (?, ?, ?)", rows)


def _qmd(table: str, release: Release, style: Style) -> str:
    words = style.layers[table]
    fields = {
        "identifier": f"{release.city.city}/{release.run.run_id}/{table}",
        "parentidentifier": "",
        "language": "NOB",
        "type": "dataset",
        "title": stamped(f"{words.title.nb} / {words.title.en}", release),
        "abstract": stamped(f"{words.about.nb} / {words.about.en}", release),
        "rights": credit_line(release),
        "encoding": "UTF-8",
    }
    parts: list[ET.Element] = [qx.element(tag, text=text) for tag, text in fields.items()]
    parts += [qx.element("license", text=s.licence) for s in release.snapshots]
    parts += [qx.element("history", text=f"{key}: {value}") for key, value in run_facts(release)]
    return qx.document(qx.element("qgis", *parts, version=qx.QGIS_VERSION))
