"""Tables of harm weights in config/harm_weights: finds and reads the one a city names. Weighs nothing."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.configuration.plain_words import unknown
from flows.configuration.yaml_lines import Document, KeyPath, Mistake

FOLDER = "harm_weights"
COLUMNS = ("category", "weight", "unit", "source", "confidence")
_KEY: KeyPath = ("multiverse", "harm_weights")


def with_harm_weights(document: Document, config_dir: Path) -> tuple[Document, list[Mistake]]:
    """Put the table that `multiverse.harm_weights` names in the place of its name."""
    section = document.data.get("multiverse")
    name = section.get("harm_weights") if isinstance(section, dict) else None
    if not isinstance(section, dict) or not isinstance(name, str):
        return document, []
    folder = config_dir / FOLDER
    known = sorted(path.stem for path in folder.glob("*.csv"))
    if name not in known:
        return document, [Mistake(document.mark(_KEY), _KEY, unknown(name, known, what="table of harm weights"))]
    try:
        table = read_harm_weights(folder / f"{name}.csv")
    except ValueError as error:
        return document, [Mistake(document.mark(_KEY), _KEY, f"{FOLDER}/{name}.csv: {error}")]
    return replace(document, data={**document.data, "multiverse": {**section, "harm_weights": table}}), []


def read_harm_weights(path: Path) -> dict[str, Any]:
    """Read a table: its name, its sources, the weight of each category.

    Raises
    ------
    ValueError
        If a column is missing, a weight is no number or negative, or a category stands twice.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lacking = [column for column in COLUMNS if not rows or column not in rows[0]]
    if lacking:
        raise ValueError(f"no rows with column {', '.join(lacking)}; write {', '.join(COLUMNS)}.")
    weights: dict[str, float] = {}
    for row in rows:
        category, said = row["category"], row["weight"]
        try:
            weight = float(said)
        except ValueError:
            weight = -1.0
        if not 0 <= weight < float("inf"):
            raise ValueError(f"{category!r} has weight {said!r}; write a number from 0 on.")
        if category in weights:
            raise ValueError(f"{category!r} stands twice. Keep one row.")
        weights[category] = weight
    return {"name": path.stem, "source": "; ".join(dict.fromkeys(row["source"] for row in rows)), "weights": weights}
