"""PAI, PEI and RRI: ptools' example, ties, unequal areas, and what they refuse."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.errors import GeoError
from geo.hotspot.accuracy import accuracy

SHARED = Path(__file__).parents[3] / "../shared/data/reference/golden-displacement/pai.csv"
COUNTS, PREDICTED = np.array([6, 7, 3, 2, 1, 0]), np.array([8, 4, 4, 2, 1, 0])


def test_the_example_of_ptools():
    found = accuracy(COUNTS, PREDICTED)
    assert (found.order + 1).tolist() == [1, 3, 2, 4, 5, 6]  # of the two fours, that with three incidents first
    np.testing.assert_allclose(found.pai[:3], [6 / 19 * 6, 9 / 19 * 3, 16 / 19 * 2])
    np.testing.assert_allclose(found.pei[:3], [6 / 7, 9 / 13, 1])
    np.testing.assert_allclose(found.rri, [4 / 3, 4 / 3, 1, 1, 1, 1])


@pytest.mark.real
def test_shared_example():
    if not SHARED.exists():
        pytest.skip("the reference data do not lie beside the checkout")
    table, found = pd.read_csv(SHARED), accuracy(COUNTS, PREDICTED)
    assert (found.order + 1).tolist() == table.id.tolist()
    columns = {"count": "CumCount", "predicted": "CumPred", "area": "CumArea", "pai": "PAI", "pei": "PEI", "rri": "RRI"}
    for field, column in columns.items():
        np.testing.assert_allclose(getattr(found, field), table[column], rtol=0, atol=1e-9)


def test_areas_rank_by_what_is_predicted_per_area():
    found = accuracy(np.array([1, 3]), np.array([4, 6]), area=np.array([1.0, 3.0]))
    assert found.order.tolist() == [0, 1]
    np.testing.assert_allclose(found.pai, [0.25 / 0.25, 1])


def test_scale_and_order_change_nothing():
    rng = np.random.default_rng(0)
    counts, predicted, area = rng.integers(0, 9, 30), rng.random(30), rng.uniform(1, 2, 30)
    one = accuracy(counts, predicted, area=area)
    shuffled = rng.permutation(30)
    other = accuracy(counts[shuffled], 7 * predicted[shuffled], area=3 * area[shuffled])
    np.testing.assert_allclose(other.pai, one.pai)
    np.testing.assert_allclose(other.pei, one.pei)
    assert one.pai[-1] == pytest.approx(1)


def test_nothing_yet_and_refusals():
    assert accuracy(np.array([0, 1]), np.array([2, 1])).rri[0] == np.inf
    with pytest.raises(GeoError, match="hold at least one incident"):
        accuracy(np.zeros(2), np.ones(2))
    with pytest.raises(GeoError, match="counts must be finite"):
        accuracy(np.array([-1, 2]), np.ones(2))
    with pytest.raises(GeoError, match=r"\(2,\) counts, \(3,\) predictions"):
        accuracy(np.ones(2), np.ones(3))
