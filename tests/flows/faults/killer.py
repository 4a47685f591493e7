"""Ends this process with SIGKILL at its n-th write to disk, and lists the writes there are. No product knows of it."""

import builtins
import io
import os
import signal
from collections.abc import Callable
from typing import Any

CALLS = ("replace", "rename", "mkdir", "symlink", "link", "unlink", "rmdir", "chmod", "fsync")
MODES = set("wax+")


def watch(at_write: Callable[[str], None]) -> None:
    """Call `at_write(what)` before every write that Python code of this process does; not meant to be undone."""

    def before(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **named: Any) -> Any:
            at_write(f"{name} {args[0] if args else ''}")
            return call(*args, **named)

        return called

    for name in CALLS:
        setattr(os, name, before(name, getattr(os, name)))
    opened = io.open

    def opening(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
        if MODES & set(mode):
            at_write(f"open {file}")
        return opened(file, mode, *args, **named)

    io.open = builtins.open = opening  # type: ignore[assignment]  # the same signature


def kill_at(number: int) -> None:
    """Die at the write of that number, counted from 1."""
    left = [number]

    def at_write(_what: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(at_write)


def in_child(work: Callable[[], int]) -> int:
    """Do `work` in a forked child and return its exit code, negative for a signal.

    The caller must not have started threads of its own libraries: imports cost a process seconds, a fork nothing.
    """
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
