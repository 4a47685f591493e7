"""One GeoPackage of the whole release for all tests of this folder that only read it."""

import io
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing

import pytest

from layers.products import geopackage
from tests.example_release import example_style
from tests.layers.products.geopackage.whole_release import whole_release


@pytest.fixture(scope="package")
def package(tmp_path_factory):
    directory = tmp_path_factory.mktemp("run")
    return geopackage.write(whole_release(), example_style(), directory)[0]


@pytest.fixture(scope="package")
def rows(package):
    """Ask the file a question in SQL."""
    with closing(sqlite3.connect(f"file:{package}?mode=ro", uri=True)) as database:
        yield lambda sql, *values: database.execute(sql, values).fetchall()


@pytest.fixture(scope="package")
def qgs(rows):
    """Return the projects in the file by name, as parsed XML."""

    def unzipped(content: str) -> ET.Element:
        with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
            return ET.fromstring(archive.read(archive.namelist()[0]))

    return {name: unzipped(content) for name, content in rows("SELECT name, content FROM qgis_projects")}
