"""Reads the tables of config/facts/<city>, each row against its contract. Judges no fact."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from layers.city.base import Frozen
from layers.city.facts import (
    Expectation,
    FactMeasure,
    FactPlace,
    Facts,
    FactSource,
    MappingRow,
    PublishedCount,
    PublishedIndicator,
    SurveyFigure,
    ToldFact,
)

TABLES: Mapping[str, type[Frozen]] = MappingProxyType(
    {
        "sources": FactSource,
        "places": FactPlace,
        "interventions": FactMeasure,
        "mapping_rounds": MappingRow,
        "survey_figures": SurveyFigure,
        "published_counts": PublishedCount,
        "published_indicators": PublishedIndicator,
        "expectations": Expectation,
        "statements": ToldFact,
    }
)
OTHERS = frozenset({"coverage", "practice", "services"})  # of the folder: what the product makes of it, and sources
_IDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sources": ("source_id",),
        "places": ("place_id",),
        "interventions": ("intervention_id",),
        "mapping_rounds": ("round", "place_id"),
        "survey_figures": ("figure_id",),
        "published_counts": ("count_id",),
        "published_indicators": ("zone", "year", "indicator"),
        "expectations": ("expectation_id",),
        "statements": ("statement_id",),
    }
)
_HOMES: Mapping[str, str] = MappingProxyType({"source_id": "sources", "place_id": "places"})


@dataclass(frozen=True)
class Wrong:
    """One thing that cannot be so, with its file, line (1 is the header) and column."""

    path: Path
    line: int
    column: str
    text: str


@dataclass(frozen=True)
class _Read:
    """A row that keeps its contract, and its line."""

    line: int
    row: Any


def read_facts(folder: Path) -> tuple[Facts | None, tuple[Wrong, ...]]:
    """Read every table of a folder of facts; one that is not there has no rows, but sources.csv is needed.

    Returns
    -------
    Facts or None, tuple of Wrong
        None if anything is wrong; all of it is told at once, in the order of files and lines.
    """
    wrong: list[Wrong] = []
    known = {*TABLES, *OTHERS}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in known:
            wrong.append(Wrong(path, 1, "", f"is no table of facts. Known: {', '.join(sorted(known))}."))
    if not (folder / "sources.csv").is_file():
        text = "is missing: every fact names a source in it."
        return None, (*wrong, Wrong(folder / "sources.csv", 1, "", text))
    read: dict[str, list[_Read]] = {}
    for name, model in TABLES.items():
        path = folder / f"{name}.csv"
        read[name], of_table = _table(path, model) if path.is_file() else ([], [])
        wrong += of_table
    wrong += _across(folder, read, broken={one.path.stem for one in wrong})
    if wrong:
        return None, tuple(sorted(wrong, key=lambda w: (str(w.path), w.line, w.column)))
    return Facts(name=folder.name, **{name: tuple(r.row for r in rows) for name, rows in read.items()}), ()


def _table(path: Path, model: type[Frozen]) -> tuple[list[_Read], list[Wrong]]:
    rows, wrong = [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or [])
            if unknown := [column for column in columns if column not in model.model_fields]:
                text = f"is no column of this table. Known: {', '.join(model.model_fields)}."
                return [], [Wrong(path, 1, column, text) for column in unknown]
            for said in reader:
                row, of_row = _row(said, model, path=path, line=reader.line_num)
                rows += [] if row is None else [_Read(reader.line_num, row)]
                wrong += of_row
    except UnicodeDecodeError:
        return [], [Wrong(path, 1, "", "is not UTF-8 text. Save it as UTF-8.")]
    return rows, wrong


def _row(said: dict[Any, Any], model: type[Frozen], *, path: Path, line: int) -> tuple[Any, list[Wrong]]:
    if None in said:
        return None, [Wrong(path, line, "", "has more cells than the header. Quote text that holds a comma.")]
    given = {column: text.strip() for column, text in said.items() if text and text.strip()}
    try:
        return model.model_validate(given), []
    except ValidationError as error:
        return None, [Wrong(path, line, *_in_words(detail)) for detail in error.errors()]


def _in_words(detail: Any) -> tuple[str, str]:
    column = str(detail["loc"][0]) if detail["loc"] else ""
    if detail["type"] == "missing":
        return column, "is empty. Every row needs it."
    if not column:
        return column, f"{detail['msg'].removeprefix('Value error, ')}."
    return column, f"{detail['input']!r} cannot stand here: {detail['msg'][:1].lower()}{detail['msg'][1:]}."


def _across(folder: Path, read: Mapping[str, list[_Read]], *, broken: set[str]) -> Iterator[Wrong]:
    """Look for names given twice, and for names that nothing bears, where the table that gives them is whole."""
    homes = {column: home for column, home in _HOMES.items() if home not in broken}
    known = {column: {getattr(r.row, column) for r in read[home]} for column, home in homes.items()}
    for name, rows in read.items():
        path, seen = folder / f"{name}.csv", dict[tuple[str, ...], int]()
        for one in rows:
            own = tuple(str(getattr(one.row, column)) for column in _IDS[name])
            if own in seen:
                text = f"{', '.join(own)} stands twice, first on line {seen[own]}. Keep one row."
                yield Wrong(path, one.line, _IDS[name][0], text)
            seen.setdefault(own, one.line)
            for column, names in known.items():
                said = getattr(one.row, column, None)
                if said is not None and said not in names:
                    text = f"{said!r} stands in no row of {_HOMES[column]}.csv. Add it there."
                    yield Wrong(path, one.line, column, text)
