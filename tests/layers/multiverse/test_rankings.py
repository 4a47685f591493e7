"""Larger units as another ranking: every district stands where its unit stands."""

import numpy as np
import pytest

from layers.multiverse.rankings import _larger


def test_districts_stand_as_their_unit_does():
    # unit 1: mean (10 x 1 + 30 x 3) / 40 = 2.5 of 40 people; unit 2: 8 of 60 people
    found = _larger(np.array([1.0, 2, 1]), np.array([1.0, 8, 3]), np.array([10.0, 60, 30]))
    assert found[:, 0].tolist() == [1, 1, 1, 0]
    assert found[:, 1].tolist() == pytest.approx([0.2, 0.7, 0.2, 0])  # middles of 0 to 0.4 and 0.4 to 1
    assert found[:, 2].tolist() == pytest.approx([0, 20 / 60, 0, 0])


def test_what_has_no_unit_no_value_or_nobody_is_not_ranked():
    number = np.array([1.0, np.nan, 2, 2])
    found = _larger(number, np.array([1.0, 2, np.nan, 4]), np.array([10.0, 5, 5, 0]))
    assert found[:, 0].tolist() == [1, 0, 0, 0, 0]
    assert found[0, 1] == 0.5
