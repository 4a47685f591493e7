"""Maps as SVG: a metric frame with north up, shapes, labels, scale bar, stamp. Knows no release.

Lengths on paper are points (1/72 inch). Every function returns a fragment of SVG; `document` puts them in the frame.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import ArrayLike

PT_PER_MM = 72 / 25.4
_TOLERANCE_PT = 0.15  # below what paper shows
_OVERHANG_PT = 8.0  # geometry is cut this far outside the frame, so that cut edges are not seen
_OVERLAP_PT = 1.5  # boxes of labels have air above and below their letters
_EM = 0.52  # mean advance of the atlas font in em, for keeping labels apart
Box = tuple[float, float, float, float]  # left, top, right, bottom on paper


@dataclass(frozen=True)
class Frame:
    """A rectangle of ground and the rectangle of paper it is drawn in.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north in metres of a metric CRS; same shape as the paper.
    width_pt : float
        Width on paper, points.
    """

    bounds: tuple[float, float, float, float]
    width_pt: float

    @property
    def pt_per_m(self) -> float:
        return self.width_pt / (self.bounds[2] - self.bounds[0])

    @property
    def height_pt(self) -> float:
        return (self.bounds[3] - self.bounds[1]) * self.pt_per_m

    def on_paper(self, xy: ArrayLike) -> np.ndarray:
        """Points n x 2 in metres -> points n x 2 on paper, from the upper left corner, to a tenth of a point."""
        west, _, _, north = self.bounds
        return np.round((np.asarray(xy, dtype=float) - [west, north]) * [self.pt_per_m, -self.pt_per_m], 1) + 0.0


def frame_around(bounds: tuple[float, float, float, float], *, width_pt: float, height_pt: float) -> Frame:
    """Return the frame of that size on paper which shows `bounds` (metres) whole, centred."""
    west, south, east, north = bounds
    m_per_pt = max((east - west) / width_pt, (north - south) / height_pt)
    x, y, half_x, half_y = (west + east) / 2, (south + north) / 2, width_pt * m_per_pt / 2, height_pt * m_per_pt / 2
    return Frame((x - half_x, y - half_y, x + half_x, y + half_y), width_pt)


# ---------------------------------------------------------------- shapes


def path_of(frame: Frame, geometries: Iterable[shapely.Geometry | None]) -> str:
    """Path data of polygons and lines, cut at the frame and simplified to what paper shows; points are skipped."""
    margin = _OVERHANG_PT / frame.pt_per_m
    west, south, east, north = frame.bounds
    shapes = np.array([shape for shape in geometries if shape is not None], dtype=object)
    if not shapes.size:
        return ""
    near = shapely.clip_by_rect(shapes, west - margin, south - margin, east + margin, north + margin)
    parts = shapely.get_parts(shapely.get_parts(shapely.simplify(near, _TOLERANCE_PT / frame.pt_per_m)))
    kind = shapely.get_type_id(parts)
    rings = shapely.get_rings(parts[kind == shapely.GeometryType.POLYGON])
    lines = parts[kind == shapely.GeometryType.LINESTRING]
    return _path(frame, _coordinates(rings), closed=True) + _path(frame, _coordinates(lines), closed=False)


def path_of_rings(frame: Frame, rings: Sequence[np.ndarray]) -> str:
    """Path data of closed rings (n x 2 in metres); fill them by the even-odd rule."""
    drawn = np.array([shapely.linearrings(ring) for ring in rings if len(ring) > 2], dtype=object)
    simple = shapely.simplify(drawn, _TOLERANCE_PT / frame.pt_per_m)
    return _path(frame, _coordinates(np.asarray(simple)), closed=True)


def shape(path: str, *, fill: str = "none", stroke: str = "none", width_pt: float = 0.0, dashed: bool = False) -> str:
    """Return a drawn path; nothing if the path is empty."""
    if not path:
        return ""
    dash = f' stroke-dasharray="{3 * width_pt:.2f} {2 * width_pt:.2f}"' if dashed else ""
    line = f' stroke="{stroke}" stroke-width="{width_pt:.2f}" stroke-linejoin="round"{dash}' if stroke != "none" else ""
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd"{line}/>'


def clipped(fragment: str, path: str, *, name: str) -> str:
    """Return the fragment, seen only inside the path; `name` must be unique in the document."""
    clip = f'<clipPath id="{name}"><path d="{path}" clip-rule="evenodd"/></clipPath>'
    return f'{clip}<g clip-path="url(#{name})">{fragment}</g>' if path and fragment else ""


def hatch(frame: Frame, *, stroke: str, width_pt: float = 0.4, gap_pt: float = 3.2) -> str:
    """Diagonal lines over the whole frame, to be clipped: the sign for withheld cells, in colour and in grey."""
    height, reach = frame.height_pt, frame.width_pt + frame.height_pt
    lines = (f"M{start:.1f} 0L{start - height:.1f} {height:.1f}" for start in np.arange(gap_pt, reach, gap_pt))
    return shape("".join(lines), stroke=stroke, width_pt=width_pt)


# ---------------------------------------------------------------- words and furniture


def text(
    words: str, *, x: float, y: float, size_pt: float, colour: str, weight: int = 400, anchor: str = "start"
) -> str:
    """Words on paper; `y` is the baseline."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size_pt:g}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{colour}">{escape(words)}</text>'
    )


