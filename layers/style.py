"""How products look and what they call things: colours, lines, class breaks, words. Draws nothing, knows no format.

The words and colours stand in `config/styles/style.yaml`, read above and used alike by QGIS, PDF and web.
"""

import math
from collections.abc import Iterable
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from layers.city import Frozen, Words
from layers.disclosure.release import Surface

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
LineName = Literal["street", "zone", "intervention", "district", "coast", "hotspot", "scene", "flow", "frame"]

DENSITY_CLASSES = 4
_ROUND_STEPS = (5, 2, 1)
_SHARES_ABOVE = (0.05, 0.20, 0.35, 0.50)
_BREAKS_OF_NOTHING = (1.0, 2.0, 5.0, 10.0)


class Line(Frozen):
    """A line as it is drawn on paper and on screen."""

    colour: Colour
    width_mm: float = Field(gt=0, le=5)
    dashed: bool = False


class Column(Words):
    """A column of a deliverable in words, with its unit."""

    unit: str = ""


class LayerWords(Frozen):
    """Title of a layer and what a reader must know about it."""

    title: Words
    about: Words


class Style(Frozen):
    """The look and the wording of every product."""

    density: tuple[Colour, ...] = Field(
        min_length=DENSITY_CLASSES, max_length=DENSITY_CLASSES, description="from the lowest class to the highest"
    )
    change: tuple[Colour, ...] = Field(
        min_length=5, max_length=5, description="from the largest fall to the largest rise"
    )
    deprivation: tuple[Colour, ...] = Field(min_length=5, max_length=5, description="fifths, least deprived first")
    scenes: tuple[Colour, ...] = Field(min_length=3, description="scenes in the order of the city's file, then again")
    land: Colour
    water: Colour
    masked: Colour = Field(description="cells withheld because too few incidents stand behind them")
    paper: Colour
    ink: Colour = Field(description="text and labels")
    stamp: Colour = Field(description="the word that marks simulated data")
    service: Colour = Field(description="points of public services")
    lines: dict[LineName, Line]
    words: dict[str, Words] = Field(description="the glossary")
    layers: dict[str, LayerWords] = Field(description="layers of the GeoPackage")
    columns: dict[str, Column] = Field(description="column, or table.column where a table means something else by it")

    @model_validator(mode="after")
    def _every_line(self) -> Self:
        missing = sorted(set(LineName.__args__) - set(self.lines))  # type: ignore[attr-defined]  # Literal has __args__
        if missing:
            raise ValueError(f"lines: {', '.join(missing)} missing; give each a colour and width_mm")
        return self

    def scene_colour(self, position: int) -> str:
        """Colour of the scene at `position` in the city's file."""
        return self.scenes[position % len(self.scenes)]

    def column(self, table: str, name: str) -> Column:
        """Words and unit of a column, the table's own if it has some."""
        found = self.columns.get(f"{table}.{name}") or self.columns.get(name)
        return found or Column(nb=name.replace("_", " "), en=name.replace("_", " "))


def density_breaks(surfaces: Iterable[Surface], series: str) -> tuple[float, ...]:
    """Return the lower edges of the density classes of a series, the same for all its periods; see `round_breaks`.

    Parameters
    ----------
    surfaces
        Surfaces of any series and period, incidents per km2 and year.
    series
        Id of the series.

    Returns
    -------
    tuple of float
        `DENSITY_CLASSES` rising edges, incidents per km2 and year.
    """
    cells = [surface.values.ravel() for surface in surfaces if surface.series == series]
    return round_breaks(np.concatenate(cells) if cells else np.empty(0))


def round_breaks(values: np.ndarray) -> tuple[float, ...]:
    """Return the lower edges of classes of a density on pieces of equal size, each 1, 2 or 5 x 10^n.

    Above the edges lie at least 50, 35, 20 and 5 per cent of what the density counts: each is the level that encloses
    its share, rounded down, and lower still where two would fall together. Below the first nothing is coloured. The
    edges change only when a level passes a round number, so maps of different runs compare as a rule.
    """
    known = np.sort(values[np.isfinite(values) & (values > 0)])[::-1]
    if not known.size:
        return _BREAKS_OF_NOTHING
    enclosed = np.cumsum(known) / known.sum()
    edges: list[float] = []
    for share in _SHARES_ABOVE:
        level = known[min(int(np.searchsorted(enclosed, share)), known.size - 1)]
        edges.append(_round_down(float(level), below=edges[-1] if edges else math.inf))
    return tuple(reversed(edges))


def _round_down(value: float, *, below: float) -> float:
    """Return the largest of 1, 2, 5 x 10^n that is at most `value` and less than `below`."""
    exponent = math.floor(math.log10(min(value, below)))
    # "5e-3" read from text is the nearest double; 5 * 10**-3 need not be, and would print as 0.005000000000000001
    candidates = (float(f"{step}e{power}") for power in (exponent, exponent - 1) for step in _ROUND_STEPS)
    return next(edge for edge in candidates if edge <= value and edge < below)
