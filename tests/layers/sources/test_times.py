"""Times: zones, offsets, clock changes and what is refused."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.city import TimeColumns
from layers.errors import SourceError
from layers.sources.times import add_times

CLOCK = "local time does not exist or exists twice (clock change)"


def read(values, zone=None, form=None, to=None):
    frame = pd.DataFrame({"occurred_from": values} | ({"occurred_to": to} if to else {}))
    time = TimeColumns(occurred_from="t", zone=zone, format=form) if zone else None
    return add_times(frame, time, "calls")


def utc(frame, column="occurred_from"):
    return [None if pd.isna(t) else t.strftime("%m-%d %H:%M") for t in frame[column]]


@pytest.mark.parametrize(
    ("written", "zone", "instant"),
    [
        ("2017-01-01 05:00:00+00", "UTC", "01-01 05:00"),
        ("2017-01-01 05:00:00", "UTC", "01-01 05:00"),
        ("2017-01-01T05:00", "Europe/Oslo", "01-01 04:00"),
        ("2017-07-01T05:00", "Europe/Oslo", "07-01 03:00"),
        ("2017-07-01T05:00Z", "Europe/Oslo", "07-01 05:00"),
        ("2017-07-01T05:00:00-04:00", "Europe/Oslo", "07-01 09:00"),
        ("2017-07-01", "America/New_York", "07-01 04:00"),
    ],
)
def test_an_offset_counts_else_the_zone(written, zone, instant):
    frame = read([written], zone)
    assert utc(frame) == [instant]
    assert str(frame["occurred_from"].dtype) == "datetime64[us, UTC]"


def test_clock_changes_are_put_aside_unless_the_offset_is_written():
    frame = read(["2017-10-29 02:30", "2017-10-29 02:30+02:00", "2017-03-26 02:30", "2017-03-26 03:30"], "Europe/Oslo")
    assert utc(frame) == [None, "10-29 00:30", None, "03-26 01:30"]
    assert frame["refused"].tolist()[::2] == [CLOCK, CLOCK]
    assert frame["refused"].isna().tolist() == [False, True, False, True]


def test_missing_and_unreadable_times_have_their_own_reasons():
    frame = read(["2017-07-01T05:00", None, "yesterday"], "Europe/Oslo")
    assert frame["refused"].tolist()[1:] == ["no occurred_from", "occurred_from cannot be read as a time"]


def test_a_declared_format_is_used():
    assert utc(read(["01.07.2017 05:00"], "Europe/Oslo", "%d.%m.%Y %H:%M")) == ["07-01 03:00"]


def test_without_a_latest_time_the_earliest_stands():
    frame = read(["2017-07-01T05:00", "2017-07-01T05:00"], "UTC", to=["2017-07-01T06:00", None])
    assert utc(frame, "occurred_to") == ["07-01 06:00", "07-01 05:00"]
    assert utc(read(["2017-07-01T05:00"], "UTC"), "occurred_to") == ["07-01 05:00"]


def test_naive_times_without_a_zone_are_refused_with_the_cure():
    with pytest.raises(SourceError, match=r"'calls': 1 times in occurred_from have neither an offset nor a time zone"):
        read(["2017-07-01T05:00", "2017-07-01T05:00Z"])
    with pytest.raises(SourceError, match="zone: Europe/Oslo"):
        read(pd.to_datetime(["2017-07-01T05:00"]))


def test_offsets_need_no_zone():
    assert utc(read(["2017-07-01T05:00+02:00"])) == ["07-01 03:00"]
    assert utc(read(pd.to_datetime(["2017-07-01T05:00+02:00"]))) == ["07-01 03:00"]


def test_no_time_column_at_all():
    with pytest.raises(SourceError, match="incidents need a time"):
        add_times(pd.DataFrame({"category": ["noise"]}), None, "calls")


@given(st.lists(st.integers(1_262_304_000, 1_893_456_000), min_size=1))  # seconds, 2010 to 2030
def test_local_times_agree_with_the_standard_library(seconds):
    zone = ZoneInfo("America/New_York")
    local = [datetime.fromtimestamp(second, zone) for second in seconds]
    frame = read([t.strftime("%Y-%m-%dT%H:%M:%S") for t in local], zone.key)
    for second, written, found in zip(seconds, local, frame["occurred_from"], strict=True):
        twice = written.replace(fold=0).utcoffset() != written.replace(fold=1).utcoffset()
        assert pd.isna(found) if twice else found.timestamp() == second
