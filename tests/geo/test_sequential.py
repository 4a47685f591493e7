"""Levels of repeated looks: published bounds, and how often a year of looks errs."""

import numpy as np
import pytest
from scipy.special import ndtri

from geo.errors import GeoError
from geo.sequential import review_levels


@pytest.mark.parametrize(
    "bounds",
    [[1.9600], [2.9626, 1.9686], [3.7103, 2.5114, 1.9930], [4.3326, 2.9631, 2.3590, 2.0141]],
)
def test_bounds_of_equal_looks_are_the_published_ones(bounds):
    looks = len(bounds)
    levels = review_levels(np.arange(1, looks + 1) / looks, 0.95)
    assert ndtri(0.5 + levels / 2) == pytest.approx(bounds, abs=2e-4)


def test_all_looks_together_err_as_often_as_one_may():
    share = np.array([0.1, 0.35, 0.6, 0.85, 1.0])
    rng = np.random.default_rng(1)
    grown = (rng.normal(size=(200_000, 5)) * np.sqrt(np.diff(share, prepend=0))).cumsum(axis=1) / np.sqrt(share)
    bounds = ndtri(0.5 + review_levels(share, 0.9) / 2)
    assert (np.abs(grown) > bounds).any(axis=1).mean() == pytest.approx(0.1, abs=0.003)
    # looking with the same level every time would not
    assert (np.abs(grown) > ndtri(0.95)).any(axis=1).mean() > 0.2


def test_a_first_look_at_almost_nothing_decides_nothing():
    levels = review_levels(np.array([1e-6, 1.0]), 0.95)
    assert levels[0] == pytest.approx(1.0)
    assert levels[1] == pytest.approx(0.95, abs=1e-6)


@pytest.mark.parametrize("share", [[], [0.5, 0.5], [0.0, 1.0], [0.5, 1.1]])
def test_looks_must_grow(share):
    with pytest.raises(GeoError, match="give shares that increase, above 0 and at most 1"):
        review_levels(np.array(share), 0.95)
