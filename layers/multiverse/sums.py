"""Harm by role and by rank under every choice: features of incidents, read from the map's operator, summed by window.

A smoothed feature is the operator applied to the feature's field and read at the incidents, which is the incidents'
row of shares times the field: S f = K f, as the operator is its own mirror image.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
from scipy.sparse import csr_array

from geo.functionals import CONTROL, ORIGIN, RECEIVERS, REST
from geo.ground import ground_of, spread_each
from layers.frame.units import Units, unit_of
from layers.frame.window import StudyArea, centres_in, masses_of, places_of
from layers.multiverse.places import Layout
from layers.multiverse.rankings import Ranking

_FIELDS_AT_ONCE = 6
_ROLES = (ORIGIN, RECEIVERS, CONTROL, REST)


@dataclass(frozen=True)
class Views:
    """How ground can be read: the positions of scenes and rings, and the rankings."""

    area: StudyArea
    units: Units
    role: np.ndarray  # (units,), as declared
    layouts: tuple[Layout, ...]  # the first is as declared
    rankings: tuple[Ranking, ...]

    @property
    def columns(self) -> int:
        return 4 * len(self.layouts) + 3 * len(self.rankings)

    def role_columns(self, layout: int) -> slice:
        """Return the four columns of the roles under a layout."""
        return slice(4 * layout, 4 * layout + 4)

    def rank_columns(self, ranking: int) -> slice:
        """Return the three columns of a ranking: ranked, rank, share in the most deprived fifth."""
        first = 4 * len(self.layouts) + 3 * ranking
        return slice(first, first + 3)

    def at(self, x: np.ndarray, y: np.ndarray, unit: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield columns and their values, points x columns, of points in a unit (-1: in none, counts nowhere)."""
        declared, known = np.append(self.role, -1)[unit], unit >= 0
        beyond = np.append(self._outside, -1)[unit]
        for number, layout in enumerate(self.layouts):
            role = np.where(known, layout.role_of(x, y, beyond), -1) if number else declared
            yield self.role_columns(number), (role[:, None] == np.array(_ROLES)).astype(float)
        district = np.append(self._district, -1)[unit]
        for number, ranking in enumerate(self.rankings):
            yield self.rank_columns(number), ranking.weights[ranking.areas(x, y, district)]

    @cached_property
    def _district(self) -> np.ndarray:
        """The district of each unit, as a row of the districts."""
        row = {name: k for k, name in enumerate(self.units.districts["district_id"])}
        return np.array([row[name] for name in self.units.pieces["district_id"]])

    @cached_property
    def _outside(self) -> np.ndarray:
        """The role of each unit if no scene or ring lay there."""
        control = self.units.districts["is_control"].to_numpy(dtype=bool)
        return np.where(control[self._district], CONTROL, REST)


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
            _sum_members(one, summed[:, bandwidths_m.index(0.0)])
    wide = [k for k, bandwidth in enumerate(bandwidths_m) if bandwidth > 0]
    if wide:
        mass = [[_mass_of_groups(a.views.area, x, y, weight=a.weight) for x, y in zip(a.x, a.y, strict=True)]
                for a in asked]  # fmt: skip
        for users, fields in _fields([a.views for a in asked]):
            smooth = _spread(asked[0].views.area, fields, [bandwidths_m[k] for k in wide])
            for summed, of_draw, used in zip(found, mass, _by_step(users, len(asked)), strict=True):
                position, column = np.asarray(used[0], dtype=np.intp), used[1]
                for draw, (held, on_ground) in enumerate(of_draw):
                    for k, bandwidth in enumerate(wide):
                        summed[draw, bandwidth][:, column] = on_ground @ smooth[k][np.ix_(held, position)]
    return found


def _sum_members(asked: Asked, summed: np.ndarray) -> None:
    """Add up membership, without spreading, into draws x groups x columns."""
    for draw, (x, y) in enumerate(zip(asked.x, asked.y, strict=True)):
        for columns, values in asked.views.at(x, y, unit_of(asked.views.units, x, y)):
            summed[draw, :, columns] = asked.weight.T @ values


def _mass_of_groups(
    area: StudyArea, x: np.ndarray, y: np.ndarray, *, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the land cells that hold mass, and the mass that each group puts on them: groups x these cells."""
    masses: csr_array = masses_of(area, places_of(area, x, y))
    on_land = (masses.T @ weight)[area.land.ravel()]
    held = np.flatnonzero(on_land.any(axis=1))
    return held, np.ascontiguousarray(on_land[held].T)


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
    """Return the fields spread at each bandwidth: bandwidths x land cells x columns."""
    ground = ground_of(area.land, **area.cuts)
    on_grid = np.zeros((len(fields), *area.land.shape))
    on_grid[:, area.land] = fields
    wide = spread_each(ground, on_grid, bandwidths_cells=[b / area.grid.cell_m for b in bandwidths_m])
    return np.asarray(wide[:, :, area.land].transpose(0, 2, 1))
