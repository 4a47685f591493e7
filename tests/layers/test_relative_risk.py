"""Relative risk of a step: ratios to be checked by hand, a test of shares that keeps its level, what is left out."""

from datetime import date

import numpy as np
import pytest

from geo.ground import ground_of, spread
from layers.density.compared import compared
from layers.density.relative_risk import relative_risks
from layers.frame.window import mass_of, places_of, study_area
from tests.layers.small_city import SOUTH, WEST, incidents, tables
from tests.layers.test_change import FELL, ROSE, UNTIL, in_bursts, moved, town, town_of


def run(found, given=None, *, data_until=UNTIL):
    given = given or town()
    area = study_area(tables(), given)
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    return area, relative_risks(compared(area, found, places, given, data_until=data_until), area, given)


def at(area, plane, place):
    cell = area.grid.cell_of(np.array([WEST + place[0]]), np.array([SOUTH + place[1]]))
    return plane.ravel()[cell[0]]


def test_ratios_are_those_of_the_smoothed_maps_per_day():
    found = moved()
    area, (risk,) = run(found)
    given = town()
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    year = found["occurred_from"].dt.year.to_numpy()
    masses = mass_of(area, places, [np.flatnonzero(year == 2013), np.flatnonzero(year == 2014)])
    before, after = spread(ground_of(area.land), masses, bandwidth_cells=given.density.bandwidth_m / area.grid.cell_m)
    known = np.isfinite(risk.rate_ratio)
    rate = after[known] / before[known]  # both years have 365 days
    assert risk.rate_ratio[known] == pytest.approx(rate, rel=1e-9)
    assert risk.relative_risk[known] == pytest.approx(rate * masses[0].sum() / masses[1].sum(), rel=1e-9)
    assert (risk.behind.sum(axis=0)[known] >= 10).all()
    assert (known <= area.land).all()


def test_a_share_that_moved_is_evident_where_it_went_and_where_it_left():
    area, (risk,) = run(moved())
    assert at(area, risk.evidence, ROSE) == 3
    assert at(area, risk.evidence, FELL) == -3
    assert (risk.p_anywhere, risk.anywhere_by) == (0.001, "maximum")  # the least that 999 draws can give
    assert set(np.unique(risk.evidence)) <= set(range(-3, 4))
    assert (risk.evidence[~np.isfinite(risk.rate_ratio)] == 0).all()


def test_twice_as_many_everywhere_is_a_rate_and_no_share():
    area, (risk,) = run(town_of(3, (600, (FELL, 80)), (1200, (FELL, 160))))
    assert at(area, risk.rate_ratio, FELL) == pytest.approx(2, rel=0.25)
    assert at(area, risk.relative_risk, FELL) == pytest.approx(1, rel=0.25)
    assert not (np.abs(risk.evidence) == 3).any()


def test_where_nothing_changed_something_is_found_in_no_more_than_one_town_in_twenty():
    p = [run(town_of(seed, (500, (FELL, 60)), (500, (FELL, 60))))[1][0].p_anywhere for seed in range(20)]
    assert np.count_nonzero(np.array(p) <= 0.05) <= 3  # 1 expected; more than 3 in one of 60 such tests


def test_bursts_are_no_evidence():
    p = [run(in_bursts(seed, 4))[1][0].p_anywhere for seed in range(12)]
    assert np.count_nonzero(np.array(p) <= 0.05) <= 2


def test_a_step_beyond_the_data_and_a_window_without_incidents_are_left_out():
    given = town(
        before={"start": "2013-01-01", "end": "2014-01-01"}, after={"start": "2014-01-01", "end": "2015-01-01"}
    )
    assert run(moved(), given, data_until=date(2014, 12, 1))[1] == ()
    empty = incidents([(400, 500)], ["2013-01-01 12:00"])
    assert run(empty, given)[1] == ()


def test_windows_too_short_to_trade_places_in_are_tested_by_simes_and_say_so():
    """Five runs of four weeks have 16 ways: no p could be under 0.06."""
    short = {"after": {"start": "2014-01-01", "end": "2014-05-21"}}
    _, (risk,) = run(moved(), town(before={"start": "2013-01-01", "end": "2014-01-01"}, **short))
    assert risk.anywhere_by == "simes"
    assert risk.p_anywhere < 0.05
    assert run(moved())[1][0].anywhere_by == "maximum"


def test_the_same_incidents_in_another_order_give_the_same_bits():
    found = moved()
    _, (once,) = run(found)
    _, (again,) = run(found.sample(frac=1, random_state=4))
    assert np.array_equal(once.rate_ratio, again.rate_ratio, equal_nan=True)
    assert np.array_equal(once.evidence, again.evidence)
