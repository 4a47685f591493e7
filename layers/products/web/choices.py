"""The panel "prove us wrong": every precomputed estimate by the choices behind it. Computes no estimate."""

import re
from typing import Any

import pandas as pd
from pandas import DataFrame

from layers.disclosure.release import Finding, Release
from layers.products.atlas.depends import tried_on
from layers.products.atlas.parts import Block
from layers.products.numbers import value_of
from layers.products.web.words import said
from layers.products.words import Speaker

_SQUARES = re.compile(r"squares of (\d+) m")
_CHOICES = (
    "bandwidth_m", "unit", "indicator", "edge_shift_days", "harm_weights", "place_draw", "geocoding_draw",
)  # fmt: skip


def choices(release: Release, speaker: Speaker) -> Block | None:
    """Return, per headline, the choices that were tried on it and the estimate under each combination."""
    table: DataFrame | None = getattr(release, "multiverse", None)
    if table is None or table.empty:
        return None
    headlines = [(f, tried_on(table, f)) for f in release.findings if f.headline]
    shown = [_of(f, rows, speaker) for f, rows in headlines if rows["estimate"].notna().any()]
    return {"findings": shown} if shown else None


def _of(finding: Finding, rows: DataFrame, speaker: Speaker) -> Block:
    known = rows[rows["estimate"].notna() & rows["counts"].astype(bool)].reset_index(drop=True)
    tried = [name for name in _CHOICES if len({_key(value) for value in known[name]}) > 1]
    options = {name: _options(known[name], name, speaker) for name in tried}
    places = {name: {option["key"]: i for i, option in enumerate(options[name])} for name in tried}
    return {
        "id": finding.kind,
        "question": speaker.of(finding.question),
        "published": value_of(finding, finding.estimate, speaker.language) if finding.estimate is not None else "–",
        "selects": [{"name": n, "label": said(f"choice_{n}", speaker), "options": options[n]} for n in tried],
        "rows": [
            [*(places[n][_key(row[n])] for n in tried), _number(row["estimate"])]
            for row in known.to_dict(orient="records")
        ],
        "words": [value_of(finding, float(v), speaker.language) for v in known["estimate"]],
    }


def _options(column: pd.Series, name: str, speaker: Speaker) -> list[dict[str, str]]:
    """Return the values of a choice in the order of the table; a draw is told by its number."""
    values = list(dict.fromkeys(_key(value) for value in column))
    return [{"key": key, "words": _option(name, key, speaker)} for key in values]


def _option(name: str, key: str, speaker: Speaker) -> str:
    if name == "bandwidth_m":
        return said("choice_metres", speaker, value=key) if float(key or 0) else said("choice_unsmoothed", speaker)
    if key in ("", "0"):
        return said("choice_as_published", speaker)
    if name == "unit":
        squares = _SQUARES.fullmatch(key)
        return said("choice_squares", speaker, value=squares[1]) if squares else said("choice_districts", speaker)
    return speaker.of(speaker.style.column("districts", key)) if name == "indicator" else key


def _key(value: Any) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: float) -> float:
    """Round for the curve: six significant digits."""
    return float(f"{value:.6g}")
