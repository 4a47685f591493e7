"""Windows compared: the sum of their runs is their difference, and who else smooths them finds the same."""

import numpy as np
import pytest

from geo.ground import ground_of, spread
from layers.density import compared as module
from layers.density.compared import MOST_RUNS, RUN_DAYS, compared, maximum_of
from layers.frame.window import mass_of, places_of, study_area
from tests.layers.small_city import tables
from tests.layers.test_change import FELL, UNTIL, moved, town, town_of


def run(given=None, found=None):
    given, found = given or town(), moved() if found is None else found
    area = study_area(tables(), given)
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    return area, places, found, compared(area, found, places, given, data_until=UNTIL)


def test_a_pair_is_what_smoothing_its_windows_gives():
    area, places, found, comparison = run()
    pair = comparison.pairs[0]
    year = found["occurred_from"].dt.year.to_numpy()
    masses = mass_of(area, places, [np.flatnonzero(year == 2013), np.flatnonzero(year == 2014)])
    bandwidth_cells = town().density.bandwidth_m / area.grid.cell_m
    smooth = spread(ground_of(area.land), masses, bandwidth_cells=bandwidth_cells)[:, area.land]
    np.testing.assert_allclose(pair.smooth, np.maximum(smooth, 0), rtol=1e-9, atol=1e-9 * smooth.max())
    on_land = places.cells >= 0
    assert pair.numbers.tolist() == [np.count_nonzero(on_land & (year == y)) for y in (2013, 2014)]
    assert pair.days.tolist() == [365, 365]
    assert pair.dispersion >= 1


def test_runs_add_up_to_the_difference_but_for_the_days_after_the_last_whole_one():
    area, places, found, comparison = run()
    pair = comparison.pairs[0]
    assert pair.runs.smooth.shape == (13, np.count_nonzero(area.land))
    local = found["occurred_from"].dt.tz_convert("Europe/Oslo")
    last = local.dt.day_of_year.to_numpy() == 365  # 13 times 28 days are 364
    year = local.dt.year.to_numpy()
    rest = [np.flatnonzero(last & (places.cells >= 0) & (year == y)) for y in (2013, 2014)]
    assert pair.runs.number.sum() == pair.numbers[1] - pair.numbers[0] - (rest[1].size - rest[0].size)
    masses = mass_of(area, places, rest)
    bandwidth_cells = town().density.bandwidth_m / area.grid.cell_m
    left = spread(ground_of(area.land), masses[1] - masses[0], bandwidth_cells=bandwidth_cells)[area.land]
    whole = pair.smooth[1] - pair.smooth[0]
    np.testing.assert_allclose(pair.runs.smooth.sum(axis=0) + left, whole, atol=1e-4 * np.abs(whole).max())


def test_long_windows_have_longer_runs_not_more_of_them(monkeypatch):
    monkeypatch.setattr(module, "MOST_RUNS", 6)
    pair = run()[3].pairs[0]
    assert len(pair.runs.number) == 365 // (3 * RUN_DAYS)
    assert MOST_RUNS == 13


def test_beside_the_headline_no_runs_on_large_grids(monkeypatch):
    monkeypatch.setattr(module, "SIMULATED_UP_TO", 10)
    area, _, _, comparison = run()
    pair = comparison.pairs[0]
    assert pair.runs is not None  # the headline: the line-up needs them
    other = town().harm.series[0].model_copy(update={"id": "other"})
    given = town().model_copy(update={"harm": town().harm.model_copy(update={"series": (*town().harm.series, other)})})
    first, *_, second = run(given)[3].pairs
    assert first.runs is not None
    assert second.runs is None
    every = np.ones(np.count_nonzero(area.land), dtype=bool)
    assert maximum_of(second, comparison.largest, every, given, of_shares=True) is None


@pytest.mark.parametrize("of_shares", [True, False])
def test_twice_as_many_everywhere_is_a_change_of_rates_alone(of_shares):
    _, _, _, comparison = run(found=town_of(3, (600, (FELL, 80)), (1200, (FELL, 160))))
    pair = comparison.pairs[0]
    tested = pair.smooth.sum(axis=0) / comparison.largest >= 10
    p = maximum_of(pair, comparison.largest, tested, town(), of_shares=of_shares).p_value
    assert (p > 0.05) == of_shares
