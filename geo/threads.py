"""Running independent pieces of work side by side, by Dask. Knows nothing of what they compute."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import dask
from dask.base import compute
from dask.delayed import delayed

Item = TypeVar("Item")
Result = TypeVar("Result")
Shared = TypeVar("Shared")


def each(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return `function(item)` of every item, in the items' order whatever the number of threads.

    The pieces run in threads of this process and may share its memory. The number of threads is Dask's
    (``dask.config`` key ``num_workers``). Only work that releases the GIL gains.
    """
    pieces = [partial(function, item) for item in items]
    if len(pieces) < 2:
        return [piece() for piece in pieces]
    tasks = [delayed(piece, pure=False, traverse=False)() for piece in pieces]
    return list(compute(*tasks, scheduler="threads", traverse=False))  # type: ignore[no-untyped-call] # Dask is untyped


def each_anywhere(function: Callable[[Shared, Item], Result], shared: Shared, items: Iterable[Item]) -> list[Result]:
    """Return `function(shared, item)` of every item, in order: on the Dask cluster of this process, if it has one.

    Otherwise, and with the same result, in threads. A piece must not change what is shared or anything else in memory;
    `shared` is sent to each worker once.
    """
    everywhere = _sent(shared)
    tasks = [delayed(function, pure=False, traverse=False)(everywhere, item) for item in items]
    return list(compute(*tasks, traverse=False))  # type: ignore[no-untyped-call] # Dask is untyped


def total_anywhere(
    function: Callable[[Shared, Item], Any], shared: Shared, items: Sequence[Item], *, add: Callable[[Any, Any], Any]
) -> Any:
    """Return the sum of `function(shared, item)` over at least one item, added pair by pair as they are ready.

    The pairs depend on the number of items only.
    """
    everywhere = _sent(shared)
    parts = [delayed(function, pure=False, traverse=False)(everywhere, item) for item in items]
    join = delayed(add, pure=False, traverse=False)
    while len(parts) > 1:
        pairs = [join(left, right) for left, right in zip(parts[::2], parts[1::2], strict=False)]
        parts = pairs + parts[2 * len(pairs) :]
    return compute(parts[0], traverse=False)[0]  # type: ignore[no-untyped-call] # Dask is untyped


def _sent(shared: Any) -> Any:
    """Return a handle of something large that every task needs: on a cluster it travels once, not with each task."""
    if dask.config.get("scheduler", None) not in ("dask.distributed", "distributed"):
        return delayed(shared, traverse=False)
    from distributed import default_client  # noqa: PLC0415 - half a second that only a cluster is worth

    client = default_client()  # type: ignore[no-untyped-call] # distributed is untyped
    return client.scatter(shared, broadcast=True, hash=False)
