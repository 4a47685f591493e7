"""Anticipation and breaks that cannot be: each message says where it stands and how to mend it."""

import pytest

from tests.flows.city_yaml import line_of, load, mistakes, spoiled

MARKET = "start: 2014-08-25, end: 2015-06-01"
STEP = "receivers: [square]}"
BREAK = "deprivation:\n  indicator"


def breaks(*entries: str) -> tuple[str, str]:
    listed = "".join(f"  - {entry}\n" for entry in entries)
    return BREAK, f"breaks:\n{listed}{BREAK}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            [(MARKET, f"{MARKET}, anticipated_from: 2012-01-01")],
            "periods[1].anticipated_from: 2012-01-01 leaves nothing of the period before.",
        ),
        ([(MARKET, f"{MARKET}, anticipated_from: 2015-01-01")], "is not before start 2014-08-25; write the day"),
        (
            [breaks("{id: code, name: {nb: Ny lov, en: New law}, start: 2021-10-01}")],
            "breaks[0].start: 2021-10-01 is not inside the chain of periods (2012-01-01 to 2019-09-01). Remove it.",
        ),
        (
            [breaks("{id: code, name: {nb: Ny lov, en: New law}, start: 2015-10-01, settled: 2015-10-01}")],
            "settled 2015-10-01 is not after start 2015-10-01",
        ),
        (
            [breaks(*["{id: code, name: {nb: Ny lov, en: New law}, start: 2015-10-01}"] * 2)],
            "breaks[0].id: 'code' is the id of 2 entries. Give each its own.",
        ),
        (
            [
                (MARKET, f"{MARKET}, anticipated_from: 2014-05-01"),
                (STEP, "receivers: [square], before: {start: 2013-06-01, end: 2014-06-01}, "
                 "after: {start: 2015-06-01, end: 2016-06-01}}"),
            ],
            "steps[0].before: 2013-06-01 to 2014-06-01 meets the anticipation of 'market' (2014-05-01 to 2014-08-25).",
        ),
    ],
)  # fmt: skip
def test_days_left_out_are_checked(tmp_path, changes, message):
    found = mistakes(tmp_path, *changes)
    assert any(message in line for line in found), found


def test_the_line_is_that_of_the_key(tmp_path):
    change = (MARKET, f"{MARKET}, anticipated_from: 2012-01-01")
    (found,) = mistakes(tmp_path, change)
    assert found.startswith(f"testby.yaml:{line_of(MARKET, spoiled(change))}: ")


def test_good_ones_are_taken(tmp_path):
    loaded = load(
        tmp_path,
        spoiled(
            (MARKET, f"{MARKET}, anticipated_from: 2014-05-01"),
            breaks("{id: code, name: {nb: Ny lov, en: New law}, start: 2015-10-01, settled: 2015-12-01}"),
        ),
    )
    assert [b.id for b in loaded.city.breaks] == ["code"]
