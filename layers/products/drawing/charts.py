"""Small charts as SVG: interval strips, lines per scene, bars of shares. Reads no release, words no sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from layers.products.drawing.svgmap import round_down, shape, text

_PAD = 6.0
_MARK_GAP_PT = 9.0  # between the numbers of two measures


@dataclass(frozen=True)
class Look:
    """Colours of charts, from the style."""

    font: str
    ink: str
    quiet: str  # axes, zero lines
    band: str  # the band of no practical change
    before: str
    after: str
    truth: str


@dataclass(frozen=True)
class Axis:
    """A horizontal axis: the figures at its two ends and how wide it is on paper."""

    low: float
    high: float
    width_pt: float

    def at(self, value: float) -> float:
        """Position of a figure on paper, cut at the ends."""
        inside = min(max(value, self.low), self.high)
        return _PAD + (inside - self.low) / (self.high - self.low) * (self.width_pt - 2 * _PAD)

    def ticks(self) -> list[float]:
        """Three to seven round figures, zero among them where it lies inside."""
        step = round_down((self.high - self.low) / 3)
        first, last = round(self.low / step + 0.499), round(self.high / step - 0.499)
        return [place * step for place in range(first, last + 1)]


def axis_over(figures: Sequence[float], *, width_pt: float) -> Axis:
    """Return the axis that holds zero and every finite figure, with a twentieth of air at each end."""
    known = [0.0, *(figure for figure in figures if isfinite(figure))]
    low, high = min(known), max(known)
    if low == high:
        low, high = -1.0, 1.0
    air = (high - low) / 20
    return Axis(low - air, high + air, width_pt)


def interval_strip(
    axis: Axis,
    look: Look,
    *,
    estimate: float | None,
    interval: tuple[float, float] | None,
    band: float | None,
    truth: float | None,
    height_pt: float = 13.0,
) -> str:
    """Return one finding on its axis: band of no practical change, zero, interval, estimate, truth if there is one."""
    middle, drawn = height_pt / 2, []
    if band is not None:
        left, right = axis.at(-band), axis.at(band)
        drawn.append(shape(f"M{left:.1f} 0H{right:.1f}V{height_pt}H{left:.1f}Z", fill=look.band))
    drawn.append(shape(f"M{axis.at(0):.1f} 0V{height_pt}", stroke=look.quiet, width_pt=0.6))
    if interval is not None:
        drawn.append(
            shape(f"M{axis.at(interval[0]):.1f} {middle}H{axis.at(interval[1]):.1f}", stroke=look.ink, width_pt=1.4)
        )
        drawn += [_end(axis, end, middle, look) for end in interval]
    if truth is not None:
        x = axis.at(truth)
        diamond = f"M{x:.1f} {middle - 4}L{x + 3.2:.1f} {middle}L{x:.1f} {middle + 4}L{x - 3.2:.1f} {middle}Z"
        drawn.append(shape(diamond, fill="#ffffff", stroke=look.truth, width_pt=1.0))
    if estimate is not None:
        drawn.append(f'<circle cx="{axis.at(estimate):.1f}" cy="{middle}" r="2.4" fill="{look.ink}"/>')
    return as_svg(axis.width_pt, height_pt, drawn, look)


def axis_strip(axis: Axis, look: Look, *, labels: Sequence[tuple[float, str]]) -> str:
    """Return the figures below a column of interval strips."""
    drawn = [shape(f"M{_PAD:.1f} 0.5H{axis.width_pt - _PAD:.1f}", stroke=look.quiet, width_pt=0.6)]
    for value, words in labels:
        x = axis.at(value)
        drawn.append(shape(f"M{x:.1f} 0.5V3", stroke=look.quiet, width_pt=0.6))
        drawn.append(text(words, x=x, y=10, size_pt=6.5, colour=look.ink, anchor="middle"))
    return as_svg(axis.width_pt, 12, drawn, look)


@dataclass(frozen=True)
class Run:
    """A scene's rate through the periods: one level per span of days, none where it is withheld."""

    sign: str
    colour: str
    levels: tuple[tuple[date, date, float | None], ...]


@dataclass(frozen=True)
class Levels:
    """Rates of scenes over time: the runs, the round figures at the left with their words, and what is dated."""

    runs: tuple[Run, ...]
    marks: tuple[float, ...]
    mark_words: tuple[str, ...]
    dated: tuple[tuple[date, str], ...] = ()  # measures: day and number, by day


