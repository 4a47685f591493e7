"""One map and two maps against deconvolution: no isolated kernel, and none in the difference of two nights."""

import numpy as np
import pytest

from geo.grid import Grid
from layers.density.surfaces import Density
from layers.disclosure import gate as disclosure
from layers.disclosure.kept_cells import ShownSurface, kept_where_little_changed
from tests.attack.attacker import places_in
from tests.attack.test_counts import closed_city

CITY = closed_city()
SIGMA_M, CELL_M, DAYS = 200.0, 50.0, 730
GRID = Grid(x_min=0, y_max=4000, cell_m=CELL_M, rows=80, cols=80, crs="EPSG:25832")
SCENE = (20, 20)
PEAK = 1 / (2 * np.pi * (SIGMA_M / 1000) ** 2) / (DAYS / 365.25)


def density(*places):
    """The map of incidents at these cells, and the effective number behind every cell."""
    rows, cols = np.mgrid[:80, :80]
    kernels = np.array([
        np.exp(-(((rows - r) ** 2 + (cols - c) ** 2) * CELL_M**2) / (2 * SIGMA_M**2)) for r, c in places
    ])  # fmt: skip
    total, squares = kernels.sum(axis=0), (kernels**2).sum(axis=0)
    return Density("before", "s", total * PEAK, total**2 / np.maximum(squares, 1e-300), len(places))


def crowd(number=60):
    rng = np.random.default_rng(2)
    return [tuple(place) for place in rng.normal(SCENE, 3, (number, 2))]


def shown(made):
    (surface,) = disclosure.gate_surfaces((made,), CITY)
    return surface


def second_night(first, made):
    earlier = {("before", "s"): ShownSurface(first.values, tuple(GRID.transform), DAYS)}
    (surface,) = kept_where_little_changed((shown(made),), earlier, GRID, CITY, days={"before": DAYS})
    return surface


LONE = (60, 55)


def test_an_incident_far_from_others_shows_in_no_cell():
    surface = shown(density(*crowd(), LONE))
    assert not np.isfinite(surface.values[LONE])
    assert places_in(np.zeros(GRID.shape), surface.values, least=0.5 * PEAK) != [LONE]


def test_without_the_mask_it_is_a_peak_of_its_own():
    made = density(*crowd(), LONE)
    assert LONE in places_in(np.zeros(GRID.shape), made.values, least=0.5 * PEAK)


@pytest.mark.parametrize("late", [1, 2, 4])
def test_records_that_came_late_move_no_cell(late):
    first = shown(density(*crowd()))
    second = second_night(first, density(*crowd(), *[(24, 18)] * late))
    assert places_in(first.values, second.values, least=1e-6) == []


def test_two_nights_that_do_not_know_of_each_other_show_where_it_was():
    """The control: the difference of two masked maps is the kernel of the one record that came between them."""
    first, second = shown(density(*crowd())), shown(density(*crowd(), (24, 18)))
    assert places_in(first.values, second.values, least=0.5 * PEAK) == [(24, 18)]


def test_a_change_that_many_stand_behind_is_shown():
    first = shown(density(*crowd()))
    second = second_night(first, density(*crowd(), *crowd(120)))
    assert second.values[SCENE] > 1.5 * first.values[SCENE]


def test_of_open_data_every_night_is_shown_as_it_is():
    first, made = shown(density(*crowd())), density(*crowd(), (24, 18))
    city = CITY.model_copy(update={"sources": tuple(s.model_copy(update={"open": True}) for s in CITY.sources)})
    earlier = {("before", "s"): ShownSurface(first.values, tuple(GRID.transform), DAYS)}
    (surface,) = kept_where_little_changed((shown(made),), earlier, GRID, city, days={"before": DAYS})
    assert np.array_equal(surface.values, shown(made).values, equal_nan=True)
