"""One run per city at a time: a lock the kernel lets go of when its process ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.errors import UserError


class LockedError(UserError):
    """Another process is at work on the city."""


@contextmanager
def city_lock(state_dir: Path, city: str) -> Iterator[None]:
    """Hold the lock of `city`.

    Raises
    ------
    LockedError
        If another process holds it.
    """
    folder = state_dir / "locks"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / f"{city}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            msg = f"another run of {city} is under way (lock {handle.name}). Wait for it, or end that process."
            raise LockedError(msg) from held
        yield
