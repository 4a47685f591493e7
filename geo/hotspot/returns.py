"""Areas that come back: one that starts where an earlier one had ended gets that one's id again. Matches no neighbours.

`geo.hotspot.identity.follow` looks back one period; a place near a threshold that drops out for one would get a new id
each time it is back.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.hotspot.identity import Ended, Here, Step

LEAST_OVERLAP = 0.5  # of the smaller area: without a period in between to link them, a touch is not enough


def recalled(steps: Sequence[Step], areas: Sequence[Sequence[np.ndarray]]) -> list[Step]:
    """Give ids back to areas that return to where they last were.

    Parameters
    ----------
    steps : Sequence of Step
        From `geo.hotspot.identity.follow`.
    areas : for every period, the flat cells of each of its areas, as they were followed

    Returns
    -------
    list of Step
        "new" becomes "returned" for an area that shares half of the smaller with the last known cells of an id not
        alive; what "split" off may take such an id too, and stays "split". The largest overlap first; of equal ones,
        the lower id, then the earlier area. Ids are 1, 2, ... in the order areas appear.
    """
    last_seen: dict[int, np.ndarray] = {}
    known: dict[int, int] = {}  # id of `follow` -> lasting id
    found = []
    for step, cells in zip(steps, areas, strict=True):
        fresh = [k for k, area in enumerate(step.here) if area.id not in known]
        alive = {known[area.id] for area in step.here if area.id in known}
        asleep = sorted(set(last_seen) - alive)
        back = _back([last_seen[k] for k in asleep], [cells[k] for k in fresh])
        given = len(last_seen)
        for q, k in enumerate(fresh):
            given += q not in back
            known[step.here[k].id] = asleep[back[q]] if q in back else given
        returned = {fresh[q] for q in back}
        here = tuple(_here(area, known, is_back=k in returned) for k, area in enumerate(step.here))
        last_seen |= {area.id: own for area, own in zip(here, cells, strict=True)}
        found.append(Step(here, tuple(_ended(area, known) for area in step.ended)))
    return found


def _back(before: list[np.ndarray], now: list[np.ndarray]) -> dict[int, int]:
    """Position of a new area -> position of the sleeping one it continues; each at most once."""
    shared = np.array([[np.intersect1d(old, new).size for new in now] for old in before]).reshape(len(before), len(now))
    smaller = np.array([[min(old.size, new.size) for new in now] for old in before]).reshape(shared.shape)
    pairs = np.argwhere(shared >= np.maximum(LEAST_OVERLAP * smaller, 1)).tolist()
    found: dict[int, int] = {}
    for p, q in sorted(pairs, key=lambda pair: (-shared[pair[0], pair[1]], pair[0], pair[1])):
        if p not in found.values() and q not in found:
            found[q] = p
    return found


def _here(area: Here, known: dict[int, int], *, is_back: bool) -> Here:
    came_from = tuple(known[k] for k in area.came_from)
    state = "returned" if is_back and area.state == "new" else area.state
    return Here(known[area.id], state, came_from)


def _ended(area: Ended, known: dict[int, int]) -> Ended:
    return replace(area, id=known[area.id], into=None if area.into is None else known[area.into])
