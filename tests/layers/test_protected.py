"""Housing and protected places: on no map, under no scene, around no count."""

import geopandas as gpd
import pytest
from shapely import Point

from layers.city import Place
from layers.disclosure.protected import refuse_protected, without_protected
from layers.errors import ConfigError
from tests.layers.small_city import city, tables


def test_zones_of_protected_places_are_left_out():
    zones = gpd.GeoDataFrame({"zone_id": ["a", "b"], "kind": ["closure", "housing"]}, geometry=[Point(0, 0)] * 2)
    assert without_protected(zones)["zone_id"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("kind", "public", "is_refused"),
    [("housing", True, True), ("drop-in", False, True), ("drop-in", True, False)],
)
def test_no_scene_is_drawn_around_housing_or_an_undeclared_service(kind, public, is_refused):
    services = gpd.GeoDataFrame(
        {"service_id": ["s1"], "kind": [kind], "public": [public]}, geometry=[Point(297_000, 6_700_000)], crs=25832
    )
    place = Place(table="services", ids=("s1",), radius_m=100)
    settings = city()
    scenes = (settings.scenes[0].model_copy(update={"place": place}), *settings.scenes[1:])
    settings = settings.model_copy(update={"scenes": scenes, "place_counts": ()})
    made = tables(services=services)
    if is_refused:
        with pytest.raises(ConfigError, match="a service that is not public"):
            refuse_protected(made, settings)
    else:
        refuse_protected(made, settings)
