"""Work side by side: in order, with its errors, and kernels that compile where nothing can be written."""

from types import SimpleNamespace

import dask
import numba
import pytest

from geo.compiled import compiled
from geo.threads import each


def add_one(x):
    return x + 1


@pytest.mark.parametrize("workers", [1, 3])
def test_results_come_in_the_order_of_the_items(workers):
    with dask.config.set(num_workers=workers):
        assert each(add_one, range(20)) == list(range(1, 21))
    assert each(add_one, []) == []
    assert each(add_one, [4]) == [5]


def test_each_may_be_called_inside_each():
    assert each(lambda n: sum(each(add_one, range(n))), [2, 3]) == [3, 6]


def test_an_error_is_the_error_of_the_piece():
    with pytest.raises(ZeroDivisionError):
        each(lambda n: 1 // n, [1, 0, 2])


def test_a_kernel_compiles_without_a_folder_to_cache_in(monkeypatch):
    def nowhere_to_write(**options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return numba.njit(**options)

    monkeypatch.setattr("geo.compiled.numba", SimpleNamespace(njit=nowhere_to_write))
    assert compiled(add_one)(2) == 3
