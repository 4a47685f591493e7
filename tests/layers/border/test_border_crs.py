"""Where coordinates may lie: stated, declared and contradicted CRS, exchanged axes, points that stand for nothing."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

from layers.border import admit
from layers.errors import ContractError
from tests.border_city import CRS, at, border_city, districts, file_source, incidents, raw

OTHERS = [file_source("districts"), file_source("interventions")]
PLACES = [at(100, 100), at(300, 560), at(1500, 100), at(300, 500)]


def in_degrees(places):
    return list(gpd.GeoSeries(places, crs=CRS).to_crs(4326))


def city_with(**said):
    return border_city(file_source(**said), *OTHERS)


def admitted(frame, city=None):
    return admit(raw(incidents=frame), city or border_city())


def reasons(border):
    return dict(border.quarantine["reason"].value_counts())


def test_degrees_are_brought_to_the_citys_crs():
    border = admitted(incidents(in_degrees(PLACES), crs="EPSG:4326"))
    found = border.tables.incidents
    assert found.crs == CRS
    assert max(a.distance(b) for a, b in zip(found.geometry, PLACES, strict=True)) < 1e-5


def test_no_crs_is_refused_with_the_cure():
    with pytest.raises(ContractError, match=r"'incidents' \(incidents\) states no CRS\. Declare .* `crs: EPSG:4326`"):
        admitted(incidents(PLACES, crs=None))


def test_a_declared_crs_serves_a_file_without_one():
    border = admitted(incidents(PLACES, crs=None), city_with(crs=CRS))
    assert border.tables.incidents.geometry.tolist() == PLACES


def test_a_stated_crs_that_differs_from_the_declared_one_names_both():
    with pytest.raises(ContractError, match="declared as EPSG:4326 but its file says EPSG:25832"):
        admitted(incidents(PLACES), city_with(crs="EPSG:4326"))


def test_degrees_where_metres_are_declared():
    with pytest.raises(ContractError, match=r"EPSG:25832 \(metres\) by its CRS, but all its values look like degrees"):
        admitted(incidents(in_degrees(PLACES), crs=None), city_with(crs=CRS))


def test_metres_where_degrees_are_declared():
    with pytest.raises(ContractError, match=r"EPSG:4326 \(degrees\) by its CRS, but most of its values are no degrees"):
        admitted(incidents(PLACES, crs="EPSG:4326"))


def swapped(places):
    return [Point(p.y, p.x) for p in places]


@pytest.mark.parametrize("box_given", [True, False])
def test_longitude_and_latitude_swapped(box_given):
    said = {"usable_box": [8.0, 60.0, 10.0, 61.0]} if box_given else {}
    with pytest.raises(ContractError, match=r"longitude and latitude are swapped.*Exchange `x` and `y`"):
        admitted(incidents(swapped(in_degrees(PLACES)), crs="EPSG:4326"), city_with(**said))


def test_east_and_north_swapped():
    with pytest.raises(ContractError, match=r"x and y \(east and north\) are swapped"):
        admitted(incidents(swapped(PLACES)))


def test_a_city_in_degrees_is_refused():
    with pytest.raises(ContractError, match=r"EPSG:4326 \(WGS 84, degree\); distances need metres"):
        admit(raw(), border_city(crs="EPSG:4326"))


def test_every_kind_of_unusable_coordinate_has_its_reason():
    places = [*in_degrees(PLACES), None, Point(0, 0), Point(2_700_000, 250_000), Point(9.25, 60.375), Point(np.inf, 60)]
    city = city_with(usable_box=[8.0, 60.0, 10.0, 61.0], refused_points=[[9.25, 60.375]], max_refused_share=1)
    border = admitted(incidents(places, crs="EPSG:4326"), city)
    assert reasons(border) == {
        "no coordinates": 1,
        "coordinates not finite": 1,
        "outside the usable box": 2,
        "point that stands for an unknown place": 1,
    }
    assert border.quarantine["row"].tolist() == [4, 5, 6, 7, 8]
    assert len(border.tables.incidents) == 4


def test_a_stray_point_at_0_0_is_put_aside_and_no_bounds_grow():
    city = city_with(max_refused_share=0.5)
    border = admitted(incidents([*in_degrees(PLACES), Point(0, 0)], crs="EPSG:4326"), city)
    assert reasons(border) == {"far outside the area of EPSG:25832": 1}
    border = admitted(incidents([*PLACES, at(2000 + 5001, 0)]), city)
    assert reasons(border) == {"more than 5 km outside the city": 1}
    assert border.tables.incidents.total_bounds.tolist() == gpd.GeoSeries(PLACES).total_bounds.tolist()
    assert not reasons(admitted(incidents([*PLACES, at(2000 + 4999, 0)]), city))


def test_a_district_at_0_0_stops_the_run():
    shapes = [*districts().geometry, box(0, 0, 1000, 1000)]
    with pytest.raises(ContractError, match=r"'districts': 1 of 3 rows .* far outside the area of EPSG:25832: 1"):
        admit(raw(districts=districts(shapes)), border_city())


def test_no_coordinate_stands_in_messages_or_quarantine():
    with pytest.raises(ContractError) as error:
        admitted(incidents([*PLACES, at(77_777, 0)]))
    assert "577777" not in str(error.value)
    border = admitted(incidents([*PLACES, None]), city_with(max_refused_share=1))
    assert list(border.quarantine.columns) == ["source_id", "table", "row", "reason"]
