"""What districts must say of the people that harm is set against, and the messages when they do not."""

import pytest

from layers.border.district_rules import check_figures
from layers.errors import ContractError
from tests.made_city import city, tables

SET = city(deprivation__denominators={"ambient": "daytime"})


def test_a_denominator_with_people_everywhere_is_let_in():
    check_figures(tables().districts.assign(daytime=5.0), SET)


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (None, "no column 'daytime', which deprivation.denominators.ambient names"),
        ([1.0, float("nan")] + [1.0] * 6, r"1 of 8 districts have no number of people in 'daytime'.*d2 \(D2\)"),
        ([-1.0] + [1.0] * 7, r"d1 \(D1\)"),
        ([0.0] * 8, "counts nobody in the ranked districts"),
    ],
)
def test_a_denominator_without_people_is_refused(people, said):
    districts = tables().districts
    with pytest.raises(ContractError, match=said):
        check_figures(districts if people is None else districts.assign(daytime=people), SET)
