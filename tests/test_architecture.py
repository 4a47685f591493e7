"""The house's rules, read from its source: who may import whom, how large files and functions may be, who says what."""

import ast
import re
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {"geo": {"geo"}, "layers": {"layers", "geo"}, "flows": {"flows", "layers", "geo"}}
UNKNOWN_TO_GEO = {"geopandas", "pyogrio", "fiona", "yaml", "pydantic", "prefect", "click", "rich", "osmnx"}
UNKNOWN_TO_LAYERS = {"prefect", "click", "rich"}
MAX_FILE, MAX_FUNCTION, MAX_POSITIONAL = 300, 50, 5
MEDIAN_FILE = 150
NOT_OURS = re.compile(r"/work\b|\bissue \d|\bissue #\d", re.IGNORECASE)
# Words that put people down; a text that needs one is about the wrong thing.
STIGMATISING = re.compile(
    r"\b(junkies?|addicts?|druggies?|misbrukere?|narkoman\w*|tiggere?|vagrants?|bums?)\b", re.IGNORECASE
)


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


SOURCES = modules("geo", "layers", "flows")
WITH_TESTS = [*SOURCES, *modules("tests", "benchmarks")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """First part of every absolute import, late ones too; a relative one counts as the package's own."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(path.relative_to(ROOT).parts[0] if node.level else str(node.module).split(".")[0])
    return found


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring, which says as much as it must."""
    first = node.body[0]
    is_said = ast.get_docstring(node) is not None
    said = int(first.end_lineno or 0) - first.lineno + 1 if is_said else 0
    return int(node.end_lineno or 0) - node.lineno + 1 - said


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_flows_know_layers_know_geo_never_back(path):
    package = path.relative_to(ROOT).parts[0]
    ours = imports(path) & (MAY_IMPORT.keys() | {"tests", "benchmarks"})
    assert ours <= MAY_IMPORT[package], f"{name_of(path)} imports {sorted(ours - MAY_IMPORT[package])}"
    forbidden = {"geo": UNKNOWN_TO_GEO, "layers": UNKNOWN_TO_LAYERS, "flows": set()}[package]
    assert not imports(path) & forbidden, f"{package} must not know {sorted(imports(path) & forbidden)}"


@pytest.mark.parametrize("path", modules("geo"), ids=name_of)
def test_geo_takes_of_rasterio_what_works_on_arrays_alone(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "rasterio":
            assert {alias.name for alias in node.names} <= {"features", "Affine"}
        if isinstance(node, ast.Import):
            assert "rasterio" not in {alias.name for alias in node.names}, "rasterio opens files; geo knows none"


def test_prefect_is_known_to_its_own_module_alone():
    knowing = [name_of(path) for path in SOURCES if "prefect" in imports(path)]
    assert set(knowing) <= {
        "flows/orchestration/prefect_flow.py",
        "flows/orchestration/prefect_deploy.py",
        "flows/orchestration/prefect_night.py",
        "flows/orchestration/prefect_server.py",
    }


@pytest.mark.parametrize("path", WITH_TESTS, ids=name_of)
def test_file_has_an_owner_sentence_and_a_size(path):
    text = path.read_text(encoding="utf-8")
    first = (ast.get_docstring(tree_of(path)) or "").split("\n")[0]
    assert first, f"{name_of(path)} opens without a sentence on what it owns"
    assert first.rstrip("`").endswith((".", ":", "?")), f"{name_of(path)}: the first line must be whole sentences"
    assert text.count("\n") <= MAX_FILE, f"{name_of(path)} has {text.count(chr(10))} lines; split it"


def test_median_file_is_short():
    assert median(path.read_text(encoding="utf-8").count("\n") for path in SOURCES) <= MEDIAN_FILE


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_are_short_and_take_few_positional_arguments(path):
    for node in functions(path):
        lines = length(node)
        assert lines <= MAX_FUNCTION, f"{name_of(path)}: {node.name} has {lines} lines"
        positional = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in {"self", "cls"}]
        assert len(positional) <= MAX_POSITIONAL, f"{name_of(path)}: {node.name} takes {len(positional)} positionally"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_everything_is_annotated(path):
    for node in functions(path):
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        bare = [a.arg for a in given if a.annotation is None and a.arg not in {"self", "cls"}]
        assert not bare, f"{name_of(path)}: {node.name} leaves {bare} without a type"
        assert node.returns is not None, f"{name_of(path)}: {node.name} returns something without a type"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_keeps_state(path):
    """Constants are fine; `global` and module names that are written to later are not."""
    assert not [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Global)]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_clock_and_no_global_chance_below_flows(path):
    """Time and seeds are parameters: the same input gives the same bytes."""
    if path.relative_to(ROOT).parts[0] == "flows":
        return
    text = path.read_text(encoding="utf-8")
    found = re.findall(
        r"\b(?:datetime\.now|date\.today|time\.time|np\.random\.(?!Generator|default_rng|PCG64|SeedSequence|Philox)\w+)",
        text,
    )
    assert not found, f"{name_of(path)} uses {found}"
    assert "default_rng()" not in text


def written(*folders: str) -> list[Path]:
    """Everything people read or run, this file apart: it must name what it looks for."""
    kinds = {".py", ".yaml", ".typ", ".html", ".md", ".csv"}
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.suffix in kinds]
    return [path for path in [*found, ROOT / "README.md", ROOT / "Makefile"] if path != Path(__file__)]


def test_the_project_speaks_of_itself_alone():
    for path in written("geo", "layers", "flows", "config", "tests", "benchmarks"):
        found = NOT_OURS.search(path.read_text(encoding="utf-8"))
        assert not found, f"{name_of(path)}: {found.group(0) if found else ''!r}"


def test_no_text_puts_people_down():
    for path in written("geo", "layers", "flows", "config"):
        found = STIGMATISING.search(path.read_text(encoding="utf-8"))
        assert not found, f"{name_of(path)}: {found.group(0) if found else ''!r}"
