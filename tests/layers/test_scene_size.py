"""Sizes of scenes from published densest areas, by hand: two areas of a period, one after."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from layers.description.scene_size import scene_findings, scene_sizes
from tests.made_city import CRS, city


def areas() -> gpd.GeoDataFrame:
    """Before: 4 ha at the park, 1 ha elsewhere, 300 m apart; after: 1 ha in the underpass."""
    return gpd.GeoDataFrame(
        {
            "hotspot_id": ["h1", "h2", "h3"],
            "period": ["a", "a", "c"],
            "series": ["violence"] * 3,
            "share": [0.375, 0.125, 0.5],
            "area_km2": [0.04, 0.01, 0.01],
            "incidents_per_km2_year": [200.0, 100.0, 500.0],
        },
        geometry=[box(0, 0, 200, 200), box(350, 50, 450, 150), box(2000, 0, 2100, 100)],
        crs=CRS,
    )


SCENES = gpd.GeoDataFrame(
    {"scene_id": ["park", "market", "tunnel"]},
    geometry=[box(0, 0, 300, 300), box(190, 0, 300, 300), box(1990, 0, 2200, 200)],
    crs=CRS,
)


def test_size_density_and_scatter_by_hand():
    table = scene_sizes(areas(), SCENES, city()).set_index(["period", "scene_id"])
    whole = table.loc[("a", "")]
    assert whole["densest_areas"] == 2 and whole["area_ha"] == 5 and whole["share"] == 0.5
    assert whole["incidents_per_ha_year"] == pytest.approx((2 * 4 + 1 * 1) / 5)
    # middles 300 m apart with weights 3/4 and 1/4: sqrt(3/4 * 75^2 + 1/4 * 225^2)
    assert whole["spread_m"] == pytest.approx(np.sqrt(0.75 * 75**2 + 0.25 * 225**2))
    assert table.loc[("a", "park"), "area_ha"] == 4 and ("a", "market") not in table.index
    assert table.loc[("c", "tunnel"), "incidents_per_ha_year"] == 5


def test_a_smaller_scene_may_be_denser_and_has_no_verdict():
    found = {(f.kind, f.step): f for f in scene_findings(scene_sizes(areas(), SCENES, city()), city())}
    density = found["harm_intensity_of_scene", "a->c"]
    assert density.estimate == pytest.approx(5 / 2) and density.verdict is None and density.interval is None
    assert density.parts["area_ha_before"] == 4 and density.parts["area_ha_after"] == 1
    assert (
        "2.5 times as dense" in density.statement.en and "a smaller scene may do as much harm" in density.statement.en
    )
    scatter = found["scene_fragmentation", "a->c"]
    assert scatter.estimate == -1 and (scatter.parts["before"], scatter.parts["after"]) == (2, 1)
    assert scatter.parts["spread_m_after"] == 0


def test_without_areas_nothing_is_computed():
    none = scene_findings(scene_sizes(areas().iloc[:0], SCENES, city()), city())
    assert none and all(f.estimate is None for f in none)
    assert all("no published dense areas" in f.statement.en for f in none)
    assert isinstance(scene_sizes(areas().iloc[:0], SCENES, city()), pd.DataFrame)
