"""Rules of safety read from the code: YAML, SQL, shells, TLS, XML, state that is private."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [path for package in ("geo", "layers", "flows") for path in sorted((ROOT / package).rglob("*.py"))]


# Names of views are constants of the file; periods and series are slugs, which hold letters, digits, - and _ alone.
FROM_SLUGS = {"layers/products/geopackage/gpkg_tables.py"}


def calls(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def is_built(node):
    """Whether a text is put together from parts: an f-string with values, %, + or .format."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.Call):
        said = ast.unparse(node.func)  # psycopg.sql composes: it quotes names itself
        return said.endswith(".format") and "sql." not in ast.unparse(node)
    return isinstance(node, ast.BinOp) and "SQL(" not in ast.unparse(node)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_unsafe_call(path):
    for node, name in calls(path):
        where = f"{path.name} line {node.lineno}: {name}"
        if name in {"yaml.load", "yaml.full_load", "yaml.unsafe_load"}:
            loader = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "Loader"]
            assert name == "yaml.load" and loader and "Safe" in loader[0], where
        assert name not in {"eval", "exec", "os.system", "pickle.load", "pickle.loads", "marshal.loads"}, where
        for keyword in node.keywords:
            said = ast.unparse(keyword.value)
            assert (keyword.arg, said) not in {("shell", "True"), ("verify", "False"), ("allow_pickle", "True")}, where
        if name.endswith((".execute", ".executescript", ".executemany")) and node.args:
            known = path.relative_to(ROOT).as_posix() in FROM_SLUGS
            assert known or not is_built(node.args[0]), f"{where} builds its SQL; bind values, compose names"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_xml_that_comes_from_outside_is_read_without_entities(path):
    text = path.read_text(encoding="utf-8")
    if re.search(r"(ElementTree|minidom)\.(parse|fromstring)|ET\.(parse|fromstring)", text):
        assert "defusedxml" in text or "DOCTYPE" in text, path.name


def test_the_code_plants_no_secret():
    for path in SOURCES:
        assert not re.search(
            r"(password|token|secret)\s*=\s*[\"'][^\"'{]{6,}[\"']", path.read_text(encoding="utf-8")
        ), path
