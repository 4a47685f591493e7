"""The line-up: one real change among seven of the same incidents, at a place nobody can foresee."""

from datetime import date

import numpy as np
import pytest

from layers.density.compared import RUN_DAYS, compared
from layers.density.lineup import DECOYS, line_up
from layers.frame.window import places_of, study_area
from tests.layers.small_city import tables
from tests.layers.test_change import UNTIL, moved, run, town


def made(given=None, *, found=None, data_until=UNTIL):
    given, found = given or town(), moved() if found is None else found
    area = study_area(tables(), given)
    places = places_of(area, found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    return area, line_up(compared(area, found, places, given, data_until=data_until), area, given)


def ungated():
    given = town()
    disclosure = given.disclosure.model_copy(update={"min_effective_incidents": 0.0})
    return given.model_copy(update={"disclosure": disclosure})


def test_the_real_map_shows_the_move_and_the_others_do_not():
    area, shown = made(ungated())
    assert len(shown.values) == DECOYS + 1
    largest = [np.nanmax(np.abs(values)) for values in shown.values]
    assert int(np.argmax(largest)) == shown.real
    # 13 coins: a decoy keeps a share of the move with standard deviation 1 / sqrt 13, seven of them reach about 0.6
    assert largest[shown.real] > 1.3 * sorted(largest)[-2]
    assert np.isnan(shown.values[0][~area.land]).all()


def test_a_window_with_too_few_incidents_counts_as_zero():
    """Where only one side may be shown, what is shown is that side: the other, just below the rule, is not told."""
    _, bare = made(ungated())
    _, shown = made()
    real, whole = shown.values[shown.real], bare.values[bare.real]
    known = np.isfinite(real)
    assert known.sum() < np.isfinite(whole).sum()
    one_sided = known & (np.abs(real - whole) > 1e-9)
    assert one_sided.any()
    assert (np.abs(real[one_sided]) > np.abs(whole[one_sided])).all()


def test_the_real_map_agrees_with_the_change_beyond_chance():
    found = moved()
    area, shown = made(found=found)
    rise = run(found).query("direction == 'rise'").sort_values("area_km2").iloc[-1]
    middle = rise.geometry.representative_point()
    cell = area.grid.cell_of(np.array([middle.x]), np.array([middle.y]))[0]
    assert shown.values[shown.real].ravel()[cell] > 0


def test_the_same_seed_gives_the_same_line_up_and_another_another():
    first, again = made()[1], made()[1]
    assert first.real == again.real
    assert all((a == b)[~np.isnan(a)].all() for a, b in zip(first.values, again.values, strict=True))
    given = town()
    other = given.model_copy(update={"inference": given.inference.model_copy(update={"seed": 99})})
    shown = made(other)[1]
    assert any(not np.array_equal(a, b, equal_nan=True) for a, b in zip(first.values, shown.values, strict=True))


def test_order_of_rows_does_not_matter():
    found = moved()
    first, turned = made(found=found)[1], made(found=found.iloc[::-1].reset_index(drop=True))[1]
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first.values, turned.values, strict=True))


def test_days_that_only_the_longer_window_has_stay_where_they_are():
    """One block in common: everything after it cannot change places, so seven maps differ from the real one by it."""
    days = {"start": date(2014, 1, 1), "end": date(2014, 1, 1 + RUN_DAYS)}
    given = town(before={"start": date(2013, 1, 1), "end": date(2014, 1, 1)}, after=days)
    shown = made(given)[1]
    kinds = {values[np.isfinite(values)].tobytes() for values in shown.values}
    assert len(kinds) == 2


def test_a_step_with_days_outside_the_data_has_none():
    given = town(
        before={"start": date(2012, 1, 1), "end": date(2013, 1, 1)},
        after={"start": date(2014, 1, 1), "end": date(2015, 1, 1)},
    )
    assert made(given)[1] is None


@pytest.mark.parametrize("least", [0.0, 1e9])
def test_ground_with_too_few_incidents_is_withheld_in_all(least):
    given = town()
    disclosure = given.disclosure.model_copy(update={"min_effective_incidents": least})
    area, shown = made(given.model_copy(update={"disclosure": disclosure}))
    assert np.isfinite(shown.values[0][area.land]).all() == (least == 0.0)
