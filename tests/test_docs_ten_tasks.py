"""The ways that docs/ten-tasks.md shows exist: themes, groups, tables, bookmarks, headings, buttons by their names."""

import io
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from pathlib import Path

import pikepdf
import pytest

from layers.products import atlas, geopackage, web
from tests.example_release import example_style
from tests.layers.products.full_release import full_release
from tests.layers.products.geopackage.whole_release import whole_release
from tests.layers.products.web.lined_up import lined_up_release

TEXT = (Path(__file__).parents[1] / "docs" / "ten-tasks.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")][
    2:
]
NOT_OURS = {"Project", "Import/Export", "Export Map to PDF"}  # menus of QGIS


def named(column: int, mark: str = r"\*([^*]+)\*") -> list[str]:
    """What a product's cells name, without the dots that shorten it."""
    found = [name for row in ROWS for name in re.findall(mark, row[column])]
    return sorted({name.replace("…", "").strip() for name in found} - NOT_OURS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def projects(folder):
    package = geopackage.write(whole_release(), example_style(), folder)[0]
    with closing(sqlite3.connect(package)) as database:
        held = dict(database.execute("SELECT name, content FROM qgis_projects"))
    archives = {name: zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) for name, content in held.items()}
    return {name: ET.fromstring(archive.read(archive.namelist()[0])) for name, archive in archives.items()}


def test_there_are_ten_tasks_and_each_has_a_count_or_none():
    assert len(ROWS) == 10
    assert all(re.match(r"\d: |–|0: ", cell) for row in ROWS for cell in row[1:])


@pytest.mark.parametrize("name", named(1))
def test_qgis_has_the_theme_group_or_project(projects, name):
    root = projects["Oversikt"]
    themes = [theme.get("name") for theme in root.findall("visibility-presets/visibility-preset")]
    groups = [group.get("name") for group in root.iter("layer-tree-group")]
    assert any(known and known.startswith(name) for known in (*themes, *groups, *projects))


@pytest.mark.parametrize("table", named(1, r"`([a-z_]+)`"))
def test_the_group_of_tables_holds_the_table(projects, table):
    [group] = [g for g in projects["Oversikt"].iter("layer-tree-group") if g.get("name") == "Tabeller"]
    assert f"layer_{table}_of_release" in {leaf.get("id") for leaf in group.iter("layer-tree-layer")}


def test_the_bookmarks_of_qgis_are_named_as_they_are(projects):
    marks = {mark.get("name") for mark in projects["Oversikt"].findall("Bookmarks/Bookmark")}
    assert marks == set(re.findall(r"\*((?:Hele|Stedene)[^*]+)\*", TEXT))


def test_the_pdf_has_every_bookmark(folder):
    paths = atlas.write(full_release(), example_style(), folder)
    with pikepdf.open(paths[0]) as pdf, pdf.open_outline() as outline:
        titles = list(_titles(outline.root))
    assert [name for name in named(2) if not any(name in title for title in titles)] == []


def _titles(items):
    for item in items:
        yield item.title
        yield from _titles(item.children)


def test_the_page_has_every_heading_in_its_contents_and_every_button(folder):
    (path,) = web.write(lined_up_release(), example_style(), folder)
    page = path.read_text(encoding="utf-8")
    contents = set(re.findall(r'<li><a href="#[a-z-]+-nb">([^<]+)</a>', page))
    buttons = set(re.findall(r"<(?:button|summary)[^>]*>([^<]+)<", page))
    assert set(named(3)) <= contents | buttons
