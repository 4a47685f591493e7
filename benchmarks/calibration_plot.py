"""Draws the calibration: coverage of every cell beside what was promised, and how often verdicts are given."""

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

IMAGE = Path(__file__).parents[1] / "docs" / "images" / "calibration.svg"
WIDTH, LINE, LEFT, PANEL, GAP, TOP = 1080, 30, 300, 330, 80, 92
LOW, HIGH, PROMISED = 0.90, 1.0, (0.93, 0.97)
SAME, CHANGED, DARK, PALE = "#1f5a7a", "#b8662b", "#222222", "#e8eef1"
POWER = "pure displacement"
Row = dict[str, Any]


def draw(rows: list[Row]) -> str:
    """Return the plot as SVG: left coverage by finding, right how often a pure displacement is supported."""
    names = list(dict.fromkeys(row["finding"] for row in rows))
    height = TOP + LINE * len(names) + 70
    said = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="13" fill="{DARK}">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(20, 28, f"Simulated towns, {rows[0]['replicates']} in each cell", size=16),
        _text(LEFT, 56, "Coverage of 95% intervals; the band is 93 to 97%"),
        _text(LEFT + PANEL + GAP, 56, "“Supported” when 80% of the origin’s incidents move"),
        *_key(height),
        *_axis(LEFT, len(names), [(c, f"{c:.0%}") for c in (0.90, 0.93, 0.95, 0.97, 1.0)], LOW, HIGH),
        *_axis(LEFT + PANEL + GAP, len(names), [(c, f"{c:.0%}") for c in (0, 0.2, 0.4, 0.6, 0.8, 1)], 0.0, 1.0),
    ]
    for i, name in enumerate(names):
        y = TOP + LINE * i + LINE / 2
        said.append(_text(LEFT - 16, y + 4, _plain(name), anchor="end"))
        of = [row for row in rows if row["finding"] == name]
        said += _coverage(of, y)
        said += _support(of, y)
    return "\n".join([*said, "</svg>"]) + "\n"


def _coverage(rows: list[Row], y: float) -> list[str]:
    found = []
    for row in rows:
        if row["coverage"] is None or (row["declared"][0] == 1.0 and row["detection"][0] == 1.0):
            continue  # the same intervals once more
        changed = row["detection"][0] != 1.0
        x = _place(max(row["coverage"], LOW), LEFT, LOW, HIGH)
        offset = 5 if changed else -4
        found.append(f'<circle cx="{x:.1f}" cy="{y + offset:.1f}" r="3.5" {_paint(changed)}/>')
    return found


def _support(rows: list[Row], y: float) -> list[str]:
    found = []
    for row in rows:
        if row["scenario"] != POWER or row["detection"][0] != 1.0 or "supported" not in row:
            continue
        known = row["declared"][0] == 1.0
        x = _place(row["supported"], LEFT + PANEL + GAP, 0.0, 1.0)
        shape = f'<rect x="{x - 3:.1f}" y="{y + 2:.1f}" width="6" height="6"' if known else ""
        shape = shape or f'<circle cx="{x:.1f}" cy="{y - 4:.1f}" r="3.5"'
        found.append(f"{shape} {_paint(known)}/>")
    return found


def _paint(second: bool) -> str:
    return f'fill="{CHANGED if second else SAME}" fill-opacity="0.7"'


def _place(value: float, left: float, low: float, high: float) -> float:
    return left + PANEL * (value - low) / (high - low)


def _axis(left: float, lines: int, ticks: list[tuple[float, str]], low: float, high: float) -> list[str]:
    bottom = TOP + LINE * lines
    found = []
    if low == LOW:
        a, b = (_place(end, left, low, high) for end in PROMISED)
        found.append(f'<rect x="{a:.1f}" y="{TOP}" width="{b - a:.1f}" height="{bottom - TOP}" fill="{PALE}"/>')
    for value, label in ticks:
        x = _place(value, left, low, high)
        found.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#cccccc" stroke-width="1"/>')
        found.append(_text(x, TOP - 8, label, anchor="middle", size=11))
    return found


def _key(height: float) -> list[str]:
    y = height - 24
    return [
        f'<circle cx="{LEFT}" cy="{y - 4}" r="3.5" {_paint(False)}/>',
        _text(LEFT + 10, y, "recorded alike"),
        f'<circle cx="{LEFT + 130}" cy="{y - 4}" r="3.5" {_paint(True)}/>',
        _text(LEFT + 140, y, "recording changed: detection band"),
        f'<circle cx="{LEFT + PANEL + GAP}" cy="{y - 4}" r="3.5" {_paint(False)}/>',
        _text(LEFT + PANEL + GAP + 10, y, "withstands ratios 0.5 to 2"),
        f'<rect x="{LEFT + PANEL + GAP + 190}" y="{y - 8}" width="6" height="6" {_paint(True)}/>',
        _text(LEFT + PANEL + GAP + 202, y, "recording declared known"),
    ]


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(" (none)", "")


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
