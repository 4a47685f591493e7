"""Indicators of other areas on districts: hand-checked squares, bounds, and what is refused."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, box

from geo.errors import CrsError
from layers.errors import ContractError
from layers.frame.areal import Where, indicators_on

CRS = "EPSG:25832"
DISTRICTS = gpd.GeoDataFrame(
    {"district_id": ["a", "b", "c"]},
    geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100), box(300, 0, 400, 100)],
    crs=CRS,
)
AREAS = gpd.GeoDataFrame(
    {"people": [100.0, 300.0], "poor": [0.1, 0.5]}, geometry=[box(0, 0, 50, 100), box(50, 0, 200, 100)], crs=CRS
)


def test_people_add_up_and_rates_are_means_over_people():
    found = indicators_on(DISTRICTS, AREAS, people="people", rates=["poor"])
    assert found["people"].tolist()[:2] == pytest.approx([200.0, 200.0])
    assert found["poor"].tolist()[:2] == pytest.approx([(100 * 0.1 + 100 * 0.5) / 200, 0.5])
    assert found[["people_least", "people_most"]].to_numpy()[:2].tolist() == [[100, 400], [0, 300]]
    assert found[["poor_least", "poor_most"]].to_numpy()[0].tolist() == [0.1, 0.5]


def test_a_district_that_the_areas_do_not_cover_has_no_value():
    found = indicators_on(DISTRICTS, AREAS, people="people", rates=["poor"])
    assert found.loc[2, ["people", "poor", "people_most"]].isna().all()


def test_people_follow_the_houses_and_the_streets():
    houses = gpd.GeoDataFrame(
        {"floors": [1.0, 3.0, 1.0]},
        geometry=[box(10, 10, 20, 20), box(60, 10, 70, 20), box(150, 10, 160, 20)],
        crs=CRS,
    )
    found = indicators_on(DISTRICTS, AREAS, people="people", where=Where(houses, "floors"))
    assert found["people"].tolist()[:2] == pytest.approx([100 + 225, 75])
    streets = gpd.GeoDataFrame(geometry=[LineString([(0, 50), (200, 50)])], crs=CRS)
    found = indicators_on(DISTRICTS, AREAS, people="people", where=Where(streets))
    assert found["people"].tolist()[:2] == pytest.approx([200, 200])


def test_an_area_without_a_value_does_not_count():
    found = indicators_on(DISTRICTS, AREAS.assign(poor=[0.1, np.nan]), people="people", rates=["poor"])
    assert found["poor"].tolist() == pytest.approx([0.1, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        (AREAS.drop(columns="poor"), "no column poor. There are: people"),
        (AREAS.assign(people=[-1.0, 2.0]), "negative or missing"),
        (AREAS.set_geometry(AREAS.translate(10_000)), "no district lies within"),
    ],
)
def test_areas_that_cannot_be_used_are_refused(areas, said):
    with pytest.raises(ContractError, match=said):
        indicators_on(DISTRICTS, areas, people="people", rates=["poor"])


def test_degrees_are_refused():
    with pytest.raises(CrsError):
        indicators_on(DISTRICTS, AREAS.to_crs("EPSG:4326"), people="people")
