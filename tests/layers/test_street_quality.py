"""What is said of the street map: how far incidents were moved, how many were not, whether streets hang together."""

from datetime import date

import numpy as np
import pytest

from geo.network.report import Connectedness, Snapping
from layers.density.street_density import street_map
from layers.density.street_quality import StreetQuality, street_notices
from tests.example_city import example_city
from tests.layers.small_city import incidents
from tests.layers.test_street_density import STREETS, TOWN, UNTIL

ONE = Connectedness(10, 4, 2, 1000.0, 1, np.array([1.0]))


def said(snapping: Snapping, connected: Connectedness = ONE, *, simulated: bool = True) -> list[str]:
    words = street_notices(StreetQuality(snapping, connected, 4.4), example_city(simulated=simulated))
    assert all(word.nb and word.nb != word.en for word in words)
    return [word.en for word in words]


def test_distances_are_those_of_counted_incidents_to_their_nearest_street():
    near, far = [(380, 8)] * 30, [(380, 900)] * 7
    found = incidents(near + far + near, ["2013-05-01"] * 37 + ["1999-01-01"] * 30)  # the last lie in no period
    quality = street_map(STREETS, found, TOWN, data_until=UNTIL).quality
    assert (quality.snapping.snapped, quality.snapping.refused) == (30, 7)
    assert quality.snapping.median_m == quality.snapping.p95_m == pytest.approx(8)
    assert quality.connectedness.length_m == pytest.approx(STREETS.length.sum())


def test_pieces_follow_the_bandwidth_but_are_never_below_a_metre():
    steps = []
    for bandwidth_m in (10.0, 150.0, 300.0):
        city = TOWN.model_copy(update={"density": TOWN.density.model_copy(update={"street_bandwidth_m": bandwidth_m})})
        found = incidents([(380, 8)] * 30, ["2013-05-01"] * 30)
        steps.append(street_map(STREETS, found, city, data_until=UNTIL).quality.step_m)
    assert steps == pytest.approx([1.0, 4.44, 8.88], abs=0.01)


def test_it_says_how_far_and_never_the_largest_distance():
    (text,) = said(Snapping(500, 0, 50.0, 6.2, 31.4, 49.0))
    assert "half of them by 6 m at most, 95% by 31 m" in text
    assert "49" not in text


def test_what_lies_too_far_is_counted_and_a_small_count_is_not_told():
    assert said(Snapping(500, 12, 50.0, 6.0, 31.0, 49.0))[1].startswith("12 of 512 incidents")
    assert said(Snapping(500, 3, 50.0, 6.0, 31.0, 49.0))[1].startswith("Fewer than 5 of 503 incidents")
    assert said(Snapping(500, 3, 50.0, 6.0, 31.0, 49.0), simulated=False)[1].startswith("3 of 503 incidents")


def test_separate_networks_are_told_when_more_than_loose_ends_lie_apart():
    snapped = Snapping(500, 0, 50.0, 6.0, 31.0, 49.0)
    assert len(said(snapped, Connectedness(10, 4, 2, 1000.0, 3, np.array([0.995, 0.004, 0.001])))) == 1
    text = said(snapped, Connectedness(10, 4, 2, 1000.0, 2, np.array([0.7, 0.3])))[1]
    assert "in 2 parts" in text
    assert "70.0% of the length" in text


def test_without_a_street_map_or_incidents_nothing_is_said_of_distances():
    assert street_notices(None, example_city()) == ()
    assert said(Snapping(0, 0, 50.0, np.nan, np.nan, np.nan)) == []
    none = street_map(STREETS, incidents([], []), TOWN, data_until=date(2012, 1, 1)).quality
    assert (none.snapping.snapped, none.snapping.refused) == (0, 0)
