"""The border: what gets in, what is put aside with a reason, what is mended, and what stops the run."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from layers.border import admit
from layers.errors import ContractError
from tests.border_city import CRS, EAST, NORTH, at, border_city, districts, file_source, incidents, interventions, raw

OTHERS = [file_source("districts"), file_source("interventions")]
PLACES = [at(100, 100), at(300, 560), at(1500, 100), at(300, 500)]


def lenient():
    return border_city(file_source(max_refused_share=1), *OTHERS)


def reasons(border):
    return border.quarantine[["row", "reason"]].to_numpy().tolist()


def test_good_tables_pass_whole():
    border = admit(raw(), border_city())
    tables = border.tables
    assert list(tables.incidents.columns) == [
        *("incident_id", "occurred_from", "occurred_to", "category", "harm_class", "borne_by", "recorded_by"),
        *("uncertainty_m", "geometry"),
    ]
    assert tables.incidents["harm_class"].tolist() == ["disorder"] * 4
    assert tables.incidents["borne_by"].cat.categories.tolist() == ["user", "resident", "business", "public", "unknown"]
    assert tables.districts[["population", "low_income"]].dtypes.tolist() == ["float64", "float64"]
    assert tables.interventions["start"].astype(str).tolist() == ["2015-01-01", "2015-10-01"]
    assert (tables.streets, tables.land, tables.water) == (None, None, None)
    assert list(tables.zones.columns) == ["zone_id", "name", "kind", "valid_from", "valid_to", "geometry"]
    assert len(tables.services) == 0
    assert tables.services.crs == CRS
    assert border.rows_read == {"incidents": 4, "districts": 2, "interventions": 2}
    assert border.quarantine.empty
    assert border.repairs.empty


def test_the_raw_frames_are_left_as_they_were():
    given = raw(incidents=incidents([*PLACES, None]))
    before = given["incidents"]["incidents"].copy()
    admit(given, lenient())
    pd.testing.assert_frame_equal(given["incidents"]["incidents"], before)


def test_unknown_categories_are_all_listed_with_their_counts():
    frame = incidents(PLACES, category=["noise", "fire", "fire", "flood"])
    with pytest.raises(ContractError, match=r"'fire' \(2\), 'flood' \(1\)\. Say for each its harm_class"):
        admit(raw(incidents=frame), border_city())


def test_a_source_may_say_the_kind_of_harm_itself():
    frame = incidents(
        PLACES, category=["fire"] * 4, harm_class=["theft"] * 4, borne_by=["user"] * 4, recorded_by=["health"] * 4
    )
    admitted = admit(raw(incidents=frame), border_city()).tables.incidents
    assert admitted[["category", "harm_class", "borne_by", "recorded_by"]].iloc[0].tolist() == [
        *("fire", "theft", "user", "health")
    ]


def test_rows_are_put_aside_with_the_first_reason():
    end = pd.Series(
        pd.to_datetime(["2014-06-01T12:00Z", "2014-06-01T11:59Z", "2014-06-01T12:00Z", "2014-06-02T00:00Z"])
    )
    frame = incidents(
        PLACES, incident_id=["a", "b", "a", "d"], category=["noise", "noise", "noise", None], occurred_to=end
    )
    border = admit(raw(incidents=frame), lenient())
    assert reasons(border) == [[1, "end before start"], [2, "id that was there before"], [3, "no category"]]
    assert border.tables.incidents["incident_id"].tolist() == ["a"]


def test_reasons_of_the_parser_count():
    frame = incidents(PLACES, refused=[None, "local time does not exist or exists twice (clock change)", None, None])
    assert reasons(admit(raw(incidents=frame), lenient())) == [[1, frame["refused"][1]]]


def test_more_refused_than_declared_stops_with_reasons_and_counts():
    city = border_city(file_source(max_refused_share=0.2), *OTHERS)
    frame = incidents([*PLACES, None, None], incident_id=["a", "b", "c", "a", "e", "f"])
    with pytest.raises(ContractError) as error:
        admit(raw(incidents=frame), city)
    text = str(error.value)
    assert "'incidents': 3 of 6 rows (50.00%) were refused, more than max_refused_share 20.00%" in text
    assert "no coordinates: 2; id that was there before: 1" in text
    assert "First rows: 3, 4, 5" in text


def test_exactly_the_declared_share_passes():
    city = border_city(file_source(max_refused_share=0.2), *OTHERS)
    assert len(admit(raw(incidents=incidents([*PLACES, None])), city).tables.incidents) == 4


def test_two_sources_of_one_table_follow_one_another_and_share_ids():
    more = file_source("interventions", id="more", max_refused_share=1)
    city = border_city(file_source(), *OTHERS, more)
    second = interventions().assign(intervention_id=["line", "new"])
    border = admit(raw() | {"more": {"interventions": second}}, city)
    assert border.tables.interventions["intervention_id"].tolist() == ["line", "law", "new"]
    assert border.quarantine.to_numpy().tolist() == [["more", "interventions", 0, "id that was there before"]]


@pytest.mark.parametrize("table", ["incidents", "districts"])
def test_a_needed_table_must_not_be_empty(table):
    given = raw()
    given[table][table] = given[table][table].iloc[:0]
    with pytest.raises(ContractError, match=f"{table} is empty, 0 rows"):
        admit(given, border_city())


def test_a_needed_table_without_source():
    given = raw()
    del given["districts"]
    with pytest.raises(ContractError, match="no source of city 'smallby' gives districts"):
        admit(given, border_city())


def test_an_empty_table_of_zones_is_no_error():
    zones = gpd.GeoDataFrame({"zone_id": [], "kind": [], "valid_from": []}, geometry=[], crs=CRS)
    city = border_city(file_source(), *OTHERS, file_source("zones"))
    assert len(admit(raw(zones=zones), city).tables.zones) == 0


def test_a_district_without_indicator_stops_unless_it_may_be_unranked():
    frame = districts(low_income=[0.1, None])
    with pytest.raises(ContractError, match=r"1 of 2 districts have no 'low_income': D2 \(District 2\)\. .*unranked"):
        admit(raw(districts=frame), border_city())
    unranked = border_city().deprivation.model_copy(update={"without_value": "unranked"})
    assert len(admit(raw(districts=frame), border_city(deprivation=unranked.model_dump())).tables.districts) == 2


def test_an_indicator_nobody_has_and_one_that_is_no_column():
    with pytest.raises(ContractError, match="no district has a value of 'low_income'"):
        admit(raw(districts=districts(low_income=[None, None])), border_city())
    with pytest.raises(ContractError, match="districts have no column 'low_income'"):
        admit(raw(districts=districts().drop(columns="low_income")), border_city())


def test_an_indicator_that_is_no_number_shows_what_it_is():
    with pytest.raises(
        ContractError, match=r"source 'districts': districts\.low_income holds no number in 1 rows: '250,000\+'"
    ):
        admit(raw(districts=districts(low_income=["0.1", "250,000+"])), border_city())


def test_overlapping_districts_are_named_and_slivers_pass():
    shapes = [box(EAST, NORTH, EAST + 1000, NORTH + 1000), box(EAST + 900, NORTH, EAST + 2000, NORTH + 1000)]
    with pytest.raises(ContractError, match=r"1 pair of districts overlaps.*D1 and D2 \(10% of the smaller\)"):
        admit(raw(districts=districts(shapes)), border_city())
    sliver = [shapes[0], box(EAST + 999, NORTH, EAST + 2000, NORTH + 1000)]
    assert len(admit(raw(districts=districts(sliver)), border_city()).tables.districts) == 2


def test_a_self_intersecting_district_is_mended_once_and_reported():
    x, y = EAST + 1000, NORTH
    bow_tie = Polygon([(x, y), (x + 1000, y + 1000), (x + 1000, y), (x, y + 1000)])  # two triangles, signed area 0
    border = admit(raw(districts=districts([districts().geometry[0], bow_tie])), border_city())
    mended = border.tables.districts.geometry[1]
    assert mended.is_valid
    assert mended.area == 500_000
    assert border.repairs.to_numpy().tolist() == [["districts", "districts", "polygon made valid", 1, 500_000.0]]


def test_a_polygon_without_area_cannot_be_mended():
    flat = Polygon([(EAST, NORTH), (EAST + 500, NORTH), (EAST + 1000, NORTH)])
    with pytest.raises(ContractError, match="polygon that cannot be repaired: 1"):
        admit(raw(districts=districts([*districts().geometry, flat])), border_city())


def test_wrong_kinds_of_geometry_are_put_aside_and_single_parts_taken_out():
    places = [MultiPoint([at(1, 1)]), LineString([at(0, 0), at(1, 1)]), Point(*at(5, 5).coords[0], 30.0), at(7, 7)]
    border = admit(raw(incidents=incidents(places)), lenient())
    assert reasons(border) == [[1, "Linestring instead of Point"]]
    assert border.tables.incidents.geometry.tolist() == [at(1, 1), at(5, 5), at(7, 7)]
    assert not border.tables.incidents.has_z.any()


def test_streets_of_several_parts_are_split():
    several = gpd.GeoSeries([LineString([at(0, 0), at(9, 0)]), LineString([at(0, 9), at(9, 9)])]).union_all()
    lines = [several, LineString([at(0, 5), at(9, 5)]), LineString([at(0, 5), at(0, 5)])]
    values = {"osm_id": [1, 2, 3], "highway": ["path"] * 3, "is_bridge": [False, True, False], "is_tunnel": ["no"] * 3}
    streets = gpd.GeoDataFrame(values, geometry=lines, crs=CRS)
    city = border_city(file_source(), *OTHERS, file_source("streets", max_refused_share=1))
    border = admit(raw(streets=streets), city)
    assert border.tables.streets["osm_id"].tolist() == [1, 1, 2]
    assert border.tables.streets["is_bridge"].tolist() == [False, False, True]
    assert border.tables.streets["layer"].tolist() == [0, 0, 0]
    assert reasons(border) == [[2, "line without length"]]
    assert border.repairs[["repair", "rows"]].to_numpy().tolist() == [["lines of several parts split", 1]]


def test_ways_that_an_extract_cut_are_reported():
    values = {"osm_id": [1], "highway": ["path"], "is_bridge": [False], "is_tunnel": [False]}
    streets = gpd.GeoDataFrame(values, geometry=[LineString([at(0, 0), at(9, 0)])], crs=CRS)
    streets.attrs["ways_cut"] = 7
    city = border_city(file_source(), *OTHERS, file_source("streets"))
    border = admit(raw(streets=streets), city)
    assert border.repairs.to_numpy().tolist() == [["streets", "streets", "ways cut at the edge", 7, 0.0]]


def test_a_point_that_many_rows_share_is_reported_without_its_place():
    spread = [at(i, 3 * i) for i in range(70)]
    border = admit(raw(incidents=incidents([at(300, 300)] * 30 + spread)), border_city())
    assert border.repairs.to_numpy().tolist() == [["incidents", "incidents", "shared coordinate", 30, 0.0]]
    assert admit(raw(incidents=incidents([at(300, 300)] * 29 + spread)), border_city()).repairs.empty


def test_a_scene_at_a_place_that_is_not_there():
    frame = interventions().assign(intervention_id=["other", "law"])
    with pytest.raises(
        ContractError, match=r"scene 'one': interventions have no intervention_id line\. There are: law, other"
    ):
        admit(raw(interventions=frame), border_city())


def test_a_column_that_every_row_needs():
    with pytest.raises(ContractError, match=r"source 'districts': districts lacks population \(it has: district_id"):
        admit(raw(districts=districts().drop(columns="population")), border_city())


def test_days_and_flags_that_cannot_be_read():
    with pytest.raises(ContractError, match=r"interventions\.start holds no date in 1 rows: 'soon'"):
        admit(raw(interventions=interventions().assign(start=["soon", "2015-01-01"])), border_city())


def test_an_intervention_that_ends_before_it_starts():
    frame = interventions().assign(end=["2015-01-02", "2014-01-01"])
    with pytest.raises(ContractError, match=r"'interventions': 1 of 2 rows .* end before start: 1"):
        admit(raw(interventions=frame), border_city())


def test_the_order_of_rows_does_not_matter_but_for_their_numbers():
    forwards = admit(raw(), border_city()).tables.incidents
    backwards = admit(raw(incidents=incidents(PLACES).iloc[::-1]), border_city()).tables.incidents
    pd.testing.assert_frame_equal(forwards, backwards.iloc[::-1].reset_index(drop=True))


def test_multipolygons_are_districts_too():
    shapes = [districts().geometry[0], MultiPolygon([districts().geometry[1]])]
    assert len(admit(raw(districts=districts(shapes)), border_city()).tables.districts) == 2


def test_land_widens_where_incidents_may_lie_and_is_kept_with_water():
    land = gpd.GeoDataFrame(geometry=[box(EAST - 9000, NORTH, EAST, NORTH + 1000)], crs=CRS)
    water = gpd.GeoDataFrame({"name": ["fjord"]}, geometry=[box(EAST, NORTH, EAST + 50, NORTH + 50)], crs=CRS)
    city = border_city(file_source(), *OTHERS, file_source("land"), file_source("water"))
    tables = admit(raw([*PLACES, at(-9500, 0)], land=land, water=water), city).tables
    assert len(tables.incidents) == 5
    assert list(tables.land.columns) == list(tables.water.columns) == ["geometry"]
    with pytest.raises(ContractError, match="land is empty, 0 rows"):
        admit(raw(land=land.iloc[:0]), city)


def test_mapping_rounds_are_checked_though_nothing_reads_them_yet():
    rounds = gpd.GeoDataFrame({"round": ["1"], "people": ["many"]}, geometry=[at(1, 1)], crs=CRS)
    city = border_city(file_source(), *OTHERS, file_source("observations"))
    with pytest.raises(ContractError, match=r"observations\.people holds no number in 1 rows: 'many'"):
        admit(raw(observations=rounds), city)
    assert admit(raw(observations=rounds.assign(people=12)), city).rows_read["observations"] == 1
