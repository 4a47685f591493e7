"""How a step of the plan is carried out: timed and announced. Orchestration replaces this, never the work."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class Step(Protocol):
    """Carries out one named piece of work and returns its result."""

    @property
    def seconds(self) -> dict[str, float]:
        """Wall seconds of the steps so far, by name."""

    def __call__(self, name: str, work: Callable[[], T], *, retries: int = 0) -> T:
        """Run `work`; `retries` counts only for work that touches the network."""


@dataclass(frozen=True)
class PlainStep:
    """Runs each step in this process, announces it and keeps its seconds.

    Attributes
    ----------
    on_start, on_end : callable
        Told the step's name, and its name and seconds; a progress bar hangs on these.
    seconds : dict
        Wall seconds by step name, filled as steps end.
    """

    on_start: Callable[[str], None] = lambda _name: None
    on_end: Callable[[str, float], None] = lambda _name, _seconds: None
    seconds: dict[str, float] = field(default_factory=dict)

    def __call__(self, name: str, work: Callable[[], T], *, retries: int = 0) -> T:  # noqa: ARG002 - plain runs do not retry
        """Run `work` and time it."""
        self.on_start(name)
        began = time.perf_counter()
        result = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
        self.on_end(name, self.seconds[name])
        return result
