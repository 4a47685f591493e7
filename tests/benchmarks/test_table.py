"""The README's table of benchmarks is that of results.json."""

import pytest

from benchmarks.side_by_side import NO_ERROR
from benchmarks.table import END, README, START, in_order, put, read, table

FAST = {"work": "b", "size": "9 cells", "peer": "y", "peer_cpu_s": 12.5, "our_cpu_s": 0.05, "ratio": 250.0}
FAST |= {"peer_error": 4e-4, "our_error": 0.0, "note": "once"}
MISSING = {**FAST, "work": "a", "peer_cpu_s": None, "ratio": None, "peer_error": None, "note": "not run: no tool"}


def test_a_row_by_hand():
    last = table([FAST]).splitlines()[-1]
    assert last == "| `b` | 9 cells | y | 12.5 | 0.05 | 250 | 4e-4 | 0 |"


def test_a_peer_that_was_not_run_is_named_below():
    assert table([MISSING]).splitlines()[-1] == "- a, 9 cells, y: not run: no tool"


def test_records_come_by_work_and_peer():
    assert [record["work"] for record in in_order([FAST, MISSING])] == ["a", "b"]


def test_the_table_stands_between_the_marks():
    text = f"before\n{START}old\n{END}\nafter"
    assert put(text, [FAST]) == f"before\n{START}{table([FAST])}{END}\nafter"
    with pytest.raises(ValueError, match="are missing; put them where the table belongs"):
        put("without marks", [FAST])


def test_every_record_has_the_same_fields_and_an_error_or_the_reason_why_not():
    for record in read():
        assert set(record) == set(FAST)
        assert record["peer"] != "" and "ours" not in str(record["peer"])
        assert record["our_error"] is not None or NO_ERROR in str(record["note"]), record["work"]
        known = record["peer_cpu_s"] is not None and record["our_cpu_s"] is not None
        assert (record["ratio"] is not None) == known


def test_the_readme_shows_the_results():
    text = README.read_text(encoding="utf-8")
    if START in text:
        assert put(text, read()) == text
    assert in_order(read()) == read()
