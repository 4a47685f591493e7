"""Harm by role and by rank under every choice: features of incidents, read from the map's operator, summed by window.

A smoothed feature is the operator applied to the feature's field and read at the incidents, which is the incidents'
row of shares times the field: S f = K f, as the operator is its own mirror image.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from geo.functionals import CONTROL, ORIGIN, RECEIVERS, REST
from geo.ground import ground_of, spread_each
from layers.multiverse.places import Layout
from layers.multiverse.rankings import Ranking
from layers.units import Units, unit_of
from layers.window import StudyArea, centres_in, masses_of, places_of

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


def sums(
    views: Views, x: np.ndarray, y: np.ndarray, weight: np.ndarray, *, bandwidths_m: tuple[float, ...]
) -> np.ndarray:
    """Sum every feature over incidents, at every bandwidth.

    Parameters
    ----------
    x, y : draws x incidents
        Places of the incidents: as recorded, then as drawn.
    weight : incidents x groups
        What each incident counts in each group of days and weights.

    Returns
    -------
    ndarray, shape (draws, bandwidths, groups, columns)
        A bandwidth of 0 is membership itself.
    """
    found = np.zeros((len(x), len(bandwidths_m), weight.shape[1], views.columns))
    if 0.0 in bandwidths_m:
        for draw in range(len(x)):
            for columns, values in views.at(x[draw], y[draw], unit_of(views.units, x[draw], y[draw])):
                found[draw, bandwidths_m.index(0.0), :, columns] = weight.T @ values
    wide = [k for k, bandwidth in enumerate(bandwidths_m) if bandwidth > 0]
    if wide:
        mass = [_mass_of_groups(views.area, *place, weight=weight) for place in zip(x, y, strict=True)]
        for chosen, fields in _fields(views):
            smooth = _spread(views.area, fields, [bandwidths_m[k] for k in wide])
            for draw in range(len(x)):
                for k, bandwidth in enumerate(wide):
                    found[draw, bandwidth][:, chosen] = mass[draw] @ smooth[k]
    return found


def _mass_of_groups(area: StudyArea, x: np.ndarray, y: np.ndarray, *, weight: np.ndarray) -> np.ndarray:
    """Return the mass that each group puts on each land cell: groups x land cells."""
    masses: csr_array = masses_of(area, places_of(area, x, y))
    return np.asarray((masses.T @ weight).T[:, area.land.ravel()])


def _fields(views: Views) -> Iterator[tuple[list[int], np.ndarray]]:
    """Yield columns and their fields over the land, a few at a time: columns x land cells."""
    row, col = np.nonzero(views.area.land)
    x, y = views.area.grid.centres()
    columns: list[int] = []
    fields: list[np.ndarray] = []
    unit = centres_in(views.area.grid, views.units.pieces.geometry.to_numpy())[row, col]
    for where, values in views.at(x[col], y[row], unit):
        columns += range(where.start, where.stop)
        fields += list(values.T)
        while len(columns) >= _FIELDS_AT_ONCE:
            yield columns[:_FIELDS_AT_ONCE], np.array(fields[:_FIELDS_AT_ONCE])
            columns, fields = columns[_FIELDS_AT_ONCE:], fields[_FIELDS_AT_ONCE:]
    if columns:
        yield columns, np.array(fields)


def _spread(area: StudyArea, fields: np.ndarray, bandwidths_m: list[float]) -> np.ndarray:
    """Return the fields spread at each bandwidth: bandwidths x land cells x columns."""
    ground = ground_of(area.land, **area.cuts)
    on_grid = np.zeros((len(fields), *area.land.shape))
    on_grid[:, area.land] = fields
    wide = spread_each(ground, on_grid, bandwidths_cells=[b / area.grid.cell_m for b in bandwidths_m])
    return np.asarray(wide[:, :, area.land].transpose(0, 2, 1))
