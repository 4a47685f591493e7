"""Frozen quarters: the same incidents within a quarter; with the next one, revisions in lots or not at all."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from layers.border.contracts import check
from layers.disclosure.frozen import Frozen, admission, as_published, frozen_until
from layers.tables import Border
from tests import made_city

CITY = made_city.city()
OLD, NEW = date(2016, 4, 1), date(2016, 7, 1)


def incidents(*lots):
    """Rows of (how many, x, day): in one place, on one day; ids follow from lot, position and size."""
    rows = [(f"{x}-{day}-{k}", x, day) for number, x, day in lots for k in range(number)]
    ids, xs, days = zip(*rows, strict=True)
    when = pd.to_datetime(list(days)).tz_localize("Europe/Oslo").tz_convert("UTC") + pd.Timedelta(hours=12)
    table = pd.DataFrame({"incident_id": ids, "occurred_from": when, "occurred_to": when})
    labels = {"category": "hit", "harm_class": "violence", "borne_by": "resident", "recorded_by": "reactive"}
    table = table.assign(**{name: pd.Categorical([value] * len(ids)) for name, value in labels.items()})
    return gpd.GeoDataFrame(
        table.assign(uncertainty_m=np.nan), geometry=gpd.points_from_xy(xs, [500.0] * len(ids)), crs=made_city.CRS
    )


def border(table, *, refused=0):
    aside = pd.DataFrame({"source_id": "r", "table": "incidents", "row": range(refused), "reason": "no time"})
    mended = pd.DataFrame({"source_id": [], "table": [], "repair": [], "rows": [], "area_change_m2": []})
    return Border(replace(made_city.tables(), incidents=table), aside, mended, {"r": len(table) + refused})


FIRST = ((20, 500, "2015-07-01"), (20, 4500, "2015-07-01"), (9, 500, "2016-05-01"))


def published(*lots, until=OLD, frozen=None, refused=0):
    seen, kept = as_published(border(incidents(*lots), refused=refused), CITY, frozen, until=until, run_id="r2")
    return seen, kept


def first():
    return replace(published(*FIRST)[1], run_id="r1")


def ids(seen):
    return sorted(seen.tables.incidents["incident_id"])


def test_what_is_not_counted_is_not_kept():
    seen, kept = published(*FIRST, refused=3)
    assert len(seen.tables.incidents) == len(kept.incidents) == 40  # nothing of May
    assert kept.until == OLD and kept.run_id == "r2" and len(kept.quarantine) == 3


@pytest.mark.parametrize("late", [1, 4, 50])
def test_within_a_quarter_nothing_of_tonight_enters(late):
    frozen = first()
    seen, kept = published(*FIRST, (late, 2500, "2015-08-01"), frozen=frozen, refused=late)
    assert ids(seen) == sorted(frozen.incidents["incident_id"])
    assert seen.rows_read == frozen.rows_read and len(seen.quarantine) == 0
    assert kept is frozen


@pytest.mark.parametrize(("late", "enter"), [(1, 0), (4, 0), (5, 5), (12, 12)])
def test_with_the_next_quarter_revisions_enter_in_lots(late, enter):
    seen, kept = published(*FIRST, (late, 2500, "2015-08-01"), frozen=first(), until=NEW)
    assert len(ids(seen)) == 40 + 9 + enter
    assert (kept.until, kept.run_id) == (NEW, "r2")


def test_revisions_that_wait_enter_when_enough_have_come():
    _, kept = published(*FIRST, (4, 2500, "2015-08-01"), frozen=first(), until=NEW)
    later, _ = published(*FIRST, (4, 2500, "2015-08-01"), (1, 2400, "2015-08-09"), frozen=kept, until=date(2016, 10, 1))
    assert len(ids(later)) == 40 + 9 + 5


def test_a_lot_that_spans_two_published_spans_is_two_lots():
    """Three on each side of a period's edge: each difference by itself would be three."""
    lots = ((3, 2500, "2015-05-20"), (3, 2500, "2015-06-10"))
    seen, _ = published(*FIRST, *lots, frozen=first(), until=NEW)
    assert len(ids(seen)) == 49


def test_a_withdrawn_record_stays_until_others_go_too():
    fewer = ((19, 500, "2015-07-01"), *FIRST[1:])
    assert len(ids(published(*fewer, frozen=first(), until=NEW)[0])) == 49
    gone = ((13, 500, "2015-07-01"), *FIRST[1:])
    assert len(ids(published(*gone, frozen=first(), until=NEW)[0])) == 42