def haloed(
    words: str, *, x: float, y: float, size_pt: float, colour: str, weight: int = 400, anchor: str = "start"
) -> str:
    """Words with a white rim, to be read on any ground."""
    placed = {"x": x, "y": y, "size_pt": size_pt, "weight": weight, "anchor": anchor}
    rim = text(words, colour="#ffffff", **placed)  # type: ignore[arg-type]  # one dict for both calls
    rim = rim.replace("<text ", '<text stroke="#ffffff" stroke-width="2.2" stroke-linejoin="round" ', 1)
    return rim + text(words, colour=colour, **placed)  # type: ignore[arg-type]  # as above


def width_of(words: str, size_pt: float) -> float:
    """About how wide words are, points."""
    return len(words) * _EM * size_pt


@dataclass(frozen=True)
class Label:
    """A place's sign and name, set beside the place and clear of what already stands there."""

    sign: str  # one letter, repeated in the key
    name: str  # empty: the sign alone
    around: tuple[float, float, float, float]  # bounds of the place, metres
    colour: str


def labels(frame: Frame, wanted: Sequence[Label], *, taken: Sequence[Box], size_pt: float = 7.5) -> str:
    """Return signs with names, each at the first free position around its place; a name without room is left out.

    A label keeps off the other places too, as long as there is room elsewhere: it would seem to name them.
    """
    boxes, drawn = list(taken), []
    places = [_box_of(frame, label.around) for label in wanted]
    for position, label in enumerate(wanted):
        others = places[:position] + places[position + 1 :]
        tries = [(name, [*boxes, *more]) for name in dict.fromkeys((label.name, "")) for more in (others, [])]
        for name, keep_off in tries:
            spot = _free_spot(frame, label, name, keep_off, size_pt)
            if spot is not None:
                break
        left, top = spot or _spots(frame, label, name, size_pt)[0][:2]
        boxes.append(_label_box(left, top, name, size_pt))
        drawn.append(_draw_label(frame, label, name, boxes[-1], size_pt))
    return "".join(drawn)


def north_arrow(frame: Frame, *, word: str, ink: str) -> tuple[str, Box]:
    """Return an arrow that points up, in the upper right corner, and the box it takes."""
    x, top = frame.width_pt - 13, 6.0
    arrow = f"M{x:.1f} {top:.1f}L{x + 4:.1f} {top + 12:.1f}L{x:.1f} {top + 9:.1f}L{x - 4:.1f} {top + 12:.1f}Z"
    word_below = haloed(word, x=x, y=top + 20, size_pt=7, colour=ink, weight=600, anchor="middle")
    return shape(arrow, fill=ink, stroke="#ffffff", width_pt=0.5) + word_below, (x - 6, top, x + 6, top + 22)


def scale_bar(frame: Frame, *, ink: str, decimal: str) -> tuple[str, Box]:
    """Return a bar of a round length, at most a third of the frame, in the lower right corner, and the box it takes."""
    length_m = round_down(frame.width_pt / 3 / frame.pt_per_m)
    length_pt, right, base = length_m * frame.pt_per_m, frame.width_pt - 8, frame.height_pt - 7
    words = f"{length_m:g} m" if length_m < 1000 else f"{length_m / 1000:g} km".replace(".", decimal)
    bar = f"M{right - length_pt:.1f} {base - 3:.1f}V{base:.1f}H{right:.1f}V{base - 3:.1f}"
    rim = shape(bar, stroke="#ffffff", width_pt=2.4)
    words_above = haloed(words, x=right - length_pt / 2, y=base - 4.5, size_pt=6.5, colour=ink, anchor="middle")
    box = (right - length_pt - 4, base - 14, frame.width_pt, frame.height_pt)
    return rim + shape(bar, stroke=ink, width_pt=0.9) + words_above, box


