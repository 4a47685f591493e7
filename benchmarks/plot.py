"""Draws docs/images/cost.svg of benchmarks/results.json: CPU seconds against size, both logarithmic. Measures nothing.

Run: `python -m benchmarks.plot`.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.table import HERE, Record, read

PICTURE = HERE.parent / "docs/images/cost.svg"
WIDTH, HEIGHT = 860, 400
TOP, BOTTOM = 64, 330  # of both panels
MARGIN = 22  # between an axis and the smallest and largest size
SECONDS = (-3, 2)  # decades of the common axis
OURS, PEER, GREY = "#0b5d8a", "#b4551d", "#5c6670"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Panel:
    """One work of results.json whose sizes begin with a number.

    Attributes
    ----------
    left, right : px
    decades : of the axis of sizes
    """

    work: str
    title: str
    unit: str
    left: int
    right: int
    decades: tuple[int, int]

    def at(self, size: float, seconds: float) -> tuple[float, float]:
        """Place of a measurement, px."""
        part = (math.log10(size) - self.decades[0]) / (self.decades[1] - self.decades[0])
        up = (math.log10(seconds) - SECONDS[0]) / (SECONDS[1] - SECONDS[0])
        start = self.left + MARGIN
        return start + part * (self.right - MARGIN - start), BOTTOM - up * (BOTTOM - TOP)


PANELS = (
    Panel("points_1e8", "On the ground: 2048 × 2048 cells, Parquet read", "incidents", 70, 390, (5, 8)),
    Panel("street_scale", "Along streets: 10,000 incidents, 500 m", "lixels of 25 m", 500, 780, (3, 6)),
)


def drawing(records: list[Record]) -> str:
    """Return the picture as SVG; works that are not in the records leave their panel empty."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="13" role="img" aria-labelledby="cost">',
        '<title id="cost">CPU seconds against the number of incidents and of lixels</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for panel in PANELS:
        parts += _axes(panel)
        of_work = [record for record in records if record["work"] == panel.work]
        ours = _measured(of_work, "our_cpu_s")
        peers = {str(record["peer"]) for record in of_work if record["peer_cpu_s"] is not None}
        for peer in sorted(peers):
            theirs = _measured([record for record in of_work if record["peer"] == peer], "peer_cpu_s")
            parts += _line(panel, theirs, PEER, peer.replace("kdepy", "KDEpy"), above=True)
        parts += _line(panel, ours, OURS, "harmshift", above=False)
    return "\n".join([*parts, "</svg>", ""])


def _measured(records: list[Record], key: str) -> list[tuple[float, float]]:
    """Size and seconds, by size; the size is the number that its text begins with."""
    found = {
        float(str(record["size"]).split()[0].replace(",", "")): float(str(record[key]))
        for record in records
        if record[key] is not None
    }
    return sorted(found.items())


def _axes(panel: Panel) -> list[str]:
    parts = [_text((panel.left, TOP - 24), panel.title, "#1d2327", weight="600")]
    for decade in range(SECONDS[0], SECONDS[1] + 1):
        _, y = panel.at(1.0, 10.0**decade)
        parts.append(f'<path d="M{panel.left} {y:.1f}H{panel.right}" stroke="#dfe3e6"/>')
        parts.append(_text((panel.left - 8, y + 4), f"{10.0**decade:g}", GREY, anchor="end"))
    for decade in range(panel.decades[0], panel.decades[1] + 1):
        x, y = panel.at(10.0**decade, 10.0 ** SECONDS[0])
        parts.append(f'<path d="M{x:.1f} {y:.1f}v5" stroke="{GREY}"/>')
        parts.append(_text((x, y + 22), "10" + str(decade).translate(RAISED), GREY, anchor="middle"))
    middle = (panel.left + panel.right) / 2
    parts.append(_text((middle, BOTTOM + 46), panel.unit, GREY, anchor="middle"))
    parts.append(_text((panel.left, TOP - 6), "CPU seconds", GREY))
    return parts


def _line(panel: Panel, measured: list[tuple[float, float]], colour: str, name: str, *, above: bool) -> list[str]:
    if not measured:
        return []
    places = [panel.at(*one) for one in measured]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
    values = [
        _text(
            (x, y - 10 if above or y > BOTTOM - 24 else y + 20),
            f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}",
            colour,
            "middle",
        )
        for (x, y), (_, seconds) in zip(places, measured, strict=True)
    ]
    x, y = places[-1]
    label = _text((x + 9, y - 4 if above else y + 12), name, colour, weight="600")
    return [f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots, *values, label]


def _text(at: tuple[float, float], words: str, colour: str, anchor: str = "start", weight: str = "400") -> str:
    place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}"'
    return f"<text {place}>{escape(words)}</text>"


def main(path: Path = PICTURE) -> None:
    """Write the picture."""
    path.write_text(drawing(read()), encoding="utf-8")


if __name__ == "__main__":
    main()
