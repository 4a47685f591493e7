"""One server for all tests of remote sources; waits between tries are left out."""

import pytest
import stamina

from tests.peers.http import serving


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def peer():
    with serving({}) as running:
        yield running
