"""How loops are compiled: one decorator, so that every kernel keeps the same promises. Holds no kernel.

No `parallel=True`: numba's default threading layer aborts when two threads enter it, and its parallel sums differ
from call to call. Kernels release the GIL instead, and `geo.threads` runs many of them at a time. No `fastmath`: a
value must not depend on where in a row it stands.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile with numba, without the GIL, cached on disk where a folder can be written.

    `cache=True` raises while the module is imported if neither the package's own folder nor NUMBA_CACHE_DIR is
    writable; such an installation compiles anew in every process instead.
    """
    try:
        return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:
        return cast("F", numba.njit(nogil=True, error_model="numpy")(function))
