"""The same place through time: areas of one period matched with those of the period before, from overlaps alone.

Owns ids and states (new, same, grown, shrunk, moved, merged, split; gone); says nothing of what the areas hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.errors import GeoError

State = Literal["first", "new", "same", "grown", "shrunk", "moved", "merged", "split", "returned"]


@dataclass(frozen=True)
class Rules:
    """What counts as the same.

    Attributes
    ----------
    least_overlap : float
        Share of the smaller of two areas that must be common for one to be the other; less is a touch.
    moved_below : float
        Below this share it is the same area, but moved.
    absorbed_from : float
        Share of an area that must lie in another for it to have come from it (split) or gone into it (merged).
    same_within : float
        Change of size, as a ratio either way, that is no change.
    """

    least_overlap: float = 0.1
    moved_below: float = 0.5
    absorbed_from: float = 0.5
    same_within: float = 1.25


@dataclass(frozen=True)
class Overlaps:
    """Areas of two periods: sizes before (m), sizes now (n) and what they share (m x n), in one unit."""

    before: np.ndarray
    now: np.ndarray
    shared: np.ndarray


@dataclass(frozen=True)
class Here:
    """An area of a period: its id, state, and the ids it came from, the one it shares most with first."""

    id: int
    state: State
    came_from: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ended:
    """An area that is no more: gone, or merged into another, whose id is given."""

    id: int
    state: Literal["gone", "merged"]
    into: int | None = None


@dataclass(frozen=True)
class Step:
    """One period: its areas in the order they were given, and what ended since the period before."""

    here: tuple[Here, ...]
    ended: tuple[Ended, ...]


def follow(first: int, changes: Sequence[Overlaps], *, rules: Rules | None = None) -> list[Step]:
    """Give every area of every period an id that it keeps while it lives.

    Parameters
    ----------
    first : int
        Number of areas in the first period.
    changes : one for every period after the first
    rules : Rules, optional

    Returns
    -------
    list of Step, one for every period
        Ids are 1, 2, ... in the order areas appear. Pairs that share most are matched first; of equal ones, the lower
        id, then the earlier area. An id ends where its area does: a place that comes back is new.

    Raises
    ------
    GeoError
        If sizes and overlaps do not fit each other, or the period before.
    """
    chosen = rules or Rules()
    steps = [Step(tuple(Here(k + 1, "first") for k in range(first)), ())]
    given = first
    for change in changes:
        ids = [area.id for area in steps[-1].here]
        _require_fitting(change, len(ids))
        steps.append(_step(change, ids, given, chosen))
        given = max([given, *(area.id for area in steps[-1].here)])
    return steps


@dataclass(frozen=True)
class _Links:
    """Positions: now -> before of what lives on, now -> before of what split off, before -> now of what merged."""

    origin: dict[int, int]
    parent: dict[int, int]
    absorbed: dict[int, int]

    def sources(self, q: int) -> set[int]:
        merged = {p for p, into in self.absorbed.items() if into == q}
        return merged | {links[q] for links in (self.origin, self.parent) if q in links}


def _step(change: Overlaps, ids: list[int], given: int, rules: Rules) -> Step:
    links = _links(change, ids, rules)
    fresh = [q for q in range(change.now.size) if q not in links.origin]
    number = {q: given + 1 + k for k, q in enumerate(fresh)} | {q: ids[p] for q, p in links.origin.items()}
    here = []
    for q in range(change.now.size):
        sources = sorted(links.sources(q), key=lambda p: (-change.shared[p, q], ids[p]))
        here.append(Here(number[q], _state(change, q, links, rules), tuple(ids[p] for p in sources)))
    living = set(links.origin.values())
    ended = [
        Ended(ids[p], "merged", number[links.absorbed[p]]) if p in links.absorbed else Ended(ids[p], "gone")
        for p in sorted(range(change.before.size), key=lambda p: ids[p])
        if p not in living
    ]
    return Step(tuple(here), tuple(ended))


def _links(change: Overlaps, ids: list[int], rules: Rules) -> _Links:
    """Match one to one first; what is left over has split off, or merged, if most of it lies in another area."""
    origin = _matches(change, ids, rules)
    living = set(origin.values())
    parent: dict[int, int] = {}
    absorbed: dict[int, int] = {}
    for q in range(change.now.size):
        whence = _largest(change.shared[:, q], ids, least=rules.absorbed_from * change.now[q])
        # Of an area that has ended, nothing can have split off: what it left has its id, or none of it is left.
        if q not in origin and whence is not None and whence in living:
            parent[q] = whence
    for p in range(change.before.size):
        whither = _largest(change.shared[p], list(range(change.now.size)), least=rules.absorbed_from * change.before[p])
        if p not in living and whither is not None and whither in origin:
            absorbed[p] = whither
    return _Links(origin, parent, absorbed)


def _matches(change: Overlaps, ids: list[int], rules: Rules) -> dict[int, int]:
    """Now -> before, the largest overlaps first, each area once."""
    smaller = np.minimum.outer(change.before, change.now)
    pairs = np.argwhere((change.shared > 0) & (change.shared >= rules.least_overlap * smaller)).tolist()
    origin: dict[int, int] = {}
    living: set[int] = set()
    for p, q in sorted(pairs, key=lambda pair: (-change.shared[pair[0], pair[1]], ids[pair[0]], pair[1])):
        if p not in living and q not in origin:
            origin[q] = p
            living.add(p)
    return origin


def _largest(shared: np.ndarray, order: list[int], *, least: float) -> int | None:
    """Position of the largest overlap, of equal ones the first in `order`; None if it is below `least`."""
    if not shared.size:
        return None
    best = min(range(shared.size), key=lambda k: (-shared[k], order[k]))
    return best if shared[best] > 0 and shared[best] >= least else None


def _state(change: Overlaps, q: int, links: _Links, rules: Rules) -> State:
    if q in links.absorbed.values():
        return "merged"
    if q in links.parent or (q in links.origin and links.origin[q] in links.parent.values()):
        return "split"
    if q not in links.origin:
        return "new"
    p = links.origin[q]
    before, now = float(change.before[p]), float(change.now[q])
    if change.shared[p, q] < rules.moved_below * min(before, now):
        return "moved"
    if now > before * rules.same_within:
        return "grown"
    return "shrunk" if before > now * rules.same_within else "same"


def _require_fitting(change: Overlaps, known: int) -> None:
    if change.before.shape != (known,) or change.shared.shape != (known, change.now.size):
        msg = (
            f"{change.before.size} areas before and overlaps of shape {change.shared.shape}; "
            f"the period before has {known} areas and this one {change.now.size}"
        )
        raise GeoError(msg)
    if not ((change.before > 0).all() and (change.now > 0).all() and (change.shared >= 0).all()):
        msg = "sizes must be above 0 and overlaps not negative"
        raise GeoError(msg)
