"""The fixed texts of findings: every kind has its own, in two languages that say the same number of things."""

from typing import get_args

import pytest

from layers.city import FindingKind
from layers.findings.words import ASSUMPTIONS, METHODS, QUESTIONS

KINDS = get_args(FindingKind)


@pytest.mark.parametrize("kind", sorted(METHODS))
def test_a_method_says_as_much_in_both_languages(kind):
    method = METHODS[kind]
    assert method.nb != method.en
    assert method.nb.count("; ") == method.en.count("; ") == 2  # products print what is common to several once


def test_what_has_a_method_has_a_question_and_assumptions():
    assert set(METHODS) == set(QUESTIONS) == {kind for kind, _ in ASSUMPTIONS} <= set(KINDS)
