"""Days that nobody compares: cut out of periods, of matched windows and of placebo pairs."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.city import Break, Period, Step, Window
from layers.errors import ConfigError
from layers.frame.chain import matched_windows, placebo_windows
from layers.frame.left_out import breaks_between, overlap, pieces, spans_left_out
from tests.made_city import WORDS, city

EDGES = ("2009-01-01", "2014-08-25", "2015-06-01", "2018-01-01")
STEP = Step.model_validate({"from": "p0", "to": "p1", "origin": ["park"], "receivers": ["market"]})
WHOLE = Step.model_validate({"from": "p0", "to": "p2", "origin": ["park"], "receivers": ["market"]})


def chain(*edges: str, anticipated: dict[int, str] | None = None, breaks: tuple[tuple[str, str | None], ...] = ()):
    days = [date.fromisoformat(edge) for edge in edges]
    periods = [
        {"id": f"p{i}", "name": WORDS, "start": a, "end": b, "anticipated_from": (anticipated or {}).get(i)}
        for i, (a, b) in enumerate(pairwise(days))
    ]
    declared = [{"id": f"b{i}", "name": WORDS, "start": a, "settled": b} for i, (a, b) in enumerate(breaks)]
    step = {"from": "p0", "to": "p1", "origin": ["park"], "receivers": ["market"]}
    return city(periods=periods, steps=[step], breaks=declared)


def window(start: str, end: str) -> Window:
    return Window(start=date.fromisoformat(start), end=date.fromisoformat(end))


def test_anticipation_is_left_out_of_the_days_before():
    assert matched_windows(chain(*EDGES), STEP)[0] == window("2013-08-25", "2014-06-01")
    found = matched_windows(chain(*EDGES, anticipated={1: "2014-01-01"}), STEP)
    assert found == (window("2012-08-25", "2013-06-01"), window("2014-08-25", "2015-06-01"))


def test_a_whole_year_moves_back_beyond_the_anticipation():
    found = matched_windows(chain(*EDGES, anticipated={1: "2014-01-01"}), WHOLE)
    assert found == (window("2012-06-01", "2013-06-01"), window("2015-06-01", "2016-06-01"))


def test_days_on_which_a_break_settled_are_left_out_of_the_days_after():
    """The penal code changed in October; the first whole year that has none of it starts when it had settled."""
    made = chain(*EDGES, breaks=(("2015-10-01", "2016-01-01"),))
    found = matched_windows(made, WHOLE)
    assert found == (window("2013-01-01", "2014-01-01"), window("2016-01-01", "2017-01-01"))


def test_a_break_that_settled_at_once_leaves_nothing_out():
    assert matched_windows(chain(*EDGES, breaks=(("2015-10-01", None),)), WHOLE) == matched_windows(
        chain(*EDGES), WHOLE
    )


def test_nothing_left_to_compare_is_said():
    with pytest.raises(ConfigError, match="no days of 'p0' and 'p1' are the same time of the year"):
        matched_windows(chain("2014-07-01", "2014-08-25", "2015-06-01", anticipated={1: "2014-07-10"}), STEP)


def test_placebo_pairs_end_where_the_change_was_first_felt():
    early = date(2009, 1, 1)
    plain, held = (
        placebo_windows(made, WHOLE, early) for made in (chain(*EDGES), chain(*EDGES, anticipated={1: "2014-01-01"}))
    )
    assert max(after.end for _, after in plain) == date(2014, 6, 1)
    assert max(after.end for _, after in held) == date(2013, 6, 1)
    settling = chain(*EDGES, breaks=(("2011-03-01", "2011-05-01"),))
    assert all(
        not overlap(w, spans_left_out(settling)[0]) for pair in placebo_windows(settling, WHOLE, early) for w in pair
    )


def test_breaks_between_the_days_compared_are_named_in_order():
    made = chain(*EDGES, breaks=(("2015-10-01", None), ("2014-10-01", None), ("2010-01-01", None)))
    found = breaks_between(made, date(2014, 1, 1), date(2016, 1, 1))
    assert [b.start for b in found] == [date(2014, 10, 1), date(2015, 10, 1)]


day = st.dates(date(2010, 1, 1), date(2012, 1, 1))
span = st.tuples(day, day).filter(lambda ends: ends[0] < ends[1]).map(lambda ends: Window(start=ends[0], end=ends[1]))


@given(span, st.lists(span, max_size=4))
def test_pieces_are_the_days_that_are_in_no_span(whole, spans):
    left = pieces(whole, tuple(sorted(spans, key=lambda s: (s.start, s.end))))
    days = set(range(whole.start.toordinal(), whole.end.toordinal()))
    for cut in spans:
        days -= set(range(cut.start.toordinal(), cut.end.toordinal()))
    found = [d for piece in left for d in range(piece.start.toordinal(), piece.end.toordinal())]
    assert sorted(days) == found


@pytest.mark.parametrize(
    ("model", "said", "message"),
    [
        (Period, {"start": "2014-01-01", "end": "2015-01-01", "anticipated_from": "2014-01-01"}, "is not before start"),
        (Break, {"start": "2014-01-01", "settled": "2014-01-01"}, "is not after start"),
    ],
)
def test_spans_without_days_are_refused(model, said, message):
    with pytest.raises(ValueError, match=message):
        model.model_validate({"id": "x", "name": WORDS, **said})