def stamp(words: str, *, colour: str, size_pt: float = 8.0) -> tuple[str, Box]:
    """Return the word that marks simulated data, boxed in the upper left corner, and the box it takes."""
    width, height = width_of(words, size_pt) * 1.3 + 8, size_pt + 5
    box = f'<rect x="5" y="5" width="{width:.1f}" height="{height:.1f}" fill="#ffffff" stroke="{colour}"/>'
    inside = text(
        words, x=5 + width / 2, y=5 + height * 0.73, size_pt=size_pt, colour=colour, weight=600, anchor="middle"
    )
    return box + inside, (5, 5, 5 + width, 5 + height)


def document(frame: Frame, fragments: Iterable[str], *, font: str, border: str, ground: str) -> str:
    """Return the finished SVG: fragments in order, cut at the frame, on `ground`, with a border."""
    width, height = f"{frame.width_pt:.1f}", f"{frame.height_pt:.1f}"
    edge = f'<rect x="0.3" y="0.3" width="{frame.width_pt - 0.6:.1f}" height="{frame.height_pt - 0.6:.1f}" fill="none" '
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}" '
        f'font-family="{escape(font)}"><rect width="{width}" height="{height}" fill="{ground}"/>'
        f'{"".join(fragments)}{edge}stroke="{border}" stroke-width="0.6"/></svg>'
    )


def round_down(at_most: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above `at_most`."""
    power = 10.0 ** floor(log10(at_most))
    return max(step * power for step in (1, 2, 5) if step * power <= at_most)


# ---------------------------------------------------------------- inside


def _coordinates(parts: np.ndarray) -> list[np.ndarray]:
    xy, index = shapely.get_coordinates(parts, return_index=True)
    return np.split(xy, np.flatnonzero(np.diff(index)) + 1) if len(xy) else []


def _path(frame: Frame, parts: Sequence[np.ndarray], *, closed: bool) -> str:
    end = "Z" if closed else ""
    return "".join(f"M{_points(frame.on_paper(part[:-1] if closed else part))}{end}" for part in parts)


def _points(xy: np.ndarray) -> str:
    moved = np.ones(len(xy), dtype=bool)
    moved[1:] = np.any(xy[1:] != xy[:-1], axis=1)
    return "L".join(f"{x:g} {y:g}" for x, y in xy[moved].tolist())


def _label_box(left: float, top: float, name: str, size_pt: float) -> Box:
    disc = size_pt * 1.45
    return left, top, left + disc + (3 + width_of(name, size_pt) if name else 0), top + disc


def _box_of(frame: Frame, around: tuple[float, float, float, float]) -> Box:
    west, south, east, north = around
    (left, top), (right, bottom) = frame.on_paper([(west, north), (east, south)]).tolist()
    return left, top, right, bottom


def _spots(frame: Frame, label: Label, name: str, size_pt: float) -> list[Box]:
    left, top, right, bottom = _box_of(frame, label.around)
    _, _, width, height = _label_box(0, 0, name, size_pt)
    x, y = (left + right - width) / 2, (top + bottom - height) / 2
    spots = []
    for gap in (2.0, height):  # beside the place, else one line away from it
        across, along = (right + gap, left - gap - width), (top - gap - height, bottom + gap)
        spots += [(across[0], y), (across[1], y), (x, along[0]), (x, along[1])]
        spots += [(horizontal, vertical) for horizontal in across for vertical in along]
    return [_label_box(*at, name, size_pt) for at in spots]


def _free_spot(
    frame: Frame, label: Label, name: str, taken: Sequence[Box], size_pt: float
) -> tuple[float, float] | None:
    for left, top, right, bottom in _spots(frame, label, name, size_pt):
        inside = left > 2 and top > 2 and right < frame.width_pt - 2 and bottom < frame.height_pt - 2
        clear = all(
            right < box[0] + _OVERLAP_PT
            or left > box[2] - _OVERLAP_PT
            or bottom < box[1] + _OVERLAP_PT
            or top > box[3] - _OVERLAP_PT
            for box in taken
        )
        if inside and clear:
            return left, top
    return None


def _draw_label(frame: Frame, label: Label, name: str, box: Box, size_pt: float) -> str:
    """Draw the sign at the end of the label that is nearer to the place."""
    radius = size_pt * 0.72
    middle = frame.on_paper([((label.around[0] + label.around[2]) / 2, label.around[3])])[0, 0]
    is_left = box[2] < middle  # the whole label stands left of the place
    x, y = box[2] - radius if is_left else box[0] + radius, box[1] + radius
    disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{label.colour}" stroke="#ffffff"/>'
    base = y + size_pt * 0.34
    sign = text(label.sign, x=x, y=base, size_pt=size_pt, colour="#ffffff", weight=600, anchor="middle")
    start, anchor = (x - radius - 3, "end") if is_left else (x + radius + 3, "start")
    words = haloed(name, x=start, y=base, size_pt=size_pt, colour="#222222", weight=600, anchor=anchor)
    return disc + sign + (words if name else "")
