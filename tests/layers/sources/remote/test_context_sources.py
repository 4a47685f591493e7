"""Police log and FHI tables against stubs in their recorded shape: counts by hand, their own faults, no text kept."""

import pytest
from pydantic import ValidationError

from layers.errors import SourceError
from tests.peers import norway
from tests.peers.asked import frame_of, source_of, take_it

# January is left out, as the log does not reach back to the first of `since`; April is not over
COUNTED = {
    ("disorder", "2024-02-01"): "1",
    ("disorder", "2024-03-01"): "1",
    ("violence", "2024-02-01"): "1",
    ("violence", "2024-03-01"): "0",
}


def counted(peer, root, service, **more) -> dict[tuple[str, str], str]:
    peer.services["politiloggen"] = service
    source = source_of("politiloggen", peer.address, **more)
    frame = frame_of(take_it(source, root), source)
    return {(r.series_id, r.start): str(int(float(r.value))) for r in frame.itertuples()}


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize("page_size", [1, 3, 50])
def test_events_are_counted_once_in_their_local_month(newer, page_size, peer, tmp_path):
    service = norway.politiloggen(newer=newer)
    assert counted(peer, tmp_path, service, page_size=page_size, since="2023-12-01") == COUNTED


def test_the_first_month_counts_where_the_log_begins_in_it(peer, tmp_path):
    found = counted(peer, tmp_path, norway.politiloggen())
    assert found == COUNTED | {("disorder", "2024-01-01"): "1", ("violence", "2024-01-01"): "0"}


def test_no_word_of_the_log_reaches_the_disk(peer, tmp_path):
    counted(peer, tmp_path, norway.politiloggen())
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Nordmann" not in kept and b"bortvist" not in kept and b"thread-b" not in kept and b"Sentrum" not in kept


OWN_FAULTS = {
    "hides": (norway.politiloggen(hide=2), {}, "incomplete", "gave 7 of the 9 rows it speaks of"),
    "short_pages": (norway.politiloggen(most=3), {"page_size": 5}, "incomplete", "gave 3 of the 7"),
    "elsewhere": (norway.politiloggen(place="Oslo"), {}, "changed", "messages of 'Oslo' where 'Bergen' was asked for"),
    "nothing": (norway.politiloggen(()), {}, "incomplete", "gives 0 rows, fewer than the 1 of min_rows"),
    "no_offset": (norway.politiloggen((("a", "b", "2024-02-01T10:00:00"),)), {}, "changed", "times without an offset"),
    "no_time": (norway.politiloggen((("a", "b", "2024-02-31"),)), {}, "changed", "without a time in createdOn"),
}


@pytest.mark.parametrize("name", OWN_FAULTS)
def test_faults_of_the_log_are_named(name, peer, tmp_path):
    service, more, fault, words = OWN_FAULTS[name]
    with pytest.raises(SourceError, match=words) as caught:
        counted(peer, tmp_path, service, **more)
    assert caught.value.fault == fault


def test_months_are_counted_whole(peer):
    with pytest.raises(ValidationError, match="2024-01-15 is not the first of a month"):
        source_of("politiloggen", peer.address, since="2024-01-15")


def figures(peer, root, service, **more) -> list[tuple[str, ...]]:
    peer.services["fhi"] = service
    source = source_of("fhi", peer.address, **more)
    frame = frame_of(take_it(source, root), source)
    return [tuple(map(str, row)) for row in frame[["series_id", "start", "end", "value"]].itertuples(index=False)]


def test_figures_of_fhi_by_year(peer, tmp_path):
    assert figures(peer, tmp_path, norway.fhi()) == [
        ("low_income", "2012-01-01", "2013-01-01", "9.8"),
        ("low_income", "2014-01-01", "2015-01-01", "10.1"),  # 2013 is withheld by its owner
    ]


def test_years_together_are_one_span_and_a_sparse_cube_is_whole(peer, tmp_path):
    found = figures(peer, tmp_path, norway.fhi({"1": 7}, ("2010_2012", "2011_2013")))
    assert found == [("low_income", "2011-01-01", "2014-01-01", "7")]


@pytest.mark.parametrize(
    ("service", "more", "fault", "words"),
    [
        (norway.fhi((1, 2)), {}, "incomplete", "a cube of another size"),
        (norway.fhi(years=("sum", "2013", "2014")), {}, "changed", "gives 'sum' where years should be"),
        (norway.fhi(), {"series": {"ANTALL": "x"}}, "changed", "no column ANTALL. Its columns are: AAR, value"),
        (norway.fhi(), {"years": "TID"}, "changed", "no dimension 'TID', but: GEO, AAR, MEASURE_TYPE"),
    ],
)
def test_faults_of_fhi_are_named(service, more, fault, words, peer, tmp_path):
    with pytest.raises(SourceError, match=words) as caught:
        figures(peer, tmp_path, service, **({"series": {"value": "low_income"}} | more))
    assert caught.value.fault == fault
