"""Indicators of other areas at the border: carried onto the districts by hand-checked shares, told, refused."""

import geopandas as gpd
import numpy as np
import pytest
from pandas import DataFrame
from shapely import box

from layers.border import admit
from layers.errors import ContractError
from layers.findings.carried import carried_said
from layers.frame.units import Units
from layers.notices import notices
from layers.sources.files import parse
from tests.border_city import CRS, EAST, NORTH, a_source, border_city, districts, file_source, raw

TABLES = ("incidents", "districts", "interventions", "indicator_areas")
EXTRA = {name: file_source(name) for name in (*TABLES, "people_where")}


def square(west: float, east: float):
    return box(EAST + west, NORTH, EAST + east, NORTH + 1000)


def areas(**columns) -> gpd.GeoDataFrame:
    """Return two areas over the districts 0-1000 and 1000-2000: one over half of the first, one over the rest."""
    values = {"area_id": ["A", "B"], "population": [100.0, 300.0], "low_income": [0.1, 0.5], **columns}
    return gpd.GeoDataFrame(values, geometry=[square(0, 500), square(500, 2000)], crs=CRS)


def given(**more: gpd.GeoDataFrame):
    plain = districts().drop(columns="low_income")
    return raw(**{"districts": plain, "indicator_areas": areas(), **more})


def let_in(tables, *names: str):
    city = border_city(*(EXTRA[name] for name in (*TABLES, *names)))
    return admit(tables, city), city


def test_the_indicator_of_other_areas_ranks_the_districts():
    """The first district takes all 100 people of A and a third of B's 300."""
    border, city = let_in(given())
    found = border.tables.districts
    assert found["low_income"].tolist() == pytest.approx([(100 * 0.1 + 100 * 0.5) / 200, 0.5])
    assert found[["low_income_least", "low_income_most"]].to_numpy().tolist() == [[0.1, 0.5], [0.5, 0.5]]
    assert found["population"].tolist() == [100.0, 200.0]
    assert city.indicators_carried_by == "area"
    assert "carried over by area" in carried_said(city)[0].en


def test_people_follow_inhabited_land():
    """All of B's people live in the second district, so the first has A's alone."""
    land = gpd.GeoDataFrame({"density": [1.0, 2.0]}, geometry=[square(0, 100), square(1500, 1600)], crs=CRS)
    border, city = let_in(given(people_where=land), "people_where")
    assert border.tables.districts["low_income"].tolist() == pytest.approx([0.1, 0.5])
    assert city.indicators_carried_by == "people"


def test_a_run_tells_how_far_apart_least_and_most_are():
    """Values 0.3 and 0.5, bounds 0.4 and 0 apart: the median 0.2 is 125 % of the way from 0.32 to 0.48."""
    border, city = let_in(given())
    laid, inside = Units(None, DataFrame({"deprivation_rank": [0.5]}), None, None), np.zeros(4, int)
    said = notices(border, laid, city, cells=inside, unit_index=inside)
    assert any("was measured for other areas" in words.en and "lie 125% of" in words.en for words in said)
    assert not carried_said(border_city())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"indicator_areas": areas().drop(columns="low_income")}, "indicator_areas give no indicator"),
        ({"districts": districts()}, "low_income: both districts and indicator_areas have it"),
        ({"indicator_areas": areas(population=[-1.0, 3.0])}, "population: must be 0 or more"),
        (
            {"indicator_areas": areas().set_geometry([square(9000, 9100), square(9100, 9200)])},
            "no district lies within",
        ),
        (
            {"indicator_areas": areas().set_geometry([square(0, 1000), square(500, 2000)])},
            r"indicator_areas overlaps, so the people there would count twice: A and B \(50% of the smaller\)",
        ),
    ],
)
def test_what_is_refused(changed, message):
    with pytest.raises(ContractError, match=message):
        let_in(given(**changed))


def test_areas_without_anybody_s_land_are_refused():
    land = gpd.GeoDataFrame({"density": [1.0]}, geometry=[square(0, 100)], crs=CRS)
    with pytest.raises(ContractError, match="1 of 2 areas hold something but nothing to spread it by"):
        let_in(given(people_where=land), "people_where")


def test_areas_are_read_from_a_file_as_its_source_says(tmp_path):
    path = tmp_path / "areas.gpkg"
    areas().rename(columns={"area_id": "nr", "population": "folk", "low_income": "andel"}).to_file(path)
    said = {"area_id": "nr", "population": "folk", "low_income": "andel"}
    frame = parse(path, a_source("indicator_areas", path=path.name, columns=said))["indicator_areas"]
    border, _ = let_in(given(indicator_areas=frame))
    assert border.tables.districts["low_income"].tolist() == pytest.approx([0.3, 0.5])
