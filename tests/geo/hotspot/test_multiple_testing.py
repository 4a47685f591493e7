"""Adjusted p-values: by hand, monotone, indifferent to order and to places without a test."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.hotspot.multiple_testing import adjusted

p_lists = st.lists(st.floats(0, 1), min_size=1, max_size=40).map(np.array)


def test_by_hand():
    p = np.array([0.01, 0.04, np.nan, 0.03, 0.9])
    np.testing.assert_allclose(adjusted(p, correction="bh"), [0.04, 0.16 / 3, np.nan, 0.16 / 3, 0.9])
    harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4
    np.testing.assert_allclose(adjusted(p, correction="by")[:2], [0.04 * harmonic, 0.16 / 3 * harmonic])
    np.testing.assert_allclose(adjusted(p, correction="bonferroni"), [0.04, 0.16, np.nan, 0.12, 1])
    np.testing.assert_array_equal(adjusted(p, correction="none"), p)


@settings(max_examples=60, deadline=None)
@given(p_lists, st.sampled_from(["bh", "by", "bonferroni"]), st.integers(0, 99))
def test_monotone_never_smaller_and_indifferent_to_order(p, correction, seed):
    found = adjusted(p, correction=correction)
    assert (found >= p - 1e-15).all()
    assert (found <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    shuffled = np.random.default_rng(seed).permutation(p.size)
    np.testing.assert_array_equal(adjusted(p[shuffled], correction=correction), found[shuffled])
    assert (adjusted(p * 0.5, correction=correction) <= found + 1e-15).all()


def test_stricter_corrections_find_less():
    p = np.random.default_rng(1).random(50) ** 3
    bh, by, bonferroni = (adjusted(p, correction=name) for name in ("bh", "by", "bonferroni"))
    assert (bh <= by).all()
    assert (bh <= bonferroni).all()


def test_refusals():
    with pytest.raises(GeoError, match="between 0 and 1"):
        adjusted(np.array([1.2]), correction="bh")
    with pytest.raises(GeoError, match="choose 'bh'"):
        adjusted(np.array([0.2]), correction="fdr")
    assert adjusted(np.array([np.nan]), correction="bh").shape == (1,)
