"""Mann-Kendall, tau and Sen's slope: against reference values, scipy and what must not change them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geo.errors import GeoError
from geo.hotspot.trend import mann_kendall

SHARED = Path(__file__).parents[3] / "../shared/data/reference/golden-trend-scan/mann_kendall.csv"
FIELDS = {"s": "S", "variance": "varS", "z": "z", "p_two_sided": "p_two_sided", "tau_a": "tau_a", "tau_b": "tau_b"}

# Computed for this project: S, variance, z, p, tau_a, tau_b, slope.
CARRIED = [
    ("1 2 2 3 5 4 6 7 7 9 10 12", 62, 632 / 3, 4.2027341914, 2.63710188246e-05, 62 / 66, 0.95395905509, 1),
    ("5 5 5 5 5 5 5 5", 0, 0, 0, 1, 0, np.nan, 0),
    ("9 9 8 8 8 6 5 5 3 1", -40, 358 / 3, -3.57012745653, 0.000356807574336, -40 / 45, -0.942809041582, -5 / 6),
]


@pytest.mark.parametrize(("values", "s", "variance", "z", "p", "tau_a", "tau_b", "slope"), CARRIED)
def test_reference_series(values, s, variance, z, p, tau_a, tau_b, slope):
    found = mann_kendall(np.array(values.split(), dtype=float))
    told = found.s, found.variance, found.z, found.p_two_sided, found.tau_a, found.tau_b, found.sen_slope
    np.testing.assert_allclose(told, (s, variance, z, p, tau_a, tau_b, slope), rtol=0, atol=1e-9)


@pytest.mark.real
def test_shared_series():
    if not SHARED.exists():
        pytest.skip("the reference data do not lie beside the checkout")
    for _, row in pd.read_csv(SHARED).iterrows():
        found = mann_kendall(np.array(row["values"].split(), dtype=float))
        for field, column in FIELDS.items():
            np.testing.assert_allclose(getattr(found, field), row[column], rtol=0, atol=1e-9)
        assert found.sen_slope == pytest.approx(row.sen_slope, abs=1e-9)


series = st.lists(st.integers(0, 6), min_size=3, max_size=15).map(lambda values: np.array(values, dtype=float))


@settings(max_examples=60, deadline=None)
@given(series, st.floats(0.1, 100), st.floats(-50, 50))
def test_against_scipy_and_invariant(x, factor, shift):
    found = mann_kendall(x)
    if np.ptp(x) > 0:
        assert found.tau_b == pytest.approx(stats.kendalltau(np.arange(x.size), x).statistic)
    assert found.sen_slope == pytest.approx(stats.theilslopes(x, np.arange(x.size)).slope)
    back = mann_kendall(x[::-1])
    assert (back.s, back.z, back.variance) == (-found.s, -found.z, found.variance)
    scaled = mann_kendall(factor * x + shift)
    if np.unique(factor * x + shift).size == np.unique(x).size:
        assert (scaled.s, scaled.variance) == (found.s, found.variance)


def test_many_series_at_once_and_uneven_times():
    x = np.random.default_rng(0).integers(0, 4, (3, 2, 7)).astype(float)
    together = mann_kendall(x)
    assert together.s.shape == together.sen_slope.shape == (3, 2)
    assert together.z[2, 1] == mann_kendall(x[2, 1]).z
    assert mann_kendall(np.array([0.0, 1, 4]), times=np.array([0.0, 1, 4])).sen_slope == 1


def test_refusals():
    with pytest.raises(GeoError, match="a series of 2 values"):
        mann_kendall(np.array([1.0, 2]))
    with pytest.raises(GeoError, match="1 values are not finite"):
        mann_kendall(np.array([1.0, np.nan, 2]))
    with pytest.raises(GeoError, match="3 increasing numbers"):
        mann_kendall(np.arange(3.0), times=np.zeros(3))
