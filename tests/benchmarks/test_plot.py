"""The picture of cost against size is that of results.json, and puts a measurement where it belongs."""

import pytest

from benchmarks.plot import PANELS, PICTURE, drawing
from benchmarks.table import read

RECORD = {"work": "points_1e8", "size": "100,000 points from Parquet", "peer": "kdepy", "peer_cpu_s": 10.0}
RECORD |= {"our_cpu_s": 0.1, "ratio": 100.0, "peer_error": None, "our_error": None, "note": ""}


def test_a_measurement_by_hand():
    panel = PANELS[0]
    assert panel.at(1e5, 1e-3) == (panel.left + 22, 330)
    assert panel.at(1e8, 1e2) == pytest.approx((panel.right - 22, 64))
    drawn = drawing([RECORD])
    assert '<circle cx="92.0" cy="223.6" r="4"' in drawn  # ours, two fifths up
    assert '<circle cx="92.0" cy="117.2" r="4"' in drawn  # the peer, four fifths up
    assert ">KDEpy</text>" in drawn


def test_without_records_the_axes_remain():
    assert "<circle" not in drawing([])
    assert "incidents</text>" in drawing([])


def test_a_peer_that_was_not_run_has_no_line():
    assert ">KDEpy</text>" not in drawing([RECORD | {"peer_cpu_s": None}])


def test_the_picture_shows_the_results():
    assert PICTURE.read_text(encoding="utf-8") == drawing(read())
