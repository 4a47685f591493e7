"""Coordinate systems that are refused, and what the refusal says."""

import pytest

from geo.crs import require_metric, require_same
from geo.errors import CrsError


def test_metres_pass():
    assert require_metric("EPSG:25832", "districts").to_epsg() == 25832


@pytest.mark.parametrize(
    ("crs", "message"),
    [
        (None, r"districts: the CRS is missing"),
        ("EPSG:4326", r"districts: the CRS is EPSG:4326 \(WGS 84\), in degrees; metres are needed"),
        ("EPSG:2272", r"districts: the CRS is EPSG:2272 .*US survey foot"),
        ("EPSG:4978", r"districts: .*a projected CRS in metres"),
        ("EPSG:99999999", r"districts: 'EPSG:99999999' is not a CRS"),
    ],
)
def test_others_are_refused_with_cure(crs, message):
    with pytest.raises(CrsError, match=message):
        require_metric(crs, "districts")


def test_two_names_of_one_crs_are_the_same():
    require_same("EPSG:4326", "OGC:CRS84", what_a="a", what_b="b")


def test_different_ones_are_both_named():
    with pytest.raises(CrsError, match=r"streets is in EPSG:25832 .*, land in EPSG:25833 .*Reproject one"):
        require_same("EPSG:25832", 25833, what_a="streets", what_b="land")
