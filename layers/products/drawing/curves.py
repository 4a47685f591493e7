"""Curves as SVG: sorted choices, people against harm, a figure beside quiet years. Reads no release, words nothing."""

from collections.abc import Sequence

import numpy as np

from layers.products.drawing.charts import Axis, Look, as_svg
from layers.products.drawing.svgmap import round_down, shape, text

_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 6.0, 6.0, 6.0


def specification_curve(
    estimates: Sequence[float], published: float, look: Look, *, size_pt: tuple[float, float], words: Sequence[str]
) -> str:
    """Every choice as a tick, sorted by its estimate, with a line at zero and a ring around the published one.

    Parameters
    ----------
    estimates
        One for each set of choices, in the unit of the words.
    published
        The one that is published, among them.
    words
        Of the marks of the axis that `curve_marks` gives, in order.
    """
    (width, height), ordered = size_pt, np.sort(np.asarray(estimates, dtype=float))
    marks = curve_marks(estimates)
    low, high = min(marks[0], float(ordered[0])), max(marks[-1], float(ordered[-1]))
    air = (high - low) / 20 or 1.0
    low, high = low - air, high + air

    def y_of(value: float) -> float:
        return height - _BOTTOM - (value - low) / (high - low) * (height - _TOP - _BOTTOM)

    x = np.linspace(_LEFT + 4, width - _RIGHT - 4, len(ordered)) if len(ordered) > 1 else np.array([width / 2])
    drawn = []
    for mark, word in zip(marks, words, strict=True):
        colour, thick = (look.ink, 0.8) if mark == 0 else (look.band, 0.5)
        drawn.append(shape(f"M{_LEFT} {y_of(mark):.1f}H{width - _RIGHT:.1f}", stroke=colour, width_pt=thick))
        drawn.append(text(word, x=_LEFT - 3, y=y_of(mark) + 2.2, size_pt=6.5, colour=look.ink, anchor="end"))
    path = "".join(f"M{at:.1f} {y_of(value) - 1.1:.1f}v2.2" for at, value in zip(x, ordered, strict=True))
    drawn.append(shape(path, stroke=look.after, width_pt=max(0.5, min(2.4, 0.8 * (width - 48) / len(ordered)))))
    at = int(np.argmin(np.abs(ordered - published)))
    ring = f'cx="{x[at]:.1f}" cy="{y_of(published):.1f}" r="4"'
    drawn.append(f'<circle {ring} fill="#ffffff" stroke="{look.ink}" stroke-width="1.4"/>')
    drawn.append(f'<circle cx="{x[at]:.1f}" cy="{y_of(published):.1f}" r="1.6" fill="{look.ink}"/>')
    return as_svg(width, height, drawn, look)


def curve_marks(estimates: Sequence[float]) -> list[float]:
    """Return two to six round figures that hold zero and every estimate."""
    low, high = min(0.0, *estimates), max(0.0, *estimates)
    if low == high:
        return [0.0, 1.0]
    step = round_down((high - low) / 2)
    return [place * step for place in range(int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9)) + 1)]


def people_and_harm(
    before: Sequence[tuple[float, float]],
    after: Sequence[tuple[float, float]],
    look: Look,
    *,
    size_pt: float,
    words: tuple[str, str, str],
) -> str:
    """Shares of harm (upwards) of the most deprived shares of people (to the right), before dashed, after drawn out.

    The diagonal is where everyone bears the same. Points are shares in [0, 1]; `words` are those of 0, 50 and 100 %.
    """
    left, top, side = 26.0, 5.0, size_pt - 38.0

    def path(points: Sequence[tuple[float, float]]) -> str:
        placed = [f"{left + side * p:.1f} {top + side * (1 - h):.1f}" for p, h in points]
        return "M" + "L".join(placed)

    drawn = [shape(f"M{left} {top}h{side:.1f}v{side:.1f}h-{side:.1f}Z", stroke=look.band, width_pt=0.6)]
    for mark, word in zip((0.0, 0.5, 1.0), words, strict=True):
        x, y = left + side * mark, top + side * (1 - mark)
        drawn.append(shape(f"M{left} {y:.1f}h{side:.1f}M{x:.1f} {top}v{side:.1f}", stroke=look.band, width_pt=0.5))
        drawn.append(text(word, x=left - 3, y=y + 2.2, size_pt=6.5, colour=look.ink, anchor="end"))
        anchor = "end" if mark == 1.0 else "middle"
        drawn.append(text(word, x=x, y=top + side + 9, size_pt=6.5, colour=look.ink, anchor=anchor))
    drawn.append(shape(f"M{left} {top + side:.1f}L{left + side:.1f} {top}", stroke=look.quiet, width_pt=0.6))
    drawn.append(shape(path(before), stroke=look.ink, width_pt=1.2, dashed=True))
    drawn.append(shape(path(after), stroke=look.ink, width_pt=2.0))
    return as_svg(size_pt, size_pt - 16.0, drawn, look)


def beside_quiet_years(
    axis: Axis,
    look: Look,
    *,
    estimate: float,
    quiet: tuple[float, float, float] | None,
    truth: float | None,
    height_pt: float = 13.0,
) -> str:
    """Return a figure as a dot beside the grey range (and its middle) of years without an event."""
    middle, drawn = height_pt / 2, []
    if quiet is not None:
        low, mid, high = (axis.at(value) for value in quiet)
        wide = max(high - low, 1.0)
        drawn.append(shape(f"M{low:.1f} 2h{wide:.1f}V{height_pt - 2}h-{wide:.1f}Z", fill="#c9c9c9"))
        drawn.append(shape(f"M{mid:.1f} 2V{height_pt - 2}", stroke=look.quiet, width_pt=1.0))
    drawn.append(shape(f"M{axis.at(0):.1f} 0V{height_pt}", stroke=look.quiet, width_pt=0.6))
    if truth is not None:
        x = axis.at(truth)
        diamond = f"M{x:.1f} {middle - 4}L{x + 3.2:.1f} {middle}L{x:.1f} {middle + 4}L{x - 3.2:.1f} {middle}Z"
        drawn.append(shape(diamond, fill="#ffffff", stroke=look.truth, width_pt=1.0))
    drawn.append(f'<circle cx="{axis.at(estimate):.1f}" cy="{middle}" r="2.4" fill="{look.ink}"/>')
    return as_svg(axis.width_pt, height_pt, drawn, look)
