"""The E-test: by hand, its symmetries, its level, and what it refuses."""

import numpy as np
import pytest
from scipy.stats import poisson

from geo.effects.two_counts import e_test
from geo.errors import GeoError


def test_one_incident_against_none_by_hand():
    """Common rate 1/2 each, seen statistic 1: pairs are as far apart if (a - b)^2 >= a + b, in whole numbers."""
    pairs = [(a, b) for a in range(30) for b in range(30) if (a - b) ** 2 >= a + b > 0]
    law = poisson.pmf(np.arange(30), 0.5)
    assert e_test((1, 0)) == pytest.approx(sum(law[a] * law[b] for a, b in pairs), abs=1e-12)


def test_order_changes_nothing_and_equal_counts_differ_by_chance_alone():
    assert e_test((20, 10)) == e_test((10, 20))
    assert e_test((7, 7)) == pytest.approx(1.0)
    assert e_test((0, 0)) == 1.0
    assert e_test((20, 10), (2.0, 1.0)) == pytest.approx(1.0)  # one rate
    assert e_test((20, 10), (1.0, 2.0)) < e_test((20, 10)) < e_test((15, 10))


def test_it_rejects_what_is_alike_as_often_as_it_says():
    first, second = np.random.default_rng(3).poisson(4.0, (2, 4000))
    pairs, times = np.unique(np.stack([first, second]), axis=1, return_counts=True)
    rejected = sum(n for (a, b), n in zip(pairs.T, times, strict=True) if e_test((int(a), int(b))) < 0.05)
    assert 0.03 < rejected / 4000 < 0.06


def test_what_is_no_count_is_refused():
    with pytest.raises(GeoError, match="give whole counts, 0 or more, and lengths above 0"):
        e_test((1, -1))
    with pytest.raises(GeoError, match="lengths above 0"):
        e_test((1, 1), (0.0, 1.0))
