"""Fjordby as its own file says it, drawn once; and the means to change one of its parameters."""

from collections.abc import Callable

import pytest

from layers.city import City, SimulatedSource
from layers.simulation import SimulatedCity, simulate
from tests.fjordby import fjordby_city


@pytest.fixture(scope="session")
def fjordby() -> City:
    return fjordby_city()


@pytest.fixture(scope="session")
def source(fjordby: City) -> SimulatedSource:
    return fjordby.sources[0]


@pytest.fixture(scope="session")
def drawn(source: SimulatedSource, fjordby: City) -> SimulatedCity:
    return simulate(source, fjordby)


@pytest.fixture(scope="session")
def changed(source: SimulatedSource) -> Callable[..., SimulatedSource]:
    return lambda **parameters: SimulatedSource.model_validate(source.model_dump() | parameters)
