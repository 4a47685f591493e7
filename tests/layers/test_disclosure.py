"""The gate: small counts, the gap that subtraction would fill, cells with too little behind them, sheltered places."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from layers import disclosure
from tests.example_release import example_release


@pytest.fixture(scope="module")
def city():
    return example_release().city


def counts(*values):
    return pd.DataFrame(
        {
            "district_id": [f"d{i}" for i in range(len(values))],
            "period": "p",
            "series": "s",
            "incidents": values,
            "incidents_per_day": [v / 10 for v in values],
        }
    )


def test_one_to_four_are_withheld_and_zero_is_not(city):
    gated = disclosure.gate_counts(counts(0, 1, 4, 5, 90), city)
    assert gated["withheld"].tolist() == [False, True, True, False, False]
    assert gated["incidents"].isna().tolist() == [False, True, True, False, False]
    assert gated["incidents_per_day"].isna().tolist() == [False, True, True, False, False]


def test_a_single_gap_is_covered_by_the_smallest_other_count(city):
    gated = disclosure.gate_counts(counts(3, 50, 7, 0), city)
    assert gated["withheld"].tolist() == [True, False, True, False]


def test_nothing_small_nothing_withheld(city):
    assert not disclosure.gate_counts(counts(0, 5, 6), city)["withheld"].any()


def test_housing_and_undeclared_services_are_on_no_map():
    services = gpd.GeoDataFrame(
        {"service_id": ["a", "b", "c"], "kind": ["housing", "drop-in", "drop-in"], "public": [True, False, True]},
        geometry=[Point(0, 0)] * 3,
        crs=25832,
    )
    assert disclosure.gate_services(services)["service_id"].tolist() == ["c"]
