"""The frames of the animation: each shows one period, each period is shown, whatever the days they begin on."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from layers.city import Period, Words
from layers.products.geopackage.frames import months_per_frame, shown_during


def chain(*edges):
    """Periods a, b, c ... between the edges."""
    spans = zip("abcdefgh", edges, edges[1:], strict=False)
    return [Period(id=name, name=Words(nb=name, en=name), start=start, end=end) for name, start, end in spans]


def test_a_frame_shows_the_period_its_first_day_lies_in():
    periods = chain(date(2007, 9, 3), date(2008, 9, 5), date(2009, 6, 3))
    assert months_per_frame(periods) == 3
    # frames begin on the 3rd of September, December, March and June
    assert shown_during(periods) == {
        "a": (date(2007, 9, 3), date(2008, 12, 3)),
        "b": (date(2008, 12, 3), date(2009, 6, 3)),
    }


def test_a_short_period_makes_the_step_shorter():
    periods = chain(date(2020, 1, 31), date(2020, 2, 10), date(2020, 3, 10), date(2020, 6, 1))
    assert months_per_frame(periods) == 1
    # a month after the 31st of January is the 29th of February, as QGIS counts; two months after it the 31st of March
    assert shown_during(periods)["b"] == (date(2020, 2, 29), date(2020, 3, 31))


def test_a_period_without_any_frame_keeps_its_own_days():
    periods = chain(date(2020, 1, 1), date(2020, 3, 2), date(2020, 3, 9), date(2020, 9, 1))
    assert shown_during(periods)["b"] == (date(2020, 3, 2), date(2020, 3, 9))


@given(start=st.dates(date(1990, 1, 1), date(2030, 1, 1)), days=st.lists(st.integers(40, 2000), min_size=1, max_size=6))
def test_spans_follow_each_other_without_gap_or_overlap(start, days):
    edges = [start]
    for length in days:
        edges.append(edges[-1] + timedelta(days=length))
    periods = chain(*edges)
    shown = list(shown_during(periods).values())
    assert shown[0][0] == start
    assert [end for _, end in shown[:-1]] == [begin for begin, _ in shown[1:]]
    assert shown[-1][1] >= periods[-1].end
    for (begin, _), period in zip(shown, periods, strict=True):
        assert period.start <= begin < period.end + timedelta(days=100)
