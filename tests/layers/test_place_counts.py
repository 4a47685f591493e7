"""Counts by place: rings and windows are half-open, days are local, distance is straight."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from layers.border import admit
from layers.errors import ContractError
from layers.frame.place_counts import place_counts
from tests.border_city import at, border_city, incidents, raw

YEAR = {"start": date(2014, 1, 1), "end": date(2015, 1, 1)}
LINE = {"table": "interventions", "ids": ["line"]}  # from (200, 500) to (400, 500)


def counted(wanted, places, **columns):
    city = border_city(place_counts=[{"place_id": "p", "windows": [YEAR]} | wanted])
    return place_counts(admit(raw(incidents=incidents(places, **columns)), city).tables, city)


def counts(wanted, places, **columns):
    return counted(wanted, places, **columns)["count"].tolist()


def test_rings_are_half_open_from_zero():
    places = [at(300, 500), at(300, 549), at(300, 550), at(450, 500), at(300, 400), at(500, 500), at(501, 500)]
    assert counts({"place": LINE, "rings_m": [[0, 50], [50, 100], [0, 100.5]]}, places) == [2, 2, 6]


def test_the_radius_of_a_place_widens_it():
    place = LINE | {"radius_m": 100}
    assert counts({"place": place, "rings_m": [[0, 50], [50, 100]]}, [at(300, 600), at(300, 649), at(300, 650)]) == [
        2,
        1,
    ]


def test_days_are_local_and_windows_half_open():
    # midnight in Oslo is 23:00 UTC in winter
    times = pd.to_datetime(["2013-12-31T22:59Z", "2013-12-31T23:00Z", "2014-12-31T22:59Z", "2014-12-31T23:00Z"])
    assert counts({}, [at(1, 1)] * 4, occurred_from=times, occurred_to=times) == [2]


def test_the_whole_city_has_no_ring():
    table = counted({}, [at(1, 1), at(1900, 900)])
    assert table.columns.tolist() == ["place_id", "category", "from_m", "to_m", "start", "end", "count"]
    assert table.drop(columns=["from_m", "to_m"]).to_numpy().tolist() == [
        ["p", "all", date(2014, 1, 1), date(2015, 1, 1), 2]
    ]
    assert np.isnan(table[["from_m", "to_m"]].to_numpy()).all()


def test_categories_are_counted_apart_in_the_order_of_the_settings():
    wanted = {"categories": ["theft", "noise"], "place": LINE, "rings_m": [[0, 50], [50, 200]]}
    table = counted(wanted, [at(300, 500), at(300, 500), at(300, 600)], category=["noise", "theft", "noise"])
    assert table[["category", "from_m", "count"]].to_numpy().tolist() == [
        ["theft", 0.0, 1],
        ["theft", 50.0, 0],
        ["noise", 0.0, 1],
        ["noise", 50.0, 1],
    ]


def test_a_known_category_without_incident_counts_zero_and_an_unknown_one_is_refused():
    assert counts({"categories": ["theft"]}, [at(1, 1)]) == [0]
    with pytest.raises(ContractError, match=r"place_counts 'p': no incident has category 'fire'\. Known: noise, theft"):
        counts({"categories": ["fire"]}, [at(1, 1)])


def test_the_place_may_be_several_and_distance_is_to_the_nearest():
    rng = np.random.default_rng(5)
    places = [at(x, y) for x, y in rng.uniform(0, 1000, (200, 2))]
    expected = sum(np.hypot(p.x - np.clip(p.x, *sorted((500_200, 500_400))), p.y - 6_700_500) < 150 for p in places)
    assert counts({"place": LINE, "rings_m": [[0, 150]]}, places) == [expected]


def test_rings_that_follow_one_another_add_up_and_so_do_windows():
    rng = np.random.default_rng(6)
    places = [at(x, y) for x, y in rng.uniform(0, 1000, (200, 2))]
    times = pd.Timestamp("2014-01-01T00:00Z") + pd.to_timedelta(rng.uniform(0, 364, 200), unit="D")
    halves = [{"start": YEAR["start"], "end": date(2014, 7, 2)}, {"start": date(2014, 7, 2), "end": YEAR["end"]}]
    wanted = {"place": LINE, "rings_m": [[0, 90], [90, 400], [0, 400]], "windows": [*halves, YEAR]}
    table = counted(wanted, places, occurred_from=times, occurred_to=times)
    by_ring = table["count"].to_numpy().reshape(3, 3)
    assert (by_ring[0] + by_ring[1] == by_ring[2]).all()
    assert (by_ring[:, 0] + by_ring[:, 1] == by_ring[:, 2]).all()
    assert (by_ring > 0).all()


def test_a_place_without_geometry_cannot_be_measured_from():
    with pytest.raises(ContractError, match="place_counts 'p': interventions law have no geometry"):
        counts({"place": {"table": "interventions", "ids": ["law"]}}, [at(1, 1)])


def test_nothing_asked_gives_an_empty_table_with_its_columns():
    city = border_city()
    table = place_counts(admit(raw(), city).tables, city)
    assert table.empty
    assert table.columns.tolist() == ["place_id", "category", "from_m", "to_m", "start", "end", "count"]
