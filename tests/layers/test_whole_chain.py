"""The whole chain is compared unless a city says otherwise: A to B and B to C make A to C."""

from datetime import date

import pytest

from layers.city import Step
from layers.frame.whole_chain import with_whole_chain
from tests.made_city import CHANGE, END, FIRST_DAY, WORDS, city

PAIRWISE = [
    {"from": "a", "to": "b", "origin": ["park"], "receivers": ["market"]},
    {"from": "b", "to": "c", "origin": ["market"], "receivers": ["tunnel"]},
]


def test_the_whole_chain_goes_from_the_first_origin_to_all_that_received():
    found = with_whole_chain(city(steps=PAIRWISE))
    assert [step.id for step in found.steps] == ["a->b", "b->c", "a->c"]
    assert (found.steps[-1].origin, found.steps[-1].receivers) == (("park",), ("market", "tunnel"))


def test_an_origin_that_receives_later_is_no_receiver():
    back = [PAIRWISE[0], {"from": "b", "to": "c", "origin": ["market"], "receivers": ["tunnel", "park"]}]
    assert with_whole_chain(city(steps=back)).steps[-1].receivers == ("market", "tunnel")


@pytest.mark.parametrize(
    "changes",
    [
        {},  # declares its own
        {"steps": PAIRWISE, "whole_chain": False},
        {"steps": PAIRWISE[1:]},  # nothing leaves the first period
    ],
)
def test_what_is_declared_stands(changes):
    made = city(**changes)
    assert with_whole_chain(made) is made


def test_without_days_to_compare_there_is_no_step():
    summer = [
        {"id": "a", "name": WORDS, "start": date(2014, 7, 1), "end": CHANGE},
        {"id": "b", "name": WORDS, "start": CHANGE, "end": date(2014, 11, 1)},
        {"id": "c", "name": WORDS, "start": date(2014, 11, 1), "end": date(2015, 3, 1)},
    ]
    steps = [{"from": "a", "to": "b", "origin": ["park"], "receivers": ["market"]}]
    made = city(periods=summer, steps=steps)
    assert with_whole_chain(made) is made


def test_the_step_is_one_like_any_other():
    found = with_whole_chain(city(steps=PAIRWISE))
    said = {"from": "a", "to": "c", "origin": ["park"], "receivers": ["market", "tunnel"]}
    assert found.steps[-1] == Step.model_validate(said)
    assert FIRST_DAY < END
