"""Only new or changed rows are asked for, and the stored table is byte for byte that of a full fetch."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.snapshots.store import object_path
from tests.peers import services
from tests.peers.asked import KINDS, frame_of, source_of, take_it
from tests.peers.http import serving
from tests.peers.records import DAY_0, Record, records

DAY = timedelta(days=1)
CHANGES = {
    "incremental": {"field": "updated", "overlap_days": 2, "full_every_days": 1000},
    "reversal": {"column": "count"},
}
SINCE = {"socrata": "$where", "carto": "q", "arcgis": "where"}


@pytest.mark.parametrize("kind", SINCE)
def test_the_second_night_asks_for_what_changed(kind, peer, tmp_path):
    make = getattr(services, kind)
    town = records()
    peer.services[kind] = make(town[:5])
    source = source_of(kind, peer.address, **CHANGES)
    first = take_it(source, tmp_path)
    peer.requests.clear()
    peer.services[kind] = make(town)
    second = take_it(source, tmp_path, now=DAY_0 + 200 * DAY)
    asked = [request.query[SINCE[kind]] for request in peer.requests if SINCE[kind] in request.query]
    assert asked
    assert all("2024-03-19" in query and ">=" in query for query in asked)  # newest change, 21 March, less two days
    assert len(frame_of(second, source)) == 7
    kept = {part.name: part.sha256 for part in first.parts}
    same = [part.name for part in second.parts if kept.get(part.name) == part.sha256]
    assert same == ["2024-01.parquet", "2024-02.parquet", "2024-03.parquet"]


def test_nothing_new_is_no_change(peer, tmp_path):
    peer.services["socrata"] = services.socrata(records())
    source = source_of("socrata", peer.address, **CHANGES)
    first = take_it(source, tmp_path)
    second = take_it(source, tmp_path, now=DAY_0 + 300 * DAY)
    assert (second.sha256, second.fetched_at, second.path) == (first.sha256, first.fetched_at, first.path)


def test_a_late_revision_replaces_its_incident_in_another_month(peer, tmp_path):
    town = records()
    peer.services["socrata"] = services.socrata(town)
    source = source_of("socrata", peer.address, **CHANGES)
    take_it(source, tmp_path)
    late = town[0].moved(occurred=DAY_0 + 40 * DAY, updated=DAY_0 + 130 * DAY, kind="noise")
    peer.services["socrata"] = services.socrata([*town[1:], late])
    frame = frame_of(take_it(source, tmp_path), source).set_index("incident_id")
    assert len(frame) == 7
    assert frame.loc["2024-0000", "category"] == "noise"
    assert frame.loc["2024-0000", "occurred_from"].date() == (DAY_0 + 40 * DAY).date()


def test_a_reversal_takes_its_incident_back(peer, tmp_path):
    town = records()
    peer.services["socrata"] = services.socrata(town)
    source = source_of("socrata", peer.address, **CHANGES)
    take_it(source, tmp_path)
    back = town[2].moved(count=-1, updated=DAY_0 + 130 * DAY)
    peer.services["socrata"] = services.socrata([*town, back])
    snapshot = take_it(source, tmp_path)
    assert sorted(frame_of(snapshot, source)["incident_id"]) == [r.case_no for r in town if r != town[2]]
    assert snapshot.sha256 == take_it(source, tmp_path / "anew").sha256


def test_everything_is_fetched_again_after_a_while(peer, tmp_path):
    peer.services["socrata"] = services.socrata(records())
    rule = {"incremental": {"field": "updated", "full_every_days": 5}}
    source = source_of("socrata", peer.address, **rule)
    take_it(source, tmp_path)
    peer.services["socrata"] = services.socrata(records()[1:])  # the first was deleted without a word
    assert len(frame_of(take_it(source, tmp_path, now=DAY_0 + 154 * DAY), source)) == 7
    assert len(frame_of(take_it(source, tmp_path, now=DAY_0 + 160 * DAY), source)) == 6


def event(index: int) -> st.SearchStrategy[Record]:
    """A new row, a revision or a reversal of one of five incidents, some days after the last event."""
    return st.builds(
        lambda case, occurred, kind, count: Record(
            f"c{case}", kind, DAY_0 + occurred * DAY, DAY_0 + index * DAY, 5.3, 60.38, count
        ),
        st.integers(0, 4),
        st.integers(0, 90),
        st.sampled_from(["noise", "theft"]),
        st.sampled_from([1, 1, 1, -1]),
    )


histories = st.integers(1, 12).flatmap(lambda number: st.tuples(*(event(3 * index) for index in range(number))))


@settings(max_examples=12)
@given(history=histories, nights=st.sets(st.integers(0, 11), max_size=4))
def test_any_nights_end_at_the_bytes_of_a_full_fetch(history, nights):
    """The service keeps the last row of each incident, or all of them: what the nights were does not matter."""
    with serving({}) as peer, tempfile.TemporaryDirectory() as folder:
        source = source_of("socrata", peer.address, min_rows=0, **CHANGES)
        for seen in [*sorted(night for night in nights if night < len(history)), len(history)]:
            peer.services["socrata"] = services.socrata(history[:seen])
            snapshot = take_it(source, Path(folder) / "nightly")
        full = take_it(source, Path(folder) / "full")
        assert [(part.name, part.sha256) for part in snapshot.parts] == [
            (part.name, part.sha256) for part in full.parts
        ]
        for part in full.parts:
            assert object_path(Path(folder) / "nightly/store", part.sha256).is_file()
        alive = {}
        for record in history:
            alive[record.case_no] = record
        expected = {name for name, record in alive.items() if record.count > 0}
        found = set(frame_of(full, source)["incident_id"]) if full.parts else set()
        assert found == expected


def test_rows_that_repeat_an_id_are_left_for_the_border_without_such_rules(peer, tmp_path):
    town = [*records(), records()[0]]
    peer.services["socrata"] = services.socrata(town)
    source = source_of("socrata", peer.address)
    assert len(frame_of(take_it(source, tmp_path), source)) == 8


def test_kinds_that_cannot_be_asked_for_changes_say_so():
    with pytest.raises(ValueError, match="kind: wfs cannot be asked for changes only"):
        source_of("wfs", "http://x", **{"incremental": {"field": "updated"}})
    assert "wfs" in KINDS