def level_lines(levels: Levels, look: Look, *, size_pt: tuple[float, float]) -> str:
    """Levels per period as steps over time, one line a scene with its sign at the end; dotted where withheld.

    Periods may be of very different length, so time is to scale and the level is the mean over the period. Measures
    stand above, as numbers over their days.
    """
    (width, height), runs, marks = size_pt, levels.runs, levels.marks
    left, right, top, bottom = 44.0, width - 16.0, 26.0 if levels.dated else 8.0, height - 16.0
    first = min(start for run in runs for start, _, _ in run.levels)
    last = max(end for run in runs for _, end, _ in run.levels)

    def x_of(when: date) -> float:
        return left + (when - first).days / (last - first).days * (right - left)

    def y_of(level: float) -> float:
        return bottom - level / marks[-1] * (bottom - top)

    drawn = _level_grid(marks, levels.mark_words, look, box=(left, right), y_of=y_of)
    drawn += _dated([(x_of(day), words) for day, words in levels.dated if first <= day < last], look, top=top)
    for edge in sorted({start for run in runs for start, _, _ in run.levels} | {last}):
        drawn.append(shape(f"M{x_of(edge):.1f} {top}V{bottom}", stroke=look.quiet, width_pt=0.4, dashed=True))
    for year in range(first.year + 1, last.year + 1, max(1, (last.year - first.year) // 6)):
        drawn.append(
            text(str(year), x=x_of(date(year, 1, 1)), y=height - 5, size_pt=6.5, colour=look.ink, anchor="middle")
        )
        drawn.append(shape(f"M{x_of(date(year, 1, 1)):.1f} {bottom}v3", stroke=look.quiet, width_pt=0.5))
    ends: list[float] = []
    for run in runs:
        drawn.append(_steps(run, x_of, y_of))
        known = [level for _, _, level in run.levels if level is not None]
        y = _apart(y_of(known[-1] if known else 0.0), ends, box=(top, bottom))
        ends.append(y)
        drawn.append(f'<circle cx="{right + 8:.1f}" cy="{y:.1f}" r="5" fill="{run.colour}"/>')
        drawn.append(text(run.sign, x=right + 8, y=y + 2.4, size_pt=7, colour="#ffffff", weight=600, anchor="middle"))
    return as_svg(width, height, drawn, look)


def share_bars(
    rows: Sequence[tuple[str, float, float, str, str]], look: Look, *, width_pt: float, label_pt: float = 96.0
) -> str:
    """Two bars to a row, before (light) above after (dark); rows are name, two shares, two words."""
    row_pt, most = 25.0, max((max(before, after) for _, before, after, _, _ in rows), default=1.0) or 1.0
    room, drawn = width_pt - label_pt - 34, []
    for place, (name, before, after, before_words, after_words) in enumerate(rows):
        top = place * row_pt + 2
        drawn.append(text(name, x=label_pt - 6, y=top + 12.5, size_pt=7.5, colour=look.ink, anchor="end"))
        for share, words, colour, y in (
            (before, before_words, look.before, top),
            (after, after_words, look.after, top + 10),
        ):
            wide = share / most * room
            bar = f"M{label_pt} {y}h{wide:.1f}v9h-{wide:.1f}Z"
            drawn.append(shape(bar, fill=colour, stroke=look.ink, width_pt=0.3))
            drawn.append(text(words, x=label_pt + wide + 3, y=y + 7.2, size_pt=7, colour=look.ink))
    return as_svg(width_pt, len(rows) * row_pt, drawn, look)


def signed_bars(rows: Sequence[tuple[str, float, str]], look: Look, *, width_pt: float, label_pt: float = 96.0) -> str:
    """One bar to a row, to the left of zero for a fall and to the right for a rise; rows are name, figure, word."""
    room, row_pt, drawn = width_pt - label_pt, 15.0, []
    axis = axis_over([figure for _, figure, _ in rows], width_pt=room - 40)
    zero = label_pt + 20 + axis.at(0)
    for place, (name, figure, words) in enumerate(rows):
        top, end = place * row_pt + 2, label_pt + 20 + axis.at(figure)
        drawn.append(text(name, x=label_pt - 6, y=top + 8.5, size_pt=7.5, colour=look.ink, anchor="end"))
        drawn.append(
            shape(f"M{zero:.1f} {top}H{end:.1f}v11H{zero:.1f}Z", fill=look.after, stroke=look.ink, width_pt=0.3)
        )
        side = "end" if figure < 0 else "start"
        drawn.append(
            text(words, x=end + (-3 if figure < 0 else 3), y=top + 8.5, size_pt=7, colour=look.ink, anchor=side)
        )
    drawn.append(shape(f"M{zero:.1f} 0V{len(rows) * row_pt}", stroke=look.ink, width_pt=0.6))
    return as_svg(width_pt, len(rows) * row_pt + 2, drawn, look)


# ---------------------------------------------------------------- inside


def as_svg(width: float, height: float, drawn: Sequence[str], look: Look) -> str:
    """Return drawn pieces as a picture of that size, points."""
    size = f'width="{width:.1f}pt" height="{height:.1f}pt" viewBox="0 0 {width:.1f} {height:.1f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{look.font}">{"".join(drawn)}</svg>'


def _end(axis: Axis, end: float, middle: float, look: Look) -> str:
    """Return a short tick at an interval's end, or an arrow where the interval is unbounded."""
    x = axis.at(end)
    if isfinite(end):
        return shape(f"M{x:.1f} {middle - 2.5}V{middle + 2.5}", stroke=look.ink, width_pt=1.0)
    back = 4 if end < 0 else -4
    return shape(
        f"M{x + back:.1f} {middle - 3}L{x:.1f} {middle}L{x + back:.1f} {middle + 3}", stroke=look.ink, width_pt=1.0
    )


def _level_grid(
    marks: Sequence[float],
    words: Sequence[str],
    look: Look,
    *,
    box: tuple[float, float],
    y_of: Callable[[float], float],
) -> list[str]:
    """Faint lines at the marks, with their figures at the left."""
    drawn = []
    for mark, word in zip(marks, words, strict=True):
        y = y_of(mark)
        drawn.append(shape(f"M{box[0]:.1f} {y:.1f}H{box[1]:.1f}", stroke=look.band, width_pt=0.5))
        drawn.append(text(word, x=box[0] - 4, y=y + 2.2, size_pt=6.5, colour=look.ink, anchor="end"))
    return drawn


def _dated(marks: Sequence[tuple[float, str]], look: Look, *, top: float) -> list[str]:
    """Numbers over their days, each on a short tick; one that would touch its neighbour stands a line higher."""
    drawn, taken = [], -_MARK_GAP_PT
    for x, words in marks:
        is_high = x - taken < _MARK_GAP_PT
        taken = -_MARK_GAP_PT if is_high else x
        foot = top - (12.0 if is_high else 3.0)
        drawn.append(shape(f"M{x:.1f} {foot:.1f}V{top + 3:.1f}", stroke=look.ink, width_pt=0.8))
        drawn.append(text(words, x=x, y=foot - 1.5, size_pt=6.5, colour=look.ink, weight=600, anchor="middle"))
    return drawn


def _steps(run: Run, x_of: Callable[[date], float], y_of: Callable[[float], float]) -> str:
    """One horizontal piece a period, joined where both sides are known; a dotted piece at zero where withheld."""
    path, dotted, joined = "", "", False
    for start, end, level in run.levels:
        left, right = x_of(start), x_of(end)
        if level is None:
            dotted, joined = f"{dotted}M{left:.1f} {y_of(0):.1f}H{right:.1f}", False
            continue
        path += f"{'V' if joined else f'M{left:.1f} '}{y_of(level):.1f}H{right:.1f}"
        joined = True
    return shape(path, stroke=run.colour, width_pt=1.6) + shape(dotted, stroke=run.colour, width_pt=1.6, dashed=True)


def _apart(y: float, taken: Sequence[float], *, box: tuple[float, float], gap_pt: float = 10.5) -> float:
    """Return the height nearest to `y` inside the box (top, bottom) that is clear of the others, or `y` itself."""
    steps = (side * step for step in range(int(box[1] - box[0]) + 1) for side in (-1.0, 1.0))
    heights = (y + step for step in steps)
    free = (h for h in heights if box[0] <= h <= box[1] and all(abs(h - other) >= gap_pt for other in taken))
    return next(free, y)
