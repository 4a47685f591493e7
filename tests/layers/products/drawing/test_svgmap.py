"""The map writer: where ground falls on paper, furniture that is true, labels that stand clear."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, box

from layers.products.drawing import svgmap
from layers.products.drawing.svgmap import Frame, Label

FRAME = Frame((1000.0, 2000.0, 5000.0, 4000.0), 400.0)  # one point is ten metres


def _numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", path)]


def test_north_is_up_and_west_is_left():
    assert FRAME.height_pt == 200.0
    assert FRAME.on_paper([(1000, 4000), (5000, 2000), (2000, 3500)]).tolist() == [[0, 0], [400, 200], [100, 50]]


@pytest.mark.parametrize("bounds", [(0, 0, 100, 1000), (0, 0, 1000, 100), (0, 0, 500, 500)])
def test_a_frame_shows_its_bounds_whole_and_keeps_its_shape(bounds):
    frame = svgmap.frame_around(bounds, width_pt=300, height_pt=200)
    assert frame.width_pt == 300 and frame.height_pt == pytest.approx(200)
    west, south, east, north = frame.bounds
    assert west <= bounds[0] and south <= bounds[1] and east >= bounds[2] and north >= bounds[3]
    assert (west + east) / 2 == pytest.approx((bounds[0] + bounds[2]) / 2)


def test_a_square_becomes_four_corners():
    path = svgmap.path_of(FRAME, [box(2000, 2500, 3000, 3500)])
    assert path.endswith("Z") and path.count("M") == 1
    corners = set(zip(*[iter(_numbers(path))] * 2, strict=True))
    assert corners == {(100, 50), (200, 50), (200, 150), (100, 150)}


def test_holes_and_parts_are_paths_of_their_own():
    holed = box(1500, 2500, 3500, 3500).difference(box(2000, 2700, 3000, 3300))
    assert svgmap.path_of(FRAME, [MultiPolygon([holed, box(4000, 2500, 4500, 3000)])]).count("Z") == 3


def test_shapes_are_cut_near_the_frame_and_others_dropped():
    path = svgmap.path_of(FRAME, [box(-1e6, -1e6, 1e6, 1e6), box(9e5, 9e5, 9.1e5, 9.1e5)])
    assert path.count("M") == 1
    assert min(_numbers(path)) == -8 and max(_numbers(path)) == 408


def test_points_and_missing_geometries_draw_nothing():
    assert svgmap.path_of(FRAME, [Point(2000, 3000), None]) == ""
    assert svgmap.path_of(FRAME, []) == ""
    assert svgmap.shape("") == ""


def test_lines_stay_open():
    assert svgmap.path_of(FRAME, [LineString([(1000, 2000), (5000, 4000)])]) == "M0 200L400 0"


def test_rings_are_closed_paths():
    assert svgmap.path_of_rings(FRAME, [np.array([[2000.0, 3000.0], [3000, 3000], [3000, 2000]])]).count("Z") == 1
    assert svgmap.path_of_rings(FRAME, []) == ""


def test_the_scale_bar_is_as_long_as_it_says():
    bar, box_ = svgmap.scale_bar(FRAME, ink="#222222", decimal=".")
    assert "1 km" in bar
    right, left = 392.0, float(re.search(r"M(\d+\.\d)", bar)[1])
    assert (right - left) / FRAME.pt_per_m == pytest.approx(1000)
    assert box_[2] == 400 and right > FRAME.width_pt / 2  # at the right


def test_short_bars_are_in_metres():
    assert "50 m" in svgmap.scale_bar(Frame((0, 0, 160, 80), 200.0), ink="#000000", decimal=",")[0]


def test_the_north_arrow_points_up():
    arrow, _ = svgmap.north_arrow(FRAME, word="N", ink="#222222")
    tip, foot = re.search(r"M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)", arrow).groups()
    assert float(tip) < float(foot)
    assert ">N<" in arrow


@pytest.mark.parametrize(
    ("at_most", "expected"), [(1.0, 1), (1.99, 1), (2, 2), (4.9, 2), (5, 5), (999, 500), (0.03, 0.02)]
)
def test_round_down(at_most, expected):
    assert svgmap.round_down(at_most) == pytest.approx(expected)


def test_labels_of_places_side_by_side_do_not_overlap():
    wanted = [Label(s, "A long name", (x, 3000, x + 50, 3050), "#123456") for s, x in (("A", 2500), ("B", 2600))]
    drawn = svgmap.labels(FRAME, wanted, taken=[])
    found = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)"[^>]*text-anchor="(start|end)" fill="#222222">A long name', drawn
    )
    (xa, ya, side_a), (xb, yb, side_b) = found
    wide = svgmap.width_of("A long name", 7.5)
    lefts = [float(x) - (wide if side == "end" else 0) for x, side in ((xa, side_a), (xb, side_b))]
    assert abs(float(ya) - float(yb)) > 7.5 or abs(lefts[0] - lefts[1]) > wide


def test_the_sign_stands_at_the_end_nearer_to_the_place():
    label = Label("A", "A name", (2900, 2900, 3100, 3100), "#123456")
    right_taken = (205.0, 0.0, 400.0, 200.0)
    for taken, side in (([], "start"), ([right_taken], "end")):
        drawn = svgmap.labels(FRAME, [label], taken=taken)
        sign = float(re.search(r'<circle cx="([\d.]+)"', drawn)[1])
        name, anchor = re.search(
            r'<text x="([\d.]+)"[^>]*text-anchor="(start|end)" fill="#222222">A name', drawn
        ).groups()
        assert anchor == side
        assert abs(sign - 200) < 20 and abs(float(name) - 200) > abs(sign - 200)


def test_a_name_keeps_off_other_places():
    label = Label("A", "A name", (2900, 2900, 3100, 3100), "#123456")
    beside = Label("B", "", (3150, 2700, 4800, 3300), "#654321")  # where the name would stand
    alone, both = (svgmap.labels(FRAME, wanted, taken=[]) for wanted in ([label], [label, beside]))
    name = r'<text x="([\d.]+)" y="([\d.]+)"[^>]*text-anchor="(start|end)" fill="#222222">A name'
    assert float(re.search(name, alone)[1]) > 210 and re.search(name, alone)[3] == "start"
    x, y, side = re.search(name, both).groups()
    assert (side == "end" and float(x) < 200) or not 70 < float(y) < 130


def test_a_name_without_room_is_left_to_the_key():
    narrow = Frame((0, 0, 1000, 1000), 40.0)
    drawn = svgmap.labels(narrow, [Label("A", "Much too long a name", (400, 400, 600, 600), "#123456")], taken=[])
    assert ">A<" in drawn and "Much" not in drawn


def test_a_document_is_xml_whatever_the_names_say():
    label = svgmap.labels(FRAME, [Label("A", "Øst & <vest>", (2000, 3000, 2100, 3100), "#123456")], taken=[])
    mark, _ = svgmap.stamp("SIMULATED", colour="#a3006a")
    svg = svgmap.document(FRAME, [label, mark], font="Source Sans Pro", border="#000000", ground="#ffffff")
    words = [element.text for element in ElementTree.fromstring(svg).iter() if element.text]
    assert "Øst & <vest>" in words and "SIMULATED" in words


def test_what_is_clipped_away_leaves_nothing():
    assert svgmap.clipped("<path/>", "", name="x") == ""
    assert 'clip-path="url(#x)"' in svgmap.clipped("<path/>", "M0 0L1 1Z", name="x")
