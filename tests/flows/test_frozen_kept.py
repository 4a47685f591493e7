"""Incidents that published runs counted, in the state folder: what a crash, a loss or another order of runs leaves."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from flows.publishing.current import point_current
from flows.publishing.frozen import KEY, counted, forget_frozen, read_frozen
from layers.errors import PublishError
from tests import made_city
from tests.layers.test_frozen import FIRST, border, ids, incidents

CITY = made_city.city()
SPRING, SUMMER = date(2016, 7, 10), date(2016, 10, 10)
UNTIL = {SPRING: date(2016, 4, 1), SUMMER: date(2016, 7, 1)}
ROWS = (*FIRST, (20, 4500, "2016-06-30"), (20, 4500, "2016-09-30"))  # the data reach beyond both quarters


@pytest.fixture
def night(tmp_path):
    """Count what a run counts; publish it, or be killed before."""
    state, root = tmp_path / "state", tmp_path / "outputs/made"

    def counted_on(as_of, run_id, *late, is_published=True):
        table = border(incidents(*ROWS, *late))
        seen, until, first = counted(table, CITY, as_of=as_of, run_id=run_id, root=root, state=state)
        assert until == UNTIL[as_of]
        if is_published:
            run = root / "runs" / run_id
            run.mkdir(parents=True)
            (run / "manifest.json").write_text(json.dumps({KEY: first}), encoding="utf-8")
            point_current(root, run)
            forget_frozen(state, root, CITY)
        return ids(seen)

    counted_on.state, counted_on.root = state, root
    return counted_on


def test_what_was_published_is_read_back_row_for_row(night):
    first = night(SPRING, "r1")
    frozen = read_frozen(night.state, night.root, CITY)
    kept = incidents(*FIRST[:2])
    assert frozen is not None and (frozen.run_id, frozen.until) == ("r1", UNTIL[SPRING])
    assert sorted(frozen.incidents["incident_id"]) == first == sorted(kept["incident_id"])
    columns = ["incident_id", "occurred_from", "recorded_by", "uncertainty_m", "geometry"]
    both = [table[columns].sort_values("incident_id", ignore_index=True) for table in (frozen.incidents, kept)]
    pd.testing.assert_frame_equal(*both, check_dtype=False, check_categorical=False)
    assert night(SPRING, "r2", (50, 2500, "2015-08-01")) == first
    assert len(night(SUMMER, "r3", (4, 2500, "2015-08-01"))) == 40 + 9 + 20


def test_a_run_that_was_killed_before_it_was_published_keeps_nothing(night):
    """Built again on later records, what it published is what stays, not what the killed one had counted."""
    night(SPRING, "r1", is_published=False)
    again = night(SPRING, "r1", (50, 2500, "2015-08-01"))
    assert len(again) == 90
    assert night(SPRING, "r2") == again


def test_what_no_published_run_counts_is_removed(night):
    night(SPRING, "killed", is_published=False)
    (night.state / "frozen/made/.building-x").mkdir()
    night(SPRING, "r1")
    assert [path.name for path in (night.state / "frozen/made").iterdir()] == ["r1"]


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{}", b"torn"])
@pytest.mark.parametrize("name", ["about.json", "incidents.parquet", "quarantine.parquet"])
def test_lost_or_damaged_state_stops_no_night_and_is_told(night, caplog, name, content):
    night(SPRING, "r1")
    (night.state / "frozen/made/r1" / name).write_bytes(content)
    assert len(night(SPRING, "r2", (1, 2500, "2015-08-01"))) == 41
    assert "r1" in caplog.text and "as they were published" in caplog.text
    assert read_frozen(night.state, night.root, CITY).run_id == "r2"


def test_what_cannot_be_kept_is_not_published(night):
    (night.state).mkdir()
    (night.state / "frozen").write_text("a file where the folder should be")
    with pytest.raises(PublishError, match="Mend that first"):
        night(SPRING, "r1")


def test_open_data_are_not_kept(tmp_path):
    source = CITY.sources[0].model_copy(update={"open": True, "protection": None})
    public = CITY.model_copy(update={"sources": (source,)})
    table = replace(border(incidents(*ROWS)))
    seen = counted(table, public, as_of=SPRING, run_id="r1", root=tmp_path, state=tmp_path / "state")
    assert seen == (table, UNTIL[SPRING], None)
    assert not (tmp_path / "state").exists()


def test_the_first_run_beside_predecessors_that_kept_nothing_counts_anew_and_keeps(night):
    """Runs of an older version name no kept incidents. What changed since them is left to the rule for two runs."""
    old = night(SPRING, "r1")
    for manifest in (night.root / "runs").glob("*/manifest.json"):
        manifest.write_text("{}", encoding="utf-8")
    forget_frozen(night.state, night.root, CITY)
    assert read_frozen(night.state, night.root, CITY) is None
    first = night(SPRING, "r2", (1, 2500, "2015-08-01"))
    assert len(first) == len(old) + 1
    assert night(SPRING, "r3", (9, 2500, "2015-08-01")) == first
    assert read_frozen(night.state, night.root, CITY).run_id == "r2"
