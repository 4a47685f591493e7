"""Sums of membership are those of every point looked at by itself, whatever layout, ranking and unit it lies in."""

import numpy as np
import pytest

from layers.findings.evidence import roles
from layers.frame.units import unit_of
from layers.frame.window import study_area
from layers.multiverse.members import sum_members
from layers.multiverse.places import layouts
from layers.multiverse.rankings import rankings
from layers.multiverse.views import Views
from tests.made_city import city, made_units, tables


@pytest.mark.parametrize("grids_m", [(), (500.0, 1500.0)])
def test_sums_are_those_of_points_one_by_one(grids_m):
    settings = city(multiverse={"grids_m": grids_m, "place_draws": 3})
    given, laid, step = tables(), made_units(settings), settings.steps[0]
    area, generator = study_area(given, settings), np.random.default_rng(2)
    apart = np.full(len(settings.scenes), 300.0)
    moved = tuple(layouts(laid, settings, step, within_m=apart, generator=generator))
    views = Views(area, laid, roles(laid, step), moved, rankings(area, given, settings))
    x, y = generator.uniform(-300, 8300, 900), generator.uniform(-300, 1300, 900)  # some lie in no unit
    unit = unit_of(laid, x, y)
    assert (unit < 0).any()
    weight = generator.integers(0, 5, (900, 4)).astype(float)
    found = np.full((4, views.columns), np.nan)
    sum_members(views, x, y, unit, weight=weight, found=found)
    for columns, values in views.at(x, y, unit):
        assert found[:, columns] == pytest.approx(weight.T @ values, rel=1e-12, abs=1e-12)
