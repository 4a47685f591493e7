"""Running independent pieces of work side by side, in Dask's threads. Knows nothing of what they compute."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from dask.base import compute
from dask.delayed import delayed

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return `function(item)` of every item, in the items' order whatever the number of threads.

    The number of threads is Dask's (``dask.config`` key ``num_workers``). Only work that releases the GIL gains.
    """
    pieces = [partial(function, item) for item in items]
    if len(pieces) < 2:
        return [piece() for piece in pieces]
    tasks = [delayed(piece, pure=False, traverse=False)() for piece in pieces]
    return list(compute(*tasks, scheduler="threads", traverse=False))  # type: ignore[no-untyped-call] # Dask is untyped