def test_a_record_that_moves_is_never_counted_twice():
    """Six rows leave d1, which may show; one of them comes to d5, which may not: that one stays in d1."""
    table = incidents(*FIRST)
    moved = table.geometry.x.to_numpy().copy()
    moved[:6] = [2500, 2500, 2500, 2500, 2500, 6500]
    table.geometry = gpd.points_from_xy(moved, np.full(len(table), 500.0), crs=made_city.CRS)
    seen, _ = as_published(border(table), CITY, first(), until=NEW, run_id="r2")
    assert len(ids(seen)) == len(set(ids(seen))) == 49
    x = seen.tables.incidents.geometry.x.to_numpy()
    assert (int((x == 2500).sum()), int((x == 6500).sum())) == (5, 0)


def test_a_record_that_moves_to_new_days_is_never_counted_twice():
    """Its old day may not lose one, so it stays there; next time it is still the same record, once."""
    table = incidents(*FIRST)
    when = table["occurred_from"].copy()
    when.iloc[0] = when.iloc[-1]
    table = table.assign(occurred_from=when, occurred_to=when)
    seen, kept = as_published(border(table), CITY, first(), until=NEW, run_id="r2")
    assert len(ids(seen)) == len(set(ids(seen))) == 49
    assert int((seen.tables.incidents["occurred_from"] < pd.Timestamp("2016-01-01", tz="UTC")).sum()) == 40
    check("incidents", kept.incidents, CITY)


def test_five_that_move_to_new_days_go_there():
    table = incidents(*FIRST)
    when = table["occurred_from"].copy()
    when.iloc[:5] = when.iloc[-1]
    seen, _ = as_published(
        border(table.assign(occurred_from=when, occurred_to=when)), CITY, first(), until=NEW, run_id="r2"
    )
    assert len(ids(seen)) == len(set(ids(seen))) == 49
    assert int((seen.tables.incidents["occurred_from"] < pd.Timestamp("2016-01-01", tz="UTC")).sum()) == 35


@pytest.mark.parametrize("count", [{"rings_m": [[0, 400]]}, {"categories": ["hit"]}])
@pytest.mark.parametrize(("near", "far", "enter"), [(1, 4, 0), (5, 5, 10), (5, 1, 5)])
def test_a_lot_that_spans_two_place_counts_is_two_lots(count, near, far, enter):
    """All lie in one unit, d4; by ring, or by category, a published count would change by one."""
    place = {"table": "districts", "ids": ["d3"]}
    wanted = {"place_id": "n", "place": place, "windows": [{"start": "2015-06-01", "end": "2015-09-01"}], **count}
    city = made_city.city(place_counts=[wanted])
    after = incidents(*FIRST, (near, 3300, "2015-07-01"), (far, 3800, "2015-07-01"))
    if "categories" in count:
        after["category"] = pd.Categorical(np.where(after.geometry.x == 3800, "push", "hit"))
    _, kept = as_published(border(incidents(*FIRST)), city, None, until=OLD, run_id="r1")
    seen, _ = as_published(border(after), city, kept, until=NEW, run_id="r2")
    assert len(ids(seen)) == 49 + enter


def test_five_that_come_and_four_that_go_would_show_one():
    lots = ((16, 500, "2015-07-01"), *FIRST[1:], (5, 450, "2015-07-01"))
    assert len(ids(published(*lots, frozen=first(), until=NEW)[0])) == 49


@pytest.mark.parametrize("seed", range(6))
def test_no_block_changes_by_one_to_four(seed):
    rng = np.random.default_rng(seed)
    places, days = (500, 1500, 2500, 6500), ("2011-03-01", "2014-12-01", "2015-07-01")
    spots = [(x, day) for x in places for day in days]
    before = [(int(n), *spot) for n, spot in zip(rng.integers(3, 30, len(spots)), spots, strict=True)]
    frozen = published(*before)[1]
    after = [(max(n + int(d), 0), x, day) for (n, x, day), d in zip(before, rng.integers(-7, 8, 12), strict=True)]
    seen, _ = published(*after, frozen=frozen, until=NEW)
    counts = [pd.Series(zip(t.geometry.x, t["occurred_from"], strict=True)).value_counts() for t in
              (frozen.incidents, seen.tables.incidents)]  # fmt: skip
    change = counts[1].sub(counts[0], fill_value=0).abs()
    assert not change.between(1, 4).any()


def test_a_source_that_lost_its_latest_days_takes_no_quarter_back():
    as_of = date(2017, 2, 1)
    frozen = Frozen("r1", date(2016, 10, 1), admission(CITY), incidents(*FIRST), pd.DataFrame(), pd.DataFrame(), {})
    assert frozen_until(CITY, as_of, OLD, frozen) == date(2016, 10, 1)
    assert frozen_until(CITY, as_of, OLD, None) == OLD
    assert frozen_until(CITY, date(2016, 10, 10), OLD, frozen) == NEW  # whatever is kept, rest is 90 days


def test_other_settings_make_it_of_no_use():
    assert admission(CITY) != admission(made_city.city(crs="EPSG:25833"))
    assert admission(CITY) == admission(made_city.city(contact="someone else"))
