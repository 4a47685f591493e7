"""Harm by role and by rank under every choice: features of incidents, read from the map's operator, summed by window.

A smoothed feature is the operator applied to the feature's field and read at the incidents, which is the incidents'
row of shares times the field: S f = K f, as the operator is its own mirror image.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from geo.ground import ground_of, spread_each
from layers.frame.units import unit_of
from layers.frame.window import StudyArea, centres_in, mass_of, places_of
from layers.multiverse.members import sum_members
from layers.multiverse.views import Views

_FIELDS_AT_ONCE = 6


@dataclass(frozen=True)
class Asked:
    """What is summed for one step: incidents, what each counts, how its ground is read.

    `x` and `y` are draws x incidents, places as recorded, then as drawn; `weight` is incidents x groups of days and
    weights.
    """

    views: Views
    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray


def sums(asked: Sequence[Asked], *, bandwidths_m: tuple[float, ...]) -> list[np.ndarray]:
    """Sum every feature over incidents, at every bandwidth; what several steps or layouts share is spread once.

    Returns
    -------
    list of ndarray, shape (draws, bandwidths, groups, columns)
        As `asked`. A bandwidth of 0 is membership itself.
    """
    found = [np.zeros((len(a.x), len(bandwidths_m), a.weight.shape[1], a.views.columns)) for a in asked]
    if 0.0 in bandwidths_m:
        for one, summed in zip(asked, found, strict=True):
            at = bandwidths_m.index(0.0)
            for draw, (x, y) in enumerate(zip(one.x, one.y, strict=True)):
                sum_members(one.views, x, y, unit_of(one.views.units, x, y), weight=one.weight, found=summed[draw, at])
    wide = [k for k, bandwidth in enumerate(bandwidths_m) if bandwidth > 0]
    if wide:
        masses = [_mass_of_draws(one) for one in asked]
        for users, fields in _fields([a.views for a in asked]):
            smooth = _spread(asked[0].views.area, fields, [bandwidths_m[k] for k in wide])
            for summed, (held, mass), used in zip(found, masses, _by_step(users, len(asked)), strict=True):
                position, column = np.asarray(used[0], dtype=np.intp), used[1]
                for k, bandwidth in enumerate(wide):
                    summed[:, bandwidth][..., column] = mass @ smooth[k][np.ix_(position, held)].T
    return found


def _mass_of_draws(asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """Return the land cells that hold mass in any draw, and what each group puts on them: draws x groups x cells.

    Incidents of one weight are added together and weighed once, so that the sums behind are exact in any order.
    """
    area, groups = asked.views.area, asked.weight.shape[1]
    alike = [(g, w, np.flatnonzero(asked.weight[:, g] == w)) for g in range(groups)
             for w in np.unique(asked.weight[:, g]) if w]  # fmt: skip
    held = np.zeros(np.count_nonzero(area.land), dtype=bool)
    mass = np.zeros((len(asked.x), groups, held.size))
    for of_draw, x, y in zip(mass, asked.x, asked.y, strict=True):
        planes = mass_of(area, places_of(area, x, y), [rows for _, _, rows in alike])
        for (group, weight, _), plane in zip(alike, planes, strict=True):
            of_draw[group] += weight * plane[area.land]
        held |= of_draw.any(axis=0)
    return np.flatnonzero(held), np.ascontiguousarray(mass[:, :, held])


_Users = list[tuple[int, int]]  # steps, and the column that a field is of each


def _by_step(users: list[_Users], steps: int) -> list[tuple[list[int], list[int]]]:
    """Return, for every step, positions among the fields and the columns that they are."""
    found: list[tuple[list[int], list[int]]] = [([], []) for _ in range(steps)]
    for position, of_field in enumerate(users):
        for step, column in of_field:
            found[step][0].append(position)
            found[step][1].append(column)
    return found


def _fields(every: Sequence[Views]) -> Iterator[tuple[list[_Users], np.ndarray]]:
    """Yield fields over the land, a few at a time (fields x land cells), each once, with all that use it."""
    users: dict[bytes, _Users] = {}
    for step, column, field in _each_field(every):
        users.setdefault(_key(field), []).append((step, column))
    waiting: list[np.ndarray] = []
    of_waiting: list[_Users] = []
    for _, _, field in _each_field(every):
        of_field = users.pop(_key(field), None)
        if of_field is None:
            continue
        waiting.append(field)
        of_waiting.append(of_field)
        if len(waiting) == _FIELDS_AT_ONCE:
            yield of_waiting, np.array(waiting)
            waiting, of_waiting = [], []
    if waiting:
        yield of_waiting, np.array(waiting)


def _key(field: np.ndarray) -> bytes:
    return sha256(np.ascontiguousarray(field).tobytes()).digest()


def _each_field(every: Sequence[Views]) -> Iterator[tuple[int, int, np.ndarray]]:
    """Yield step, column and field of every feature, in a stable order."""
    area = every[0].area
    row, col = np.nonzero(area.land)
    x, y = area.grid.centres()
    unit = centres_in(area.grid, every[0].units.pieces.geometry.to_numpy())[row, col]
    for step, views in enumerate(every):
        for where, values in views.at(x[col], y[row], unit):
            for column, field in zip(range(where.start, where.stop), values.T, strict=True):
                yield step, column, field


def _spread(area: StudyArea, fields: np.ndarray, bandwidths_m: list[float]) -> np.ndarray:
    """Return the fields spread at each bandwidth: bandwidths x fields x land cells."""
    ground = ground_of(area.land, **area.cuts)
    on_grid = np.zeros((len(fields), *area.land.shape))
    on_grid[:, area.land] = fields
    wide = spread_each(ground, on_grid, bandwidths_cells=[b / area.grid.cell_m for b in bandwidths_m])
    return np.asarray(wide[:, :, area.land])
