"""Routes into the records side by side: what each combination is read as, and what stays back of small counts."""

from datetime import date

import numpy as np
import pytest

from layers.city import City
from layers.disclosure.gate import gate_routes
from layers.frame.exposure import Exposure
from layers.routes import COLUMNS, routes
from tests.made_city import CHANGE, FIRST_DAY, city, level, made_units, noisy_counts

BEFORE = {"d1_park": 4.0, "d2_market": 2.0, "d3_tunnel": 2.0}
SAME = {"d1_park": 1.0, "d2_market": 2.0, "d3_tunnel": 2.0}
MORE = {"d1_park": 1.0, "d2_market": 4.0, "d3_tunnel": 5.0}


def two_routes(**changes) -> City:
    plain = city(**changes)
    own = plain.harm.series[0].model_copy(update={"id": "searches", "recorded_by": "police_initiated"})
    return plain.model_copy(update={"harm": plain.harm.model_copy(update={"series": (*plain.harm.series, own)})})


def table_of(settings: City, others: dict, own: dict):
    counts = {
        name: noisy_counts(level(settings, **BEFORE), level(settings, **after), seed=seed)
        for seed, (name, after) in enumerate((("violence", others), ("searches", own)))
    }
    return routes(Exposure(FIRST_DAY, counts), made_units(settings), settings)


@pytest.mark.parametrize(
    ("others", "own", "said"),
    [
        (SAME, MORE, "only what the police find themselves rose"),
        (MORE, MORE, "the rise is not police work alone"),
        (MORE, SAME, "what others report rose, without a certain rise"),
        (SAME, SAME, "neither moved harm nor moved enforcement is shown"),
    ],
)
def test_the_two_readings(others, own, said):
    table = table_of(two_routes(), others, own)
    assert list(table.columns) == list(COLUMNS)
    first = table[table["step"] == "a->c"]
    assert len(first) == 4
    assert first["text_en"].str.contains(said).all()


def test_a_fall_slower_than_that_of_the_controls_is_no_rise():
    settings = two_routes()
    after = level(settings, d1_park=1.0, d2_market=1.8, d3_tunnel=1.8)
    after[[u.split("/")[0] in ("d5", "d6", "d7", "d8") for u in made_units(settings).pieces["unit_id"]]] *= 0.3
    counts = {
        name: noisy_counts(level(settings, **BEFORE), after, seed=seed)
        for seed, name in enumerate(("violence", "searches"))
    }
    table = routes(Exposure(FIRST_DAY, counts), made_units(settings), settings)
    receivers = table[(table["place"] == "receivers") & (table["step"] == "a->c")]
    assert (receivers["low"] > 0).all()
    assert (receivers["after_per_day"] < receivers["before_per_day"]).all()
    assert receivers["text_en"].str.contains("neither moved harm nor moved enforcement is shown").all()


def test_what_is_withheld_is_not_spoken_of():
    settings = two_routes(disclosure__min_count=10**6)
    assert table_of(settings, MORE, MORE)["text_en"].str.contains("cannot be held against each other").all()


def test_a_change_is_measured_against_the_controls():
    settings = two_routes()
    edge = (CHANGE - FIRST_DAY).days
    counts = np.repeat(level(settings, **BEFORE)[:, None], 2922, axis=1)
    after = level(settings, d1_park=1.0, d2_market=4.0, d3_tunnel=4.0)
    after[[u.split("/")[0] in ("d5", "d6", "d7", "d8") for u in made_units(settings).pieces["unit_id"]]] = 2.0
    counts[:, edge:] = after[:, None]
    table = routes(Exposure(FIRST_DAY, {"violence": counts, "searches": counts}), made_units(settings), settings)
    receivers = table[(table["place"] == "receivers") & (table["step"] == "a->c")].iloc[0]
    # controls doubled, and so did the receivers: no change; the origin fell to an eighth of what was expected
    assert receivers["change_to_control"] == pytest.approx(0.0)
    origin = table[(table["place"] == "origin") & (table["step"] == "a->c")].iloc[0]
    assert origin["change_to_control"] == pytest.approx(1.0 / (2.0 * 4.0) - 1.0)
    assert (origin["before_per_day"], origin["after_per_day"]) == (4.0, 1.0)


def test_one_route_alone_is_held_against_nothing():
    plain = city()
    counts = noisy_counts(level(plain, **BEFORE), level(plain, **MORE), seed=1)
    table = routes(Exposure(FIRST_DAY, {"violence": counts}), made_units(plain), plain)
    assert table["text_en"].str.contains("cannot be held against each other").all()


def test_small_counts_stay_back():
    settings = two_routes()
    table = table_of(settings, SAME, MORE).assign(smallest=[4.0] + [100.0] * 7)
    gated = gate_routes(table, settings)
    assert "smallest" not in gated
    assert gated["change_to_control"].isna().tolist() == [True] + [False] * 7
    assert gated["before_per_day"].isna().tolist() == [True] + [False] * 7


def test_the_sentence_stands_from_review_to_review():
    """Records double at the receivers after the last review: the figures tell it, the sentence waits."""
    settings = two_routes(inference__review_dates=["07-01"])
    until = date(2016, 6, 1)
    days, late = (until - FIRST_DAY).days, (date(2015, 7, 2) - FIRST_DAY).days
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **SAME), seed=1)[:, :days]
    risen = noisy_counts(level(settings, **BEFORE), level(settings, d1_park=1.0, d2_market=9.0, d3_tunnel=9.0), seed=1)
    risen = np.concatenate([counts[:, :late], risen[:, late:days]], axis=1)
    units = made_units(settings)
    now = routes(Exposure(FIRST_DAY, {"violence": risen, "searches": risen}), units, settings)
    first = now[now["step"] == "a->c"]
    assert (first.loc[first["place"] == "receivers", "low"] > 0).all()
    assert first["text_en"].str.contains("Read at the review of 2015-07-01.").all()
    assert not first["text_en"].str.contains("not police work alone").any()
    nightly = settings.model_copy(
        update={"inference": settings.inference.model_copy(update={"review_dates": ("06-01", "07-01")})}
    )
    then = routes(Exposure(FIRST_DAY, {"violence": risen, "searches": risen}), units, nightly)
    assert then.loc[then["step"] == "a->c", "text_en"].str.contains("not police work alone").all()
