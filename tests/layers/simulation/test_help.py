"""Uptake of help in Fjordby: the truth by its parameters, registers around it, the same for the same seed."""

import numpy as np
import pytest

from layers.simulation.help import expected_help, help_uptake
from tests.fjordby import fjordby_city


@pytest.fixture(scope="module")
def city():
    return fjordby_city()


def test_housing_takes_in_more_once_the_market_is_patrolled_and_treatment_does_not(city):
    table = expected_help(city.sources[0], city)
    after = table["month"] >= city.periods[2].start
    gain = table["people"] / table["without"] - 1.0
    housing = table["series_id"] == "housing"
    assert gain[housing & after].to_numpy() == pytest.approx(city.sources[0].help_gain)
    assert not gain[~(housing & after)].abs().max() > 1e-12


def test_registers_hold_whole_people_around_the_truth(city):
    source = city.sources[0]
    table, truth = help_uptake(source, city), expected_help(source, city)
    assert list(table.columns) == ["series_id", "month", "people", "geometry"]
    assert (table["people"] == np.floor(table["people"])).all()
    ratio = table["people"].sum() / truth["people"].sum()
    assert ratio == pytest.approx(1.0, abs=0.05)
    assert table.geometry.isna().all()


def test_the_same_seed_gives_the_same_registers(city):
    source = city.sources[0]
    assert help_uptake(source, city).equals(help_uptake(source, city))
    other = help_uptake(source.model_copy(update={"seed": 7}), city)
    assert not other["people"].equals(help_uptake(source, city)["people"])
