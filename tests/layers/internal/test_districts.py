"""Local Moran of districts, and the scan of districts and quarters: a pattern put in is found, none is not."""

from dataclasses import fields
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from layers.frame.exposure import Exposure
from layers.frame.units import Units
from layers.internal.clusters import quarter_starts, scan_clusters
from layers.internal.districts import by_district, local_moran_districts, touching
from tests.layers.small_city import city, frame

SIDE = 7
FIRST = date(2012, 1, 1)
DAYS = 731  # to the end of 2013
PERIODS = (("a", FIRST, date(2013, 1, 1)), ("b", date(2013, 1, 1), date(2014, 1, 1)))


def units() -> Units:
    """7 x 7 districts of 1 km; the first is cut in two by a scene."""
    row, col = np.divmod(np.arange(SIDE * SIDE), SIDE)
    polygons = shapely.box(1000.0 * col, 1000.0 * row, 1000.0 * (col + 1), 1000.0 * (row + 1))
    ids = [f"d{k:02d}" for k in range(SIDE * SIDE)]
    districts = frame(list(polygons), district_id=ids, name=ids)
    pieces = frame([polygons[0], *polygons], district_id=["d00", *ids])
    unused = {field.name: districts[:0] for field in fields(Units)}
    return Units(**unused | {"pieces": pieces, "districts": districts})


def exposed(per_district: np.ndarray) -> Exposure:
    """Counts by district and day; the two pieces of the first district share its counts."""
    half = per_district[:1] // 2
    series = city().harm.series
    counts = {each.id: np.zeros((SIDE * SIDE + 1, DAYS), dtype=np.int32) for each in series}
    counts[series[0].id] = np.vstack([half, per_district[:1] - half, per_district[1:]]).astype(np.int32)
    return Exposure(FIRST, counts)


def moran(counts: np.ndarray) -> pd.DataFrame:
    table = local_moran_districts(exposed(counts), units(), city(periods=PERIODS), data_until=date(2014, 1, 1))
    return table[(table["series"] == city().harm.series[0].id) & (table["period"] == "a")].set_index("district_id")


def test_districts_are_neighbours_up_to_a_metre_apart_and_never_of_themselves():
    boxes = np.array([shapely.box(0, 0, 10, 10), shapely.box(10.9, 0, 20, 10), shapely.box(21.1, 0, 30, 10)])
    assert touching(boxes).toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_pieces_add_up_to_their_district():
    counts = np.arange(SIDE * SIDE)[:, None].repeat(DAYS, axis=1) + 5
    assert (by_district(exposed(counts), units())[city().harm.series[0].id] == counts).all()


def test_a_group_of_full_districts_is_high_among_high():
    counts = np.ones((SIDE * SIDE, DAYS), dtype=int)
    full = [0, 1, 2, SIDE, SIDE + 1, SIDE + 2, 2 * SIDE, 2 * SIDE + 1, 2 * SIDE + 2]
    counts[full] = 8
    found = moran(counts)
    assert found.loc["d08", "pattern"] == "high among high"
    assert found.loc["d48", "pattern"] == "none"
    assert found.loc["d08", "incidents_per_km2_year"] == pytest.approx(8 * 365.25)
    assert found["p_value"].min() >= 0.001


def test_equal_districts_have_no_pattern_and_no_p():
    found = moran(np.ones((SIDE * SIDE, DAYS), dtype=int))
    assert found["pattern"].unique().tolist() == ["none"]
    assert found["p_value"].isna().all()


def test_quarters_are_whole_ones_within_the_data():
    assert quarter_starts(date(2012, 2, 1), 90) == [date(2012, 4, 1)]
    assert quarter_starts(date(2012, 1, 1), 91) == [date(2012, 1, 1), date(2012, 4, 1)]
    assert quarter_starts(date(2012, 5, 5), 10) == []


def test_the_scan_finds_a_burst_where_and_when_it_was():
    rng = np.random.default_rng(1)
    counts = rng.poisson(0.3, (SIDE * SIDE, DAYS))
    spring = slice((date(2013, 4, 1) - FIRST).days, (date(2013, 7, 1) - FIRST).days)
    counts[24, spring] += 2
    first = scan_clusters(exposed(counts), units(), city()).iloc[0]
    assert first["cluster_id"] == f"{city().harm.series[0].id}-c01"
    assert (first["districts"], first["start"], first["end"]) == (1, date(2013, 4, 1), date(2013, 7, 1))
    assert first["incidents"] == counts[24, spring].sum()
    assert first["p_value"] == 0.01
    assert first.geometry.equals(units().districts.geometry[24])


def test_without_whole_quarters_or_incidents_there_is_no_cluster():
    none = np.zeros((SIDE * SIDE, DAYS), dtype=int)
    assert scan_clusters(exposed(none), units(), city()).empty
